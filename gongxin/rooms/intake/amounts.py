"""Amounts that contradict the row's own words (金额与文字不符): yuan typed into a column of 万元 are ten thousand times too much.

How grave a penalty is hangs on its fine, and so how long it is shown: such a slip would harm whoever it is about.
"""

from __future__ import annotations

import re
from decimal import Decimal

import polars as pl

from gongxin.kernel.money import read_money
from gongxin.law.model import Item
from gongxin.rooms.intake.cells import UNIT_YUAN, Findings, places

FIGURE, WORDS = "fine_wan", "penalty_content"
GREAT = 1000
"""A figure in 万元 from which the words are read in any case; below it only where they hold the same figure in yuan."""

_AMOUNT = re.compile(r"[\d,，.]+\s*[万亿]?元|[零〇一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]+元")


def check_amounts(frame: pl.DataFrame, item: Item, findings: Findings) -> None:
    """Tell of each fine whose figure is in 元 by the row's own words (罚款单位校验), and what it would be in 万元."""
    spec = item.find_field(FIGURE)
    if spec is None or not {FIGURE, WORDS} <= set(frame.columns):
        return
    unit = UNIT_YUAN.get(spec.unit, 1)
    figure, words = frame[FIGURE], frame[WORDS]
    great = figure.cast(pl.Float64, strict=False) >= GREAT
    same = frame.select(pl.col(WORDS).str.contains(pl.col(FIGURE) + "元", literal=True)).to_series()
    for place in places((great | same).fill_null(False) & words.is_not_null()):
        told = Decimal(figure[place])
        said = {read_money(text.replace("，", ",")).yuan for text in _AMOUNT.findall(words[place])}
        if told * unit not in said and told in said:
            meant = format((told / unit).normalize(), "f")
            findings.tell(place, "money.unit_slip", FIGURE, figure[place], suggestion=meant)
