"""Cells of tables that spreadsheet programs open (表格单元格): what somebody wrote is shown and never reckoned."""

from __future__ import annotations

import re

import polars as pl

FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d.,]*%?$)")
"""How a text begins that a spreadsheet program takes for a formula; a figure with its sign and a lone dash are none."""


def plain_cell(text: str) -> str:
    """Return a cell no spreadsheet program takes for a formula (防公式注入): such a text after a single quotation mark."""
    return f"'{text}" if FORMULA.match(text) else text


def plain_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame of texts in which no cell begins a formula (整表防公式注入); equal to `plain_cell` on every cell."""
    doubtful = frame.select(pl.col(pl.String).str.contains(r"^[=@\t\r+-]").fill_null(False).any()).row(0)
    names = [name for name, kind in frame.schema.items() if kind == pl.String]
    changed = []
    for name in (name for name, found in zip(names, doubtful, strict=True) if found):
        column = frame[name]
        where = column.str.contains(r"^[=@\t\r+-]").fill_null(False).arg_true()
        written = [plain_cell(text) for text in column.gather(where).to_list()]
        changed.append(column.scatter(where, pl.Series(written, dtype=pl.String)))
    return frame.with_columns(changed) if changed else frame
