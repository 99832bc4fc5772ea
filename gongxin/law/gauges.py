"""Gauges of the overview (监督指标): which there are, how each is counted, how a figure is shaded; never a grade of anybody.

A figure is nothing but the sum of its rows, so whoever doubts it reads them. Shades tell where to look first; bodies
are not ranked by them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gongxin.kernel.sentences import Sentence
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause

GAUGES = "monitor.gauges"
SHARE, COUNT = "share", "count"
DECIMALS = 1
SHADES = ("best", "fair", "low", "ask")


@dataclass(frozen=True, slots=True)
class Gauge:
    """A gauge (指标): a share, where more is better, or a count, where fewer are."""

    id: str
    name: str
    name_en: str
    kind: str
    short: str
    short_en: str
    """What its missed part is called (未达成的说法)."""
    unit: str
    unit_en: str
    one_en: str
    """The English unit of a single one (单数)."""
    bands: tuple[int, ...]
    """Where the shades change (分档): from which percentage, or up to how many."""
    head: bool
    """Whether it stands at the top of the overview (首行指标)."""
    method: str
    method_en: str
    clause: ClauseRef | None
    certainty: Certainty

    def unit_of(self, number: float | None) -> Sentence:
        """Return the unit of so many (单位), in both languages."""
        return Sentence(self.unit, self.one_en if number == 1 else self.unit_en)


@dataclass(frozen=True, slots=True)
class Row:
    """A row behind a figure (指标明细): whose it is, of which day, what it is, and where it can be read.

    A gauge that is a share counts `good` of `count`; one that is a count counts `count`, none of which is good.
    """

    body: str
    on: date
    said: Sentence
    link: str
    """Kind and number of what it is about, such as `promise:12`: the row is known by it (明细标识)."""
    count: int = 1
    good: int = 0
    open: bool = True
    """Whether it still stands so at the end of the time asked about (期末仍未了结)."""

    @property
    def missed(self) -> bool:
        """Tell whether something of it is not as it should be (是否有未达成)."""
        return self.good < self.count


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure (指标值): `good` of `count`, summed from rows."""

    good: int = 0
    count: int = 0
    missed: int = 0
    """Rows in which something is missed (有未达成的行数)."""

    @property
    def percent(self) -> float | None:
        """Return the share in percent (百分率), or None where nothing was counted."""
        return 100 * self.good / self.count if self.count else None


def gauges(law: Edition) -> tuple[Gauge, ...]:
    """Return the gauges of an edition (监督指标), in its order."""
    return law.remember(GAUGES, lambda: _read(law))


def find_gauge(gauge_id: str, law: Edition) -> Gauge | None:
    """Return a gauge by its id, or None."""
    return next((each for each in gauges(law) if each.id == gauge_id), None)


@clause("GF-2016-76", "三（三）")
def figure(rows: Iterable[Row]) -> Figure:
    """What rows amount to (汇总指标).

    Law:      国发〔2016〕76号 三（三）: monitoring rests on data
    Facts:    rows
    Returns:  Figure
    Refuses:  never
    """
    good = count = missed = 0
    for row in rows:
        good, count, missed = good + row.good, count + row.count, missed + row.missed
    return Figure(good, count, missed)


def value(gauge: Gauge, told: Figure) -> float | None:
    """Return the number that stands for a figure (指标数): percent of a share, None where nothing was counted."""
    return told.percent if gauge.kind == SHARE else float(told.count)


def rounded(gauge: Gauge, told: Figure) -> float | None:
    """Return the number as it is told everywhere (所示指标数): on the page, in the paper and in the data the same, to one decimal."""
    number = value(gauge, told)
    return None if number is None else round(number, DECIMALS)


def written(gauge: Gauge, told: Figure) -> str:
    """Return the number as it is written, without its unit (指标数写法); a dash where nothing was counted."""
    number = rounded(gauge, told)
    if number is None:
        return "—"
    return f"{number:.{DECIMALS}f}" if gauge.kind == SHARE else f"{number:,.0f}"


def shade(gauge: Gauge, told: Figure) -> str:
    """Return how a figure is shaded (示意图深浅): one of SHADES, or `none` where there is no figure."""
    number = value(gauge, told)
    if number is None:
        return "none"
    passed = (number >= band if gauge.kind == SHARE else number <= band for band in gauge.bands)
    return next((name for name, held in zip(SHADES, passed, strict=False) if held), SHADES[-1])


def _read(law: Edition) -> tuple[Gauge, ...]:
    held = law.find_parameter(GAUGES)
    if held is None:
        return ()
    return tuple(
        Gauge(
            str(row["id"]), str(row["name"]), str(row["name_en"]), str(row["kind"]), str(row["short"]), str(row["short_en"]),
            str(row["unit"]), str(row["unit_en"]), str(row.get("one_en") or row["unit_en"]),
            tuple(int(band) for band in row["bands"]), bool(row.get("head", False)),
            str(row["method"]), str(row["method_en"]), held.source, held.certainty,
        )
        for row in held.table()
    )  # fmt: skip
