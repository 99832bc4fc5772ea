"""Workbooks (工作簿): XLSX and XLS through calamine, every cell turned into the text a person would see in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from gongxin.rooms.intake.protected import in_plain

Row = list[str | None]
OLD = b"\xd0\xcf\x11\xe0"
"""How a workbook of 1997 begins."""

EXACT = 10**15
"""A spreadsheet keeps fifteen digits; a longer number has lost its last ones and must not pass for a code."""


class Opened:
    """A workbook that keeps the sheet it has parsed last (打开的工作簿): to take a sheet by its name is to parse it anew.

    Nearly every workbook holds its rows in one sheet, which is looked at three times: for its cells, heading and rows.
    """

    def __init__(self, path: Path) -> None:
        self.workbook = _open(path)
        self._last: tuple[str, CalamineSheet] | None = None

    def sheet(self, name: str) -> CalamineSheet:
        """Return a sheet with its cells."""
        if self._last is None or self._last[0] != name:
            # The one before is let go of first, so that never two lie in memory.
            self._last = None
            self._last = (name, self.workbook.get_sheet_by_name(name))
        return self._last[1]


def _open(path: Path) -> CalamineWorkbook:
    """Open a workbook by what it is (按内容打开); by its path alone a file called .xlsx would have to be one."""
    try:
        return CalamineWorkbook.from_path(str(path))
    except CalamineError:
        content = path.read_bytes()
        plain = in_plain(content) if content.startswith(OLD) else None
        return CalamineWorkbook.from_filelike(BytesIO(content if plain is None else plain))


@dataclass
class WorkbookSheet:
    """One sheet, its rows still unread (工作表)."""

    workbook: Opened
    name: str
    first_column: int = 0
    merged: dict[int, list[tuple[int, int, int, int]]] = field(default_factory=dict)
    height: int = 0
    """Rows down to the last one used, known once the first of them was read."""

    def rows(self) -> Iterator[tuple[Row, bool]]:
        """Yield each row from the first on, and whether one merged cell covers most of it.

        A cell merged downwards repeats its value, because every row below speaks of it too.
        """
        sheet = self.workbook.sheet(self.name)
        self.height = sheet.total_height
        hanging: dict[int, tuple[int, str | None]] = {}
        for number, cells in enumerate(sheet.iter_rows()):
            # Nearly every cell is a text already; a call for each of them would take half of the time.
            row: Row = [(cell or None) if type(cell) is str else cell_text(cell) for cell in cells]
            for place, (last, text) in list(hanging.items()):
                if number > last:
                    del hanging[place]
                elif place < len(row) and row[place] is None:
                    row[place] = text
            across = False
            for top, left, bottom, right in self.merged.get(number, ()):
                across = across or (right - left + 1 >= max(2, 0.5 * len(row)))
                if bottom > top and left < len(row):
                    for place in range(left, min(right + 1, len(row))):
                        hanging[place] = (bottom, row[left])
            yield row, across


def open_workbook(path: Path) -> list[WorkbookSheet]:
    """Return the sheets that hold cells, also the hidden ones; raises CalamineError when the file cannot be read."""
    workbook = Opened(path)
    sheets = []
    for metadata in workbook.workbook.sheets_metadata:
        if metadata.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.sheet(metadata.name)
        if sheet.start is None:
            continue
        first_column = sheet.start[1]
        merged: dict[int, list[tuple[int, int, int, int]]] = {}
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
            merged.setdefault(top, []).append((top, left - first_column, bottom, right - first_column))
        sheets.append(WorkbookSheet(workbook, metadata.name, first_column, merged))
    return sheets


def cell_text(value: object) -> str | None:
    """Return a cell's text: whole numbers without a point, dates as year-month-day, nothing as None."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if abs(value) < EXACT and float(value).is_integer():
            return str(int(value))
        return f"{value:.15g}" if abs(value) < EXACT else f"{value:.14e}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


__all__ = ["CalamineError", "WorkbookSheet", "cell_text", "open_workbook"]
