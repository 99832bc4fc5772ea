"""Effects of many records in a matter (批量法律效果): the scalar rule asked once per distinct pattern of facts.

There is no second definition of what a record means. Texts are brought to the few facts a matter's lines ask about; the
first record of each pattern is folded and put to `matters.effect_of`; its answer is joined back to the others. Only the
last day of an effect, which is arithmetic of days, is reckoned for columns. A property holds it equal to single checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from gongxin.kernel.terms import add_months
from gongxin.law.bans import BARRED
from gongxin.law.book import Book, Edition
from gongxin.law.columns import PATTERN, columns, day_column, facts_columns, text_column
from gongxin.law.facts import amount_of, facts_of
from gongxin.law.matters import Effect, effect_of
from gongxin.law.model import Item, Matter
from gongxin.law.standing import Act, fold
from gongxin.law.transition import governing_day

BAN_TEXTS = ("penalty_content", "basis", "announced_on", "authority", BARRED)


@dataclass(frozen=True)
class Asked:
    """In which matter, as of which day, for a body of which regions (所问)."""

    matter: Matter
    as_of: date
    regions: tuple[str, ...] = ()


def effects_columns(frame: pl.DataFrame, item: Item, asked: Asked, *, book: Book) -> pl.DataFrame:
    """What many records of one item mean in a matter (批量法律效果): same rows, same order.

    In:  one row per record that is in use on the day and of which nothing was said since it was reported; columns named
    by the item's field ids as text, and `ends`, the last day of its display or use, empty for none.
    Out: `kind` (must_act, for_reference, none), `until` (the last day of the effect, empty for none), `cited` (whether the
    effect has a clause and a remedy).
    """
    law = book.on(asked.as_of)
    lines = [trigger for trigger in asked.matter.triggers if trigger.item == item.id]
    frame = frame.with_columns(day_column(frame, item.dated_by).alias(item.dated_by)).with_row_index("__row")
    keyed = pl.concat([_keyed(part, item, edition) for part, edition in _by_edition(frame, item, book, asked.as_of)])
    keyed = keyed.sort("__row").drop("__row")
    asks = dict(_conditions([dict(trigger.when) for trigger in lines]))
    keyed = keyed.with_columns(
        [
            *(_within(frame[item.dated_by], months, asked.as_of) for months in asks.get("within_months", ())),
            _fine_step(frame, [str(name) for name in asks.get("fine_at_least", ())], law),
        ]
    )
    bans = _bans(frame, item, law, asked.as_of) if "ban" in asks else None
    if bans is not None:
        keyed = keyed.hstack(bans.select("ban_scope", "ban_region", "ban_runs"))
    patterns = keyed.unique(maintain_order=True)
    firsts = keyed.with_row_index("__first").unique(keyed.columns, keep="first", maintain_order=True)["__first"]
    told = [_ask(row, item, asked, book) for row in frame[firsts].iter_rows(named=True)]
    answers = patterns.hstack(pl.DataFrame([_row(each, asked.matter) for each in told], schema=_ANSWER))
    joined = keyed.join(answers, on=keyed.columns, how="left", nulls_equal=True, maintain_order="left")
    joined = joined.hstack([frame["ends"], frame[item.dated_by].alias("decided")])
    if bans is not None:
        joined = joined.hstack([bans["ban_until"]])
    return joined.select("kind", _until(joined, bans is not None).alias("until"), "cited")


_ANSWER = {"kind": pl.String, "cited": pl.Boolean, "by_ban": pl.Boolean, "months": pl.Int64}


def _ask(row: Mapping[str, Any], item: Item, asked: Asked, book: Book) -> Effect | None:
    """Fold one record as the scalar path does, and ask what it means."""
    payload = {name: _text(value) for name, value in row.items() if name not in ("__row", "ends")}
    act = Act(seq=1, kind="record", record=1, item=item.id, subject="", on=asked.as_of, payload=payload)
    line = fold((act,), book=book, as_of=asked.as_of)
    return effect_of(asked.matter, line, law=book.on(asked.as_of), regions=asked.regions) if line is not None else None


def _row(effect: Effect | None, matter: Matter) -> dict[str, Any]:
    if effect is None:
        return {"kind": "none", "cited": False, "by_ban": False, "months": None}
    when = next((trigger.when for trigger in matter.triggers if trigger.id == effect.trigger), {})
    return {
        "kind": effect.kind,
        "cited": effect.clause is not None and bool(effect.remedy.text),
        "by_ban": "ban" in when,
        "months": when.get("within_months"),
    }


def _text(value: object) -> str | None:
    return value.isoformat() if isinstance(value, date) else None if value is None else str(value)


def _by_edition(frame: pl.DataFrame, item: Item, book: Book, as_of: date) -> Iterator[tuple[pl.DataFrame, Edition]]:
    """Yield the rows that each edition governs: asked once per side of the boundary that `transition.stock` sets."""
    rule = book.on(as_of).find_parameter("transition.stock")
    decided = pl.col(item.dated_by)
    older = decided.is_not_null() & (decided < rule.since) if rule is not None else pl.lit(False)
    for part in (frame.filter(older), frame.filter(~older)):
        if not part.is_empty():
            day, _ = governing_day(part[item.dated_by][0], as_of, book=book)
            yield part, book.on(day)


def _keyed(part: pl.DataFrame, item: Item, law: Edition) -> pl.DataFrame:
    facts = facts_columns(part.drop("__row", "ends"), item, law=law).select(PATTERN)
    return facts.with_columns(part["__row"], pl.lit(law.day).alias("__edition"))


def _conditions(whens: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Gather what the lines of a matter ask about, with the values they name, however deep they stand."""
    found: dict[str, list[Any]] = {}
    for when in whens:
        for name, wanted in when.items():
            if name in ("any", "all"):
                for deeper, values in _conditions(wanted).items():
                    found.setdefault(deeper, []).extend(values)
            elif wanted not in found.setdefault(name, []):
                found[name].append(wanted)
    return found


def _within(decided: pl.Series, months: int, as_of: date) -> pl.Series:
    """Whether the day lies within so many months of the decision: reckoned once per distinct day."""
    days = decided.unique().drop_nulls()
    inside = [day <= as_of <= add_months(day, int(months)) for day in days]
    told = decided.replace_strict(days, inside, default=False, return_dtype=pl.Boolean)
    return told.alias(f"__within_{months}")


def _fine_step(frame: pl.DataFrame, names: Sequence[str], law: Edition) -> pl.Series:
    """How many of the thresholds a matter names the fine reaches: each distinct amount is read once."""
    values = [law.find_parameter(name) for name in names]
    bounds = sorted({value.amount() for value in values if value is not None})
    texts = columns(frame, [text_column(frame, "fine_wan").alias("text")])["text"]
    if not bounds:
        return pl.Series("__fine", [0], dtype=pl.Int64).new_from_index(0, len(frame))
    distinct = texts.unique()
    amounts = [amount_of(text) for text in distinct]
    steps = [-1 if fine is None else sum(fine >= bound for bound in bounds) for fine in amounts]
    return texts.replace_strict(distinct, steps, return_dtype=pl.Int64).alias("__fine")


def _bans(frame: pl.DataFrame, item: Item, law: Edition, as_of: date) -> pl.DataFrame:
    """Read bans from free text, each distinct decision once, by the scalar rule itself."""
    names = (*BAN_TEXTS, item.dated_by)
    texts = columns(frame, [text_column(frame, name).alias(name) for name in dict.fromkeys(names)])
    distinct = texts.unique(maintain_order=True)
    read = []
    for row in distinct.iter_rows(named=True):
        facts = facts_of(item, row, law=law)
        runs = facts.ban_until is not None and as_of <= facts.ban_until
        read.append((facts.ban_scope, facts.ban_region, runs, facts.ban_until))
    schema = {"ban_scope": pl.String, "ban_region": pl.String, "ban_runs": pl.Boolean, "ban_until": pl.Date}
    told = distinct.hstack(pl.DataFrame(read, schema=schema, orient="row"))
    return texts.join(told, on=texts.columns, how="left", maintain_order="left").select(list(schema))


def _until(joined: pl.DataFrame, banned: bool) -> pl.Expr:
    """The last day of each effect, as `matters` has it: the entry's own end, the ban's, the end of the look-back."""
    days = [pl.col("ends")]
    if banned:
        days.append(pl.when("by_ban").then("ban_until"))
    for months in joined["months"].drop_nulls().unique().to_list():
        starts = joined["decided"].unique().drop_nulls()
        ends = [add_months(day, months) for day in starts]
        end = pl.col("decided").replace_strict(starts, ends, default=None, return_dtype=pl.Date)
        days.append(pl.when(pl.col("months") == months).then(end))
    return pl.min_horizontal(days)
