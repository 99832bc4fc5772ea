"""Standings in the store (记录状态投影): one row for each record, with its four days; the reader compares the day.

A row holds for every day of the epoch: it says from when until when, never "expired". So no job has to run at midnight.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import polars as pl

from gongxin.law.book import Book, LawSilent
from gongxin.law.bulk import clocks_columns
from gongxin.law.facts import day_of
from gongxin.law.model import Item
from gongxin.law.standing import Act, Line, fold
from gongxin.spine import clock, shelf
from gongxin.spine.ledger import payloads
from gongxin.spine.projections.models import Standing

SCHEMA: dict[str, Any] = {
    "record": pl.Int64,
    "seq": pl.Int64,
    "subject": pl.String,
    "item": pl.String,
    "provider": pl.String,
    "decided": pl.Date,
    "display_from": pl.Date,
    "display_until": pl.Date,
    "share_until": pl.Date,
    "audience": pl.String,
    "severity": pl.String,
    "certainty": pl.String,
    "state": pl.String,
    "settled_on": pl.Date,
    "held_from": pl.Date,
    "hidden_from": pl.Date,
    "marks": pl.String,
    "title": pl.String,
}
TITLE_LIMIT = 300

ENDED = frozenset({"withdrawn", "repaired", "removed", "undecided"})
"""States that hold whatever the day; in all others the record is effective between its days."""

HAPPENING = frozenset(
    {
        "withdrawal",
        "repair",
        "repair-undone",
        "removal",
        "performance",
        "objection",
        "objection-end",
        "suspension",
        "release",
        "finding",
        "change",
    }
)
"""Acts that work from their day on; all others say what the entry is, on every day asked about."""

ONE_DAY = timedelta(days=1)

AHEAD = "__clocks"
"""The column of what the law was asked ahead; of no item is it a field."""

ASKED = ("decided", "display_from", "display_until", "share_until", "audience", "severity", "certainty", "undecided")


def ask_ahead(facts: pl.DataFrame, *, item: Item, book: Book, as_of: date) -> pl.Series:
    """Return what the law says of new records, as one column to lay beside them (预问期限); `of_records` takes it from there.

    The store is not asked, so another thread may do it. The answer says to which book and day it belongs.
    """
    told = clocks_columns(facts, item, book, as_of)
    by = pl.lit(_terms(book, as_of)).alias("by")
    return told.select(pl.struct(*ASKED, by).alias(AHEAD)).to_series()


def _terms(book: Book, as_of: date) -> str:
    return f"{as_of} {book.version}"


def _clocks(facts: pl.DataFrame, item: Item, book: Book, as_of: date) -> pl.DataFrame:
    """Return the clocks: as they were asked ahead on the same day of the same book, otherwise asked now."""
    if AHEAD in facts.columns and not facts[AHEAD].null_count():
        told = facts[AHEAD].struct.unnest()
        if (told["by"] == _terms(book, as_of)).all():
            return told.drop("by")
    return clocks_columns(facts, item, book, as_of)


def of_records(
    facts: pl.DataFrame, numbers: pl.Series, *, item: Item, provider: str, book: Book, as_of: date
) -> pl.DataFrame:
    """Return the standings of new records that nothing has happened to yet, through the law's bulk path."""
    beside = facts.select(
        "subject", _texts(facts, item.title_field).alias("title"), _texts(facts, "removed_on").alias("removed_on")
    )
    return beside.hstack(_clocks(facts, item, book, as_of)).select(
        numbers.alias("record"),
        numbers.alias("seq"),
        "subject",
        pl.lit(item.id).alias("item"),
        pl.lit(provider).alias("provider"),
        "decided",
        "display_from",
        *(_bounded_column(name) for name in ("display_until", "share_until")),
        "audience",
        "severity",
        "certainty",
        pl.when(pl.col("undecided").is_null()).then(pl.lit("effective")).otherwise(pl.lit("undecided")).alias("state"),
        pl.lit(None, dtype=pl.Date).alias("settled_on"),
        pl.lit(None, dtype=pl.Date).alias("held_from"),
        pl.lit(None, dtype=pl.Date).alias("hidden_from"),
        pl.lit("").alias("marks"),
        pl.col("title").fill_null("").str.slice(0, TITLE_LIMIT),
    )


def _bounded_column(name: str) -> pl.Expr:
    removed = pl.col("removed_on").str.to_date("%Y-%m-%d", strict=False)
    return pl.min_horizontal(pl.col(name), removed.dt.offset_by("-1d")).alias(name)


def _texts(facts: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String) if name in facts.columns else pl.lit(None, dtype=pl.String)


def of_line(line: Line, history: payloads.History, book: Book) -> dict[str, Any]:
    """Return the standing of one record from its fold."""
    return {
        "record": line.record,
        "seq": line.seq,
        "subject": line.subject,
        "item": line.item,
        "provider": history.provider,
        "decided": line.facts.decided_on,
        "display_from": line.clocks.display_from,
        "display_until": _bounded(line.clocks.display_until, line.facts.removed_on),
        "share_until": _bounded(line.clocks.share_until, line.facts.removed_on),
        "audience": line.clocks.audience,
        "severity": line.clocks.severity,
        "certainty": line.clocks.certainty,
        "state": state_of(line),
        "settled_on": settled_on(line.acts),
        "held_from": line.held_from,
        "hidden_from": line.hidden_from,
        "marks": ",".join(hold.id for hold in line.holds if hold.used),
        "title": title_of(line.payload.get(book.items[line.item].title_field)),
    }


def state_of(line: Line) -> str:
    """Return the state apart from the day: what only a date brings about is said by the dates."""
    if line.state == "removed" and not any(act.kind == "removal" for act in line.acts):
        return "effective" if line.clocks.undecided is None else "undecided"
    return line.state if line.state in ENDED else "effective"


def settled_on(acts: Iterable[Act]) -> date | None:
    """Return the day of the last thing that happened to a record, or None when nothing has."""
    days = []
    for act in acts:
        if act.kind in HAPPENING:
            days.append(act.on)
        if act.kind == "removal" and (removed := day_of(str(act.payload.get("removed_on") or ""))) is not None:
            days.append(removed)
    return max(days, default=None)


def _bounded(until: date | None, removed_on: date | None) -> date | None:
    """Return the last day, at the latest the day before the removal."""
    if removed_on is None:
        return until
    before = removed_on - ONE_DAY
    return before if until is None or before < until else until


def refresh(records: Iterable[int], *, book: Book, as_of: date) -> None:
    """Fold these records anew and keep the result; a record whose payload is destroyed has no standing any more."""
    wanted = sorted(set(records))
    rows = []
    for history in payloads.histories(wanted):
        line = _settled(history, book, as_of)
        if line is not None:
            rows.append(Standing(**of_line(line, history, book)))
    Standing.objects.filter(record__in=wanted).delete()
    Standing.objects.bulk_create(rows, batch_size=500)


def decided_on(history: payloads.History) -> date | None:
    """Return the day of the decision that stands in a record's row (认定日), folded from what is known of it."""
    line = _settled(history, shelf.book(), clock.today())
    return None if line is None else line.facts.decided_on


def _settled(history: payloads.History, book: Book, as_of: date) -> Line | None:
    return fold_in_force(history.acts, book=book, as_of=max(as_of, settled_on(history.acts) or as_of))


def fold_in_force(acts: Iterable[Act], *, book: Book, as_of: date) -> Line | None:
    """Return the fold, or None on days on which the catalogue does not know the item: catalogue or nothing."""
    try:
        return fold(acts, book=book, as_of=as_of)
    except LawSilent:
        return None


def title_of(text: object) -> str:
    """Return a title of bounded length; what the payload says, cut where the column ends."""
    return "" if text is None else str(text)[:TITLE_LIMIT]
