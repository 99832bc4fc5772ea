"""Records on public officials as the body that decided keeps them (公职人员履职记录): what it handed in, until when, and its lifting.

Whoever goes on for a body that is no more goes on with what that body decided. The list says no name: a record is opened
one by one through the gate, and its subject reads who opened it. Nothing here shows them to anybody else; the matters of
the book do that, with a case number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongxin.kernel.identifiers.hidden import numbers_in
from gongxin.kernel.issues import Refusal
from gongxin.law.facts import day_of
from gongxin.law.model import Item
from gongxin.law.officials import ITEM, kinds, refused_lifting
from gongxin.law.standing import Line, may_follow
from gongxin.law.wording import measured
from gongxin.spine import clock, records, shelf
from gongxin.spine.access import gate
from gongxin.spine.access.gate import SUBMISSION, Ground, Viewer
from gongxin.spine.access.models import Role
from gongxin.spine.bodies.register import borne_by
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.outbox import notices

LIST = "official-records"
LIFTED = "official.lifted"
LIFTING = ("removed_on", "document_no", "removal_reason", "decided_by")
SHOWN = 200
"""Records listed at once, those that end next first."""


@dataclass(frozen=True)
class Filed:
    """One record a body handed in (本单位报送的一条记录): its kind and days; no name, which only the gate hands out."""

    record: int
    kind: str
    decided: date | None
    until: date | None
    state: str

    @property
    def ended(self) -> bool:
        """Whether nobody may use it any more (是否已停止使用)."""
        return self.state not in {"effective", "held", "undecided", "future"}


@dataclass(frozen=True)
class Opened:
    """One record as the body that decided reads it (查看一条记录), under the number of the look its subject can read."""

    line: Line
    item: Item
    look: str
    said: tuple[tuple[str, str], ...]

    @property
    def liftable(self) -> bool:
        """Whether its lifting can still be entered (可否登记解除)."""
        return may_follow("removal", self.line.state) and self.line.state != "expired"


def filed(viewer: Viewer) -> list[Filed] | Refusal:
    """Return what a body handed in about public officials (本单位报送的记录); the view leaves a note in the log."""
    if viewer.role != Role.STEWARD or not viewer.body:
        return _nobody()
    day = clock.today()
    found = [_filed(row, day) for row in records.reported_by(borne_by(viewer.body), ITEM, SHOWN)]
    found.sort(key=lambda each: (each.ended, each.until or date.max))
    noted = gate.note(viewer, Ground(purpose=SUBMISSION, case_no=LIST), LIST, len(found), as_of=day)
    return noted if isinstance(noted, Refusal) else found


def opened(viewer: Viewer, record: int) -> Opened | Refusal:
    """Open one record of one's own body (查看记录): the look is one its subject reads."""
    place = records.find_place(record)
    if (
        viewer.role != Role.STEWARD
        or place is None
        or place.item != ITEM
        or place.provider not in borne_by(viewer.body)
    ):
        return _none()
    today = clock.today()
    ground = Ground(purpose=SUBMISSION, case_no=f"official-{record}")
    reading = gate.read(viewer, ground, place.subject, as_of=today, items=[ITEM])
    if isinstance(reading, Refusal):
        return reading
    line = next((each for each in reading.lines if each.record == record), None)
    if line is None:
        return _none()
    item = shelf.book().on(today).item(ITEM)
    said = tuple(
        measured(spec.name, spec.worded(value), spec.unit)
        for spec in item.fields
        if not spec.sensitive and (value := line.payload.get(spec.id))
    )
    return Opened(line, item, reading.number, said)


def lift(viewer: Viewer, record: int, said: Mapping[str, str]) -> Filed | Refusal:
    """Enter that a sanction was lifted (登记解除): by the body that decided, with its document, by a named person.

    From its day nobody uses the record any more; the official is told.
    """
    found = opened(viewer, record)
    if isinstance(found, Refusal):
        return found
    line, today = found.line, clock.today()
    if not found.liftable:
        return Refusal("official.ended", _("这条记录已经停止使用"), "ASL-2020/26", _("不用再登记解除"))
    no = _unfit(said)
    lifted_on = day_of(str(said.get("removed_on") or ""))
    if no is None:
        no = refused_lifting(line.facts.decided_on, lifted_on, today=today)
    if no is not None:
        return no
    told = {name: str(said.get(name) or "").strip() for name in LIFTING}
    payload = {
        "removed_on": told["removed_on"], "removal_reason": told["removal_reason"], "document_no": told["document_no"],
        "reason": _("由%(who)s决定解除") % {"who": told["decided_by"]}, "basis": "ASL-2020/26",
    }  # fmt: skip
    with transaction.atomic():
        actor = f"{viewer.name}@{viewer.body}"
        append([NewAct("removal", ITEM, line.subject, viewer.body, payload, actor, record=record)])
        text = _("您的处分已登记解除（%(day)s），当日起不再供任何事项使用") % {"day": lifted_on}
        notices.tell("subject", line.subject, LIFTED, words={"record": record, "text": text, "clause": "ASL-2020/26"})
    last = lifted_on - timedelta(days=1) if lifted_on is not None else None
    return Filed(record, str(line.payload.get(found.item.title_field) or ""), line.facts.decided_on, last, "removed")


def as_dict(row: Filed) -> dict[str, Any]:
    """Return a row as machines and the terminal read it (输出)."""
    return {
        "record": row.record, "kind": row.kind, "kind_name": str(_name(row.kind)), "decided": row.decided,
        "until": row.until, "state": row.state,
    }  # fmt: skip


def as_whole(told: Opened) -> dict[str, Any]:
    """Return an opened record as machines and the terminal read it (输出)."""
    line = told.line
    return {
        "record": line.record, "look": told.look, "state": line.state, "decided": line.facts.decided_on,
        "until": line.clocks.share_until, "clauses": [str(each) for each in line.clocks.clauses],
        "certainty": line.clocks.certainty, "remedy": told.item.remedy.text, "fields": dict(told.said),
        "statements": list(line.statements), "liftable": told.liftable,
    }  # fmt: skip


def periods() -> list[dict[str, Any]]:
    """Return for how long each kind may be used, and by which clause (各种类的期间)."""
    law = shelf.book().on(clock.today())
    return [
        {"kind": each.id, "name": each.name, "name_en": each.name_en, "months": each.months, "source": str(law.cite(each.source)),
         "certainty": each.certainty}
        for each in kinds(law)
    ]  # fmt: skip


def _name(kind: str) -> str:
    law = shelf.book().on(clock.today())
    found = next((each for each in kinds(law) if kind in (each.id, each.name)), None)
    return found.name if found is not None else kind


def _filed(row: records.Reported, day: date) -> Filed:
    return Filed(row.place.record, row.title, row.decided, row.until, row.state_on(day))


def _unfit(said: Mapping[str, str]) -> Refusal | None:
    strange = sorted(set(said) - set(LIFTING))
    if strange:
        return Refusal(
            "case.field", _("不能填写：%(names)s") % {"names": "、".join(strange)}, None, _("请只填列出的内容")
        )
    lacking = [name for name in LIFTING if not str(said.get(name) or "").strip()]
    if lacking:
        return Refusal(
            "case.needs", _("还没有填写：%(names)s") % {"names": "、".join(lacking)}, "ASL-2020/26",
            _("请写明解除日期、解除决定文号、理由和作出决定的人"),
        )  # fmt: skip
    if any(numbers_in(str(value)) for value in said.values()):
        return Refusal("case.numbers", _("内容里有证件号码"), None, _("请删去证件号码和无关的人的信息后再提交"))
    return None


def _none() -> Refusal:
    """One answer for a record that is not there and for one that is somebody else's."""
    return Refusal("official.none", _("没有这条记录"), None, _("请从本单位报送的记录中选择"))


def _nobody() -> Refusal:
    return Refusal(
        "official.body", _("只有作出决定的单位能看本单位报送的公职人员记录"), "GF-2016-76/四（二）",
        _("因任免、评选需要查询的，请用“办事核查”，写明事项和案号；本人在“我的信用”查看"),
    )  # fmt: skip
