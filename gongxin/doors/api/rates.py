"""How often a caller may ask (频率限制): a counter for each caller and minute, shared by all workers of this machine.

The counters lie in one small file that every worker maps into memory, so a limit of 600 a minute is 600 whether one
worker serves or eight. A slot is found by the caller's digest; two callers that fall on one slot would share a limit,
therefore the slot also keeps a mark of its owner and a new owner simply takes it over.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

SLOTS = 4096
_SLOT = struct.Struct("<QQII")
"""Owner's mark, minute, count, unused: 24 bytes."""

MINUTE = 60

LEASES = 200
"""Into so many parts a caller's minute is cut; below this rate it is counted one by one."""


class Rates:
    """The counters of one machine; cheap to open, safe to open in every worker."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._held: dict[str, list[int]] = {}
        self._threads = threading.Lock()
        # A file lock keeps processes apart, but not the threads of one process.
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        size = SLOTS * _SLOT.size
        if os.fstat(self._file).st_size < size:
            os.ftruncate(self._file, size)
        self._map = mmap.mmap(self._file, size)

    def take(self, caller: str, rate: int) -> int | None:
        """Count one request of `caller`; None when it is within `rate` a minute, else the seconds to wait."""
        now = self._clock()
        minute = int(now // MINUTE)
        with self._threads:
            held = self._held.get(caller)
            if held is not None and held[0] == minute and held[1] > 0:
                held[1] -= 1
                return None
            granted = self._lease(caller, rate, minute)
            if granted == 0:
                return max(1, int(MINUTE - now % MINUTE + 0.999))
            if len(self._held) > SLOTS:
                self._held.clear()
            self._held[caller] = [minute, granted - 1]
            return None

    def _lease(self, caller: str, rate: int, minute: int) -> int:
        """Take a few requests at once out of the common count, so that a busy caller does not cost a lock each time.

        What a worker has taken and does not use is lost for that minute: never more than `rate` pass, at times a few
        less. A caller with a small rate is counted one by one.
        """
        mark = int.from_bytes(hashlib.blake2b(caller.encode(), digest_size=8).digest(), "little")
        place = (mark % SLOTS) * _SLOT.size
        fcntl.lockf(self._file, fcntl.LOCK_EX, _SLOT.size, place)
        try:
            owner, when, count, spare = _SLOT.unpack_from(self._map, place)
            if owner != mark or when != minute:
                count = 0
            granted = min(max(1, rate // LEASES), rate - count)
            if granted <= 0:
                return 0
            _SLOT.pack_into(self._map, place, mark, minute, count + granted, spare)
            return int(granted)
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, _SLOT.size, place)

    def close(self) -> None:
        """Give the file back."""
        self._map.close()
        os.close(self._file)
