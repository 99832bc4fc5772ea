"""Dates (日期): the forms people write, what cannot be known, and one answer on both paths."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.kernel.dates import FIRST_YEAR, LAST_YEAR, read_date, read_date_column


@pytest.mark.parametrize(
    "text",
    [
        "2019/4/25", "2019.4.25", "2019-04-25", "20190425", "2019年4月25日", "2019年04月25号", " 2019-4-25 ",
        "2019-04-25 09:32:09", "2019/4/25 9:32", "2019-04-25T09:32:09+08:00", "2019-04-25 00:00:00.000", "2019年4月25日9时32分",
        "20190425093209", "20190425 093209", "20190425.0", "43580", "43580.0", "43580.5", "二〇一九年四月二十五日",
        "二零一九年四月廿五日", "25/04/2019", "4/25/2019", "25-Apr-2019", "April 25, 2019", "２０１９－０４－２５", "'2019-04-25",
        "2019-4-25 上午9:32", "2019-04-25 星期四", "2019-04-24T16:00:00Z",
    ],
)  # fmt: skip
def test_one_day_in_many_forms(text):
    reading = read_date(text)
    assert (reading.value, reading.precision, reading.problem) == (date(2019, 4, 25), "day", None)


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("2014年08月", date(2014, 8, 1), "month"),
        ("2014-8", date(2014, 8, 1), "month"),
        ("201408", date(2014, 8, 1), "month"),
        ("二〇一四年十月", date(2014, 10, 1), "month"),
        ("2014年", date(2014, 1, 1), "year"),
        ("2014", date(2014, 1, 1), "year"),
    ],
)
def test_what_stops_short_says_so(text, value, precision):
    assert (read_date(text).value, read_date(text).precision) == (value, precision)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "empty"), ("", "empty"), ("  ", "empty"), ("—", "empty"), ("无", "empty"), ("N/A", "empty"), ("长期", "empty"),
        ("2019-02-30", "impossible"), ("2019-13-01", "impossible"), ("20190431", "impossible"), ("0219-04-25", "impossible"),
        ("二〇一九年二月三十日", "impossible"), ("31/02/2019", "impossible"),
        ("03/04/2021", "ambiguous"), ("19/4/25", "ambiguous"), ("201208", "ambiguous"), ("2014.1", "ambiguous"),
        ("20195", "ambiguous"), ("19年4月25日", "ambiguous"),
        ("明天", "unreadable"), ("2019-4-", "unreadable"), ("123", "unreadable"), ("1.5", "unreadable"), ("x" * 5000, "unreadable"),
        ("正月初五", "unreadable"), ("201904259999", "unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_an_issue_and_not_a_guess(text, problem):
    reading = read_date(text)
    assert (reading.value, reading.problem) == (None, problem)


def test_a_term_without_end_says_so():
    assert read_date("长期有效").note == "long_term"
    assert read_date("9999-12-31").value == date(9999, 12, 31)


def test_no_day_after_the_latest():
    day = date(2026, 11, 23)
    assert read_date("2026-11-23", latest=day).value == day
    later = read_date("2026-11-24", latest=day)
    assert (later.value, later.problem, later.note) == (None, "impossible", "after_latest")


days = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
forms = st.sampled_from(
    ["{0:%Y-%m-%d}", "{0:%Y%m%d}", "{0.year}/{0.month}/{0.day}", "{0.year}年{0.month}月{0.day}日", "{0:%Y.%m.%d}"]
)
written = st.builds(lambda form, day: form.format(day), forms, days)
messy = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.text(alphabet="0123456789-/.年月日 :T", min_size=4, max_size=19),
    st.text(alphabet="0123456789-/.", min_size=8, max_size=10),
    written,
)


@settings(deadline=None)
@given(days, forms)
def test_every_day_comes_back_from_every_form(day, form):
    assert read_date(form.format(day)).value == day


@settings(max_examples=300, deadline=None)
@given(st.lists(messy, max_size=12), st.sampled_from([None, date(2026, 11, 23)]))
def test_scalar_equals_columnar(texts, latest):
    frame = read_date_column(pl.Series(texts, dtype=pl.String), latest=latest)
    readings = [read_date(text, latest=latest) for text in texts]
    assert frame.rows() == [(each.value, each.precision, each.problem, each.note) for each in readings]


@settings(deadline=None)
@given(st.integers(10_000, 73_050).filter(lambda n: not (1900 <= n // 10 <= 2100 and n % 10)))
def test_spreadsheet_serials_count_from_their_origin(number):
    assert read_date(str(number)).value == date(1899, 12, 30) + timedelta(days=number)


def test_long_columns():
    texts = pl.Series(["2019-04-25", "20190425", "二〇一九年四月二十五日", None] * 40_000)
    assert read_date_column(texts)["value"].to_list()[-4:] == [date(2019, 4, 25)] * 3 + [None]
    assert read_date_column(pl.Series([], dtype=pl.String)).height == 0
