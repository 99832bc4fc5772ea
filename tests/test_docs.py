"""Documentation is tested (文档检验): terms exist, every dependency has its line, the law index is current."""

from __future__ import annotations

import ast
import re
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from gongxin.doors.cli import COMMANDS, law, lawpages
from gongxin.law.index import Index
from gongxin.law.lateness import report_due
from gongxin.law.standing import Act, fold
from gongxin.spine import shelf

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PACKAGE = ROOT / "gongxin"


def table_rows(page: Path) -> list[list[str]]:
    """The rows of every Markdown table of a page, without headings and rulers."""
    rows = []
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("|") and not set(line) <= set("|-: "):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


TERMS = [row for row in table_rows(DOCS / "terms.md") if len(row) == 5 and row[0] != "term"]


@cache
def module(path: Path) -> dict[str, ast.AST]:
    """The names a module defines at its top, those it imports left out."""
    found: dict[str, ast.AST] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found[node.name] = node
        for target in node.targets if isinstance(node, ast.Assign) else []:
            if isinstance(target, ast.Name):
                found[target.id] = node
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = node
    return found


def members(node: ast.AST) -> set[str]:
    """What a class says of itself: its methods and its annotated or assigned fields."""
    names = set()
    for part in node.body if isinstance(node, ast.ClassDef) else []:
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(part.name)
        elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            names.add(part.target.id)
        elif isinstance(part, ast.Assign):
            names |= {target.id for target in part.targets if isinstance(target, ast.Name)}
    return names


def exists(symbol: str) -> bool:
    """Whether `law.clocks.Clocks.display_until` or `lawbook:items.penalty` is there."""
    if symbol.startswith("lawbook:"):
        kind, _, entry = symbol.removeprefix("lawbook:").partition(".")
        return entry in shelf.book().definitions.get(kind, {})
    parts = symbol.split(".")
    for length in range(len(parts), 0, -1):
        place = PACKAGE.joinpath(*parts[:length])
        path = place.with_suffix(".py") if place.with_suffix(".py").is_file() else place / "__init__.py"
        if not path.is_file():
            continue
        rest = parts[length:]
        if not rest:
            return True
        node = module(path).get(rest[0])
        return node is not None and (len(rest) == 1 or rest[1] in members(node))
    return False


def test_the_register_of_terms_is_no_empty_page() -> None:
    assert len(TERMS) > 60


@pytest.mark.parametrize("row", TERMS, ids=lambda row: row[0])
def test_every_term_lives_where_the_register_says(row: list[str]) -> None:
    term, chinese, _, lives, _ = row
    assert re.search("[\u4e00-\u9fff]", chinese), f"{term} has no Chinese term"
    symbols = re.findall("`([^`]+)`", lives)
    assert symbols
    assert [symbol for symbol in symbols if not exists(symbol)] == []


def test_no_term_is_registered_twice() -> None:
    names = [row[0] for row in TERMS]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("page", ["life-of-a-record.md", "threats.md"])
def test_the_symbols_a_page_names_exist(page: str) -> None:
    """Prose names symbols, not paths: `law.grading.grade`, `lawbook:items.penalty`, `tests/…`."""
    text = (DOCS / page).read_text(encoding="utf-8")
    floors = ("site.", "doors.", "rooms.", "spine.", "law.", "kernel.", "lawbook:")
    named = [name.removesuffix("()") for name in re.findall("`([a-z][\\w.:-]+(?:\\(\\))?)`", text)]
    assert [name for name in named if name.startswith(floors) and not exists(name)] == []
    tests = re.findall(r"`(tests/[\w/.-]+)", text)
    assert [name for name in tests if not (ROOT / name).exists()] == []
    assert len(named) > 10


@pytest.mark.parametrize("test", re.findall(r"`(tests/[\w/.-]+::\w+)`", (DOCS / "threats.md").read_text("utf-8")))
def test_the_test_named_beside_a_threat_exists(test: str) -> None:
    path, _, name = test.partition("::")
    assert re.search(rf"^\s*(def|class) {name}\b", (ROOT / path).read_text(encoding="utf-8"), re.M)


def test_every_dependency_says_what_it_saves() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=!~;\s]", text, maxsplit=1)[0].lower() for text in wanted}
    rows = table_rows(DOCS / "decisions" / "dependencies.md")
    lines = {row[0] for row in rows if len(row) == 3 and row[0] != "package"}
    assert lines == names


def test_the_law_index_is_current() -> None:
    """`make docs` writes it again."""
    page = (DOCS / "law-index.md").read_text(encoding="utf-8")
    book = shelf.book()
    assert page == lawpages.index_page(book, Index(book, law.golden_cases(book)))


def test_every_command_is_in_the_operators_page() -> None:
    text = (DOCS / "operations.md").read_text(encoding="utf-8") + (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"gongxin {name}" not in text and f"make {name}" not in text] == []


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = []
    for page in [*DOCS.rglob("*.md"), ROOT / "README.md", *(ROOT / "lawbook").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)} → {target}")
    assert broken == []


def test_the_licence_is_the_whole_text_in_both_languages() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    for words in ("木兰宽松许可证， 第2版", "条款结束", "(Mulan PSL v2)", "END OF THE TERMS AND CONDITIONS"):
        assert words in text
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "MulanPSL-2.0"


def test_the_days_of_the_record_we_follow_are_the_laws() -> None:
    """The page tells one penalty's days; the law book computes the same ones."""
    edition = shelf.book().on(date(2026, 5, 12))
    item = edition.item("penalty")
    payload = {
        "subject_kind": "organisation",
        "penalty_kinds": "没收违法所得",
        "confiscated_wan": "1.2",
        "decided_on": "2026-05-12",
    }
    record = Act(1, "record", 1, "penalty", "uscc:-", date(2026, 5, 20), payload=payload)
    last, after = (fold([record], book=edition.book, as_of=date(2027, 5, day)) for day in (12, 13))
    assert last is not None
    assert after is not None
    assert (last.visible, after.visible) == (True, False)
    due = report_due(item, date(2026, 5, 12), law=edition, calendar=shelf.calendar())
    clocks = last.clocks
    days = (due.day, clocks.display_from, clocks.repair_from, clocks.display_until, clocks.share_until)
    text = (DOCS / "life-of-a-record.md").read_text(encoding="utf-8")
    assert clocks.severity == "general"
    assert [day for day in days if day is None or day.isoformat() not in text] == []
    assert f"On {clocks.display_until} the record is still shown" in text
