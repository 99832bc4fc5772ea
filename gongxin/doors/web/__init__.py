"""Portal and workbench (网页)."""
