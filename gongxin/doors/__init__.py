"""Doors (门): translate outside to inside and back; decide nothing."""
