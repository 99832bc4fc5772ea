"""Projections (投影): what can be thrown away and rebuilt to the same bytes."""
