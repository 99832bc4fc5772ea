"""Tile diagrams (方格示意图): one square for each division, set by direction; no boundary is drawn, so it is no map.

A page gives one cell for each division with its figure and a shade; `parts/tiles.html` draws them, the table beside it
says the same in numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from gongxin.doors.web import presenting
from gongxin.spine.divisions import Division

SHADES = ("best", "fair", "low", "ask", "none")
"""From the darkest: in order, nearly, below, to be asked about, no figure; words beside each say what it means."""
MOST_ACROSS, MOST_DOWN = 8, 10
"""Columns and rows the sheet of styles knows; a diagram with more is set in rows."""
UNPLACED = 4
"""Squares side by side where directions are not known."""


@dataclass(frozen=True)
class Cell:
    """What is told of a division (一格): its figure as text with its unit, its shade, where it leads."""

    division: Division
    value: str
    unit: str | Promise = ""
    shade: str = "none"
    url: str = ""


@dataclass(frozen=True)
class Square:
    """A cell in its place (排好的一格); column and row are 0 where squares simply follow each other."""

    name: str
    value: str
    unit: str | Promise
    shade: str
    url: str
    column: int = 0
    row: int = 0


@dataclass(frozen=True)
class Diagram:
    """A tile diagram (方格示意图): `directed` where squares stand by direction, `key` says what the shades mean."""

    squares: tuple[Square, ...]
    across: int
    directed: bool
    key: tuple[tuple[str, str | Promise], ...]


def diagram(cells: Iterable[Cell], key: Iterable[tuple[str, str | Promise]] = ()) -> Diagram:
    """Set cells by direction (按方位排格); those without a place follow in rows below, as all do where none has one."""
    told = list(cells)
    placed = [each for each in told if each.division.place is not None]
    rest = [each for each in told if each.division.place is None]
    across = max((each.division.place.column for each in placed if each.division.place), default=0)
    down = max((each.division.place.row for each in placed if each.division.place), default=0)
    width = max(across, 2)
    below = -(-len(rest) // width)
    if not placed or across > MOST_ACROSS or down + below > MOST_DOWN:
        return Diagram(tuple(_square(each) for each in told), UNPLACED, False, tuple(key))
    squares = [
        _square(each, each.division.place.column, each.division.place.row) for each in placed if each.division.place
    ]
    squares += [_square(each, n % width + 1, down + 1 + n // width) for n, each in enumerate(rest)]
    return Diagram(tuple(squares), width, True, tuple(key))


def _square(cell: Cell, column: int = 0, row: int = 0) -> Square:
    return Square(presenting.said(cell.division.said), cell.value, cell.unit, cell.shade, cell.url, column, row)
