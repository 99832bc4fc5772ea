"""The gate's short way (查阅快路): the acts of one subject in one statement, for a worker that answers thousands a second.

It admits nobody by itself: the caller asks `gate.admit` first and writes the look through `commit.LookWriter` before
anything leaves. It reads the ledger, like the long way, so both see the same standing.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db import connections

from gongxin.law.book import Edition
from gongxin.law.standing import Line, fold
from gongxin.spine import shelf
from gongxin.spine.access.gate import Admission, visible_lines
from gongxin.spine.ledger import payloads

Row = tuple[Any, ...]

CONNECTIONS = 4
"""Connections of one worker to PostgreSQL; more would only queue on the server's side."""

_NAMED = (
    "SELECT x.*, (SELECT name FROM projections_subject WHERE key = {mark})"
    f" FROM ({payloads.OF_SUBJECT}) x ORDER BY 1, 2"
)
_NAME = "SELECT name FROM projections_subject WHERE key = {mark}"


class Elsewhere(LookupError):
    """A record of this subject stands under another key; the long way looks the keys up (须按同一性判断查找)."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The acts of one record (一条记录的全部行为), not yet folded: its signature tells whether anything was added."""

    subject: str
    rows: Sequence[Row]

    @property
    def signature(self) -> tuple[int, int, int]:
        """Return what identifies this state of the record: nothing in the ledger is rewritten."""
        return (self.rows[0][0], self.rows[-1][1], len(self.rows))

    def visible(self, admission: Admission, as_of: date, law: Edition) -> Line | None:
        """Return the record's line with nothing in it that may not be seen, or None when nothing may."""
        for history in payloads.grouped(self.rows):
            line = fold(history.acts, book=shelf.book(), as_of=as_of)
            if line is None:
                return None
            if line.subject != self.subject:
                raise Elsewhere(self.subject)
            seen = visible_lines([line], admission, law=law)
            return seen[0] if seen else None
        return None


@dataclass(frozen=True, slots=True)
class Found:
    """What lies under a key (查得): its name, and its records."""

    name: str | None
    bundles: tuple[Bundle, ...]


class Reader(Protocol):
    """A worker's way to the store."""

    async def find(self, key: str) -> Found:
        """Return what lies under a key."""

    def close(self) -> None:
        """Give the connections back."""


def open_reader() -> Reader:
    """Return a reader on connections of its own, by the settings' database."""
    wrapper = connections["default"]
    parameters = wrapper.get_connection_params()
    return PostgresReader(parameters) if wrapper.vendor == "postgresql" else SqliteReader(parameters)


class SqliteReader:
    """Reading SQLite in the event loop itself: a read takes less time than handing it to a thread would."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        self._raw = sqlite3.connect(
            parameters["database"], timeout=parameters.get("timeout", 30), isolation_level=None,
            uri=bool(parameters.get("uri")), check_same_thread=False, cached_statements=16,
        )  # fmt: skip
        self._raw.executescript("PRAGMA query_only=ON; PRAGMA mmap_size=268435456; PRAGMA cache_size=-65536;")
        self._acts, self._name = _NAMED.format(mark="?"), _NAME.format(mark="?")
        self._asked: list[tuple[str, asyncio.Future[Found]]] = []

    async def find(self, key: str) -> Found:
        """Return what lies under a key; all that is asked within one turn of the loop is read in one transaction."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Found] = loop.create_future()
        self._asked.append((key, future))
        if len(self._asked) == 1:
            loop.call_soon(self._read)
        return await future

    def _read(self) -> None:
        asked, self._asked = self._asked, []
        try:
            # One transaction takes the store's read lock once for all of them.
            self._raw.execute("BEGIN")
            try:
                found = [self._find(key) for key, _ in asked]
            finally:
                self._raw.execute("COMMIT")
        except Exception as fault:
            for _, future in asked:
                if not future.done():
                    future.set_exception(fault)
            return
        for (_, future), each in zip(asked, found, strict=True):
            if not future.done():
                future.set_result(each)

    def _find(self, key: str) -> Found:
        rows = self._raw.execute(self._acts, (key, key)).fetchall()
        return _found(key, rows) if rows else _nothing(self._raw.execute(self._name, (key,)).fetchone())

    def close(self) -> None:
        """Give the connection back."""
        self._raw.close()


class PostgresReader:
    """Reading PostgreSQL: a few connections, statements prepared by the server once."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        wanted = ("dbname", "user", "password", "host", "port")
        self._parameters = {key: parameters[key] for key in wanted if parameters.get(key)}
        self._free: asyncio.LifoQueue[Any] | None = None
        self._all: list[Any] = []
        self._acts, self._name = _NAMED.format(mark="%s"), _NAME.format(mark="%s")

    async def find(self, key: str) -> Found:
        """Return what lies under a key; a connection that broke is replaced at the next asking."""
        raw = await self._take()
        try:
            cursor = await raw.execute(self._acts, (key, key), prepare=True)
            rows = await cursor.fetchall()
            if rows:
                return _found(key, rows)
            cursor = await raw.execute(self._name, (key,), prepare=True)
            return _nothing(await cursor.fetchone())
        finally:
            assert self._free is not None
            self._free.put_nowait(None if raw.closed or raw.broken else raw)

    async def _take(self) -> Any:
        import psycopg

        if self._free is None:
            self._free = asyncio.LifoQueue()
            for _ in range(CONNECTIONS):
                self._free.put_nowait(None)
        raw = await self._free.get()
        if raw is None:
            try:
                raw = await psycopg.AsyncConnection.connect(**self._parameters, autocommit=True)
            except BaseException:
                self._free.put_nowait(None)
                raise
            self._all.append(raw)
        return raw

    def close(self) -> None:
        """Give the connections back, without the loop that may already have ended."""
        for raw in self._all:
            raw.pgconn.finish()


def _found(key: str, rows: Sequence[Row]) -> Found:
    return Found(rows[0][-1] or None, tuple(_bundles(key, rows)))


def _nothing(row: Row | None) -> Found:
    return Found((row[0] or None) if row is not None else None, ())


def _bundles(key: str, rows: Sequence[Row]) -> Iterator[Bundle]:
    """Yield the records in rows sorted by record and number; one whose payload is destroyed is gone."""
    start = 0
    for end in range(1, len(rows) + 1):
        if end < len(rows) and rows[end][0] == rows[start][0]:
            continue
        group, start = [row[:-1] for row in rows[start:end]], end
        if all(row[-1] is not None for row in group):
            yield Bundle(key, group)


def visible_records(records: Sequence[int], admission: Admission, as_of: date, law: Edition) -> Iterator[Line]:
    """Yield the lines of many records with nothing in them that may not be seen, for a look that is about to be sealed."""
    for history in payloads.histories(records):
        line = fold(history.acts, book=shelf.book(), as_of=as_of)
        if line is not None:
            yield from visible_lines([line], admission, law=law)
