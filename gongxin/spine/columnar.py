"""Bulk writing (批量写入): whole frames into a table, by COPY on PostgreSQL and packed blobs on SQLite.

Both write through Django's own connection, so that a frame belongs to the transaction around it. The `Writer` does so
from a thread: while the database takes one frame, the caller prepares the next.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import polars as pl
from django.db import connection

from gongxin.spine import packing

CHECKPOINT_PAGES = 16_384
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

    PostgreSQL's own sweep comes a minute later; until then it plans as if the tables were as small as before. SQLite has no sweep,
    and its `PRAGMA optimize` leaves alone what this connection has not asked yet.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ANALYZE {', '.join(tables)}")
            return
        cursor.execute("PRAGMA analysis_limit=400")
        for table in tables:
            cursor.execute(f"ANALYZE {table}")


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
    # In order, so that one key's place in the index lies beside the last one's.
    keys = keys.drop_nulls().unique().sort()
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
    for statement, blobs in packing.statements(table, frame):
        raw.execute(statement, blobs)


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
