"""Objections to an assessment (评价异议): whether the system was rightly applied; a wrong record is contested by itself.

An organisation contests its own result; a body of government contests its own by its own people.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law.bodysystems import BodySystem
from gongxin.law.indicators import System
from gongxin.rooms.oversight import assessing
from gongxin.rooms.oversight.governments import comparing
from gongxin.spine.access.models import Role
from gongxin.spine.cases.deciding import remedies, unnamed
from gongxin.spine.cases.finding import CODE, said_first
from gongxin.spine.cases.kinds import Doing, Kind, Placing, Telling, register
from gongxin.spine.cases.points import points_of, refused_findings, refused_numbers

KIND = "assessment-objection"
PARTS = 3


def place(asked: Placing) -> Placing | Refusal:
    """Say which result it is about (所涉评价): of an organisation, by a system and version that was in the book that day."""
    if asked.subject.startswith("person:"):
        return Refusal("assess.person", _("自然人没有评价结果"), None, _("请核对申请人"))
    parts = asked.about.split("@")
    day = _day(parts[2]) if len(parts) == PARTS else None
    for_body = asked.viewer.role == Role.STEWARD
    find = comparing.find_system if for_body else assessing.find_system
    system: System | BodySystem | None = find(parts[0], day) if day is not None else None
    if system is None or system.version != parts[1]:
        return Refusal("assess.none", _("没有写明是哪一次评价"), None, _("请从评价结果页面提出"))
    # Nobody contests the result of another body: its own code stands for it, whatever was asked.
    subject = CODE + asked.viewer.body if for_body else asked.subject
    return asked.placed(subject=subject, about=asked.about, body="")


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act, or None (办理前检查): a named person answers every point."""
    clause = str(doing.rules.bases[0])
    if doing.before is None:
        return refused_numbers(str(doing.fields.get("text") or ""), clause)
    no = unnamed(doing)
    if no is not None or "findings" not in doing.fields:
        return no
    raised = points_of(str(said_first(doing.case).get("text") or ""))
    return refused_findings(raised, str(doing.fields["findings"]), clause)


def tellings(doing: Doing) -> Sequence[Telling]:
    """Tell a rejected applicant the ways on from here (救济告知)."""
    if doing.verb != "reject":
        return ()
    ways = remedies(doing.law)
    words = {
        "ways": [{"id": way.id, "text": way.text, "text_en": way.text_en} for way in ways],
        "text": "；".join([_("评价异议不成立，理由见案件"), *(way.text for way in ways)]),
    }
    told = [Telling("subject", doing.case.subject, "case.rejected", words)]
    return [*told, Telling("body", doing.case.brought_by, "case.rejected", words)] if doing.case.brought_by else told


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


register(Kind(KIND, place=place, check=check, tellings=tellings, between_bodies=True))
