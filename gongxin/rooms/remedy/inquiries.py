"""Inquiries (查阅询问): somebody asks why a body looked; the body answers in its days, and reveals nothing about others."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.spine.access import traces
from gongxin.spine.access.models import Account, Body, BodyKind, Look, Role
from gongxin.spine.cases.deciding import unnamed
from gongxin.spine.cases.kinds import Doing, Kind, Placing, Telling, register
from gongxin.spine.cases.points import refused_numbers

KIND = "inquiry"
ANSWERED_BY = frozenset({Role.STEWARD, Role.OFFICER, Role.OPERATOR})
"""A look by the office itself is answered by the office; a body without a steward is heard through its officers."""
ENTERED = frozenset({"enter-answer", "enter-admission"})
"""The acts by which the office enters what the head of a body wrote (代录)."""
IMPROPER = frozenset({"admit", "enter-admission"})


def place(asked: Placing) -> Placing | Refusal:
    """Find the look and the body that made it (所问的查阅): one's own alone; the auditor may ask about any."""
    number = asked.about.strip().upper()
    look = Look.objects.filter(number=number).first() if number.isprintable() else None
    known = False
    if look is not None and asked.viewer.role == Role.AUDITOR:
        known = asked.subject in {"", look.subject} and not look.subject.startswith("batch:")
    elif look is not None:
        known = any(trace.look.number == number for trace in traces.traces_of(asked.subject, limit=None)[0])
    if look is None or not known:
        return Refusal("case.look", _("没有这次查阅，或者它与该主体无关"), None, _("请从“谁看过我”中选择一次查阅"))
    body = look.body or (
        Body.objects.filter(kind=BodyKind.OFFICE).order_by("code").values_list("code", flat=True).first() or ""
    )
    return asked.placed(subject=asked.subject or look.subject, about=number, body=body)


def check(doing: Doing) -> Refusal | None:
    """An answer is a named person's, not the one's who looked, and carries nobody's number (答复前检查)."""
    if doing.verb not in {"answer", "admit", "review", *ENTERED}:
        return None
    no = unnamed(doing)
    if no is not None:
        return no
    look = Look.objects.filter(number=doing.case.about).first()
    if look is not None:
        no = _not_enterable(doing, look) if doing.verb in ENTERED else None
        no = no if no is not None else _own_look(doing, look)
        if no is not None:
            return no
    for name in ("findings", "measures_taken"):
        no = refused_numbers(str(doing.fields.get(name) or ""), str(doing.rules.bases[0]))
        if no is not None:
            return no
    return None


def _own_look(doing: Doing, look: Look) -> Refusal | None:
    """Nobody answers for a look of one's own (本人查阅本人不得答复): neither by one's account nor by one's name on paper."""
    account = doing.viewer.account_id
    mine = doing.side in {"authority", "office"} and account is not None and look.account == account
    looker = Account.objects.filter(pk=look.account).first() if doing.verb in ENTERED and look.account else None
    name = looker.get_full_name() if looker is not None else ""
    if not mine and not (name and name in str(doing.fields.get("decided_by") or "")):
        return None
    way = (
        _("查阅人就是单位负责人的，请由上级单位负责人书面答复")
        if doing.verb in ENTERED
        else _("请由本单位其他人员核查后答复；没有其他账号的，由单位负责人书面答复，信用办代录")
    )
    return Refusal("case.own-look", _("查阅人不能答复对自己查阅的询问"), str(doing.rules.bases[0]), way)


def _not_enterable(doing: Doing, look: Look) -> Refusal | None:
    """The office enters an answer only for a body that cannot give it here (能否代录): it does not speak in anybody's place."""
    able = Account.objects.filter(body_id=doing.case.body, is_active=True, role__in=ANSWERED_BY)
    if not able.exclude(pk=look.account or 0).exists():
        return None
    return Refusal(
        "case.able", _("该单位另有人员可以在平台上答复，不能代录"), str(doing.rules.acts[doing.verb].clause or ""),
        _("请等待该单位答复；逾期的，由审计岗位督促"),
    )  # fmt: skip


def tellings(doing: Doing) -> Sequence[Telling]:
    """An improper look is told to the auditor with what was done about it (不当查阅报审计)."""
    if doing.verb not in IMPROPER:
        return ()
    text = _("查阅 %(look)s 被本单位确认为不当查阅") % {"look": doing.case.about}
    return [
        Telling(
            "role",
            Role.AUDITOR,
            "case.improper-look",
            {"look": doing.case.about, "body": doing.case.body, "text": text},
        )
    ]


def afterwards(doing: Doing) -> Refusal | None:
    """That the subject contests the look stands beside the look itself (本人有疑问)."""
    if doing.before is None and doing.side == "applicant":
        traces.reply(doing.viewer, doing.case.subject, doing.case.about, traces.CONTESTED, case=doing.case.number)
    return None


register(
    Kind(
        KIND,
        place=place,
        check=check,
        tellings=tellings,
        afterwards=afterwards,
        answered_by=ANSWERED_BY,
        audited=True,
    )
)
