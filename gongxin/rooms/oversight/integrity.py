"""Records of broken faith of government (政务失信记录): proposed, noticed, heard, decided by a named person, served – then recorded.

No state before the service has any effect, and a machine decides nothing. The body concerned speaks by its own people,
explains in writing, puts right within its term; what was verified as put right is displayed no longer the same day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from gongxin.kernel.identifiers import is_uscc
from gongxin.kernel.issues import Refusal
from gongxin.law import complaints, integrity
from gongxin.law.facts import day_of
from gongxin.law.integrity import ITEM, KIND, Ground
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body, Role
from gongxin.spine.bodies import superiors
from gongxin.spine.cases import engine, kinds, serving
from gongxin.spine.cases.deciding import remedies, unnamed
from gongxin.spine.cases.engine import Done
from gongxin.spine.cases.finding import CODE, last_said, said_first
from gongxin.spine.cases.kinds import Doing, Kind, Placing, Telling, register
from gongxin.spine.cases.models import Case, CaseAct, Channel
from gongxin.spine.cases.points import points_of, refused_findings, refused_numbers
from gongxin.spine.cases.serving import Paper
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.documents import document_keys

NOTICE, DECISION = "integrity-notice", "integrity-decision"
SERVING = {
    "serve-notice": Paper(NOTICE, "notify", "integrity.noticed"),
    "serve-decision": Paper(DECISION, "decide", "integrity.decided"),
}
"""The acts that enter a service: which document, by which act it was made, through which notice the body opens it."""
TEXTS = ("facts", "basis", "evidence", "text", "findings", "reason", "leniency", "proof")


def propose(viewer: Viewer, body: str, fields: Mapping[str, Any], *, channel: str = Channel.ONLINE) -> Done | Refusal:
    """Propose a record about a body (提出认定): `source`, `facts`, `basis`, `evidence`, perhaps `complaint`, `document_no`."""
    about = str(fields.get("complaint") or "").strip().upper()
    return engine.open_case(
        viewer, engine.Request(KIND, CODE + body.strip().upper(), dict(fields), about=about, channel=channel)
    )


def place(asked: Placing) -> Placing | Refusal:
    """Find the body concerned (当事单位): a public body under its unified code, with no other such case open."""
    code = superiors.bearer(asked.subject.removeprefix(CODE))
    known = superiors.standing_of(code)
    if known is None or not is_uscc(code) or code not in {each.code for each in superiors.public_bodies()}:
        return Refusal(
            "integrity.body",
            _("没有这个单位，或者它没有统一社会信用代码"),
            None,
            _("请先在单位登记中补齐统一社会信用代码"),
        )
    own = superiors.standing_of(asked.viewer.body)
    no = integrity.refused_decider(own, known) if own is not None else None
    if no is not None:
        return no
    if Case.objects.filter(kind=KIND, subject=CODE + code, about=asked.about, closed_on__isnull=True).exists():
        return Refusal("case.open", _("这个单位已有同一来源的案件在办"), None, _("请在原案件中办理"))
    return asked.placed(subject=CODE + code, about=asked.about, body=asked.viewer.body)


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act, or None (办理前检查)."""
    clause = str(doing.rules.acts[doing.verb].clause or doing.rules.bases[0])
    no = unnamed(doing)
    for name in TEXTS:
        no = no if no is not None else refused_numbers(str(doing.fields.get(name) or ""), clause)
    if no is None:
        no = complaints.refused_identity(" ".join(map(str, doing.fields.values())), _hidden(doing))
    if no is None and doing.verb == "propose":
        no = integrity.refused_ground(_ground(doing), law=doing.law)
    if no is None and doing.verb in {"decide", "exempt"}:
        no = _undecidable(doing, clause)
    if no is None and doing.verb == "decide":
        no = _unfit_decision(doing)
    if no is None and doing.verb == "criticise":
        no = integrity.refused_criticism(measures_of(last_said(doing.case, "decide")))
    if no is None and doing.verb == "exempt":
        no = integrity.refused_exemption(day_of(str(doing.fields["corrected_on"])), today=doing.today)
    if no is None and doing.verb in SERVING:
        no = serving.refused(doing, SERVING)
    if no is None and doing.verb == "rectify":
        day = day_of(str(doing.fields["performed_on"]))
        if day is None or day > doing.today:
            no = Refusal("integrity.day", _("履行日期不对"), clause, _("请写成 2026-11-22，不能晚于今天"))
    return no


def _unfit_decision(doing: Doing) -> Refusal | None:
    """Why the consequences cannot be ordered so (决定的措施): none or unknown ones, a bar without its end, a correction unanswered."""
    chosen, until = measures_of(doing.fields), str(doing.fields.get("barred_until") or "")
    no = integrity.refused_measures(chosen, law=doing.law)
    if no is None and until and day_of(until) is None:
        no = Refusal("case.day", _("看不懂这个日期，请写成 2026-11-22"), None, _("请改正取消评选资格的截止日期"))
    if no is None:
        no = integrity.refused_barring(chosen, day_of(until), today=doing.today, law=doing.law)
    if no is None:
        corrected = day_of(str(last_said(doing.case, "state-defence").get("corrected_on") or ""))
        no = integrity.refused_unweighed(corrected, str(doing.fields.get("leniency") or ""))
    return no


def entries(doing: Doing) -> Sequence[NewAct]:
    """What an act enters in the ledger (对台账的影响): the record with its service, the removal with its verification."""
    if doing.verb == "serve-decision":
        return [_record(doing)]
    if doing.verb != "verify":
        return ()
    said = {
        "removed_on": doing.today.isoformat(), "removal_reason": _("整改经核实"), "reason": doing.fields["findings"],
        "basis": str(doing.rules.acts["verify"].clause),
    }  # fmt: skip
    return [engine.entry(doing, "removal", said)]


def tellings(doing: Doing) -> Sequence[Telling]:
    """What the body is told (告知当事单位): as a body and, where it has an account of its own, as a subject."""
    text, words = "", {"clause": str(doing.rules.acts[doing.verb].clause or doing.rules.bases[0])}
    if doing.verb == "notify":
        text = _("拟将贵单位的下列情况记入政务失信记录。事实：%(facts)s。依据：%(basis)s。可以陈述、申辩；送达决定以前没有任何效果") % {
            "facts": doing.fields["facts"].rstrip("。"), "basis": doing.fields["basis"].rstrip("。"),
        }  # fmt: skip
        return _told(doing, "integrity.noticed", {**words, "text": text})
    if doing.verb == "decide":
        ways = remedies(doing.law)
        named = integrity.named_measures(measures_of(doing.fields), doing.law)
        text = "；".join([
            _("已决定记入政务失信记录，送达后才生效。措施：%(measures)s") % {"measures": named}, *(way.text for way in ways)
        ])  # fmt: skip
        until = day_of(str(doing.fields.get("barred_until") or ""))
        told = {
            **words,
            "text": text,
            "terms": integrity.terms_of(measures_of(doing.fields), until, law=doing.law),
            "ways": [{"id": way.id, "text": way.text, "text_en": way.text_en} for way in ways],
        }
        return _told(doing, "integrity.decided", told)
    if doing.verb == "criticise":
        text = _("对贵单位作出通报批评：%(text)s。与记录一并公开，整改经核实即撤下") % {"text": doing.fields["text"]}
        return _told(doing, "integrity.criticised", {**words, "text": text})
    if doing.verb == "verify":
        return _told(doing, "integrity.repaired", {**words, "text": _("整改经核实，记录当日停止公示")})
    return ()


def afterwards(doing: Doing) -> Refusal | None:
    """Enter the service with its proof, and tie the case to the record it brought about (登记送达)."""
    return serving.tied(doing, SERVING, "serve-decision", ITEM)


def raised_in(case: Case) -> tuple[str, ...]:
    """Return the points the body has raised (当事单位提出的要点), each of which a decision must meet."""
    return points_of(str(last_said(case, "state-defence").get("text") or ""))


def measures_of(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of the consequences that were chosen (所选措施)."""
    return tuple(
        each.strip() for each in str(fields.get("measures") or "").replace("，", ",").split(",") if each.strip()
    )


def _ground(doing: Doing) -> Ground:
    number = str(doing.fields.get("complaint") or "").strip().upper()
    complaint = Case.objects.filter(number=number, kind=complaints.KIND).first() if number else None
    fits = complaint is not None and CODE + superiors.bearer(complaint.about) == doing.case.subject
    outcome = str(last_said(complaint, "answer").get("outcome") or "") if complaint is not None and fits else ""
    return Ground(str(doing.fields["source"]), str(doing.fields.get("document_no") or ""), number, outcome)


def _hidden(doing: Doing) -> tuple[str, ...]:
    """What is sealed of the complainant the case began with: the body concerned must not find it here."""
    if doing.side != "authority":
        return ()
    complaint = Case.objects.filter(number=doing.case.about, kind=complaints.KIND).first() if doing.case.about else None
    return () if complaint is None else kinds.of(complaint.kind).hidden(complaint)


def _undecidable(doing: Doing, clause: str) -> Refusal | None:
    """Why it cannot be decided yet, or not so (不能决定的理由): the hearing, then every point."""
    if doing.before is not None and doing.before.state.id == "served":
        hearing = doing.before.find_clock("hear")
        if hearing is None or not hearing.overdue_on(doing.today):
            return Refusal(
                "integrity.early", _("陈述申辩的期限还没有过，当事单位也还没有陈述"), clause,
                _("%(due)s 以后，或者当事单位陈述申辩之后，才能决定") % {"due": hearing.due if hearing else "—"},
            )  # fmt: skip
    return refused_findings(raised_in(doing.case), str(doing.fields["findings"]), clause)


def _record(doing: Doing) -> NewAct:
    case, first, decided, noticed = (
        doing.case,
        said_first(doing.case),
        last_said(doing.case, "decide"),
        last_said(doing.case, "notify"),
    )
    made = CaseAct.objects.filter(case=case, verb="decide").latest("n")
    code = case.subject.removeprefix(CODE)
    decider, concerned = Body.objects.get(code=case.body), Body.objects.get(code=code)
    payload = {
        "subject_name": concerned.name, "subject_kind": "organisation", "uscc": code, "source_kind": first["source"],
        "facts": noticed["facts"], "basis": noticed["basis"], "document_no": decided["document_no"],
        "document_name": _("政务失信认定决定书"), "decided_on": made.on.isoformat(), "served_on": doing.fields["served_on"],
        "measures": str(integrity.named_measures(measures_of(decided), doing.law)),
        "barred_until": decided.get("barred_until"), "authority": decider.name,
        "authority_code": decider.code, "source": decider.name, "source_code": decider.code,
    }  # fmt: skip
    said = {name: str(value) for name, value in payload.items() if value}
    document, content, paper = document_keys(doing.law.item(ITEM), case.subject, said)
    return NewAct(
        "record", ITEM, case.subject, case.body, said, f"case:{case.number}", document=document, content=content,
        paper=paper,
    )  # fmt: skip


def _told(doing: Doing, template: str, words: Mapping[str, object]) -> list[Telling]:
    subject = doing.case.subject
    return [Telling("subject", subject, template, words), Telling("body", subject.removeprefix(CODE), template, words)]


register(
    Kind(
        KIND, place=place, check=check, entries=entries, tellings=tellings, afterwards=afterwards, raised=raised_in,
        answered_by=frozenset({Role.STEWARD, Role.OPERATOR}), concerned=True, unseen=frozenset({"proposed"}),
    )
)  # fmt: skip
