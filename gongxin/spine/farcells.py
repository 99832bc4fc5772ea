"""Workbooks with a cell far away (远处的单元格): a reader lays out everything between the first cell and the last.

Two cells at the ends of a sheet are a file of a kilobyte and half a terabyte of empty cells; the process that reads them
is gone, with whatever else it was doing. So the addresses are looked at before a reader is.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

MOST_CELLS = 1 << 27
"""Cells of the largest sheet that is read: twice a million rows of sixty columns."""
PIECE = 1 << 20
OVERLAP = 64
SHEETS = "xl/worksheets/"
FAR = re.compile(rb'\sr\s*=\s*["\'](?:[A-Z]{0,3}\d{8}|[A-Z]{3}|D[YZ]|[E-Z][A-Z])')
"""An address beyond 128 columns, or with more digits than a sheet has rows: only then can it be too much."""
ADDRESS = re.compile(rb'\sr\s*=\s*["\']([A-Z]{0,3})(\d+)["\']')


def too_far(workbook: Path | bytes) -> str:
    """Return the address of the last cell of a sheet too large to lay out, such as XFD1048576 (过大的工作表), else nothing.

    Nothing is said of a file that is no archive, nor of cells that carry no address, as no spreadsheet program writes them.
    """
    source = BytesIO(workbook) if isinstance(workbook, bytes) else workbook
    try:
        with zipfile.ZipFile(source) as archive:
            for part in archive.infolist():
                if part.filename.startswith(SHEETS) and (found := _last_of(archive, part)):
                    return found
    except (zipfile.BadZipFile, OSError, RuntimeError, EOFError, zlib.error):
        return ""
    return ""


def _last_of(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> str:
    if not any(FAR.search(piece) for piece in _pieces(archive, part)):
        return ""
    right = down = 0
    for piece in _pieces(archive, part):
        for letters, digits in ADDRESS.findall(piece):
            right = max(right, _column(letters))
            down = max(down, int(digits[:12]))
    return f"{_letters(right)}{down}" if max(right, 1) * down > MOST_CELLS else ""


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a sheet's text piece by piece, each with the end of the one before: an address may lie across the cut."""
    with archive.open(part) as text:
        kept = b""
        while piece := text.read(PIECE):
            yield kept + piece
            kept = piece[-OVERLAP:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _letters(column: int) -> str:
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
