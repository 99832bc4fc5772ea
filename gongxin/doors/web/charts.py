"""Charts (图表): bars and a line over months, as shapes with whole coordinates; the table beside them says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDE, HIGH = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 40, 8, 12, 32
LINES = 4
"""How many lines mark the height (刻度线)."""


@dataclass(frozen=True)
class Bar:
    """A month's bar and the point of the line above it (一个月)."""

    month: date
    x: int
    y: int
    wide: int
    high: int
    centre: int
    point: int
    first: int
    second: int


@dataclass(frozen=True)
class Chart:
    """Bars of one count and a line of another (柱线图), drawn within WIDE by HIGH."""

    bars: tuple[Bar, ...]
    line: str
    marks: tuple[tuple[int, int], ...]
    """Height on the page → the count it stands for."""


def of_months(rows: Sequence[tuple[date, int, int]]) -> Chart:
    """Return the chart of two counts by month (月度柱线图); the scale begins at nought."""
    most = max((max(first, second) for _, first, second in rows), default=0)
    step = max(1, -(-most // LINES))
    top = step * LINES
    across = (WIDE - LEFT - RIGHT) / max(1, len(rows))

    def height(count: int) -> int:
        return round(HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * count / top)

    bars = []
    for n, (month, first, second) in enumerate(rows):
        centre, wide = round(LEFT + across * (n + 0.5)), round(across * 0.36)
        y = height(first)
        bars.append(Bar(month, centre - wide // 2, y, wide, HIGH - BOTTOM - y, centre, height(second), first, second))
    line = " ".join(f"{bar.centre},{bar.point}" for bar in bars)
    return Chart(tuple(bars), line, tuple((height(step * n), step * n) for n in range(LINES + 1)))
