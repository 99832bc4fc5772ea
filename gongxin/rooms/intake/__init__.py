"""Intake (归集): batches, templates, checks."""
