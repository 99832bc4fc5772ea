"""Writing files as offices do (文件写法): CSV in several encodings, workbooks with titles and totals, Parquet.

The same rows give the same bytes: a workbook's own clock and the archive's are set to one fixed moment.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import polars as pl
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet
from polars.io.plugins import register_io_source

_MOMENT = (2026, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms)")
SHEET_ROWS = 1_048_576
"""What a worksheet can hold."""


def headed(frame: pl.DataFrame, headings: Mapping[str, str]) -> pl.DataFrame:
    """Return the columns a template asks for, under its headings."""
    return frame.select(pl.col(field).alias(heading) for field, heading in headings.items())


def write_csv(path: Path, frames: Iterable[pl.DataFrame], *, encoding: str = "utf-8") -> int:
    """Write pieces one after another and return the number of rows; only one piece is held at a time."""
    rows = 0
    mark = b"\xef\xbb\xbf" if encoding == "utf-8-sig" else b""
    with path.open("wb") as file:
        file.write(mark)
        for number, piece in enumerate(frames):
            # An office's export leaves an empty cell empty; Polars would write it as "".
            blank = piece.with_columns(pl.when(pl.all() != "").then(pl.all()))
            text = blank.write_csv(include_header=number == 0, line_terminator="\r\n")
            file.write(text.encode(encoding.removesuffix("-sig"), errors="replace"))
            rows += piece.height
    return rows


def write_parquet(path: Path, frames: Iterator[pl.DataFrame], headings: Sequence[str]) -> int:
    """Write pieces into one Parquet file without holding them all."""
    rows = 0

    def pieces(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        nonlocal rows
        for piece in frames:
            rows += piece.height
            chosen = piece if with_columns is None else piece.select(with_columns)
            yield chosen if predicate is None else chosen.filter(predicate)

    register_io_source(pieces, schema=dict.fromkeys(headings, pl.String)).sink_parquet(path)
    return rows


def write_plain_workbook(path: Path, frames: Iterable[pl.DataFrame], title: str) -> int:
    """Write pieces into one sheet with the heading in its first row."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    rows = 0
    for number, piece in enumerate(frames):
        if number == 0:
            sheet.append(piece.columns)
        rows += piece.height
        if rows >= SHEET_ROWS:
            raise ValueError(f"a worksheet holds {SHEET_ROWS} rows")
        for row in piece.iter_rows():
            sheet.append(row)
    _save(book, path)
    return rows


def write_workbook(path: Path, sheets: Sequence[tuple[str, pl.DataFrame]], *, title: str, footer: str) -> int:
    """Write sheets as an office does: a merged title, a line on who fills in what, the heading, and a total below."""
    book = Workbook()
    book.remove(book.active)
    rows = 0
    for name, frame in sheets:
        sheet: Worksheet = book.create_sheet(name)
        width = len(frame.columns)
        sheet.append([title])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
        sheet["A1"].font = Font(bold=True, size=16)
        sheet["A1"].alignment = Alignment(horizontal="center")
        sheet.append(["填报说明：带 * 为必填项；日期填写到日；金额单位为万元。"])
        sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=width)
        sheet.append([f"*{heading}" if place < 3 else heading for place, heading in enumerate(frame.columns)])
        for row in frame.iter_rows():
            sheet.append(row)
        total = sheet.max_row + 1
        sheet.cell(total, 1, f"合计：{frame.height} 条")
        sheet.merge_cells(start_row=total, start_column=1, end_row=total, end_column=min(3, width))
        sheet.cell(total + 1, 1, footer)
        rows += frame.height
    _save(book, path)
    return rows


def _save(book: Workbook, path: Path) -> None:
    """Save a workbook with every clock in it set to one moment, so that the same rows give the same bytes."""
    draft = BytesIO()
    book.save(draft)
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>2026-01-01T00:00:00Z\g<3>", content)
            entry = zipfile.ZipInfo(name, date_time=_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, content)
