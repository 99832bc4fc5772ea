"""Commitments to be verified (待核查的承诺): those a body took that have fallen due, without the ones already in a case."""

from __future__ import annotations

from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.rooms.measures.commitments import KIND
from gongxin.spine import clock, fallen_due
from gongxin.spine.access import gate
from gongxin.spine.access.gate import SUBMISSION, Ground, Viewer
from gongxin.spine.access.models import Role
from gongxin.spine.cases.models import Case
from gongxin.spine.fallen_due import FallenDue


def waiting(viewer: Viewer) -> list[FallenDue]:
    """Return what the viewer's body has to verify (待核查的承诺), the longest due first; the view leaves a note in the log."""
    if viewer.role != Role.STEWARD or not viewer.body:
        return []
    today = clock.today()
    found = _open(viewer.body)
    noted = gate.note(
        viewer, Ground(purpose=SUBMISSION, case_no="commitments-due"), "commitments-due", len(found), as_of=today
    )
    return [] if isinstance(noted, Refusal) else found


def _open(body: str) -> list[FallenDue]:
    due = fallen_due.of_provider(body, clock.today())
    taken = Case.objects.filter(kind=KIND, closed_on__isnull=True, record__in=[each.record for each in due])
    going = set(taken.values_list("record", flat=True))
    return [each for each in due if each.record not in going]


def as_dict(each: FallenDue) -> dict[str, Any]:
    """Return one as machines and the terminal read it (待核查输出): an organisation's code, a person's nowhere."""
    code = each.subject.removeprefix("uscc:") if each.subject.startswith("uscc:") else None
    return {"record": each.record, "code": code, "due_on": each.due_on, "days": (clock.today() - each.due_on).days}
