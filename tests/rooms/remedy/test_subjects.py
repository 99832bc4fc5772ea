"""Whom a case is about (案件主体): a person's number becomes a key, whatever else it might pass for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gongxin.kernel.identifiers import is_uscc
from gongxin.kernel.identifiers.citizen import is_citizen
from gongxin.rooms.measures import check
from gongxin.rooms.remedy.changing import read_changes
from gongxin.spine import clock, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.models import Case
from gongxin.spine.cases.subjects import key_of
from gongxin.spine.ledger.acts import person_key
from tests.rooms.remedy import city
from tests.rooms.remedy.city import did, no
from tests.spine import making

People = dict[str, Viewer]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def numbers() -> list[str]:
    """Invented identity numbers of one invented birthday: order 000 to 299, each with its check character."""
    heads = [f"13010219920307{order:03d}" for order in range(300)]
    return [head + "10X98765432"[sum(int(a) * b for a, b in zip(head, WEIGHTS, strict=True)) % 11] for head in heads]


def test_a_number_that_also_passes_as_a_code_is_a_persons(on_day: Callable[[str], None], db: None) -> None:
    on_day("2026-11-23")
    both = [number for number in numbers() if is_citizen(number) and is_uscc(number)]
    assert both, "one in thirty-one passes as both"
    assert [key_of(number) for number in both] == [person_key(number) for number in both]


@pytest.mark.parametrize(("code", "key"), [(making.uscc(1), making.key(1)), ("13010219920307", None), ("", None)])
def test_a_code_is_its_subjects_and_a_faulty_one_nobodys(
    on_day: Callable[[str], None], db: None, code: str, key: str | None
) -> None:
    on_day("2026-11-23")
    assert key_of(code) == key == key_of(f" {code.lower()} ")


def test_nobody_is_guardian_of_a_company(people: People) -> None:
    said = {"ground": "minor", "text": "母亲"}
    asked = engine.Request("guardian", making.key(1), said, applicant="某母")
    assert no(engine.open_case(people["office"], asked)) == "case.person"
    assert not Case.objects.exists()


def test_a_question_about_a_look_waits_for_the_officers_of_its_body(people: People) -> None:
    city.ban()
    answered = check.check(people["officer"], making.uscc(1), "procurement", None, "标段一")
    assert isinstance(answered, dict)
    asked = engine.Request("inquiry", making.key(1), {"ground": "not-mine"}, about=str(answered["check"]))
    case = did(engine.open_case(people["subject"], asked)).case
    assert [each.number for each in finding.inbox(people["officer"])] == [case.number]


def test_a_correction_cannot_put_a_decision_into_days_to_come(on_day: Callable[[str], None], db: None) -> None:
    on_day("2026-11-23")
    item = shelf.book().on(clock.today()).item("penalty")
    assert read_changes("decided_on：2026-11-23", item) == {"decided_on": "2026-11-23"}
    assert no(read_changes("decided_on：2026-11-24", item)) == "case.correction"
