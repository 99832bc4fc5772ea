"""Determinations (待定认定): what the law book cannot grade or date by itself, decided by a named person with reasons.

Until then such an entry is shown to nobody and used against nobody. The law says what follows from the person's
answer; this module only asks, shows what would follow, and enters the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.kernel.terms import add_months
from gongxin.law.standing import Act, Line, fold
from gongxin.rooms.resolve.acts import OFFICE, STEWARD, actor_of, may_act, reason_missing
from gongxin.rooms.resolve.traces import leave_trace
from gongxin.spine import clock, shelf
from gongxin.spine.access.gate import SUBMISSION, Ground, Viewer, read
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.projections.models import Standing

UNDECIDED = "undecided"
PAGE = 20


@dataclass(frozen=True)
class Answer:
    """What the person determines (认定结果), and the document it rests on.

    A severity; the end of a ban, by its day or by months from the decision, or that there is none; whether a record
    that is not displayed as a rule is displayed all the same.
    """

    severity: str | None = None
    ban_until: date | None = None
    ban_months: int | None = None
    basis: str = ""
    document_no: str = ""
    no_ban: bool = False
    publication: str | None = None

    def payload(self, decided_on: date | None, reason: str) -> dict[str, Any]:
        """Return the act's payload; what was not answered is left out."""
        until = self.ban_until
        if until is None and self.ban_months is not None and decided_on is not None:
            until = add_months(decided_on, self.ban_months)
        said: dict[str, Any] = {
            "severity": self.severity,
            "publication": self.publication,
            "ban_until": "none" if self.no_ban else until.isoformat() if until else None,
            "ban_months": str(self.ban_months) if self.ban_months is not None else None,
            "basis": self.basis.strip() or None,
            "document_no": self.document_no.strip() or None,
            "reason": reason.strip(),
        }
        return {name: value for name, value in said.items() if value is not None}

    @property
    def empty(self) -> bool:
        """Tell whether nothing was determined at all (未作认定)."""
        answered = (self.severity, self.ban_until, self.ban_months, self.publication)
        return not self.no_ban and all(each is None for each in answered)


@dataclass(frozen=True)
class Undecided:
    """One entry waiting to be determined (待定记录), as the list shows it."""

    record: int
    item: str
    title: str
    provider: str
    decided: date | None
    subject: str


@dataclass(frozen=True)
class Desk:
    """A page of entries waiting to be determined (待定列表)."""

    lines: tuple[Undecided, ...]
    total: int
    page: int
    pages: int
    by_item: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Question:
    """One entry opened for determination (待定问题): why the law leaves it open, and under which look it was read."""

    record: int
    line: Line
    why: str
    look: str


@dataclass(frozen=True)
class Determined:
    """What was entered (认定已入账) and what the law makes of it."""

    seq: int
    line: Line


def undecided(viewer: Viewer, page: int = 1, item: str = "", size: int = PAGE) -> Desk | Refusal:
    """Return the entries that wait for this viewer's determination (待定列表), oldest first."""
    visible = _visible(viewer)
    if isinstance(visible, Refusal):
        return visible
    chosen = visible.filter(item=item) if item else visible
    total = chosen.count()
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    rows = list(chosen.order_by("record")[(page - 1) * size : page * size])
    refused = leave_trace(viewer, "determinations", [row.subject for row in rows])
    if refused is not None:
        return refused
    return Desk(
        lines=tuple(Undecided(row.record, row.item, row.title, row.provider, row.decided, row.subject) for row in rows),
        total=total,
        page=page,
        pages=pages,
        by_item=tuple(visible.values_list("item").annotate(rows=Count("record")).order_by("-rows", "item")),
    )


def undecided_count(viewer: Viewer) -> int:
    """Return how many entries wait (待定条数), for the menu; nobody without the right sees a number."""
    visible = _visible(viewer)
    return 0 if isinstance(visible, Refusal) else visible.count()


def question(viewer: Viewer, record: int) -> Question | Refusal:
    """Open one entry (打开待定记录): read through the gate, so that the look stands in the log before it is shown."""
    visible = _visible(viewer)
    if isinstance(visible, Refusal):
        return visible
    row = visible.filter(record=record).first()
    if row is None:
        return _not_open()
    ground = Ground(purpose=SUBMISSION, case_no=f"determination-{record}")
    reading = read(viewer, ground, row.subject, as_of=clock.today(), items=[row.item])
    if isinstance(reading, Refusal):
        return reading
    line = next((each for each in reading.lines if each.record == record), None)
    if line is None or line.state != UNDECIDED:
        return _not_open()
    return Question(record, line, line.clocks.undecided or "", reading.number)


def preview(asked: Question, answer: Answer, reason: str = "") -> Line:
    """Return the line as it would stand with this answer (认定预览): the same fold every reader asks, nothing entered."""
    return _folded(asked.line, answer.payload(asked.line.facts.decided_on, reason))


def determine(viewer: Viewer, record: int, answer: Answer, reason: str) -> Determined | Refusal:
    """Enter a person's determination (认定); refused when it leaves the question open or carries no reason."""
    refused = reason_missing(reason)
    if refused is not None:
        return refused
    with transaction.atomic():
        asked = question(viewer, record)
        if isinstance(asked, Refusal):
            return asked
        refused = _unfit(asked.line, answer)
        if refused is not None:
            return refused
        line = preview(asked, answer, reason)
        if line.state == UNDECIDED:
            return Refusal("determination.open", _("这样认定以后仍有事项没有确定"), None, line.clocks.undecided or None)
        act = NewAct(
            "determination",
            asked.line.item,
            asked.line.subject,
            viewer.body,
            answer.payload(asked.line.facts.decided_on, reason),
            actor_of(viewer),
            record=record,
        )
        seq = append([act])[0]
    return Determined(seq, line)


def _visible(viewer: Viewer) -> QuerySet[Standing] | Refusal:
    refused = may_act(viewer, {viewer.body} if viewer.role == STEWARD else set())
    if refused is not None:
        return refused
    rows = Standing.objects.filter(state=UNDECIDED)
    return rows if viewer.role == OFFICE else rows.filter(provider=viewer.body)


def _unfit(line: Line, answer: Answer) -> Refusal | None:
    """Return why this answer is none, or None. Which severities there are is the law's to say: the fold asks it."""
    if answer.empty:
        return Refusal("determination.empty", _("没有选择认定结果"), None, _("请选择程度，或填写截止日"))
    decided = line.facts.decided_on
    if answer.ban_until is not None and decided is not None and answer.ban_until < decided:
        return Refusal(
            "determination.order",
            _("截止日 %(until)s 早于决定日期 %(decided)s") % {"until": answer.ban_until, "decided": decided},
            None,
            _("请核对文书上的起止日期"),
        )
    return None


def _folded(line: Line, payload: Mapping[str, Any]) -> Line:
    today = clock.today()
    act = Act(
        seq=max(each.seq for each in line.acts) + 1,
        kind="determination",
        record=line.record,
        item=line.item,
        subject=line.subject,
        on=today,
        actor="",
        payload=payload,
    )
    folded = fold([*line.acts, act], book=shelf.book(), as_of=today)
    if folded is None:
        raise LookupError(f"record {line.record} has no standing")
    return folded


def _not_open() -> Refusal:
    return Refusal("determination.none", _("没有这条待定记录"), None, _("请刷新待定列表"))
