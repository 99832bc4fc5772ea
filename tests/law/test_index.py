"""Coverage: every clause of a loaded instrument is cited by a rule or by data, or excused with a reason."""

from __future__ import annotations

from datetime import date

from gongxin.law.index import Case, Index, marks, stale_excuses, uncovered, uses, where
from gongxin.law.lint import lint
from tests.law.conftest import BOOK, overlay


def test_every_clause_is_cited_or_excused():
    assert [found.label() for found in uncovered(BOOK)] == []


def test_no_excuse_has_become_untrue():
    assert [found.label() for found in stale_excuses(BOOK)] == []


def test_every_rule_cites_a_clause_the_book_holds():
    for mark in marks():
        instrument = BOOK.instruments.get(mark.ref.instrument)
        assert instrument is not None, f"{mark.module}.{mark.rule} cites {mark.ref.key()}"
        if mark.ref.article and instrument.articles:
            assert mark.ref.article in instrument.articles, f"{mark.module}.{mark.rule} cites {mark.ref.key()}"
        assert mark.summary, f"{mark.rule} says nothing of itself"


def test_from_an_article_to_rule_data_and_case():
    case = Case("tests/law/cases/bans.yaml", "一年内禁止", ("GPL-2014/77/1",))
    (found,) = where(BOOK, "GPL-2014", "77", [case])
    assert {"read_ban", "effect"} <= {mark.rule for mark in found.rules}
    assert {"parameters", "items", "matters"} <= {use.kind for use in found.data}
    assert found.cases == [case]
    assert found.covered
    assert where(BOOK, "GPL-2014", "999") == []
    assert len(where(BOOK, "GPL-2014")) > 1


def test_nothing_names_a_clause_the_book_does_not_hold():
    assert [found.label() for found in Index(BOOK).unknown()] == []


def test_lint_finds_no_error_in_the_book():
    assert [finding for finding in lint(BOOK) if finding.severity == "error"] == []


def test_lint_names_what_is_wrong():
    book = overlay(
        {
            "instruments": {
                "NEW-1": {"title": "新法", "rank": "law", "certainty": "verified", "articles": {"1": "无人引用"}}
            },
            "parameters": {
                "lost": {"unit": "days", "values": [{"value": 1, "source": "NO-SUCH/1", "certainty": "verified"}]}
            },
            "synonyms": {"no_such_field": ["某列"], "remark": ["宗教信仰"]},
            "measures": {"m": {"name": "某措施", "certainty": "unverified", "bases": ["APL-2021/999"]}},
        }
    )
    found = {(finding.code, finding.severity) for finding in lint(book)}
    assert {
        ("coverage.gap", "error"),
        ("clause.unknown", "error"),
        ("synonyms.field", "error"),
        ("forbidden.collision", "error"),
    } <= found
    severities = [finding.severity for finding in lint(book)]
    assert severities == sorted(severities, key=("error", "warning", "notice").index)


def test_an_excuse_that_is_no_longer_true_is_named():
    excused = {
        "instruments": {
            "APL-2021": {"overrides": "APL-2021", "precedence": 1, "articles": {"48": {"excused": "无规则"}}}
        }
    }
    assert [found.address for found in stale_excuses(overlay(excused))] == [("APL-2021", "48")]


def test_every_use_has_a_place():
    assert all(use.path and use.ref.instrument for use in uses(BOOK))
    assert len({use.ref.instrument for use in uses(BOOK)}) > 20
    assert BOOK.on(date(2026, 5, 1)).measures()
