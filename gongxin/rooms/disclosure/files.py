"""Open data files (开放数据文件): the same rows as CSV, JSON Lines and Parquet, written chunk by chunk, with digests.

The bytes depend on the rows alone: no time of writing, no host, no order of threads. Two offices with one ledger and
one law book publish identical files, and whoever downloads them can prove it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

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


def write_item(directory: Path, item: str, columns: Sequence[str], chunks: Iterable[pl.DataFrame]) -> list[WrittenFile]:
    """Write one item's rows in three formats (逐块写出); `chunks` are walked once and never held together.

    CSV begins with the UTF-8 mark, since the spreadsheet programs of most readers here take it for GBK otherwise.
    """
    schema = dict.fromkeys(columns, pl.String)
    rows = 0
    csv_path, lines_path = directory / f"{item}.csv", directory / f"{item}.jsonl"
    with csv_path.open("wb") as csv_stream, lines_path.open("wb") as lines_stream:
        csv, lines = _Digested(csv_stream), _Digested(lines_stream)
        csv.write(pl.DataFrame(schema=schema).write_csv(include_bom=True).encode())
        for chunk in chunks:
            frame = chunk.select([pl.col(name).cast(pl.String) for name in columns])
            rows += frame.height
            csv.write(frame.write_csv(include_header=False).encode())
            lines.write(frame.write_ndjson().encode())
    parquet_path = directory / f"{item}.parquet"
    _write_parquet(lines_path, parquet_path, schema, rows)
    return [
        WrittenFile(csv_path.name, item, "csv", rows, csv.size, csv.sha256.hexdigest()),
        WrittenFile(lines_path.name, item, "jsonl", rows, lines.size, lines.sha256.hexdigest()),
        WrittenFile(parquet_path.name, item, "parquet", rows, parquet_path.stat().st_size, digest_of(parquet_path)),
    ]


def _write_parquet(lines_path: Path, parquet_path: Path, schema: Mapping[str, type[pl.String]], rows: int) -> None:
    """Write Parquet from the JSON lines just written, streamed; an empty file still says which columns there are."""
    if rows == 0:
        pl.DataFrame(schema=dict(schema)).write_parquet(parquet_path, compression="zstd")
        return
    pl.scan_ndjson(lines_path, schema=dict(schema)).sink_parquet(
        parquet_path, compression="zstd", row_group_size=ROWS_PER_GROUP, maintain_order=True
    )


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
