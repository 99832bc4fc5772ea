"""What came in and when (报送情况): counts by body, item and month.

No word of any record is told here, and nobody is named: numbers of rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from gongxin.law.lateness import report_due
from gongxin.law.monitoring import Month
from gongxin.spine import clock, shelf
from gongxin.spine.access.models import Body
from gongxin.spine.columnar import read_frame
from gongxin.spine.ledger import payloads
from gongxin.spine.ledger.models import Entry
from gongxin.spine.ledger.payloads import History
from gongxin.spine.projections import standings, visible
from gongxin.spine.projections.growth import Grown, Growth
from gongxin.spine.projections.models import Standing
from gongxin.spine.standing import fold_lines

SPANS_KEPT = 8
"""For so many stretches of time the counts are kept."""
PIECE = 1_000
"""Records asked for in one statement."""

_OfMonth = tuple[str, str, date]
_Row = tuple[str, str, date, date | None, int]


def monthly(since: date, until: date) -> list[Month]:
    """Return what each body reported of each item in each month between two days (月度报送), both counted.

    Late is what came after its term by the rule for its item and body (法律依据另定时限的，按一般时限计), by the date of the
    decision as it was known on the last day: a correction that came later changes no past month.
    """
    names = dict(Body.objects.values_list("code", "name"))
    kept = _kept.present(_Asked(since, until, frozenset(names.items())))
    received, late = _count(_as_it_was(since, until), until, names)
    received.update(kept.received)
    late.update(kept.late)
    return [Month(*month, n, late[month]) for month, n in sorted(received.items())]


def forget() -> None:
    """Throw away the counts this process keeps (清除计数): the next reader counts from nothing."""
    _kept.forget()
    _named.forget()


@dataclass(frozen=True)
class _Asked:
    since: date
    until: date
    names: frozenset[tuple[str, str]]
    """Codes and names of the bodies, by which some terms go."""


@dataclass(frozen=True)
class _Counted:
    """How many records came in, and how many of them late (报送数、迟报数), by body, item and first of the month, as known now."""

    received: Counter[_OfMonth]
    late: Counter[_OfMonth]


def _made(asked: _Asked) -> _Counted:
    return _Counted(*_count(_rows(asked), asked.until, dict(asked.names)))


def _grown(asked: _Asked, before: _Counted, added: Growth) -> _Counted:
    rows = [*_rows(asked, added), *_as_folded(added.before, asked, -1), *_as_folded(added.now, asked, 1)]
    received, late = _count(rows, asked.until, dict(asked.names))
    received.update(before.received)
    late.update(before.late)
    return _Counted(received, late)


def _rows(asked: _Asked, added: Growth | None = None) -> Iterator[_Row]:
    """Body, item, day of coming in, day of the decision, and how many such records: of all, or of new and untouched ones."""
    new, numbers = added.untouched("e.seq") if added is not None else ("", [])
    frame = read_frame(
        # Dates as texts: the embedded store gives them back as texts, the other one as days.
        'SELECT e.provider, e.item, CAST(e."on" AS TEXT), CAST(s.decided AS TEXT), COUNT(*) FROM ledger_entry e'
        " LEFT JOIN projections_standing s ON s.record = e.seq"
        f' WHERE e.kind = \'record\' AND e."on" >= %s AND e."on" <= %s{" AND " if new else ""}{new} GROUP BY 1, 2, 3, 4',
        [asked.since, asked.until, *numbers],
        {"provider": pl.String, "item": pl.String, "on": pl.String, "decided": pl.String, "n": pl.Int64},
    )
    yield from frame.with_columns(pl.col("on", "decided").str.slice(0, 10).str.to_date()).iter_rows()


def _as_folded(histories: Iterable[History], asked: _Asked, n: int) -> Iterator[_Row]:
    """The same of touched records, by their fold."""
    for history in histories:
        first = history.acts[0]
        if asked.since <= first.on <= asked.until:
            yield history.provider, first.item, first.on, standings.decided_on(history), n


def _count(rows: Iterable[_Row], until: date, names: Mapping[str, str]) -> tuple[Counter[_OfMonth], Counter[_OfMonth]]:
    received: Counter[_OfMonth] = Counter()
    late: Counter[_OfMonth] = Counter()
    law, calendar = shelf.book().on(until), shelf.calendar()
    for provider, item_id, on, decided, n in rows:
        month = provider, item_id, on.replace(day=1)
        received[month] += n
        item = law.find_item(item_id)
        if item is None or decided is None:
            continue
        due = report_due(item, decided, law=law, calendar=calendar, authority=names.get(provider, ""))
        late[month] += n if due.is_late(on) else 0
    return received, late


def _as_it_was(since: date, until: date) -> Iterator[_Row]:
    """Each record of the time that was corrected only after it, taken away as it is known now and put back as it was."""
    if until >= clock.today():
        return
    corrected = Entry.objects.filter(kind="correction", on__gt=until).values_list("record", flat=True).distinct()
    numbers = list(
        Entry.objects.filter(seq__in=list(corrected), on__gte=since, on__lte=until).values_list("seq", flat=True)
    )
    present = dict(Standing.objects.filter(record__in=numbers).values_list("record", "decided"))
    for history in payloads.histories(numbers):
        first = history.acts[0]
        then = fold_lines([replace(history, acts=tuple(act for act in history.acts if act.on <= until))], None, until)
        decided = then[0].facts.decided_on if then else None
        yield history.provider, first.item, first.on, present.get(history.record), -1
        yield history.provider, first.item, first.on, decided, 1


def naming(titles: Sequence[str], since: date, until: date) -> list[int]:
    """Return the records on display, decided between two days, whose text names one of these titles (提到某法规的记录).

    A first sifting of texts as they lie: what is really said in which field, the reader of the line sees.
    """
    if not titles:
        return []
    found = _named.present(_Naming(tuple(titles), since, until))
    condition, days = visible.condition("s", until)
    shown: list[int] = []
    for start in range(0, len(found), PIECE):
        numbers = found[start : start + PIECE]
        sql = f"SELECT s.record FROM projections_standing s WHERE s.record IN ({','.join(['%s'] * len(numbers))}) AND {condition}"
        shown.extend(read_frame(sql, [*numbers, *days], {"record": pl.Int64})["record"])
    return sorted(shown)


@dataclass(frozen=True)
class _Naming:
    titles: tuple[str, ...]
    since: date
    until: date


def _made_naming(asked: _Naming) -> tuple[int, ...]:
    return _naming(asked, "", [])


def _grown_naming(asked: _Naming, before: tuple[int, ...], added: Growth) -> tuple[int, ...]:
    touched = set(added.touched)
    marks = f" OR s.record IN ({','.join(['%s'] * len(touched))})" if touched else ""
    new = _naming(asked, f" AND (s.record > %s{marks})", [added.size, *added.touched])
    return (*(record for record in before if record not in touched), *new)


def _naming(asked: _Naming, of: str, numbers: Sequence[int]) -> tuple[int, ...]:
    """Records decided between the days whose text names a title, on display or not (文字命中的记录): no text is read twice."""
    frame = read_frame(
        "SELECT s.record FROM projections_standing s JOIN ledger_payload p ON p.seq = s.seq"
        f" WHERE s.decided >= %s AND s.decided <= %s{of} AND ({' OR '.join(['p.body LIKE %s'] * len(asked.titles))})",
        [asked.since, asked.until, *numbers, *(f"%{title}》%" for title in asked.titles)],
        {"record": pl.Int64},
    )
    return tuple(frame["record"])


def decided_between(provider: str, item: str, since: date, until: date) -> int:
    """Return how many records of an item decided between two days a body handed in (已报送件数), both counted."""
    frame = read_frame(
        "SELECT COUNT(*) AS n FROM projections_standing WHERE provider = %s AND item = %s AND decided >= %s"
        " AND decided <= %s",
        [provider, item, since, until],
        {"n": pl.Int64},
    )
    return int(frame["n"][0])


_kept = Grown(SPANS_KEPT, _made, _grown)
_named = Grown(SPANS_KEPT, _made_naming, _grown_naming)
