"""Incentives: three years to the day, what is contested counts against nobody, what lacks its basis gives nothing."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.kernel.terms import add_months
from gongxin.law import incentives
from gongxin.law.book import BookFault
from gongxin.law.incentives import Entitlement, Told
from gongxin.law.lint import lint
from tests.law.conftest import BOOK, overlay

TODAY = date(2026, 11, 28)
LAW = BOOK.on(TODAY)
ALL = incentives.incentives_of(LAW)
CHANNEL = next(each for each in ALL if each.id == "green-channel")
DECIDED = date(2023, 11, 28)

told = st.builds(
    Told,
    st.integers(1, 9999),
    st.sampled_from(["penalty", "honour", "commitment", "licence"]),
    st.sampled_from(["adverse", "favourable", "neutral"]),
    st.none() | st.dates(date(2022, 1, 1), date(2026, 11, 28)),
    st.sampled_from([None, "yes", "no", "running"]),
    st.booleans(),
)


@pytest.mark.parametrize(("days", "entitled"), [(0, False), (1, True)])
def test_three_years_without_adverse_records_end_to_the_day(days, entitled):
    as_of = add_months(DECIDED, 36) + timedelta(days=days)
    found = incentives.entitled(CHANNEL, [Told(1, "penalty", "adverse", DECIDED)], "organisation", as_of=as_of)
    assert found.entitled is entitled
    assert found.reasons[0].records == (() if entitled else (1,))


@given(st.lists(told, max_size=6), told)
def test_an_adverse_record_never_entitles_and_a_contested_one_changes_nothing(known, more):
    adverse = replace(more, item="penalty", polarity="adverse", contested=False)
    for each in ALL:
        before = incentives.entitled(each, known, "organisation", as_of=TODAY).entitled
        assert incentives.entitled(each, [*known, adverse], "organisation", as_of=TODAY).entitled <= before
        contested = [*known, replace(adverse, contested=True)]
        assert incentives.entitled(each, contested, "organisation", as_of=TODAY).entitled is before


def test_what_lacks_its_basis_or_its_review_gives_nothing():
    waiver = next(each for each in ALL if each.id == "deposit-waiver")
    assert waiver.pending == "review"
    assert not incentives.entitled(waiver, [], "organisation", as_of=TODAY).entitled
    unverified = replace(CHANNEL, certainty="unverified")
    assert not incentives.entitled(unverified, [], "organisation", as_of=TODAY).entitled
    assert incentives.entitled(CHANNEL, [], "organisation", as_of=TODAY).entitled


def test_a_broken_commitment_keeps_from_being_accepted_with_papers_missing():
    tolerance = next(each for each in ALL if each.id == "tolerance")
    broken = Told(7, "commitment", "neutral", DECIDED, "no")
    assert incentives.entitled(tolerance, [], "person", as_of=TODAY).entitled
    assert not incentives.entitled(tolerance, [broken], "person", as_of=TODAY).entitled
    assert tolerance.follow_up is not None
    assert tolerance.follow_up.text_en


def test_there_is_nothing_in_an_entitlement_to_compare_people_by():
    assert {each.name for each in fields(Entitlement)} == {"incentive", "entitled", "reasons"}


def test_an_attempt_to_feed_an_incentive_into_a_check_is_refused_by_the_book():
    """The conditions of a matter know no incentive, and the book that tries is not released."""
    rule = {
        "id": "licensing.no-incentive", "kind": "must_act", "item": "penalty", "when": {"incentive": "green-channel"},
        "clause": "ALL-2019/78", "text": "没有激励的不予许可", "certainty": "verified",
    }  # fmt: skip
    tried = {"matters": {"licensing": {"overrides": "licensing", "precedence": 1, "triggers": [rule]}}}
    found = [each for each in lint(overlay(tried)) if each.severity == "error"]
    assert any("licensing" in each.place and "incentive" in each.message for each in found)


def test_a_convenience_for_everybody_or_without_a_basis_is_a_fault_of_the_book():
    entry = next(each for each in LAW.incentives() if each.id == CHANNEL.id)
    with pytest.raises(BookFault, match="qualifies"):
        incentives.read_incentive(replace(entry, data={**entry.data, "qualifies": []}), LAW)
    with pytest.raises(BookFault, match="bases"):
        incentives.read_incentive(replace(entry, bases=()), LAW)
