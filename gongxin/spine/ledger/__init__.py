"""Ledger (账本): append, read, prove."""
