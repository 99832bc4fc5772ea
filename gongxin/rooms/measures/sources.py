"""Where a check looked (核查的来源): which providers hand in an item, and up to when; kept for a short while."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import date

from gongxin.rooms.measures.answer import Source
from gongxin.spine import public

FRESH_FOR = 15.0
"""Seconds for which a process trusts what it read: freshness is told in days."""

_kept: dict[date, tuple[float, Mapping[str, Sequence[Source]]]] = {}


def recall(as_of: date) -> Mapping[str, Sequence[Source]] | None:
    """Return what this process remembers, or None when the store must be asked."""
    kept = _kept.get(as_of)
    return kept[1] if kept is not None and kept[0] > time.monotonic() else None


def by_item(as_of: date) -> Mapping[str, Sequence[Source]]:
    """Return the sources of each item as of a day."""
    kept = recall(as_of)
    if kept is not None:
        return kept
    found: dict[str, list[Source]] = {}
    for source in public.sources(as_of, confined=True):
        for item, up_to in source.by_item.items():
            found.setdefault(item, []).append(Source(source.provider, source.name, up_to))
    if len(_kept) > 32:
        _kept.clear()
    _kept[as_of] = (time.monotonic() + FRESH_FOR, found)
    return found


def forget() -> None:
    """Ask the store anew at the next check."""
    _kept.clear()
