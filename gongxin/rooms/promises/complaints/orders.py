"""Putting a complaint to the body complained of (交办): the matter alone, by the body above; it answers in this case.

Nothing leads from here to the complainant: the words were checked against what is sealed, and the complaint's own case
does not exist for the body complained of.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law import complaints
from gongxin.law.complaints import KIND, ORDER
from gongxin.law.facts import day_of
from gongxin.rooms.promises.complaints import identity
from gongxin.rooms.promises.complaints.handling import ANSWERING
from gongxin.spine.bodies import superiors
from gongxin.spine.cases.deciding import unnamed
from gongxin.spine.cases.finding import said_first
from gongxin.spine.cases.kinds import Doing, Kind, Placing, register
from gongxin.spine.cases.models import Case
from gongxin.spine.cases.points import points_of, refused_findings, refused_numbers

TEXTS = ("text", "findings", "reason", "note", "proof")


def place(asked: Placing) -> Placing | Refusal:
    """Find the complaint (所涉投诉): only the body that handles it may put it, and only to the body complained of."""
    case = Case.objects.filter(number=asked.about, kind=KIND, closed_on__isnull=True).first()
    if case is None or not case.body or case.body != asked.viewer.body:
        return Refusal("case.none", _("没有这件案件"), None, _("请从承办的投诉案件中交办"))
    if Case.objects.filter(kind=ORDER, about=case.number, closed_on__isnull=True).exists():
        return Refusal("case.open", _("已经交办，还没有办结"), None, _("请在原交办案件中办理"))
    return asked.placed(subject="", about=case.number, body=superiors.bearer(case.about))


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act, or None (办理前检查): no complainant, a named person, every point, a real day."""
    clause = str(doing.rules.bases[0])
    no = unnamed(doing)
    for name in TEXTS:
        no = no if no is not None else refused_numbers(str(doing.fields.get(name) or ""), clause)
    if no is None and doing.side == "applicant":
        told = " ".join(str(value) for value in doing.fields.values())
        no = complaints.refused_identity(told, identity.hidden_of(doing.case.about))
    if no is None and doing.verb == "report":
        no = refused_findings(raised_in(doing.case), str(doing.fields["findings"]), clause)
    mended = str(doing.fields.get("mended_on") or "")
    if no is None and mended:
        day = day_of(mended)
        if day is None or day > doing.today:
            no = Refusal("complaint.day", _("履行日期不对"), clause, _("请写成 2026-11-22，不能晚于今天"))
    return no


def raised_in(case: Case) -> tuple[str, ...]:
    """Return the points put to the body (交办要点), each of which it must answer."""
    return points_of(str(said_first(case).get("text") or ""))


register(Kind(ORDER, place=place, check=check, raised=raised_in, answered_by=ANSWERING, between_bodies=True))
