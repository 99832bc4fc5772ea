"""Rebuilding (重建投影): everything the projections hold, made once more from the ledger alone, to the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
from django.db import connection, transaction

from gongxin.law.book import Book
from gongxin.spine import shelf
from gongxin.spine.columnar import read_by_keys, read_frame, write_frame
from gongxin.spine.ledger import head
from gongxin.spine.ledger.acts import BODY_KINDS
from gongxin.spine.ledger.models import Entry
from gongxin.spine.ledger.payloads import LINE_KINDS
from gongxin.spine.projections import freshness, grams, links, standings, subjects, upkeep
from gongxin.spine.projections.models import Claim, Link, Standing, Subject, SubjectName

CHUNK = 50_000
ACTS = (
    'SELECT e.seq, e.kind, e.record, e.item, e.subject, e.provider, e."on", p.body FROM ledger_entry e'
    " JOIN ledger_payload p ON p.seq = e.seq"
)
ROW_SCHEMA: dict[str, Any] = {
    "seq": pl.Int64,
    "kind": pl.String,
    "record": pl.Int64,
    "item": pl.String,
    "subject": pl.String,
    "provider": pl.String,
    "on": pl.Date,
    "body": pl.String,
}
COLUMNS: dict[str, str] = {
    "projections_standing": ",".join(f'"{name}"' for name in standings.SCHEMA),
    "projections_subject": ",".join(subjects.SUBJECT_COLUMNS),
    "projections_subjectname": "subject,name,form,plain,first_seq",
    "projections_link": "key_a,key_b,judgement,origin,seq",
    "projections_freshness": "provider,item,last_at,last_on,records",
    "projections_claim": 'legacy,key,seq,"on"',
}
"""What of each projection the digest covers: all but the row numbers, which say nothing."""


def rebuild(*, book: Book, as_of: date) -> None:
    """Make the projections anew; the caller holds the writer's lock."""
    for model in (Standing, Subject, SubjectName, Link, Claim):
        model.objects.all().delete()
    grams.empty(connection)
    for chunk in _chunks():
        _project(chunk, book, as_of)
    links.rebuild()
    freshness.rebuild()


def redraw_subjects(keys: list[str], *, destroyed: list[int]) -> None:
    """Draw these subjects anew after payloads were destroyed: a name that stood in them alone goes with them."""
    subjects.forget(keys)
    sql = f"{ACTS} WHERE e.subject IN {{keys}} AND e.kind IN ('record', 'correction') AND p.body IS NOT NULL ORDER BY e.seq"
    rows = read_by_keys(sql, pl.Series(keys, dtype=pl.String), ROW_SCHEMA)
    _describe(rows, shelf.book())
    if Claim.objects.filter(seq__in=destroyed).delete()[0]:
        links.rebuild()


def redraw_standings(*, book: Book, as_of: date) -> None:
    """Draw the standings alone anew: all that changes when other editions of the same law book begin to govern."""
    Standing.objects.all().delete()
    for chunk in _chunks():
        _stand(chunk, book, as_of)


def digest() -> str:
    """Return a digest over every row of every projection, whatever their order (投影摘要).

    Rows are hashed one by one and the hashes added up, so that ten million rows need no more memory than one.
    """
    whole = hashlib.sha256()
    for table, columns in COLUMNS.items():
        count, added = 0, 0
        for row in rows_of(table, columns):
            count += 1
            added += int.from_bytes(hashlib.sha256(row.encode()).digest(), "big")
        whole.update(f"{table} {count} {added}\n".encode())
    return whole.hexdigest()


def rows_of(table: str, columns: str) -> Iterator[str]:
    """Yield every row of a projection as text."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table}")
        while rows := cursor.fetchmany(10_000):
            for row in rows:
                yield repr(tuple(None if value is None else str(value) for value in row))


def _project(rows: pl.DataFrame, book: Book, as_of: date) -> None:
    """Project one chunk of acts: untouched records through the law's bulk path, all others one by one."""
    _describe(rows, book)
    _stand(rows, book, as_of)


def _stand(rows: pl.DataFrame, book: Book, as_of: date) -> None:
    """Write the standings of the records in one chunk of acts."""
    plain = rows.filter((pl.col("kind") == "record") & ~pl.col("later") & pl.col("body").is_not_null())
    for (item_id, provider), group in plain.group_by(["item", "provider"], maintain_order=True):
        rows_of_group = upkeep.standing_rows(
            group.select("subject", "body"), group["seq"], item=book.items[str(item_id)], provider=str(provider),
            as_of=as_of,
        )  # fmt: skip
        write_frame("projections_standing", rows_of_group)
    standings.refresh(rows.filter((pl.col("kind") == "record") & pl.col("later"))["seq"], book=book, as_of=as_of)


def _describe(rows: pl.DataFrame, book: Book) -> None:
    """Enter what these acts say about their subjects."""
    described = rows.filter(pl.col("kind").is_in(sorted(BODY_KINDS)) & pl.col("body").is_not_null())
    seen, claims = [], []
    for (item_id,), group in described.group_by("item", maintain_order=True):
        item = book.items[str(item_id)]
        frame = upkeep.with_fields(group, item)
        seen.append(upkeep.seen_of(frame, group["seq"], item))
        if upkeep.is_register(item):
            for (on,), day in frame.group_by("on", maintain_order=True):
                claims += upkeep.claims_of(day, day["seq"], item, as_date(on))
    if seen:
        together = pl.concat(seen).sort("seq")
        subjects.enter(together, subjects.look_up(together["key"]))
    links.note_claims(claims)


def as_date(value: object) -> date:
    """Return a group's key as the day it is."""
    if not isinstance(value, date):
        raise TypeError(f"{value!r} is no day")
    return value


def _chunks() -> Iterator[pl.DataFrame]:
    """Yield the ledger's acts on records, a bounded number at a time, in their order."""
    kinds = ",".join(f"'{kind}'" for kind in LINE_KINDS)
    sql = f"{ACTS} WHERE e.seq > %s AND e.seq <= %s AND e.kind IN ({kinds}) ORDER BY e.seq"
    later = Entry.objects.exclude(kind="record").filter(kind__in=(*LINE_KINDS, "destruction"))
    touched = sorted(set(later.values_list("record", flat=True)))
    last, end = 0, head.read().size
    while last < end:
        frame = read_frame(sql, [last, last + CHUNK], ROW_SCHEMA)
        if not frame.is_empty():
            yield frame.with_columns(pl.col("record").is_in(touched).alias("later"))
        last += CHUNK
