"""Commitments of businesses (信用承诺): verified in time by the body that took them, kept or broken by a decided case.

Kept is entered at once. Broken is entered only after notice, service, the hearing or its term, a finding by a named
person, and the service of that finding; a machine decides neither.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law.facts import day_of
from gongxin.law.standing import may_follow
from gongxin.spine.cases import serving
from gongxin.spine.cases.deciding import remedies, unnamed
from gongxin.spine.cases.finding import last_said
from gongxin.spine.cases.kinds import Doing, Kind, Telling, register
from gongxin.spine.cases.points import points_of, refused_findings
from gongxin.spine.cases.serving import Paper
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.correcting import corrected

KIND, ITEM = "commitment-check", "commitment"
KEPT, BROKEN = "yes", "no"
SERVING = {
    "serve-notice": Paper("commitment-notice", "notify", "commitment.noticed"),
    "serve-finding": Paper("commitment-finding", "find-broken", "commitment.found"),
}
"""The acts that enter a service: which document, by which act it was made, through which notice the portal shows it."""


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act, or None (办理前检查)."""
    no = unnamed(doing)
    if no is not None:
        return no
    if doing.before is None:
        return _unfit(doing)
    if doing.verb in SERVING:
        return serving.refused(doing, SERVING)
    if doing.verb == "find-kept":
        return _wrong_day(doing)
    return _undecidable(doing) if doing.verb == "find-broken" else None


def entries(doing: Doing) -> Sequence[NewAct]:
    """What an act enters on the record (对记录的影响): kept at once, broken from the service of the finding alone."""
    if doing.line is None or not may_follow("correction", doing.line.state):
        return ()
    if doing.verb == "find-kept":
        day = day_of(str(doing.fields["performed_on"]))
        return [_entered(doing, {"performed": KEPT, "performed_on": day.isoformat() if day else ""})]
    if doing.verb == "serve-finding":
        return [_entered(doing, {"performed": BROKEN, "performed_on": ""})]
    return ()


def tellings(doing: Doing) -> Sequence[Telling]:
    """Whom it is told (告知): the notice with the rights, the finding with the ways on, and that it was kept."""
    words: dict[str, object] = {"record": doing.case.record, "clause": str(doing.rules.acts[doing.verb].clause or "")}
    if doing.verb == "find-kept":
        text = _("承诺经核查已履行，已记入并公示")
        return [Telling("subject", doing.case.subject, "commitment.kept", {**words, "text": text})]
    if doing.verb == "notify":
        text = _("拟认定承诺未履行。事实和理由：%(reason)s。您有权陈述申辩，期限自告知书送达之日起计算；认定书送达以前没有任何效果") % {
            "reason": doing.fields["reason"],
        }  # fmt: skip
        return [Telling("subject", doing.case.subject, "commitment.noticed", {**words, "text": text})]
    if doing.verb == "find-broken":
        ways = remedies(doing.law)
        text = "；".join([_("已认定承诺未履行，认定书送达后记入；履行以后可以申请修复"), *(way.text for way in ways)])
        told = {**words, "ways": [{"id": way.id, "text": way.text, "text_en": way.text_en} for way in ways]}
        return [Telling("subject", doing.case.subject, "commitment.found", {**told, "text": text})]
    return ()


def afterwards(doing: Doing) -> Refusal | None:
    """Enter the service with its proof (登记送达)."""
    return serving.unentered(doing, SERVING)


def _unfit(doing: Doing) -> Refusal | None:
    """Why the record cannot be verified now: no commitment, not due yet, or decided already."""
    clause = str(doing.rules.bases[0])
    if doing.line is None or doing.line.item != ITEM:
        return Refusal("commitment.none", _("这条记录不是信用承诺"), clause, _("请核对记录号"))
    due = doing.line.facts.due_on
    if due is not None and doing.today <= due:
        return Refusal(
            "commitment.early", _("承诺的履行期限还没有过"), clause, _("%(due)s 以后才能核查") % {"due": due}
        )
    if doing.line.facts.performed in {KEPT, BROKEN}:
        return Refusal("commitment.decided", _("这项承诺已经认定"), clause, _("认定有误的，走异议或者更正"))
    return None


def _wrong_day(doing: Doing) -> Refusal | None:
    day = day_of(str(doing.fields["performed_on"]))
    made = doing.line.facts.decided_on if doing.line is not None else None
    if day is not None and day <= doing.today and (made is None or made <= day):
        return None
    return Refusal(
        "commitment.day", _("履行日期应当在承诺之日以后、今天以前"), str(doing.rules.bases[0]), _("请写成 2026-11-22")
    )


def _undecidable(doing: Doing) -> Refusal | None:
    """Nothing is found before the hearing or its term, and each point raised is answered."""
    clause = str(doing.rules.bases[-1])
    hearing = doing.before.find_clock("hear") if doing.before is not None else None
    waiting = doing.before is not None and doing.before.state.id == "served"
    if waiting and (hearing is None or not hearing.overdue_on(doing.today)):
        due = hearing.due if hearing is not None else "—"
        return Refusal(
            "commitment.hearing",
            _("陈述申辩的期限还没有过，当事人也还没有陈述"),
            clause,
            _("%(due)s 以后才能认定") % {"due": due},
        )
    raised = points_of(str(last_said(doing.case, "state-defence").get("text") or ""))
    return refused_findings(raised, str(doing.fields["findings"]), clause)


def _entered(doing: Doing, changes: dict[str, str]) -> NewAct:
    body = doing.viewer.body or doing.case.body
    return corrected(doing.case.record or 0, changes, actor=f"case:{doing.case.number}", provider=body)


register(
    Kind(KIND, check=check, entries=entries, tellings=tellings, afterwards=afterwards, unseen=frozenset({"opened"}))
)
