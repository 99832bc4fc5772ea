"""The content of a report (报告内容): one object, out of which the page, the JSON and the paper are made alike.

Nothing is worded here that the law book words, and nothing is left out that the law shows: what is in force on the day,
each with its source, document, clause, end and remedy, and with the marks of open cases. What has ended is absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any

from gongxin.kernel.masking import mask_field
from gongxin.law.book import Edition, Item
from gongxin.law.reports import OTHER_SECTOR, REGISTER, SPECIAL, Period, Section, Sector, sector_for
from gongxin.rooms.disclosure.reports.sources import Known
from gongxin.spine.public import PublicLine

FORM = "gongxin-report-1"
SEVERITIES = {"minor": "轻微失信", "general": "一般失信", "serious": "严重失信"}
NOT_CONTENT = frozenset(
    {"document_no", "decided_on", "authority", "valid_from", "valid_until", "performed", "performed_on"}
)
"""Summary fields that have a column of their own."""


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as the rooms read it (一条可列入的信息), with the marks its open cases put on it."""

    line: PublicLine
    marks: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a report (报告条目)."""

    record: int
    item: str
    item_name: str
    polarity: str
    document: str
    decided: date | None
    text: str
    more: tuple[str, ...]
    authority: str
    severity: str
    display_until: date | None
    repair_from: date | None
    terms: tuple[str, ...]
    basis: str
    remedy: str
    certainty: str
    marks: tuple[str, ...]
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The entries of one section or item (报告表格); without entries it says what was looked at."""

    section: str
    section_name: str
    name: str
    short: str
    name_en: str
    polarity: str
    entries: tuple[Entry, ...]
    sources: int
    up_to: date | None
    none: str


@dataclass(frozen=True, slots=True)
class SectorRow:
    """What a special report says of one sector (领域核对结果)."""

    id: str
    name: str
    count: int
    sources: tuple[str, ...]
    up_to: date | None
    said: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a report is about (报告主体)."""

    name: str
    code: str
    code_name: str
    kind_name: str
    status: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked for it and why, on which ground, and whether its subject can see that (谁查询、为什么、对方是否知情)."""

    who: str
    why: str
    ground: str
    basis: str
    told: str
    look: str


@dataclass(frozen=True, slots=True)
class Content:
    """A report (信用报告), everything it says, before it is numbered."""

    form: str
    kind: str
    title: str
    edition: str
    platform: str
    issuer: str
    issued: datetime
    as_of: date
    data_until: date | None
    subject: Subject
    asked: Asked
    period: Period | None
    sectors: tuple[SectorRow, ...]
    sectors_chosen: bool
    tables: tuple[Table, ...]
    without_item: tuple[str, ...]
    objections: tuple[str, ...]
    gaps: tuple[str, ...]
    notes: tuple[str, ...]
    basis: str
    certainty: str
    law_book: str
    ledger_size: int
    ledger_root: str

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON shape (报告 JSON); days and moments as ISO text."""
        said: dict[str, Any] = plain(self)
        return said


def plain(value: Any) -> Any:
    """Return a value as JSON holds it."""
    if isinstance(value, str) or value is None:
        return value
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def entries_of(told: Iterable[Told], *, as_of: date, law: Edition, person: bool) -> dict[str, list[Entry]]:
    """Return the entries by item, the latest first; an adverse one that lacks one of the five things is not listed."""
    found: dict[str, list[Entry]] = {}
    for each in sorted(told, key=lambda one: (one.line.decided or date.min, one.line.record), reverse=True):
        item = law.find_item(each.line.item)
        if item is not None and item.category != REGISTER and is_whole(each.line, item):
            found.setdefault(item.id, []).append(_entry(each, item, as_of=as_of, law=law, person=person))
    return found


def is_whole(line: PublicLine, item: Item) -> bool:
    """Tell whether an adverse entry carries source, document, clause and remedy (五要素齐全); others need no such thing."""
    if item.polarity != "adverse":
        return True
    if item.required_document and not line.document:
        return False
    return bool(line.authority and line.clauses and line.remedy)


def _entry(told: Told, item: Item, *, as_of: date, law: Edition, person: bool) -> Entry:
    line = told.line
    more = []
    for field_id in item.summary_fields:
        spec, value = item.find_field(field_id), line.fields.get(field_id)
        if spec is None or not value or field_id in NOT_CONTENT or field_id == item.title_field:
            continue
        words = mask_field(field_id, spec.worded(value), kind=spec.kind, person=person)
        unit = {"wan": " 万元", "yuan": " 元"}.get(spec.unit or "", "")
        more.append(words if spec.kind == "longtext" else f"{spec.name} {words}{unit}")
    return Entry(
        record=line.record,
        item=item.id,
        item_name=item.name,
        polarity=item.polarity,
        document=line.document or "",
        decided=line.decided,
        text=mask_field(item.title_field, line.title, person=person),
        more=tuple(more),
        authority=line.authority,
        severity=line.severity or "",
        display_until=line.display_until,
        repair_from=line.repair_from,
        terms=_terms(line, item, as_of),
        basis="；".join(dict.fromkeys(full_citation(each) for each in line.clauses)),
        remedy=line.remedy or "",
        certainty=line.certainty,
        marks=told.marks,
        statements=tuple(mask_field("text", each) for each in told.statements),
    )


def full_citation(citation: Any) -> str:
    """Return a clause with its full title, and a plain word where the law book is not sure of it (条款全称)."""
    doubt = "（待法制审核）" if citation.certainty == "unverified" else ""
    return f"{citation.title}{citation.article_text}{doubt}"


def _terms(line: PublicLine, item: Item, as_of: date) -> tuple[str, ...]:
    """Return what the last column says of an entry's days (公示安排)."""
    said = []
    if line.severity:
        said.append(SEVERITIES.get(line.severity, line.severity))
    if line.fields.get("performed") and (spec := item.find_field("performed")) is not None:
        done = line.fields.get("performed_on")
        said.append(" ".join(part for part in (spec.worded(line.fields["performed"]), done) if part))
    if line.fields.get("valid_until"):
        said.append(f"有效期至 {line.fields['valid_until']}")
    elif line.display_until is not None:
        said.append(f"公示至 {line.display_until}")
    elif item.polarity == "adverse":
        said.append("法律没有规定截止日")
    if item.polarity == "adverse" and line.repair_from is not None:
        ends = line.display_until
        if ends is None or line.repair_from <= ends:
            open_now = line.repair_from <= as_of
            said.append("现在可以申请修复" if open_now else f"{line.repair_from} 起可申请修复")
    return tuple(said) or ("—",)


def fitting(sections: Sequence[Section], code: str, found: dict[str, list[Entry]]) -> tuple[Section, ...]:
    """Return the sections with the items that can concern the holder of a code (适用栏目); one that none of its items fits is left out.

    What there is an entry of stays in any case. A section without an item of the catalogue stays, since it is told of.
    """
    kept = []
    for section in sections:
        items = tuple(item for item in section.items if not item.says_nothing_of(code) or found.get(item.id))
        if items or not section.items:
            kept.append(replace(section, items=items))
    return tuple(kept)


def tables_of(sections: Sequence[Section], found: dict[str, list[Entry]], known: Known) -> tuple[Table, ...]:
    """Return the tables in the order of the sections; a section by item has one for each."""
    tables = []
    for section in sections:
        items = [item for item in section.items if item.category != REGISTER]
        parts = [[item] for item in items] if section.by_item else [items] if items else []
        for part in parts:
            entries = [entry for item in part for entry in found.get(item.id, ())]
            checked = known.of([item.id for item in part])
            named = part[0] if section.by_item else None
            tables.append(
                Table(
                    section=section.id,
                    section_name=section.name,
                    name=named.name if named else section.name,
                    short="" if named else section.short,
                    name_en=named.name_en if named else section.name_en,
                    polarity=part[0].polarity,
                    entries=tuple(entries),
                    sources=len(checked),
                    up_to=max((source.up_to for source in checked), default=None),
                    none="" if entries else known.nothing([item.id for item in part]),
                )
            )
    return tuple(tables)


def sector_rows(
    sectors: Sequence[Sector], found: dict[str, list[Entry]], known: Known, items: Sequence[str], *, law: Edition
) -> tuple[SectorRow, ...]:
    """Return what was found in each chosen sector, and which of its bodies report here (分领域核对)."""
    rows = []
    for sector in sectors:
        entries = [
            entry
            for item in items
            for entry in found.get(item, ())
            if sector_for(entry.authority, law=law) == sector.id
        ]
        sources = [source for source in known.of(items) if sector_for(source.name, law=law) == sector.id]
        up_to = max((source.up_to for source in sources), default=None)
        if entries:
            said = f"查到 {len(entries)} 条，列于后表"
        elif sources:
            said = f"没有查到记录，数据截至 {up_to}"
        else:
            said = "本平台没有归集该领域的数据，不能说明有无记录"
        if sector.id == OTHER_SECTOR and not entries and not sources:
            continue
        rows.append(
            SectorRow(sector.id, sector.name, len(entries), tuple(source.name for source in sources), up_to, said)
        )
    return tuple(rows)


def objections_of(found: dict[str, list[Entry]]) -> tuple[str, ...]:
    """Return the sentences about entries that an open case has marked (异议标注)."""
    said = []
    for entries in found.values():
        for entry in entries:
            name = entry.document or entry.text
            said += [f"{entry.item_name}“{name}”：{mark}" for mark in entry.marks]
            said += [f"{entry.item_name}“{name}”的主体声明：{text}" for text in entry.statements]
    return tuple(said)


def notes_of(kind: str, *, law: Edition) -> tuple[str, ...]:
    """Return the explanations at the end (说明), as the law book words them."""
    notes = [str(row["text"]) for row in law.parameter("report.notes").table()]
    return (law.parameter("report.special.note").text(), *notes) if kind == SPECIAL else tuple(notes)
