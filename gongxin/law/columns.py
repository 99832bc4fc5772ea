"""Reading whole columns into facts (批量读取事实): each distinct text is read once, by the scalar reading itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

import polars as pl

from gongxin.kernel.identifiers import check_citizen_column
from gongxin.law.bans import BARRED, carries_ban
from gongxin.law.book import Edition
from gongxin.law.facts import (
    amount_of,
    choice_of,
    facts_of,
    fine_band,
    is_person_code,
    kinds_from_amounts,
    list_term,
    marks_of,
    read_kinds,
    sectors,
    thresholds,
)
from gongxin.law.lists import NONE, carries_list
from gongxin.law.model import Item
from gongxin.law.plans import Pattern, ban_state

CODES = ("uscc", "regno", "orgcode", "taxno", "institution_no", "society_no")
DAYS = ("decided", "valid_until", "removed_on", "due_on")
PATTERN = tuple(spec.name for spec in fields(Pattern))


def facts_columns(frame: pl.DataFrame, item: Item, *, law: Edition) -> pl.DataFrame:
    """Bring texts to the facts that take few values (批量读取事实): the columns of Pattern and the days."""
    wanted = [
        _kind_of_subject(frame, item),
        *_penalty(frame, item, law),
        _choice(frame, item, "status"),
        _choice(frame, item, "performed"),
        _given(frame, "severity"),
        _given(frame, "publication"),
        day_column(frame, item.dated_by).alias("decided"),
        day_column(frame, "valid_until").alias("valid_until"),
        day_column(frame, "removed_on").alias("removed_on"),
        day_column(frame, "due_on").alias("due_on"),
    ]
    said = columns(frame, wanted)
    said = said.with_columns(_bans(frame, item, law) if carries_ban(item) else _no_bans())
    said = said.with_columns(_lists(frame, item, law) if carries_list(item) else _no_lists())
    said = said.with_columns(
        pl.col("decided").is_not_null().alias("has_decided"), pl.col("due_on").is_not_null().alias("has_due")
    )
    return said.select(*PATTERN, *DAYS, "ban_until", "list_until")


def columns(frame: pl.DataFrame, wanted: Sequence[pl.Expr | pl.Series]) -> pl.DataFrame:
    """These columns alone, each as long as the frame even where a column is missing and only a constant stands for it."""
    names = [column.name if isinstance(column, pl.Series) else column.meta.output_name() for column in wanted]
    return frame.with_columns(wanted).select(names)


def text_column(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column as clean text, empty when it is missing."""
    if name not in frame.columns:
        return pl.lit("")
    return pl.col(name).cast(pl.String).fill_null("").str.strip_chars()


def day_column(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column of ISO days; what is not one is nothing, as in the scalar path."""
    if name not in frame.columns:
        return pl.lit(None, dtype=pl.Date)
    if frame.schema[name] == pl.Date:
        return pl.col(name)
    text = text_column(frame, name)
    iso = text.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$") & ~text.str.starts_with("0000")
    return pl.when(iso).then(text.str.to_date("%Y-%m-%d", strict=False))


def _given(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A person's determination, when the frame carries one."""
    text = text_column(frame, name)
    return pl.when(text != "").then(text).otherwise(pl.lit(None, dtype=pl.String)).alias(name)


def _mapped(frame: pl.DataFrame, name: str, read: Callable[[str], str | None]) -> pl.Series:
    """Read each distinct text of a column once."""
    texts = columns(frame, [text_column(frame, name).alias("text")])["text"]
    distinct = texts.unique()
    if len(distinct) == 1:
        return pl.Series(name, [read(distinct[0])], dtype=pl.String).new_from_index(0, len(frame))
    return texts.replace_strict(distinct, [read(text) for text in distinct], return_dtype=pl.String).alias(name)


def _choice(frame: pl.DataFrame, item: Item, name: str) -> pl.Series:
    spec = item.find_field(name)
    return _mapped(frame, name, lambda text: choice_of(spec, text)).alias(name)


def _kind_of_subject(frame: pl.DataFrame, item: Item) -> pl.Expr:
    spec = item.find_field("subject_kind")
    said = _mapped(frame, "subject_kind", lambda text: choice_of(spec, text))
    given = [code for code in CODES if code in frame.columns]
    codes = [text_column(frame, code) for code in given]
    shaped = frame.select(
        text.str.to_uppercase().str.contains(r"^[1-9][0-9]{16}[0-9X]$").alias(code)
        for code, text in zip(given, codes, strict=True)
    )
    misplaced = pl.lit(False)
    for code, text in zip(given, codes, strict=True):
        if not shaped[code].any():
            continue
        texts = frame.filter(shaped[code]).select(text.alias("code"))["code"].unique()
        # The column says which have a person's check digit; the scalar rule has the last word on those few.
        likely = texts.filter(check_citizen_column(texts.str.to_uppercase())["ok"])
        persons = [said_code for said_code in likely if is_person_code(said_code)]
        if persons:
            misplaced = misplaced | text.is_in(pl.Series(persons, dtype=pl.String).implode())
    known = pl.lit(said).is_in(["organisation", "sole-trader", "person"])
    any_code = pl.any_horizontal([code != "" for code in codes]) if codes else pl.lit(False)
    return (
        pl.when(misplaced)
        .then(pl.lit("person"))
        .when(known)
        .then(pl.lit(said))
        .when(text_column(frame, "person_id") != "")
        .then(pl.lit("person"))
        .when(text_column(frame, "uscc").str.starts_with("92"))
        .then(pl.lit("sole-trader"))
        .when(any_code)
        .then(pl.lit("organisation"))
        .otherwise(pl.lit("unknown"))
        .alias("subject_kind")
    )


def _penalty(frame: pl.DataFrame, item: Item, law: Edition) -> list[pl.Expr | pl.Series]:
    """The facts of a penalty: kinds, band of the fine, field, summary procedure, longer minimum."""
    spec = item.find_field("penalty_kinds")
    if spec is None:
        return [
            pl.lit("").alias("kinds_key"),
            pl.lit("none").alias("fine"),
            pl.lit(None, dtype=pl.Boolean).alias("simple_procedure"),
            _sector(frame, law),
            _marked(frame, marks_of(law, "grading.long-minimum.marks"), "basis", "authority").alias("long_minimum"),
        ]
    wanted = [
        _yuan(frame, "fine_wan").alias("fine"),
        _yuan(frame, "confiscated_wan").alias("taken"),
        _sector(frame, law),
        pl.lit(_mapped(frame, "penalty_kinds", lambda text: "|".join(sorted(read_kinds(spec, text))))).alias("kinds"),
    ]
    amounts = columns(frame, wanted)
    # Amounts are brought to bands by comparing with the few thresholds of the book, in exact decimals.
    bounds = sorted({bound for name, _ in sectors(law) for bound in thresholds(name, law=law) if bound is not None})
    steps = amounts.select(
        "kinds",
        "sector",
        (pl.col("taken") > 0).fill_null(False).alias("taken"),
        pl.when(pl.col("fine") > 0)
        .then(sum((pl.col("fine") >= bound).cast(pl.Int64) for bound in bounds) + pl.lit(0))
        .alias("step"),
    )
    distinct = steps.unique()
    read = [_kinds_and_band(row, bounds, law) for row in distinct.iter_rows(named=True)]
    told = distinct.hstack(pl.DataFrame(read, schema={"kinds_key": pl.String, "fine": pl.String}, orient="row"))
    banded = steps.join(told, on=steps.columns, how="left", nulls_equal=True, maintain_order="left")
    procedure = _mapped(frame, "procedure", lambda text: choice_of(item.find_field("procedure"), text))
    simple = (
        pl.when(pl.lit(procedure).is_in(["simple", "ordinary"]))
        .then(pl.lit(procedure) == "simple")
        .when(_marked(frame, marks_of(law, "procedure.simple.marks"), "document_name", "document_no"))
        .then(pl.lit(True))
    )
    return [
        banded["kinds_key"],
        banded["fine"],
        simple.alias("simple_procedure"),
        amounts["sector"],
        _marked(frame, marks_of(law, "grading.long-minimum.marks"), "basis", "authority").alias("long_minimum"),
    ]


def _kinds_and_band(row: dict[str, Any], bounds: list[Any], law: Edition) -> tuple[str, str]:
    """Ask the scalar rules for one combination, with an amount that lies in the step."""
    kinds, taken, step, sector = row["kinds"], row["taken"], row["step"], row["sector"]
    fine = None if step is None else (bounds[step - 1] if step else amount_of("0.000001"))
    taken_yuan = amount_of("1") if taken else None
    found = frozenset(kinds.split("|")) if kinds else frozenset[str]()
    found |= kinds_from_amounts(fine, taken_yuan)
    return "|".join(sorted(found)), fine_band(found, fine, sector, law=law)


def _yuan(frame: pl.DataFrame, name: str) -> pl.Expr:
    """An amount in 万元 as exact yuan; nothing where it cannot be read, as in the scalar path."""
    text = text_column(frame, name).str.replace_all("[,，]", "")
    readable = text.str.contains(r"^[0-9]{1,15}(\.[0-9]{1,12})?$")
    return pl.when(readable).then(text).cast(pl.Decimal(38, 12)) * 10_000


def _sector(frame: pl.DataFrame, law: Edition) -> pl.Expr:
    found = pl.lit(None, dtype=pl.String)
    for name, marks in reversed(sectors(law)):
        found = pl.when(_marked(frame, marks, "basis")).then(pl.lit(name)).otherwise(found)
    return found.alias("sector")


def _marked(frame: pl.DataFrame, marks: tuple[str, ...], *names: str) -> pl.Expr:
    """Whether any of the marks stands in any of the columns."""
    if not marks:
        return pl.lit(False)
    given = [name for name in names if name in frame.columns]
    if not given:
        return pl.lit(False)
    return pl.any_horizontal([text_column(frame, name).str.contains_any(list(marks)) for name in given])


def _bans(frame: pl.DataFrame, item: Item, law: Edition) -> list[pl.Series]:
    """Bans are read from free text, each distinct decision once, by the scalar rule itself."""
    names = ("penalty_content", "basis", item.dated_by, "announced_on", "authority", BARRED)
    texts = columns(frame, [text_column(frame, name).alias(name) for name in names])
    distinct = texts.unique()
    read = []
    for row in distinct.iter_rows(named=True):
        facts = facts_of(item, row, law=law)
        read.append((ban_state(facts), facts.ban_until))
    told = pl.DataFrame(read, schema={"ban": pl.String, "ban_until": pl.Date}, orient="row")
    joined = texts.join(distinct.hstack(told), on=list(names), how="left", maintain_order="left")
    return [joined["ban"], joined["ban_until"]]


def _no_bans() -> list[pl.Expr]:
    return [pl.lit("none").alias("ban"), pl.lit(None, dtype=pl.Date).alias("ban_until")]


def _lists(frame: pl.DataFrame, item: Item, law: Edition) -> list[pl.Series]:
    """Lists and their ends, each distinct decision once, by the scalar rule itself."""
    names = ("list", "served_on", "ends_on", "announced_on")
    wanted = [
        *(text_column(frame, name).alias(name) for name in names),
        day_column(frame, item.dated_by).alias("start"),
    ]
    texts = columns(frame, wanted)
    distinct = texts.unique()
    spec, read = item.find_field("list"), []
    for row in distinct.iter_rows(named=True):
        listed = choice_of(spec, row["list"])
        end = list_term(listed, row, row["start"], law=law)
        read.append((listed, end.state, end.until))
    schema = {"listed": pl.String, "list_end": pl.String, "list_until": pl.Date}
    told = distinct.hstack(pl.DataFrame(read, schema=schema, orient="row"))
    joined = texts.join(told, on=texts.columns, how="left", nulls_equal=True, maintain_order="left")
    return [joined[name] for name in schema]


def _no_lists() -> list[pl.Expr]:
    return [
        pl.lit(None, dtype=pl.String).alias("listed"),
        pl.lit(NONE).alias("list_end"),
        pl.lit(None, dtype=pl.Date).alias("list_until"),
    ]
