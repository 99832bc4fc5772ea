"""From checked rows to what the ledger keeps (记录内容): the payload's text, the document's key, the content's key.

The text is the one `canonical.body_text` writes for the same payload, made for whole columns at a time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import polars as pl

from gongxin.law.model import Item
from gongxin.spine.ledger.documents import APART, BRACKETS

__all__ = [
    "APART",
    "BRACKETS",
    "body_column",
    "content_column",
    "document_column",
    "payload_columns",
    "ranges",
    "row_in",
]


def payload_columns(frame: pl.DataFrame, item: Item, given: Mapping[str, str]) -> pl.DataFrame:
    """Return the payload's fields as columns (记录字段): blanks say nothing; `given` fills what the channel knows."""
    columns: list[pl.Expr] = []
    for spec in item.fields:
        if spec.id in frame.columns:
            text = pl.when(pl.col(spec.id).str.contains(r"\S")).then(spec.id)
            columns.append((text.fill_null(given[spec.id]) if spec.id in given else text).alias(spec.id))
        elif spec.id in given:
            columns.append(pl.lit(given[spec.id], dtype=pl.String).alias(spec.id))
    names = [column.meta.output_name() for column in columns]
    return frame.with_columns(columns).select(names)


def body_column(payload: pl.DataFrame) -> pl.Series:
    """Return each row's payload as JSON text, keys sorted, nothing said of fields that say nothing."""
    height = payload.height
    names = [name for name in sorted(payload.columns) if payload[name].null_count() < height]
    # A field every row has carries no comma; those before it end with one, those after begin with one.
    anchor = next((name for name in names if payload[name].null_count() == 0), None)
    if anchor is None:
        return _sparse_bodies(payload, names)
    pieces: list[pl.Expr] = [pl.lit("{")]
    ready = _escaped(payload.select(names))
    for name in names:
        before = '"' if name <= anchor else ',"'
        after = '",' if name < anchor else '"'
        if payload[name].null_count():
            told = pl.concat_str([pl.lit(f'{before}{name}":"'), pl.col(name), pl.lit(after)])
            pieces.append(pl.when(pl.col(name).is_not_null()).then(told))
        else:
            pieces += [pl.lit(f'{before}{name}":"'), pl.col(name), pl.lit(after)]
    pieces.append(pl.lit("}"))
    return ready.select(pl.concat_str(pieces, ignore_nulls=True).alias("body")).to_series()


def _sparse_bodies(payload: pl.DataFrame, names: list[str]) -> pl.Series:
    """Bodies where no field is in every row: written one by one, as such rows are few."""
    written = [
        json.dumps({name: row[name] for name in names if row[name] is not None}, ensure_ascii=False,
                   separators=(",", ":"))
        for row in payload.iter_rows(named=True)
    ]  # fmt: skip
    return pl.Series("body", written, dtype=pl.String)


def _escaped(payload: pl.DataFrame) -> pl.DataFrame:
    """Return the texts as they stand between the quotation marks of JSON; most need nothing."""
    special = payload.select(pl.all().str.contains(r'[\x00-\x1f"\\]'))
    changed = []
    for marks in special:
        if marks.any():
            column, where = payload[marks.name], marks.fill_null(False).arg_true()
            written = [json.dumps(text, ensure_ascii=False)[1:-1] for text in column.gather(where).to_list()]
            changed.append(column.scatter(where, pl.Series(written, dtype=pl.String)))
    return payload.with_columns(changed) if changed else payload


def document_column(payload: pl.DataFrame, item: Item, subject: pl.Series, body: pl.Series) -> pl.Series:
    """Return what makes a row the same document as another (文书同一性): item, subject, and the item's own key.

    An adverse record without a document number has nothing but its content to be known by: two such records of one day
    may be two decisions, and a machine must not let the second replace the first.
    """
    fields = [name for name in item.document_key if name not in {"uscc", "regno", "orgcode", "person_id"}]
    if item.find_field("document_no") is not None and "document_no" not in fields:
        fields.append("document_no")
    parts: list[pl.Expr] = [pl.lit(item.id), pl.lit(subject.alias("__subject")).fill_null("")]
    parts += [
        pl.col(name).str.replace_all(BRACKETS, "").fill_null("") if name in payload.columns else pl.lit("")
        for name in fields
    ]
    if item.polarity == "adverse":
        said = pl.lit(body.alias("__said"))
        numberless = pl.col("document_no").is_null() if "document_no" in payload.columns else pl.lit(True)
        parts.append(pl.when(numberless).then(said).otherwise(pl.lit("")))
    return payload.select(pl.concat_str(parts, separator=APART).alias("document")).to_series()


def content_column(item: Item, subject: pl.Series, body: pl.Series) -> pl.Series:
    """Return what makes a row's content the same as another's (内容同一性)."""
    return pl.select(pl.concat_str([pl.lit(item.id), subject.fill_null(""), body], separator=APART)).to_series()


def ranges(rows: list[int]) -> str:
    """Write row numbers as ranges: 2-50001,50003."""
    parts: list[str] = []
    start = previous = None
    for row in rows:
        if previous is not None and row == previous + 1:
            previous = row
            continue
        if start is not None:
            parts.append(f"{start}-{previous}" if previous != start else f"{start}")
        start = previous = row
    if start is not None:
        parts.append(f"{start}-{previous}" if previous != start else f"{start}")
    return ",".join(parts)


def row_in(text: str, place: int) -> int:
    """Return the row number at a place of such ranges."""
    for part in text.split(","):
        first, _, last = part.partition("-")
        count = int(last or first) - int(first) + 1
        if place < count:
            return int(first) + place
        place -= count
    raise IndexError(place)
