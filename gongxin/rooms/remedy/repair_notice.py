"""The notice of repair (信用修复告知书): goes with every adverse decision – when, how and where it can be repaired, free of charge.

Both documents arrive together (两书同达): the decision and this notice. The words and days are those of `law.repair`, the
same that the subject's own page and the case itself go by; nothing is promised here that would be refused there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law import casework
from gongxin.law.book import Citation, Edition
from gongxin.law.casework import due_after
from gongxin.law.citing import ClauseRef
from gongxin.law.model import Item
from gongxin.law.repair import Eligibility
from gongxin.law.standing import Line
from gongxin.law.wording import term_text
from gongxin.rooms.remedy.documents import facts_told
from gongxin.rooms.remedy.repairs import outlook
from gongxin.spine import clock, records, shelf
from gongxin.spine.access import gate, owning
from gongxin.spine.access.gate import OWN, SUBMISSION, Ground, Viewer
from gongxin.spine.access.models import Body, Role
from gongxin.spine.cases.deciding import remedies

ADVERSE = "adverse"
CASE = "repair"
OBJECTION = "objection"
NAME = "subject_name"


@dataclass(frozen=True)
class Step:
    """What the deciding body owes, and by when (办理时限): the term in words, and its last day for an application brought
    on the first possible day, or today where that day has passed."""

    name: str
    name_en: str
    term: str
    term_en: str
    until: date | None
    provisional: bool
    clause: ClauseRef | None
    certainty: str


@dataclass(frozen=True)
class Notice:
    """One notice (一份告知书). `look` is the number of the look under which the record was read."""

    record: int
    look: str
    issued_on: date
    body: str
    subject: str
    item: Item
    line: Line
    title: str
    facts: tuple[tuple[str, str], ...]
    clauses: tuple[Citation, ...]
    told: Eligibility
    steps: tuple[Step, ...]
    channels: tuple[Mapping[str, Any], ...]
    free: str
    free_en: str
    bases: tuple[Citation, ...]
    ways: tuple[tuple[str, str, str], ...]
    """What can be done against the decision or the entry: id and words in Chinese and English, with their days."""

    @property
    def open_already(self) -> bool:
        """Whether the first possible day has come (最早可申请日是否已到): days are then counted from the day of the notice."""
        return self.told.from_day is not None and self.told.from_day < self.issued_on

    @property
    def waiting(self) -> bool:
        """Whether something in it still waits for the legal office (待法制审核)."""
        certainties = [self.told.certainty, self.line.clocks.certainty, *(step.certainty for step in self.steps)]
        return "unverified" in certainties


def notice(viewer: Viewer, record: int) -> Notice | Refusal:
    """Make the notice of an adverse entry (出具信用修复告知书), for its subject or for the body that reported it.

    Refused: a record that is not there for this viewer; one that is not adverse; one that is withdrawn or repaired.
    """
    none = Refusal("notice.record", _("没有这条记录"), None, _("请从自己的记录中选择"))
    place = records.find_place(record)
    if place is None:
        return none
    own = viewer.role == Role.SUBJECT
    ground = Ground(purpose=OWN, clause=owning.CASES) if own else Ground(purpose=SUBMISSION)
    today = clock.today()
    reading = gate.read(viewer, ground, place.subject, as_of=today, items=[place.item])
    if isinstance(reading, Refusal):
        # One answer for a record that is not there and for one that is somebody else's.
        return none
    line = next((line for line in reading.lines if line.record == record), None)
    if line is None:
        return none
    law = shelf.book().on(today)
    item = law.item(line.item)
    if item.polarity != ADVERSE:
        return Refusal("notice.none", _("这条记录不是失信信息，不需要信用修复告知书"), None, _("请选择失信信息"))
    told = outlook(line)
    if line.state in {"withdrawn", "repaired", "removed"}:
        return Refusal("notice.ended", told.text, None, _("已经终止的记录不再出具告知书"))
    body = Body.objects.filter(code=place.provider).values_list("name", flat=True).first() or place.provider
    return _made(line, item, told, law, look=reading.number, body=body)


def as_dict(made: Notice) -> dict[str, Any]:
    """Return the notice as every machine channel gives it (机器可读的告知书)."""
    told = made.told
    return {
        "notice": "repair",
        "title": _("信用修复告知书"),
        "record": made.record,
        "issued_on": made.issued_on,
        "body": made.body,
        "subject": made.subject,
        "item": made.item.id,
        "item_name": made.item.name,
        "entry": made.title,
        "facts": dict(made.facts),
        "clauses": [str(each) for each in made.clauses],
        "severity": made.line.clocks.severity,
        "undecided": made.line.clocks.undecided,
        "days": {
            "display_from": made.line.clocks.display_from,
            "first_possible": told.from_day,
            "steps_from": max(told.from_day, made.issued_on) if told.from_day is not None else None,
            "display_until": made.line.clocks.display_until,
        },
        "repair": {
            "state": told.state,
            "possible": told.possible,
            "text": told.text,
            "text_en": told.text_en,
            "refused_by": str(told.refused_by) if told.refused_by else None,
            "conditions": [
                {"id": each.id, "name": each.name, "name_en": each.name_en, "met": each.met, "day": each.day}
                for each in told.conditions
            ],
            "documents": [
                {"id": each.id, "name": each.name, "name_en": each.name_en, "held": each.held}
                for each in told.documents
            ],
            "limits": [
                {"id": each.id, "text": each.text, "text_en": each.text_en, "until": each.until} for each in told.limits
            ],
        },
        "steps": [
            {"name": step.name, "name_en": step.name_en, "term": step.term, "until": step.until, "provisional": step.provisional}
            for step in made.steps
        ],
        "where": [{"id": each["id"], "text": each["name"], "text_en": each.get("name_en", "")} for each in made.channels],
        "free": made.free,
        "bases": [str(each) for each in made.bases],
        "remedies": [{"id": way, "text": text, "text_en": english} for way, text, english in made.ways],
        "certainty": told.certainty,
        "waiting_for_review": made.waiting,
    }  # fmt: skip


def as_text(made: Notice) -> list[str]:
    """Return the notice as lines of plain text (告知书文字), for terminals and for messages."""
    told = made.told
    lines = [_("信用修复告知书"), f"{made.subject}　{made.title}"]
    lines += [f"{name}：{value}" for name, value in made.facts]
    lines.append(_("作出单位：%(body)s") % {"body": made.body})
    lines.append(_("归集和公示依据：%(clauses)s") % {"clauses": "、".join(str(each) for each in made.clauses)})
    lines.append(told.text)
    if made.line.clocks.display_until is not None and made.line.clocks.audience == "public":
        lines.append(_("公示到 %(day)s，期满自动停止公示，不需申请") % {"day": made.line.clocks.display_until})
    lines += [f"{'✓' if each.held else '·'} {each.name}" for each in told.documents]
    lines += [each.text for each in told.limits if each.text != told.text]
    lines += [_("%(name)s：%(term)s") % {"name": step.name, "term": step.term} for step in made.steps]
    lines += [str(each["name"]) for each in made.channels]
    lines.append(made.free)
    lines += [text for _id, text, _english in made.ways]
    if made.waiting:
        lines.append(_("部分期限待法制审核"))
    return lines


def _made(line: Line, item: Item, told: Eligibility, law: Edition, *, look: str, body: str) -> Notice:
    rules = casework.rules_of(CASE, law=law)
    opening = rules.acts[rules.begins]
    title = line.payload.get(item.title_field) or item.name
    spec = item.find_field(item.title_field)
    channels = law.find_parameter("repair.channels")
    return Notice(
        record=line.record, look=look, issued_on=clock.today(), body=body, subject=line.payload.get(NAME) or "",
        item=item, line=line, title=spec.worded(title) if spec else title, facts=facts_told(line, item),
        clauses=tuple(law.cite(ref) for ref in dict.fromkeys((*item.bases, *line.clocks.clauses))), told=told,
        steps=_steps(rules, told), channels=channels.table() if channels is not None else (),
        free=opening.consequence, free_en=opening.consequence_en,
        bases=tuple(law.cite(ref) for ref in rules.bases), ways=_ways(law, item),
    )  # fmt: skip


def _steps(rules: casework.CaseRules, told: Eligibility) -> tuple[Step, ...]:
    """What the deciding body owes once applied for (受理和办结时限), with the days where a first day is known."""
    first = max(told.from_day, clock.today()) if told.from_day is not None else None
    found = []
    for rule in rules.clocks.values():
        term = next((term for term in rule.terms if not term.jurisdiction), rule.terms[0])
        until, provisional = due_after(first, term.count, term.unit, shelf.calendar()) if first else (None, False)
        found.append(
            Step(
                rule.name, rule.name_en, term_text(term.count, term.unit),
                term_text(term.count, term.unit, english=True), until, provisional, term.source, term.certainty,
            )
        )  # fmt: skip
    return tuple(found)


def _ways(law: Edition, item: Item) -> tuple[tuple[str, str, str], ...]:
    """Where one can go (救济途径): against the entry by objection, against the decision by review or in court."""
    known: Sequence[Any] = [each for each in law.procedures() if each.id == OBJECTION]
    found = [(each.id, each.text, each.text_en) for each in (*known, *remedies(law))]
    return tuple(found) or ((item.remedy.id, item.remedy.text, item.remedy.text_en),)
