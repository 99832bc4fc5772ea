"""Who complained (投诉人身份): kept sealed apart from the case, opened by whoever handles it, for a reason, and logged.

On its day it is destroyed with everything that was handed in on the complainant's side, since a contract or a statement of
account names whom it belongs to; that it was is recorded. The case, its answer, the proof of the bodies and the figures stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.kernel.terms import add_months
from gongxin.law import casework, complaints
from gongxin.law.book import Edition
from gongxin.rooms.promises.complaints.models import Complainant, Destruction, Docket
from gongxin.spine import clock, secrets, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Look
from gongxin.spine.cases import attachments, finding
from gongxin.spine.cases.models import Case, CaseAct

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
    gone = destroyed(case.number)
    if gone is not None:
        return Refusal(
            "complaint.destroyed", _("投诉人信息已于 %(day)s 销毁") % {"day": gone.on}, "PIPL-2021/47",
            _("保存期满自动销毁；需要联系的，凭案号公告或者由投诉人凭回执联系"),
        )  # fmt: skip
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


def destroyed(number: str) -> Destruction | None:
    """Return that a complainant's name was destroyed (已销毁), or None."""
    return Destruction.objects.filter(case=number).first()


def destroy(today: date | None = None) -> tuple[str, ...]:
    """Destroy the sealed names whose day has come, with what was attached, and record each (到期销毁); once a day.

    The entry is made first; the database lets a name become empty behind it alone. A complaint without a name has papers
    that may bear one, so its day comes as well. Repeating it changes nothing.
    """
    attachments.clear()
    day = today or clock.today()
    law, done = shelf.book().on(day), []
    full = Complainant.objects.exclude(case__in=Destruction.objects.values("case")).values_list("case", flat=True)
    # Whatever is due was closed by then; the law says of each whether it is.
    closed_by = add_months(day, -law.parameter(complaints.KEPT).number())
    for case in Case.objects.filter(number__in=full, closed_on__lte=closed_by).order_by("number"):
        until = kept_until(case, law)
        if until is None or day <= until:
            continue
        try:
            with transaction.atomic():
                Destruction.objects.create(case=case.number, until=until, on=day, at=clock.now())
                with connection.cursor() as cursor:
                    cursor.execute(
                        'UPDATE complaints_complainant SET name = %s, contact = %s WHERE "case" = %s',
                        ["", "", case.number],
                    )
                attachments.destroy(_protected(case.number), day, kept_of="authority")
        except IntegrityError:
            # Another worker has done it on the same morning.
            continue
        done.append(case.number)
    return tuple(done)


def kept_until(case: Case, law: Edition) -> date | None:
    """Return the last day on which it is kept (保存到), or None while the complaint or what hangs on it goes on.

    On a complaint hangs the one it was joined to, what is about either of them – the matter put to the body, a report of
    retaliation, a record of broken faith – what is about these, and every case about a record that came of them: no
    evidence goes while anybody may still need it in an open case.
    """
    joined = Docket.objects.filter(pk=case.number).values_list("main", flat=True).first()
    numbers, fresh = {case.number}, {case.number, *([joined] if joined else [])}
    while fresh:
        numbers |= fresh
        entered = CaseAct.objects.filter(case__in=fresh).values_list("entries", flat=True)
        came = {seq for seqs in entered for seq in seqs}
        hanging = Case.objects.filter(Q(about__in=fresh) | Q(record__in=came))
        fresh = set(hanging.values_list("number", flat=True)) - numbers
    days = Case.objects.filter(number__in=numbers).values_list("closed_on", flat=True)
    return complaints.identity_kept_until(days, law=law)


def _protected(number: str) -> list[str]:
    """The cases in which the complainant handed papers in (投诉人提交材料的案件): the complaint, and reports of retaliation."""
    reports = Case.objects.filter(kind=complaints.RETALIATION, about=number).values_list("number", flat=True)
    return [number, *reports]
