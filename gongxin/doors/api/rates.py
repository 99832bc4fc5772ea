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


class Rates:
    """The counters of one machine; cheap to open, safe to open in every worker."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
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
        mark = int.from_bytes(hashlib.blake2b(caller.encode(), digest_size=8).digest(), "little")
        place = (mark % SLOTS) * _SLOT.size
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX, _SLOT.size, place)
            try:
                owner, when, count, spare = _SLOT.unpack_from(self._map, place)
                if owner != mark or when != minute:
                    count = 0
                if count >= rate:
                    return max(1, int(MINUTE - now % MINUTE + 0.999))
                _SLOT.pack_into(self._map, place, mark, minute, count + 1, spare)
                return None
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, _SLOT.size, place)

    def close(self) -> None:
        """Give the file back."""
        self._map.close()
        os.close(self._file)
