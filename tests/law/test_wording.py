"""Terms in words (期限的写法): filled from the value, read back from a text, and held against each other by lint."""

from __future__ import annotations

import copy

import pytest

from gongxin.law.book import Book, Layer
from gongxin.law.lint import lint
from gongxin.law.wording import UNITS, filled, says, term_text, terms_in
from tests.law.conftest import BOOK, NATIONAL


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("可自知道之日起60日内申请", {(60, "days")}),
        ("收到之日起 3 个工作日内决定", {(3, "workdays")}),
        ("在一至三年内禁止参加", {(1, "years"), (3, "years")}),
        ("1-3年", {(1, "years"), (3, "years")}),
        ("不少于六个月；2025年修正后条号后移", {(6, "months")}),
        ("目录（2024年版）、2018年标准、58号令", set()),
        ("自2026年3月5日起", set()),
        ("第七十条", set()),
        ("within 3 working days, or 1 month", {(3, "workdays"), (1, "months")}),
        ("a 60-day term", {(60, "days")}),
    ],
)
def test_terms_are_read_as_people_write_them(text, found):
    assert terms_in(text) == found


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("number", [1, 3, 10, 60])
@pytest.mark.parametrize("english", [False, True])
def test_what_is_written_is_read_back(number, unit, english):
    said = term_text(number, unit, english=english)
    assert terms_in(said) == {(number, unit)}
    assert says(said, number, unit) and not says(said, number + 1, unit)


def test_a_year_is_twelve_months_and_no_day_is_a_working_day():
    assert says("三年", 36, "months") and says("十二个月", 1, "years")
    assert not says("3日", 3, "workdays") and not says("3个工作日", 3, "days")
    assert says("三日（指工作日）", 3, "workdays")
    assert says("没有写期限", 3, "days")


def test_a_text_takes_its_term_from_the_value():
    assert filled("知道之日起{term}内申请", 60, "days") == "知道之日起 60 日内申请"
    assert filled("within {term} of it", 1, "months", english=True) == "within 1 month of it"
    assert filled("没有期限", 60, "days") == "没有期限"


def test_a_changed_term_changes_its_sentence():
    book = with_procedure("review", term=90)
    assert "90 日内申请行政复议" in book.procedures["review"].text
    assert "within 90 days" in book.procedures["review"].text_en
    assert not [one for one in lint(book) if one.code.startswith("procedure.")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": "可自知道之日起60日内申请行政复议"}, "procedure.typed_term"),
        ({"text_en": "within sixty, that is 60 days"}, "procedure.typed_term"),
        ({"text": "三个工作日内决定"}, "procedure.typed_term"),
        ({"text": "不服的，可以申请行政复议"}, "procedure.unsaid_term"),
        ({"unit": "weeks"}, "procedure.unit"),
        ({"term": None}, "procedure.no_term"),
    ],
)
def test_lint_refuses_a_term_typed_beside_the_value(changes, code):
    book = with_procedure("review", **changes)
    assert code in {one.code for one in lint(book) if one.severity == "error"}


def test_lint_refuses_a_note_that_says_another_term():
    documents = copy.deepcopy(dict(NATIONAL.documents))
    path, parameters = next(
        (path, body["parameters"])
        for path, body in documents.items()
        if "withdraw.workdays" in body.get("parameters", {})
    )
    parameters["withdraw.workdays"]["values"][0]["value"] = 5
    book = Book.from_documents([Layer(NATIONAL.name, list(documents.items()))])
    assert "value.note_differs" in {one.code for one in lint(book)}, path


def test_the_book_as_it_stands_says_its_terms_once():
    wrong = ("procedure.", "value.note_differs", "list.text_differs")
    assert not [one for one in lint(BOOK) if one.code.startswith(wrong)]


def with_procedure(procedure_id, **changes):
    """The national book with one procedure changed."""
    documents = copy.deepcopy(dict(NATIONAL.documents))
    for body in documents.values():
        told = body.get("procedures", {})
        if procedure_id in told:
            told[procedure_id].update(changes)
            told[procedure_id] = {name: value for name, value in told[procedure_id].items() if value is not None}
    return Book.from_documents([Layer(NATIONAL.name, list(documents.items()))])
