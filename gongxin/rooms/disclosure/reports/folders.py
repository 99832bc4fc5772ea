"""Folders of reports (批量出具): a list of subjects becomes one archive, handed out piece by piece while it is made.

However long the list, no more than a few files are in memory. What has been made stands in the register at once: whoever
loses the archive half-way finds each of those reports by its number, and asks again for the rest only.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from gongxin.kernel.issues import Issue, Refusal
from gongxin.rooms.disclosure.reports.issuing import Made, each_of
from gongxin.rooms.disclosure.reports.wishes import Asker, Wish

MOST = 500
"""Reports of one list: with one processor some ten seconds."""
COLUMNS = ("code", "purpose", "case_no", "consent")
LARGEST_CELL = 4000


@dataclass(frozen=True)
class Row:
    """One line of a list (清单一行)."""

    code: str
    purpose: str = ""
    case_no: str = ""
    consent: str = ""


def read_list(text: str) -> list[Row] | list[Issue]:
    """Return the rows of a list as CSV with headings (读取清单), or what is wrong with it."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    try:
        named = {name.strip().lower(): name for name in reader.fieldnames or ()}
        if "code" not in named:
            return [Issue("report.list.heading", "清单的第一行要写列名，其中一列是 code", column="file")]
        rows = [
            Row(**{name: (line.get(named[name]) or "").strip()[:LARGEST_CELL] for name in COLUMNS if name in named})
            for line in reader
        ]
    except csv.Error:
        return [Issue("report.list.form", "清单不是 CSV 文本，请另存为 CSV（UTF-8）", column="file")]
    rows = [row for row in rows if row.code]
    if not 0 < len(rows) <= MOST:
        return [
            Issue("report.list.size", f"一份清单 1 至 {MOST} 行，这份有 {len(rows)} 行；多的请分几份", column="file")
        ]
    return rows


class Folder:
    """The archive of a list (报告压缩包): iterating makes it; `results` says of each row what became of it."""

    def __init__(self, wanted: Iterable[tuple[Asker, Wish]], progress: Callable[[int], None] | None = None) -> None:
        self._wanted = wanted
        self._progress = progress
        self.results: list[dict[str, Any]] = []

    @property
    def refused(self) -> int:
        """Return for how many rows there is no report (未出具数)."""
        return sum("error" in result for result in self.results)

    def __iter__(self) -> Iterator[bytes]:
        sink = _Sink()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
            for made in each_of(self._wanted, self._progress):
                row = len(self.results) + 1
                if isinstance(made, Made):
                    archive.writestr(f"{made.number}.pdf", made.pdf)
                    if made.sm2 is not None:
                        archive.writestr(f"{made.number}.pdf.sm2", json.dumps(made.sm2))
                    self.results.append({"row": row, "number": made.number, "check": made.check})
                    yield sink.taken()
                else:
                    self.results.append({"row": row, "error": words_of(made)})
            archive.writestr("results.json", json.dumps(self.results, ensure_ascii=False, indent=1))
        yield sink.taken()


class _Sink(io.RawIOBase):
    """Where the archive is written to, and taken away from before it grows; it can only be written forwards."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._held += piece
        return len(piece)

    def taken(self) -> bytes:
        piece = bytes(self._held)
        self._held.clear()
        return piece


def words_of(no: Refusal | list[Issue]) -> str:
    """Return why there is no report, in one line (未出具原因)."""
    if isinstance(no, list):
        return "；".join(issue.message for issue in no)
    return " ".join(part for part in (no.message, no.clause, no.way_forward) if part)
