"""Machine interface (接口)."""
