"""Chance without memory (可重现的随机): each value depends on seed, stream and index alone.

A generator that keeps a state must walk through all rows to reach the last one. Here row 900,000 is drawn without the
rows before it, so a million rows are made piece by piece, and a penalty finds its subject again by the number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


class Chance:
    """A source of draws for one seed; streams of different names know nothing of each other."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def words(self, stream: str, index: Numbers) -> Words:
        """Return 64 random bits for each index (splitmix64)."""
        origin = hashlib.blake2b(f"{self.seed}/{stream}".encode(), digest_size=8).digest()
        mixed = index.astype(np.uint64) * _GOLDEN + np.uint64(int.from_bytes(origin, "little"))
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        return mixed ^ (mixed >> np.uint64(31))

    def below(self, stream: str, index: Numbers, limit: int) -> Numbers:
        """Return a whole number from 0 up to, not including, the limit for each index."""
        return (self.words(stream, index) % np.uint64(limit)).astype(np.int64)

    def unit(self, stream: str, index: Numbers) -> npt.NDArray[np.float64]:
        """Return a number from 0 up to, not including, 1 for each index."""
        return (self.words(stream, index) >> np.uint64(11)).astype(np.float64) / float(1 << 53)

    def happens(self, stream: str, index: Numbers, share: float) -> Mask:
        """Tell for each index whether something of this share happens."""
        return self.unit(stream, index) < share

    def weighted(self, stream: str, index: Numbers, weights: Sequence[float]) -> Numbers:
        """Return the place of one of the weights for each index, the heavier the likelier."""
        bounds = np.cumsum(np.asarray(weights, dtype=np.float64))
        return np.searchsorted(bounds / bounds[-1], self.unit(stream, index), side="right").astype(np.int64)


def taken(values: Sequence[str], which: Numbers) -> pl.Series:
    """Return the chosen value for each place."""
    return pl.Series(values=list(values), dtype=pl.String).gather(pl.Series(which))
