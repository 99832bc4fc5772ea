"""Reminding (催办) before a clock ends and after it has, and handing a case over to somebody else of the same body (移交)."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gongxin.kernel.calendar import CalendarUnknown
from gongxin.kernel.issues import Refusal
from gongxin.law import casework
from gongxin.law.casework import Clock
from gongxin.spine import clock, secrets, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Role
from gongxin.spine.cases import finding, kinds
from gongxin.spine.cases.models import Case, Handover, Reminder
from gongxin.spine.outbox import notices

SOON, LATE = "soon", "late"


def remind(today: date | None = None) -> int:
    """Remind whose turn it is of each clock that is about to end or has ended (催办); return how many were told.

    Each clock is told once before its end and once after it, however often this runs.
    """
    day = today or clock.today()
    told = 0
    for case in Case.objects.filter(closed_on__isnull=True, due__isnull=False).order_by("due", "number"):
        rules = casework.rules_of(case.kind, law=shelf.book().on(case.opened_on))
        for each in finding.standing_of(case, rules).clocks:
            stage = stage_of(each, day)
            if stage:
                told += _tell(case, each, stage, rules.name)
    return told


def stage_of(each: Clock, day: date) -> str:
    """Return whether a running clock is about to end, has ended, or neither (时钟阶段)."""
    if not each.running or each.due is None:
        return ""
    if day > each.due:
        return LATE
    return SOON if each.rule.warn and workdays_left(day, each.due) <= each.rule.warn else ""


def workdays_left(day: date, due: date) -> int:
    """Return how many working days are left after a day (剩余工作日); where they are not announced, weekdays."""
    try:
        return shelf.calendar().workdays_between(day, due)
    except CalendarUnknown:
        days = (day + timedelta(days=n) for n in range(1, (due - day).days + 1))
        return sum(each.weekday() < casework.WEEKEND for each in days)


def hand_over(viewer: Viewer, number: str, username: str, reason: str) -> Case | Refusal:
    """Give an open case to another account of the same body and post (移交): no clock stops for it."""
    case = finding.find_open(viewer, number)
    if isinstance(case, Refusal):
        return case
    if finding.side_of(viewer, case) not in {"office", "authority"}:
        return Refusal("case.side", _("不能移交这件案件"), None, _("由承办单位移交"))
    if not reason.strip():
        return Refusal("case.needs", _("没有写明移交理由"), None, _("请写明理由"))
    heir = Account.objects.filter(username=username.strip(), body_id=viewer.body, is_active=True).first()
    if heir is None or not finding.side_of(Viewer(heir.pk, str(heir), viewer.body, heir.role, viewer.via), case):
        return Refusal("case.handler", _("本单位没有可以接手的这个账号"), None, _("请核对账号名和岗位"))
    with transaction.atomic():
        Handover.objects.create(
            case=case, handler=heir.pk, by=viewer.account_id, actor=f"{viewer.name}@{viewer.body}"[:100],
            reason=secrets.seal(reason.strip()), at=clock.now(),
        )  # fmt: skip
        Case.objects.filter(pk=case.pk).update(handler=heir.pk)
        text = _("案件移交给您办理：%(number)s") % {"number": case.number}
        notices.tell("account", str(heir.pk), "case.handed-over", case=case.number, words={"text": text})
    case.handler = heir.pk
    return case


def in_hand(viewer: Viewer) -> QuerySet[Case]:
    """Return the open cases given to this very account (移交给本人的案件), the next due first."""
    return finding.listing(viewer, closed=False).filter(handler=viewer.account_id)


def _tell(case: Case, each: Clock, stage: str, kind: str) -> int:
    try:
        with transaction.atomic():
            Reminder.objects.create(case=case, clock=each.rule.id, started=each.started, stage=stage, at=clock.now())
            words = {"kind": kind, "clock": each.rule.name, "due": each.due.isoformat() if each.due else ""}
            template = "case.due" if stage == SOON else "case.overdue"
            if case.handler is not None and case.turn == each.rule.side:
                notices.tell("account", str(case.handler), template, case=case.number, words=words)
            if each.rule.side == "authority" and case.body:
                notices.tell("body", case.body, template, case=case.number, words=words)
            if each.rule.side == "office" or stage == LATE:
                # What is late is the office's business too, whoever is late.
                notices.tell("role", Role.OPERATOR, template, case=case.number, words=words)
            if each.rule.side == "applicant" and case.brought_by:
                notices.tell("body", case.brought_by, template, case=case.number, words=words)
            if stage == LATE and case.subject and case.state not in kinds.of(case.kind).unseen:
                notices.tell("subject", case.subject, template, case=case.number, words=words)
    except IntegrityError:
        return 0
    return 1
