"""Oversight (督导): questions about how the platform is used, and their counts in public. Nobody is scored."""
