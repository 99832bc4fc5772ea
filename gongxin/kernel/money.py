"""Amounts of money as people write them (金额书写形式): figures, units, Chinese numerals and currencies, into yuan.

An amount that can be read in two ways is not read at all: figures and words that disagree, two units, a comma that
separates no thousands. Foreign currency is named and never converted.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import polars as pl

from gongxin.kernel.columns import distinct, shared
from gongxin.kernel.numerals import read_numeral

Problem = Literal["empty", "unreadable", "ambiguous", "currency", "negative"]

_FINEST = Decimal("0.000001")
_LARGEST = Decimal(10) ** 24
_NOTHING = frozenset({"", "-", "--", "—", "——", "/", "无", "N/A", "NA", "NULL", "NONE", "NAN", "不详"})
_SCALES = {
    "十": 10, "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12,
}  # fmt: skip
_CURRENCIES = {
    "人民币": "CNY", "RMB": "CNY", "CNY": "CNY", "¥": "CNY",
    "美元": "USD", "美金": "USD", "USD": "USD", "US$": "USD", "$": "USD",
    "港币": "HKD", "港元": "HKD", "HKD": "HKD", "HK$": "HKD",
    "欧元": "EUR", "EUR": "EUR", "€": "EUR",
    "日元": "JPY", "日圆": "JPY", "JPY": "JPY",
    "英镑": "GBP", "GBP": "GBP", "£": "GBP",
    "加拿大元": "CAD", "加元": "CAD", "CAD": "CAD",
    "澳大利亚元": "AUD", "澳元": "AUD", "AUD": "AUD",
    "澳门元": "MOP", "澳门币": "MOP", "MOP": "MOP",
    "新台币": "TWD", "台币": "TWD", "TWD": "TWD",
    "新加坡元": "SGD", "SGD": "SGD",
    "瑞士法郎": "CHF", "CHF": "CHF",
    "韩元": "KRW", "韩币": "KRW", "KRW": "KRW",
    "卢布": "RUB", "RUB": "RUB",
}  # fmt: skip
_CURRENCY = re.compile("|".join(sorted(map(re.escape, _CURRENCIES), key=len, reverse=True)))
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_AMOUNT = re.compile(rf"(?a)(-?{_NUMBER})\s*(万亿|千万|百万|亿|万|千|百|十)?\s*(元|圆|块)?\s*[整正]?")
_TWICE = re.compile(r"(?P<outer>[^()]+)\((?:人民币)?(?:大写)?:?\s*(?P<inner>[^()]+)\)元?")
_SPELT = re.compile(r"^\(?(?:人民币)?\(?大写\)?:?\s*")
_PLAIN = r"^[0-9]{1,8}(\.[0-9]{1,6})?$"
YUAN = pl.Decimal(38, 6)
"""The type of a column of amounts."""


@dataclass(frozen=True, slots=True)
class MoneyReading:
    """What a text says as money (金额识别结果); `yuan` is there only for one clear amount of yuan.

    `amount` is the figure in its own currency, in units of one.
    """

    yuan: Decimal | None
    currency: str
    problem: Problem | None
    amount: Decimal | None = None


_EMPTY = MoneyReading(None, "CNY", "empty")
_UNREADABLE = MoneyReading(None, "CNY", "unreadable")
_AMBIGUOUS = MoneyReading(None, "CNY", "ambiguous")


def read_money(text: str | None, *, unit: Decimal = Decimal(1)) -> MoneyReading:
    """Read an amount (识别金额); a figure that names no unit counts in `unit`, such as 10000 in a column of 万元.

    Parts of a 分 smaller than a millionth of a yuan come from spreadsheets and are rounded away.
    """
    if text is None:
        return _EMPTY
    said = unicodedata.normalize("NFKC", text).strip().upper().replace("￥", "¥")
    if said in _NOTHING:
        return _EMPTY
    if len(said) > 80:
        return _UNREADABLE
    return _read_twice(said, unit)


def _read_twice(said: str, unit: Decimal) -> MoneyReading:
    """An amount may stand twice, in figures and in words (3400元（大写：叁仟肆佰元整）); both must say the same."""
    opened = _TWICE.fullmatch(said)
    if opened is None:
        return _read_once(_SPELT.sub("", said), unit)
    inner = _read_once(opened["inner"], unit)
    outer = _read_once(opened["outer"], unit)
    if inner.amount is None or outer.amount is None:
        return _read_once(said, unit)
    same = inner.amount == outer.amount and inner.currency == outer.currency
    return outer if same else _AMBIGUOUS


def _read_once(said: str, unit: Decimal) -> MoneyReading:
    named = {_CURRENCIES[name] for name in _CURRENCY.findall(said)}
    if len(named) > 1:
        return _AMBIGUOUS
    currency = named.pop() if named else "CNY"
    bare = _CURRENCY.sub(lambda found: "元" if found[0].endswith(("元", "圆")) else "", said)
    bare = re.sub(r"\s+", " ", bare).strip(" :")
    amount = _amount(bare, unit)
    if amount is None:
        return MoneyReading(None, currency, "ambiguous" if _doubtful(bare) else "unreadable")
    amount = _rounded(amount)
    if amount is None:
        return MoneyReading(None, currency, "unreadable")
    if currency != "CNY":
        return MoneyReading(None, currency, "currency", amount)
    if amount < 0:
        return MoneyReading(amount, currency, "negative", amount)
    return MoneyReading(amount, currency, None, amount)


def _rounded(amount: Decimal) -> Decimal | None:
    if abs(amount) >= _LARGEST:
        return None
    rounded = amount.quantize(_FINEST, ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)


def _amount(bare: str, unit: Decimal) -> Decimal | None:
    # "500(万元)" and "200(万元(元))": brackets only set the unit apart.
    flat = re.sub(r"[()]", "", bare).replace("元元", "元").replace("元 元", "元").strip()
    figures = _AMOUNT.fullmatch(flat)
    if figures is not None:
        number = Decimal(figures[1].replace(",", ""))
        if figures[2]:
            return number * _SCALES[figures[2]]
        return number if figures[3] else number * unit
    value = read_numeral(flat)
    if value is None:
        return None
    said_unit = any(mark in flat for mark in "元圆块角分万亿")
    return value if said_unit else value * unit


def _doubtful(bare: str) -> bool:
    """Tell whether figures are there that cannot be read as one amount."""
    return any(character.isdigit() for character in bare) and not re.search(
        r"[^\d,.\s元圆块整正角分十百千万亿()+-]", bare
    )


def read_money_column(texts: pl.Series, *, unit: Decimal = Decimal(1)) -> pl.DataFrame:
    """Read a column of amounts (金额列): yuan, currency and problem; equal to `read_money` on any text."""
    texts = texts.cast(pl.String).rename("text")
    plain = texts.str.contains(_PLAIN).fill_null(False)
    if unit == unit.to_integral_value() and 0 < unit <= 10**6:
        yuan = (
            pl.DataFrame({"text": texts, "plain": plain})
            .select(
                pl.when("plain").then(pl.col("text")).cast(YUAN, strict=True)
                * pl.lit(int(unit)).cast(pl.Decimal(38, 0))
            )
            .to_series()
            .cast(YUAN)
        )
    else:
        plain = pl.Series([False]).new_from_index(0, len(texts)) if len(texts) else plain
        yuan = pl.Series([None], dtype=YUAN).new_from_index(0, len(texts))
    said, which = distinct(texts, ~plain.to_numpy())
    readings = [read_money(text, unit=unit) for text in said]
    currency = pl.Series(["CNY", *(reading.currency for reading in readings)], dtype=pl.String)
    return pl.DataFrame(
        {
            "yuan": yuan.zip_with(plain, shared([reading.yuan for reading in readings], which, YUAN)),
            "currency": currency.gather(pl.Series(which)),
            "problem": shared([reading.problem for reading in readings], which, pl.String),
        }
    )
