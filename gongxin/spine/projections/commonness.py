"""How common grams are (字组的常见程度), by a sample of the names: which way to names is short depends on it.

Where all grams asked for are common, a short stretch of the table holds a page's worth of hits, while the index would
gather all of them first; where one is rare, that one alone leads to a handful of names.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import connection

from gongxin.spine.projections import grams

FEW = 20_000
"""With fewer names than this every way is short."""

BLOCKS, BLOCK = 80, 100
"""The sample: so many stretches of so many names, spread over the table."""

GROWN = 1.25
"""A sample is taken anew when the table has grown by so much."""

RARER = 16
"""A gram so many times as common as the rarest one asked for is left to the comparison of the text."""

INDEX_BEATS_STRETCH = 222.0
"""Measured: an entry of the index costs 0.45 µs, a name of a stretch 0.25 µs; 200 hits are wanted, from twice the stretch."""


class Sample(NamedTuple):
    """A sample of the names (抽样): the last number at the time, how many were read, in how many each gram stands."""

    last: int
    names: int
    counts: Mapping[int, int]

    def share(self, gram: int) -> float:
        """Return which share of the names holds a gram, at least that of half a name of the sample."""
        return max(self.counts.get(gram, 0), 0.5) / self.names


_lock = threading.Lock()
_kept: Sample | None = None


def sample() -> Sample | None:
    """Return the sample of the present names, or None while there are few."""
    global _kept  # noqa: PLW0603 - one sample for the process is the very purpose
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT MAX(id) FROM {grams.TABLE}")
        last = cursor.fetchone()[0] or 0
    if last < FEW:
        return None
    with _lock:
        if _kept is None or not _kept.last <= last <= _kept.last * GROWN:
            _kept = _taken(last)
        return _kept


def _taken(last: int) -> Sample | None:
    counts: Counter[int] = Counter()
    names = 0
    with connection.cursor() as cursor:
        for block in range(BLOCKS):
            start = last * block // BLOCKS
            cursor.execute(f"SELECT plain FROM {grams.TABLE} WHERE id > %s AND id <= %s", [start, start + BLOCK])
            for (form,) in cursor.fetchall():
                counts.update(grams.numbers(form))
                names += 1
    return Sample(last, names, counts) if names else None


def leading(numbers: Iterable[int]) -> set[int]:
    """Return the grams worth looking up (先查的字组): the rarest ones; the text itself is compared anyway."""
    asked, known = set(numbers), sample()
    if known is None or len(asked) < 2:
        return asked
    rarest = min(known.share(gram) for gram in asked)
    return {gram for gram in asked if known.share(gram) <= rarest * RARER}


def stretch(numbers: Iterable[int], hits: int) -> tuple[int, int] | None:
    """Return the row numbers between which so many names with these common grams are to be expected, None for rare ones."""
    known = sample()
    if known is None:
        return None
    share = min(known.share(gram) for gram in numbers)
    if share * share < INDEX_BEATS_STRETCH / known.last:
        return None
    # The sample is small and not every hit is on display; twice what is expected is nearly always enough.
    return 0, min(known.last, math.ceil(2 * hits / share))
