"""Statements to PostgreSQL from within a loop (事件循环中的数据库语句), by libpq itself: prepared once, sent, awaited.

A worker that answers thousands of checks a second sends two kinds of statement for ever. For these the driver's own
cursors cost more than the statement; libpq's few calls do the same, and the loop goes on while the server works.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from psycopg.pq.abc import PGconn, PGresult

FAULTY = frozenset({5, 7})
"""libpq's words for an answer that could not be understood, and for a statement that failed."""


class StatementFailed(OSError):
    """The server did not carry out a statement (语句未执行); the message is the server's."""


def prepare(raw: PGconn, name: bytes, statement: str) -> None:
    """Prepare a statement under a name, once for a connection; waits for it."""
    _checked(raw.prepare(name, statement.encode()))


async def execute(raw: PGconn, name: bytes, values: list[bytes | None]) -> PGresult:
    """Carry out a prepared statement and return its result; raises StatementFailed, also when the connection is lost.

    One statement at a time for each connection. When the waiting is given up in the middle, the connection is closed:
    nobody could tell whose answer comes next.
    """
    from psycopg import OperationalError

    loop = asyncio.get_running_loop()
    try:
        raw.send_query_prepared(name, values)
        while raw.flush():
            await _ready(loop, raw.socket, to_write=True)
        results: list[PGresult] = []
        while True:
            while raw.is_busy():
                await _ready(loop, raw.socket)
                raw.consume_input()
            result = raw.get_result()
            if result is None:
                break
            results.append(result)
    except OperationalError as fault:
        raise StatementFailed(str(fault).strip()) from fault
    except asyncio.CancelledError:
        raw.finish()
        raise
    if not results:
        raise StatementFailed("the server gave no answer")
    return _checked(results[-1])


def _checked(result: PGresult) -> PGresult:
    if result.status in FAULTY:
        raise StatementFailed(result.error_message.decode(errors="replace").strip())
    return result


async def _ready(loop: asyncio.AbstractEventLoop, descriptor: int, *, to_write: bool = False) -> None:
    """Wait until the socket can be read, or written."""
    ready: asyncio.Future[None] = loop.create_future()
    watch, forget = (loop.add_writer, loop.remove_writer) if to_write else (loop.add_reader, loop.remove_reader)
    watch(descriptor, _tell, ready)
    try:
        await ready
    finally:
        forget(descriptor)


def _tell(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
