"""Measures (名单奖惩): checks and their outcomes."""
