"""Narrowed lists (名单筛选): one item's public entries by division, by who decided and who reported, and how many left the display.

Part of the public door: everything here passes the same condition as `gongxin.spine.public`, and each line is folded
once more before it is handed out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from gongxin.spine import display, public, shelf, tallies
from gongxin.spine.ledger import head
from gongxin.spine.ledger.payloads import LATER_ACT
from gongxin.spine.projections import epoch, standings, visible
from gongxin.spine.public import Page
from gongxin.spine.standing import all_lines

DIVISION_STARTS = len("uscc:91") + 1
"""Where the division of the registering authority stands in a key, counted from one as SQL counts."""

CITY = 4
"""Digits of a division that name a city; lists are narrowed city by city or by more digits."""

_OWNER = (
    "(CASE WHEN s.subject LIKE 'uscc:%%' THEN s.subject ELSE (SELECT CASE WHEN k.key_a = s.subject THEN k.key_b"
    " ELSE k.key_a END FROM projections_link k WHERE k.judgement = 'same' AND (k.key_a = s.subject OR k.key_b = s.subject)"
    " ORDER BY k.seq DESC LIMIT 1) END)"
)


@dataclass(frozen=True)
class Narrowed:
    """To what a list is narrowed (筛选条件): a division's first digits, who reported, who decided; empty means all."""

    item: str
    region: str = ""
    provider: str = ""
    authority: str = ""
    title: str = ""
    """What stands in the item's title field: of entries on lists, which list (标题字段)."""


def page(narrowed: Narrowed, as_of: date, offset: int, limit: int) -> Page:
    """Return one page of a narrowed list, the latest first (筛选名单页)."""
    if not epoch.serves(as_of):
        rows = [row for row in _folded(narrowed.item, as_of) if _fits(row, narrowed)]
        records = [row.record for row in sorted(rows, key=lambda row: (row.day, row.record), reverse=True)]
        return Page(public.lines_of_records(records[offset : offset + limit], as_of), len(records))
    where, parameters = _where(narrowed, as_of)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM projections_standing s WHERE {where}", parameters)
        total = int(cursor.fetchone()[0])
        cursor.execute(
            f"SELECT s.record FROM projections_standing s WHERE {where}"
            " ORDER BY s.decided DESC, s.record DESC LIMIT %s OFFSET %s",
            [*parameters, limit, offset],
        )
        records = [row[0] for row in cursor.fetchall()]
    return Page(public.lines_of_records(records, as_of), total)


def by_region(item: str, as_of: date) -> list[tuple[str, int]]:
    """Return how many entries of an item are on display in each city (按地区计数), most first."""
    return _counts("region", item, as_of)


def by_provider(item: str, as_of: date) -> list[tuple[str, int]]:
    """Return how many entries of an item are on display from each provider (按单位计数), most first."""
    return _counts("provider", item, as_of)


def by_title(item: str, as_of: date) -> dict[str, int]:
    """Return how many entries of an item are on display under each title (按标题计数): of entries on lists, list by list."""
    return dict(_counts("title", item, as_of))


def by_authority(item: str, as_of: date) -> list[tuple[str, int]]:
    """Return how many entries of an item on display each authority decided (按作出机关计数), most first, by its name.

    Who decided stands in the row; who reported it may be another body, which reports for many.
    """
    return _counts("authority", item, as_of)


def left_display(day: date) -> dict[str, int]:
    """Return how many entries of each item were on display since the first of the month and are not on `day` (本月停止公示数).

    Counted from the projections, so only for a day they answer for; for others nothing is claimed.
    """
    return dict(Counter(tallies.present(day).left.values()))


def ran_out_before(day: date) -> int:
    """Return how many entries had the day before as their last on display (昨日到期数): their display ended by itself."""
    return len(tallies.present(day).ran_out)


def _where(narrowed: Narrowed, as_of: date) -> tuple[str, list[Any]]:
    condition, shown = visible.condition("s", as_of)
    late = [line.record for line in display.unsettled(as_of) if line.item == narrowed.item]
    if late:
        condition = f"(({condition}) OR s.record IN ({','.join(map(str, late))}))"
    where = f"s.item = %s AND {condition}"
    parameters: list[Any] = [narrowed.item, *shown]
    if narrowed.provider:
        where += " AND s.provider = %s"
        parameters.append(narrowed.provider)
    if narrowed.authority:
        where += f" AND {_authority(as_of)} = %s"
        parameters.append(narrowed.authority)
    if narrowed.title:
        where += " AND s.title = %s"
        parameters.append(narrowed.title)
    if narrowed.region:
        where += f" AND substr({_OWNER}, {DIVISION_STARTS}, %s) = %s"
        parameters += [len(narrowed.region), narrowed.region]
    return where, parameters


def _counts(part: str, item: str, as_of: date) -> list[tuple[str, int]]:
    return list(_counted(part, item, as_of, head.read().root, shelf.book().version))


@lru_cache(maxsize=512)
def _counted(part: str, item: str, as_of: date, _root: bytes, _book: str) -> tuple[tuple[str, int], ...]:
    """Count once for each day, root of the ledger and law book, and not at every page: all rows of the item are read."""
    if not epoch.serves(as_of):
        return tuple(_tally(getattr(row, part)[: CITY if part == "region" else None] for row in _folded(item, as_of)))
    expressions = {
        "region": f"substr({_OWNER}, {DIVISION_STARTS}, {CITY})", "provider": "s.provider", "title": "s.title",
        "authority": _authority(as_of),
    }  # fmt: skip
    where, parameters = _where(Narrowed(item), as_of)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {expressions[part]} AS part, COUNT(*) AS held FROM projections_standing s WHERE {where}"
            " GROUP BY 1 ORDER BY 2 DESC, 1",
            parameters,
        )
        return tuple((each, int(count)) for each, count in cursor.fetchall() if each)


@dataclass(frozen=True)
class _Row:
    day: date
    record: int
    region: str
    provider: str
    authority: str
    title: str


def _folded(item: str, as_of: date) -> list[_Row]:
    """Return what of an item is shown, folded: the slow way for days of other editions."""
    return [
        _Row(
            line.facts.decided_on or date.min,
            line.record,
            display.shown_key(line.subject)[DIVISION_STARTS - 1 :][:6],
            history.provider,
            str(line.payload.get("authority") or "").strip(),
            standings.title_of(line.payload.get(shelf.book().items[item].title_field)),
        )
        for line, history in all_lines(as_of)
        if line.item == item and display.is_shown(line, as_of)
    ]


def _fits(row: _Row, narrowed: Narrowed) -> bool:
    return (
        row.region.startswith(narrowed.region)
        and narrowed.provider in {"", row.provider}
        and narrowed.authority in {"", row.authority}
        and narrowed.title in {"", row.title}
    )


def _authority(as_of: date) -> str:
    """Return the expression for the authority a record names on this day (作出机关): its last correction's, or its own."""
    told = (
        "p.body::jsonb ->> 'authority'" if connection.vendor == "postgresql" else "json_extract(p.body, '$.authority')"
    )
    corrected = (
        # In these words the index of later acts answers; in others SQLite reads the whole ledger for each row.
        f"SELECT MAX(e.seq) FROM ledger_entry e WHERE e.record = s.record AND {LATER_ACT}"
        f" AND e.kind = 'correction' AND e.\"on\" <= '{as_of.isoformat()}'"
    )
    return f"(SELECT trim({told}) FROM ledger_payload p WHERE p.seq = COALESCE(({corrected}), s.record))"


def _tally(parts: Iterable[str]) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for part in parts:
        if part:
            found[part] = found.get(part, 0) + 1
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
