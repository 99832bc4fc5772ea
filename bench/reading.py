"""Reading 27 columns of text, and a workbook (读取)."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from bench import files
from bench.measure import Job

WORKBOOK_ROWS = 20_000
"""openpyxl takes most of a minute to write and to read so many; the ratios are the same with more."""


def _ours(path: Path) -> int:
    from gongxin.rooms.intake.reading import open_sheets

    return sum(chunk.frame.height for sheet in open_sheets(path) for chunk in sheet.chunks())


def _with_csv(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file))


def read(folder: Path, rows: int) -> Job:
    """CSV: the bytes alone, the standard library, Polars, and intake's own reading."""
    path = files.penalties(folder, rows)
    job = Job("read", "Read a CSV of 27 columns as text", "Polars' own speed")
    job.remarks.append(f"{path.stat().st_size / 1e6:.0f} MB")
    job.add("limit", "bytes alone", rows, lambda: path.read_bytes().count(b"\n"))
    job.add("limit", "Polars read_csv", rows, lambda: pl.read_csv(path, infer_schema=False).height)
    job.add("peer", "csv.reader", rows, lambda: _with_csv(path))
    job.add("ours", "intake reading (heading found, rows numbered, totals set aside)", rows, lambda: _ours(path))
    return job


def xlsx(folder: Path, rows: int) -> Job:
    """XLSX: openpyxl, calamine, and intake's own reading."""
    count = min(rows, WORKBOOK_ROWS)
    path = files.penalties(folder, count, "xlsx")
    job = Job("xlsx", "Read a workbook of 27 columns", "calamine's own speed")

    def with_openpyxl() -> int:
        book = load_workbook(path, read_only=True)
        return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))

    def with_calamine() -> int:
        return len(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python())

    job.add("peer", "openpyxl, read only", count, with_openpyxl, runs=1)
    job.add("limit", "calamine alone", count, with_calamine)
    job.add("ours", "intake reading", count, lambda: _ours(path))
    return job
