"""Checking rows (行校验): all issues of a row at once, whole columns at a time, the same for every channel.

`check` needs no store: what the register knows is handed in. So a department's own machine, the web page, the API and
the watched folder get the same findings, byte for byte.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from gongxin.kernel.issues import Issue
from gongxin.law.model import FieldSpec, Item
from gongxin.rooms.intake import cells
from gongxin.rooms.intake.amounts import check_amounts
from gongxin.rooms.intake.cells import ANEW, ROW, Budget, Findings, Terms, flags, nulls, places, present
from gongxin.rooms.intake.headings import DERIVED, Match, waived
from gongxin.rooms.intake.lateness import late_rows
from gongxin.rooms.intake.listings import check_listings
from gongxin.rooms.intake.promises import check_promises
from gongxin.rooms.intake.reading import FLAW
from gongxin.rooms.intake.reporters import check_reporters
from gongxin.rooms.intake.shifted import check_register_row
from gongxin.rooms.intake.subjects import KEY_CODES, Seen, check_subjects

FLAWS = {"extra": "row.extra_cells", "quote": "row.unpaired_quote", "json": "row.not_json", "broken": "text.broken"}
PAST = frozenset({"decided_on", "served_on", "announced_on", "removed_on", "performed_on", "established_on"})
"""Days of things that have happened; a later one than today is a slip."""
ORDER = (
    ("valid_from", "valid_until"),
    ("decided_on", "removed_on"),
    ("decided_on", "performed_on"),
    ("decided_on", "due_on"),
    ("decided_on", "served_on"),
    ("served_on", "effective_on"),
    ("effective_on", "ends_on"),
)
"""The first of each pair cannot come after the second."""
SUBJECT_CODES = frozenset({*KEY_CODES, "taxno"})
GOOD, REFUSED, WAITING = "accepted", "refused", "waiting"


@dataclass
class Readings:
    """What the single checks have read and the later ones need (已识别的值): days, and codes of the subject."""

    days: dict[str, pl.Series] = field(default_factory=dict)
    codes: dict[str, pl.DataFrame] = field(default_factory=dict)
    signs: cells.Signs = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """Rows after checking (校验结果): values in the law's form, `__outcome`, `__key`, `__late`; and all issues."""

    frame: pl.DataFrame
    issues: list[Issue]
    more: Counter[str] = field(default_factory=Counter)
    """Notices that were only counted."""


def shape(frame: pl.DataFrame, matched: Match, letters: list[str], item: Item) -> pl.DataFrame:
    """Return a chunk's columns by field (按字段取列); several columns of one field are joined, nothing else is taken."""
    columns: list[pl.Expr] = [pl.col(ROW), pl.col(FLAW)]
    for field_id, indexes in matched.places().items():
        parts = [pl.col(letters[index]) for index in indexes]
        joined = parts[0] if len(parts) == 1 else pl.concat_str(parts, separator="、", ignore_nulls=True)
        columns.append((joined if len(parts) == 1 else pl.when(joined != "").then(joined)).alias(field_id))
    if matched.returned is not None:
        columns.append(pl.col(letters[matched.returned]).alias(ANEW))
    return frame.select(columns)


def check(
    frame: pl.DataFrame,
    item: Item,
    *,
    terms: Terms,
    seen: Seen | None = None,
    budget: Budget | None = None,
    known_of: Callable[[pl.Series], pl.DataFrame] | None = None,
) -> Checked:
    """Check rows named by field (校验): `known_of` answers which names the store knows for subject keys."""
    labels = {spec.id: terms.labels.get(spec.id, spec.name) for spec in item.fields}
    findings = Findings(frame[ROW].to_list(), labels, budget or Budget())
    _check_flaws(frame, findings)
    columns: dict[str, pl.Series] = {ROW: frame[ROW]}
    readings = Readings()
    specs = [spec for spec in item.fields if spec.id in frame.columns and spec.kind != "citizen"]
    readings.signs = cells.signs(frame, [spec for spec in specs if frame[spec.id].null_count() < frame.height])
    for spec in specs:
        columns[spec.id] = _check_field(frame[spec.id], spec, (item, terms), findings, readings)
    _derive_kind(columns, frame, item, readings.codes)
    person = _check_people(frame, columns, item, terms, findings)
    shaped = pl.DataFrame([series.alias(name) for name, series in columns.items()]).with_columns(
        person.alias("__person"), _keys(readings.codes, frame.height).alias("__key")
    )
    _check_required(shaped, item, terms, findings)
    check_register_row(shaped, terms, findings)
    _check_order(readings.days, columns, item, findings)
    check_listings(shaped, item, terms, findings)
    check_promises(shaped, item, terms, findings)
    check_reporters(shaped, item, terms, findings)
    check_amounts(shaped, item, findings)
    shaped = _with_person_keys(shaped)
    known = known_of(shaped["__key"].drop_nulls().unique()) if known_of is not None else None
    check_subjects(shaped.with_columns(pl.lit(terms.sheet).alias("__sheet")), item, findings, seen or Seen(), known)
    _check_identified(shaped, findings)
    late = late_rows(shaped, item, terms, findings)
    findings.settle()
    outcome = pl.Series("__outcome", [GOOD]).new_from_index(0, frame.height)
    outcome = outcome.scatter(sorted(findings.waiting), WAITING).scatter(sorted(findings.refused), REFUSED)
    shaped = shaped.with_columns(outcome, late.alias("__late"), _known_pairs(shaped, known))
    return Checked(shaped, sorted(findings.issues, key=lambda each: each.row or 0), findings.more)


def _known_pairs(frame: pl.DataFrame, known: pl.DataFrame | None) -> pl.Series:
    """Tell where the store already has the subject under exactly this name, so that it need not be looked up again."""
    if known is None or not known.height or "subject_name" not in frame.columns:
        return flags(frame.height).alias("__known")
    pairs = known.select(pl.col("key").alias("__key"), pl.col("name").alias("subject_name")).unique()
    joined = frame.select("__key", "subject_name").join(
        pairs.with_columns(pl.lit(True).alias("__known")), on=["__key", "subject_name"], how="left",
        maintain_order="left",
    )  # fmt: skip
    return joined["__known"].fill_null(False)


def _check_flaws(frame: pl.DataFrame, findings: Findings) -> None:
    if FLAW in frame.columns:
        for place in places(frame[FLAW].is_not_null()):
            findings.tell(place, FLAWS[frame[FLAW][place]])


def _check_field(
    column: pl.Series,
    spec: FieldSpec,
    against: tuple[Item, Terms],
    findings: Findings,
    readings: Readings,
) -> pl.Series:
    item, terms = against
    if column.null_count() == len(column):
        return column
    if spec.kind in cells.CODE_KINDS:
        checked = cells.check_code(column, spec, readings.signs, findings, subject=spec.id in SUBJECT_CODES)
        if spec.id in SUBJECT_CODES:
            readings.codes[spec.id] = checked
        return column
    if spec.kind == "date":
        past = spec.id in PAST or spec.id == item.dated_by
        text, readings.days[spec.id] = cells.check_dates(column, spec, findings, terms=terms, past=past)
        return text
    if spec.kind == "money":
        return cells.check_money(column, spec, findings, terms)
    if spec.kind == "enum":
        return cells.check_choices(column, spec, terms.template, findings)
    if spec.kind == "integer":
        for place in places(present(column) & ~column.str.strip_chars().str.contains(r"^-?\d+(?:\.0+)?$")):
            findings.tell(place, "field.number", spec.id, column[place])
        return column.str.strip_chars().str.replace(r"\.0+$", "")
    cells.check_text(column, spec, readings.signs, findings)
    return column


def _derive_kind(
    columns: dict[str, pl.Series], frame: pl.DataFrame, item: Item, codes: Mapping[str, pl.DataFrame]
) -> None:
    """Say what kind of subject a row is about where its codes tell it (主体类别推定); a stated kind stands."""
    if item.find_field("subject_kind") is None:
        return
    nothing = nulls(frame.height)
    stated = columns.get("subject_kind", nothing)
    told = flags(frame.height)
    trader = told
    for code in codes.values():
        told = told | code["code"].is_not_null()
        trader = trader | code["code"].str.starts_with("92").fill_null(False)
    person = present(frame["person_id"]) if "person_id" in frame.columns else flags(frame.height)
    derived = pl.select(
        pl.when(trader).then(pl.lit("sole-trader")).when(told).then(pl.lit("organisation"))
        .when(person).then(pl.lit("person"))
    ).to_series()  # fmt: skip
    # A kind that was written but not understood is an issue already and must not be papered over.
    written = present(frame["subject_kind"]) if "subject_kind" in frame.columns else stated.is_not_null()
    columns["subject_kind"] = stated.zip_with(written, derived)


def _check_people(
    frame: pl.DataFrame, columns: dict[str, pl.Series], item: Item, terms: Terms, findings: Findings
) -> pl.Series:
    """Check identity numbers; return the natural person's number in its normal form."""
    nothing = nulls(frame.height)
    person = nothing
    for spec in item.fields:
        if spec.kind != "citizen" or spec.id not in frame.columns or not frame[spec.id].count():
            continue
        kind = columns.get(f"{spec.id}_kind", columns.get("person_id_kind" if spec.id == "person_id" else "", nothing))
        resident = kind.is_null() | (kind == "resident-id")
        numbers = cells.check_citizens(frame[spec.id], spec, resident, findings, terms)
        columns[spec.id] = frame[spec.id].str.strip_chars()
        if spec.id == "person_id":
            person = numbers
    kinds = columns.get("subject_kind")
    if kinds is None:
        return person
    return person.zip_with((kinds == "person").fill_null(False), nothing)


def _keys(codes: Mapping[str, pl.DataFrame], height: int) -> pl.Series:
    """Return the subject key by the strongest valid code of a row: unified, else registration, else organisation."""
    given = [field_id for field_id in KEY_CODES if field_id in codes]
    if not given:
        return nulls(height)
    # A format with nothing in it is nothing.
    told = [pl.format("{}:{}", pl.lit(codes[name]["kind"]), pl.lit(codes[name]["code"])) for name in given]
    return pl.select(pl.coalesce(told).alias("__key")).to_series()


def _with_person_keys(frame: pl.DataFrame) -> pl.DataFrame:
    """A natural person's row carries no organisation's key (自然人不使用组织代码)."""
    return frame.with_columns(pl.when(pl.col("__person").is_null()).then("__key").alias("__key"))


def _check_required(frame: pl.DataFrame, item: Item, terms: Terms, findings: Findings) -> None:
    excused = waived(item, terms.template)
    names = set(frame.columns)
    asked: dict[str, tuple[str, FieldSpec]] = {}
    missing: list[pl.Expr] = []
    for spec in item.fields:
        # Without a code the row waits for a person to say who is meant; that is told once, at the end.
        if spec.id in excused or spec.id in SUBJECT_CODES or spec.id == "person_id":
            continue
        if spec.required:
            code, needed = "field.required", pl.lit(True)
        elif spec.required_if is not None:
            condition = cells.condition(spec.required_if, names)
            if condition is None:
                continue
            code, needed = "field.required_if", condition
        else:
            continue
        if spec.id in DERIVED and spec.id not in names:
            continue
        asked[spec.id] = (code, spec)
        missing.append((needed & ~_present(spec.id, names)).alias(spec.id))
    # Beside the frame's own columns, so that a constant is told of every row.
    for mask in frame.with_columns(missing).select(list(asked)) if asked else ():
        code, spec = asked[mask.name]
        for place in places(mask):
            if not _already_told(findings, place, spec):
                findings.tell(place, code, spec.id)


def _present(field_id: str, names: set[str]) -> pl.Expr:
    return pl.col(field_id).str.contains(r"\S").fill_null(False) if field_id in names else pl.lit(False)


def _already_told(findings: Findings, place: int, spec: FieldSpec) -> bool:
    """A value that could not be read is wrong, not missing."""
    return place in findings.refused and (place, findings.labels[spec.id]) in findings.spoken_of


def _check_order(
    days: Mapping[str, pl.Series], columns: Mapping[str, pl.Series], item: Item, findings: Findings
) -> None:
    for first, second in ORDER:
        if first in days and second in days:
            for place in places(days[first] > days[second]):
                findings.tell(place, "date.order", second, columns[second][place], other=findings.labels[first])


def _check_identified(frame: pl.DataFrame, findings: Findings) -> None:
    """Nobody is named by a usable code (无可用代码): the row waits, unless it is refused anyway."""
    for place in places(frame["__key"].is_null() & frame["__person"].is_null()):
        if place not in findings.refused:
            findings.tell(place, "code.none", "uscc", severity="wait")
