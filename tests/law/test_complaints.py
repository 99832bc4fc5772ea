"""Complaints: clocks by a hand-made table, who may handle one, what a text suggests, what gives a complainant away."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.kernel.calendar import WorkCalendar
from gongxin.law import casework, complaints
from gongxin.law.casework import Step
from gongxin.law.complaints import Standing
from tests.law.conftest import BOOK

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "complaints.yaml").read_text(encoding="utf-8"))
LAW = BOOK.on(date(2026, 11, 22))
BODIES = {
    "province-bureau": Standing("province-bureau", "130000"),
    "city-government": Standing("city-government", "131500"),
    "city-bureau": Standing("city-bureau", "131500", ("city-government",)),
    "city-office": Standing("city-office", "131500", ("city-government",), office=True),
    "district-government": Standing("district-government", "131502", ("city-government",)),
    "district-bureau": Standing("district-bureau", "131502", ("district-government", "city-government")),
    "district-other": Standing("district-other", "131502", ("district-government", "city-government")),
    "district-station": Standing(
        "district-station", "131502", ("district-bureau", "district-government", "city-government")
    ),
}


def named(kind: str) -> list[object]:
    return [pytest.param(case, id=case.get("name") or case["text"]) for case in CASES[kind]]


@pytest.mark.parametrize("case", named("clocks"))
def test_clocks_are_those_of_the_hand_made_table(case, calendar: WorkCalendar):
    rules = casework.rules_of(complaints.KIND, law=LAW)
    standing = casework.opened(rules, Step("file", case["filed"], "applicant"), calendar=calendar)
    if "refer" in case:
        assert standing.find_clock("refer").due == case["refer"]
        return
    standing = casework.after(standing, Step("refer", case["referred"], "office"), calendar=calendar)
    refused = None
    for _each in range(case.get("extended", 0)):
        refused = complaints.refused_extension(standing, law=LAW)
        if refused is not None:
            break
        standing = casework.after(standing, Step("extend", case["referred"], "authority"), calendar=calendar)
    assert (refused.code if refused is not None else None) == case.get("refused")
    if "settle" in case:
        assert standing.find_clock("settle").due == case["settle"]


@pytest.mark.parametrize("case", named("handlers"))
def test_a_complaint_goes_to_a_body_above_and_the_second_time_one_level_up(case):
    before = [BODIES[each] for each in case.get("before", ())]
    no = complaints.refused_handler(BODIES[case["handler"]], BODIES[case["against"]], before)
    assert (no.code if no is not None else None) == case.get("refused")


@pytest.mark.parametrize("case", named("suggestions"))
def test_a_suggestion_tells_the_words_it_rests_on(case):
    found = complaints.suggest(case["text"], law=LAW)
    assert (found[0].category.id if found else None) == case["first"]
    if found:
        assert list(found[0].words) == case["words"]


@settings(max_examples=60)
@given(
    name=st.text("燕北精密机械有限公司李小林ABC123", min_size=2, max_size=10),
    before=st.text("请核实补贴是否拨付，。 ", max_size=12),
    gap=st.sampled_from(("", " ", "　", "-", "，", "\n")),
)
def test_no_text_that_holds_the_complainant_passes_however_it_is_spaced(name, before, gap):
    spaced = gap.join(name)
    assert complaints.refused_identity(f"{before}{spaced}", [name]) is not None
    assert complaints.refused_identity(before, [f"{name}〇"]) is None
