"""The bulk path (批量): the same rules asked once per distinct pattern of facts, the arithmetic of days columnar.

There is no second definition of any rule here. Texts are brought to facts column by column, each distinct text once; the
patterns are put to `plans.plan`; the days follow from the plan's months. A property test holds it equal to the scalar path.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import date
from typing import Any, TypeVar

import polars as pl

from gongxin.kernel.calendar import WorkCalendar
from gongxin.kernel.terms import add_months_column
from gongxin.law.book import Book, Edition
from gongxin.law.columns import columns, day_column, facts_columns, text_column
from gongxin.law.lateness import reporting_rule
from gongxin.law.model import Item
from gongxin.law.plans import Pattern, plan
from gongxin.law.transition import governing_day

Facts = TypeVar("Facts")

CLOCK_COLUMNS = {
    "decided": pl.Date,
    "display_from": pl.Date,
    "display_until": pl.Date,
    "repair_from": pl.Date,
    "share_until": pl.Date,
    "retain_until": pl.Date,
    "destroy_at": pl.Date,
    "audience": pl.String,
    "severity": pl.String,
    "undecided": pl.String,
    "clauses": pl.String,
    "certainty": pl.String,
}
_PLAN_TYPES = {
    "audience": pl.String,
    "severity": pl.String,
    "undecided": pl.String,
    "anchor": pl.String,
    "display_months": pl.Int64,
    "ends_with": pl.String,
    "ends_before": pl.Boolean,
    "repair_months": pl.Int64,
    "share_follows": pl.Boolean,
    "retain_months": pl.Int64,
    "destroy_after": pl.Boolean,
    "clauses": pl.String,
    "certainty": pl.String,
    "reason": pl.String,
}


def decide(
    frame: pl.DataFrame,
    facts: type[Facts],
    rule: Callable[..., Any],
    *,
    law: Edition,
    types: dict[str, Any] | None = None,
    **context: Any,
) -> pl.DataFrame:
    """Put a rule to every row, asking it once per distinct pattern of facts (批量裁断).

    In:  one row per entry, one edition of the law, the columns that `facts` names. Out: the same rows in the same order,
    plus one column per field of the rule's answer.
    """
    keys = [spec.name for spec in fields(facts)]  # type: ignore[arg-type]
    numbers = _pattern_numbers(frame, keys)
    firsts = numbers.arg_unique()
    patterns = frame.select(keys)[firsts]
    rows = [rule(facts(**row), law=law, **context) for row in patterns.iter_rows(named=True)]
    answers = [answer.as_row() if hasattr(answer, "as_row") else asdict(answer) for answer in rows]
    decided = pl.DataFrame(answers, schema=types, infer_schema_length=None, strict=False)
    clash = set(decided.columns) & set(frame.columns)
    decided = decided.rename({name: f"{name}_decided" for name in clash})
    told = decided.with_columns(numbers[firsts].alias("__pattern"))
    asked = pl.DataFrame({"__pattern": numbers}).join(told, on="__pattern", how="left", maintain_order="left")
    return frame.hstack(asked.drop("__pattern"))


def _pattern_numbers(frame: pl.DataFrame, keys: list[str]) -> pl.Series:
    """One whole number per distinct combination of the columns, so that answers are joined on one number."""
    # All columns are asked at once: a chunk of rows has a dozen of them, most with a single value.
    values = frame.select(pl.col(name).unique().implode() for name in keys)
    room = 1
    parts: list[pl.Expr] = []
    for name in keys:
        distinct = values[name][0]
        if len(distinct) == 1:
            continue
        room *= len(distinct)
        if room >= 2**62:
            raise ValueError("these facts take too many values for the bulk path; bring them to bands first")
        codes = pl.int_range(len(distinct), eager=True)
        parts.append(pl.col(name).replace_strict(distinct, codes, return_dtype=pl.Int64) * (room // len(distinct)))
    if not parts:
        return pl.zeros(len(frame), dtype=pl.Int64, eager=True).alias("__pattern")
    return frame.select(pl.sum_horizontal(parts).alias("__pattern")).to_series()


def clocks_columns(frame: pl.DataFrame, item: Item, book: Book, as_of: date) -> pl.DataFrame:
    """The clocks of many new entries of one item as of a day (批量计算四个期限): same rows, same order.

    In:  one row per entry, columns named by the item's field ids as text (ISO days, amounts in 万元, values or names of
    choices); a column that is missing counts as empty; `severity` and `publication` may carry a person's determination.
    Out: the columns of CLOCK_COLUMNS alone.
    """
    if frame.is_empty():
        return pl.DataFrame(schema=CLOCK_COLUMNS)
    base = columns(frame, [day_column(frame, item.dated_by).alias("decided")]).with_row_index("__row")
    # The day of the decision is read once; everything after takes it as a day.
    frame = frame.with_columns(base["decided"].alias(item.dated_by))
    groups = _by_edition(base, book, as_of)
    parts = [
        _under(frame[rows] if len(groups) > 1 else frame, item, law).with_columns(pl.Series("__row", rows))
        for law, rows in groups
    ]
    whole = parts[0] if len(parts) == 1 else pl.concat(parts).sort("__row")
    return whole.select(CLOCK_COLUMNS.keys())


def due_column(frame: pl.DataFrame, item: Item, law: Edition, calendar: WorkCalendar) -> pl.DataFrame:
    """By when each entry had to be reported (批量应报送日): columns `due` and `due_workdays`."""
    special = law.find_parameter("report.special")
    rows = special.table() if special is not None else ()
    by_authority = sorted({str(mark) for row in rows for mark in row.get("authority", ())})
    by_basis = sorted({str(mark) for row in rows for mark in row.get("basis", ())})
    wanted = [
        day_column(frame, item.dated_by).alias("decided"),
        *[
            text_column(frame, "authority").str.contains(mark, literal=True).alias(f"a{n}")
            for n, mark in enumerate(by_authority)
        ],
        *[
            text_column(frame, "basis").str.contains(mark, literal=True).alias(f"b{n}")
            for n, mark in enumerate(by_basis)
        ],
    ]
    said = columns(frame, wanted)
    marks = [name for name in said.columns if name != "decided"]
    patterns = said.select(marks).unique() if marks else pl.DataFrame({"none": [True]})
    answers: list[int | None] = []
    for row in patterns.iter_rows(named=True):
        authority = "".join(mark for n, mark in enumerate(by_authority) if row.get(f"a{n}"))
        basis = "".join(mark for n, mark in enumerate(by_basis) if row.get(f"b{n}"))
        answers.append(reporting_rule(item, authority, basis, law=law).workdays)
    told = patterns.with_columns(pl.Series("due_workdays", answers, dtype=pl.Int64))
    if marks:
        said = said.join(told, on=marks, how="left", nulls_equal=True, maintain_order="left")
    else:
        said = said.with_columns(pl.lit(answers[0], dtype=pl.Int64).alias("due_workdays"))
    due = pl.lit(None, dtype=pl.Date)
    for days in sorted({count for count in answers if count is not None}):
        column = calendar.add_workdays_column(said["decided"], days, unknown="null")
        due = pl.when(pl.col("due_workdays") == days).then(pl.lit(column)).otherwise(due)
    return said.select(due.alias("due"), "due_workdays")


def _by_edition(base: pl.DataFrame, book: Book, as_of: date) -> list[tuple[Edition, pl.Series]]:
    """Which edition governs which rows: asked once per side of the boundary that `transition.stock` sets."""
    rule = book.on(as_of).find_parameter("transition.stock")
    if rule is None:
        return [(book.on(as_of), base["__row"])]
    older = pl.col("decided").is_not_null() & (pl.col("decided") < rule.since)
    groups: dict[date, tuple[Edition, list[pl.Series]]] = {}
    for side in (base.filter(older), base.filter(~older)):
        if side.is_empty():
            continue
        day, _ = governing_day(side["decided"][0], as_of, book=book)
        law = book.on(day)
        groups.setdefault(law.day, (law, []))[1].append(side["__row"])
    return [(law, pl.concat(rows).sort() if len(rows) > 1 else rows[0]) for law, rows in groups.values()]


def _under(frame: pl.DataFrame, item: Item, law: Edition) -> pl.DataFrame:
    """The clocks of entries that one edition governs."""
    facts = facts_columns(frame, item, law=law)
    told = decide(facts, Pattern, plan, law=law, types=_PLAN_TYPES, item=item)
    # `severity` is a fact (what a person determined) and an answer; the answer is the one that counts from here on.
    told = told.drop("severity").rename({"severity_decided": "severity"})
    ends = _months_on(told, "decided", ("display_months", "repair_months", "retain_months"))
    from_due = pl.col("anchor") == "due_on"
    term = ends["display_months"]
    if told.select(from_due.any()).item():
        other = _months_on(told, "due_on", ("display_months",))["display_months"]
        term = told.select(pl.when(from_due).then(pl.lit(other)).otherwise(pl.lit(term)).alias("term"))["term"]
    ending = pl.lit(None, dtype=pl.Date)
    for name in ("valid_until", "removed_on", "ban_until", "list_until"):
        ending = pl.when(pl.col("ends_with") == name).then(pl.col(name)).otherwise(ending)
    ending = pl.when(pl.col("ends_before")).then(ending.dt.offset_by("-1d")).otherwise(ending)
    closed = pl.col("undecided").is_null()
    shown = pl.min_horizontal(pl.lit(term), ending)
    shared = pl.when("share_follows").then(shown)
    kept = pl.lit(ends["retain_months"])
    retained = pl.when(kept.is_not_null()).then(pl.max_horizontal(kept, shared))
    days = {
        "display_from": pl.col("decided"),
        "display_until": shown,
        "repair_from": pl.lit(ends["repair_months"]),
        "share_until": shared,
        "retain_until": retained,
        "destroy_at": pl.when("destroy_after").then(retained.dt.offset_by("1d")),
    }
    told = told.with_columns(pl.when(closed).then(day).alias(name) for name, day in days.items())
    return told.select(CLOCK_COLUMNS.keys())


def _months_on(told: pl.DataFrame, start: str, names: tuple[str, ...]) -> dict[str, pl.Series]:
    """The corresponding day so many months on: reckoned once per distinct day and number of months, then looked up."""
    days = told[start].unique().drop_nulls()
    said = told.select(pl.col(name).unique().implode() for name in names)
    months = {name: said[name][0].drop_nulls().to_list() for name in names}
    wanted = sorted({each for of_name in months.values() for each in of_name})
    table = pl.DataFrame({"day": days})
    if wanted and len(days):
        numbers = pl.DataFrame({"months": pl.Series(wanted, dtype=pl.Int64)})
        pairs = numbers.join(table, how="cross", maintain_order="left_right")
        ends_of = add_months_column(pairs["day"], pairs["months"])
        height = len(days)
        table = pl.DataFrame(
            [days.alias("day"), *(ends_of.slice(n * height, height).alias(f"m{each}") for n, each in enumerate(wanted))]
        )
    else:
        table = table.with_columns(pl.lit(None, dtype=pl.Date).alias(f"m{each}") for each in wanted)
    found = told.select(pl.col(start).alias("day"), *names).join(table, on="day", how="left", maintain_order="left")
    ends = []
    for name in names:
        end = pl.lit(None, dtype=pl.Date)
        for each in months[name]:
            end = pl.when(pl.col(name) == each).then(pl.col(f"m{each}")).otherwise(end)
        ends.append(end.alias(name))
    return dict(zip(names, columns(found, ends).iter_columns(), strict=True))
