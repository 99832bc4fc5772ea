"""Ratings by third parties (第三方评级): made from one frozen set of data, told with their method, published beside the figures.

A rating is the third party's word and stands under its name. It changes no figure of the platform's, and it is about
bodies: whoever is in no set cannot be rated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law.book import Edition
from gongxin.law.clauses import clause

BASIS = "GF-2016-76/三（三）"
OPEN = "assess.dataset.open"
LONGEST_RATING, LONGEST_TEXT = 60, 4000
SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Line:
    """What is said of one unit (一个单位的评级): in the third party's own words; an interval where it tells one."""

    unit: str
    rating: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Ratings:
    """What a third party hands in (交来的评级): from which set, by which method, who answers for it."""

    digest: str
    method: str
    decided_by: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Frozen:
    """The set it must have been made from (所据数据集)."""

    digest: str
    units: frozenset[str]
    open_until: date


@clause("GF-2016-76", "三（三）")
def open_until(made_on: date, *, law: Edition) -> date:
    """Until when a set is open to its third party (数据集开放期), that day included.

    Law:      国发〔2016〕76号 三（三）: third parties rate, and ratings are published soon; the days are the book's
    Facts:    the day it was made
    Returns:  date
    Refuses:  never
    """
    return made_on + timedelta(days=law.parameter(OPEN).number())


@clause("GF-2016-76", "三（三）")
def refused_ratings(given: Ratings, frozen: Frozen, *, today: date) -> Refusal | None:
    """Say why ratings cannot be taken, or None (能否接收评级).

    Law:      国发〔2016〕76号 三（三）: rated by third parties, published; what cannot be followed is no rating
    Facts:    what was handed in; the set; the day
    Returns:  Refusal | None
    Refuses:  ratings after the set was closed, from other data, without a method or a named person, of nobody, of a unit
              the set does not hold, of one twice, and an interval that is none
    """
    if today > frozen.open_until:
        return _no("assess.closed", sentence("数据集的开放期到 {day} 为止", "The set was open until {day}", day=frozen.open_until),
                   sentence("请申请新的数据集", "Ask for a new set"))  # fmt: skip
    if given.digest.strip().lower() != frozen.digest:
        return _no("assess.digest", sentence("摘要与数据集不符", "The digest is not that of the set"),
                   sentence("请用取得的数据集计算 SHA-256，原样填写", "Take the SHA-256 of the very set that was handed out"))  # fmt: skip
    if not _says(given.method) or len(given.method) > LONGEST_TEXT:
        return _no("assess.method", sentence("没有写明评级方法，或者超过 {n} 字", "The method is missing or longer than {n} signs", n=LONGEST_TEXT),
                   sentence("请写明指标、权重、口径和样本处理", "Say indicators, weights, definitions and how samples are treated"))  # fmt: skip
    if sum(sign.isalpha() for sign in given.decided_by) < SHORTEST_NAME:
        return _no("assess.person", sentence("没有写明负责人", "Nobody is named who answers for it"),
                   sentence("请写姓名和职务", "Name somebody and the post"))  # fmt: skip
    return _misread(given.lines, frozen)


def _misread(lines: Sequence[Line], frozen: Frozen) -> Refusal | None:
    units = Counter(line.unit for line in lines)
    strange = _named(unit for unit in units if unit not in frozen.units)
    twice = _named(unit for unit, n in units.items() if n > 1)
    wrong = _named(
        line.unit
        for line in lines
        if not _says(line.rating)
        or not line.rating.isprintable()
        or len(line.rating) > LONGEST_RATING
        or not _ordered(line)
    )
    if not lines or strange:
        return _no("assess.units", sentence("没有评级，或者不是数据集里的单位：{units}", "No rating, or of none of the set's units: {units}",
                                               units=strange or "—"),
                   sentence("只评数据集里的单位和区划，用它们的代码", "Rate the units of the set alone, by their codes"))  # fmt: skip
    if twice:
        return _no("assess.twice", sentence("重复：{units}", "Rated twice: {units}", units=twice),
                   sentence("一个单位只写一行", "One line for each unit"))  # fmt: skip
    if wrong:
        return _no("assess.rating", sentence("这些行读不懂：{units}", "These lines cannot be read: {units}", units=wrong),
                   sentence("写评级文字；有区间的，下限不大于上限", "Say the rating; of an interval the lower end first"))  # fmt: skip
    return None


def _ordered(line: Line) -> bool:
    if line.low is None or line.high is None:
        return line.low is None and line.high is None
    return line.low <= line.high


def _says(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def _named(units: Iterable[str]) -> str:
    return "、".join(sorted(units))


def _no(code: str, message: str, way: str) -> Refusal:
    return Refusal(code, message, BASIS, way)
