"""Figures of the home page (运行公开数据): how much is on display today, and how much went out of it.

All counts are of what everybody may see on the day, or of how many entries ceased to be seen; no count says whose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gongxin.spine import listing, public


@dataclass(frozen=True)
class Figures:
    """The platform's own figures (平台运行数据) as of a day."""

    as_of: date
    on_display: int
    by_item: tuple[tuple[str, int], ...]
    subjects: int
    stopped_yesterday: int
    left_this_month: int
    sources: int
    updated: datetime | None


def figures(as_of: date) -> Figures:
    """Return the figures of a day (运行数据).

    `stopped_yesterday` counts entries whose last day was the day before: with the day their display ended by itself.
    `left_this_month` counts these and those withdrawn, repaired or removed since the first of the month.
    """
    counts = public.public_counts(as_of)
    sources = public.sources(as_of)
    return Figures(
        as_of=as_of,
        on_display=sum(counts.values()),
        by_item=tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))),
        subjects=public.public_subject_count(as_of),
        stopped_yesterday=listing.ran_out_before(as_of),
        left_this_month=sum(listing.left_display(as_of).values()),
        sources=len(sources),
        updated=max((source.updated for source in sources), default=None),
    )
