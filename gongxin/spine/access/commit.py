"""The group-committed writer of the log (成组提交): for the thin path over HTTP, where a commit per look would be the cost.

Each worker process owns a segment and a connection, both served by one thread. Looks that arrive while a commit is
under way form the next group; one commit and one signed seal make the whole group durable, and only then do their
answers leave. When the log cannot be written, every look of the group fails and so does its answer: fail closed.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import queue
import sqlite3
import string
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING, Any, Protocol

from django.db import connections

from gongxin.spine import clock, home, secrets
from gongxin.spine.access.looks import (
    COLUMNS,
    FIRST_CHAIN,
    SHARED_SEGMENT,
    Draft,
    LogUnavailable,
    Place,
    Receipt,
    row_of,
    seal_note,
)

if TYPE_CHECKING:
    import psycopg

LARGEST_GROUP = 512
SEGMENT_LOCK = 0x7365676D
SEAL_COLUMNS = ("segment", "n", "chain", "at", "signature", "key")

Waiting = tuple[Draft, "asyncio.Future[Receipt]", asyncio.AbstractEventLoop]


class Store(Protocol):
    """Where a writer's looks go (日志存储): one connection of its own."""

    segment: str

    def place(self) -> Place:
        """Return where the segment's chain stands."""

    def recover(self) -> Place:
        """Return where the chain stands after a failure, on a new connection where the old one is lost."""

    def write(self, rows: Sequence[tuple[Any, ...]], seal: tuple[Any, ...]) -> None:
        """Write a group and make it durable, or raise and leave nothing of it."""

    def close(self) -> None:
        """Give the segment back."""


class LookWriter:
    """Writes looks in groups (成组记录). Make one for each worker process; `await commit(draft)` returns when durable."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._started = threading.Event()
        self._fault: BaseException | None = None
        self._unsure = self._closed = False
        self._thread = threading.Thread(target=self._serve, name="gongxin-looks", daemon=True)
        self._thread.start()
        self._started.wait()
        if self._fault is not None:
            raise LogUnavailable("the log of looks cannot be opened") from self._fault

    async def commit(self, draft: Draft) -> Receipt:
        """Write one look; returns its number when it is durable, raises LogUnavailable when it cannot be."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Receipt] = loop.create_future()
        if self._closed or not self._thread.is_alive():
            raise LogUnavailable("the writer of the log has stopped")
        self._queue.put((draft, future, loop))
        return await future

    def close(self) -> None:
        """Write what is waiting, and stop."""
        self._queue.put(None)
        self._thread.join()

    def _serve(self) -> None:
        try:
            store = open_store()
            place = store.place()
        except BaseException as fault:
            self._fault = fault
            self._started.set()
            return
        self._started.set()
        try:
            while (group := self._next_group()) is not None:
                place = self._write(store, place, group)
        finally:
            store.close()
            self._refuse_the_rest()

    def _refuse_the_rest(self) -> None:
        """Answer those that came too late, so that nobody waits for a writer that has gone."""
        self._closed = True
        late = []
        while not self._queue.empty():
            waiting = self._queue.get_nowait()
            if waiting is not None:
                late.append(waiting)
        _answer(late, [LogUnavailable("the writer of the log has stopped")] * len(late))

    def _next_group(self) -> list[Waiting] | None:
        first = self._queue.get()
        if first is None:
            return None
        group = [first]
        while len(group) < LARGEST_GROUP:
            try:
                waiting = self._queue.get_nowait()
            except queue.Empty:
                break
            if waiting is None:
                # Closing: the present group is written first, and the word to stop is read again after it.
                self._queue.put(None)
                break
            group.append(waiting)
        return group

    def _write(self, store: Store, place: Place, group: list[Waiting]) -> Place:
        at = clock.now()
        try:
            place = store.recover() if self._unsure else place
        except Exception as fault:
            _answer(group, [_unavailable(fault)] * len(group))
            return place
        self._unsure = False
        rows: list[tuple[Any, ...]] = []
        receipts, then = [], place
        for draft, _, _ in group:
            row, then = row_of(draft, at, store.segment, then)
            rows.append(row)
            receipts.append(Receipt(str(row[0]), at))
        signature = secrets.sign(seal_note(store.segment, then, at))
        seal = (store.segment, then.n, then.chain, at, signature, secrets.signing_key_id())
        try:
            store.write(rows, seal)
        except Exception as fault:
            # Nobody can tell whether a commit that failed on its way was made, so the chain is read again.
            self._unsure = True
            _answer(group, [_unavailable(fault)] * len(group))
            return place
        _answer(group, receipts)
        return then


def open_store() -> Store:
    """Return a store on a connection of its own, by the settings' database."""
    wrapper = connections["default"]
    parameters = wrapper.get_connection_params()
    return PostgresStore(parameters) if wrapper.vendor == "postgresql" else SqliteStore(parameters)


class SqliteStore:
    """Looks into SQLite (嵌入式存储): BEGIN IMMEDIATE waits for its turn, so that a group never meets a locked database."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        self.segment, self._held = _claim_segment_by_file()
        self._raw = sqlite3.connect(
            parameters["database"], timeout=parameters.get("timeout", 30), isolation_level=None,
            uri=bool(parameters.get("uri")),
        )  # fmt: skip
        self._raw.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")

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

    def write(self, rows: Sequence[tuple[Any, ...]], seal: tuple[Any, ...]) -> None:
        """Write a group in one transaction."""
        self._raw.execute("BEGIN IMMEDIATE")
        try:
            self._raw.executemany(_insert("access_look", COLUMNS, "?"), [_as_sqlite(row) for row in rows])
            self._raw.execute(_insert("access_lookseal", SEAL_COLUMNS, "?"), _as_sqlite(seal))
            self._raw.execute("COMMIT")
        except BaseException:
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Give the segment back."""
        self._raw.close()
        os.close(self._held)


class PostgresStore:
    """Looks into PostgreSQL: one round trip for a group."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        wanted = ("dbname", "user", "password", "host", "port")
        self._wanted: dict[str, Any] = {key: parameters[key] for key in wanted if parameters.get(key)}
        self._raw = self._connect()
        self.segment = self._claim()

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        import psycopg

        return psycopg.connect(**self._wanted, autocommit=True)

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

    def write(self, rows: Sequence[tuple[Any, ...]], seal: tuple[Any, ...]) -> None:
        """Write a group in one transaction, sent in one go."""
        with self._raw.pipeline(), self._raw.transaction(), self._raw.cursor() as cursor:
            cursor.executemany(_insert("access_look", COLUMNS, "%s"), rows)
            cursor.execute(_insert("access_lookseal", SEAL_COLUMNS, "%s"), seal)

    def close(self) -> None:
        """Give the segment back."""
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


def _insert(table: str, columns: Sequence[str], mark: str) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))})"


def _as_sqlite(row: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(
        value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        if isinstance(value, datetime)
        else value.isoformat()
        if hasattr(value, "isoformat")
        else value
        for value in row
    )


def _unavailable(fault: Exception) -> LogUnavailable:
    unavailable = LogUnavailable("the look could not be written, so there is no answer")
    unavailable.__cause__ = fault
    return unavailable


def _answer(group: list[Waiting], results: Sequence[Receipt | LogUnavailable]) -> None:
    """Hand the results to the loops that wait for them, with one call for each loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Receipt], Receipt | LogUnavailable]]] = {}
    for (_, future, loop), result in zip(group, results, strict=True):
        by_loop.setdefault(loop, []).append((future, result))
    for loop, pairs in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, pairs)


def _settle(pairs: list[tuple[asyncio.Future[Receipt], Receipt | LogUnavailable]]) -> None:
    for future, result in pairs:
        if future.done():
            continue
        if isinstance(result, Receipt):
            future.set_result(result)
        else:
            future.set_exception(result)
