"""Held rows as the page shows them (待改行): issues by kind, the field behind each heading, what may be typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongxin.doors.web import presenting
from gongxin.kernel.issues import MESSAGES_EN
from gongxin.law.model import FieldSpec, Item
from gongxin.rooms.intake import gathering, held
from gongxin.rooms.intake.kept import issues_in
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.rooms.intake.words import WORDS_EN

GROUPS: tuple[tuple[str, Promise | str, tuple[str, ...]], ...] = (
    ("names", _("名称与代码不符"), ("code.name_", "name.", "code.shared", "code.variant", "code.organ")),
    ("codes", _("代码校验不通过"), ("uscc.", "orgcode.", "regno.", "citizen.", "code.", "person.")),
    ("dates", _("日期"), ("date.", "calendar.")),
    ("missing", _("缺必填内容"), ("field.required", "basis.missing", "heading.missing")),
    ("choices", _("不在可选值中"), ("field.choice", "field.number", "money.")),
    ("repeats", _("重复或相互矛盾"), ("row.duplicate", "row.conflict", "row.same_key", "row.corrects")),
    ("forbidden", _("不得归集的内容"), ("field.forbidden", "text.identity")),
    ("other", _("其他"), ("",)),
)
"""Kinds of issues a person can filter by (问题类型): the first whose prefix fits takes the issue."""

OPEN = HeldRow.State.OPEN


def group_of(code: str) -> str:
    """The kind an issue belongs to (归类)."""
    return next(name for name, _label, prefixes in GROUPS if code.startswith(prefixes))


@dataclass(frozen=True)
class ShownIssue:
    """One line of the page (问题行): what was reported, what is wrong, what may be put instead."""

    code: str
    column: str
    value: str
    message: str
    offered: str
    suggestion: str
    clause: str
    severity: str
    spec: FieldSpec | None
    typed: str

    @property
    def fixable(self) -> bool:
        """Whether a value typed here can put it right; a closed value is typed on the row's own page."""
        return self.spec is not None and not self.spec.sensitive


@dataclass(frozen=True)
class ShownRow:
    """A held row with all its issues (待改行)."""

    row: HeldRow
    issues: tuple[ShownIssue, ...]
    outcome: str
    done: bool = False
    wrong: str = ""
    notices: tuple[ShownIssue, ...] = field(default=())

    @property
    def waits_for_person(self) -> bool:
        """Whether only a person's judgement, not a better value, can settle it."""
        return self.row.outcome == HeldRow.Outcome.WAITING


def open_rows_of(batch: Batch) -> Any:
    """The rows of a batch that still wait to be put right or decided (未处理行)."""
    return HeldRow.objects.filter(batch=batch, state=OPEN).exclude(outcome=HeldRow.Outcome.DUPLICATE)


def tally(batch: Batch) -> list[tuple[str, Promise | str, int]]:
    """How many rows have an issue of each kind (按问题类型计数); kinds without any are left out."""
    counts: Counter[str] = Counter()
    for text in open_rows_of(batch).values_list("issues", flat=True).iterator(chunk_size=2000):
        counts.update({group_of(str(issue["code"])) for issue in issues_in(text) if issue["severity"] != "notice"})
    return [(name, label, counts[name]) for name, label, _prefixes in GROUPS if counts[name]]


def in_group(batch: Batch, group: str) -> list[int]:
    """The ids of rows with an issue of this kind, in the file's order (按类型筛选)."""
    found = []
    pairs = open_rows_of(batch).order_by("sheet", "row", "id").values_list("id", "issues")
    for row_id, text in pairs.iterator(chunk_size=2000):
        if any(issue["severity"] != "notice" and group_of(str(issue["code"])) == group for issue in issues_in(text)):
            found.append(row_id)
    return found


def shown(row: HeldRow, batch: Batch, item: Item | None, *, typed: dict[str, str] | None = None) -> ShownRow:
    """A row as the page shows it (行内容): its errors as lines, its notices beside them."""
    named = field_by_heading(batch, row.sheet, item)
    values = held.values_of(row)
    lines = [_line(issue, named, values, typed or {}) for issue in gathering.read_issues(row)]
    errors = tuple(line for line in lines if line.severity != "notice")
    notices = tuple(line for line in lines if line.severity == "notice")
    return ShownRow(row, errors or notices, row.outcome, notices=notices if errors else ())


def field_by_heading(batch: Batch, sheet: str, item: Item | None) -> dict[str, FieldSpec]:
    """Heading of the file, or name of the field → field (表头对应的字段)."""
    if item is None:
        return {}
    named = {spec.name: spec for spec in item.fields}
    for heading, field_id in batch.columns.get(sheet, {}).get("columns", {}).values():
        spec = item.find_field(field_id)
        if spec is not None:
            named[heading] = spec
    return named


def _line(
    issue: dict[str, Any], named: dict[str, FieldSpec], values: dict[str, str], typed: dict[str, str]
) -> ShownIssue:
    column = str(issue["column"] or "")
    spec = named.get(column)
    code = str(issue["code"])
    suggestion = str(issue["suggestion"] or "")
    value = str(issue["value"] or "")
    offered = ""
    if spec is not None and spec.choices and suggestion and spec.find_choice(suggestion) is None:
        # A list of what may be chosen is help for the reader, never a value to take over.
        offered, suggestion = suggestion, ""
    current = "" if spec is None or spec.sensitive else str(values.get(spec.id) or "")
    return ShownIssue(
        code=code,
        column=presenting.own_name(spec) if spec is not None and presenting.english() else column,
        value=value,
        message=words_of(code, issue),
        offered=offered,
        suggestion=suggestion,
        clause=str(issue["clause"] or ""),
        severity=str(issue["severity"]),
        spec=spec,
        typed=typed.get(spec.id, suggestion or current) if spec is not None else "",
    )


def words_of(code: str, issue: dict[str, Any]) -> str:
    """The sentence of an issue: as found, or in English where the sentence needs no detail that was not kept."""
    if presenting.english():
        template = WORDS_EN.get(code) or MESSAGES_EN.get(code)
        if template:
            known = {"value": issue["value"], "column": issue["column"], "suggestion": issue["suggestion"]}
            try:
                return template.format(**known)
            except (KeyError, IndexError):
                return str(issue["message"])
    return str(issue["message"])


def editable(row: HeldRow, item: Item) -> list[dict[str, Any]]:
    """Every field of a row with what was reported (整行内容), for putting the whole row right; closed values stay closed."""
    values = held.values_of(row)
    troubled: dict[str, list[str]] = {}
    named = field_by_heading(row.batch, row.sheet, item)
    for issue in gathering.read_issues(row):
        spec = named.get(str(issue["column"] or ""))
        if spec is not None and issue["severity"] != "notice":
            troubled.setdefault(spec.id, []).append(words_of(str(issue["code"]), issue))
    return [
        {
            "spec": spec,
            "name": presenting.own_name(spec),
            "value": "" if spec.sensitive else values.get(spec.id, ""),
            "closed": spec.sensitive and bool(values.get(spec.id)),
            "wrong": troubled.get(spec.id, []),
        }
        for spec in item.fields
    ]


def stands_elsewhere(row: HeldRow) -> bool:
    """Whether the row's document already stands under another subject (文书号已用于另一主体): a person says what it is."""
    return any(issue["code"] == "row.paper_elsewhere" for issue in gathering.read_issues(row))


def rows_by_id(ids: Iterable[int]) -> list[HeldRow]:
    """Held rows in the order of these ids."""
    wanted = list(ids)
    found = {row.pk: row for row in HeldRow.objects.filter(pk__in=wanted).select_related("batch")}
    return [found[one] for one in wanted if one in found]
