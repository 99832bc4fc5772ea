"""Sealing in bulk (批量密封): only the rows that hold a sensitive value are opened, all others pass untouched."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from gongxin.law.model import Item
from gongxin.spine import secrets
from gongxin.spine.ledger.acts import sensitive_fields
from gongxin.spine.ledger.canonical import body_text


def parsed(body: str) -> dict[str, Any]:
    """Return a body as the payload it stands for."""
    payload: dict[str, Any] = json.loads(body)
    return payload


def _sealed(payload: dict[str, Any], sensitive: list[str]) -> dict[str, Any]:
    """Seal the sensitive fields of one payload; as `acts.sealed_payload`, which asks the item for each of them."""
    for name in sensitive:
        value = payload.get(name)
        if value and not secrets.is_sealed(str(value)):
            payload[name] = secrets.seal(str(value))
    return payload


def _sealed_in(body: str, said: dict[str, str | None], sensitive: list[str]) -> str:
    """Seal, in a body's text, the values that stand beside it; the same as opening and writing it, and much shorter.

    Within a text a quotation mark is written with a stroke, so that the words of a field stand in one place alone.
    """
    for name, value in said.items():
        if value and not secrets.is_sealed(value):
            words = f'"{name}":{json.dumps(value, ensure_ascii=False)}'
            if words not in body:
                return body_text(_sealed(parsed(body), sensitive))
            body = body.replace(words, f'"{name}":"{secrets.seal(value)}"', 1)
    return body


def seal_bodies(frame: pl.DataFrame, item: Item) -> pl.DataFrame:
    """Return the frame with every sensitive field of its bodies sealed."""
    sensitive = sorted(sensitive_fields(item))
    if not sensitive:
        return frame
    if item.dated_by not in frame.columns:
        # The quotation marks and the colon belong to the pattern: the word may also stand inside a text.
        places = frame["body"].str.contains_any([f'"{field}":"' for field in sensitive]).arg_true()
        sealed = [body_text(_sealed(parsed(body), sensitive)) for body in frame["body"].gather(places).to_list()]
    else:
        # The payload's fields lie beside the bodies: a column that says nothing stands in no body.
        given = [name for name in sensitive if name in frame.columns and frame[name].null_count() < frame.height]
        if not given:
            return frame
        marked = frame.select("body", *given, pl.any_horizontal(pl.col(given).is_not_null()).alias("sensitive"))
        places = marked["sensitive"].arg_true()
        some = marked.filter("sensitive").drop("sensitive").iter_rows()
        sealed = [_sealed_in(body, dict(zip(given, said, strict=True)), sensitive) for body, *said in some]
    return frame.with_columns(frame["body"].scatter(places, pl.Series(sealed, dtype=pl.String)))
