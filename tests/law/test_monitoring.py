"""The rates of false alarms the book states (误报率): on bodies that go on as always, chance raises each question no oftener."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import numpy as np
from scipy import stats

from gongxin.kernel.terms import add_months
from gongxin.law import circumstances, monitoring
from gongxin.law.circumstances import Complaint
from gongxin.law.monitoring import Month
from tests.law.conftest import BOOK

TODAY = date(2026, 11, 5)
LAW = BOOK.on(TODAY)
CHANCE = {each.id: each for each in monitoring.signals(LAW) if each.by_chance}
BODIES = 800
MONTHS = [add_months(date(2026, 10, 1), -back) for back in range(25)]


def test_every_method_that_chance_can_fool_is_simulated_here() -> None:
    assert set(CHANCE) == {"data-drop", "late-share", "complaint-rise", "complaint-slow"}


def test_chance_raises_a_question_no_oftener_than_the_book_states() -> None:
    """Each body asked once, in one month; what is seen lies within what the stated rate allows nearly always."""
    chance, seen = np.random.default_rng(2016), Counter[str]()
    reports, complaints = [], []
    for n in range(BODIES):
        body = f"B{n}"
        usual, share = chance.choice([8, 20, 60]), chance.choice([0.02, 0.1, 0.3])
        for month in MONTHS:
            received = int(chance.poisson(usual))
            reports.append(Month(body, "penalty", month, received, int(chance.binomial(received, share))))
            for k in range(int(chance.poisson(2))):
                came = month + timedelta(days=int(chance.integers(28)))
                took = timedelta(days=1 + int(chance.exponential(12)))
                complaints.append(Complaint(f"{body}-{month}-{k}", body, f"H{n // 4}", came, came + took))
    for alarm in (
        *monitoring.alarms(reports, {}, law=LAW, as_of=TODAY), *circumstances.of_complaints(complaints, law=LAW, as_of=TODAY),
    ):  # fmt: skip
        seen[alarm.signal.id] += 1
    asked = {**dict.fromkeys(CHANCE, BODIES), "complaint-slow": BODIES // 4}
    for name, signal in CHANCE.items():
        allowed = stats.binom.ppf(0.999, asked[name], signal.false_alarms)
        assert seen[name] <= allowed, f"{name}: {seen[name]} of {asked[name]}, stated {signal.false_alarms:.1%}"
    assert sum(seen.values()), "a rate of nothing at all would be no rate"
