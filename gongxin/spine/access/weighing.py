"""Weighing many records for a look that is about to be sealed (批量衡量): what each means in a matter, by columns.

Private to whoever was admitted: nothing of it may leave before the look is in the log. Records of which something was
said after they were reported are left to the long way, which folds them one by one.
"""

from __future__ import annotations

import polars as pl

from gongxin.law.book import Edition
from gongxin.law.effects import Asked, effects_columns
from gongxin.law.model import Item
from gongxin.spine import shelf
from gongxin.spine.access.gate import Admission
from gongxin.spine.columnar import read_by_keys
from gongxin.spine.ledger import payloads

TOLD = ("authority", "source", "document_no", "document_name", "announced_on", "decided_on")
"""The fields by which a reader judges whether an entry is complete."""

SCHEMA = {"record": pl.Int64, "item": pl.String, "kind": pl.String, "until": pl.Date, "cited": pl.Boolean,
          **dict.fromkeys(TOLD, pl.String)}  # fmt: skip


def weigh(standings: pl.DataFrame, asked: Asked, admission: Admission, law: Edition) -> tuple[pl.DataFrame, list[int]]:
    """Return what each of these records means, and the records that must be asked about one by one.

    `standings` are those of records in use on the day: `record`, `item`, `audience`, `display_until`, `share_until`.
    The fields of TOLD are given only where the matter sees them.
    """
    later = read_by_keys(
        f"SELECT DISTINCT e.record FROM ledger_entry e WHERE e.record IN {{keys}} AND {payloads.LATER_ACT}",
        standings["record"],
        {"record": pl.Int64},
    )
    plain = standings.join(later, on="record", how="anti")
    left, parts = later["record"].to_list(), [pl.DataFrame(schema=SCHEMA)]
    for (item_id,), some in plain.group_by(["item"], maintain_order=True):
        item = law.find_item(str(item_id))
        seen = None if admission.sees is None else admission.sees.get(str(item_id), ())
        weighed = None if item is None else _weighed(some, item, asked, frozenset(TOLD if seen is None else seen))
        if weighed is None:
            left += some["record"].to_list()
        else:
            parts.append(weighed)
    return pl.concat(parts), left


def _weighed(standings: pl.DataFrame, item: Item, asked: Asked, seen: frozenset[str]) -> pl.DataFrame | None:
    bodies = read_by_keys(
        f"SELECT e.seq, p.body FROM ledger_entry e JOIN ledger_payload p ON p.seq = e.seq WHERE e.seq IN {{keys}}"
        f" AND {payloads.OWN_ENTRY} AND p.body IS NOT NULL",
        standings["record"],
        {"record": pl.Int64, "body": pl.String},
    )
    if bodies.is_empty():
        return None
    # What a person determined is another act; a field of that name in the report is none.
    names = [spec.id for spec in item.fields if spec.id not in ("severity", "publication", "ends")]
    try:
        texts = bodies["body"].str.json_decode(pl.Struct(dict.fromkeys(names, pl.String))).struct.unnest()
    except pl.exceptions.ComputeError:
        # A body that is not all texts; the long way reads it as it is.
        return None
    own = pl.when(pl.col("audience") == "public").then("display_until").otherwise("share_until")
    beside = bodies.select("record").join(
        standings.select("record", own.alias("ends")).unique("record"), on="record", how="left", maintain_order="left"
    )
    told = effects_columns(texts.hstack([beside["ends"]]), item, asked, book=shelf.book())
    shown = [
        texts[name]
        if name in texts.columns and name in seen
        else pl.Series(name, [None], dtype=pl.String).new_from_index(0, len(texts))
        for name in TOLD
    ]
    return pl.DataFrame([bodies["record"]]).with_columns(pl.lit(item.id).alias("item")).hstack(told).hstack(shown)
