"""Indicators: what is missing is neither good nor bad, what is contested does not count, and nobody but an organisation is assessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.kernel.terms import add_months
from gongxin.law import indicators
from gongxin.law.book import BookFault
from gongxin.law.indicators import Seen
from tests.law.conftest import BOOK

TODAY = date(2026, 11, 28)
LAW = BOOK.on(TODAY)
SYSTEMS = [indicators.system_of(entry.id, law=LAW) for entry in indicators.entries(LAW)]
SYSTEM = next(each for each in SYSTEMS if each.id == "public-comprehensive")
ITEMS = sorted({each.item for each in SYSTEM.indicators})
ADVERSE = ("penalty", "abnormal-operation")

seen = st.builds(
    Seen,
    st.integers(1, 9999),
    st.sampled_from(ITEMS),
    st.none() | st.dates(date(2022, 1, 1), date(2027, 1, 1)),
    st.sampled_from([None, "minor", "general", "serious"]),
    st.sampled_from([None, "yes", "no", "partly", "running"]),
    st.booleans(),
)
sources = st.frozensets(st.sampled_from(ITEMS))


@given(st.lists(seen, max_size=8), sources)
def test_the_figures_add_up_and_a_grade_is_told_only_where_it_is_certain(found, reported):
    for system in SYSTEMS:
        result = indicators.assess(found, reported, system, as_of=TODAY)
        known = [each.contribution for each in result.figures if each.contribution is not None]
        assert sum(known, Decimal(0)) == result.low <= result.high <= 100
        assert result.covered == sum(each.indicator.weight for each in result.figures if each.points is not None)
        assert (result.low == result.high) or result.covered < 100
        if result.grade is not None:
            # A grade holds whatever the missing figures would have been.
            better = [each for each in system.grades if each.at_least > result.grade.at_least]
            assert result.low >= result.grade.at_least
            assert all(result.high < each.at_least for each in better)
            assert result.covered >= system.coverage


@given(st.lists(seen, max_size=8), sources, seen)
def test_what_is_contested_or_past_its_months_changes_nothing(found, reported, more):
    before = indicators.assess(found, reported, SYSTEM, as_of=TODAY)
    assert indicators.assess([*found, replace(more, contested=True)], reported, SYSTEM, as_of=TODAY) == before
    assert indicators.assess(found[::-1], reported, SYSTEM, as_of=TODAY).low == before.low


@given(st.lists(seen, max_size=6), seen.filter(lambda each: each.item in ADVERSE))
def test_one_more_adverse_record_never_helps(found, more):
    everything = frozenset(ITEMS)
    before = indicators.assess(found, everything, SYSTEM, as_of=TODAY)
    after = indicators.assess([*found, more], everything, SYSTEM, as_of=TODAY)
    assert after.low <= before.low
    assert after.high <= before.high


@pytest.mark.parametrize(("days", "counted"), [(0, 1), (1, 0)])
def test_a_record_counts_to_the_last_day_of_its_months_and_no_longer(days, counted):
    decided = date(2023, 11, 28)
    as_of = date.fromordinal(add_months(decided, 36).toordinal() + days)
    result = indicators.assess([Seen(1, "penalty", decided, "serious")], ITEMS, SYSTEM, as_of=as_of)
    figure = next(each for each in result.figures if each.indicator.id == "serious-penalties")
    assert figure.value == counted


def test_no_figure_without_a_source_or_with_too_few_cases():
    result = indicators.assess([Seen(1, "commitment", TODAY, performed="no")], {"penalty"}, SYSTEM, as_of=TODAY)
    missing = {each.indicator.id: each.missing for each in result.figures}
    assert missing == {
        "serious-penalties": "", "general-penalties": "", "abnormal": "source", "commitments": "sample", "honours": "source",
    }  # fmt: skip
    assert result.grade is None
    assert result.high - result.low == Decimal(20 + 15 + 10)


def test_a_natural_person_is_refused_and_no_system_can_name_one():
    refusal = indicators.refused(frozenset({"person"}), SYSTEM)
    assert refusal is not None
    assert refusal.clause
    assert indicators.refused(frozenset({"organisation"}), SYSTEM) is None
    entry = next(each for each in LAW.indicators() if each.id == SYSTEM.id)
    with pytest.raises(BookFault, match="natural person"):
        indicators.read_system(replace(entry, data={**entry.data, "subject_kinds": ["organisation", "person"]}), LAW)


def test_weights_that_do_not_add_up_are_a_fault_of_the_book():
    entry = next(each for each in LAW.indicators() if each.id == SYSTEM.id)
    with pytest.raises(BookFault, match="add up"):
        indicators.read_system(replace(entry, data={**entry.data, "indicators": entry.data["indicators"][1:]}), LAW)


def test_nothing_that_restricts_reads_a_grade():
    """No matter acts on a result: the matter it is looked at in binds nobody, and no condition of a matter knows a grade."""
    from gongxin.law.matters import CONDITIONS

    assert not {"grade", "points", "assessment"} & set(CONDITIONS)
    for system in SYSTEMS:
        assert {each.kind for each in LAW.matter(system.matter).triggers} <= {"for_reference"}
