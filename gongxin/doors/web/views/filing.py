"""Bringing a case (提出申请): by the one concerned, at the counter, by the body that decided; led step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongxin.doors.web import casefields, presenting
from gongxin.doors.web.rights import needs, viewer
from gongxin.kernel.issues import Refusal
from gongxin.law import casework, repair
from gongxin.law.book import LawSilent
from gongxin.law.casework import CaseRules
from gongxin.law.repair import Eligibility
from gongxin.rooms.disclosure import mine as own
from gongxin.rooms.remedy import repairs
from gongxin.spine import records, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.bodies.register import borne_by
from gongxin.spine.cases import attachments, engine, finding, kinds
from gongxin.spine.cases.models import Channel
from gongxin.spine.cases.subjects import key_of
from gongxin.spine.clock import today

OUTER = ("record", "look", "case", "result", "code", "applicant")
FIRST = ("objection", "repair", "inquiry", "copy", "erasure", "statement")
"""In which order the kinds are offered; the others follow as the law book has them."""
AUDITORS = "unusual"
"""The ground on which the auditor alone asks; nobody else is offered it."""
NUMBERED = frozenset({"look", "case", "result"})
"""What a case may be about that has a number of its own (所涉编号)."""
SEQUENCE_DIGITS = 19
"""More digits than the ledger's numbers have."""


@dataclass(frozen=True)
class Desk:
    """From where a case is brought (提出的地方): which side that is, its page in the menu, how the form came in."""

    side: str
    menu: str
    channel: str = Channel.ONLINE

    @property
    def own(self) -> bool:
        return self.side == "applicant"


@needs("own-cases")
@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """Bring a case oneself (提出申请): what it does at once is said beside the button."""
    if kinds.of(request.POST.get("kind") or request.GET.get("kind") or "").anyone:
        # Whoever asks to act for somebody names whom; the number on the form becomes a key at once.
        return _opening(request, key_of(request.POST.get("code", "")) or "", Desk("applicant", "web:my-cases"))
    keys = sorted(finding.own_keys(viewer(request)))
    subject = request.POST.get("subject") or request.GET.get("subject") or (keys[0] if keys else "")
    return _opening(request, subject, Desk("applicant", "web:my-cases"))


@needs("counter")
@require_http_methods(["GET", "HEAD", "POST"])
def counter_case(request: HttpRequest) -> HttpResponse:
    """Enter a case for somebody at the counter, or from paper (窗口代录)."""
    code = request.POST.get("code") or request.GET.get("code") or ""
    channel = Channel.PAPER if request.POST.get("paper") == "1" else Channel.COUNTER
    return _opening(request, key_of(code) or "", Desk("office", "web:counter-case", channel))


@needs("correct")
@require_http_methods(["GET", "HEAD", "POST"])
def own_decision(request: HttpRequest) -> HttpResponse:
    """Report what became of one's own decision (更正撤回登记): revoked or changed, or false material handed in."""
    place = _place(request.POST.get("record") or request.GET.get("record") or "")
    # Whose record it is follows from the record; of another body's nothing is said, not even that it is there.
    own_record = place is not None and place.provider in borne_by(viewer(request).body)
    return _opening(
        request, place.subject if place is not None and own_record else "", Desk("authority", "web:own-decision")
    )


def files_of(request: HttpRequest) -> list[attachments.Offered]:
    """Return the files sent with a form (随表附件): of one that is too large only so much as shows that it is."""
    most = shelf.book().on(today()).parameter(attachments.MEGABYTES).number() * attachments.MEGABYTE + 1
    return [attachments.Offered(each.name or "", each.read(most)) for each in request.FILES.getlist("files")]


def attach_all(who: Viewer, number: str, offered: Sequence[attachments.Offered]) -> list[str]:
    """Attach files to a case (附加材料); returns for each that was not taken why, by its name."""
    wrong = []
    for each in offered:
        done = attachments.attach(who, number, each)
        if isinstance(done, Refusal):
            wrong.append(f"{each.name}：{presenting.in_words(done)}")
    return wrong


def file_words() -> dict[str, Any]:
    """Return what files can be attached (附件要求): their names, the browser's own list, the size."""
    law = shelf.book().on(today())
    kinds = attachments.accepted(law)
    return {
        "names": presenting.listed(
            (presenting.english() and kind["name_en"]) or kind["name"] for kind in kinds.values()
        ),
        "accept": ",".join("." + name for name in (*kinds, "jpg")),
        "megabytes": law.parameter(attachments.MEGABYTES).number(),
        "count": law.parameter(attachments.COUNT).number(),
    }


def sequence_of(text: str) -> int:
    """Return the number of a record as it was typed (记录号), or 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < SEQUENCE_DIGITS else 0


def _place(text: str) -> records.Place | None:
    return records.find_place(sequence_of(text))


def _kinds(side: str) -> list[CaseRules]:
    """The kinds of case a side may bring (可以提出的种类)."""
    law = shelf.book().on(today())
    found = [casework.rules_of(entry.id, law=law) for entry in law.casework()]
    # What a body brings about a subject has a page of its own, where the subject is named by its code.
    mine = [rules for rules in found if side in rules.acts[rules.begins].sides]
    # A complaint has a page of its own, where who complains is sealed apart from it.
    mine = [
        rules
        for rules in mine
        if not kinds.of(rules.id).protected and not (side == "applicant" and kinds.of(rules.id).between_bodies)
    ]
    mine = [rules for rules in mine if side != "authority" or rules.about != "subject"]
    return sorted(mine, key=lambda rules: FIRST.index(rules.id) if rules.id in FIRST else len(FIRST))


def _opening(request: HttpRequest, subject: str, desk: Desk) -> HttpResponse:
    offered = _kinds(desk.side)
    wanted = request.POST.get("kind") or request.GET.get("kind") or ("" if desk.own else offered[0].id)
    if not wanted:
        return render(request, "web/cases/choose.html", {"kinds": map(_offering, offered), "menu": desk.menu})
    rules = next((each for each in offered if each.id == wanted), None)
    if rules is None:
        raise Http404
    outer = {name: (request.POST.get(name) or request.GET.get(name) or "").strip() for name in OUTER}
    about = request.GET.get("about", "").strip()
    outer["look"], outer["case"] = outer["look"] or about, outer["case"] or about
    rule = rules.acts[rules.begins]
    # Several ticked in one field are one answer, as if they had been typed one after another.
    given = {name: ",".join(map(str.strip, request.POST.getlist(name))) for name in rule.says()}
    problems: dict[str, Any] = {}
    if request.method == "POST":
        problems = _problems(rules, outer, given, desk)
        if not subject and (desk.side == "office" or kinds.of(rules.id).anyone):
            problems["code"] = _("代码不对。请对照证照重新填写")
        if not problems:
            asked = engine.Request(
                rules.id, subject, casefields.gathered(rule, given),
                record=int(outer["record"]) if rules.about == "record" else None,
                about=outer.get(rules.about, "") if rules.about in NUMBERED else "",
                channel=desk.channel, applicant=outer["applicant"],
            )  # fmt: skip
            done = engine.open_case(viewer(request), asked)
            if not isinstance(done, Refusal):
                wrong = attach_all(viewer(request), done.case.number, files_of(request))
                context = {"done": done, "rules": rules, "menu": desk.menu, "wrong": wrong}
                return render(request, "web/cases/opened.html", context)
            problems["form"] = presenting.in_words(done)
    context = _form(request, rules, subject, outer, desk) | {
        "fields": casefields.of_act(
            rule, _offering(rules), given, problems, opening=True, around=_around(request, rules, subject, desk)
        ),
        "problems": problems,
        "kinds": offered,
    }
    return render(request, "web/cases/new.html", context, status=422 if problems else 200)


def _offering(rules: CaseRules) -> CaseRules:
    return replace(rules, grounds=tuple(each for each in rules.grounds if each.id != AUDITORS))


def _around(request: HttpRequest, rules: CaseRules, subject: str, desk: Desk) -> casefields.Around:
    law = shelf.book().on(today())
    try:
        commitment = repair.commitment_text(law) if rules.id == repairs.KIND else ""
    except LawSilent:
        return casefields.NOTHING
    return casefields.Around(commitment=commitment, choices=_own_records(request, rules, subject, desk))


def _own_records(
    request: HttpRequest, rules: CaseRules, subject: str, desk: Desk
) -> dict[str, tuple[tuple[str, str], ...]]:
    """One's own records to be ticked (勾选本人记录) where a request may name several; at the counter they are typed."""
    if not desk.own or not subject or rules.about == "record" or "record" not in rules.acts[rules.begins].says():
        return {}
    told = own.mine(viewer(request), subject)
    entries = () if isinstance(told, Refusal) else told.entries
    rows = [
        (str(each.record), "　".join(filter(None, (presenting.own_name(each.item), each.title, each.document))))
        for each in entries
    ]
    return {casefields.SEVERAL_RECORDS: tuple(rows)} if rows else {}


def _problems(rules: CaseRules, outer: Mapping[str, str], given: Mapping[str, str], desk: Desk) -> dict[str, Any]:
    problems = casefields.missing(rules.acts[rules.begins], rules, given)
    if rules.about == "record" and _place(outer["record"]) is None:
        problems["record"] = _("请填写记录号，从“我的信用”进入会自动带上")
    if rules.about == "look" and not outer["look"]:
        problems["look"] = _("请填写查阅编号，从“谁看过我”进入会自动带上")
    if rules.about == "case" and not outer["case"]:
        problems["case"] = _("请填写原案号，从原案件进入会自动带上")
    if rules.about == "result" and not outer["result"]:
        problems["result"] = _("请填写评价编号，从评价结果页面进入会自动带上")
    if desk.side == "office" and not outer["applicant"]:
        problems["applicant"] = _("请填写申请人")
    return problems


def _form(request: HttpRequest, rules: CaseRules, subject: str, outer: Mapping[str, str], desk: Desk) -> dict[str, Any]:
    """What the form shows around its fields (表单周围): the record, whether it can be repaired, what can be chosen."""
    # Of a number typed into another kind's form nothing is told, whosever record it is.
    record = _place(outer["record"]) if rules.about == "record" else None
    held: own.Held | None = None
    entries: Sequence[own.Held] = ()
    if desk.own and rules.about == "record" and subject:
        told = own.mine(viewer(request), subject)
        if not isinstance(told, Refusal):
            held = told.find(record.record) if record is not None else None
            entries = () if held is not None else [each for each in told.entries if _offered(rules, each)]
        if held is None:
            record = None
    if record is not None and desk.side == "authority" and record.provider not in borne_by(viewer(request).body):
        record = None
    outlook = repairs.outlook(held.line) if held is not None and rules.id == repairs.KIND else None
    law = shelf.book().on(today())
    return {
        "rules": rules, "rule": rules.acts[rules.begins], "outer": outer, "subject": subject, "record": record, "held": held,
        "entries": [_entry(rules, each) for each in entries], "outlook": outlook, "waits": outlook is not None and not outlook.possible,
        "item": law.find_item(record.item) if record else None, "menu": desk.menu, "counter": desk.side == "office",
        "own": desk.own, "for_other": kinds.of(rules.id).anyone, "file": file_words(), "names_body": desk.side != "authority",
    }  # fmt: skip


def _offered(rules: CaseRules, held: own.Held) -> bool:
    """Whether an entry is offered to be chosen (可选记录): for a repair the adverse ones that still stand."""
    if rules.id == repairs.KIND:
        return held.adverse and not held.only_you
    return not held.only_you or rules.id == "objection"


def _entry(rules: CaseRules, held: own.Held) -> dict[str, Any]:
    told: Eligibility | None = repairs.outlook(held.line) if rules.id == repairs.KIND else None
    return {"it": held, "name": presenting.own_name(held.item), "outlook": told}
