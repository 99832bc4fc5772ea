"""Assessment of governments (政务诚信评价): intervals that keep their word, ranks only where certain, weights moved both ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gongxin.kernel import estimates
from gongxin.kernel.issues import Refusal
from gongxin.kernel.terms import add_months
from gongxin.law import bodyassessments, bodysystems, indicators, thirdparties
from gongxin.law.bodyassessments import Compared, Fact, Group, Member, Result
from gongxin.law.book import BookFault, LawSilent
from gongxin.law.thirdparties import Frozen, Line, Ratings
from tests.examples import how_many
from tests.law.conftest import BOOK

TODAY = date(2026, 11, 28)
LAW = BOOK.on(TODAY)
[SYSTEM] = bodysystems.systems(LAW)
[ENTRY] = indicators.entries(LAW, of_bodies=True)
SHARES = [each for each in SYSTEM.indicators if each.measure == "share"]
PEERS = next(each for each in SYSTEM.peers if each.unit == "body")
UNITS = ("A", "B", "C", "D")


def facts(unit: str, source: str, good: int, bad: int) -> list[Fact]:
    """So many rows of a source that ended well, so many that did not."""
    indicator = next(each for each in SYSTEM.indicators if each.source == source)
    poor = next((each for each in indicator.counts if each not in indicator.good), "")
    ends = [indicator.good[0]] * good + [poor] * bad
    return [Fact(source, unit, f"{source}:{n}", TODAY, end) for n, end in enumerate(ends)]


def compare(rows: list[Fact], units: tuple[str, ...] = UNITS, silent: frozenset[str] = frozenset()) -> Compared:
    group = Group(PEERS, "131500", 4, {unit: (unit,) for unit in units})
    return bodyassessments.compare(group, rows, SYSTEM, silent=silent, as_of=TODAY)


def of(told: Compared, unit: str) -> Result:
    return next(each for each in told.results if each.unit == unit)


many = st.sampled_from([(60, 0), (0, 60), (57, 3), (30, 30), (3, 57)])
few = st.tuples(st.sampled_from([0, 1, 4, 5]), st.sampled_from([0, 1]))
worlds = st.dictionaries(
    st.sampled_from(UNITS),
    st.fixed_dictionaries({each.source: st.one_of(many, few) for each in SHARES} | {"broken-faith": st.integers(0, 4)}),
    min_size=2,
)


def rows_of(world: dict[str, dict[str, object]]) -> list[Fact]:
    rows: list[Fact] = []
    for unit, told in world.items():
        for source, n in told.items():
            if isinstance(n, tuple):
                rows += facts(unit, source, *n)
            elif isinstance(n, int):
                rows += [Fact(source, unit, f"record:{k}", TODAY, "record") for k in range(n)]
    return rows


@settings(max_examples=how_many(40), deadline=None)
@given(worlds)
def test_a_rank_is_told_only_where_nobody_else_can_have_it_and_holds_only_where_no_weight_takes_it(world):
    told = compare(rows_of(world))
    enough = [each for each in told.results if each.covered >= SYSTEM.coverage and each.cases >= SYSTEM.minimum]
    assert told.ranked == len(enough)
    for each in told.results:
        assert 0 <= each.low <= each.high <= 100
        assert each.cases == sum(
            f.whole for f in each.figures if f.value is not None and f.indicator.measure == "share"
        )
        assert (each.rank is None) == bool(each.why)
        if each.rank is None:
            assert each.holds is None
            continue
        others = [one for one in enough if one.unit != each.unit]
        above = [one for one in others if one.low > each.high]
        assert each in enough and each.rank == len(above) + 1
        assert all(one.high < each.low for one in others if one not in above)
        always = [lasts(each, one) for one in others]
        if all(asides(each) == asides(one) for one in others):
            assert each.holds == all(always)
        else:
            assert all(always) or not each.holds, "never said to hold where some weights take it"
    ranks = [each.rank for each in told.results if each.rank is not None]
    assert len(ranks) == len(set(ranks))


CORNERS = np.array(list(product((1 - SYSTEM.moved / 100, 1 + SYSTEM.moved / 100), repeat=len(SYSTEM.indicators))))
"""Every way of moving each weight up or down by the system's percentage; a sum of weights is least at one of them."""


def asides(one: Result) -> list[bool]:
    return [each.aside for each in one.figures]


def lasts(one: Result, other: Result) -> bool:
    upper, lower = (one, other) if one.low > other.high else (other, one)
    weights = CORNERS * np.array([each.weight for each in upper.figures])
    ends = ((upper, [each.low for each in upper.figures]), (lower, [each.high for each in lower.figures]))
    kept = [weights * ~np.array(asides(each)) for each, _values in ends]
    means = [(mine @ np.array(values)) / mine.sum(axis=1) for mine, (_each, values) in zip(kept, ends, strict=True)]
    return bool((means[0] - means[1]).min() > 1e-7)


@settings(max_examples=how_many(40), deadline=None)
@given(worlds, st.lists(st.booleans(), min_size=len(SHARES), max_size=len(SHARES)))
def test_a_body_with_one_case_of_a_kind_is_never_ranked(world, which):
    rows = rows_of({unit: told for unit, told in world.items() if unit != "A"})
    rows += [fact for has, each in zip(which, SHARES, strict=True) if has for fact in facts("A", each.source, 1, 0)]
    alone = of(compare(rows), "A")
    assert alone.rank is None and alone.why == "sample"


def test_weights_moved_by_ten_per_cent_show_which_ranks_hold():
    # C is far below; B is a little below A in a way that hangs on how much two opposite indicators weigh.
    rows = []
    for unit, (kept, tasks) in {"A": (975, 25), "B": (25, 975), "C": (0, 0)}.items():
        for each in SHARES:
            good = {"promises": kept, "tasks": tasks}.get(each.source, 0 if unit == "C" else 1000)
            rows += facts(unit, each.source, good, 1000 - good)
    told = compare(rows, ("A", "B", "C"))
    assert [of(told, unit).rank for unit in "ABC"] == [1, 2, 3]
    assert of(told, "C").holds
    assert of(told, "A").holds and of(told, "B").holds, "20 against 10 stays so when each moves by a tenth"
    near = replace(SYSTEM, indicators=tuple(
        replace(each, weight={"promises": Decimal("15.6"), "tasks": Decimal("14.4")}.get(each.source, each.weight)) for each in SYSTEM.indicators
    ))  # fmt: skip
    group = Group(PEERS, "131500", 4, {unit: (unit,) for unit in "ABC"})
    told = bodyassessments.compare(group, rows, near, as_of=TODAY)
    assert [(of(told, unit).rank, of(told, unit).holds) for unit in "ABC"] == [(1, False), (2, False), (3, True)]
    lost = {each.indicator.id: (each.up, each.down) for each in told.moved if each.up or each.down}
    assert lost == {"promises-kept": ((), ("A", "B")), "tasks-in-time": (("A", "B"), ())}


def test_the_interval_of_the_sum_holds_the_truth_as_often_as_it_says():
    chance, held, rounds = np.random.default_rng(11), 0, 200
    for _ in range(rounds):
        rows, truth = [], 0.0
        for each in SHARES:
            share, n = chance.random(), int(chance.integers(5, 60))
            good = int(chance.binomial(n, share))
            rows += facts("A", each.source, good, n - good)
            truth += float(each.weight) * share
        told = of(compare(rows, ("A",)), "A")
        exact = sum(float(each.weight) for each in SYSTEM.indicators if each.measure == "count")
        held += told.low <= truth + exact <= told.high
    assert held / rounds >= SYSTEM.confidence


def test_the_exact_interval_of_a_share_is_that_of_the_tables():
    assert estimates.share_within(10, 10, confidence=0.95) == (pytest.approx(0.025**0.1), 1.0)
    assert estimates.share_within(0, 10, confidence=0.95) == (0.0, pytest.approx(1 - 0.025**0.1))
    assert estimates.share_within(0, 0, confidence=0.95) == (0.0, 1.0)
    low, high = estimates.share_within(81, 263, confidence=0.95)
    assert (round(low, 4), round(high, 4)) == (0.2527, 0.3676), "a worked example of the literature"
    for part, whole in ((1, 5), (5, 5), (0, 7), (33, 40), (400, 1000)):
        told = stats.binomtest(part, whole).proportion_ci(confidence_level=0.9, method="exact")
        assert estimates.share_within(part, whole, confidence=0.9) == pytest.approx((told.low, told.high))


@pytest.mark.parametrize(("days", "counted"), [(0, 5), (1, 0)])
def test_a_row_counts_to_the_last_day_of_its_months_and_no_longer(days, counted):
    on = TODAY - timedelta(days=days)
    on = add_months(on, -12)
    rows = [replace(each, on=on) for each in facts("A", "promises", 5, 0)]
    figure = of(compare(rows), "A").figures[0]
    assert figure.whole == counted and (figure.missing == "sample") == (not counted)
    later = [replace(each, on=TODAY + timedelta(days=1)) for each in facts("A", "promises", 5, 0)]
    assert of(compare(later), "A").figures[0].whole == 0


def test_what_is_missing_is_neither_good_nor_bad():
    rows = facts("A", "promises", 4, 0)
    told = of(compare(rows, silent=frozenset({"judgment-debts"})), "A")
    figures = {each.indicator.id: each for each in told.figures}
    assert figures["promises-kept"].missing == "sample" and figures["judgment-debts"].missing == "source"
    assert all((each.low, each.high) == (0, 100) for each in told.figures if each.missing)
    # No complaint and no task at all say nothing of a body, and fall out; too few, or nothing reported, remain in doubt.
    aside = {each.indicator.id for each in told.figures if each.aside}
    assert (
        aside == {each.id for each in SYSTEM.indicators if each.missing == "set-aside"} and "promises-kept" not in aside
    )
    present = [each for each in told.figures if not each.aside]
    assert told.low == pytest.approx(100 * told.covered / sum(each.weight for each in present)) and told.high == 100
    assert figures["broken-faith"].value == 0 and told.covered == float(figures["broken-faith"].indicator.weight)
    records = [Fact("broken-faith", body, f"record:{n}", TODAY, "record") for n, body in enumerate("BBB")]
    pooled = bodyassessments.compare(Group(PEERS, "", 4, {"both": ("A", "B")}), records, SYSTEM, as_of=TODAY).results[0]
    assert next(each for each in pooled.figures if each.indicator.id == "broken-faith").low == 50, (
        "no worse for being many"
    )
    lowest = replace(SYSTEM, indicators=tuple(replace(each, missing="lowest") for each in SYSTEM.indicators))
    group = Group(PEERS, "", 4, {"A": ("A",)})
    assert bodyassessments.compare(group, rows, lowest, as_of=TODAY).results[0].high == told.covered + 5


def test_bodies_are_compared_with_their_own_kind_and_level():
    members = [
        Member("GOV", "government", "131500"), Member("G1", "government", "131502"), Member("G2", "government", "131503"),
        Member("D0", "organ", "131500"), Member("D1", "organ", "131502"), Member("T1", "township", "131502001"),
        Member("T2", "street", "131503010"), Member("COURT", "court", "131500"), Member("FAR", "organ", "130100"),
    ]  # fmt: skip
    told = bodyassessments.groups(members, SYSTEM, "131500")
    assert [(each.peers.id, dict(each.units)) for each in told] == [
        ("divisions", {"131502": ("D1", "G1", "T1"), "131503": ("G2", "T2")}),
        ("governments", {"GOV": ("GOV",)}),
        ("governments", {"G1": ("G1",), "G2": ("G2",)}),
        ("departments", {"D0": ("D0",)}),
        ("townships", {"T1": ("T1",), "T2": ("T2",)}),
    ]
    above = bodyassessments.groups(members, SYSTEM, "130000")
    assert next(each for each in above if each.peers.id == "divisions").units == {
        "130100": ("FAR",), "131500": ("COURT", "D0", "D1", "G1", "G2", "GOV", "T1", "T2"),
    }  # fmt: skip
    assert bodyassessments.groups(members, SYSTEM, "440000") == ()


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"subject_kinds": ["public-body", "person"]}, "never about a person"),
        ({"matter": "supervision"}, "no matter"),
        ({"minimum": 1}, "a single case says nothing"),
        ({"confidence": 1.0}, "between 0 and 1"),
        ({"first": {"weight": 21}}, "add up"),
        ({"first": {"minimum": 1}}, "a single case says nothing"),
        ({"first": {"good": ["mended"]}}, "counts and good"),
        ({"first": {"source": "gossip"}}, "source must be one of"),
        ({"first": {"missing": "best"}}, "missing must be one of"),
        ({"first": {"good": []}}, "a share says what is good"),
        ({"first": {"steps": [{"up_to": 50, "points": 100}, {"points": 0}]}}, "never earns fewer"),
    ],
)
def test_a_system_that_does_not_hold_together_is_a_fault_of_the_book(changed, fault):
    data = {**ENTRY.data, **{key: value for key, value in changed.items() if key != "first"}}
    first = {**ENTRY.data["indicators"][0], **changed.get("first", {})}
    with pytest.raises(BookFault, match=fault):
        bodysystems.read_system(replace(ENTRY, data={**data, "indicators": [first, *data["indicators"][1:]]}), LAW)


def test_no_system_before_its_day_and_none_of_organisations_among_those_of_bodies():
    assert bodysystems.systems(BOOK.on(date(2025, 12, 31))) == ()
    with pytest.raises(LawSilent):
        bodysystems.system_of("public-comprehensive", law=LAW)
    with pytest.raises(LawSilent):
        indicators.system_of(SYSTEM.id, law=LAW)
    assert not SYSTEM.in_effect, "a model that no lawyer has read is for trial"


@pytest.mark.parametrize(
    ("points", "text", "code"),
    [
        ({"promises-kept": "92.5"}, "年度自查报告", None),
        ({}, "自查报告", "assess.indicator"),
        ({"charm": "90"}, "自查报告", "assess.indicator"),
        ({"promises-kept": "101"}, "自查报告", "assess.points"),
        ({"promises-kept": "-1"}, "自查报告", "assess.points"),
        ({"promises-kept": "九十"}, "自查报告", "assess.points"),
        ({"promises-kept": "90"}, " 。", "assess.ground"),
    ],
)
def test_own_scores_name_an_indicator_points_and_a_ground(points, text, code):
    no = bodyassessments.refused_scores(SYSTEM, points, text)
    assert (no.code if isinstance(no, Refusal) else no) == code


def test_a_rating_says_from_which_data_by_which_method_and_who_answers_for_it():
    frozen = Frozen("ab" * 32, frozenset({"A", "B"}), thirdparties.open_until(TODAY, law=LAW))
    assert frozen.open_until == TODAY + timedelta(days=90)
    good = Ratings(
        "AB" * 32, "加权平均，缺数据的不评", "程立（课题负责人）", (Line("A", "良好", 71.0, 80.0), Line("B", "一般"))
    )
    told = {
        None: good, "assess.digest": replace(good, digest="cd" * 32), "assess.method": replace(good, method="——"),
        "assess.person": replace(good, decided_by="王"), "assess.units": replace(good, lines=(Line("Z", "良好"),)),
        "assess.twice": replace(good, lines=(Line("A", "良好"), Line("A", "一般"))),
        "assess.rating": replace(good, lines=(Line("A", "良好", 80.0, 71.0),)),
    }  # fmt: skip
    for code, given_in in told.items():
        no = thirdparties.refused_ratings(given_in, frozen, today=frozen.open_until)
        assert (no.code if isinstance(no, Refusal) else no) == code
    late = thirdparties.refused_ratings(good, frozen, today=frozen.open_until + timedelta(days=1))
    assert isinstance(late, Refusal) and late.code == "assess.closed"
    assert all(
        isinstance(each, Refusal)
        for each in [thirdparties.refused_ratings(replace(good, lines=()), frozen, today=TODAY)]
    )


def test_nothing_that_restricts_knows_of_an_assessment():
    """A system about bodies names no matter; the import contract keeps every rule that restricts away from the results."""
    from gongxin.law.matters import CONDITIONS

    assert not {"rank", "score", "assessment"} & set(CONDITIONS)
    assert "matter" not in ENTRY.data and "grades" not in ENTRY.data
