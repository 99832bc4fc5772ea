"""Remedy (权益保护): objections, credit repair, inquiries, erasure, review – cases with clocks that cannot be forgotten."""
