"""What came in and what did not (报送情况): counts by body, item and month, and which document numbers are known.

No word of any record is told here, and nobody is named: numbers of rows, and whether a paper with this number has ever
come in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from gongxin.kernel import estimates
from gongxin.kernel.estimates import Series
from gongxin.law.lateness import report_due
from gongxin.law.model import Item
from gongxin.law.monitoring import Month
from gongxin.spine import clock, public, shelf
from gongxin.spine.access.models import Body
from gongxin.spine.columnar import read_frame
from gongxin.spine.ledger import payloads
from gongxin.spine.ledger.append import papers
from gongxin.spine.ledger.documents import document_keys
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections import visible
from gongxin.spine.projections.models import Standing
from gongxin.spine.standing import fold_lines

CHUNK = 5_000


def monthly(since: date, until: date) -> list[Month]:
    """Return what each body reported of each item in each month between two days (月度报送), both counted.

    Late is what came after its term by the rule for its item and body (法律依据另定时限的，按一般时限计), by the date of the
    decision as it was known on the last day: a correction that came later changes no past month.
    """
    frame = read_frame(
        # Dates as texts: the embedded store gives them back as texts, the other one as days.
        'SELECT e.provider, e.item, CAST(e."on" AS TEXT), CAST(s.decided AS TEXT), COUNT(*) FROM ledger_entry e'
        " LEFT JOIN projections_standing s ON s.record = e.record"
        ' WHERE e.kind = \'record\' AND e."on" >= %s AND e."on" <= %s GROUP BY 1, 2, 3, 4',
        [since, until],
        {"provider": pl.String, "item": pl.String, "on": pl.String, "decided": pl.String, "n": pl.Int64},
    ).with_columns(pl.col("on", "decided").str.slice(0, 10).str.to_date())
    received: dict[tuple[str, str, date], int] = defaultdict(int)
    late: dict[tuple[str, str, date], int] = defaultdict(int)
    names = dict(Body.objects.values_list("code", "name"))
    law, calendar = shelf.book().on(until), shelf.calendar()
    for provider, item_id, on, decided, n in (*frame.iter_rows(), *_as_it_was(since, until)):
        month = provider, item_id, on.replace(day=1)
        received[month] += n
        item = law.find_item(item_id)
        if item is None or decided is None:
            continue
        due = report_due(item, decided, law=law, calendar=calendar, authority=names.get(provider, ""))
        late[month] += n if due.is_late(on) else 0
    return [Month(*month, n, late[month]) for month, n in sorted(received.items())]


def _as_it_was(since: date, until: date) -> Iterator[tuple[str, str, date, date | None, int]]:
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


def series_of(provider: str, item: Item, as_of: date, *, since: date) -> list[Series]:
    """Return the series of a body's document numbers in an item (文书号序列), decided on or after a day.

    The series are found in what is on display; a number that came in otherwise – about a person, expired, withdrawn, from
    another body – is known by its key and is no gap.
    """
    by_authority: dict[str, set[str]] = defaultdict(set)
    for line in public.lines_of_records(_shown(provider, item.id, as_of, since), as_of):
        if line.document:
            by_authority[line.fields.get("authority_code") or line.authority].add(line.document)
    told = []
    for authority, numbers in by_authority.items():
        for series in estimates.series_of(numbers):
            known = _known(item, authority, series)
            told.append(estimates.without(series, known) if known else series)
    return told


def naming(titles: Sequence[str], since: date, until: date) -> list[int]:
    """Return the records on display, decided between two days, whose text names one of these titles (提到某法规的记录).

    A first sifting of texts as they lie: what is really said in which field, the reader of the line sees.
    """
    if not titles:
        return []
    condition, parameters = visible.condition("s", until)
    frame = read_frame(
        "SELECT s.record FROM projections_standing s JOIN ledger_payload p ON p.seq = s.seq"
        f" WHERE s.decided >= %s AND s.decided <= %s AND {condition}"
        f" AND ({' OR '.join(['p.body LIKE %s'] * len(titles))}) ORDER BY s.record",
        [since, until, *parameters, *(f"%{title}》%" for title in titles)],
        {"record": pl.Int64},
    )
    return list(frame["record"])


def known(item: Item, authority: str, numbers: Iterable[str]) -> frozenset[str]:
    """Return which of these document numbers of an authority have ever come in (已入库的文书号)."""
    keys = {number: _key(item, authority, number) for number in numbers}
    given = pl.Series("paper", [key for key in keys.values() if key is not None], dtype=pl.Int64)
    present = set(papers(given, besides=None)["paper"]) if len(given) else set()
    return frozenset(number for number, key in keys.items() if key in present)


def decided_between(provider: str, item: str, since: date, until: date) -> int:
    """Return how many records of an item decided between two days a body handed in (已报送件数), both counted."""
    frame = read_frame(
        "SELECT COUNT(*) AS n FROM projections_standing WHERE provider = %s AND item = %s AND decided >= %s"
        " AND decided <= %s",
        [provider, item, since, until],
        {"n": pl.Int64},
    )
    return int(frame["n"][0])


def _known(item: Item, authority: str, series: Series) -> set[int]:
    missing = {series.form.format(n): n for first, last in series.gaps for n in range(first, last + 1)}
    return {missing[number] for number in known(item, authority, missing)}


def _key(item: Item, authority: str, number: str) -> int | None:
    return document_keys(item, "", {"authority": authority, "document_no": number})[2]


def _shown(provider: str, item: str, as_of: date, since: date) -> Iterator[int]:
    condition, parameters = visible.condition("s", as_of)
    frame = read_frame(
        f"SELECT s.record FROM projections_standing s WHERE s.provider = %s AND s.item = %s AND s.decided >= %s"
        f" AND {condition}",
        [provider, item, since, *parameters],
        {"record": pl.Int64},
    )
    yield from frame["record"]
