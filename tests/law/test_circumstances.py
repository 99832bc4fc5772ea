"""What raises a question beside reports (履约与投诉监测): facts by date, and complaints against a body's own past."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.kernel.sentences import Sentence
from gongxin.kernel.terms import add_months
from gongxin.law import circumstances, gauges
from gongxin.law.circumstances import Complaint
from gongxin.law.gauges import Figure, Row
from tests.law.conftest import BOOK
from tests.law.test_cases import cases

TODAY = date(2026, 11, 5)
LAW = BOOK.on(TODAY)
WORDS = Sentence("一项", "one")


@pytest.mark.parametrize("case", cases("ended-basis"))
def test_a_basis_ends_the_day_after_its_last(case: Any) -> None:
    gone = circumstances.ended_basis(case["basis"], case["decided"], book=BOOK)
    assert [each.id for each in gone] == case["ended"]


def test_titles_to_look_for_are_those_that_nothing_goes_on_under() -> None:
    titles = circumstances.ended_titles(BOOK, date(2024, 11, 1))
    assert "环境保护法" in titles and "反不正当竞争法" not in titles


def test_a_fact_is_asked_once_whatever_the_month_and_anew_when_it_grew() -> None:
    rows = [Row("B", date(2026, 9, 30), WORDS, "promise:1"), Row("B", date(2026, 10, 1), WORDS, "promise:2")]
    (told,) = circumstances.standing({"unkept": rows}, law=LAW, as_of=TODAY)
    assert (told.signal.id, told.provider, told.seen, told.longest) == ("overdue-promise", "B", 2, 36)
    (later,) = circumstances.standing({"unkept": reversed(rows)}, law=LAW, as_of=add_months(TODAY, 1))
    (grown,) = circumstances.standing({"unkept": [*rows, Row("B", TODAY, WORDS, "promise:3")]}, law=LAW, as_of=TODAY)
    assert told.key == later.key != grown.key
    done = [Row("B", TODAY, WORDS, "case:1", 1, 0, open=False), Row("B", TODAY, WORDS, "case:2", 1, 1)]
    assert circumstances.standing({"complaint-time": done}, law=LAW, as_of=TODAY) == (), "what is over raises nothing"


def complaints(month: date, count: int, against: str = "B", days: int | None = 20) -> list[Complaint]:
    opened = [month + timedelta(days=n % 5) for n in range(count)]
    return [
        Complaint(f"{against}{month:%y%m}{n}", against, "H", each, None if days is None else each + timedelta(days=days + n % 3))
        for n, each in enumerate(opened)
    ]  # fmt: skip


def test_more_complaints_than_usual_and_slower_answers_raise_a_question() -> None:
    past = [each for back in range(2, 15) for each in complaints(add_months(date(2026, 11, 1), -back), 2, days=3)]
    quiet = [*past, *complaints(date(2026, 10, 1), 3, days=3)]
    assert circumstances.of_complaints(quiet, law=LAW, as_of=TODAY) == ()
    many = [*past, *complaints(date(2026, 10, 1), 14, days=20)]
    told = {each.signal.id: each for each in circumstances.of_complaints(many, law=LAW, as_of=TODAY)}
    assert set(told) == {"complaint-rise", "complaint-slow"}
    rise, slow = told["complaint-rise"], told["complaint-slow"]
    assert (rise.provider, rise.seen, len(rise.rows)) == ("B", 14, 14) and 2 < (rise.limit or 0) < 14
    assert (slow.provider, slow.seen, slow.usual) == ("H", 21, 3.5), "the body that handles them is asked"
    assert circumstances.of_complaints([*past, *complaints(date(2026, 11, 1), 14)], law=LAW, as_of=TODAY) == (), (
        "the running month is not over"
    )
    fresh = complaints(date(2026, 10, 1), 14, against="NEW")
    assert circumstances.of_complaints(fresh, law=LAW, as_of=TODAY) == (), "without a past nothing is usual"


ROWS = st.lists(
    st.builds(
        lambda body, n, good: Row(body, TODAY, WORDS, f"case:{n}", good + n % 2, good),
        st.sampled_from("AB"), st.integers(0, 50), st.integers(0, 5),
    ),
    max_size=12,
)  # fmt: skip


@given(ROWS)
def test_a_figure_is_the_sum_of_its_bodies(rows: list[Row]) -> None:
    whole = gauges.figure(rows)
    parts = [gauges.figure(row for row in rows if row.body == body) for body in "AB"]
    assert (whole.good, whole.count, whole.missed) == tuple(
        sum(getattr(each, name) for each in parts) for name in ("good", "count", "missed")
    )
    for gauge in gauges.gauges(LAW):
        assert gauges.shade(gauge, whole) in {*gauges.SHADES, "none"}


def test_shades_change_at_the_bands_of_the_book() -> None:
    timely, unkept = gauges.find_gauge("timely", LAW), gauges.find_gauge("unkept", LAW)
    assert timely is not None and unkept is not None and gauges.find_gauge("nobody", LAW) is None
    assert [gauges.shade(timely, Figure(good, 100)) for good in (98, 97, 95, 94, 90, 89)] == [
        "best", "fair", "fair", "low", "low", "ask",
    ]  # fmt: skip
    assert gauges.shade(timely, Figure()) == "none"
    assert [gauges.shade(unkept, Figure(0, count)) for count in (0, 1, 2, 3, 5, 6)] == [
        "best",
        "fair",
        "fair",
        "low",
        "low",
        "ask",
    ]
