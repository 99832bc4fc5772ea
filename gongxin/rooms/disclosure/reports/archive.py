"""The files of issued reports (报告文件): kept sealed until they have run out, then gone.

The register keeps digests for good; the file itself is kept only so that whoever asked for it can fetch it again.
"""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

from gongxin.spine import clock, home, sealed_files

NUMBER = re.compile(r"[0-9A-Z-]{8,40}")


def keep(number: str, until: date, pdf: bytes, sm2: dict[str, str] | None = None) -> None:
    """Keep a file, and the SM2 signature beside it, under its number until the end of a day."""
    if sm2 is not None:
        _keep(_place(number, until, "sm2"), json.dumps(sm2).encode())
    _keep(_place(number, until), pdf)


def _keep(place: Path, content: bytes) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_name(place.name + ".part")
    with draft.open("wb") as file:
        sealed_files.seal_file([content], file)
    draft.replace(place)


def find(number: str, until: date) -> bytes | None:
    """Return a file, or None once its time has passed or when it was never kept."""
    if until < clock.today() or NUMBER.fullmatch(number) is None:
        return None
    place = _place(number, until)
    return b"".join(sealed_files.plain_pieces(place)) if place.exists() else None


def find_sm2(number: str, until: date) -> dict[str, str] | None:
    """Return the SM2 signature kept beside a file (国密签名), or None where there is none."""
    place = _place(number, until, "sm2") if NUMBER.fullmatch(number) and until >= clock.today() else None
    if place is None or not place.exists():
        return None
    found: dict[str, str] = json.loads(b"".join(sealed_files.plain_pieces(place)))
    return found


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


def _place(number: str, until: date, kind: str = "pdf") -> Path:
    return _root() / until.isoformat() / f"{number}.{kind}"
