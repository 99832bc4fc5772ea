"""Spine (主干): ledger, access, projections, columnar, shelf."""
