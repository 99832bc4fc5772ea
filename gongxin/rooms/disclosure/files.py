"""Open data files (开放数据文件): the same rows as CSV, JSON Lines and Parquet, written chunk by chunk, with digests.

The bytes depend on the rows alone: no time of writing, no host, no order of threads. Two offices with one ledger and
one law book publish identical files, and whoever downloads them can prove it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

from gongxin.kernel.cells import plain_cells

MANIFEST = "manifest.json"
ROWS_PER_GROUP = 50_000


@dataclass(frozen=True)
class WrittenFile:
    """One file of an export (导出文件) as the manifest names it."""

    name: str
    item: str
    format: str
    rows: int
    bytes: int
    sha256: str


class _Digested:
    """A file that is hashed while it is written, so that nothing has to be read a second time."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.sha256 = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        self.stream.write(data)
        self.sha256.update(data)
        self.size += len(data)


class ItemFiles:
    """The files of one item (一个事项的导出文件), growing chunk by chunk; nothing is held back in memory.

    CSV begins with the UTF-8 mark, since the spreadsheet programs of most readers here take it for GBK otherwise.
    A text that such a program would take for a formula stands there after a quotation mark; in the other two as it is.
    """

    def __init__(self, directory: Path, item: str, columns: Sequence[str]) -> None:
        self.item = item
        self.schema = dict.fromkeys(columns, pl.String)
        self.rows = 0
        self._paths = {name: directory / f"{item}.{name}" for name in ("csv", "jsonl", "parquet")}
        self._csv = _Digested(self._paths["csv"].open("wb"))
        self._lines = _Digested(self._paths["jsonl"].open("wb"))
        self._csv.write(pl.DataFrame(schema=self.schema).write_csv(include_bom=True).encode())

    def add(self, chunk: pl.DataFrame) -> None:
        """Write these rows at the end (追加)."""
        frame = chunk.select([pl.col(name).cast(pl.String) for name in self.schema])
        self.rows += frame.height
        self._csv.write(plain_cells(frame).write_csv(include_header=False).encode())
        self._lines.write(frame.write_ndjson().encode())

    def finish(self) -> list[WrittenFile]:
        """Close the files and return what stands in them (写完)."""
        self.close()
        parquet = self._paths["parquet"]
        if self.rows:
            # Parquet is made from the lines just written, streamed, so that its row groups do not depend on the chunks.
            pl.scan_ndjson(self._paths["jsonl"], schema=self.schema).sink_parquet(
                parquet, compression="zstd", row_group_size=ROWS_PER_GROUP, maintain_order=True
            )
        else:
            pl.DataFrame(schema=self.schema).write_parquet(parquet, compression="zstd")
        return [
            self._written("csv", self._csv.size, self._csv.sha256.hexdigest()),
            self._written("jsonl", self._lines.size, self._lines.sha256.hexdigest()),
            self._written("parquet", parquet.stat().st_size, digest_of(parquet)),
        ]

    def close(self) -> None:
        """Close the streams (关闭)."""
        self._csv.stream.close()
        self._lines.stream.close()

    def _written(self, name: str, size: int, digest: str) -> WrittenFile:
        return WrittenFile(self._paths[name].name, self.item, name, self.rows, size, digest)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file (文件摘要), read in blocks."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def previous_files(directory: Path) -> set[str]:
    """Return the names of files an earlier export left here (上次导出的文件), so that stale ones can be taken away.

    A folder that holds anything else is not ours to write into.
    """
    if not directory.exists():
        return set()
    present = {path.name for path in directory.iterdir()}
    if not present:
        return set()
    manifest = directory / MANIFEST
    if not manifest.exists():
        raise FileExistsError(f"{directory} 里有不是本平台导出的文件")
    listed = {str(entry["name"]) for entry in json.loads(manifest.read_text(encoding="utf-8"))["files"]}
    return {name for name in listed if Path(name).name == name} | {MANIFEST}


def write_manifest(directory: Path, about: Mapping[str, object], files: Sequence[WrittenFile]) -> Path:
    """Write the manifest (清单) last: a folder without one is an export that did not finish."""
    path = directory / MANIFEST
    listed = [
        {"name": f.name, "item": f.item, "format": f.format, "rows": f.rows, "bytes": f.bytes, "sha256": f.sha256}
        for f in files
    ]
    text = json.dumps({**about, "files": listed}, ensure_ascii=False, indent=2, sort_keys=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path
