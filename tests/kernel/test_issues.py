"""Issues and refusals (问题与拒绝): one table of words, both languages, nothing left unsaid."""

from __future__ import annotations

from string import Formatter

import pytest

from gongxin.kernel.issues import MESSAGES, MESSAGES_EN, Refusal, issue, message, refusal


def _places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_each_code_has_words_in_both_languages_with_the_same_places():
    assert MESSAGES.keys() == MESSAGES_EN.keys()
    for code, words in MESSAGES.items():
        assert _places(MESSAGES_EN[code]) <= _places(words), code
        assert "." in code and words


def test_an_issue_fills_its_words_and_keeps_its_place():
    found = issue("date.impossible", row=7, column="处罚决定日期", value="2019-02-30")
    assert "2019-02-30" in found.message
    assert found.as_dict() == {
        "row": 7,
        "column": "处罚决定日期",
        "code": "date.impossible",
        "value": "2019-02-30",
        "message": found.message,
        "suggestion": None,
        "clause": None,
        "severity": "error",
    }


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_words_come_even_when_a_detail_is_missing(code):
    assert "{" not in message(code) and "{" not in message(code, language="en")


def test_an_unknown_code_is_shown_as_it_is():
    assert message("never.heard_of") == "never.heard_of"


def test_a_refusal_is_never_a_yes():
    no = refusal("basis.missing", clause="行政处罚法 第四十八条", way_forward="补充依据后重新提交")
    assert not no and isinstance(no, Refusal)
    assert no.as_dict()["clause"] == "行政处罚法 第四十八条"
