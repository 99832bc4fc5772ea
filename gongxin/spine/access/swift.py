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

CONNECTIONS = 2
"""Connections of one worker to PostgreSQL: while one statement is under way, the next keys gather."""

AT_ONCE = 64
"""Keys of one statement at most."""

LOOK_UP_ONLY = " ".join(
    f"-c {setting}"
    for setting in (
        "plan_cache_mode=force_generic_plan", "enable_seqscan=off", "enable_hashjoin=off", "enable_mergejoin=off",
        "jit=off", "default_transaction_read_only=on",
    )
)  # fmt: skip
"""These connections run one statement, which finds a few rows by their keys. Planned once, and never by reading a whole
table: right after a great load PostgreSQL knows no better, and planning anew costs more than the statement itself."""

OF_SUBJECT_NAMED = (
    "SELECT x.*, (SELECT name FROM projections_subject WHERE key = {mark})"
    f" FROM ({payloads.OF_SUBJECT}) x ORDER BY 1, 2"
)
"""The acts of one subject, each row with its subject's name behind it, in one statement of SQLite."""
_HELD = payloads.FROM_HELD.replace("SELECT ", "SELECT held.asked, ", 1)
_OF_MANY = (
    "WITH RECURSIVE own(asked, k) AS (SELECT u, u FROM unnest(%s::varchar[]) u UNION"
    f" SELECT own.asked, CASE WHEN l.key_a = own.k THEN l.key_b ELSE l.key_a END FROM own JOIN {payloads.JOINED}),"
    " held(asked, r) AS (SELECT DISTINCT own.asked, e.record FROM own JOIN ledger_entry e ON e.subject = own.k"
    f" WHERE e.kind IN ({payloads.KINDS}))"
    f" {_HELD} WHERE e.seq = held.r AND {payloads.OWN_ENTRY} UNION ALL"
    f" {_HELD} WHERE e.record = held.r AND {payloads.LATER_ACT} UNION ALL"
    " SELECT s.key, 0, 0, '', '', '', NULL, '', '', NULL, s.name FROM projections_subject s"
    " WHERE s.key = ANY(%s::varchar[]) ORDER BY 1, 2, 3"
)
"""The same for many keys in one statement of PostgreSQL, each row led by the key asked; a row of record 0 holds the name."""

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
        self._acts, self._name = OF_SUBJECT_NAMED.format(mark="?"), _NAME.format(mark="?")
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
    """Reading PostgreSQL: what is asked while a statement is under way goes into the next one, all keys at once."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        wanted = ("dbname", "user", "password", "host", "port")
        self._parameters = {key: parameters[key] for key in wanted if parameters.get(key)}
        self._asked: list[tuple[str, asyncio.Future[Found]]] = []
        self._idle: list[Any] = [None] * CONNECTIONS
        self._tasks: set[asyncio.Task[None]] = set()

    async def find(self, key: str) -> Found:
        """Return what lies under a key."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Found] = loop.create_future()
        self._asked.append((key, future))
        if self._idle:
            task = loop.create_task(self._drain(self._idle.pop()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return await future

    async def _drain(self, raw: Any) -> None:
        """Read for whoever asks, until nobody does."""
        try:
            # One turn of the loop lets everybody who came with this request be read in the same statement.
            await asyncio.sleep(0)
            while self._asked:
                asked, self._asked = self._asked[:AT_ONCE], self._asked[AT_ONCE:]
                try:
                    if raw is None or raw.closed:
                        raw = await self._connect()
                    found = await self._read(raw, sorted({key for key, _ in asked}))
                except Exception as fault:
                    for _, future in asked:
                        if not future.done():
                            future.set_exception(fault)
                    continue
                for key, future in asked:
                    if not future.done():
                        future.set_result(found[key])
        finally:
            self._idle.append(raw)

    async def _read(self, raw: Any, keys: list[str]) -> dict[str, Found]:
        cursor = await raw.execute(_OF_MANY, (keys, keys), prepare=True)
        rows: dict[str, list[Row]] = {key: [] for key in keys}
        names: dict[str, str | None] = dict.fromkeys(keys)
        for row in await cursor.fetchall():
            if row[1] == 0:
                names[row[0]] = row[10] or None
            else:
                rows[row[0]].append(row[1:])
        return {key: Found(names[key], tuple(_bundles(key, rows[key]))) for key in keys}

    async def _connect(self) -> Any:
        import psycopg

        return await psycopg.AsyncConnection.connect(**self._parameters, autocommit=True, options=LOOK_UP_ONLY)

    def close(self) -> None:
        """Give the connections back, without the loop that may already have ended."""
        for raw in self._idle:
            if raw is not None:
                raw.pgconn.finish()


def _found(key: str, rows: Sequence[Row]) -> Found:
    return Found(rows[0][-1] or None, tuple(_bundles(key, [row[:-1] for row in rows])))


def _nothing(row: Row | None) -> Found:
    return Found((row[0] or None) if row is not None else None, ())


def _bundles(key: str, rows: Sequence[Row]) -> Iterator[Bundle]:
    """Yield the records in rows sorted by record and number; one whose payload is destroyed is gone."""
    start = 0
    for end in range(1, len(rows) + 1):
        if end < len(rows) and rows[end][0] == rows[start][0]:
            continue
        group, start = rows[start:end], end
        if all(row[-1] is not None for row in group):
            yield Bundle(key, group)


def visible_records(records: Sequence[int], admission: Admission, as_of: date, law: Edition) -> Iterator[Line]:
    """Yield the lines of many records with nothing in them that may not be seen, for a look that is about to be sealed."""
    for history in payloads.histories(records):
        line = fold(history.acts, book=shelf.book(), as_of=as_of)
        if line is not None:
            yield from visible_lines([line], admission, law=law)
