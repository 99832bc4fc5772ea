"""Terms (期间): months by the corresponding day, working days by the calendar."""

from __future__ import annotations

import csv
import os
from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.kernel.calendar import CalendarUnknown, WorkCalendar
from gongxin.kernel.terms import add_months, add_months_column, add_years, add_years_column

SHARED = Path(os.environ.get("GONGXIN_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")


def _days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


def _span(first: str, last: str) -> list[date]:
    start, end = _days(first, last)
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


@pytest.fixture
def calendar() -> WorkCalendar:
    """The holidays of 2026 as announced on 4 November 2025."""
    off = [
        *_span("2026-01-01", "2026-01-03"),
        *_span("2026-02-15", "2026-02-23"),
        *_span("2026-04-04", "2026-04-06"),
        *_span("2026-05-01", "2026-05-05"),
        *_span("2026-06-19", "2026-06-21"),
        *_span("2026-09-25", "2026-09-27"),
        *_span("2026-10-01", "2026-10-07"),
    ]
    on = _days("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")
    return WorkCalendar({2026: {**dict.fromkeys(off, False), **dict.fromkeys(on, True)}})


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-09-30", 7, "2026-10-15"),
        ("2026-02-13", 3, "2026-02-25"),
        ("2026-09-30", 0, "2026-09-30"),
        ("2026-10-03", 1, "2026-10-08"),
    ],
)
def test_working_days_skip_holidays_and_count_make_up_days(calendar, start, count, end):
    first, last = _days(start, end)
    assert calendar.add_workdays(first, count) == last
    assert calendar.workdays_between(first, last) == count
    assert calendar.workdays_between(last, first) == -count


def test_a_year_without_a_notice_is_refused(calendar):
    with pytest.raises(CalendarUnknown) as refused:
        calendar.add_workdays(date(2026, 12, 28), 7)
    assert refused.value.year == 2027
    for ask in (
        lambda: calendar.is_workday(date(2027, 1, 1)),
        lambda: calendar.add_workdays(date(2025, 12, 31), 1),
        lambda: calendar.workdays_between(date(2026, 12, 1), date(2027, 1, 4)),
    ):
        with pytest.raises(CalendarUnknown):
            ask()


def test_a_gap_between_known_years_is_not_jumped():
    calendar = WorkCalendar({2024: {}, 2026: {}})
    with pytest.raises(CalendarUnknown) as refused:
        calendar.add_workdays(date(2024, 12, 31), 1)
    assert refused.value.year == 2025


def test_a_day_announced_by_the_next_years_notice_counts():
    calendar = WorkCalendar({2006: {}, 2007: {date(2006, 12, 30): True, date(2007, 1, 1): False}})
    assert calendar.is_workday(date(2006, 12, 30))


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2027, 3, 1)))), st.integers(0, 40))
def test_columns_of_working_days_equal_single_answers(days, count):
    calendar = WorkCalendar({2026: {date(2026, 10, 1): False, date(2026, 10, 10): True}})

    def one(day: date | None) -> date | None:
        try:
            return None if day is None else calendar.add_workdays(day, count)
        except CalendarUnknown:
            return None

    series = pl.Series(days, dtype=pl.Date)
    ends = calendar.add_workdays_column(series, count, unknown="null")
    assert ends.to_list() == [one(day) for day in days]
    between = calendar.workdays_between_columns(series, ends, unknown="null")
    assert between.to_list() == [
        None if end is None else calendar.workdays_between(day, end) for day, end in zip(days, ends, strict=True)
    ]


def test_a_whole_column_is_refused_unless_told_otherwise(calendar):
    series = pl.Series([date(2026, 12, 31)])
    with pytest.raises(CalendarUnknown):
        calendar.add_workdays_column(series, 1)
    with pytest.raises(CalendarUnknown):
        calendar.workdays_between_columns(series, pl.Series([date(2027, 1, 5)]))


@settings(deadline=None)
@given(st.dates(date(2026, 1, 1), date(2026, 10, 31)), st.integers(0, 30))
def test_the_end_of_a_term_is_a_working_day_and_counting_back_agrees(start, count):
    calendar = WorkCalendar({2026: {date(2026, 10, 1): False, date(2026, 10, 10): True}})
    end = calendar.add_workdays(start, count)
    assert calendar.workdays_between(start, end) == count
    assert count == 0 or calendar.is_workday(end)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-02-28", 1, "2026-03-28"),
        ("2026-08-31", 3, "2026-11-30"),
        ("2026-11-23", 12, "2027-11-23"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 36, "2027-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
    ],
)
def test_the_corresponding_day_or_the_months_end(day, months, end):
    first, last = _days(day, end)
    assert add_months(first, months) == last
    assert add_months_column(pl.Series([first]), months).to_list() == [last]


dates = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@settings(deadline=None)
@given(dates, st.integers(-600, 600))
def test_a_month_never_overshoots(day, months):
    end = add_months(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == min(day.day, monthrange(end.year, end.month)[1])


@settings(deadline=None)
@given(st.lists(st.tuples(st.none() | dates, st.none() | st.integers(-600, 600))))
def test_columns_of_months_equal_single_answers(rows):
    days = pl.Series("day", [day for day, _ in rows], dtype=pl.Date)
    months = pl.Series("months", [count for _, count in rows], dtype=pl.Int32)
    expected = [None if day is None or count is None else add_months(day, count) for day, count in rows]
    assert add_months_column(days, months).to_list() == expected
    assert add_years_column(days, 3).to_list() == [None if day is None else add_years(day, 3) for day, _ in rows]


def test_a_term_beyond_the_calendar_of_years_is_refused_on_both_paths():
    with pytest.raises(ValueError):
        add_months(date(9999, 12, 1), 1)
    with pytest.raises(ValueError):
        add_months_column(pl.Series([date(9999, 12, 1)]), 1)


@pytest.mark.shared_data
def test_every_published_day_of_twenty_years():
    path = SHARED / "holidays" / "cn_holidays_2007_2026.csv"
    if not path.exists():
        pytest.skip("the shared data do not lie beside this checkout")
    years: dict[int, dict[date, bool]] = defaultdict(dict)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            years[int(row["year"])][date.fromisoformat(row["date"])] = row["isOffDay"] == "False"
    calendar = WorkCalendar(years)
    for days in years.values():
        for day, works in days.items():
            if day.year in years:
                assert calendar.is_workday(day) == works
    assert sum(calendar.is_workday(day) for day in _span("2026-01-01", "2026-12-31")) == 248
