"""Figures of complaints (投诉统计): by division and by body how many, how fast, how many late – counts of bodies' work.

A figure says how many rows it rests on; nothing here ranks. Messages from before the platform are counted apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from gongxin.law.complaints import stem
from gongxin.rooms.promises.complaints.models import Docket, Letter
from gongxin.spine import clock, divisions
from gongxin.spine.access.models import Body
from gongxin.spine.cases.models import Case
from gongxin.spine.divisions import Division


@dataclass(frozen=True)
class Figures:
    """How complaints are handled in one place (一处的投诉情况): counts, and days from complaint to answer."""

    key: str
    count: int
    open: int
    answered: int
    overdue: int
    """Open past their last day (逾期未办)."""
    median_days: float | None
    longest_days: int | None
    solved: int
    reopened: int
    outcomes: Mapping[str, int]
    ratings: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """Return it as machines read it (输出)."""
        return {name: getattr(self, name) for name in Figures.__dataclass_fields__}


@dataclass(frozen=True)
class Replies:
    """How fast earlier messages were answered (既往留言答复): whole days between the day of the message and of the reply."""

    source: str
    count: int
    answered: int
    median_days: float | None
    mean_days: float | None
    longest_days: int | None
    first: date | None
    last: date | None

    def as_dict(self) -> dict[str, Any]:
        """Return it as machines read it (输出)."""
        return {name: getattr(self, name) for name in Replies.__dataclass_fields__}


def by_region(digits: int = 6) -> list[Figures]:
    """Return the figures of every division that has complaints (按区划), as finely as `digits` of its code say."""
    return _grouped(lambda row: row.region[:digits] or "-")


def by_division(above: str = "") -> tuple[str, list[tuple[Division, Figures]]]:
    """Return the figures of each division directly below one (按下级区划), also of those without complaints that are known.

    Without a division, below the smallest one that holds every complaint; its code comes first.
    """
    rows = list(Docket.objects.exclude(region=""))
    above = above or _smallest({row.region for row in rows})
    rows = [row for row in rows if row.region.startswith(divisions.digits_of(above))]
    below = divisions.under(above, {row.region for row in rows})
    codes, cases = [each.code for each in below], _cases(rows)
    groups: dict[str, list[Docket]] = {}
    for row in rows:
        groups.setdefault(divisions.of(row.region, above, codes), []).append(row)
    return above, [(each, _told(each.code, groups.get(each.code, []), cases)) for each in below]


def _smallest(regions: set[str]) -> str:
    """Return the code of the smallest division with others below it that holds all of these (共同的上级区划)."""
    for digits in (4, 2):
        held = {region[:digits] for region in regions}
        if len(held) == 1:
            return held.pop().ljust(divisions.WHOLE, "0")
    return ""


def by_body() -> list[Figures]:
    """Return the figures of every body complained of (按被投诉单位), by code: no order of merit."""
    return _grouped(lambda row: row.against)


def together(*, region: str = "", body: str = "") -> Figures:
    """Return the figures of everything, of a division with all within it, or of one body (合计)."""
    rows = Docket.objects.all()
    if region:
        rows = rows.filter(region__startswith=stem(region))
    if body:
        rows = rows.filter(against=body)
    return _told("", list(rows), _cases(rows))


def names_of(figures: Iterable[Figures]) -> dict[str, Body]:
    """Return the bodies that figures are about, by code (单位)."""
    return Body.objects.in_bulk([each.key for each in figures])


def replies(source: str = "") -> list[Replies]:
    """Return how fast earlier messages were answered, by source (既往留言答复时效)."""
    found = Letter.objects.order_by("source", "asked_at")
    groups: dict[str, list[tuple[date, date | None]]] = {}
    for row in (found.filter(source=source) if source else found).values_list("source", "asked_at", "answered_at"):
        asked = row[1].astimezone(clock.ZONE).date()
        groups.setdefault(row[0], []).append((asked, row[2].astimezone(clock.ZONE).date() if row[2] else None))
    told = []
    for name, pairs in groups.items():
        days = [(answered - asked).days for asked, answered in pairs if answered is not None]
        told.append(
            Replies(
                name, len(pairs), len(days), float(median(days)) if days else None,
                sum(days) / len(days) if days else None, max(days, default=None),
                min(asked for asked, _answered in pairs), max(asked for asked, _answered in pairs),
            )
        )  # fmt: skip
    return told


def _grouped(key: Callable[[Docket], str]) -> list[Figures]:
    rows = Docket.objects.all()
    cases = _cases(rows)
    groups: dict[str, list[Docket]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return [_told(name, found, cases) for name, found in sorted(groups.items())]


def _cases(rows: Iterable[Docket]) -> dict[str, Case]:
    return {each.number: each for each in Case.objects.filter(number__in=[row.case for row in rows])}


def _told(key: str, rows: list[Docket], cases: Mapping[str, Case]) -> Figures:
    # What was joined to another is the other's matter: it is counted as a complaint, its days are the main one's.
    mains = {row.case: row for row in rows}
    today = clock.today()
    days = []
    for row in rows:
        answered = (mains[row.main].answered_on if row.main in mains else None) if row.main else row.answered_on
        if answered is not None:
            days.append((answered - row.opened_on).days)
    standing = [cases[row.case] for row in rows if row.case in cases]
    return Figures(
        key, len(rows), sum(each.closed_on is None for each in standing), len(days),
        sum(each.closed_on is None and each.due is not None and each.due < today and each.turn != "applicant" for each in standing),
        float(median(days)) if days else None, max(days, default=None),
        sum(each.state == "solved" for each in standing), sum(row.reopened for row in rows),
        _counted(row.outcome for row in rows), _counted(row.rating for row in rows),
    )  # fmt: skip


def _counted(values: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for value in values:
        if value:
            found[value] = found.get(value, 0) + 1
    return dict(sorted(found.items()))
