"""The files as they were handed in (原文件): stored sealed under their hash, opened only to be read.

What a department hands in may name people and carry their numbers; it is kept, so that every value can be followed to its
cell, and lies on no disk in plain text.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from gongxin.rooms.intake.models import Batch
from gongxin.rooms.intake.reading import Unreadable
from gongxin.spine import home
from gongxin.spine.sealed_files import opened, plain_pieces, seal_file
from gongxin.spine.secrets import SealFault


def stored_file(batch: Batch) -> Path:
    """Return where a batch's file lies, sealed (原文件)."""
    return home.uploads() / batch.file_hash[:2] / batch.file_hash


@contextmanager
def opened_file(batch: Batch) -> Iterator[Path]:
    """Open a batch's file for reading (打开原文件); raises Unreadable when it is there no more."""
    with ExitStack() as open_now:
        try:
            path = open_now.enter_context(opened(stored_file(batch)))
        except FileNotFoundError as gone:
            raise Unreadable(f"{batch.file_name}：平台上已没有这份文件；请重新报送") from gone
        except SealFault as fault:
            raise Unreadable(f"{batch.file_name}：存放的文件无法解密，可能已损坏或密钥已更换；请重新报送") from fault
        try:
            yield path
        except Unreadable as fault:
            # The opened copy's name says nothing to a department; its own file's does.
            words = str(fault).removeprefix(f"{path.name}：")
            raise Unreadable(str(fault) if words == str(fault) else f"{batch.file_name}：{words}") from fault


def store(source: Path | BinaryIO) -> tuple[str, int]:
    """Seal a file beside the database under its hash (存放原文件) and return hash and bytes; nothing plain is written."""
    digest = hashlib.sha256()
    size = 0

    def pieces() -> Iterator[bytes]:
        nonlocal size
        # A file the watched folder sealed, because nobody knew whose it was, may be put back as it is.
        for piece in plain_pieces(source) if isinstance(source, Path) else iter(lambda: source.read(1 << 20), b""):
            digest.update(piece)
            size += len(piece)
            yield piece

    descriptor, name = tempfile.mkstemp(dir=home.uploads())
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            seal_file(pieces(), file)
            file.flush()
            os.fsync(descriptor)
        place = home.uploads() / digest.hexdigest()[:2] / digest.hexdigest()
        place.parent.mkdir(mode=0o700, exist_ok=True)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
    return digest.hexdigest(), size
