"""The law book as it stands in the checkout, read once for all tests of the law."""

from __future__ import annotations

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from gongxin.kernel.calendar import WorkCalendar
from gongxin.law.book import Book, Layer, parse_document

ROOT = Path(__file__).resolve().parents[2]
LAWBOOK = ROOT / "lawbook"


def read_layer(place: Path, name: str = "national") -> Layer:
    paths = sorted(place.rglob("*.yaml"))
    texts = [(str(path.relative_to(place)), path.read_text(encoding="utf-8")) for path in paths]
    return Layer(name, [(path, parse_document(text, path)) for path, text in texts])


NATIONAL = read_layer(LAWBOOK)
BOOK = Book.from_documents([NATIONAL])


def overlay(documents: dict[str, object], name: str = "city") -> Book:
    """The national book with one overlay on top."""
    return Book.from_documents([NATIONAL, Layer(name, [(f"{name}.yaml", documents)])])


@pytest.fixture(scope="session")
def book() -> Book:
    return BOOK


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    rows = list(csv.DictReader((LAWBOOK / "calendar" / "days.csv").open(encoding="utf-8-sig")))
    years: dict[int, dict[date, bool]] = {int(row["notice"]): {} for row in rows}
    for row in rows:
        day = date.fromisoformat(row["date"])
        if day.year in years:
            years[day.year][day] = row["workday"] == "1"
    return WorkCalendar(years)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    place = Path(os.environ.get("GONGXIN_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not place.is_dir():
        pytest.skip(f"real data is not beside the checkout ({place})")
    return place
