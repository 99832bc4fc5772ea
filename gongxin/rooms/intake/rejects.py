"""Returned rows as a workbook (退回行工作簿): the file's own columns, bad cells marked, reasons as comments.

Handing the workbook in again maps by its headings as any file does; the column of reasons is recognised and ignored, and
by the last column each row is known again.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from gongxin.rooms.intake import anew, gathering, held
from gongxin.rooms.intake.cells import ROW
from gongxin.rooms.intake.headings import REASONS, RETURNED, is_known, known_words, normal, unit_in, unit_name
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.rooms.intake.originals import opened_file
from gongxin.rooms.intake.reading import Sheet, Unreadable, open_sheets

REASON = "退回原因"
_WRONG = PatternFill("solid", fgColor="FDE2E0")
_HEAD = PatternFill("solid", fgColor="EEF1F5")


def workbook(batch: Batch, outcomes: Sequence[str] = (HeldRow.Outcome.REFUSED.value,)) -> bytes:
    """Return the rows of these outcomes that still wait to be put right, as XLSX (退回行)."""
    rows = HeldRow.objects.filter(batch=batch, outcome__in=list(outcomes), state=HeldRow.State.OPEN).order_by("id")
    by_sheet: dict[str, list[HeldRow]] = defaultdict(list)
    for row in rows.iterator(chunk_size=2000):
        by_sheet[row.sheet].append(row)
    book = Workbook()
    book.remove(book.worksheets[0])
    originals = _original_cells(batch, by_sheet)
    for sheet, held_rows in by_sheet.items():
        headings, cells = originals.get(sheet) or _from_values(batch, sheet, held_rows)
        _write_sheet(book, sheet, headings, [(row, cells[row.row]) for row in held_rows], _units(batch, sheet))
    if not book.worksheets:
        book.create_sheet("没有退回的行")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _original_cells(
    batch: Batch, by_sheet: dict[str, list[HeldRow]]
) -> dict[str, tuple[list[str], dict[int, Sequence[str | None]]]]:
    """Read the held rows' cells again from the stored file, so that every column goes back as it came."""
    words = known_words(gathering.desk(batch.day).edition)
    found: dict[str, tuple[list[str], dict[int, Sequence[str | None]]]] = {}
    try:
        with opened_file(batch) as path:
            for sheet in open_sheets(path, lambda text: is_known(text, words)):
                cells = _cells_of(sheet, {row.row for row in by_sheet.get(sheet.name, ())})
                if cells is not None:
                    found[sheet.name] = (sheet.headings, cells)
    except Unreadable:
        return {}
    return found


def _cells_of(sheet: Sheet, wanted: set[int]) -> dict[int, Sequence[str | None]] | None:
    """Return the cells of these rows of a sheet, or None when it does not hold them all."""
    cells: dict[int, Sequence[str | None]] = {}
    for chunk in sheet.chunks() if wanted else ():
        for row in chunk.frame.filter(pl.col(ROW).is_in(list(wanted))).select(ROW, *sheet.letters).iter_rows():
            cells[row[0]] = row[1:]
    return cells if wanted and len(cells) == len(wanted) else None


def _from_values(batch: Batch, sheet: str, rows: list[HeldRow]) -> tuple[list[str], dict[int, Sequence[str | None]]]:
    """Without the stored file the rows go back with the columns that were recognised."""
    columns: list[list[str]] = list(batch.columns.get(sheet, {}).get("columns", {}).values())
    return [heading for heading, _ in columns], {
        row.row: [held.values_of(row).get(name) for _, name in columns] for row in rows
    }


def _units(batch: Batch, sheet: str) -> dict[str, str]:
    """Return heading → unit where the file named it above the table: the rows go back without what stood there."""
    told = batch.columns.get(sheet, {})
    units = {name: unit_name(Decimal(unit)) for name, unit in told.get("units", {}).items()}
    columns: list[list[str]] = list(told.get("columns", {}).values())
    return {heading: units[name] for heading, name in columns if name in units and heading and unit_in(heading) is None}


def _write_sheet(
    book: Workbook,
    title: str,
    headings: list[str],
    rows: list[tuple[HeldRow, Sequence[str | None]]],
    units: Mapping[str, str],
) -> None:
    sheet = book.create_sheet((title or "退回行")[:31])
    # Rows that went back before bring our own columns with them; each is told anew.
    own = [index for index, heading in enumerate(headings) if normal(heading) not in REASONS]
    headings, rows = [headings[index] for index in own], [(row, [cells[index] for index in own]) for row, cells in rows]
    shown = [heading or get_column_letter(index + 1) for index, heading in enumerate(headings)]
    named = [f"{heading}（{units[heading]}）" if heading in units else heading for heading in shown]
    for index, heading in enumerate([*named, REASON, RETURNED], start=1):
        cell = sheet.cell(1, index, heading)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(index)].width = 40 if heading == REASON else 20
    sheet.freeze_panes = "A2"
    for place, (row, cells) in enumerate(rows, start=2):
        for index, text in enumerate(cells, start=1):
            _write_text(sheet.cell(place, index), text)
        issues = [each for each in gathering.read_issues(row) if each["severity"] != "notice"]
        _mark(sheet, place, shown, issues)
        _write_text(sheet.cell(place, len(shown) + 1), "\n".join(_reason(each) for each in issues))
        sheet.cell(place, len(shown) + 1).alignment = Alignment(wrap_text=True, vertical="top")
        _write_text(sheet.cell(place, len(shown) + 2), anew.number_of(row))


def _mark(sheet: Any, place: int, headings: list[str], issues: list[dict[str, object]]) -> None:
    reasons: dict[int, list[str]] = defaultdict(list)
    for each in issues:
        if each["column"] in headings:
            reasons[headings.index(str(each["column"])) + 1].append(_reason(each))
    for index, words in reasons.items():
        cell = sheet.cell(place, index)
        cell.fill = _WRONG
        cell.comment = Comment(_writable("\n".join(words)), "公信")


def _reason(issue: dict[str, object]) -> str:
    suggestion = f"（建议：{issue['suggestion']}）" if issue["suggestion"] else ""
    clause = f"［{issue['clause']}］" if issue["clause"] else ""
    return f"{issue['message']}{suggestion}{clause}"


def _writable(text: str) -> str:
    """Return the text with a visible mark for each character that a workbook cannot hold (不可写字符)."""
    return ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)


def _write_text(cell: Cell, text: str | None) -> None:
    """Write a text as text: a code must not become a number, and a text that begins with = must not become a formula."""
    cell.number_format = "@"
    if text is not None:
        cell.value = _writable(text)
        cell.data_type = "s"
