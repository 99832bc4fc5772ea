"""The shelf (法典架): loads the law book, the calendar and the divisions from their folders, once.

The law itself reads no file. Layers come from GONGXIN_LAWBOOK, national first; each layer's YAML is laid over the ones
before it, and each layer's calendar and divisions add to those before it.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from gongxin.kernel.calendar import WorkCalendar
from gongxin.law.book import Book, Layer, parse_document
from gongxin.spine import home


def book() -> Book:
    """Return the law book of this installation (法典); the same object until a file of it changes place."""
    return _book(_layers())


def book_at(places: Sequence[str]) -> Book:
    """Return the law book made of these folders (指定法典), national first: to compare two books, for instance."""
    return _book(tuple(places))


def calendar() -> WorkCalendar:
    """Return the calendar of working days (工作日历), make-up days included."""
    return _calendar(_layers())


def divisions() -> frozenset[str]:
    """Return every code of an administrative division (行政区划代码) known at some time."""
    return frozenset(division_names())


def division_names() -> dict[str, str]:
    """Return the divisions with their latest names (行政区划名称)."""
    return _divisions(_layers())


def township_names() -> dict[str, str]:
    """Return the streets and townships with their names (街道、乡镇名称), by codes of nine digits; read when first asked."""
    return _townships(_layers())


@dataclass(frozen=True, slots=True)
class TilePlace:
    """Where a division stands in a tile diagram (方格位置): its short name, column and row from the top left."""

    code: str
    above: str
    """The division in whose diagram it stands."""
    name: str
    name_en: str
    column: int
    row: int


def tile_places() -> dict[str, TilePlace]:
    """Return the divisions that have a place in the tile diagram of the one above them (方格示意图的位置), by code."""
    return _tiles(_layers())


def forget() -> None:
    """Read the law book anew at the next asking: for an operator who changed a file, and for tests."""
    for cached in (_book, _calendar, _divisions, _townships, _tiles):
        cached.cache_clear()


def _layers() -> tuple[str, ...]:
    return tuple(str(place) for place in settings.GONGXIN_LAWBOOK)


@lru_cache(maxsize=4)
def _book(places: tuple[str, ...]) -> Book:
    return Book.from_documents([_layer(Path(place)) for place in places])


def _layer(place: Path) -> Layer:
    if not place.is_dir():
        raise FileNotFoundError(f"GONGXIN_LAWBOOK names {place}, which is no folder")
    texts = [
        (str(path.relative_to(place)), path.read_text(encoding="utf-8"))
        for path in sorted(place.rglob("*.yaml"))
        if not any(part.startswith((".", "_")) for part in path.relative_to(place).parts)
    ]
    return Layer(place.name, _parsed(texts))


def _parsed(texts: list[tuple[str, str]]) -> list[tuple[str, dict[str, object]]]:
    """Return the parsed documents, from the kept copy when not a letter has changed: YAML reads slowly."""
    fingerprint = hashlib.sha256(repr(texts).encode() + Path(__file__).read_bytes()).hexdigest()
    kept = home.home() / "lawbook-cache" / f"{fingerprint}.pickle"
    if kept.exists():
        documents: list[tuple[str, dict[str, object]]] = pickle.loads(kept.read_bytes())
        return documents
    documents = [(path, dict(parse_document(text, path))) for path, text in texts]
    # Where nothing can be written, nothing is kept: the book is read anew each time, and rightly.
    with contextlib.suppress(OSError):
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        for older in sorted(kept.parent.glob("*.pickle"), key=lambda path: path.stat().st_mtime)[:-8]:
            older.unlink(missing_ok=True)
        draft = kept.with_suffix(f".{id(documents)}")
        draft.write_bytes(pickle.dumps(documents))
        draft.replace(kept)
    return documents


@lru_cache(maxsize=4)
def _calendar(places: tuple[str, ...]) -> WorkCalendar:
    rows = list(_rows(places, "calendar/days.csv"))
    # A year is known when it has a notice of its own; a day of it may stand in the notice of the year after.
    years: dict[int, dict[date, bool]] = {int(row["notice"]): {} for row in rows}
    for row in rows:
        day = date.fromisoformat(row["date"])
        if day.year in years:
            years[day.year][day] = row["workday"] == "1"
    return WorkCalendar(years)


@lru_cache(maxsize=4)
def _divisions(places: tuple[str, ...]) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in _rows(places, "regions/divisions.csv"):
        if row["code"] not in names or not row.get("to"):
            names[row["code"]] = row["name"]
    return names


@lru_cache(maxsize=4)
def _townships(places: tuple[str, ...]) -> dict[str, str]:
    return {row["code"]: row["name"] for row in _rows(places, "regions/townships.csv")}


@lru_cache(maxsize=4)
def _tiles(places: tuple[str, ...]) -> dict[str, TilePlace]:
    return {
        row["code"]: TilePlace(
            row["code"], row["above"], row["name"], row["name_en"], int(row["column"]), int(row["row"])
        )
        for row in _rows(places, "regions/tiles.csv")
    }


def _rows(places: tuple[str, ...], name: str) -> Iterator[dict[str, str]]:
    for place in places:
        path = Path(place) / name
        if path.exists():
            with path.open(encoding="utf-8-sig", newline="") as file:
                yield from csv.DictReader(file)
