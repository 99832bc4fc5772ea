"""The files of issued reports (报告文件): kept sealed until they have run out, then gone.

The register keeps digests for good; the file itself is kept only so that whoever asked for it can fetch it again.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from gongxin.spine import clock, home, sealed_files

NUMBER = re.compile(r"[0-9A-Z-]{8,40}")


def keep(number: str, until: date, pdf: bytes) -> None:
    """Keep a file under its number until the end of a day."""
    place = _place(number, until)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_suffix(".part")
    with draft.open("wb") as file:
        sealed_files.seal_file([pdf], file)
    draft.replace(place)


def find(number: str, until: date) -> bytes | None:
    """Return a file, or None once its time has passed or when it was never kept."""
    if until < clock.today() or NUMBER.fullmatch(number) is None:
        return None
    place = _place(number, until)
    return b"".join(sealed_files.plain_pieces(place)) if place.exists() else None


def clear() -> int:
    """Delete the files whose time has passed and return how many days' folders went (清理到期文件)."""
    gone = 0
    today = clock.today().isoformat()
    for folder in _root().iterdir() if _root().exists() else ():
        if folder.is_dir() and folder.name < today:
            for file in folder.iterdir():
                file.unlink(missing_ok=True)
            folder.rmdir()
            gone += 1
    return gone


def _root() -> Path:
    return home.home() / "reports"


def _place(number: str, until: date) -> Path:
    return _root() / until.isoformat() / f"{number}.pdf"
