"""Bulk writing (批量写入): whole frames into a table, by COPY on PostgreSQL and prepared statements on SQLite.

Both write through Django's own connection, so that a frame belongs to the transaction around it. The `Writer` does so
from a thread: while the database takes one frame, the caller prepares the next.
"""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import polars as pl
from django.db import connection

CHECKPOINT_PAGES = 16_384
ROWS_AT_ONCE = 1_000
"""Rows in one statement for SQLite. The driver lets other threads work while a statement runs and then waits its turn, up
to five thousandths of a second: row by row, writing would stand still whenever another thread reckons."""
VALUES_AT_ONCE = 8_192
"""Values bound in one statement: more of them no longer fit beside the statement in the processor's cache."""
PIECES = 16
"""Statements whose values lie in memory at the same time."""
LONG_TEXT = 64
"""Bytes from which a text is handed to SQLite as bytes rather than as text."""
_UNIT = "\x1f"
"""Stands between two keys; no key and no text of the ledger holds a control character."""


def write_frame(table: str, frame: pl.DataFrame) -> None:
    """Write every row of a frame into the columns of the same names."""
    connection.ensure_connection()
    _write(connection.vendor, connection.connection, table, frame)


class Writer:
    """Writes frames one after the other (后台写入) on the caller's connection, from a thread of its own.

    While a frame is being written the connection is busy: ask the store nothing until `wait()` has returned.
    """

    def __init__(self) -> None:
        connection.ensure_connection()
        self._vendor, self._raw = connection.vendor, connection.connection
        if self._vendor == "sqlite":
            # A bulk load dirties the same index pages in every chunk; they go into the main file once in a while only.
            self._raw.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="gongxin-writer")
        self._pending: list[Future[None]] = []

    def put(self, table: str, frame: pl.DataFrame) -> None:
        """Have a frame written after those before it."""
        self._pending.append(self._thread.submit(_write, self._vendor, self._raw, table, frame))

    def wait(self) -> None:
        """Return when everything is written; raises what went wrong."""
        pending, self._pending = self._pending, []
        for future in pending:
            future.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.wait()
        finally:
            self._thread.shutdown(wait=True, cancel_futures=True)


def refresh_statistics(tables: Sequence[str]) -> None:
    """Let the store count anew what lies in these tables (更新统计信息), after a load that changed it greatly.

    PostgreSQL's own sweep comes a minute later; until then it plans as if the tables were as small as before.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ANALYZE {', '.join(tables)}")
        else:
            cursor.execute("PRAGMA analysis_limit=400")
            cursor.execute("PRAGMA optimize")


def read_frame(sql: str, parameters: Iterable[Any] = (), schema: dict[str, Any] | None = None) -> pl.DataFrame:
    """Return the rows of a query as a frame; `schema` names the columns and their types."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
        names = list(schema) if schema else [column[0] for column in cursor.description or ()]
        return pl.DataFrame(cursor.fetchall(), schema=schema or names, orient="row", infer_schema_length=None)


def read_by_keys(sql: str, keys: pl.Series, schema: dict[str, Any]) -> pl.DataFrame:
    """Return the rows of a query whose `{keys}` stands for a list of keys (按键批量读取), however long the list is.

    The list goes over as one text, which both stores take apart much faster than a driver puts together an array.
    """
    keys = keys.drop_nulls().unique(maintain_order=True)
    if keys.is_empty():
        return pl.DataFrame(schema=schema)
    if connection.vendor == "postgresql":
        kind = "bigint[]" if keys.dtype.is_integer() else "text[]"
        joined = keys.cast(pl.String).str.join(_UNIT)[0]
        return read_frame(sql.replace("IN {keys}", f"= ANY(string_to_array(%s, chr(31))::{kind})"), [joined], schema)
    listed = sql.replace("{keys}", "(SELECT value FROM json_each(%s))")
    return read_frame(listed, [json.dumps(keys.to_list(), ensure_ascii=False)], schema)


def _write(vendor: str, raw: Any, table: str, frame: pl.DataFrame) -> None:
    if frame.is_empty():
        return
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    if vendor == "postgresql":
        with raw.cursor() as cursor, cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
            copy.write(_copy_text(frame))
        return
    marks, bound = _bound(_for_sqlite(frame))
    height, width = frame.height, len(bound)
    room = min(VALUES_AT_ONCE, raw.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER))
    at_once = max(1, min(ROWS_AT_ONCE, room // width, height))

    def statement(rows: int) -> str:
        written = ",".join(marks(width * row) for row in range(rows))
        return f'INSERT INTO "{table}" ({columns}) VALUES {written}'

    whole = statement(at_once)
    for start in range(0, height - height % at_once, PIECES * at_once):
        end = min(start + PIECES * at_once, height - height % at_once)
        values = _row_by_row(bound, start, end)
        step = at_once * width
        raw.executemany(whole, [values[place : place + step] for place in range(0, len(values), step)])
    if rest := height % at_once:
        raw.execute(statement(rest), _row_by_row(bound, height - rest, height))


def _row_by_row(columns: list[pl.Series], start: int, end: int) -> list[Any]:
    """Return the values of these rows, one row after the other."""
    values: list[Any] = [None] * ((end - start) * len(columns))
    for place, column in enumerate(columns):
        values[place :: len(columns)] = column[start:end].to_list()
    return values


def _bound(columns: list[pl.Series]) -> tuple[Callable[[int], str], list[pl.Series]]:
    """Return the words of one row of values, by the number of values before it, and the columns that are bound.

    A column that says the same in every row stands in the statement itself, one that repeats another is bound once, and
    long texts go over as bytes: the driver would otherwise decode and encode each of them.
    """
    parts: list[str | tuple[int, bool]] = []
    bound: list[pl.Series] = []
    for column in columns:
        said = _literal(column)
        if said is not None:
            parts.append(said)
            continue
        place = next((place for place, other in enumerate(bound) if _repeats(column, other)), len(bound))
        long = column.dtype == pl.String and int(column.str.len_bytes().sum()) > LONG_TEXT * len(column)
        if place == len(bound):
            bound.append(column.cast(pl.Binary) if long else column)
        parts.append((place + 1, long))
    if not bound:
        # A statement binds something, even when all rows say the same.
        parts[0], bound = (1, False), [columns[0]]

    def row(before: int) -> str:
        words = [
            part
            if isinstance(part, str)
            else f"CAST(?{before + part[0]} AS TEXT)"
            if part[1]
            else f"?{before + part[0]}"
            for part in parts
        ]
        return f"({','.join(words)})"

    return row, bound


def _literal(column: pl.Series) -> str | None:
    """Return the SQL for a column that says the same in every row, or None; only what needs no care in quoting."""
    if column.null_count():
        return "NULL" if column.null_count() == len(column) else None
    if column.dtype not in (pl.String, pl.Int64) or column[0] != column[-1] or not (column == column[0]).all():
        return None
    if column.dtype == pl.Int64:
        return str(column[0])
    return None if "\0" in column[0] else "'" + column[0].replace("'", "''") + "'"


def _repeats(column: pl.Series, other: pl.Series) -> bool:
    return column.dtype == pl.Int64 == other.dtype and column[0] == other[0] and column.equals(other)


def _copy_text(frame: pl.DataFrame) -> bytes:
    """Return a frame in PostgreSQL's text format: it needs fewer bytes than CSV when the values are full of quotes."""
    target = io.BytesIO()
    ready = frame.with_columns(
        [_escaped(frame[name]) for name, kind in frame.schema.items() if kind in (pl.String, pl.Binary)]
    )
    ready.write_csv(
        target,
        include_header=False,
        separator="\t",
        quote_style="never",
        null_value="\\N",
        datetime_format="%Y-%m-%d %H:%M:%S%.6f+00",
    )
    return target.getvalue()


def _escaped(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Binary:
        return ("\\\\x" + column.bin.encode("hex")).alias(column.name)
    if not column.str.contains(r"[\\\t\n\r]").any():
        return column
    for character, escape in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        column = column.str.replace_all(character, escape, literal=True)
    return column


def _for_sqlite(frame: pl.DataFrame) -> list[pl.Series]:
    columns = []
    for column in frame:
        if column.dtype == pl.Date:
            columns.append(column.dt.strftime("%Y-%m-%d"))
        elif isinstance(column.dtype, pl.Datetime):
            columns.append(column.dt.strftime("%Y-%m-%d %H:%M:%S%.6f"))
        else:
            columns.append(column)
    return columns
