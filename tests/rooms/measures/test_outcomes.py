"""Outcomes (处理结果): stated by the body that asked, never preselected, due in time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from gongxin.kernel.issues import Refusal
from gongxin.rooms.measures import check, outcomes
from gongxin.rooms.measures.models import Outcome
from gongxin.rooms.measures.outcomes import Statement
from gongxin.spine import clock, gauges, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.append_only import AppendOnlyFault
from gongxin.spine.cases.models import Case
from gongxin.spine.outbox import notices
from gongxin.spine.outbox.models import Notice
from tests.rooms.measures import city

Enter = Callable[..., int]


@pytest.fixture
def number(officer: Viewer, enter: Enter) -> str:
    """The number of a check that found something to act on."""
    enter("procurement-violation", city.FIRM)
    answered: Any = check.check(officer, city.FIRM_CODE, "procurement")
    return str(answered["check"])


def test_the_law_book_names_the_kinds(db: Any) -> None:
    kinds = outcomes.kinds(shelf.book().on(date(2026, 11, 23)))
    assert [kind.id for kind in kinds] == ["restricted", "not_restricted", "in_doubt", "withdrawn"]
    assert all(kind.name and kind.consequence for kind in kinds)


def test_a_statement_is_kept(officer: Viewer, number: str) -> None:
    recorded = outcomes.record(officer, number, Statement("restricted", document_no="平交易资审〔2026〕52 号"))
    assert isinstance(recorded, Outcome)
    assert outcomes.latest([number])[number] == recorded


def test_the_overview_counts_a_check_until_its_outcome_is_registered(officer: Viewer, number: str) -> None:
    day = clock.today()

    def told() -> list[tuple[str, str, int, bool]]:
        return [(row.body, row.link, row.good, row.open) for row in gauges.rows("outcomes", day.replace(day=1), day)]

    assert told() == [(city.CENTRE, f"check:{number}", 0, True)]
    assert city.FIRM_CODE not in gauges.rows("outcomes", day, day)[0].said, (
        "of a check its number is told, not its subject"
    )
    outcomes.record(officer, number, Statement("restricted", document_no="平交易资审〔2026〕52 号"))
    assert told() == [(city.CENTRE, f"check:{number}", 1, False)]
    assert gauges.rows("outcomes", date(2026, 1, 1), date(2026, 1, 31)) == ()


@pytest.mark.parametrize("kind", ["not_restricted", "in_doubt"])
def test_reasons_must_be_given_where_the_book_asks_for_them(officer: Viewer, number: str, kind: str) -> None:
    issues = outcomes.record(officer, number, Statement(kind, reason="  "))
    assert isinstance(issues, list)
    assert [issue.column for issue in issues] == ["reason"]
    assert isinstance(outcomes.record(officer, number, Statement(kind, reason="已移出名单")), Outcome)


def test_all_issues_at_once(officer: Viewer, number: str) -> None:
    issues = outcomes.record(officer, number, Statement("not_restricted", decided_on=date(2027, 1, 1)))
    assert isinstance(issues, list)
    assert {issue.column for issue in issues} == {"reason", "decided_on"}


def test_an_unknown_kind_names_the_known_ones(officer: Viewer, number: str) -> None:
    issues = outcomes.record(officer, number, Statement(""))
    assert isinstance(issues, list)
    assert "not_restricted" in issues[0].message


def test_another_bodys_check_is_nobodys_business(clerk: Viewer, number: str) -> None:
    refused = outcomes.record(clerk, number, Statement("restricted"))
    assert isinstance(refused, Refusal)
    assert refused.code == "outcome.check_unknown"


def test_a_later_statement_counts_and_the_earlier_one_stays(officer: Viewer, number: str) -> None:
    outcomes.record(officer, number, Statement("restricted"))
    outcomes.record(officer, number, Statement("not_restricted", reason="复核后更正"))
    assert outcomes.latest([number])[number].kind == "not_restricted"
    assert [each.kind for each in outcomes.history(number)] == ["restricted", "not_restricted"]


@pytest.mark.django_db(transaction=True)
def test_statements_are_not_rewritten(officer: Viewer, number: str) -> None:
    recorded = outcomes.record(officer, number, Statement("restricted"))
    assert isinstance(recorded, Outcome)
    with pytest.raises(AppendOnlyFault):
        recorded.save()
    for statement in ("UPDATE measures_outcome SET kind = 'withdrawn'", "DELETE FROM measures_outcome"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_overdue_begins_the_working_day_after_the_last(
    officer: Viewer, number: str, on_day: Callable[[str], None]
) -> None:
    [due] = outcomes.pending(city.CENTRE, date(2026, 11, 23))
    assert (due.number, due.overdue_days, due.must) == (number, 0, 1)
    assert outcomes.overdue(city.CENTRE, due.due) == []
    after = shelf.calendar().add_workdays(due.due, 1)
    [late] = outcomes.overdue(city.CENTRE, after)
    assert late == replace(due, overdue_days=1)
    outcomes.record(officer, number, Statement("restricted"))
    assert outcomes.overdue(city.CENTRE, after) == []


def test_a_check_that_found_nothing_to_act_on_needs_no_outcome(officer: Viewer, enter: Enter) -> None:
    enter("penalty", city.FIRM)
    check.check(officer, city.FIRM_CODE, "procurement")
    assert outcomes.pending(city.CENTRE, date(2026, 11, 23)) == []


def test_whoever_reported_what_is_doubted_is_told_and_so_is_the_subject(officer: Viewer, number: str) -> None:
    outcomes.record(officer, number, Statement("restricted", document_no="平交易资审〔2026〕52 号"))
    assert not Notice.objects.filter(template="check.doubt").exists(), "only a doubt is for the provider"
    outcomes.record(officer, number, Statement("in_doubt", reason="决定书上是另一家公司"))
    assert not Case.objects.filter(kind="restriction", closed_on=None).exists(), (
        "what was begun is dropped with the doubt"
    )
    told = {
        (notice.to_kind, notice.to): notices.words_of(notice)
        for notice in Notice.objects.filter(template="check.doubt")
    }
    assert set(told) == {("body", city.BUREAU), ("role", "operator"), ("subject", city.FIRM)}
    said = told["body", city.BUREAU]
    assert (
        said["check"] == number
        and said["reason"] == "决定书上是另一家公司"
        and said["body"] == "平陵市公共资源交易中心"
    )
    assert "另一家公司" not in "".join(Notice.objects.values_list("words", flat=True)), "what was said lies sealed"
