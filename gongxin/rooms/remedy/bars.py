"""Bars after false material (虚假材料与限制申请): noticed, served, heard, found by a named person, served again.

Nothing is barred before the finding was served, and nothing is found before the hearing or its term after service. A
bar ends by itself on its day.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law import repair
from gongxin.law.facts import day_of
from gongxin.spine.cases.deciding import remedies, unnamed
from gongxin.spine.cases.kinds import Doing, Kind, Telling, register
from gongxin.spine.cases.models import Case, CaseAct
from gongxin.spine.outbox import service
from gongxin.spine.outbox.service import Document, Way

KIND = "repair-bar"
NOTICE, FINDING = "bar-notice", service.BAR_FINDING
SERVING = {"serve": (NOTICE, "notify-bar", "bar.notified"), "serve-finding": (FINDING, "bar", "bar.found")}
"""The acts that enter a service: which document, by which act it was made, through which notice the portal shows it."""


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act, or None (办理前检查): no finding before the hearing or its term."""
    no = unnamed(doing)
    if no is not None:
        return no
    clause = str(doing.rules.bases[-1])
    if doing.before is None:
        if Case.objects.filter(kind="repair", record=doing.case.record).exists():
            return None
        return Refusal("bar.none", _("这条记录没有申请过信用修复"), clause, _("请核对记录号"))
    if doing.verb in SERVING:
        return service.refused(*_served(doing))
    if doing.verb == "bar" and doing.before.state.id == "served":
        hearing = doing.before.find_clock("hear")
        if hearing is None or not hearing.overdue_on(doing.today):
            return Refusal(
                "bar.early",
                _("陈述申辩的期限还没有过，当事人也还没有陈述"),
                clause,
                _("%(due)s 以后，或者当事人陈述申辩之后，才能认定") % {"due": hearing.due if hearing else "—"},
            )
    return None


def tellings(doing: Doing) -> Sequence[Telling]:
    """Whom it is told (告知): the notice with the right to be heard, then the finding with its last day and the remedies."""
    subject, text = doing.case.subject, ""
    words: dict[str, object] = {"record": doing.case.record, "clause": str(doing.rules.acts[doing.verb].clause or "")}
    if doing.verb == "notify-bar":
        ground = doing.rules.find_ground(str(doing.fields["ground"]))
        text = _("拟认定：%(ground)s。事实和理由：%(reason)s。您有权陈述申辩，期限自告知书送达之日起计算；认定之前不限制申请") % {
            "ground": ground.name if ground else "", "reason": doing.fields["reason"],
        }  # fmt: skip
        return [Telling("subject", subject, "bar.notified", {**words, "text": text})]
    if doing.verb == "serve":
        hearing = doing.after.find_clock("hear")
        due = hearing.due if hearing else None
        text = _("告知书已登记送达，您可以在 %(due)s 前（含当日）陈述申辩") % {"due": due or "—"}
        return [Telling("subject", subject, "bar.served", {**words, "due": due, "text": text})]
    if doing.verb == "bar":
        ways = remedies(doing.law)
        text = "；".join(
            [_("已作认定，自认定书送达之日起在规定期限内不能再次申请信用修复"), *(way.text for way in ways)]
        )
        words |= {"ways": [{"id": way.id, "text": way.text, "text_en": way.text_en} for way in ways]}
        return [Telling("subject", subject, "bar.found", {**words, "text": text})]
    if doing.verb == "serve-finding":
        on = day_of(str(doing.fields["served_on"])) or doing.today
        until = repair.barred_until(on, law=doing.law)
        text = _("认定书已送达，%(until)s 以前（含当日）不能再次申请信用修复，到期自动解除") % {"until": until}
        return [Telling("subject", subject, "bar.effective", {**words, "until": until, "text": text})]
    if doing.verb == "drop":
        return [Telling("subject", subject, "bar.dropped", {**words, "text": _("不予认定，申请信用修复不受影响")})]
    return ()


def afterwards(doing: Doing) -> Refusal | None:
    """Enter the service with its proof (登记送达)."""
    if doing.verb not in SERVING:
        return None
    entered = service.enter(*_served(doing))
    return entered if isinstance(entered, Refusal) else None


def _served(doing: Doing) -> tuple[Document, Way]:
    kind, verb, template = SERVING[doing.verb]
    made = CaseAct.objects.filter(case=doing.case, verb=verb).latest("n")
    document = Document(
        kind, doing.case.subject, made.on, case=doing.case.number, record=doing.case.record, template=template
    )
    fields = doing.fields
    way = Way(
        str(fields["method"]), day_of(str(fields["served_on"])), str(fields.get("proof") or ""),
        f"{doing.viewer.name}@{doing.viewer.body}",
    )  # fmt: skip
    return document, way


register(Kind(KIND, check=check, tellings=tellings, afterwards=afterwards))
