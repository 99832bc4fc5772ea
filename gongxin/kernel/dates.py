"""Dates as people write them (日期书写形式): read when there is one reading, an issue when there is none or more.

Nothing is guessed: 03/04/2021 may be March or April, 201208 may be a month or a day, so both are ambiguous. What
stops at the month says so by its precision.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from gongxin.kernel.columns import byte_places, chunks_of_width, distinct, fill, shared

Precision = Literal["day", "month", "year"]
Problem = Literal["empty", "impossible", "ambiguous", "unreadable"]

FIRST_YEAR, LAST_YEAR = 1800, 2199
"""Years outside are slips of the finger; 9999-12-31 alone stands for "without end"."""

_EXCEL_ORIGIN = date(1899, 12, 30)
_EXCEL_FIRST, _EXCEL_LAST = 10_000, 109_574
_BEIJING = timezone(timedelta(hours=8))
_WITHOUT_END = date(9999, 12, 31)

_NOTHING = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "无", "空", "不详", "暂无", "N/A", "NA", "NULL", "NONE", "NAN", "NAT"}
)
_LASTING = frozenset({"长期", "长期有效", "永久", "永久有效", "无固定期限", "无期限", "不限", "无限期"})
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九壹贰叁肆伍陆柒捌玖", "000123456789123456789")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), start=1
    )
}

_TIME = re.compile(
    r"(?a)(?:T|\s)?\s*(?:上午|下午|早上|晚上|AM|PM)?\s*\d{1,2}(?::|时|点)\s*\d{0,2}(?:(?::|分)\s*\d{0,2}(?:[.,]\d+)?秒?)?"
    r"\s*(?:AM|PM)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?$"
)
_YEAR_FIRST = re.compile(r"(?a)(\d{4})\s*([-/.年\s])\s*(\d{1,2})\s*([-/.月\s])\s*(\d{1,2})\s*[日号]?$")
_YEAR_LAST = re.compile(r"(?a)(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})$")
_SHORT = re.compile(r"(?a)\d{1,2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?$")
_MONTH = re.compile(r"(?a)(\d{4})\s*([-/.年])\s*(\d{1,2})\s*月?(?:份)?$")
_YEAR = re.compile(r"(?a)(\d{4})\s*年?度?$")
_SERIAL = re.compile(r"(?a)(\d{5,6})(?:\.\d+)?$")
_NAMED = re.compile(
    r"(?a)(?:(\d{1,2})[-\s]?([A-Z]{3})[A-Z]*[-,.\s]*(\d{4})|([A-Z]{3})[A-Z]*\.?\s*(\d{1,2}),?\s*(\d{4}))$"
)
_CHINESE = re.compile(
    r"([〇○零一二三四五六七八九壹贰叁肆伍陆柒捌玖]{4})年"
    r"(?:([一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾元]{1,3})月(?:份)?"
    r"(?:([一二三四五六七八九十廿卅壹贰叁肆伍陆柒捌玖拾]{1,4})[日号]?)?)?$"
)
_WHOLE = re.compile(r"(?a)(\d{5,8})\.0+$")
_RUN_AND_TIME = re.compile(r"(?a)(\d{8})\s+([01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?$")
_WEEKDAY = re.compile(r"\s*[(（]?(?:星期|周)[一二三四五六日天][)）]?$")


@dataclass(frozen=True, slots=True)
class DateReading:
    """What a text says as a date (日期识别结果). With month or year precision, `value` is the first day of it."""

    value: date | None
    precision: Precision | None
    problem: Problem | None
    note: str | None = None


_EMPTY = DateReading(None, None, "empty")
_UNREADABLE = DateReading(None, None, "unreadable")


def read_date(text: str | None, *, latest: date | None = None) -> DateReading:
    """Read a date (识别日期); `latest` is the day after which the value cannot lie.

    A text that says "without end" (长期) is empty with the note `long_term`; a value after `latest` is impossible with
    the note `after_latest`.
    """
    reading = _read(text)
    if latest is not None and reading.value is not None and reading.value > latest:
        return DateReading(None, None, "impossible", "after_latest")
    return reading


def _read(text: str | None) -> DateReading:
    if text is None:
        return _EMPTY
    said = unicodedata.normalize("NFKC", text).strip().strip("'\"’‘").upper()
    if said in _NOTHING:
        return _EMPTY
    if said in _LASTING:
        return DateReading(None, None, "empty", "long_term")
    if len(said) > 64:
        return _UNREADABLE
    return _read_figures(_WEEKDAY.sub("", said))


def _read_figures(said: str) -> DateReading:
    if said.isascii() and said.isdigit():
        return _read_run(said)
    run = _WHOLE.match(said) or _RUN_AND_TIME.match(said)
    if run is not None:
        return _read_run(run[1])
    timed = _TIME.search(said)
    if timed is not None and timed.start() > 0:
        reading = _read_day(said[: timed.start()].rstrip())
        return _shifted(said, reading) if timed["zone"] else reading
    return _read_day(said)


def _shifted(said: str, reading: DateReading) -> DateReading:
    """A moment told in another zone belongs to the day it was in Beijing."""
    try:
        moment = datetime.fromisoformat(said.replace(" ", "T", 1))
    except ValueError:
        return reading if reading.problem else _UNREADABLE
    if reading.value is None or moment.tzinfo is None:
        return reading
    try:
        there = moment.astimezone(_BEIJING).date()
    except OverflowError:
        return DateReading(None, None, "impossible")
    return reading if there == reading.value else DateReading(there, "day", None, "beijing_day")


def _read_run(digits: str) -> DateReading:
    """A run of digits and nothing else: its length tells what it can be."""
    length = len(digits)
    if length == 8 or (length in (12, 14) and _RUN_AND_TIME.match(f"{digits[:8]} {digits[8:]}")):
        return _day(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    if length == 6:
        return _read_six(digits)
    if length == 5:
        month_first = FIRST_YEAR + 100 <= int(digits[:4]) <= FIRST_YEAR + 300 and digits[4] != "0"
        return DateReading(None, None, "ambiguous") if month_first else _serial(int(digits))
    if length == 4:
        return _first_of(int(digits), 1, "year")
    return _UNREADABLE


def _read_six(digits: str) -> DateReading:
    year, month = int(digits[:4]), int(digits[4:])
    as_month = 1900 <= year <= 2100 and 1 <= month <= 12
    as_day = 1 <= int(digits[2:4]) <= 12 and 1 <= int(digits[4:]) <= 31
    if as_month and not as_day:
        return _first_of(year, month, "month")
    if as_month or as_day:
        return DateReading(None, None, "ambiguous")
    return _serial(int(digits)) if int(digits) <= _EXCEL_LAST else _UNREADABLE


def _read_day(said: str) -> DateReading:
    found = _YEAR_FIRST.match(said)
    if found is not None:
        return _day(int(found[1]), int(found[3]), int(found[5]))
    found = _YEAR_LAST.match(said)
    if found is not None:
        return _year_last(int(found[1]), int(found[2]), int(found[3]))
    if said.isascii() and said.isdigit():
        return _read_run(said)
    found = _MONTH.match(said)
    if found is not None:
        # 2014.1 may be January, or October whose last figure a spreadsheet dropped.
        if found[2] == "." and found[3] == "1" and said.endswith("1"):
            return DateReading(None, None, "ambiguous")
        return _first_of(int(found[1]), int(found[3]), "month")
    found = _YEAR.match(said)
    if found is not None:
        return _first_of(int(found[1]), 1, "year")
    found = _SERIAL.match(said)
    if found is not None:
        return _read_run(found[1]) if len(found[1]) == 5 else _serial(int(found[1]))
    return _read_words(said)


def _read_words(said: str) -> DateReading:
    found = _CHINESE.match(said)
    if found is not None:
        return _read_chinese(found[1], found[2], found[3])
    found = _NAMED.match(said)
    if found is not None:
        day, name, year = (found[1], found[2], found[3]) if found[2] else (found[5], found[4], found[6])
        return _day(int(year), _MONTHS[name], int(day)) if name in _MONTHS else _UNREADABLE
    if _SHORT.match(said):
        return DateReading(None, None, "ambiguous", "two_digit_year")
    return _UNREADABLE


def _read_chinese(year: str, month: str | None, day: str | None) -> DateReading:
    counted = int(year.translate(_CHINESE_DIGITS))
    if month is None:
        return _first_of(counted, 1, "year")
    of_month = 1 if month == "元" else _counted(month)
    if of_month is None:
        return _UNREADABLE
    if day is None:
        return _first_of(counted, of_month, "month")
    of_day = _counted(day)
    return _UNREADABLE if of_day is None else _day(counted, of_month, of_day)


def _counted(words: str) -> int | None:
    """Return a number up to 39 written in Chinese (十, 二十一, 廿三, 卅), or None."""
    plain = words.replace("拾", "十").replace("廿十", "廿").replace("廿", "二十").replace("卅", "三十")
    plain = plain.replace("二十十", "二十")
    tens, ten, ones = plain.partition("十")
    if "十" in ones or len(tens) > 1 or len(ones) > 1 or not plain:
        return None
    tens, ones = tens.translate(_CHINESE_DIGITS), ones.translate(_CHINESE_DIGITS)
    if not (tens + ones).isdigit() and (tens + ones):
        return None
    return (int(tens or "1") * 10 + int(ones or "0")) if ten else int(tens)


def _year_last(first: int, second: int, year: int) -> DateReading:
    if first <= 12 and second <= 12 and first != second:
        return DateReading(None, None, "ambiguous")
    if first > 12:
        return _day(year, second, first)
    return _day(year, first, second)


def _serial(number: int) -> DateReading:
    if not _EXCEL_FIRST <= number <= _EXCEL_LAST:
        return _UNREADABLE
    return DateReading(_EXCEL_ORIGIN + timedelta(days=number), "day", None, "serial")


def _day(year: int, month: int, day: int) -> DateReading:
    try:
        value = date(year, month, day)
    except ValueError:
        return DateReading(None, None, "impossible")
    if value != _WITHOUT_END and not FIRST_YEAR <= year <= LAST_YEAR:
        return DateReading(None, None, "impossible")
    return DateReading(value, "day", None)


def _first_of(year: int, month: int, precision: Precision) -> DateReading:
    first = _day(year, month, 1)
    return first if first.value is None else DateReading(first.value, precision, None)


_TABLE = bytes(value if 0x30 <= value <= 0x39 or value in b"-/." else 0x20 for value in range(256))
_NOT_PLAIN = np.iinfo(np.int32).min
_MONTH_STARTS = (
    np.arange(f"{FIRST_YEAR}-01", f"{LAST_YEAR + 1}-02", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int32)
)
"""The first day of each month of the years that are read, counted from 1970."""


def _number(figures: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
    value = np.zeros(figures.shape[1], dtype=np.int32)
    for place in figures:
        value = value * 10 + place - 48
    return value


def _plain_days(texts: pl.Series, width: int) -> npt.NDArray[np.int32]:
    """Return each plainly written day, 2019-04-25 or 20190425, counted from 1970; anything else is not plain."""
    places = byte_places(texts, width, _TABLE)
    figures = places[[0, 1, 2, 3, 5, 6, 8, 9]] if width == 10 else places
    plain = (figures >= 0x30).all(axis=0) & (figures <= 0x39).all(axis=0)
    if width == 10:
        plain &= (places[4] == places[7]) & (places[4] < 0x30) & (places[4] != 0x20)
    year, month, day = _number(figures[:4]), _number(figures[4:6]), _number(figures[6:])
    plain &= (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12)
    which = np.where(plain, (year - FIRST_YEAR) * 12 + month - 1, 0)
    first = _MONTH_STARTS[which]
    plain &= (day >= 1) & (first + day <= _MONTH_STARTS[which + 1])
    return np.where(plain, first + day - 1, _NOT_PLAIN).astype(np.int32)


def read_date_column(texts: pl.Series, *, latest: date | None = None) -> pl.DataFrame:
    """Read a column of dates (日期列): value, precision, problem and note; equal to `read_date` on any text.

    Days written plainly are read from their bytes; every other text goes once through the scalar reading.
    """
    texts = texts.cast(pl.String).rename("text")
    written = np.full(len(texts), _NOT_PLAIN, dtype=np.int32)
    lengths = texts.str.len_bytes().fill_null(0).to_numpy()
    for width in (10, 8):
        for place, rows, chunk in chunks_of_width(texts, width, lengths):
            fill(written, place, rows, _plain_days(chunk, width))
    if latest is not None:
        written[written > (latest - date(1970, 1, 1)).days] = _NOT_PLAIN
    plain = pl.Series("plain", written != _NOT_PLAIN)
    value = pl.DataFrame({"plain": plain, "written": written}).select(
        pl.when("plain").then("written").cast(pl.Date).alias("value")
    )["value"]
    said, which = distinct(texts, ~plain.to_numpy())
    readings = [read_date(text, latest=latest) for text in said]
    precision = pl.Series(["day", *(reading.precision for reading in readings)], dtype=pl.String)
    return pl.DataFrame(
        {
            "value": value.zip_with(plain, shared([reading.value for reading in readings], which, pl.Date)),
            "precision": precision.gather(pl.Series(which)),
            "problem": shared([reading.problem for reading in readings], which, pl.String),
            "note": shared([reading.note for reading in readings], which, pl.String),
        }
    )
