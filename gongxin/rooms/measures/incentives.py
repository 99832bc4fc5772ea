"""Incentives (守信激励): the library, who is entitled on a day and why, and the one word a partner is told.

For an organisation everything is computed from what is on public display. A person asks for itself alone, or lets a
partner ask by a consent that can be taken back; the partner learns `yes` or nothing, never why, and never a record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gongxin.kernel.identifiers import check_uscc
from gongxin.kernel.issues import Issue, Refusal, issue
from gongxin.law import incentives
from gongxin.law.incentives import Entitlement, Incentive, Reason, Told
from gongxin.law.standing import Line
from gongxin.spine import clock, public, shelf
from gongxin.spine.access import consents, gate, owning
from gongxin.spine.access.gate import OWN, Ground, Viewer
from gongxin.spine.projections.models import Subject

SOLE_TRADER = "uscc:92"


@dataclass(frozen=True)
class Entitled:
    """To what somebody is entitled on a day (可享便利)."""

    subject: str
    name: str
    as_of: date
    each: tuple[Entitlement, ...]


def library(as_of: date | None = None) -> tuple[Incentive, ...]:
    """Return the conveniences of the law book (激励措施)."""
    return incentives.incentives_of(shelf.book().on(as_of or clock.today()))


def for_organisation(code: str, as_of: date | None = None) -> Entitled | Refusal | list[Issue]:
    """Return to what an organisation is entitled (单位可享便利), from what is on public display: anyone may ask.

    A natural person's number is refused: a person asks for itself.
    """
    today = clock.today()
    day = min(as_of or today, today)
    checked = check_uscc(code)
    if not checked.ok:
        if checked.code[:17].isdigit() and len(checked.code) in {15, 18}:
            return Refusal(
                "incentives.person",
                _("自然人的激励只由本人查看"),
                None,
                _("请本人登录后在“我的信用”中查看，或者由本人授权合作机构确认"),
            )
        return [issue(checked.problem or "uscc.length", column="code", value=code, suggestion=checked.hint)]
    key = f"uscc:{checked.code}"
    law = shelf.book().on(day)
    told = [
        Told(
            line.record,
            line.item,
            law.item(line.item).polarity,
            line.decided,
            line.fields.get("performed"),
            any(not mark.binding for mark in line.marks),
        )
        for line in public.public_lines(key, day)
    ]
    name = Subject.objects.filter(key=key).values_list("name", flat=True).first() or ""
    return Entitled(checked.code, name, day, _all(told, key, day))


def own(viewer: Viewer, subject: str) -> Entitled | Refusal:
    """Return to what a subject itself is entitled (本人可享便利), by all that is in use on it; its own look is logged."""
    today = clock.today()
    reading = gate.read(viewer, Ground(purpose=OWN, clause=owning.VIEW), subject, as_of=today)
    if isinstance(reading, Refusal):
        return reading
    return Entitled(subject, "", today, _all(_in_use(reading.lines), subject, today))


def confirm(viewer: Viewer, incentive_id: str, subject: str, consent: str) -> bool:
    """Tell a partner whether its client is entitled (激励确认), by that client's consent: True, or nothing to be learned.

    Not entitled, not consented to, a consent used up or taken back: all of these are the same False, so that a partner
    cannot tell somebody with an adverse record from somebody who did not wish to be asked about.
    """
    today = clock.today()
    incentive = next((each for each in library(today) if each.id == incentive_id), None)
    if incentive is None or not incentive.matter:
        return False
    held = consents.find(consents.number_of(consent), today)
    sees = shelf.book().on(today).matter(incentive.matter).sees
    if held is None or frozenset(sees) - frozenset(held.standing.terms.fields):
        # A consent to a part alone cannot vouch for the whole: what was left out might be what speaks against.
        return False
    ground = Ground(matter=incentive.matter, consent=consent)
    reading = gate.read(viewer, ground, subject, as_of=today)
    if isinstance(reading, Refusal):
        return False
    return incentives.entitled(incentive, _in_use(reading.lines), kind_of(subject), as_of=today).entitled


def kind_of(subject: str) -> str:
    """Return what kind of subject a key names (主体类别): a sole trader's code begins with 92."""
    if subject.startswith("person:"):
        return "person"
    return "sole-trader" if subject.startswith(SOLE_TRADER) else "organisation"


def words(condition: str, amount: int) -> str:
    """Return a condition in the reader's language (条件文字)."""
    if condition == "kept" and not amount:
        return _("没有未履行的承诺")
    return {
        "clean_months": _("%(n)d 个月内没有在用的不利记录"),
        "honour_months": _("%(n)d 个月内有诚实守信荣誉"),
        "kept": _("已履行的承诺不少于 %(n)d 件，没有未履行的"),
    }[condition] % {"n": amount}


def as_dict(told: Entitled) -> dict[str, Any]:
    """Return it as machines read it (便利输出)."""
    return {
        "subject": told.subject,
        "name": told.name or None,
        "as_of": told.as_of.isoformat(),
        "incentives": [
            {
                **incentive_dict(each.incentive),
                "entitled": each.entitled,
                "reasons": [_reason(one) for one in each.reasons],
            }
            for each in told.each
        ],
    }


def incentive_dict(each: Incentive) -> dict[str, Any]:
    """Return a convenience as machines read it (措施输出)."""
    follow = each.follow_up
    return {
        "id": each.id,
        "name": each.name,
        "name_en": each.name_en,
        "group": each.group,
        "content": each.content,
        "content_en": each.content_en,
        "giver": each.giver,
        "subject_kinds": list(each.subject_kinds),
        "pending": each.pending or None,
        "fair_review": each.fair_review or None,
        "follow_up": {"text": follow.text, "text_en": follow.text_en, "certainty": follow.certainty}
        if follow
        else None,
        "bases": [str(ref) for ref in each.bases],
        "certainty": each.certainty,
    }


def _all(told: Iterable[Told], subject: str, day: date) -> tuple[Entitlement, ...]:
    known, kind = list(told), kind_of(subject)
    return tuple(
        incentives.entitled(each, known, kind, as_of=day) for each in library(day) if kind in each.subject_kinds
    )


def _in_use(lines: Iterable[Line]) -> list[Told]:
    law = shelf.book().on(clock.today())
    return [
        Told(
            line.record,
            line.item,
            law.item(line.item).polarity,
            line.facts.decided_on,
            line.facts.performed,
            any(not hold.binding for hold in line.holds),
        )
        for line in lines
        if line.usable
    ]


def _reason(reason: Reason) -> Mapping[str, Any]:
    return {
        "condition": reason.condition,
        "amount": reason.amount,
        "met": reason.met,
        "records": list(reason.records),
        "any": [_reason(each) for each in reason.among],
    }
