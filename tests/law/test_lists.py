"""Lists of serious dishonesty: who may be listed, from when to when an entry works, what a fallen or unlawful list is worth."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.kernel.terms import add_months
from gongxin.law.lint import lint
from gongxin.law.lists import (
    Candidate,
    Stated,
    audience_of,
    counted_from,
    earliest_hearing,
    early_exit_day,
    effective_day,
    faults_of,
    find_list,
    lists_of,
    longest_end,
    may_be_listed,
    refused_minor,
    refused_unheard,
    standing_of,
    term_of,
)
from gongxin.law.standing import Act, fold
from tests.law.conftest import BOOK, overlay

DAY = date(2026, 5, 11)
LAW = BOOK.on(DAY)
COURT = "平陵市人民法院"
ONE = timedelta(days=1)
DAYS = st.dates(date(2022, 2, 1), date(2034, 12, 31))
LISTS = st.sampled_from([rule.id for rule in lists_of(LAW).values() if rule.item == "list-entry"])


def local(**changed: object) -> dict[str, object]:
    return {
        "name": "平陵市名单", "scope": "local", "jurisdiction": "1315", "item": "list-entry",
        "domain": "拒不履行法定义务", "authority": "市城管局", "authority_marks": ["城市管理"],
        "subject_kinds": ["organisation"], "public_for": ["organisation"], "term": {"months": 12, "text": "12 个月"},
        "bases": ["HB-2017"], "certainty": "verified", **changed,
    }  # fmt: skip


def told(payload: dict[str, str], as_of: date, book=BOOK):
    whole = {"subject_kind": "organisation", "uscc": "91130100MA08XHX30K", "decided_on": "2026-05-06", **payload}
    line = fold([Act(1, "record", 1, "list-entry", "", DAY, payload=whole)], book=book, as_of=as_of)
    assert line is not None
    return line


def test_every_list_of_the_book_lies_in_a_field_and_rests_on_a_sufficient_rank():
    assert {rule.id: faults_of(rule, law=LAW) for rule in lists_of(LAW).values() if faults_of(rule, law=LAW)} == {}
    assert {rule.id for rule in lists_of(LAW).values() if standing_of(rule, law=LAW) is not None} == {
        "social-insurance", "defence-duty", "research-integrity",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "code", "needed"),
    [
        ({"domain": "不文明行为"}, "list.field", "严重危害"),
        ({"bases": ["MHRSS-45/5"]}, "list.rank", "地方性法规"),
        ({"scope": "national"}, "list.rank", "部门规章"),
        ({"jurisdiction": ""}, "list.region", "jurisdiction"),
    ],
)
def test_the_linter_refuses_an_unlawful_list_and_it_has_no_effect(changed, code, needed):
    book = overlay({"lists": {"city-list": local(**changed)}})
    found = next(each for each in lint(book) if each.code == code)
    assert found.severity == "error"
    assert needed in found.message
    no = may_be_listed("city-list", Candidate("organisation", None, "平陵市城市管理局", "131500"), law=book.on(DAY))
    assert no is not None
    assert no.code == code
    line = told({"list": "city-list", "served_on": "2026-05-11", "effective_on": "2026-05-11"}, DAY, book)
    assert (line.state, line.visible, line.usable) == ("undecided", False, False)


def test_a_local_list_by_local_regulation_works_in_its_own_place_alone():
    law = overlay({"lists": {"city-list": local()}}).on(DAY)
    here, there = (Candidate("organisation", None, "平陵市城市管理局", region) for region in ("131500", "330100"))
    assert may_be_listed("city-list", here, law=law) is None
    no = may_be_listed("city-list", there, law=law)
    assert no is not None
    assert no.code == "list.elsewhere"


def test_a_list_falls_on_the_day_after_its_basis():
    repealed = {"overrides": "MHRSS-45", "precedence": 1, "to": date(2026, 12, 31)}
    book = overlay({"instruments": {"MHRSS-45": repealed}})
    payload = {"list": "wage-defaulters", "served_on": "2026-05-11", "effective_on": "2026-05-11"}
    assert told(payload, date(2026, 12, 31), book).visible
    after = told(payload, date(2027, 1, 1), book)
    assert (after.state, after.visible, after.usable) == ("undecided", False, False)
    no = may_be_listed(
        "wage-defaulters", Candidate("organisation", None, "平陵市人力资源和社会保障局"), law=book.on(date(2027, 1, 1))
    )
    assert no is not None
    assert no.code == "list.repealed"


@pytest.mark.parametrize(
    ("list_id", "whom", "code"),
    [
        ("no-such-list", Candidate("organisation", None, COURT), "list.unknown"),
        ("judgment-defaulters", Candidate("organisation", None, "平陵市城市管理局"), "list.authority"),
        ("defence-duty", Candidate("person", None, "平陵县人民政府"), "list.unverified"),
        ("judgment-defaulters", Candidate("unknown", None, COURT), "list.subject"),
        ("judgment-defaulters", Candidate("person", None, COURT, excluded=frozenset({"security"})), "list.excluded"),
        ("judgment-defaulters", Candidate("person", None, COURT), None),
    ],
)
def test_who_may_be_listed(list_id, whom, code):
    no = may_be_listed(list_id, whom, law=LAW)
    assert (no.code if no is not None else None) == code
    assert no is None or (no.clause and no.way_forward)


@given(st.dates(date(1930, 1, 1), date(2012, 12, 31)))
@settings(max_examples=60, deadline=None)
def test_nobody_under_eighteen_is_listed_the_birthday_included(born):
    eighteenth = add_months(born, 12 * 18)
    assert refused_minor(born, eighteenth, law=LAW) is not None
    assert refused_minor(born, eighteenth + ONE, law=LAW) is None
    assert refused_minor(None, eighteenth, law=LAW) is None


@given(
    LISTS, DAYS, st.integers(-40, 40), st.none() | st.integers(-400, 3000), st.integers(-3, 3000),
    st.none() | st.integers(-5, 300),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_nothing_before_service_or_after_the_longest_term(list_id, served, later, length, offset, published):
    start = served + timedelta(days=later)
    ends = None if length is None else start + timedelta(days=length)
    as_of = served + timedelta(days=offset)
    payload = {"list": list_id, "served_on": served.isoformat(), "effective_on": start.isoformat()}
    announced = None if published is None else start + timedelta(days=published)
    if announced is not None:
        payload |= {"announced_on": announced.isoformat()}
    line = told(payload | ({"ends_on": ends.isoformat()} if ends else {}), as_of)
    rule = find_list(list_id, BOOK.on(as_of))
    assert rule is not None
    term = term_of(Stated(list_id, start, served, ends, announced), law=BOOK.on(as_of))
    if line.usable or line.visible:
        assert max(served, start) <= as_of
        assert standing_of(rule, law=BOOK.on(as_of)) is None
        counted = counted_from(rule, start, announced)
        assert start <= counted <= start + timedelta(days=46), "late publication does not lengthen an entry"
        longest = longest_end(rule, counted, law=BOOK.on(as_of))
        assert longest is None or as_of <= longest
        assert term.until is None or as_of <= term.until
    if later < 0:
        assert not line.usable
    elif term.until is not None:
        assert not told(payload | {"ends_on": term.until.isoformat()}, term.until + ONE).usable


def test_from_when_a_list_can_be_left_early():
    wage, safety, court = (find_list(name, LAW) for name in ("wage-defaulters", "work-safety", "judgment-defaulters"))
    assert wage is not None
    assert safety is not None
    assert court is not None
    assert early_exit_day(wage, DAY, None) is None
    assert early_exit_day(wage, DAY, date(2026, 8, 31)) == date(2027, 2, 28)
    assert early_exit_day(safety, DAY, None) == date(2027, 5, 11)
    assert early_exit_day(court, DAY, date(2026, 6, 1)) == date(2026, 6, 1)


@given(DAYS, st.none() | DAYS)
@settings(max_examples=40, deadline=None)
def test_an_entry_never_works_before_it_was_served(served, stated):
    assert effective_day(served, stated) >= served


def test_a_person_is_never_public():
    for rule in lists_of(LAW).values():
        assert audience_of(rule, "person") == "government"


def test_a_hearing_is_owed_where_the_list_says_so_and_told_seven_days_before():
    assert {rule.hearing.when for rule in lists_of(LAW).values()} == {"asked"}, "no list that was read says more"
    book = overlay(
        {"lists": {"city-list": local(hearing={"when": "always", "source": "HB-2017", "certainty": "verified"})}}
    )
    rule = find_list("city-list", book.on(DAY))
    assert rule is not None
    no = refused_unheard(rule, held=False)
    assert no is not None
    assert (no.code, no.clause) == ("list.hearing", str(rule.hearing.source))
    assert refused_unheard(rule, held=True) is None
    assert earliest_hearing(DAY, law=LAW) == date(2026, 5, 18)
