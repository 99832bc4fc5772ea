"""Open data (开放数据): everything that is public on a day, in one folder, with a manifest anyone can check.

What expired, was repaired or was withdrawn by that day is not in it, nor in its counts. Nobody's identity number is,
and natural persons are not in it at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from gongxin.kernel.masking import mask_field
from gongxin.law.book import Edition, FieldSpec, Item
from gongxin.rooms.disclosure.files import MANIFEST, ItemFiles, WrittenFile, previous_files, write_manifest
from gongxin.rooms.disclosure.subjects import organisation_of
from gongxin.spine import public, shelf
from gongxin.spine.ledger import head

HEAD_COLUMNS = (
    "record",
    "subject_code",
    "subject_name",
    "provider",
    "title",
    "decided",
    "display_from",
    "display_until",
    "severity",
    "certainty",
    "marks",
    "statements",
)
"""What the platform itself says of each row, before the item's own public fields."""

CODES = frozenset({"uscc", "regno", "orgcode", "taxno", "date", "money", "integer", "enum"})
"""Kinds of field whose digits are what the field is for."""

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Exported:
    """What was written (导出结果)."""

    directory: Path
    files: tuple[WrittenFile, ...]
    rows: int
    manifest: Path


def export(directory: Path, as_of: date, progress: Progress | None = None) -> Exported:
    """Write what is public on a day into a folder (导出): CSV, JSON Lines and Parquet for each item, manifest last.

    The files are made beside the folder and moved in when all are complete, so that a reader never meets half an
    export. A folder with files that are not ours is refused.
    """
    stale = previous_files(directory)
    directory.parent.mkdir(parents=True, exist_ok=True)
    edition = shelf.book().on(as_of)
    with TemporaryDirectory(dir=directory.parent, prefix=".export-") as draft_name:
        draft = Path(draft_name)
        files = _write(draft, as_of, edition, progress)
        manifest = write_manifest(draft, about(as_of, edition), files)
        directory.mkdir(exist_ok=True)
        (directory / MANIFEST).unlink(missing_ok=True)
        for name in stale - {MANIFEST}:
            (directory / name).unlink(missing_ok=True)
        for file in files:
            (draft / file.name).replace(directory / file.name)
        manifest.replace(directory / MANIFEST)
    rows = sum(file.rows for file in files if file.format == "jsonl")
    return Exported(directory, tuple(files), rows, directory / MANIFEST)


def _write(draft: Path, as_of: date, edition: Edition, progress: Progress | None) -> list[WrittenFile]:
    """Walk once over what is public and deal it out to the items' files."""
    items = {item.id: item for item in public_items(edition)}
    written = {item.id: ItemFiles(draft, item.id, columns_of(item)) for item in items.values()}
    try:
        done = 0
        for frame in public.public_frame(as_of):
            for (item_id,), part in frame.group_by("item", maintain_order=True):
                written[str(item_id)].add(_rows(items[str(item_id)], part))
            done += frame.height
            if progress is not None:
                progress(done)
        return [file for each in written.values() for file in each.finish()]
    finally:
        for each in written.values():
            each.close()


def public_items(edition: Edition) -> list[Item]:
    """Return the items of which anything may be public (可公开事项), in the catalogue's order."""
    return [item for item in edition.items() if item.public_for]


def columns_of(item: Item) -> list[str]:
    """Return the columns of an item's files (导出列): the platform's, then the public fields of the catalogue."""
    return [*HEAD_COLUMNS, *(spec.id for spec in item.public_fields() if spec.id not in HEAD_COLUMNS)]


def about(as_of: date, edition: Edition) -> dict[str, object]:
    """Return what the manifest says of the whole (清单说明): day, law book, ledger, and what each column means."""
    state = head.read()
    return {
        "as_of": as_of.isoformat(),
        "law_book": shelf.book().version,
        "ledger": {"size": state.size, "root": state.root.hex() if state.size else None},
        "note": "只含当天依法在公示的单位信息；公示期满、已修复、已撤销的不在其中；不含自然人。名称和文书内容照报送原文。",
        "items": [
            {
                "item": item.id,
                "name": item.name,
                "columns": {name: spec.name if (spec := item.find_field(name)) else name for name in columns_of(item)},
            }
            for item in public_items(edition)
        ],
    }


def _rows(item: Item, part: pl.DataFrame) -> pl.DataFrame:
    """Return one item's rows in its columns: the public fields taken out of their JSON, persons masked in the texts."""
    specs = [spec for spec in item.public_fields() if spec.id not in HEAD_COLUMNS]
    fields = part["fields"].str.json_decode(pl.Struct({spec.id: pl.String for spec in specs})).struct.unnest()
    head_columns = part.select(
        pl.col("record").cast(pl.String),
        pl.col("subject").replace_strict(_codes(part["subject"]), default="").alias("subject_code"),
        *(pl.col(name).cast(pl.String) for name in HEAD_COLUMNS if name not in {"record", "subject_code"}),
    )
    title = masked(head_columns["title"], item.find_field(item.title_field))
    said = masked(head_columns["statements"], None)
    return head_columns.with_columns(title, said).hstack([masked(fields[spec.id], spec) for spec in specs])


def _codes(subjects: pl.Series) -> dict[str, str]:
    """Return the code under which each subject is found: a row that a person assigned goes under its subject's."""
    found = {}
    for key in subjects.unique().to_list():
        owner = organisation_of(key)
        found[key] = owner.partition(":")[2]
    return found


def masked(values: pl.Series, spec: FieldSpec | None) -> pl.Series:
    """Return a column as it may be published (遮盖列); only texts with a long run of digits are looked at one by one."""
    field_id, kind = (spec.id, spec.kind) if spec is not None else (values.name, "text")
    if kind in CODES:
        return values
    doubtful = values.str.contains(r"\d(?:[\d -]{9,})").fill_null(False)
    if kind in {"citizen", "name"}:
        doubtful = values.is_not_null()
    if not doubtful.any():
        return values
    texts = values.filter(doubtful).unique()
    shown = pl.Series([mask_field(field_id, text, kind=kind) for text in texts.to_list()], dtype=pl.String)
    return values.zip_with(~doubtful, values.replace(texts, shown))
