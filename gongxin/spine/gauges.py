"""Readers of gauges (指标读数): each room says how the rows of its figures are read; the overview asks them all alike.

A room knows its own tables alone. It registers its reader here when it is loaded, as it does its kinds of case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from gongxin.law.gauges import Row

Reader = Callable[[date, date], Iterable[Row]]
"""Reads the rows of a gauge from one day to another, both counted; what stands at a time stands on the last of them."""

_READERS: dict[str, Reader] = {}


def register(gauge: str, reader: Reader) -> None:
    """Make a gauge's reader known (登记指标读数)."""
    _READERS[gauge] = reader


def rows(gauge: str, since: date, until: date) -> tuple[Row, ...]:
    """Return the rows of a gauge between two days (指标明细), the oldest first; none for one that nobody reads."""
    reader = _READERS.get(gauge)
    found = reader(since, until) if reader is not None else ()
    return tuple(sorted(found, key=lambda row: (row.on, row.link)))


def known() -> frozenset[str]:
    """Return the gauges somebody reads (有读数的指标)."""
    return frozenset(_READERS)
