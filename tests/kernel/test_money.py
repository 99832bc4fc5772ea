"""Money (金额): figures, units, Chinese numerals, currencies; two readings are none."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.kernel.money import read_money, read_money_column
from gongxin.kernel.numerals import read_numeral


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("4,840元", "4840"), ("15,800(万元人民币)", "158000000"), ("300万元人民币", "3000000"), ("94.3万人民币", "943000"),
        ("50万人民币元", "500000"), ("209.2400(万元人民币)", "2092400"), ("￥1,234.00", "1234"), ("58(万元(人民币))", "580000"),
        ("人民币壹万贰仟元整", "12000"), ("三万元", "30000"), ("1.2亿", "120000000"), ("两千元", "2000"), ("12万5000元", "125000"),
        ("玖仟壹佰伍拾元整", "9150"), ("伍仟零贰拾叁元壹角伍分", "5023.15"), ("3400元（大写：叁仟肆佰元整）", "3400"),
        ("叁万零肆佰叁拾陆元整", "30436"), ("人民币 30800元", "30800"), ("5514.76", "5514.76"), ("0", "0"), ("0.30000000000000004", "0.3"),
        ("（大写）叁仟元整", "3000"), ("１２００元", "1200"), ("一亿二千万元", "120000000"), ("贰仟贰佰捌十元整", "2280"),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(text, yuan):
    reading = read_money(text)
    assert (reading.yuan, reading.problem, reading.currency) == (Decimal(yuan), None, "CNY")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "empty"), ("", "empty"), ("-", "empty"), ("N/A", "empty"),
        ("3400元（大写：叁仟伍佰元整）", "ambiguous"), ("0.215389元万元", "ambiguous"), ("1,2345", "ambiguous"),
        ("7050:00元", "unreadable"), ("若干", "unreadable"), ("万人民币", "unreadable"), ("三万五", "unreadable"), ("9" * 70, "unreadable"),
        ("500(万美元)", "currency"), ("-5", "negative"),
    ],
)  # fmt: skip
def test_what_is_not_one_amount_of_yuan(text, problem):
    assert read_money(text).problem == problem
    assert read_money(text).yuan is None or problem == "negative"


def test_foreign_money_is_named_and_not_converted():
    reading = read_money("500(万美元)")
    assert (reading.yuan, reading.currency, reading.amount) == (None, "USD", Decimal(5_000_000))


def test_a_bare_figure_counts_in_the_columns_unit_and_a_named_unit_wins():
    unit = Decimal(10_000)
    assert read_money("1.5", unit=unit).yuan == 15_000
    assert read_money("1.5元", unit=unit).yuan == Decimal("1.5")
    assert read_money("2万", unit=unit).yuan == 20_000


_DIGITS, _UNITS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")


def _section(value: int) -> str:
    words, zero = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit:
            words += ("零" if zero and words else "") + _DIGITS[digit] + _UNITS[place]
            zero = False
        else:
            zero = True
    return words


def _in_words(value: int) -> str:
    """Write a whole number as a cheque does: the way back from reading."""
    words, started = "", False
    for place, unit in ((2, "亿"), (1, "万"), (0, "")):
        section = value // 10_000**place % 10_000
        if section:
            words += ("零" if started and section < 1000 else "") + _section(section) + unit
            started = True
    return words or "零"


@settings(deadline=None)
@given(st.integers(0, 10**12 - 1))
def test_numerals_come_back_as_the_number_they_were_written_from(value):
    assert read_numeral(_in_words(value) + "元整") == value
    assert read_money(f"{value}元（大写：{_in_words(value)}元整）").yuan == value


messy = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.text(alphabet="0123456789.,万亿元整(（）)人民币美壹贰拾仟 -", max_size=14),
    st.decimals(0, 10**7, places=6).map(str),
    st.integers(0, 10**9).map(str),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(messy, max_size=12), st.sampled_from([Decimal(1), Decimal(10_000), Decimal("0.01")]))
def test_scalar_equals_columnar(texts, unit):
    frame = read_money_column(pl.Series(texts, dtype=pl.String), unit=unit)
    readings = [read_money(text, unit=unit) for text in texts]
    assert frame.rows() == [(each.yuan, each.currency, each.problem) for each in readings]
