"""Tallies (公示计数): how much is on display on a day, how many subjects have any, and what left the display of late.

Counted once for a day in each process, then grown with the ledger: after an entry only what was added is looked at.
The day is part of what a tally is kept under, so what ended at midnight is in none of the next day's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from gongxin.law.standing import Line
from gongxin.spine import display
from gongxin.spine.display import ROW
from gongxin.spine.ledger.acts import is_person
from gongxin.spine.projections import epoch, growth, visible
from gongxin.spine.projections.growth import Grown, Growth
from gongxin.spine.standing import all_lines, fold_lines

DAYS_KEPT = 3


@dataclass(frozen=True)
class Tally:
    """What is counted of a day (某日公示计数)."""

    coded: Shown
    """What stands under a code."""
    joined: Shown
    """What stands under a row without a usable code that a person joined to somebody: it moves with every judgement."""
    ran_out: Mapping[int, str]
    """Which records, with their items, had the day before as their last on display (昨日到期)."""
    left: Mapping[int, str]
    """Which were on display since the first of the month and are no more (本月撤下)."""
    folded: bool = False
    """Whether the projections did not answer for the day: then nothing grows."""

    @property
    def by_item(self) -> dict[str, int]:
        """Return how many entries of each item are on display (公示数量), by item."""
        both = Counter(self.coded.by_item) + Counter(self.joined.by_item)
        return dict(sorted(both.items()))

    @property
    def subjects(self) -> int:
        """Return how many subjects have an entry on display (有公示记录的主体数)."""
        return self.coded.subjects + self.joined.subjects


@dataclass(frozen=True)
class Shown:
    """How many entries of each item are on display, and of how many subjects (公示数量、主体数)."""

    by_item: Mapping[str, int]
    subjects: int


def present(as_of: date) -> Tally:
    """Return the tally of a day by all that is in the ledger now (现时计数)."""
    return _kept.present(as_of)


def forget() -> None:
    """Throw every tally of this process away (清除计数): the next reader counts from nothing."""
    _kept.forget()


def _made(as_of: date) -> Tally:
    if not epoch.serves(as_of):
        return _folded(as_of)
    late = display.unsettled(as_of)
    return Tally(
        _shown(as_of, late, joined=False), _shown(as_of, late, joined=True),
        _gone(_RAN_OUT, _days_of_ran_out(as_of)), _gone(_LEFT, _days_of_left(as_of)),
    )  # fmt: skip


def _grown(as_of: date, before: Tally, added: Growth) -> Tally | None:
    if before.folded:
        return None
    then, lines = (fold_lines(histories, None, as_of) for histories in (added.before, added.now))
    coded = _grown_coded(before.coded, added, then, lines, as_of)
    joined = before.joined
    if added.relinked or any(line.subject.startswith(ROW) for line in (*then, *lines)) or _has_new_rows(added):
        joined = _shown(as_of, display.unsettled(as_of), joined=True)
    touched = set(added.touched)
    ran_out, left = (
        {record: item for record, item in held.items() if record not in touched} | _gone(asked, days, added)
        for held, asked, days in (
            (before.ran_out, _RAN_OUT, _days_of_ran_out(as_of)), (before.left, _LEFT, _days_of_left(as_of)),
        )
    )  # fmt: skip
    return Tally(coded, joined, ran_out, left)


def _grown_coded(before: Shown, added: Growth, then: Sequence[Line], now: Sequence[Line], as_of: date) -> Shown:
    """What stands under codes, with what was added: touched records as their fold says, new ones as the store does."""
    counted = Counter(before.by_item)
    was, is_now = ([line for line in lines if _is_coded(line, as_of)] for lines in (then, now))
    counted.subtract(line.item for line in was)
    counted.update(line.item for line in is_now)
    condition, days = visible.condition("s", as_of)
    new, numbers = added.untouched("s.record")
    where = f"{new} AND {condition} AND {_coded('s')}"
    for item, count in _rows(
        f"SELECT s.item, COUNT(*) FROM projections_standing s WHERE {where} GROUP BY s.item", [*numbers, *days]
    ):
        counted[item] += int(count)
    late = {line.subject for line in display.unsettled(as_of) if line.record not in set(added.touched)}
    moved = sorted({line.subject for line in (*then, *now) if not line.subject.startswith(ROW)})
    had, have = {line.subject for line in was}, {line.subject for line in is_now}
    subjects = before.subjects
    for key in moved:
        stays = key in late or _stands(key, added, as_of, new=False)
        subjects -= stays or key in had
        subjects += stays or key in have or _stands(key, added, as_of, new=True)
    # Whoever came only with new records counts once, where nothing of theirs was on display before.
    known, more = growth.without("n.subject", moved), growth.without("n.subject", sorted(late))
    older, days_older = visible.condition("o", as_of)
    ((first,),) = _rows(
        f"SELECT COUNT(*) FROM (SELECT DISTINCT s.subject FROM projections_standing s WHERE {where}) n"
        f" WHERE NOT EXISTS (SELECT 1 FROM projections_standing o WHERE o.subject = n.subject AND o.record <= %s"
        f"{growth.without('o.record', added.touched)} AND {older}){known}{more}",
        [*numbers, *days, added.size, *added.touched, *days_older, *moved, *sorted(late)],
    )
    return Shown(+counted, subjects + int(first))


def _is_coded(line: Line, as_of: date) -> bool:
    return not line.subject.startswith(ROW) and display.is_shown(line, as_of)


def _stands(key: str, added: Growth, as_of: date, *, new: bool) -> bool:
    """Whether anything untouched of a subject is on display: of its new records, or of those that were there before."""
    if is_person(key):
        return False
    condition, days = visible.condition("s", as_of)
    than = ">" if new else "<="
    sql = (
        f"SELECT 1 FROM projections_standing s WHERE s.subject = %s AND s.record {than} %s"
        f"{growth.without('s.record', added.touched)} AND {condition} LIMIT 1"
    )
    return bool(_rows(sql, [key, added.size, *added.touched, *days]))


def _has_new_rows(added: Growth) -> bool:
    return bool(
        _rows(
            f"SELECT 1 FROM projections_standing s WHERE s.record > %s AND s.subject LIKE '{ROW}%%' LIMIT 1",
            [added.size],
        )
    )


def _shown(as_of: date, late: Iterable[Line], *, joined: bool) -> Shown:
    """Count one of the two parts in the store (逐项计数), with the lines to which something happens only later."""
    condition, days = visible.condition("s", as_of)
    where = f"{condition} AND {_of_rows('s') if joined else _coded('s')}"
    counted = Counter(
        {
            item: int(count)
            for item, count in _rows(
                f"SELECT s.item, COUNT(*) FROM projections_standing s WHERE {where} GROUP BY s.item", days
            )
        }
    )
    ((subjects,),) = _rows(f"SELECT COUNT(DISTINCT s.subject) FROM projections_standing s WHERE {where}", days)
    own = [line for line in late if line.subject.startswith(ROW) == joined]
    counted.update(line.item for line in own)
    alone = [
        key
        for key in sorted({line.subject for line in own})
        if not _rows(f"SELECT 1 FROM projections_standing s WHERE s.subject = %s AND {condition} LIMIT 1", [key, *days])
    ]
    return Shown(counted, int(subjects) + len(alone))


def _folded(as_of: date) -> Tally:
    """Count by folding everything: for days of other editions, of which nothing is told that left the display."""
    parts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    keys: dict[bool, set[str]] = {True: set(), False: set()}
    for line, _ in all_lines(as_of):
        if display.is_shown(line, as_of):
            joined = line.subject.startswith(ROW)
            parts[joined][line.item] += 1
            keys[joined].add(line.subject)
    coded, joined_rows = (Shown(parts[part], len(keys[part])) for part in (False, True))
    return Tally(coded, joined_rows, {}, {}, folded=True)


_PEOPLE = "s.audience = 'public' AND s.subject NOT LIKE 'person:%%' AND s.subject NOT LIKE 'row:%%'"
_RAN_OUT = f"{_PEOPLE} AND s.state = 'effective' AND s.display_until = %s"
_LEFT = (
    f"{_PEOPLE} AND ((s.state IN ('effective', 'removed') AND s.display_until >= %s AND s.display_until < %s)"
    " OR (s.state IN ('withdrawn', 'repaired', 'removed') AND s.settled_on >= %s AND s.settled_on <= %s"
    " AND s.display_from < s.settled_on AND (s.display_until IS NULL OR s.display_until >= s.settled_on)))"
)


def _days_of_ran_out(as_of: date) -> list[date]:
    return [as_of - timedelta(days=1)]


def _days_of_left(as_of: date) -> list[date]:
    first = as_of.replace(day=1)
    return [first, as_of, first, as_of]


def _gone(condition: str, days: Sequence[date], added: Growth | None = None) -> dict[int, str]:
    """Return the records that fulfil a condition on rows of standings, of all or of what was added (已停止公示的记录)."""
    sql, parameters = f"SELECT s.record, s.item FROM projections_standing s WHERE {condition}", list[Any](days)
    if added is not None:
        marks = f" OR s.record IN ({','.join(['%s'] * len(added.touched))})" if added.touched else ""
        sql += f" AND (s.record > %s{marks})"
        parameters += [added.size, *added.touched]
    return {int(record): item for record, item in _rows(sql, parameters)}


def _coded(alias: str) -> str:
    return f"{alias}.subject NOT LIKE '{ROW}%%'"


def _of_rows(alias: str) -> str:
    """The condition that a subject is a row; as a range, SQLite answers it from the index of subjects."""
    if connection.vendor == "sqlite":
        return f"{alias}.subject >= '{ROW}' AND {alias}.subject < '{ROW[:-1]};'"
    return f"{alias}.subject LIKE '{ROW}%%'"


def _rows(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
        return list(cursor.fetchall())


_kept = Grown(DAYS_KEPT, _made, _grown)
