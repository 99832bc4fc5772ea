"""Measures (失信惩戒措施): rank, confirmation, repeal on its day, nobody but the subject, in proportion – rule by rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.kernel.issues import Refusal
from gongxin.kernel.terms import add_months
from gongxin.law import measures
from gongxin.law.book import Book, BookFault
from gongxin.law.clocks import clocks
from gongxin.law.facts import facts_of
from gongxin.law.lint import lint
from gongxin.law.matters import effect
from gongxin.law.measures import Term, Wanted
from tests.law.conftest import BOOK, overlay

TODAY = date(2026, 11, 23)
LAW = BOOK.on(TODAY)
BAN = LAW.book.provisions["market-access.procurement-ban"]
ROW: dict[str, Any] = {
    "id": "row", "content": "不予支持", "subjects": "某些单位", "kinds": ["organisation"], "scope": ["honours"],
    "implementer": "某局", "cure": "期满解除", "certainty": "secondary",
}  # fmt: skip


def added(group: str, bases: list[str], **more: Any) -> Book:
    """The national book with one more measure of the city's."""
    body = {"name": "某措施", "certainty": "secondary", "group": group, "bases": bases, "effect": True}
    return overlay({"measures": {"city": {**body, **more, "rows": [{**ROW, "bases": bases}]}}})


def errors(book: Book) -> set[tuple[str, str]]:
    return {(one.code, one.message) for one in lint(book) if one.severity == "error"}


@pytest.mark.parametrize(
    ("group", "bases", "region", "needed"),
    [
        ("group-1", ["PML-2024"], "", "法律、法规或者党中央、国务院政策文件"),
        ("group-1", ["MEM-11/5"], "", "法律、法规或者党中央、国务院政策文件"),
        ("group-1", ["HB-2017"], "", "法律、法规或者党中央、国务院政策文件"),
        ("group-2", ["PML-2024"], "", "法律、法规、规章或者党中央、国务院政策文件"),
        ("group-1", ["WSL-2021/78"], "13", "地方性法规"),
        ("group-1", ["WSL-2021/78"], "", None),
        ("group-2", ["MEM-11/5"], "", None),
        ("group-1", ["HB-2017"], "13", None),
    ],
)
def test_a_measure_without_a_basis_of_sufficient_rank_is_refused_with_the_rank_needed(
    group: str, bases: list[str], region: str, needed: str | None
) -> None:
    book = added(group, bases, region=region)
    found = [message for code, message in errors(book) if code == "measure.rank"]
    assert [needed in message for message in found] == ([True] if needed else [])
    force = measures.force(book.provisions["city.row"], law=book.on(TODAY))
    assert force.effective == (needed is None)


def test_a_measure_without_a_clause_is_no_measure() -> None:
    with pytest.raises(BookFault, match="without a clause"):
        added("group-1", [])


def test_what_nobody_confirmed_has_no_effect_until_the_office_says_so_and_by_whom() -> None:
    awards = BOOK.provisions["honours.awards"]
    assert measures.force(awards, law=LAW).lacks == "unconfirmed"
    confirming = {"overrides": "honours", "precedence": 1, "certainty": "secondary", "effect": True}
    confirming["rows"] = [{"id": "awards", "certainty": "secondary"}]
    assert "measure.confirmed_by" in {code for code, _ in errors(overlay({"measures": {"honours": confirming}}))}
    book = overlay({"measures": {"honours": {**confirming, "confirmed_by": "平陵市司法局〔2026〕法审 7 号"}}})
    assert not [code for code, _ in errors(book) if code.startswith("measure.")]
    assert measures.force(book.provisions["honours.awards"], law=book.on(TODAY)).effective
    matter = book.on(TODAY).matter("honours")
    found = effect_on(book, "honours", TODAY)
    told = measures.weigh(matter, found, law=book.on(TODAY))
    assert (told.kind, told.reasons_required) == ("may", True)
    assert measures.weigh(LAW.matter("honours"), effect_on(BOOK, "honours", TODAY), law=LAW).kind == "none"


def effect_on(book: Book, matter: str, day: date) -> Any:
    law = book.on(day)
    payload = {
        "decided_on": "2026-03-02", "announced_on": "2026-03-05", "authority": "平陵市财政局",
        "penalty_content": "一年内禁止参加政府采购活动", "basis": "《中华人民共和国政府采购法》第七十七条",
    }  # fmt: skip
    facts = facts_of(law.item("procurement-violation"), payload, law=law)
    return effect(law.matter(matter), facts, clocks(facts, law=law), law=law, as_of=day)


@pytest.mark.parametrize(
    "ending",
    [
        {"instruments": {"GPL-2014": {"overrides": "GPL-2014", "precedence": 1, "to": date(2026, 11, 22)}}},
        {
            "instruments": {
                "GPL-2014": {"overrides": "GPL-2014", "precedence": 1, "articles": {"77": {"to": date(2026, 11, 22)}}}
            }
        },
        {"instruments": {"PML-2024": {"overrides": "PML-2024", "precedence": 1, "to": date(2026, 11, 22)}}},
    ],
    ids=["the law", "the article", "the list"],
)
def test_a_repeal_suspends_what_rests_on_it_the_same_day_and_lists_it(ending: dict[str, Any]) -> None:
    book = overlay(ending)
    before, after = date(2026, 11, 22), date(2026, 11, 23)
    assert measures.orphans(book, before) == ()
    assert effect_on(book, "procurement", before).kind == "must_act"
    gone = {orphan.id: orphan for orphan in measures.orphans(book, after)}
    assert {"market-access.procurement-ban", "procurement.ban"} <= set(gone)
    assert gone["market-access.procurement-ban"].since == after
    assert measures.force(book.provisions["market-access.procurement-ban"], law=book.on(after)).lacks == "basis"
    assert effect_on(book, "procurement", after).kind != "must_act"


@pytest.mark.parametrize("relation", ["family", "staff", "successor", "responsible-person", "organisation", "friend"])
def test_nothing_reaches_anybody_else(relation: str) -> None:
    refused = measures.reaches(BAN, relation, law=LAW)
    assert isinstance(refused, Refusal)
    assert refused.way_forward


def test_only_a_clause_extends_and_only_to_those_it_names() -> None:
    order = BOOK.provisions["spending.court-order"]
    assert measures.reaches(order, "responsible-person", law=LAW) == LAW.ref("FS-2015-17", "3")
    assert isinstance(measures.reaches(order, "family", law=LAW), Refusal)
    widened = replace(order, extends=(replace(order.extends[0], to="family"),))
    assert isinstance(measures.reaches(widened, "family", law=LAW), Refusal), "no clause can widen it to family"


def wanted(**more: Any) -> Wanted:
    told = Wanted(BAN, "must", "general", TODAY, None, date(2027, 3, 1), "organ")
    return replace(told, **more)


def test_the_table_of_proportion() -> None:
    awards = BOOK.provisions["honours.awards"]
    kept = measures.proportion(wanted(), law=LAW)
    assert kept == Term(date(2027, 3, 1), "must", "unverified")
    refused = {
        "measure.authority": wanted(body_kind="company"),
        "measure.endless": wanted(cause_until=None),
        "measure.long": wanted(until=date(2027, 3, 2)),
        "measure.past": wanted(until=TODAY - timedelta(days=1)),
        "measure.disproportionate": wanted(provision=awards, binding="may", severity="minor"),
    }
    for code, each in refused.items():
        told = measures.proportion(each, law=LAW)
        assert isinstance(told, Refusal), code
        assert told.code == code
    undecided = measures.proportion(wanted(provision=awards, binding="may", severity=None), law=LAW)
    assert isinstance(undecided, Refusal)
    far = date(2033, 1, 1)
    general = measures.proportion(wanted(provision=awards, binding="may", cause_until=far), law=LAW)
    serious = measures.proportion(wanted(provision=awards, binding="may", severity="serious", cause_until=far), law=LAW)
    assert (general.until, serious.until) == (date(2027, 11, 22), date(2029, 11, 22))  # type: ignore[union-attr]


@given(
    st.sampled_from(sorted(BOOK.provisions)), st.sampled_from(["must", "may"]),
    st.sampled_from(["minor", "general", "serious", None]), st.dates(date(2026, 4, 1), date(2030, 1, 1)),
    st.none() | st.dates(date(2025, 1, 1), date(2035, 1, 1)), st.none() | st.dates(date(2025, 1, 1), date(2035, 1, 1)),
)  # fmt: skip
def test_no_measure_without_an_end_nor_beyond_its_cause(
    name: str, binding: str, severity: str | None, begins: date, until: date | None, cause: date | None
) -> None:
    provision = BOOK.provisions[name]
    asked = Wanted(provision, binding, severity, begins, until, cause, (*provision.body_kinds, "organ")[0])
    told = measures.proportion(asked, law=LAW)
    if isinstance(told, Refusal):
        return
    assert begins <= told.until
    assert cause is None or told.until <= cause
    assert not (binding == "may" and severity in {"minor", None})
    if binding == "may":
        assert told.until < add_months(begins, 36)


def test_the_lightest_first_and_not_too_many_together() -> None:
    funds, awards = BOOK.provisions["fiscal-funds.projects"], BOOK.provisions["honours.awards"]
    heavy = measures.least_first(funds, [funds, awards], "")
    assert isinstance(heavy, Refusal)
    assert "honours.awards" in heavy.way_forward
    assert measures.least_first(funds, [funds, awards], "评优以外仍有骗取风险") is None
    assert measures.least_first(awards, [funds, awards], "") is None
    others = [
        BOOK.provisions[each] for each in ("honours.awards", "preferences.convenience", "supervision.inspections")
    ]
    assert measures.beside(funds, others[:2], law=LAW) is None
    assert measures.beside(funds, others, law=LAW).code == "measure.many"  # type: ignore[union-attr]
    assert measures.beside(awards, others, law=LAW).code == "measure.twice"  # type: ignore[union-attr]
    assert measures.beside(replace(funds, stacking="alone"), others[:1], law=LAW).code == "measure.alone"  # type: ignore[union-attr]


def test_others_are_never_compelled() -> None:
    rows = [each for each in BOOK.provisions.values() if each.group == "group-3"]
    book = added("group-3", ["PML-2024"])
    for each in [*rows, book.provisions["city.row"]]:
        assert measures.force(each, law=book.on(TODAY)).lacks == "voluntary"
