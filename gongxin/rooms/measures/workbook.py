"""Lists as officers have them (电子表格): a pasted column or a workbook in, the same workbook with the answer's columns out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime

import polars as pl
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from python_calamine import CalamineError, CalamineWorkbook

from gongxin.kernel.issues import Issue, message
from gongxin.rooms.measures import screen
from gongxin.rooms.measures.answer import NONE_NOTE
from gongxin.spine import clock, shelf
from gongxin.spine.farcells import too_far

HEADING_WITHIN = 10
"""Rows in which a heading is looked for: titles and notes may stand above it."""

COLUMN = "代码"

LONGEST = 32_767
"""Characters of the longest text a cell takes."""

NAMES = {
    "check": "核查编号", "subject": "识别的代码", "problem": "代码的问题", "hint": "是不是", "must_act": "须依法处理（条）",
    "for_reference": "供参考（条）", "must_act_records": "须依法处理的记录", "reference_records": "供参考的记录",
    "marked_records": "有标注的记录", "as_of": "查询日", "up_to": "数据截至",
}  # fmt: skip
"""The answer's columns by name (答复各列)."""

ABOUT = (
    "须依法处理、供参考只写有几条、是哪几条；每一条的内容、依据、期限和救济办法，请在“办事核查”中逐个核查。",
    "代码有问题的行没有核查，既不表示有记录，也不表示没有记录。",
    f"{NONE_NOTE}。",
    "每个主体的这次查阅都已记入查阅日志，对方可以看到。",
)


def read_pasted(text: str) -> pl.DataFrame | list[Issue]:
    """Read what was pasted (粘贴的内容): a line for each row, columns divided by tabs, a heading or none."""
    return _framed([line.split("\t") for line in text.splitlines() if line.strip()])


def read_workbook(data: bytes) -> pl.DataFrame | list[Issue]:
    """Read the first sheet that holds anything of a workbook (读工作簿), or a CSV file by the same rules as the command."""
    if data[:2] != b"PK" and data[:4] != b"\xd0\xcf\x11\xe0":
        return screen.read_csv(data)
    if far := too_far(data):
        told = f"工作表一直延伸到单元格 {far}，请删去远处的单元格"
        return [Issue("sheet.unreadable", message("sheet.unreadable", {"reason": told}), column="file")]
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            rows = [[_text(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()]
            if any(any(row) for row in rows):
                return _framed([row for row in rows if any(row)])
    except (CalamineError, OSError, ValueError) as fault:
        return [Issue("sheet.unreadable", message("sheet.unreadable", {"reason": str(fault)}), column="file")]
    return _framed([])


def _framed(rows: Sequence[Sequence[str]]) -> pl.DataFrame | list[Issue]:
    if not rows:
        return [Issue("screen.empty", "没有一行数据", column="codes")]
    words = screen.heading_words(shelf.book().on(clock.today()))
    at = next((n for n, row in enumerate(rows[:HEADING_WITHIN]) if words & {cell.strip() for cell in row}), None)
    width = max(len(row) for row in rows)
    heading = list(rows[at]) if at is not None else [COLUMN] if width == 1 else []
    names: list[str] = []
    for place in range(width):
        name = heading[place].strip() if place < len(heading) else ""
        name = name or f"第{place + 1}列"
        names.append(name if name not in names else f"{name}（第{place + 1}列）")
    body = rows[at + 1 :] if at is not None else rows
    columns = {
        name: [row[place].strip() or None if place < len(row) else None for row in body]
        for place, name in enumerate(names)
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def written(answer: pl.DataFrame) -> bytes:
    """Return the answered list as a workbook (写工作簿). Every cell is text or a number: nothing in it is ever reckoned."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("核查结果")
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, NAMES.get(name, name), bold=True) for name in answer.columns])
    numbers = {"must_act", "for_reference"}
    for row in answer.iter_rows():
        sheet.append(
            [
                value if name in numbers or value is None else _plain(sheet, str(value))
                for name, value in zip(answer.columns, row, strict=True)
            ]
        )
    about = book.create_sheet("说明")
    for line in ABOUT:
        about.append([line])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _plain(sheet: WriteOnlyWorksheet, text: str) -> WriteOnlyCell | str:
    # A cell object for each of a million texts takes a third longer and more; only these would not stay what they are.
    if text[:1] in "=#" or len(text) > LONGEST or ILLEGAL_CHARACTERS_RE.search(text):
        return _cell(sheet, text)
    return text


def _cell(sheet: WriteOnlyWorksheet, text: str, *, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST])
    # What begins with an equals sign is what somebody typed, and no formula of ours.
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell
