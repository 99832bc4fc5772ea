"""The group-committed writer of the log (成组提交): for the thin path over HTTP, where a commit per look would be the cost.

Each worker process owns a segment and a connection, both served by its loop. Looks that arrive while a commit is
under way form the next group; one commit and one signed seal make the whole group durable, and only then do their
answers leave. When the log cannot be written, every look of the group fails and so does its answer: fail closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import sqlite3
import string
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any, Protocol

from django.db import connections

from gongxin.spine import clock, home, secrets
from gongxin.spine.access import wire
from gongxin.spine.access.looks import (
    COLUMNS,
    FIRST_CHAIN,
    SHARED_SEGMENT,
    Draft,
    LogUnavailable,
    Place,
    Receipt,
    rows_of,
    seal_note,
)

if TYPE_CHECKING:
    import psycopg

LARGEST_GROUP = 512
SHORTEST_PAUSE, LONGEST_PAUSE = 0.0005, 0.01
"""Seconds between two attempts to get SQLite's write lock."""

SEGMENT_LOCK = 0x7365676D
ROWS_AT_ONCE = 64
"""Rows of one statement on SQLite; each number of rows is a statement of its own, kept ready."""

SEAL_COLUMNS = ("segment", "n", "chain", "at", "signature", "key")

_TYPES = {
    "account": "bigint",
    "as_of": "date",
    "must": "integer",
    "reference": "integer",
    "n": "bigint",
    "chain": "bytea",
}
_SAID = [name for name in COLUMNS if name != "at"]
_COLUMN_TYPES = ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in _SAID)
WRITE_GROUP = (
    f"WITH written AS (INSERT INTO access_look (at, {', '.join(_SAID)})"
    f" SELECT $2::timestamptz, {', '.join(_SAID)} FROM json_to_recordset($1::json) AS said({_COLUMN_TYPES}))"
    f" INSERT INTO access_lookseal ({', '.join(SEAL_COLUMNS)})"
    " VALUES ($3, $4::bigint, $5::bytea, $2::timestamptz, $6::bytea, $7)"
)
"""A group and its seal in one statement: one transaction, one round trip, one flush."""

Waiting = tuple[Draft, "asyncio.Future[Receipt]"]


class Store(Protocol):
    """Where a writer's looks go (日志存储): one connection of its own."""

    segment: str

    def place(self) -> Place:
        """Return where the segment's chain stands."""

    def recover(self) -> Place:
        """Return where the chain stands after a failure, on a new connection where the old one is lost."""

    async def write(self, rows: Sequence[tuple[Any, ...]], seal: tuple[Any, ...]) -> None:
        """Write a group and make it durable, or raise and leave nothing of it."""

    def close(self) -> None:
        """Give the segment back."""


class LookWriter:
    """Writes looks in groups (成组记录). Make one for each worker process; `await commit(draft)` returns when durable.

    It lives in the loop that asks and has no thread: handing the interpreter to and fro between a loop at work and a
    thread that writes was measured to cost several times the writing. What is asked while a group is under way gathers
    and is the next group.
    """

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        self._unsure = self._closed = False
        try:
            self._store = open_store()
            self._place = self._store.place()
        except Exception as fault:
            raise LogUnavailable("the log of looks cannot be opened") from fault

    async def commit(self, draft: Draft) -> Receipt:
        """Write one look; returns its number when it is durable, raises LogUnavailable when it cannot be."""
        if self._closed:
            raise LogUnavailable("the writer of the log has stopped")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Receipt] = loop.create_future()
        self._waiting.append((draft, future))
        if self._writing is None:
            self._writing = loop.create_task(self._write_all())
        return await future

    def close(self) -> None:
        """Stop. Whoever still waits gets no number, and so no answer."""
        self._closed = True
        late, self._waiting = self._waiting, []
        _refuse(late, LogUnavailable("the writer of the log has stopped"))
        if self._writing is not None and not self._writing.get_loop().is_closed():
            self._writing.cancel()
        self._store.close()

    async def _write_all(self) -> None:
        """Write until nobody waits."""
        try:
            # One turn of the loop lets everybody who came with this request into the same group.
            await asyncio.sleep(0)
            while self._waiting:
                group, self._waiting = self._waiting[:LARGEST_GROUP], self._waiting[LARGEST_GROUP:]
                await self._write(group)
        finally:
            self._writing = None

    async def _write(self, group: list[Waiting]) -> None:
        store = self._store
        try:
            if self._unsure:
                self._place = await asyncio.get_running_loop().run_in_executor(None, store.recover)
                self._unsure = False
            at = clock.now()
            rows, then = rows_of([draft for draft, _ in group], at, store.segment, self._place)
            signature = secrets.sign(seal_note(store.segment, then, at))
            # Until the store has said that the group is durable, nobody can tell whether it is: the chain is read again.
            self._unsure = True
            await store.write(rows, (store.segment, then.n, then.chain, at, signature, secrets.signing_key_id()))
            self._unsure = False
        except BaseException as fault:
            unavailable = LogUnavailable("the look could not be written, so there is no answer")
            unavailable.__cause__ = fault
            _refuse(group, unavailable)
            if not isinstance(fault, Exception):
                raise
            return
        self._place = then
        for (_, future), row in zip(group, rows, strict=True):
            if not future.done():
                future.set_result(Receipt(str(row[0]), at))


def open_store() -> Store:
    """Return a store on a connection of its own, by the settings' database."""
    wrapper = connections["default"]
    parameters = wrapper.get_connection_params()
    return PostgresStore(parameters) if wrapper.vendor == "postgresql" else SqliteStore(parameters)


class SqliteStore:
    """Looks into SQLite (嵌入式存储), in the loop itself: a group takes less time than handing it to a thread would.

    Only the lock may take long, while a batch is taken in; the loop goes on with other things until it is free.
    """

    def __init__(self, parameters: dict[str, Any]) -> None:
        self.segment, self._held = _claim_segment_by_file()
        self._patience = float(parameters.get("timeout", 30))
        self._raw = sqlite3.connect(
            parameters["database"], timeout=0, isolation_level=None, uri=bool(parameters.get("uri")),
            check_same_thread=False, cached_statements=2 * ROWS_AT_ONCE,
        )  # fmt: skip
        self._raw.executescript("PRAGMA synchronous=FULL; PRAGMA cache_size=-16384; PRAGMA mmap_size=268435456;")

    def place(self) -> Place:
        """Return where the segment's chain stands."""
        row = self._raw.execute(
            "SELECT n, chain FROM access_look WHERE segment = ? ORDER BY n DESC LIMIT 1", [self.segment]
        ).fetchone()
        return Place(0, FIRST_CHAIN) if row is None else Place(row[0], bytes(row[1]))

    def recover(self) -> Place:
        """Return where the chain stands after a failure."""
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")
        return self.place()

    async def write(self, rows: Sequence[tuple[Any, ...]], seal: tuple[Any, ...]) -> None:
        """Write a group in one transaction, as soon as nobody else is writing."""
        await self._begin()
        try:
            # One statement for many rows: each statement has a cost of its own.
            for start in range(0, len(rows), ROWS_AT_ONCE):
                some = rows[start : start + ROWS_AT_ONCE]
                self._raw.execute(_insert("access_look", COLUMNS, len(some)), _as_sqlite(some))
            self._raw.execute(_insert("access_lookseal", SEAL_COLUMNS, 1), _as_sqlite([seal]))
            self._raw.execute("COMMIT")
        except BaseException:
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")
            raise

    async def _begin(self) -> None:
        """Take the store's write lock; ask again every little while, for as long as Django would wait."""
        waited, pause = 0.0, SHORTEST_PAUSE
        while True:
            try:
                self._raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as fault:
                if fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or waited > self._patience:
                    raise
            await asyncio.sleep(pause)
            waited, pause = waited + pause, min(2 * pause, LONGEST_PAUSE)

    def close(self) -> None:
        """Give the segment back."""
        self._raw.close()
        os.close(self._held)


class PostgresStore:
    """Looks into PostgreSQL: one round trip for a group, while the loop answers others."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        wanted = ("dbname", "user", "password", "host", "port")
        self._wanted: dict[str, Any] = {key: parameters[key] for key in wanted if parameters.get(key)}
        self._raw = self._connect()
        self.segment = self._claim()

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        import psycopg

        raw = psycopg.connect(**self._wanted, autocommit=True)
        wire.prepare(raw.pgconn, b"looks", WRITE_GROUP)
        return raw

    def _claim(self) -> str:
        # The server lets go of the lock when the connection ends, however the process may have died.
        for number, name in enumerate(_segment_names()):
            row = self._raw.execute("SELECT pg_try_advisory_lock(%s, %s)", [SEGMENT_LOCK, number]).fetchone()
            if row is not None and row[0]:
                return name
        raise LogUnavailable("every segment of the log is taken")

    def place(self) -> Place:
        """Return where the segment's chain stands."""
        row = self._raw.execute(
            "SELECT n, chain FROM access_look WHERE segment = %s ORDER BY n DESC LIMIT 1", [self.segment]
        ).fetchone()
        return Place(0, FIRST_CHAIN) if row is None else Place(row[0], bytes(row[1]))

    def recover(self) -> Place:
        """Return where the chain stands after a failure, on a new connection where the old one is lost."""
        if self._raw.broken or self._raw.closed:
            # The lock on the segment went with the connection; another segment is claimed, another chain goes on.
            self._raw = self._connect()
            self.segment = self._claim()
        return self.place()

    async def write(self, rows: Sequence[tuple[Any, ...]], seal: tuple[Any, ...]) -> None:
        """Write a group and its seal in one statement."""
        said = json.dumps([_as_json(row) for row in rows], ensure_ascii=False)
        segment, n, chain, at, signature, key = seal
        told = (said, at.isoformat(), segment, str(n), f"\\x{chain.hex()}", f"\\x{signature.hex()}", key)
        await wire.execute(self._raw.pgconn, b"looks", [value.encode() for value in told])

    def close(self) -> None:
        """Give the segment back, before the connection ends: the server notices its end some time after we do."""
        import psycopg

        with contextlib.suppress(psycopg.Error):
            self._raw.execute("SELECT pg_advisory_unlock_all()")
        self._raw.close()


def _segment_names() -> list[str]:
    letters = string.ascii_uppercase
    names = [*letters, *("".join(pair) for pair in product(letters, letters))]
    return [name for name in names if name != SHARED_SEGMENT]


def _claim_segment_by_file() -> tuple[str, int]:
    """Take the first segment no living process holds; the system lets go of the lock when a process dies."""
    folder = home.home() / "segments"
    folder.mkdir(mode=0o700, exist_ok=True)
    for name in _segment_names():
        held = os.open(folder / name, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(held)
            continue
        return name, held
    raise LogUnavailable("every segment of the log is taken")


@lru_cache(maxsize=2 * ROWS_AT_ONCE)
def _insert(table: str, columns: Sequence[str], rows: int) -> str:
    marks = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([marks] * rows)}"


def _as_sqlite(rows: Sequence[Sequence[Any]]) -> list[Any]:
    """Return all values of these rows one after another, moments and days as Django writes them into SQLite."""
    return [_plain(value) if isinstance(value, date) else value for row in rows for value in row]


def _plain(value: date) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
    return value.isoformat()


def _as_json(row: Sequence[Any]) -> dict[str, Any]:
    told = dict(zip(COLUMNS, row, strict=True))
    told["as_of"], told["chain"] = told["as_of"].isoformat(), f"\\x{told['chain'].hex()}"
    del told["at"]
    return told


def _refuse(group: list[Waiting], unavailable: LogUnavailable) -> None:
    for _, future in group:
        if not future.done():
            future.set_exception(unavailable)
