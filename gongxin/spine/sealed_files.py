"""Sealed files (密封文件): a received file lies on the disk as AES-256-GCM frames and is read through a copy nobody else sees.

A file is cut into frames of one mebibyte, each sealed under its own nonce; the nonce counts the frames and says which is
the last, so that frames cannot be exchanged, left out or cut off unnoticed. Every file has a key of its own, derived
from the installation's. However large the file, no more than a frame of it is in memory while it is sealed or opened.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag

from gongxin.spine import home
from gongxin.spine.secrets import SealFault, file_cipher

MARK = b"gongxin-sealed-1\n"
SALT = 16
FRAME = 1 << 20
TAG = 16
IN_MEMORY = 64 << 20
"""Up to this many bytes the plain copy is held in memory; a larger one goes into a file that has no name any more."""

_DESCRIPTORS = Path("/proc/self/fd")


def seal_file(pieces: Iterable[bytes], target: BinaryIO) -> None:
    """Write pieces of a file as sealed frames (密封写入)."""
    salt = os.urandom(SALT)
    cipher = file_cipher(salt)
    target.write(MARK + salt)
    number, waiting = 0, bytearray()
    for piece in pieces:
        waiting += piece
        # A frame is written only when more follows, because the last one must say that it is the last.
        while len(waiting) > FRAME:
            target.write(cipher.encrypt(_nonce(number, last=False), bytes(waiting[:FRAME]), None))
            del waiting[:FRAME]
            number += 1
    target.write(cipher.encrypt(_nonce(number, last=True), bytes(waiting), None))


def is_sealed_file(path: Path) -> bool:
    """Tell whether a file is sealed; those received by earlier versions are not, and are read as they are (旧文件)."""
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK


def plain_pieces(path: Path) -> Iterator[bytes]:
    """Yield a file's plain bytes, sealed or not (读取); raises SealFault when a frame was changed or is missing."""
    with path.open("rb") as file:
        if file.read(len(MARK)) != MARK:
            file.seek(0)
            while piece := file.read(FRAME):
                yield piece
            return
        cipher = file_cipher(file.read(SALT))
        number, frame = 0, file.read(FRAME + TAG)
        while True:
            following = file.read(FRAME + TAG)
            try:
                yield cipher.decrypt(_nonce(number, last=not following), frame, None)
            except (InvalidTag, ValueError) as fault:
                raise SealFault(
                    f"frame {number} of {path.name} was changed, cut off, or sealed with another key"
                ) from fault
            if not following:
                return
            number, frame = number + 1, following


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """Open a file for programs that want a path (打开密封文件); what was opened is gone when the block ends.

    Raises FileNotFoundError where there is no such file, SealFault where it cannot be unsealed.
    """
    if not is_sealed_file(path):
        yield path
        return
    with passing(plain_pieces(path), path.stat().st_size) as plain:
        yield plain


@contextmanager
def passing(pieces: Iterable[bytes], size: int) -> Iterator[Path]:
    """Hold the bytes of a file for programs that want a path (临时明文): nobody else finds it, and it is gone with the block.

    `size` says about how many bytes come; up to `IN_MEMORY` they never touch a disk.
    """
    if not _DESCRIPTORS.is_dir():
        with tempfile.TemporaryDirectory(dir=home.running()) as folder:
            plain = Path(folder) / "plain"
            with os.fdopen(os.open(plain, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.writelines(pieces)
            yield plain
        return
    descriptor = _nameless(size)
    try:
        for piece in pieces:
            _write(descriptor, piece)
        yield _DESCRIPTORS / str(descriptor)
    finally:
        os.close(descriptor)


def _nameless(size: int) -> int:
    """Return a file that no other program can find, and that is gone with this process however it ends."""
    if size <= IN_MEMORY:
        return os.memfd_create("gongxin")
    descriptor, name = tempfile.mkstemp(dir=home.running())
    Path(name).unlink()
    return descriptor


def _write(descriptor: int, piece: bytes) -> None:
    left = memoryview(piece)
    while left:
        left = left[os.write(descriptor, left) :]


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")
