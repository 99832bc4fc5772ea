"""The house keeps its own rules (房屋规矩): sizes, names, and law only where law lives."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "gongxin"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
OUTSIDE_LAW = [path for path in SOURCES if path.relative_to(PACKAGE).parts[0] not in {"law", "kernel"}]
TEMPLATES = sorted((PACKAGE / "doors" / "web").rglob("*.html"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_no_file_is_longer_than_a_reader_can_hold(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 800


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_every_module_says_what_it_is(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, "a module's first line says what it is, with the Chinese term"


def test_no_room_for_odds_and_ends() -> None:
    assert not [named(path) for path in SOURCES if re.search(r"(utils?|helpers?|manager|common)$", path.stem)]


@pytest.mark.parametrize("path", OUTSIDE_LAW, ids=named)
def test_no_legal_term_outside_the_law_book(path: Path) -> None:
    """A number of days or months that decides about a person belongs to `lawbook/`."""
    text = path.read_text(encoding="utf-8")
    terms = re.findall(r"timedelta\(\s*days\s*=\s*\d{2,}|add_(?:months|years|workdays)\([^)]*,\s*\d+\s*\)", text)
    assert not terms


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_no_clause_in_a_template(path: Path) -> None:
    """Article numbers reach a page from the law book, never from the page itself."""
    assert not re.findall(r"第[一二三四五六七八九十百零〇\d]+条", path.read_text(encoding="utf-8"))


def test_nothing_unfinished_is_left_lying_about() -> None:
    words = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b|pragma: no cover")
    assert not [named(path) for path in SOURCES if words.search(path.read_text(encoding="utf-8"))]


def test_the_project_names_no_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    if not any(listed):
        pytest.skip("not a git checkout")
    machine_path = re.compile("/(" + "work|root|home" + ")/")
    found = []
    for name in listed:
        path = ROOT / name
        readable = path.suffix in {".py", ".md", ".yaml", ".toml", ".html", ".js", ".css", ""} and path.is_file()
        if name and readable and machine_path.search(path.read_text(encoding="utf-8", errors="ignore")):
            found.append(name)
    assert not found
