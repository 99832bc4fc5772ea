"""Disclosure (公示查询)."""
