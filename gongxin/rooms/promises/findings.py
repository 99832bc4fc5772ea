"""Finding a promise broken (承诺履行认定), and contesting what was found (认定异议): cases before the body above.

The body that bears the promise gets what a business gets: notice, service, time to speak, an answer to each point, a
reasoned decision by a named person, and no effect before that was served on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law import complaints, promises
from gongxin.rooms.promises import following
from gongxin.spine import clock, duties
from gongxin.spine.access.models import Role
from gongxin.spine.bodies import superiors
from gongxin.spine.cases import serving
from gongxin.spine.cases.deciding import decision_remedies, unnamed
from gongxin.spine.cases.finding import last_said, said_first
from gongxin.spine.cases.kinds import Doing, Kind, Placing, Telling, register
from gongxin.spine.cases.models import Case
from gongxin.spine.cases.points import points_of, refused_findings
from gongxin.spine.cases.serving import Paper
from gongxin.spine.duties import KEY, Duty
from gongxin.spine.ledger.acts import NewAct

FINDING, CONTEST = "promise-finding", "promise-contest"
SERVING = {
    "serve-notice": Paper("promise-notice", "notify", "promise.noticed"),
    "serve-finding": Paper("promise-finding", "find-unkept", "promise.found"),
}
"""The acts that enter a service: which document, by which act it was made, through which notice the portal shows it."""
ANSWERING = frozenset({Role.STEWARD, Role.OPERATOR})


def place(asked: Placing) -> Placing | Refusal:
    """Find the promise, who bears it, and whether the one who opens the case stands above (立案归属)."""
    duty = duties.whole(int(asked.about) if asked.about.isdigit() else 0, clock.today())
    if duty is None:
        return Refusal("promise.none", _("没有这项承诺"), None, _("请核对记录号"))
    if Case.objects.filter(kind=FINDING, about=asked.about, closed_on__isnull=True).exists():
        return Refusal("case.open", _("这项承诺已有认定案件在办"), None, _("请在原案件中办理"))
    handler, against = superiors.standing_of(asked.viewer.body), superiors.standing_of(duty.bearer)
    if handler is None or against is None or not complaints.is_above(handler, against):
        return Refusal(
            "promise.above",
            _("只有责任单位的上级或者信用牵头部门才能认定"),
            "GF-2016-76/三（一）",
            _("请由上级单位办理"),
        )
    return asked.placed(subject=KEY + duty.bearer, about=asked.about, body=asked.viewer.body)


def place_contest(asked: Placing) -> Placing | Refusal:
    """Find the finding that is contested, and the body above that looks at it again (异议归属)."""
    duty = duties.find(int(asked.about) if asked.about.isdigit() else 0, clock.today())
    found = duty.standing.decided[-1] if duty is not None and duty.standing.decided else None
    if duty is None or found is None or found.outcome not in promises.OUTCOMES:
        return Refusal(
            "promise.unfound",
            _("这项承诺还没有认定，没有可以异议的内容"),
            None,
            _("对承诺没有履行的，请走政府失约投诉"),
        )
    if Case.objects.filter(kind=CONTEST, about=asked.about, closed_on__isnull=True).exists():
        return Refusal("case.open", _("这项认定已有异议在办"), None, _("请等待复核结果"))
    handlers = superiors.handlers_for(duty.bearer)
    if not handlers:
        return Refusal("promise.above", _("登记簿里没有责任单位的上级"), None, _("请联系信用主管单位"))
    return asked.placed(subject=KEY + duty.bearer, about=asked.about, body=handlers[0].code)


def raised(case: Case) -> tuple[str, ...]:
    """Return the points the other side raised, each of which needs an answer (待答复要点)."""
    said = last_said(case, "state-defence") if case.kind == FINDING else said_first(case)
    return points_of(str(said.get("text") or ""))


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act, or None (办理前检查)."""
    no = unnamed(doing)
    if no is not None:
        return no
    duty = _duty(doing)
    if doing.before is None:
        return _premature(duty, doing)
    if doing.verb in SERVING:
        return serving.refused(doing, SERVING)
    if doing.verb == "find-performed":
        if doing.fields["outcome"] not in promises.BY_EVIDENCE:
            return Refusal("promise.outcome", _("没有这种认定结果"), _clause(doing), "kept / partly / late")
        return promises.refused_finding(duty.standing, doing.fields)
    if doing.verb == "find-unkept":
        return _undecidable(doing)
    if doing.verb in {"uphold", "reject", "drop"}:
        return refused_findings(raised(doing.case), str(doing.fields["findings"]), _clause(doing))
    return None


def entries(doing: Doing) -> Sequence[NewAct]:
    """What an act enters on the promise (对承诺的影响): broken from the service of the finding alone."""
    if doing.verb == "find-performed":
        said = {name: str(doing.fields[name]) for name in ("outcome", "performed_on", "evidence", "findings")}
        return [_act(doing, said)]
    if doing.verb == "serve-finding":
        found, noticed = last_said(doing.case, "find-unkept"), last_said(doing.case, "notify")
        said = {
            "outcome": promises.BROKEN, "reason": str(noticed.get("reason") or ""), "findings": str(found["findings"]),
            "document_no": str(found["document_no"]), "decided_on": doing.today.isoformat(),
        }  # fmt: skip
        return [_act(doing, said)]
    if doing.verb == "uphold":
        return [_act(doing, {"outcome": promises.REOPENED, "findings": str(doing.fields["findings"])})]
    return ()


def tellings(doing: Doing) -> Sequence[Telling]:
    """Whom it is told (告知): the body concerned its notice with the rights, and the finding with the ways on."""
    if doing.verb not in {"notify", "find-unkept", "find-performed", "drop"}:
        return ()
    duty = _duty(doing)
    words: dict[str, object] = {"record": duty.record, "clause": _clause(doing)}
    title = {"title": duty.of("promise_title")}
    if doing.verb == "notify":
        text = _("拟认定承诺“%(title)s”未兑现。理由：%(reason)s。贵单位有权陈述，期限自告知书送达之日起计算；认定书送达以前没有任何效果") % {
            **title, "reason": doing.fields["reason"],
        }  # fmt: skip
        return [Telling("body", duty.bearer, "promise.noticed", {**words, "text": text})]
    if doing.verb == "find-unkept":
        ways = decision_remedies(doing.law)
        text = "；".join([
            _("已认定承诺“%(title)s”未兑现，认定书送达后记入并公示；履行以后登记证据，改记为迟延兑现") % title,
            *(way.text for way in ways),
        ])  # fmt: skip
        return [Telling("body", duty.bearer, "promise.found", {**words, "text": text})]
    text = _("承诺“%(title)s”的核查已经办结") % title
    return [Telling("body", duty.bearer, "promise.settled", {**words, "text": text})]


def afterwards(doing: Doing) -> Refusal | None:
    """Enter the service with its proof; tell the followers what was entered (登记送达、告知关注者)."""
    no = serving.unentered(doing, SERVING)
    if no is not None:
        return no
    if doing.verb in {"find-performed", "serve-finding", "uphold"}:
        following.tell(_duty(doing), "finding")
    return None


def _premature(duty: Duty, doing: Doing) -> Refusal | None:
    if doing.case.kind == CONTEST or (duty.standing.open and duty.standing.overdue):
        return None
    return Refusal(
        "promise.early", _("这项承诺没有到期未履行的内容，或者已经办结"), _clause(doing), _("到期次日起才能核查")
    )


def _undecidable(doing: Doing) -> Refusal | None:
    """Nothing is found before the body spoke or its term is over, and each point raised is answered."""
    hearing = doing.before.find_clock("hear") if doing.before is not None else None
    waiting = doing.before is not None and doing.before.state.id == "served"
    if waiting and (hearing is None or not hearing.overdue_on(doing.today)):
        due = hearing.due if hearing is not None else "—"
        return Refusal(
            "promise.hearing", _("陈述的期限还没有过，责任单位也还没有陈述"), _clause(doing),
            _("%(due)s 以后才能认定") % {"due": due},
        )  # fmt: skip
    return refused_findings(raised(doing.case), str(doing.fields["findings"]), _clause(doing))


def _duty(doing: Doing) -> Duty:
    duty = duties.whole(int(doing.case.about), clock.today())
    if duty is None:
        raise LookupError(f"case {doing.case.number} is about no promise")
    return duty


def _act(doing: Doing, said: dict[str, Any]) -> NewAct:
    line, body = _duty(doing).standing.line, doing.viewer.body or doing.case.body
    name = superiors.register().name(body)
    return NewAct(
        "finding", line.item, line.subject, body, {**said, "case": doing.case.number, "authority": name},
        f"case:{doing.case.number}", record=line.record,
    )  # fmt: skip


def _clause(doing: Doing) -> str:
    return str(doing.rules.acts[doing.verb].clause or doing.rules.bases[0])


register(
    Kind(
        FINDING, place=place, check=check, entries=entries, tellings=tellings, afterwards=afterwards,
        answered_by=ANSWERING, raised=raised, concerned=True, of_promises=True, unseen=frozenset({"opened"}),
    )
)  # fmt: skip
register(
    Kind(
        CONTEST, place=place_contest, check=check, entries=entries, tellings=tellings, afterwards=afterwards,
        answered_by=ANSWERING, raised=raised, anyone=True, between_bodies=True, of_promises=True,
    )
)  # fmt: skip
