"""Packed rows (打包写入) for SQLite: a whole frame goes over as a few long blobs, which one statement cuts into rows.

Bound value by value, the driver makes an object of every cell and stops every other thread for it. A column packed into
one blob costs the driver nothing, and the statement runs to its end without the interpreter. Rows are cut by their
place: `substr` of a blob is found by reckoning, however long the blob is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import polars as pl

ROWS_AT_ONCE = 16_384
"""Rows in one statement: their blobs and their pages lie in memory together."""
LONGEST_NUMBER = 20
"""Characters of the longest whole number of 64 bits, with its sign."""
Bytes = np.ndarray[Any, np.dtype[np.uint8]]


def statements(table: str, frame: pl.DataFrame) -> Iterator[tuple[str, list[Any]]]:
    """Yield the statements, with what each binds, that write a frame's rows into the columns of the same names.

    Columns: whole numbers, texts, bytes, days, moments (written as UTC) and truths. Raises TypeError for any other.
    """
    names = ", ".join(f'"{name}"' for name in frame.columns)
    columns = _packed(_as_stored(frame))
    for start in range(0, frame.height, ROWS_AT_ONCE):
        end = min(start + ROWS_AT_ONCE, frame.height)
        bound: list[Any] = []
        values = ", ".join([column.words(start, end, bound) for column in columns])
        yield (
            f'INSERT INTO "{table}" ({names}) WITH RECURSIVE n(i) AS'
            f" (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {end - start - 1}) SELECT {values} FROM n",
            bound,
        )


class _Column(Protocol):
    def words(self, start: int, end: int, bound: list[Any]) -> str:
        """Return the SQL for the value in row `i` of a run of rows, and add to what is bound."""
        ...


@dataclass(frozen=True)
class _Literal:
    """A column that says the same in every row stands in the statement itself."""

    sql: str

    def words(self, start: int, end: int, bound: list[Any]) -> str:
        del start, end, bound
        return self.sql


@dataclass(frozen=True)
class _Run:
    """Whole numbers one after the other."""

    first: int

    def words(self, start: int, end: int, bound: list[Any]) -> str:
        del end, bound
        return f"i + {self.first + start}"


@dataclass(frozen=True)
class _Fixed:
    """Values of one width; blanks stand for what says nothing."""

    data: Bytes
    width: int
    kind: str
    nullable: bool = False

    def words(self, start: int, end: int, bound: list[Any]) -> str:
        cut = _cut(self.data[start * self.width : end * self.width], self.width, bound)
        if self.nullable:
            bound.append(b" " * self.width)
            cut = f"nullif({cut}, ?{len(bound)})"
        return _cast(cut, self.kind)


@dataclass(frozen=True)
class _Long:
    """Values of any length, with the place after the end of each."""

    data: Bytes
    ends: np.ndarray[Any, np.dtype[np.int64]]
    missing: np.ndarray[Any, np.dtype[np.bool_]] | None
    kind: str

    def words(self, start: int, end: int, bound: list[Any]) -> str:
        before = int(self.ends[start - 1]) if start else 0
        ends = self.ends[start:end] - before
        starts = np.concatenate(([0], ends[:-1]))
        # An empty blob would be bound as nothing at all.
        bound.append(self.data[before : before + int(ends[-1])] if ends[-1] else b" ")
        whole = len(bound)
        first, length = _digits(starts + 1), _digits(ends - starts)
        if self.missing is not None:
            first[self.missing[start:end]] = ord(" ")
        place, size = _cut(first.ravel(), first.shape[1], bound), _cut(length.ravel(), length.shape[1], bound)
        if self.missing is not None:
            bound.append(b" " * first.shape[1])
            place = f"nullif({place}, ?{len(bound)})"
        return _cast(f"substr(?{whole}, {_cast(place, 'INTEGER')}, {_cast(size, 'INTEGER')})", self.kind)


def _cut(blob: Bytes, width: int, bound: list[Any]) -> str:
    bound.append(blob)
    return f"substr(?{len(bound)}, i * {width} + 1, {width})"


def _cast(words: str, kind: str) -> str:
    return f"CAST({words} AS {kind})" if kind else words


def _digits(numbers: np.ndarray[Any, np.dtype[np.int64]]) -> Bytes:
    """Return whole numbers from 0 as rows of decimal digits of one width."""
    width = len(str(int(numbers.max())))
    rest = numbers.astype(np.uint32 if width < 10 else np.uint64)
    digits = np.empty((len(numbers), width), dtype=np.uint8)
    for place in range(width - 1, -1, -1):
        rest, digits[:, place] = rest // 10, rest % 10
    digits += ord("0")
    return digits


def _packed(frame: pl.DataFrame) -> list[_Column]:
    """Return how each column goes over; everything asked of the frame is asked of all its columns at once."""
    told: dict[str, _Column] = {}
    numbers, texts = [], []
    for column in frame:
        name = column.name
        said = _literal(column)
        if said is not None:
            told[name] = _Literal(said)
        elif column.dtype != pl.Int64:
            texts.append(name)
        elif _is_run(column):
            told[name] = _Run(int(column[0]))
        else:
            numbers.append(name)
    digits = [
        pl.col(name).cast(pl.String).str.pad_start(LONGEST_NUMBER).fill_null(" " * LONGEST_NUMBER) for name in numbers
    ]
    flat = frame.select(
        pl.col(name)
        .cast(pl.Binary)
        .cast(pl.List(pl.UInt8))
        .list.explode(empty_as_null=False, keep_nulls=False)
        .implode()
        for name in texts
    )
    written = frame.select(digits).select(
        pl.col(name).cast(pl.Binary).cast(pl.List(pl.UInt8)).list.explode(empty_as_null=False).implode()
        for name in numbers
    )
    sizes = frame.select(
        (pl.col(name).bin.size() if frame.schema[name] == pl.Binary else pl.col(name).str.len_bytes()).cast(pl.Int64)
        for name in texts
    )
    for name in numbers:
        nullable = frame[name].null_count() > 0
        told[name] = _Fixed(written[name][0].to_numpy(), LONGEST_NUMBER, "INTEGER", nullable)
    for name in texts:
        kind = "" if frame.schema[name] == pl.Binary else "TEXT"
        told[name] = _text(frame[name], flat[name][0].to_numpy(), sizes[name], kind)
    return [told[name] for name in frame.columns]


def _text(column: pl.Series, data: Bytes, sizes: pl.Series, kind: str) -> _Column:
    if not column.null_count():
        width = sizes[0]
        if width and (sizes == width).all():
            return _Fixed(data, width, kind)
        return _Long(data, sizes.to_numpy().cumsum(), None, kind)
    missing = column.is_null().to_numpy()
    return _Long(data, sizes.fill_null(0).to_numpy().cumsum(), missing, kind)


def _is_run(column: pl.Series) -> bool:
    if column.null_count() or column[-1] - column[0] != len(column) - 1:
        return False
    return bool((np.diff(column.to_numpy()) == 1).all())


def _literal(column: pl.Series) -> str | None:
    """Return the SQL for a column that says the same in every row, or None; only what needs no care in quoting."""
    if column.null_count():
        return "NULL" if column.null_count() == len(column) else None
    if column.dtype not in (pl.String, pl.Int64) or column[0] != column[-1] or not (column == column[0]).all():
        return None
    if column.dtype == pl.Int64:
        return str(column[0])
    return None if "\0" in column[0] else "'" + column[0].replace("'", "''") + "'"


def _as_stored(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns as SQLite keeps them: days and moments as text, truths as numbers."""
    changed = []
    for name, kind in frame.schema.items():
        if kind == pl.Date:
            changed.append(pl.col(name).dt.strftime("%Y-%m-%d"))
        elif isinstance(kind, pl.Datetime):
            changed.append(pl.col(name).dt.strftime("%Y-%m-%d %H:%M:%S%.6f"))
        elif kind == pl.Boolean or kind.is_integer():
            changed.append(pl.col(name).cast(pl.Int64))
        elif kind == pl.Null:
            changed.append(pl.col(name).cast(pl.String))
        elif kind not in (pl.String, pl.Binary):
            raise TypeError(f"the column {name!r} holds {kind}, which no table of ours keeps")
    return frame.with_columns(changed) if changed else frame
