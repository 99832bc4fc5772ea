"""Checks of single values (单值校验): each kind of field once over its whole column; only what fails is looked at alone.

Every check leaves two things: the column in the form the law reads (ISO days, catalogue values, 万元 as plain figures),
and the issues of the rows that do not pass.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from gongxin.kernel.calendar import WorkCalendar
from gongxin.kernel.dates import read_date_column
from gongxin.kernel.identifiers import (
    check_citizen_column,
    check_orgcode_column,
    check_regno_column,
    check_uscc_column,
    recognise,
)
from gongxin.kernel.identifiers.hidden import SHAPE, HiddenNumber, numbers_in
from gongxin.kernel.issues import Issue, Severity
from gongxin.kernel.money import read_money_column
from gongxin.law.book import Edition
from gongxin.law.model import FieldSpec, Item
from gongxin.rooms.intake.words import found

if TYPE_CHECKING:
    from gongxin.spine.bodies.register import Register

ROW = "__row"
ANEW = "__anew"
"""Which returned row this one puts right, as the workbook of returned rows names it (退回行号)."""
TEXT = pl.String
SPLIT = re.compile(r"[、,，;；/|\s]+")
FLOAT_CODE = r"^\s*[0-9]+(?:\.[0-9]+)?[eE]\+?[0-9]+\s*$"
WHOLE_FLOAT = r"^\s*[0-9A-Z]{6,}\.0+\s*$"
UNIT_YUAN: Mapping[str | None, int] = {"wan": 10_000, "yuan": 1, None: 1}
SHOWN_CHOICES = 12
CODE_KINDS: Mapping[str, Callable[[pl.Series], pl.DataFrame]] = {
    "uscc": check_uscc_column,
    "orgcode": check_orgcode_column,
    "regno": check_regno_column,
}
OTHER_KINDS = frozenset({"citizen", "date", "money", "enum", "integer"})
"""Kinds of fields with a check of their own; all others are texts."""
Signs = Mapping[str, pl.Series]
KIND_NAMES = {"uscc": "统一社会信用代码", "regno": "工商注册号", "orgcode": "组织机构代码", "citizen": "居民身份证号码"}


@dataclass(frozen=True)
class Terms:
    """What a table is checked against (校验条件): the law and the day; template, units and headings of this file."""

    law: Edition
    calendar: WorkCalendar
    today: date
    template: str | None = None
    units: Mapping[str, Decimal] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    divisions: frozenset[str] = frozenset()
    provinces: frozenset[str] = frozenset()
    sheet: str = ""
    bodies: Mapping[str, str] = field(default_factory=dict)
    """Code → kind of the bodies the register knows; empty where there is no store (登记单位类别)."""
    provider: str = ""
    """The code of the body that hands it in; empty where it is checked before anybody does."""
    no_unit: frozenset[str] = frozenset()
    """Fields of amounts in 万元 whose column names no unit anywhere (未写明单位的金额)."""
    heirs: Mapping[str, str] = field(default_factory=dict)
    """Code of a body that is no more → of the one that goes on for it (承继单位)."""
    known: Register | None = None
    """The register of bodies (登记簿); None where there is no store."""


NOTICES_KEPT = 1000
"""Notices of one kind that are kept word for word in a file; what is beyond is counted. Errors are never cut short."""


@dataclass
class Budget:
    """How many notices of each kind a file has had (提示额度), so that a million late rows do not make a million texts."""

    told: Counter[str] = field(default_factory=Counter)

    def left(self, code: str) -> int:
        return max(0, NOTICES_KEPT - self.told[code])


@dataclass
class Findings:
    """Collects issues (问题收集): rows are places in the frame while checking, numbers of the file when told."""

    rows: list[int]
    labels: Mapping[str, str]
    budget: Budget = field(default_factory=Budget)
    more: Counter[str] = field(default_factory=Counter)
    issues: list[Issue] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)
    spoken_of: set[tuple[int, str | None]] = field(default_factory=set)
    """Place and column of everything that was told."""
    _notices: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)

    def holds(self, place: int) -> bool:
        """Tell whether the row at this place is held back for what was found so far."""
        return place in self.refused or place in self.waiting

    def held_mask(self, height: int) -> pl.Series:
        """Tell of every row whether it is held back for what was found so far (未归集行)."""
        return flags(height).scatter(sorted(self.refused | self.waiting), True)

    def tell(
        self,
        place: int,
        code: str,
        field_id: str | None = None,
        value: str | None = None,
        *,
        severity: Severity = "error",
        suggestion: str | None = None,
        clause: str | None = None,
        **details: object,
    ) -> None:
        """Record one issue of the row at this place."""
        if severity == "error":
            self.refused.add(place)
        elif severity == "wait":
            self.waiting.add(place)
        column = self.labels.get(field_id, field_id) if field_id else None
        self.spoken_of.add((place, column))
        said = {"column": column, "value": value, "suggestion": suggestion, "clause": clause, **details}
        if severity == "notice":
            self._notices.append((place, code, said))
        else:
            self._say(place, code, severity, said)

    def settle(self) -> None:
        """Put the notices into words, now that it is known which rows are held: those get all of theirs.

        A department sees everything about a row it has to put right; of the others the file's allowance is told.
        """
        for place, code, said in self._notices:
            if not self.holds(place):
                if not self.budget.left(code):
                    self.more[code] += 1
                    continue
                self.budget.told[code] += 1
            self._say(place, code, "notice", said)
        self._notices.clear()

    def _say(self, place: int, code: str, severity: Severity, said: dict[str, Any]) -> None:
        value = shortened(unnumbered(said.pop("value")))
        self.issues.append(found(code, row=self.rows[place], value=value, severity=severity, **said))


def shortened(value: str | None, limit: int = 120) -> str | None:
    """Return a value short enough for a list of issues."""
    return value if value is None or len(value) <= limit else value[:limit] + "…"


def unnumbered(value: str | None) -> str | None:
    """Return a value as an issue may repeat it: whatever can be an identity number in it shows its two ends alone."""
    if value is None:
        return None
    for number in reversed(numbers_in(value)):
        value = value[: number.start] + str(masked(number.number)) + value[number.end :]
    return value


def masked(value: str | None) -> str | None:
    """Return an identity number as an issue may show it (证件号码脱敏): its two ends."""
    if value is None:
        return None
    text = value.strip()
    return text[:4] + "*" * max(4, len(text) - 6) + text[-2:] if len(text) > 8 else "*" * len(text)


def places(mask: pl.Series) -> list[int]:
    """Return the places where a mask is true."""
    if not mask.any():
        return []
    found: list[int] = mask.fill_null(False).to_numpy().nonzero()[0].tolist()
    return found


def nulls(height: int, kind: Any = TEXT) -> pl.Series:
    """Return a column that says nothing."""
    return pl.Series([None], dtype=kind).new_from_index(0, height)


def flags(height: int, value: bool = False) -> pl.Series:
    """Return a column that says the same of every row."""
    return pl.Series([value]).new_from_index(0, height)


def present(column: pl.Series) -> pl.Series:
    """Tell where a column says anything."""
    return column.str.contains(r"\S").fill_null(False)


def check_code(column: pl.Series, spec: FieldSpec, signs: Signs, findings: Findings, *, subject: bool) -> pl.DataFrame:
    """Check a column of codes (代码列): `code` is the normal form where it is valid, `kind` what it really is.

    A unified code's column may hold a valid registration or organisation number: then it identifies as that.
    """
    texts = column.cast(pl.String)
    whole = signs[f"whole {spec.id}"]
    if whole.any():
        whole = whole.fill_null(False)
        texts = texts.zip_with(~whole, texts.str.strip_chars().str.replace(r"\.0+$", ""))
    checked = CODE_KINDS[spec.kind](texts)
    given = texts.is_not_null() & (texts != "")
    if checked["ok"].all() and not whole.any():
        return pl.DataFrame([checked["code"], pl.Series("kind", [spec.kind]).new_from_index(0, len(texts))])
    form = (checked["problem"] == f"{spec.kind}.form").fill_null(False)
    valid = checked["ok"] | form
    result = pl.DataFrame(
        {
            "code": checked["code"].zip_with(valid & given, nulls(len(texts))),
            "kind": pl.Series([spec.kind], dtype=pl.String).new_from_index(0, len(texts)),
        }
    )
    for place in places(whole & valid):
        findings.tell(place, "code.whole_number", spec.id, column[place], severity="notice", suggestion=texts[place])
    for place in places(form):
        findings.tell(
            place, "code.normalised", spec.id, column[place], severity="notice", suggestion=checked["code"][place]
        )
    wrong = places(given & ~valid)
    if not wrong:
        return result
    moved: dict[int, tuple[str, str]] = {}
    for place in wrong:
        problem = checked["problem"][place]
        if problem is None or problem.endswith(".empty"):
            continue
        other = _misplaced(texts[place], spec, column[place], place, findings, subject=subject)
        if other is not None:
            moved[place] = other
        elif re.fullmatch(FLOAT_CODE, texts[place]):
            findings.tell(place, "code.float", spec.id, column[place])
        elif recognise(texts[place]) != "citizen":
            findings.tell(place, problem, spec.id, column[place], suggestion=checked["hint"][place])
    if not moved:
        return result
    codes, kinds = zip(*moved.values(), strict=True)
    return pl.DataFrame(
        {
            "code": result["code"].scatter(list(moved), pl.Series(codes, dtype=pl.String)),
            "kind": result["kind"].scatter(list(moved), pl.Series(kinds, dtype=pl.String)),
        }
    )


def _misplaced(
    text: str, spec: FieldSpec, reported: str, place: int, findings: Findings, *, subject: bool
) -> tuple[str, str] | None:
    """Notice a valid code of another kind (代码填错列); a legacy code identifies, an identity number must not be here."""
    other = recognise(text)
    if other == "citizen":
        findings.tell(place, "code.moved", spec.id, masked(reported), kind=KIND_NAMES["citizen"])
        return None
    if other is None or other == spec.kind or not subject:
        return None
    normal = re.sub(r"[\s\-]", "", text).upper()
    findings.tell(place, "code.moved", spec.id, reported, severity="notice", kind=KIND_NAMES[other])
    return normal, other


def check_citizens(
    column: pl.Series, spec: FieldSpec, resident: pl.Series, findings: Findings, terms: Terms
) -> pl.Series:
    """Check identity numbers (证件号码列) where the document is a resident's card; return normal forms where sound."""
    texts = column.cast(pl.String)
    given = present(texts)
    checked = check_citizen_column(
        texts.zip_with(resident & given, nulls(len(texts))),
        terms.divisions or None,
        terms.today,
    )
    sound = checked["ok"] | (checked["problem"] == "citizen.form").fill_null(False)
    for place in places(given & resident & ~sound):
        findings.tell(place, checked["problem"][place] or "citizen.length", spec.id, masked(texts[place]))
    other = texts.str.strip_chars().str.to_uppercase()
    normal = checked["code"].zip_with(resident & sound, other.zip_with(~resident, nulls(len(texts))))
    return normal.zip_with(given, nulls(len(texts)))


def check_dates(
    column: pl.Series, spec: FieldSpec, findings: Findings, *, terms: Terms, past: bool
) -> tuple[pl.Series, pl.Series]:
    """Check a column of days (日期列): return ISO text and the days themselves."""
    read = read_date_column(column)
    days = read["value"]
    exact = read["precision"] == "day"
    text = days.dt.to_string("%Y-%m-%d")
    lasting = (read["note"] == "long_term").fill_null(False)
    if spec.id == "valid_until" and lasting.any():
        # The book says which day a licence without end is reported with.
        stands_for = terms.law.find_parameter("licence.long-term") if spec.required else None
        endless = pl.Series([stands_for.text() if stands_for else None], dtype=pl.String).new_from_index(0, len(text))
        text = text.zip_with(~lasting, endless)
    for place in places(read["problem"].is_not_null() & (read["problem"] != "empty")):
        findings.tell(place, f"date.{read['problem'][place]}", spec.id, column[place])
    for place in places(read["precision"].is_in(["month", "year"])):
        findings.tell(place, f"date.{read['precision'][place]}_only", spec.id, column[place])
    if past:
        for place in places(exact & (days > terms.today)):
            findings.tell(place, "date.future", spec.id, column[place])
    return text, days.zip_with(exact.fill_null(False), nulls(len(days), pl.Date))


GREAT = 100
"""A bare figure from which on it is doubtful that a column without a unit counts in 万元; fines in 元 look so."""


def check_money(column: pl.Series, spec: FieldSpec, findings: Findings, terms: Terms) -> pl.Series:
    """Check a column of amounts (金额列): return plain figures in the field's own unit."""
    own, unit = Decimal(UNIT_YUAN.get(spec.unit, 1)), terms.units.get(spec.id)
    if spec.id in terms.no_unit:
        _check_unit(column, spec, findings)
    read = read_money_column(column, unit=unit or own)
    for place in places(read["problem"].is_not_null() & (read["problem"] != "empty")):
        findings.tell(place, f"money.{read['problem'][place]}", spec.id, column[place])
    plain = column.str.contains(r"^[0-9]{1,8}(?:\.[0-9]{1,6})?$").fill_null(False)
    if (unit is None or unit == own) and plain.all():
        return column
    keep = plain if unit is None or unit == own else flags(len(plain))
    other = places(~keep & column.is_not_null())
    if not other:
        return column
    figures = [None if yuan is None else _plain_figure(yuan / own) for yuan in read["yuan"].gather(other).to_list()]
    return column.clone().scatter(other, pl.Series(figures, dtype=pl.String))


def _check_unit(column: pl.Series, spec: FieldSpec, findings: Findings) -> None:
    """Where a column names no unit and one of its figures speaks against 万元, none of them can be read (单位不明)."""
    figures = column.str.strip_chars().str.replace_all(",", "").cast(pl.Float64, strict=False)
    if (figures >= GREAT).any():
        for place in places(figures > 0):
            findings.tell(place, "money.no_unit", spec.id, column[place])


def _plain_figure(amount: Decimal) -> str:
    text = format(amount.normalize(), "f")
    return text if "." not in text else text.rstrip("0").rstrip(".")


def check_choices(column: pl.Series, spec: FieldSpec, template: str | None, findings: Findings) -> pl.Series:
    """Check an enumerated column (枚举列): each distinct text once; return the catalogue's values."""
    values: dict[str, str | None] = {}
    wrong: set[str] = set()
    for text in column.unique().drop_nulls().to_list():
        if not text.strip():
            values[text] = None
            continue
        chosen = _chosen(text, spec, template)
        values[text] = chosen
        if chosen is None:
            wrong.add(text)
    names = "、".join(choice.name for choice in spec.choices[:SHOWN_CHOICES])
    if wrong:
        for place in places(column.is_in(sorted(wrong))):
            findings.tell(place, "field.choice", spec.id, column[place], suggestion=names)
    return column.replace_strict(list(values), list(values.values()), default=None, return_dtype=pl.String)


def _chosen(text: str, spec: FieldSpec, template: str | None) -> str | None:
    whole = _find_choice(text, spec, template)
    if whole is not None:
        return whole
    if not spec.multiple:
        return None
    parts = [part for part in SPLIT.split(text.strip()) if part]
    found_parts = [_find_choice(part, spec, template) for part in parts]
    if not found_parts or None in found_parts:
        return None
    return "、".join(dict.fromkeys(part for part in found_parts if part))


def _find_choice(text: str, spec: FieldSpec, template: str | None) -> str | None:
    said = text.strip()
    # A code is only a code of its template; without one the present template's codes are meant.
    choice = spec.find_choice(said, template or _present_template(spec))
    if choice is None and re.fullmatch(r"\d+\.0", said):
        choice = spec.find_choice(said[:-2], template or _present_template(spec))
    return None if choice is None else choice.value


def _present_template(spec: FieldSpec) -> str | None:
    templates = {template for choice in spec.choices for template in choice.codes}
    return max(templates) if templates else None


def signs(frame: pl.DataFrame, specs: Sequence[FieldSpec]) -> Signs:
    """Ask all columns at once what single checks must know of them (列中迹象): field → a mask of its rows.

    Codes: kept as a number with a point. Texts: longer than allowed; holding the shape of an identity number.
    """
    whole, long, numbered = [], [], []
    for spec in specs:
        column = pl.col(spec.id)
        if spec.kind in CODE_KINDS:
            whole.append(column.str.contains(WHOLE_FLOAT).alias(f"whole {spec.id}"))
        elif spec.kind not in OTHER_KINDS:
            if spec.max_length is not None:
                long.append((column.str.len_bytes() > spec.max_length).alias(f"long {spec.id}"))
            if not spec.sensitive:
                numbered.append(column.str.contains(SHAPE).alias(f"numbered {spec.id}"))
    told = frame.select(*whole, *long, *numbered)
    return {name: told[name] for name in told.columns}


def check_text(column: pl.Series, spec: FieldSpec, signs: Signs, findings: Findings) -> None:
    """Check length and forbidden content of a text (文本长度与证件号码)."""
    if spec.max_length is not None:
        for place in places(signs[f"long {spec.id}"]):
            if len(column[place].strip()) > spec.max_length:
                findings.tell(place, "field.too_long", spec.id, column[place], limit=spec.max_length)
    if spec.sensitive:
        return
    for place in places(signs[f"numbered {spec.id}"]):
        cleaned, numbers = without_numbers(column[place])
        if any(number.valid for number in numbers):
            findings.tell(place, "text.identity_number", spec.id, None, suggestion=shortened(cleaned, 2000))


def without_numbers(text: str) -> tuple[str, list[HiddenNumber]]:
    """Return a text without the identity numbers in it (略去证件号码), and those numbers."""
    numbers = numbers_in(text)
    for number in reversed(numbers):
        text = text[: number.start] + "〔证件号略〕" + text[number.end :]
    return text, numbers


def condition(text: str, columns: set[str]) -> pl.Expr | None:
    """Return a field's condition as an expression (必填条件): `FIELD in a,b` or `FIELD has a,b`; None when untold."""
    field_id, verb, words = text.split(None, 2)
    if field_id not in columns:
        return None
    wanted = [word.strip() for word in words.split(",")]
    if verb == "in":
        return pl.col(field_id).is_in(wanted).fill_null(False)
    if verb == "has":
        pattern = "|".join(re.escape(word) for word in wanted)
        return pl.col(field_id).str.contains(rf"(?:^|、)(?:{pattern})(?:、|$)").fill_null(False)
    raise ValueError(f"the catalogue's condition {text!r} is not understood")


def label_of(item: Item, field_id: str, labels: Mapping[str, str]) -> str:
    """Return the heading under which the file has a field, or the field's name."""
    if field_id in labels:
        return labels[field_id]
    spec = item.find_field(field_id)
    return spec.name if spec is not None else field_id
