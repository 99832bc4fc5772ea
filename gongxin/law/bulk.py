"""The bulk path (批量): the same rules asked once per distinct pattern of facts, the arithmetic of days columnar.

There is no second definition of any rule here. Texts are brought to facts column by column, each distinct text once; the
patterns are put to `plans.plan`; the days follow from the plan's months. A property test holds it equal to the scalar path.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from datetime import date
from typing import Any, TypeVar

import polars as pl

from gongxin.kernel.calendar import WorkCalendar
from gongxin.kernel.terms import add_months_column
from gongxin.law.book import Book, Edition
from gongxin.law.facts import (
    amount_of,
    choice_of,
    facts_of,
    fine_band,
    is_person_code,
    kinds_from_amounts,
    marks_of,
    read_kinds,
    sectors,
    thresholds,
)
from gongxin.law.lateness import reporting_rule
from gongxin.law.model import Item
from gongxin.law.plans import Pattern, ban_state, plan
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
_CODES = ("uscc", "regno", "orgcode", "taxno", "institution_no", "society_no")
_DAYS = ("decided", "valid_until", "removed_on", "due_on")
_PATTERN = tuple(spec.name for spec in fields(Pattern))
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
    number = pl.zeros(len(frame), dtype=pl.Int64, eager=True)
    room = 1
    for name in keys:
        values = frame[name].unique()
        if len(values) == 1:
            continue
        room *= len(values)
        if room >= 2**62:
            raise ValueError("these facts take too many values for the bulk path; bring them to bands first")
        codes = pl.int_range(len(values), eager=True)
        number = number * len(values) + frame[name].replace_strict(values, codes, return_dtype=pl.Int64)
    return number.alias("__pattern")


def clocks_columns(frame: pl.DataFrame, item: Item, book: Book, as_of: date) -> pl.DataFrame:
    """The clocks of many new entries of one item as of a day (批量计算四个期限): same rows, same order.

    In:  one row per entry, columns named by the item's field ids as text (ISO days, amounts in 万元, values or names of
    choices); a column that is missing counts as empty; `severity` and `publication` may carry a person's determination.
    Out: the columns of CLOCK_COLUMNS alone.
    """
    if frame.is_empty():
        return pl.DataFrame(schema=CLOCK_COLUMNS)
    base = _columns(frame, [_day(frame, item.dated_by).alias("decided")]).with_row_index("__row")
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
        _day(frame, item.dated_by).alias("decided"),
        *[
            _text(frame, "authority").str.contains(mark, literal=True).alias(f"a{n}")
            for n, mark in enumerate(by_authority)
        ],
        *[_text(frame, "basis").str.contains(mark, literal=True).alias(f"b{n}") for n, mark in enumerate(by_basis)],
    ]
    said = _columns(frame, wanted)
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
    for name in ("valid_until", "removed_on", "ban_until"):
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
    wanted = sorted({months for name in names for months in told[name].unique().drop_nulls().to_list()})
    table = pl.DataFrame(
        [days.alias("day"), *(add_months_column(days, months).alias(f"m{months}") for months in wanted)]
    )
    found = told.select(pl.col(start).alias("day"), *names).join(table, on="day", how="left", maintain_order="left")
    columns = {}
    for name in names:
        end = pl.lit(None, dtype=pl.Date)
        for months in told[name].unique().drop_nulls().to_list():
            end = pl.when(pl.col(name) == months).then(pl.col(f"m{months}")).otherwise(end)
        columns[name] = _columns(found, [end.alias(name)])[name]
    return columns


def facts_columns(frame: pl.DataFrame, item: Item, *, law: Edition) -> pl.DataFrame:
    """Bring texts to the facts that take few values (批量读取事实): the columns of Pattern and the days."""
    wanted = [
        _kind_of_subject(frame, item),
        *_penalty(frame, item, law),
        _choice(frame, item, "status"),
        _choice(frame, item, "performed"),
        _given(frame, "severity"),
        _given(frame, "publication"),
        _day(frame, item.dated_by).alias("decided"),
        _day(frame, "valid_until").alias("valid_until"),
        _day(frame, "removed_on").alias("removed_on"),
        _day(frame, "due_on").alias("due_on"),
    ]
    said = _columns(frame, wanted)
    said = said.with_columns(_bans(frame, item, law) if item.publication_rule == "procurement-list" else _no_bans())
    said = said.with_columns(
        pl.col("decided").is_not_null().alias("has_decided"), pl.col("due_on").is_not_null().alias("has_due")
    )
    return said.select(*_PATTERN, *_DAYS, "ban_until")


def _columns(frame: pl.DataFrame, wanted: Sequence[pl.Expr | pl.Series]) -> pl.DataFrame:
    """These columns alone, each as long as the frame even where a column is missing and only a constant stands for it."""
    names = [column.name if isinstance(column, pl.Series) else column.meta.output_name() for column in wanted]
    return frame.with_columns(wanted).select(names)


def _text(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column as clean text, empty when it is missing."""
    if name not in frame.columns:
        return pl.lit("")
    return pl.col(name).cast(pl.String).fill_null("").str.strip_chars()


def _day(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column of ISO days; what is not one is nothing, as in the scalar path."""
    if name not in frame.columns:
        return pl.lit(None, dtype=pl.Date)
    if frame.schema[name] == pl.Date:
        return pl.col(name)
    text = _text(frame, name)
    iso = text.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$") & ~text.str.starts_with("0000")
    return pl.when(iso).then(text.str.to_date("%Y-%m-%d", strict=False))


def _given(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A person's determination, when the frame carries one."""
    text = _text(frame, name)
    return pl.when(text != "").then(text).otherwise(pl.lit(None, dtype=pl.String)).alias(name)


def _mapped(frame: pl.DataFrame, name: str, read: Callable[[str], str | None]) -> pl.Series:
    """Read each distinct text of a column once."""
    texts = _columns(frame, [_text(frame, name).alias("text")])["text"]
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
    codes = [_text(frame, code) for code in _CODES if code in frame.columns]
    shaped = [code.str.to_uppercase().str.contains(r"^[1-9][0-9]{16}[0-9X]$") for code in codes]
    misplaced = pl.lit(False)
    for code, looks in zip(codes, shaped, strict=True):
        texts = frame.select(code.alias("code")).filter(frame.select(looks.alias("looks"))["looks"])["code"].unique()
        persons = [text for text in texts if is_person_code(text)]
        misplaced = misplaced | code.is_in(pl.Series(persons, dtype=pl.String).implode())
    known = pl.lit(said).is_in(["organisation", "sole-trader", "person"])
    any_code = pl.any_horizontal([code != "" for code in codes]) if codes else pl.lit(False)
    return (
        pl.when(misplaced)
        .then(pl.lit("person"))
        .when(known)
        .then(pl.lit(said))
        .when(_text(frame, "person_id") != "")
        .then(pl.lit("person"))
        .when(_text(frame, "uscc").str.starts_with("92"))
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
    amounts = _columns(frame, wanted)
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
    text = _text(frame, name).str.replace_all("[,，]", "")
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
    return pl.any_horizontal([_text(frame, name).str.contains_any(list(marks)) for name in given])


def _bans(frame: pl.DataFrame, item: Item, law: Edition) -> list[pl.Series]:
    """Bans are read from free text, each distinct decision once, by the scalar rule itself."""
    names = ("penalty_content", "basis", item.dated_by, "announced_on", "authority")
    texts = _columns(frame, [_text(frame, name).alias(name) for name in names])
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
