"""What changes between two editions or two books (版本比较): a list of plain differences, each with its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from gongxin.law.book import Book, Edition


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference (差异): what differs, and how it reads on either side; None where it is absent."""

    kind: str
    id: str
    before: str | None
    after: str | None
    source: str = ""
    certainty: str = ""

    @property
    def change(self) -> str:
        """`added`, `removed` or `changed`."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    def as_dict(self) -> dict[str, Any]:
        return {"change": self.change, **asdict(self)}


def between_days(book: Book, earlier: date, later: date) -> list[Difference]:
    """What holds differently on two days under one book (两日之间的变化): values, instruments, items, lists."""
    before, after = _holding(book.on(earlier)), _holding(book.on(later))
    return _differences(before, after)


def between_books(before: Book, after: Book) -> list[Difference]:
    """What two books say differently (两部法典的差异), key by key, whatever the day."""
    return _differences(_stated(before), _stated(after))


_Row = tuple[str, str, str]
"""How it reads, its source, its certainty."""


def _differences(before: Mapping[tuple[str, str], _Row], after: Mapping[tuple[str, str], _Row]) -> list[Difference]:
    found = []
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        standing = new or old or ("", "", "")
        found.append(Difference(*key, old[0] if old else None, new[0] if new else None, standing[1], standing[2]))
    return found


def _holding(edition: Edition) -> dict[tuple[str, str], _Row]:
    rows: dict[tuple[str, str], _Row] = {}
    for value in edition.parameters():
        written = f"{_plain(value.value)} {value.unit}".strip()
        rows["parameters", value.id] = (written, str(value.source or ""), value.certainty)
    for instrument in edition.instruments():
        if instrument.in_force(edition.day):
            rows["instruments", instrument.id] = (instrument.short, instrument.number, instrument.certainty)
    for item in edition.items():
        rows["items", item.id] = (item.name, "、".join(str(ref) for ref in item.bases), item.certainty)
    for procedure in edition.procedures():
        rows["procedures", procedure.id] = (procedure.name, str(procedure.clause or ""), procedure.certainty)
    for entry in (*edition.lists(), *edition.measures(), *edition.indicators()):
        rows[entry.kind, entry.id] = (entry.name, "、".join(str(ref) for ref in entry.bases), entry.certainty)
    if any(entry.since <= edition.day for entry in edition.book.catalogues.values()):
        catalogue = edition.catalogue()
        rows["catalogues", "current"] = (catalogue.name, str(catalogue.source), catalogue.certainty)
    return rows


def _stated(book: Book) -> dict[tuple[str, str], _Row]:
    rows: dict[tuple[str, str], _Row] = {}
    for kind, entries in book.definitions.items():
        for entry_id, definition in entries.items():
            certainty = str(definition.body.get("certainty", ""))
            for key, text in _flat(definition.body):
                rows[kind, f"{entry_id}.{key}"] = (text, "", certainty)
    return rows


def _flat(body: object, path: str = "") -> list[tuple[str, str]]:
    if isinstance(body, Mapping):
        return [row for key, part in body.items() for row in _flat(part, f"{path}.{key}" if path else str(key))]
    if isinstance(body, list) and any(isinstance(part, Mapping) for part in body):
        return [row for place, part in enumerate(body) for row in _flat(part, f"{path}[{_name(part, place)}]")]
    return [(path, _plain(body))]


def _name(part: object, place: int) -> str:
    """A row of a list is named by what it says of itself, so that an inserted row does not shift the others."""
    if isinstance(part, Mapping):
        for key in ("id", "from", "value"):
            if key in part:
                return str(part[key])
    return str(place)


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return "、".join(_plain(part) for part in value)
    if isinstance(value, Mapping):
        return "；".join(f"{key}={_plain(part)}" for key, part in value.items())
    return "" if value is None else str(value)
