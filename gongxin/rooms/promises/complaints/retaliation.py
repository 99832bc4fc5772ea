"""Retaliation for a complaint (打击报复举报): a case and a clock of its own, brought on the complaint's receipt."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law import complaints
from gongxin.law.complaints import KIND, RETALIATION
from gongxin.rooms.promises.complaints import identity
from gongxin.rooms.promises.complaints.filing import PROTECTED
from gongxin.rooms.promises.complaints.handling import ANSWERING
from gongxin.spine.bodies import superiors
from gongxin.spine.cases.deciding import unnamed
from gongxin.spine.cases.finding import side_of
from gongxin.spine.cases.kinds import Doing, Kind, Placing, register
from gongxin.spine.cases.models import Case
from gongxin.spine.cases.points import refused_numbers
from gongxin.spine.ledger.acts import NewAct


def place(asked: Placing) -> Placing | Refusal:
    """Find the complaint for which somebody retaliates (所涉投诉): its own complainant alone reports it."""
    case = Case.objects.filter(number=asked.about, kind=KIND).first()
    if case is None or side_of(asked.viewer, case) != "applicant":
        return Refusal("case.none", _("没有这件投诉"), None, _("请核对案号和回执码"))
    return asked.placed(subject="", about=case.number, body="")


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act, or None (办理前检查): never to the body complained of; a named person finds."""
    clause = str(doing.rules.bases[0])
    no = unnamed(doing)
    for name in ("text", "findings", "note"):
        no = no if no is not None else refused_numbers(str(doing.fields.get(name) or ""), clause)
    if no is None and doing.verb == "pass":
        complaint = Case.objects.filter(number=doing.case.about).first()
        handler = superiors.standing_of(str(doing.fields["handler"]).strip())
        against = superiors.standing_of(complaint.about) if complaint is not None else None
        if handler is None or against is None:
            return Refusal("complaint.body", _("没有这个单位"), clause, _("请从可承办的单位中选择"))
        no = complaints.refused_handler(handler, against)
    if no is None and doing.side == "authority":
        no = complaints.refused_identity(str(doing.fields.get("findings") or ""), identity.hidden_of(doing.case.about))
    return no


def entries(doing: Doing) -> Sequence[NewAct]:
    """Hand the report to whom it was passed (移交有权机关)."""
    if doing.verb == "pass":
        doing.case.body = str(doing.fields["handler"]).strip()
    return ()


register(Kind(RETALIATION, place=place, check=check, entries=entries, answered_by=ANSWERING, protected=PROTECTED))
