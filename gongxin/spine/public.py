"""What everybody may read (公开读取): public fields of organisations' entries that are on display on the day asked about.

One of the two reading doors of the spine; the other is the gate. Natural persons never come through this one. What is
not public on the day is not counted, not paged and not hinted at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl
from django.db import connection

from gongxin.kernel.names import as_read
from gongxin.law.book import Citation, Edition
from gongxin.law.holds import Hold
from gongxin.law.model import Item
from gongxin.law.repair import after_bar
from gongxin.law.standing import Line
from gongxin.spine import display, shelf, tallies
from gongxin.spine.access.models import Body
from gongxin.spine.ledger import payloads
from gongxin.spine.ledger.acts import is_person
from gongxin.spine.outbox import service
from gongxin.spine.projections import epoch, freshness, links, visible
from gongxin.spine.projections.models import Subject
from gongxin.spine.projections.standings import fold_in_force
from gongxin.spine.standing import all_lines, present_lines_of

EXPORT_CHUNK = 20_000
FRAME_SCHEMA = {
    "record": pl.Int64,
    "item": pl.String,
    "subject": pl.String,
    "subject_name": pl.String,
    "title": pl.String,
    "authority": pl.String,
    "document": pl.String,
    "decided": pl.Date,
    "display_from": pl.Date,
    "display_until": pl.Date,
    "severity": pl.String,
    "certainty": pl.String,
    "provider": pl.String,
    "fields": pl.String,
    "marks": pl.String,
    "statements": pl.String,
}

_WRITTEN = frozenset({"fields", "marks", "statements"})
"""Columns of a frame that are written out of several values."""


@dataclass(frozen=True)
class PublicLine:
    """One entry as the public sees it (公示记录)."""

    record: int
    item: str
    item_name: str
    title: str
    authority: str
    document: str | None
    decided: date | None
    display_from: date | None
    display_until: date | None
    repair_from: date | None
    severity: str | None
    clauses: list[Citation]
    fields: dict[str, str]
    provider: str
    state: str
    certainty: str
    remedy: str | None
    subject: str
    subject_name: str
    marks: tuple[Hold, ...] = ()
    """What open cases hold it with (标注): every page, list, export and report shows their words."""
    statements: tuple[str, ...] = ()
    """What its subject says beside it (主体声明)."""


@dataclass(frozen=True)
class Source:
    """A source (信息来源) and how fresh it is: by item, and over all of them."""

    provider: str
    name: str
    updated: datetime
    up_to: date
    count: int
    by_item: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """A page of a list (名单页) and how long the list is."""

    lines: list[PublicLine]
    total: int


def public_lines(subject_key: str, as_of: date) -> list[PublicLine]:
    """Return the entries of a subject that are on display on this day (主体公示记录)."""
    return [] if is_person(subject_key) else shown_of(subject_key, present_lines_of(subject_key, as_of=as_of), as_of)


def shown_of(subject_key: str, lines: Iterable[Line], as_of: date) -> list[PublicLine]:
    """Return those of a subject's lines that are on display on this day, as the public sees them (其中公示的)."""
    if is_person(subject_key):
        return []
    law = shelf.book().on(as_of)
    shown = [line for line in lines if display.is_shown(line, as_of)]
    providers = _providers([line.record for line in shown])
    barred = service.barred_until({subject_key, *links.resolve_keys(subject_key)}, as_of) if shown else None
    return [line_for_public(line, providers[line.record], law, barred) for line in shown]


def public_counts(as_of: date) -> dict[str, int]:
    """Return how many entries of each item are on display on this day (公示数量)."""
    return dict(tallies.present(as_of).by_item)


def public_subject_count(as_of: date) -> int:
    """Return how many subjects have an entry on display on this day (有公示记录的主体数)."""
    return tallies.present(as_of).subjects


def public_page(item: str, as_of: date, offset: int = 0, limit: int = 20) -> Page:
    """Return one page of the entries of an item on display on this day, the latest first (名单)."""
    records = [record for record, _ in _latest(item, as_of, offset, limit)]
    return Page(_for_public(records, as_of), public_counts(as_of).get(item, 0))


def latest_lines(item: str, as_of: date, limit: int, fits: Callable[[str], bool]) -> list[PublicLine]:
    """Return those of the latest so many entries of an item on display whose subject fits by its key (最近的公示记录)."""
    found = _latest(item, as_of, 0, limit)
    return _for_public([record for record, subject in found if fits(display.shown_key(subject))], as_of)


def _latest(item: str, as_of: date, offset: int, limit: int) -> list[tuple[int, str]]:
    """Return record and subject of entries of an item on display, the latest first."""
    if not epoch.serves(as_of):
        shown = [line for line, _ in all_lines(as_of) if line.item == item and display.is_shown(line, as_of)]
        shown.sort(key=lambda line: (line.facts.decided_on or date.min, line.record), reverse=True)
        return [(line.record, line.subject) for line in shown[offset : offset + limit]]
    condition, parameters = visible.condition("s", as_of)
    late = [line.record for line in display.unsettled(as_of) if line.item == item]
    if late:
        condition = f"(({condition}) OR s.record IN ({','.join(map(str, late))}))"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.record, s.subject FROM projections_standing s WHERE s.item = %s AND {condition}"
            " ORDER BY s.decided DESC, s.record DESC LIMIT %s OFFSET %s",
            [item, *parameters, limit, offset],
        )
        return list(cursor.fetchall())


def public_records(as_of: date) -> Iterator[list[int]]:
    """Yield the numbers of all records on display on this day, a bounded number at a time."""
    if not epoch.serves(as_of):
        shown = [line.record for line, _ in all_lines(as_of) if display.is_shown(line, as_of)]
        for start in range(0, len(shown), EXPORT_CHUNK):
            yield shown[start : start + EXPORT_CHUNK]
        return
    condition, parameters = visible.condition("s", as_of)
    late = [line.record for line in display.unsettled(as_of)]
    if late:
        yield late
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT s.record FROM projections_standing s WHERE s.record > %s AND {condition}"
                f" ORDER BY s.record LIMIT {EXPORT_CHUNK}",
                [last, *parameters],
            )
            records = [row[0] for row in cursor.fetchall()]
        if not records:
            return
        yield records
        last = records[-1]


def public_frame(as_of: date) -> Iterator[pl.DataFrame]:
    """Yield everything on display on this day as frames (开放数据导出); `fields` holds the public fields as JSON."""
    for records in public_records(as_of):
        lines = _for_public(records, as_of)
        rows = [
            {
                **{name: getattr(line, name) for name in FRAME_SCHEMA if name not in _WRITTEN},
                "fields": json.dumps(line.fields, ensure_ascii=False, sort_keys=True),
                "marks": "；".join(mark.text for mark in line.marks),
                "statements": "；".join(line.statements),
            }
            for line in lines
        ]
        yield pl.DataFrame(rows, schema=FRAME_SCHEMA)


def lines_of_records(records: Iterable[int], as_of: date, *, known_on: date | None = None) -> list[PublicLine]:
    """Return these records as the public sees them, in their order; what is not on display is left out (按记录公开读取).

    `known_on` leaves out what was entered after that day, corrections too: as it was told on the day itself.
    """
    return _for_public(records, as_of, known_on)


def sources(as_of: date, *, confined: bool = False) -> list[Source]:
    """Return every source with its freshness as of a day (来源新鲜度).

    What is confined to its matters shows nowhere in public, not even by a count of its source; a check in such a matter
    asks for it.
    """
    hidden = {each.id for each in shelf.book().on(as_of).items() if each.confined and not confined}
    grouped: dict[str, list[tuple[str, datetime, date, int]]] = {}
    for provider, item, at, on, count in freshness.until(as_of):
        if item in hidden:
            continue
        grouped.setdefault(provider, []).append((item, at, on, count))
    names = dict(Body.objects.filter(code__in=list(grouped)).values_list("code", "name"))
    return [
        Source(
            provider=provider,
            name=names.get(provider, provider),
            updated=max(at for _, at, _, _ in rows),
            up_to=max(on for _, _, on, _ in rows),
            count=sum(count for _, _, _, count in rows),
            by_item={item: on for item, _, on, _ in rows},
        )
        for provider, rows in grouped.items()
    ]


def line_for_public(line: Line, provider: str, law: Edition, barred_until: date | None = None) -> PublicLine:
    """Return what the public may see of a line: the item's public fields, its clauses, its days and the remedy.

    A bar on applying moves the day of repair and is not named: no catalogue item puts it before the public.
    """
    item = law.item(line.item)
    shown = _public_fields(line, item)
    title = item.get_field(item.title_field).worded(shown[item.title_field]) if item.title_field in shown else item.name
    return PublicLine(
        record=line.record,
        item=item.id,
        item_name=item.name,
        title=title,
        authority=shown.get("authority", ""),
        document=shown.get("document_no"),
        decided=line.facts.decided_on,
        display_from=line.clocks.display_from,
        display_until=line.clocks.display_until,
        repair_from=after_bar(line.clocks.repair_from, barred_until),
        severity=line.clocks.severity,
        clauses=[law.cite(ref) for ref in line.clocks.clauses],
        fields=shown,
        provider=provider,
        state=line.state,
        certainty=line.clocks.certainty,
        remedy=item.remedy.said,
        subject=display.shown_key(line.subject),
        subject_name=shown.get("subject_name", ""),
        marks=line.holds,
        statements=line.statements,
    )


def _public_fields(line: Line, item: Item) -> dict[str, str]:
    return {
        spec.id: as_read(str(line.payload[spec.id]))
        for spec in item.public_fields()
        if line.payload.get(spec.id) not in (None, "")
    }


def _for_public(records: Iterable[int], as_of: date, known_on: date | None = None) -> list[PublicLine]:
    """Return the public lines of these records, in their order; each is folded once more, so that no stale row is shown."""
    wanted = list(records)
    book = shelf.book()
    law = book.on(as_of)
    found: dict[int, PublicLine] = {}
    bars = service.bars_on(as_of)
    for history in payloads.histories(wanted):
        acts = history.acts if known_on is None else [act for act in history.acts if act.on <= known_on]
        line = fold_in_force(acts, book=book, as_of=as_of)
        if line is not None and display.is_shown(line, as_of):
            barred = service.barred_until(links.resolve_keys(line.subject), as_of) if bars else None
            found[line.record] = line_for_public(line, history.provider, law, barred)
    nameless = [line.subject for line in found.values() if not line.subject_name]
    if nameless:
        names = dict(Subject.objects.filter(key__in=nameless).values_list("key", "name"))
        found = {
            record: line if line.subject_name else _named(line, names.get(line.subject, ""))
            for record, line in found.items()
        }
    return [found[record] for record in wanted if record in found]


def _named(line: PublicLine, name: str) -> PublicLine:
    return PublicLine(**{**line.__dict__, "subject_name": name})


def _providers(records: list[int]) -> dict[int, str]:
    return {history.record: history.provider for history in payloads.histories(records)}
