"""Who is running a batch (处理占用): a lock the kernel holds for the running process, and lets go of when it dies.

A process number says nothing: it may be given out again, even to the process that asks. A lock on a file belongs to the
run itself; a killed run has lost it before anybody can look, and a live one cannot lose it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gongxin.spine import home

TRIES, PAUSE = 100, 0.01
"""A look at a lock takes it for a moment; a run that meets such a look asks again instead of giving up."""


class Occupied(RuntimeError):
    """Another process, or another thread of this one, is running the batch (批次正在处理)."""


def is_running(batch_id: int) -> bool:
    """Tell whether a process of this machine runs the batch now (正在处理)."""
    try:
        look = os.open(_place(batch_id), os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        # A shared lock, so that two who look do not take each other for a run.
        fcntl.flock(look, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as fault:
        if fault.errno not in (errno.EWOULDBLOCK, errno.EACCES):
            raise
        return True
    finally:
        os.close(look)
    return False


@contextmanager
def held(batch_id: int) -> Iterator[None]:
    """Hold the batch for this run (占用批次); raises Occupied when another run holds it."""
    hold = _take(batch_id)
    try:
        yield
    finally:
        # The file goes while the lock is still held; who opened it before finds that it is no longer the one there.
        _place(batch_id).unlink()
        os.close(hold)


def _take(batch_id: int) -> int:
    path = _place(batch_id)
    for _ in range(TRIES):
        hold = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(hold), path.stat()):
                return hold
        except (BlockingIOError, PermissionError, FileNotFoundError):
            pass
        os.close(hold)
        time.sleep(PAUSE)
    raise Occupied(f"batch {batch_id} is being run")


def _place(batch_id: int) -> Path:
    return home.running() / f"{batch_id}.lock"
