"""Kernel (内核): identifiers, names, dates, money, calendar, issues."""
