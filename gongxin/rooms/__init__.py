"""Rooms (业务): each opens onto the spine, never into another."""
