"""Dispatch (发送调度): whoever can carry something out of the house registers here; a worker lets all of them carry.

The command line runs the worker and the notices door carries; neither door knows the other. However many workers run, each
carrier is used by one of them at a time: two would find the same things due and send each of them twice.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from zlib import crc32

from django.db import connection

from gongxin.spine import home

Carrier = Callable[[], Mapping[str, int]]
"""Carries what is due and says how much of what: an outcome and its number."""

CARRIERS: dict[str, Carrier] = {}
LOCK = 0x63617272


def register(name: str, carrier: Carrier) -> None:
    """Make a carrier known (登记发送渠道)."""
    CARRIERS[name] = carrier


def carry(only: Collection[str] | None = None) -> dict[str, Mapping[str, int]]:
    """Let every carrier carry what is due (发送到期内容) and return what each did; one that another worker uses is left to it.

    `only` names the carriers that are meant, where the work of the others is too long for whoever waits.
    """
    done: dict[str, Mapping[str, int]] = {}
    for name, carrier in sorted(CARRIERS.items()):
        if only is not None and name not in only:
            continue
        with _alone(name) as alone:
            if alone:
                done[name] = carrier()
    return done


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Tell whether this is the one that uses a carrier (独占发送); a worker that dies lets go, however it died."""
    number = crc32(name.encode()) & 0x7FFFFFFF
    if connection.vendor == "postgresql":
        # Workers may run on several machines; the server lets go when the connection ends.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, number])
            (alone,) = cursor.fetchone()
        try:
            yield bool(alone)
        finally:
            if alone:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, number])
        return
    held = os.open(home.running() / f"carrying-{name}", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        alone = True
    except BlockingIOError:
        alone = False
    try:
        yield alone
    finally:
        os.close(held)
