"""Estimates for monitoring (监测推算): the stated rates hold on data made with a known truth, and gaps are gaps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.kernel import estimates

SEEDS = 100


@pytest.mark.parametrize(("share_one", "share_two"), [(0.8, 0.5), (0.6, 0.3), (0.95, 0.2)])
@pytest.mark.parametrize("whole", [120, 900])
def test_the_interval_holds_the_hidden_share(whole: int, share_one: float, share_two: float) -> None:
    """Of a hundred worlds with a known number of decisions, at least ninety lie within the interval of 95 percent."""
    held = 0
    for seed in range(SEEDS):
        chance = np.random.default_rng(seed)
        one, two = chance.random(whole) < share_one, chance.random(whole) < share_two
        told = estimates.beyond_two_lists(int(one.sum()), int(two.sum()), int((one & two).sum()), confidence=0.95)
        assert told is not None
        assert told.low >= told.seen == int((one | two).sum()), "never fewer than are known"
        held += told.low <= whole <= told.high
    assert held >= 90


def test_nothing_in_common_says_nothing_and_everything_in_common_little() -> None:
    assert estimates.beyond_two_lists(40, 30, 0, confidence=0.95) is None
    assert estimates.beyond_two_lists(40, 30, 31, confidence=0.95) is None, "more in common than there are"
    told = estimates.beyond_two_lists(40, 30, 30, confidence=0.95)
    assert told is not None and (told.seen, told.low) == (40, 40) and 40 < told.high < 48


@pytest.mark.parametrize("spread", [1.0, 3.0], ids=["by chance", "scattered"])
def test_false_alarms_are_as_rare_as_stated(spread: float) -> None:
    """On bodies that report as always, chance alone passes the limits no oftener than they were made for, by half again."""
    stated, chance = 0.01, np.random.default_rng(7)
    fewer = more = many = slow = 0
    rounds = 4000
    for _ in range(rounds):
        # A negative binomial with three times the scatter of chance stands for bodies that work in batches.
        counts = chance.poisson(40, 13) if spread == 1 else chance.negative_binomial(20, 1 / spread, 13)
        limit = estimates.fewest([int(each) for each in counts[:-1]], false_alarms=stated)
        assert limit is not None
        fewer += counts[-1] < limit.limit
        # Of a few in a month, as complaints are, and of times spread over weeks.
        few = [
            int(each)
            for each in (chance.poisson(1.5, 13) if spread == 1 else chance.negative_binomial(1, 1 / spread, 13))
        ]
        highest = estimates.most(few[:-1], false_alarms=stated)
        assert highest is not None
        many += few[-1] > highest.limit
        days = [int(each) for each in chance.exponential(20, 40)]
        slow += estimates.slower(days[:8], days[8:], false_alarms=stated) is not None
        late = chance.binomial(40, 0.1, 13) if spread == 1 else chance.binomial(40, chance.beta(4, 36, 13))
        told = estimates.largest_share([(int(each), 40) for each in late[:-1]], 40, false_alarms=stated)
        assert told is not None
        more += late[-1] / 40 > told.limit
    assert fewer / rounds <= stated * 1.5 and more / rounds <= stated * 1.5
    assert slow / rounds <= stated, "exact, whatever the times are spread like"
    # Counts so few and so uneven have a longer tail than any root straightens.
    assert many / rounds <= stated * (1.5 if spread == 1 else 3)


def test_a_real_drop_and_a_real_delay_are_seen() -> None:
    usual = [38, 42, 40, 45, 37, 41, 39, 44, 40, 36, 43, 41]
    limit = estimates.fewest(usual, false_alarms=0.005)
    assert limit is not None and 12 < limit.limit < 36 and abs(limit.usual - 40) < 2
    told = estimates.largest_share([(4, 40)] * 12, 40, false_alarms=0.005)
    assert told is not None and 0.12 < told.limit < 0.4
    assert estimates.fewest(usual[:5], false_alarms=0.005) is None, "five months say too little"
    assert estimates.largest_share([(0, 0)] * 12, 40, false_alarms=0.005) is None
    highest = estimates.most([1, 0, 2, 1, 0, 1, 1, 2], false_alarms=0.005)
    assert highest is not None and 2 < highest.limit < 9
    slow = estimates.slower([40, 41, 44, 52, 39, 60, 48, 45], [20, 25, 18, 30, 22] * 6, false_alarms=0.005)
    assert (
        slow is not None and (slow.now, slow.usual, slow.count, slow.past) == (44.5, 22, 8, 30) and slow.chance < 0.001
    )
    assert estimates.slower([40, 41], [20, 25, 18, 30, 22] * 6, false_alarms=0.005) is None, (
        "two answers say too little"
    )
    assert estimates.slower([20] * 9, [20] * 30, false_alarms=0.005) is None


@given(st.lists(st.integers(0, 10**6), min_size=6, max_size=30), st.floats(1e-4, 0.2))
def test_a_limit_is_never_negative_nor_above_what_is_usual(past: list[int], rate: float) -> None:
    limit = estimates.fewest(past, false_alarms=rate)
    assert limit is not None and 0 <= limit.limit <= max(limit.usual, 0) + 1e-6


def test_numbers_fall_into_series_by_stem_and_year() -> None:
    """The ways departments write them: brackets of any kind, no sign at the end, zeros before."""
    told = estimates.series_of(
        [
            "平环罚〔2026〕1 号",
            "平环罚[2026]2号",
            "平环罚（2026）5号",
            "平市监处罚〔2026〕0003号",
            "京财采投字(2025)第120号",
            "无文号",
            "2026-11-01",
        ]
    )
    assert [(each.stem, each.year, each.highest, each.gaps) for each in told] == [
        ("京财采投字", 2025, 120, ((1, 119),)),
        ("平市监处罚", 2026, 3, ((1, 2),)),
        ("平环罚", 2026, 5, ((3, 4),)),
    ]
    assert list(told[2].written()) == ["平环罚〔2026〕3 号", "平环罚〔2026〕4 号"]
    assert list(told[1].written()) == ["平市监处罚〔2026〕0001号", "平市监处罚〔2026〕0002号"]


@given(st.sets(st.integers(1, 400), min_size=1, max_size=60), st.sets(st.integers(1, 400), max_size=30))
def test_received_and_missing_add_up(seen: set[int], otherwise: set[int]) -> None:
    (series,) = estimates.series_of(f"甲{{罚}}〔2026〕{n}号" for n in seen)
    assert series.received + series.missing == series.highest == max(seen)
    less = estimates.without(series, {n for n in otherwise if n < series.highest})
    assert less.received + less.missing == less.highest
    left = {n for first, last in less.gaps for n in range(first, last + 1)}
    assert left == set(range(1, series.highest + 1)) - seen - otherwise
    assert len(list(less.written())) == less.missing
