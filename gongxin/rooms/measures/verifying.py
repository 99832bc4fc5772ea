"""Commitments to be verified (待核查的承诺): those a body took that have fallen due, without the ones already in a case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.rooms.measures.commitments import KIND
from gongxin.rooms.measures.models import Chase
from gongxin.spine import clock, fallen_due, shelf
from gongxin.spine.access import gate
from gongxin.spine.access.gate import SUBMISSION, Ground, Viewer
from gongxin.spine.access.models import Role
from gongxin.spine.cases.models import Case
from gongxin.spine.fallen_due import FallenDue
from gongxin.spine.outbox import notices

TEMPLATE = "commitment.fallen-due"
AGAIN = "commitment.remind.days"
NAMED = 10
"""Records a reminder names; the desk has them all."""


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


def remind(today: date | None = None) -> int:
    """Remind each body of the commitments it has to verify (到期承诺提醒), every day; return how many bodies were told.

    A body is told on the day something has fallen due that it was not told of yet, and again after some days as long as
    anything waits. Nothing of what a commitment says is in it.
    """
    day, told = today or clock.today(), 0
    for body in fallen_due.providers():
        waiting_now = _open(body)
        if waiting_now and (_is_new(waiting_now) or _is_long_ago(body, day)):
            words = {
                "count": len(waiting_now), "records": [each.record for each in waiting_now[:NAMED]],
                "due": waiting_now[0].due_on,
            }  # fmt: skip
            notices.tell("body", body, TEMPLATE, words=words)
            told += 1
    return told


def _is_new(found: list[FallenDue]) -> bool:
    """Whether one of these was told to nobody yet, and note that all are told now (有无新到期)."""
    about = [f"commitment:{each.record}" for each in found]
    known = set(Chase.objects.filter(about__in=about).values_list("about", flat=True))
    fresh = [Chase(about=each, at=clock.now()) for each in about if each not in known]
    Chase.objects.bulk_create(fresh, ignore_conflicts=True)
    return bool(fresh)


def _is_long_ago(body: str, day: date) -> bool:
    days = shelf.book().on(day).parameter(AGAIN).number()
    last = notices.of("body", body).filter(template=TEMPLATE).values_list("at", flat=True).first()
    return last is None or day >= last.astimezone(clock.ZONE).date() + timedelta(days=days)


def as_dict(each: FallenDue) -> dict[str, Any]:
    """Return one as machines and the terminal read it (待核查输出): an organisation's code, a person's nowhere."""
    code = each.subject.removeprefix("uscc:") if each.subject.startswith("uscc:") else None
    return {"record": each.record, "code": code, "due_on": each.due_on, "days": (clock.today() - each.due_on).days}
