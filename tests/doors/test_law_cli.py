"""`gongxin law` (法典命令): article to rule, lint, differences; without any store, the same in text and JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from gongxin.doors.cli import law, main
from gongxin.law.book import Book, Layer, parse_document
from gongxin.law.comparison import between_books, between_days
from gongxin.law.index import Index, cases_in
from gongxin.law.lint import lint, unverified
from gongxin.spine import shelf

INSTRUMENT = """
instruments:
  TOY-2020:
    title: 玩具法
    from: 2020-01-01
    rank: law
    certainty: secondary
    articles:
      "1": {text: 第一条的摘要, summary: true, excused: 目的条款}
      "2": {text: 第二条的摘要, summary: true}
"""
VALUE = """
parameters:
  toy.term:
    unit: months
    values:
      - {from: 2020-01-01, value: 12, source: TOY-2020/2, certainty: secondary}
      - {from: 2024-05-01, value: 6, source: TOY-2020/2, certainty: secondary}
"""


def book(*texts: str) -> Book:
    documents = [(f"toy{place}.yaml", parse_document(text, f"toy{place}.yaml")) for place, text in enumerate(texts)]
    return Book.from_documents([Layer("toy", documents)])


def findings(toy: Book) -> set[tuple[str, str, str]]:
    found = {(f.severity, f.code, f.place) for f in lint(toy, Index(toy))}
    return {row for row in found if not row[2].startswith("gongxin.law.")}


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["law", *words])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("named", ["APL-2021", "apl-2021", "行政处罚法", "中华人民共和国行政处罚法", "《行政处罚法》"])
@pytest.mark.parametrize("article", ["48", "第四十八条", "第四十八条第一款"])
def test_an_article_is_found_however_it_is_written(
    capsys: pytest.CaptureFixture[str], named: str, article: str
) -> None:
    code, out = answer(capsys, "where", named, article, "--json")
    document = json.loads(out)
    assert code == 0
    assert document["instrument"]["id"] == "APL-2021"
    [entry] = document["articles"]
    assert json.loads(answer(capsys, "where", f"{named}/48/1", "--json")[1]) == document, "as the book cites it"
    assert entry["label"] == "行政处罚法 第四十八条"
    assert ("items", "penalty") in {(use["kind"], use["id"]) for use in entry["data"]}


@pytest.mark.parametrize("named", ["令36", "36号令", "国家发展改革委令第36号", "NDRC-36"])
def test_the_display_period_is_found_from_the_number_of_the_rule(
    capsys: pytest.CaptureFixture[str], named: str
) -> None:
    code, out = answer(capsys, "where", named)
    assert code == 0
    assert "parameters.display.general.max from 2026-04-01 = 12 months" in out
    assert "gongxin.law.grading.grade" in out
    assert "tests/law/cases/display.yaml" in out
    assert "《信用修复管理办法》" in out


def test_a_numbered_section_is_found_with_and_without_its_brackets(capsys: pytest.CaptureFixture[str]) -> None:
    for article in ("18", "十八", "（十八）"):
        code, out = answer(capsys, "where", "国办发〔2015〕51号", article)
        assert code == 0
        assert "大数据服务监管意见 （十八）" in out


def test_what_the_book_does_not_hold_is_wrong_usage_and_says_what_there_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["law", "where", "没有这部法"]) == 2
    assert main(["law", "where", "行政处罚法", "999"]) == 2
    assert "48" in capsys.readouterr().err
    assert main(["law", "show", "display.general.mx"]) == 2
    assert "display.general.max" in capsys.readouterr().err


def test_the_book_in_this_tree_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    """Every clause of a loaded instrument is cited by rule or data, or excused; every reference is known."""
    code, out = answer(capsys, "lint", "--json")
    document = json.loads(out)
    errors = [finding for finding in document["findings"] if finding["severity"] == "error"]
    assert errors == []
    assert code == 0
    waiting = {(row["kind"], row["id"]) for row in document["unverified"]}
    assert ("parameters", "transition.stock") in waiting


def test_nothing_is_excused_that_something_rests_on() -> None:
    assert [resting.label() for resting in Index(shelf.book()).overexcused()] == []


def test_a_gap_an_unknown_clause_and_a_claim_above_its_source_are_found() -> None:
    assert findings(book(INSTRUMENT, VALUE)) == set()
    assert ("error", "coverage.gap", "TOY-2020/2") in findings(book(INSTRUMENT))
    unknown = VALUE.replace("TOY-2020/2", "TOY-2020/7")
    assert ("error", "clause.unknown", "toy1.yaml parameters.toy.term") in findings(book(INSTRUMENT, unknown))
    sure = VALUE.replace("certainty: secondary", "certainty: verified")
    assert ("notice", "value.surer_than_source", "parameters.toy.term from 2020-01-01") in findings(
        book(INSTRUMENT, sure)
    )


def test_a_measure_nobody_confirmed_has_no_effect() -> None:
    measure = "measures: {stop: {name: 停, bases: [TOY-2020/2], certainty: unverified, effect: true}}"
    assert ("error", "measure.unverified_effect", "toy1.yaml measures.stop") in findings(book(INSTRUMENT, measure))
    assert findings(book(INSTRUMENT, measure.replace("true", "false"))) == set()


def test_the_measures_of_this_tree_that_nobody_confirmed_have_no_effect() -> None:
    measures = shelf.book().entries["measures"].values()
    assert {entry.data["effect"] for entry in measures if entry.certainty == "unverified"} == {False}
    assert any(entry.data["effect"] for entry in measures)


def test_what_waits_for_a_lawyer_is_listed_with_its_clause() -> None:
    waiting = unverified(book(INSTRUMENT, VALUE.replace("secondary", "unverified")))
    assert ("parameters", "toy.term", "from 2020-01-01", "玩具法 第二条") in waiting


def test_a_faulty_book_is_reported_and_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, settings: object
) -> None:
    (tmp_path / "toy.yaml").write_text(INSTRUMENT.replace("rank: law", "rank: rumour"), encoding="utf-8")
    settings.GONGXIN_LAWBOOK = [str(tmp_path)]  # type: ignore[attr-defined]
    code, out = answer(capsys, "lint", "--json")
    assert code == 1
    [finding] = json.loads(out)["findings"]
    assert "TOY-2020" in finding["place"]
    assert "rank" in finding["message"]


def test_two_books_that_conflict_show_both_places(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, settings: object
) -> None:
    for layer in ("national", "city"):
        (tmp_path / layer).mkdir()
        (tmp_path / layer / "toy.yaml").write_text(INSTRUMENT, encoding="utf-8")
    settings.GONGXIN_LAWBOOK = [str(tmp_path / "national"), str(tmp_path / "city")]  # type: ignore[attr-defined]
    code, out = answer(capsys, "lint")
    assert code == 1
    assert "[national]" in out
    assert "[city]" in out


def test_the_day_before_and_the_day_of_an_edition_differ() -> None:
    toy = book(INSTRUMENT, VALUE)
    assert between_days(toy, date(2024, 4, 29), date(2024, 4, 30)) == []
    [change] = between_days(toy, date(2024, 4, 30), date(2024, 5, 1))
    assert (change.id, change.before, change.after, change.change) == ("toy.term", "12 months", "6 months", "changed")


def test_the_change_of_2026_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = answer(capsys, "diff", "2026-03-31", "2026-04-01", "--json")
    assert code == 0
    told = {row["id"]: row for row in json.loads(out)["differences"]}
    assert (told["display.general.max"]["before"], told["display.general.max"]["after"]) == ("36 months", "12 months")
    assert told["NDRC-36"]["change"] == "added"
    assert told["NDRC-58"]["change"] == "removed"
    code, out = answer(capsys, "diff", "2026-03-30", "2026-03-31", "--json")
    assert json.loads(out)["differences"] == []


def test_an_overlay_tells_what_it_changes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    below, above = tmp_path / "national", tmp_path / "city"
    for place, text in ((below, INSTRUMENT + VALUE), (above, "")):
        place.mkdir()
        (place / "toy.yaml").write_text(
            text
            or (
                "parameters: {toy.term: {overrides: toy.term, precedence: 1, "
                "values: [{from: 2024-05-01, value: 5, source: TOY-2020/2, certainty: verified}]}}"
            ),
            encoding="utf-8",
        )
    code, out = answer(capsys, "diff", "--books", str(below), f"{below}:{above}", "--json")
    assert code == 0
    told = {(row["id"], row["before"], row["after"]) for row in json.loads(out)["differences"]}
    assert ("toy.term.values[2024-05-01].value", "6", "5") in told
    assert between_books(shelf.book_at([str(below)]), shelf.book_at([str(below)])) == []


@pytest.mark.parametrize("words", [["diff"], ["diff", "2026-01-01"], ["diff", "2026-01-01", "--books", "a", "b"]])
def test_a_comparison_needs_two_sides(words: list[str]) -> None:
    assert main(["law", *words]) == 2


@pytest.mark.parametrize("task", ["items", "matters"])
def test_the_listings_say_on_which_clause_each_stands(capsys: pytest.CaptureFixture[str], task: str) -> None:
    code, out = answer(capsys, task, "--on", "2026-11-23", "--json")
    rows = json.loads(out)[task]
    assert code == 0
    assert rows
    assert all(row.get("bases") or row.get("clause") for row in rows)
    assert answer(capsys, task, "--on", "2026-11-23")[1].count("\n") >= len(rows)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("penalty", "处罚决定日期"),
        ("procurement", "政府采购法"),
        ("display.general.max", "12"),
        ("wage-defaulters", "三年"),
        ("market-access", "限制市场或行业准入"),
        ("review", "60"),
        ("民法典", "第一款"),
    ],
)
def test_anything_in_the_book_can_be_shown(capsys: pytest.CaptureFixture[str], entry: str, words: str) -> None:
    code, out = answer(capsys, "show", entry)
    assert code == 0
    assert words in out
    assert json.loads(answer(capsys, "show", entry, "--json")[1])


def test_cases_are_found_by_key_and_by_print() -> None:
    toy = book(INSTRUMENT, VALUE)
    document = {
        "cases": [
            {"name": "by key", "expect": {"clause": "TOY-2020/2/1"}},
            {"name": "by print", "expect": {"clause": "玩具法 第二条第一款"}},
            {"name": "by another", "expect": {"clause": "玩具法 第二十条"}},
        ]
    }
    [resting] = Index(toy, cases_in("cases.yaml", document)).find("TOY-2020", "2")
    assert [case.name for case in resting.cases] == ["by key", "by print"]


def test_the_command_needs_no_store(tmp_path: Path) -> None:
    """A fresh home and a database that is not there: the law answers all the same and leaves no store behind."""
    home = tmp_path / "home"
    environment = {
        "PATH": "",
        "PYTHONPATH": str(law.CASES.parent.parent),
        "PYTHONIOENCODING": "utf-8",
        "GONGXIN_HOME": str(home),
        "GONGXIN_DATABASE_URL": "postgres://nobody:nothing@127.0.0.1:1/none",
    }

    def said(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gongxin.doors.cli", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, env={**environment, **more})

    answered = said("law", "where", "行政处罚法", "9", "--json")
    assert answered.returncode == 0, answered.stderr
    assert json.loads(answered.stdout)["articles"][0]["article"] == "9"
    assert not list(home.glob("*.sqlite3"))
    before_init = said("search", "平陵", GONGXIN_DATABASE_URL="")
    assert (before_init.returncode, before_init.stderr.count("gongxin init")) == (1, 1), (
        "tables are missing, and how to make them"
    )


def test_where_nothing_can_be_written_the_law_answers_and_the_store_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A department's machine, a read-only disk: no trace of the program's inside in either case."""
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("GONGXIN_HOME", str(tmp_path / "file" / "home"))

    def fallen() -> None:
        raise NotADirectoryError(20, "Not a directory", os.environ["GONGXIN_HOME"])

    with monkeypatch.context() as once:
        once.setattr("django.setup", fallen)
        assert main(["search", "平陵"]) == 1
    assert "GONGXIN_HOME" in capsys.readouterr().err
    assert main(["law", "where", "行政处罚法", "9"]) == 0
    assert Path(os.environ["GONGXIN_HOME"]).is_dir()
