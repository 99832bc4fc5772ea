"""Who complained (投诉人身份): kept sealed apart from the case, opened by whoever handles it, for a reason, and logged."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law import casework
from gongxin.rooms.promises.complaints.models import Complainant
from gongxin.spine import secrets, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Look
from gongxin.spine.cases import finding

HANDLING = frozenset({"office", "authority"})
FIELDS = "complainant"


@dataclass(frozen=True)
class Revealed:
    """Who complained, as it was shown (投诉人信息), under the number of the look."""

    name: str
    contact: str
    look: str


def reveal(viewer: Viewer, number: str, reason: str) -> Revealed | Refusal:
    """Open the sealed identity of a complainant (查看投诉人): for those who handle the case, with a reason; the look is logged.

    The complainant reads who looked, when and why by the receipt.
    """
    case = finding.find_case(viewer, number)
    if isinstance(case, Refusal):
        return case
    kept = Complainant.objects.filter(case=case.number).first()
    if kept is None or finding.side_of(viewer, case) not in HANDLING:
        return Refusal("case.none", _("没有投诉人信息"), None, _("请核对案号"))
    if not reason.strip():
        return Refusal("complaint.reason", _("没有写明为什么要看投诉人信息"), None, _("请写明理由；理由会告诉投诉人"))
    rules = casework.rules_of(case.kind, law=shelf.book().on(case.opened_on))
    look = finding.note_look(viewer, case, f"{rules.bases[0]} {reason.strip()}"[:200], FIELDS)
    return Revealed(
        secrets.unseal(kept.name) if kept.name else "", secrets.unseal(kept.contact) if kept.contact else "", look
    )


def hidden_of(number: str) -> tuple[str, ...]:
    """Return the sealed words that must stand in no text that leaves (须隐去的内容): for a check, never to be shown."""
    kept = Complainant.objects.filter(case=number).first()
    return () if kept is None else tuple(secrets.unseal(each) for each in (kept.name, kept.contact) if each)


def looks_at(number: str) -> list[Look]:
    """Return who looked at a complaint (谁看过这件投诉), the latest first: for its complainant."""
    return list(Look.objects.filter(subject=finding.CASE + number).order_by("-at", "-id"))
