"""From checked rows to what the ledger keeps (记录内容): the payload's text, the document's key, the content's key.

The text is the one `canonical.body_text` writes for the same payload, made for whole columns at a time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import polars as pl

from gongxin.law.model import Item
from gongxin.rooms.intake.cells import nulls

BRACKETS = r"[\s\[\]〔〕【】()（）﹝﹞\-－—]"
"""Marks by which one document's number is written now this way, now that."""
APART = "\x1f"


def payload_columns(frame: pl.DataFrame, item: Item, given: Mapping[str, str]) -> pl.DataFrame:
    """Return the payload's fields as columns (记录字段): blanks say nothing; `given` fills what the channel knows."""
    columns = []
    for spec in item.fields:
        if spec.id in frame.columns:
            text = frame[spec.id]
            told = text.str.contains(r"\S").fill_null(False)
            text = text if told.all() else text.zip_with(told, nulls(len(text)))
            if spec.id in given:
                text = text.fill_null(given[spec.id])
            columns.append(text.alias(spec.id))
        elif spec.id in given:
            columns.append(pl.repeat(given[spec.id], frame.height, dtype=pl.String, eager=True).alias(spec.id))
    return pl.DataFrame(columns) if columns else pl.DataFrame()


def body_column(payload: pl.DataFrame) -> pl.Series:
    """Return each row's payload as JSON text, keys sorted, nothing said of fields that say nothing."""
    height = payload.height
    names = [name for name in sorted(payload.columns) if payload[name].null_count() < height]
    # A field every row has carries no comma; those before it end with one, those after begin with one.
    anchor = next((name for name in names if payload[name].null_count() == 0), None)
    if anchor is None:
        return _sparse_bodies(payload, names)
    pieces: list[pl.Expr] = [pl.lit("{")]
    ready: dict[str, pl.Series] = {}
    for name in names:
        before = '"' if name <= anchor else ',"'
        after = '",' if name < anchor else '"'
        ready[name] = _escaped(payload[name])
        if payload[name].null_count():
            told = pl.concat_str([pl.lit(f'{before}{name}":"'), pl.col(name), pl.lit(after)])
            pieces.append(pl.when(pl.col(name).is_not_null()).then(told))
        else:
            pieces += [pl.lit(f'{before}{name}":"'), pl.col(name), pl.lit(after)]
    pieces.append(pl.lit("}"))
    return pl.DataFrame(ready).select(pl.concat_str(pieces, ignore_nulls=True).alias("body")).to_series()


def _sparse_bodies(payload: pl.DataFrame, names: list[str]) -> pl.Series:
    """Bodies where no field is in every row: written one by one, as such rows are few."""
    written = [
        json.dumps({name: row[name] for name in names if row[name] is not None}, ensure_ascii=False,
                   separators=(",", ":"))
        for row in payload.iter_rows(named=True)
    ]  # fmt: skip
    return pl.Series("body", written, dtype=pl.String)


def _escaped(column: pl.Series) -> pl.Series:
    special = column.str.contains(r'[\x00-\x1f"\\]').fill_null(False)
    if not special.any():
        return column
    where = special.arg_true()
    written = [json.dumps(text, ensure_ascii=False)[1:-1] for text in column.gather(where).to_list()]
    return column.scatter(where, pl.Series(written, dtype=pl.String))


def document_column(
    frame: pl.DataFrame, payload: pl.DataFrame, item: Item, subject: pl.Series, body: pl.Series
) -> pl.Series:
    """Return what makes a row the same document as another (文书同一性): item, subject, and the item's own key.

    An adverse record without a document number has nothing but its content to be known by: two such records of one day
    may be two decisions, and a machine must not let the second replace the first.
    """
    fields = [name for name in item.document_key if name not in {"uscc", "regno", "orgcode", "person_id"}]
    if item.find_field("document_no") is not None and "document_no" not in fields:
        fields.append("document_no")
    parts: list[pl.Series] = [subject.fill_null("")]
    for name in fields:
        if name in payload.columns:
            squeezed = payload[name].str.replace_all(BRACKETS, "")
            parts.append(squeezed.fill_null(""))
        else:
            parts.append(pl.repeat("", frame.height, dtype=pl.String, eager=True))
    number = payload["document_no"] if "document_no" in payload.columns else nulls(frame.height)
    if item.polarity == "adverse":
        parts.append(body.zip_with(number.is_null(), pl.repeat("", frame.height, dtype=pl.String, eager=True)))
    return pl.select(pl.concat_str([pl.lit(item.id), *parts], separator=APART)).to_series()


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
