"""Unusual looks (异常查阅): questions against a post's own past; never a verdict, never a rank."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.rooms.oversight import unusual
from gongxin.rooms.oversight.models import Question
from gongxin.rooms.oversight.unusual import Rule, findings, threshold
from gongxin.spine import clock, shelf
from gongxin.spine.access import identities, looks
from gongxin.spine.access.identities import Verified
from gongxin.spine.access.looks import Draft
from gongxin.spine.access.models import Account, Body
from gongxin.spine.append_only import AppendOnlyFault
from gongxin.spine.ledger.acts import person_key

TODAY = date(2026, 6, 30)
NUMBER = "110101199003077758"


@pytest.fixture(autouse=True)
def city(db: Any, on_day: Any) -> None:
    on_day(TODAY)
    for number in range(1, 6):
        Body.objects.create(code=f"11PL030{number}", name=f"第{number}单位", kind="organ")


def rule(id: str) -> Rule:
    return next(each for each in unusual.rules(shelf.book().on(TODAY)) if each.id == id)


def account(name: str, body: str | None = "11PL0301", role: str = "officer") -> Account:
    return Account.objects.create(
        username=f"u{Account.objects.count()}", first_name=name, body_id=body, role=role, post="审核岗"
    )


def look(
    who: Account, subject: str = "uscc:91110108MA0000001X", *, on: date = TODAY, case: str = "办1", body: str = ""
) -> str:
    draft = Draft(
        str(who),
        who.pk,
        body or who.body_id or "",
        who.role,
        "web",
        "procurement",
        "政府采购法",
        case,
        subject,
        "penalty:x",
        on,
    )
    real = clock.now
    try:
        clock.now = lambda: datetime.combine(on, real().timetz())  # type: ignore[assignment]
        return looks.write(draft).number
    finally:
        clock.now = real  # type: ignore[assignment]


def found(id: str) -> list[unusual.Finding]:
    return [each for each in findings(TODAY) if each.rule == id]


def test_a_post_is_held_against_its_own_past() -> None:
    busy, calm = account("甲"), account("乙", "11PL0302")
    about = rule("volume")
    for back in range(10, 1, -1):
        for n in range(about.minimum):
            look(busy, f"row:{n}", on=TODAY - timedelta(days=back))
        look(calm, on=TODAY - timedelta(days=back))
    for n in range(about.minimum + 1):
        look(busy, f"row:{n}")
        look(calm, f"row:{n}")
    (only,) = [each for each in found("volume") if each.on == TODAY and each.body == "11PL0302"]
    assert (only.count, only.usual, only.post) == (about.minimum + 1, 1.0, "审核岗")
    assert not [each for each in found("volume") if each.body == "11PL0301"], (
        "what is usual for a post raises no question"
    )


def test_the_day_before_the_number_is_reached_nothing_is_asked() -> None:
    who, about = account("甲"), rule("no-case")
    for n in range(about.minimum - 1):
        look(who, f"row:{n}", case="")
    assert not found("no-case")
    look(who, "row:99", case=" ")
    (only,) = found("no-case")
    assert only.count == about.minimum


def test_what_has_left_the_window_is_no_longer_asked_about() -> None:
    who, about = account("甲"), rule("no-case")
    for n in range(about.minimum):
        look(who, f"row:{n}", case="", on=TODAY - timedelta(days=about.days - 1))
    assert found("no-case")
    assert not [each for each in findings(TODAY + timedelta(days=1)) if each.rule == "no-case"]


def test_one_subject_looked_at_by_many_asks_each_of_them() -> None:
    about = rule("same-subject")
    for number in range(1, about.minimum):
        look(account(f"某{number}", f"11PL030{number}"))
    assert not found("same-subject")
    look(account("末", f"11PL030{about.minimum}"))
    assert {each.body for each in found("same-subject")} == {f"11PL030{n}" for n in range(1, about.minimum + 1)}


def test_a_namesake_and_a_colleague_are_asked_about() -> None:
    citizen = account("林知夏", None, "subject")
    key = person_key(NUMBER)
    assert identities.bind(citizen.pk, Verified("local", number=NUMBER), actor="窗口") == key
    namesake, other, colleague = account("林知夏"), account("王五", "11PL0302"), account("赵六")
    look(other, key)
    assert not found("namesake") and not found("colleague")
    look(namesake, key)
    (only,) = found("namesake")
    assert only.body == "11PL0301"
    look(colleague, key)
    assert found("colleague")[0].looks


def test_ones_own_body_looked_up_is_asked_about() -> None:
    who = account("甲")
    look(who, "uscc:11PL0301")
    assert found("colleague")[0].count == 1


def test_subjects_own_looks_and_batches_raise_nothing() -> None:
    own = account("自己", None, "subject")
    for _ in range(30):
        look(own, case="")
    assert findings(TODAY) == []


def test_a_question_is_asked_once_and_counted_without_names() -> None:
    who, about = account("甲"), rule("no-case")
    for n in range(about.minimum):
        look(who, f"row:{n}", case="")
    (only,) = found("no-case")
    first = unusual.ask(only, case="CX-1", account=None)
    assert unusual.ask(only, case="CX-2", account=None).pk == first.pk
    assert Question.objects.get().case == "CX-1"
    with pytest.raises(AppendOnlyFault):
        first.delete()
    counted = {each["rule"].id: each for each in unusual.counts(TODAY)}
    assert (counted["no-case"]["standing"], counted["no-case"]["asked"]) == (1, 1)
    assert set(counted["no-case"]) == {"rule", "standing", "asked", "cases"}
    assert "score" not in unusual.as_dict(only) and "rank" not in unusual.as_dict(only)


@given(st.lists(st.integers(1, 500), max_size=60), st.integers(1, 500), st.integers(0, 9))
def test_the_bound_never_falls_below_the_minimum_and_one_wild_day_hardly_moves_it(
    past: list[int], wild: int, deviations: int
) -> None:
    about = Rule("volume", "", "", 60, 20, float(deviations))
    assert threshold(past, about) >= 20
    assert threshold([], about) == 20
    if len(past) >= 3:
        steady = [10] * len(past)
        assert threshold([*steady, wild * 1000], about) == threshold(steady, about)
