"""Key areas (重点领域): what is looked at is data; a day too early nothing is missing, and nothing missing is a verdict."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.kernel.calendar import WorkCalendar
from gongxin.law import areas, promisekinds, promises
from gongxin.law.areas import GAP, MET, TOLD, Shown
from gongxin.law.layers import BookFault
from gongxin.law.lint import lint
from gongxin.law.promises import PromiseStanding
from gongxin.law.standing import Act, fold
from gongxin.law.succession import Tenure
from tests.law.conftest import BOOK, overlay
from tests.law.test_cases import CASES

SUBJECT = "uscc:11131500000090018L"
DAY = date(2026, 6, 1)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def held(case: dict[str, Any], calendar: WorkCalendar) -> PromiseStanding:
    payload = {key: str(value) for key, value in case["payload"].items()}
    acts = [Act(1, "record", 1, case["item"], SUBJECT, date(2026, 1, 10), payload=payload)]
    for kind in ("progress", "change"):
        if kind in case:
            said = {key: str(value) for key, value in case[kind].items()}
            acts.append(Act(len(acts) + 1, kind, 1, case["item"], SUBJECT, date(2026, 1, 20), payload=said))
    line = fold(acts, book=BOOK, as_of=case["as_of"])
    assert line is not None
    return promises.standing(line, book=BOOK, calendar=calendar)


@pytest.mark.parametrize(
    "case", [pytest.param(each, id=each["name"]) for each in yaml.safe_load((CASES / "areas.yaml").read_text("utf-8"))]
)
def test_what_a_promise_says_and_lacks(case: dict[str, Any], calendar: WorkCalendar) -> None:
    law = BOOK.on(case["as_of"])
    area = areas.find_area(case["area"], law)
    assert area is not None
    told = areas.answers(area, held(case, calendar), law=law)
    assert {each.check.id: each.state for each in told} == case["expect"]
    assert [str(name) for each in told if each.state == GAP for name in each.missing] == case.get("missing", [])
    assert case["clause"] in {each.check.clause.key() for each in told}


def test_the_areas_are_those_of_the_document_with_their_clauses() -> None:
    law = BOOK.on(DAY)
    found = {each.id: each for each in areas.areas(law)}
    assert list(found)[:6] == ["procurement", "ppp", "tendering", "investment", "debt", "townships"]
    numbers = [found[each].bases[0].key() for each in list(found)[:6]]
    assert numbers == [f"GF-2016-76/五（{n}）" for n in "一二三四五六"]
    assert found["debt"].internal and not any(each.internal for each in found.values() if each.id != "debt")
    assert found["townships"].holds("procurement", "township") and not found["townships"].holds("livelihood", "organ")
    assert found["procurement"].holds("procurement", "township") and not found["procurement"].holds("policy", "organ")
    assert not [each for each in lint(BOOK) if each.code.startswith("areas.")]


@given(opened=st.lists(st.tuples(DAYS, st.sampled_from(["affairs", "finance"])), max_size=4), day=DAYS)
@settings(max_examples=60)
def test_what_was_opened_counts_for_its_months_and_no_day_longer(opened: list[tuple[date, str]], day: date) -> None:
    law = BOOK.on(day)
    area = areas.find_area("townships", law)
    assert area is not None
    shown = [Shown("township-disclosure", on, {"disclosure_kind": kind}) for on, kind in opened]
    told = {each.check.id: each for each in areas.answers_of_body(area, (), shown, as_of=day, law=law)}
    assert told["services"].state == TOLD and len(told["services"].missing) == 14
    for kind in ("affairs", "finance"):
        days = [on for on, of in opened if of == kind and on <= day]
        last = max(days) if days else None
        # Three months: the corresponding day still counts, a month without it ends on its last day.
        assert (told[kind].state == MET) == (told[kind].due is not None and day <= told[kind].due)
        assert (told[kind].due is None) == (last is None)
        if last is not None and told[kind].due is not None:
            assert timedelta(days=88) <= told[kind].due - last <= timedelta(days=92)


@given(
    kind=st.sampled_from([each.id for each in promisekinds.kinds(BOOK.on(DAY))]),
    holder=st.sampled_from(
        ["government", "organ", "institution", "street", "township", "office", "court", "company", "agency"]
    ),
)
@settings(max_examples=80)
def test_a_body_owes_only_what_its_kind_can_give(kind: str, holder: str) -> None:
    law = BOOK.on(DAY)
    found = promisekinds.find_kind(kind, law)
    no = promisekinds.refused_holder(kind, holder, law=law)
    assert found is not None and (no is None) == (holder in found.holders)
    assert no is None or (no.code == "promise.holder-kind" and no.clause and no.message.english)


def test_an_office_says_in_its_own_book_who_may_owe_what() -> None:
    own = overlay({"promises": {"ppp": {"overrides": "ppp", "precedence": 1, "holders": ["township"]}}})
    national = promisekinds.refused_holder("ppp", "township", law=BOOK.on(DAY))
    assert national is not None and promisekinds.refused_holder("ppp", "township", law=own.on(DAY)) is None
    new = {"name": "数字政府", "name_en": "Digital government", "bases": ["GF-2016-76"], "certainty": "unverified", "duty": "公开", "duty_en": "Open",
           "kinds": ["time-limit"], "shows": ["due_on"]}  # fmt: skip
    more = overlay({"areas": {"digital": new}})
    added = areas.find_area("digital", more.on(DAY))
    assert added is not None and added.holds("time-limit", "organ")
    assert not [each for each in lint(more) if each.code.startswith("areas.")]
    with pytest.raises(BookFault, match="everything would belong to it"):
        areas.areas(overlay({"areas": {"all": {**new, "kinds": []}}}).on(DAY))
    wrong = overlay({"areas": {"digital": {**new, "shows": ["evidence"], "records": ["nothing"]}}})
    assert {each.code for each in lint(wrong) if each.code.startswith("areas.")} == {"areas.part"}


@given(spans=st.lists(st.tuples(DAYS, st.integers(0, 300)), max_size=4), since=DAYS, length=st.integers(0, 400))
@settings(max_examples=60)
def test_whoever_held_the_post_meanwhile_is_told_and_nobody_else(
    spans: list[tuple[date, int]], since: date, length: int
) -> None:
    tenures = [
        Tenure("p", f"任职人{n}", None, first, first + timedelta(days=days)) for n, (first, days) in enumerate(spans)
    ]
    until = since + timedelta(days=length)
    told = areas.answerable(tenures, since, until)
    held_days = {
        each.holder
        for each in tenures
        for n in range(length + 1)
        if each.since <= since + timedelta(days=n) <= each.until
    }  # type: ignore[operator]
    assert {each.holder for each in told} == held_days
    assert [each.since for each in told] == sorted(each.since for each in told)
