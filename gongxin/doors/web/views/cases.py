"""Cases (案件): bringing one, following it, handling it. Buttons are drawn from the table that guards the writes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongxin.doors.web import casefields, complaintfields, presenting
from gongxin.doors.web.rights import needs, viewer
from gongxin.doors.web.views import complaints, filing, tasks
from gongxin.kernel.issues import Refusal
from gongxin.law import casework, integrity
from gongxin.law.book import Item
from gongxin.law.casework import ActRule, CaseRules, CaseStanding, State
from gongxin.law.model import Procedure
from gongxin.law.standing import Line
from gongxin.rooms.remedy import documents, reviews
from gongxin.rooms.remedy.documents import AGAINST, DECIDED
from gongxin.spine import shelf, users
from gongxin.spine.access import withheld
from gongxin.spine.access.models import Body, Look
from gongxin.spine.bodies import register as bodies
from gongxin.spine.bodies.register import Register
from gongxin.spine.cases import attachments, engine, finding, kinds
from gongxin.spine.cases.deciding import decision_remedies
from gongxin.spine.cases.models import Case
from gongxin.spine.cases.points import points_of
from gongxin.spine.clock import today

PAGE = 20
WRONG = frozenset({"upheld", "corrected"})
"""States in which a record was found wrong: then who used it is told."""


@needs("cases")
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The cases in which it is one's turn, the next due first (待办案件)."""
    return _listed(request, finding.inbox(viewer(request)), "web/cases/list.html", "web:cases")


@needs("cases")
@require_safe
def all_cases(request: HttpRequest) -> HttpResponse:
    """Every case one may see, open and closed (全部案件)."""
    kind = request.GET.get("kind", "")
    return _listed(request, finding.listing(viewer(request), kind=kind), "web/cases/list.html", "web:cases-all")


@needs("own-cases")
@require_safe
def my_cases(request: HttpRequest) -> HttpResponse:
    """The cases one has brought, or that concern one (我的案件)."""
    return _listed(request, finding.listing(viewer(request)), "web/cases/mine.html", "web:my-cases")


@needs("case")
@require_safe
def one_case(request: HttpRequest, number: str) -> HttpResponse:
    """One case: how it stands, its clocks, what was done, what may be done now (案件详情)."""
    return _shown(request, number, {}, {}, "")


@needs("case")
@require_POST
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Do one act on a case (办理)."""
    shown = finding.show(viewer(request), number)
    if isinstance(shown, Refusal):
        return _unknown(request, shown)
    rule = shown.standing.rules.acts.get(verb)
    # Of a field in which several things can be chosen all are taken.
    sent = {name: ",".join(map(str, request.POST.getlist(name))).strip() for name in request.POST}
    fields = casefields.gathered(rule, sent, _item(shown.case)) if rule is not None else {}
    done = engine.act(viewer(request), number, verb, fields)
    if isinstance(done, Refusal):
        problems: dict[str, Any] = {}
        if rule is not None and done.code in {"case.needs", "case.points"}:
            problems = casefields.missing(rule, shown.standing.rules, {**sent, **fields}, _raised(shown))
        return _shown(request, number, sent, problems or {verb: presenting.in_words(done)}, verb)
    wrong = filing.attach_all(viewer(request), number, filing.files_of(request))
    text = _("已办理：%(act)s。案件现在是“%(state)s”。") % {
        "act": presenting.own_name(done.standing.rules.acts[verb]),
        "state": presenting.own_name(_state_now(done.case, done.standing)),
    }
    messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
    for each in wrong:
        messages.add_message(request, messages.WARNING, each, extra_tags="warn")
    return redirect("web:case", number=number)


@needs("case")
@require_POST
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """Attach files to a case (附加材料): who has no side in the case learns nothing of it."""
    found = finding.find_case(viewer(request), number)
    if isinstance(found, Refusal):
        return _unknown(request, found)
    offered = filing.files_of(request)
    wrong = filing.attach_all(viewer(request), number, offered) if offered else [_("请先选择文件")]
    if wrong:
        return _shown(request, number, {}, {"files": " ".join(wrong)}, "")
    messages.add_message(request, messages.SUCCESS, _("已附上 %(n)d 个文件。") % {"n": len(offered)}, extra_tags="good")
    return redirect("web:case", number=number)


@needs("case")
@require_safe
def attachment(request: HttpRequest, number: str, attachment: int) -> HttpResponseBase:
    """Download an attachment (下载附件): the sides of the case alone; never shown within a page."""
    opened = attachments.opened(viewer(request), number, attachment)
    if isinstance(opened, Refusal):
        return _unknown(request, opened)
    kept, name, pieces = opened
    media = attachments.accepted(shelf.book().on(today())).get(kept.kind, {}).get("media", "application/octet-stream")
    response = StreamingHttpResponse(pieces, content_type=media)
    response.headers["Content-Length"] = str(kept.size)
    response.headers["Content-Disposition"] = str(content_disposition_header(True, name))
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@needs("case")
@require_safe
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The case on paper, with its number to find it again (案件打印页)."""
    shown = finding.show(viewer(request), number)
    if isinstance(shown, Refusal):
        return _unknown(request, shown)
    context = {"shown": shown, "steps": _steps(shown), "kept": _kept(shown), "remedies": _remedies(shown)}
    return render(request, "web/cases/paper.html", context)


@needs("case")
@require_safe
def document(request: HttpRequest, number: str, n: int) -> HttpResponse:
    """A document of a case to print and serve (案件文书): who has no side in the case finds none."""
    made = documents.document(viewer(request), number, n)
    if isinstance(made, Refusal):
        return _unknown(request, made)
    shown = finding.show(viewer(request), number)
    raised = () if isinstance(shown, Refusal) else _raised(shown)
    said = list(casefields.told(made.said, made.kind, made.act.id, raised, made.item))
    asked = list(casefields.told(made.asked, made.kind, made.kind.begins, (), made.item))
    return render(request, "web/cases/document.html", {"made": made, "said": said, "asked": asked})


@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """How a case stands, for whoever has its number and receipt (凭回执查进度); nothing of what was said in it."""
    number, receipt = request.POST.get("number", "").strip(), request.POST.get("receipt", "").strip()
    found = finding.by_receipt(number, receipt) if number and receipt else None
    problem = ""
    if request.method == "POST" and found is None:
        problem = _("案号和回执码对不上。请核对回执，字母不分大小写；回执丢失的，带证件到窗口查询。")
    context = {"number": number, "found": found, "problem": problem}
    response = render(request, "web/cases/progress.html", context, status=422 if problem else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _listed(request: HttpRequest, found: Any, template: str, menu: str) -> HttpResponse:
    page = presenting.Paging.of(request.GET.get("page"), PAGE, found.count())
    law = shelf.book().on(today())
    rules = {entry.id: casework.rules_of(entry.id, law=law) for entry in law.casework()}
    rows = [_row(case, rules) for case in found[page.offset : page.offset + PAGE]]
    known = Body.objects.filter(code__in=[row["case"].body for row in rows])
    names = {body.code: presenting.own_name(body) for body in known}
    context = {
        "rows": rows, "page": page, "menu": menu, "bodies": names, "kinds": list(rules.values()),
        "chosen": request.GET.get("kind", ""), "all": menu == "web:cases-all",
    }  # fmt: skip
    return render(request, template, context)


def _row(case: Case, rules: dict[str, CaseRules]) -> dict[str, Any]:
    known = rules.get(case.kind)
    state = known.states.get(case.state) if known else None
    clock = known.clocks.get(case.clock) if known else None
    late = case.due is not None and case.closed_on is None and case.due < today()
    return {"case": case, "rules": known, "state": state, "clock": clock, "late": late}


def _unknown(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return render(request, "web/desk/refused.html", {"refusal": refusal}, status=404)


def _shown(
    request: HttpRequest, number: str, given: dict[str, str], problems: dict[str, Any], verb: str
) -> HttpResponse:
    shown = finding.show(viewer(request), number)
    if isinstance(shown, Refusal):
        return _unknown(request, shown)
    rules = shown.standing.rules
    read = finding.read_line(viewer(request), shown.case)
    line, look = (None, "") if isinstance(read, Refusal) else read
    item = _item(shown.case)
    body = Body.objects.filter(code=shown.case.body).first() if shown.case.body else None
    steps = _steps(shown)
    own = "authority" in rules.acts[rules.begins].sides
    context = {
        "shown": shown, "rules": rules, "acts": _acts(shown, line, given, problems, verb), "steps": steps,
        "latest": next((step for step in reversed(steps) if step["paper"]), None),
        "own": own, "concerned": _concerned(shown) if own else "",
        "problems": {_anchor(field, verb): text for field, text in problems.items()}, "wrong_files": problems.get("files", ""),
        "line": line, "look": look, "fields": _payload(line, item), "item": item, "body": body,
        "clocks": [_clock(clock) for clock in shown.standing.clocks], "kept": _kept(shown), "file": filing.file_words(),
        "complaint": complaints.panel(shown), "work": tasks.panel(shown, viewer(request)),
        "contested": shown.case.kind == integrity.KIND and shown.case.record is not None and shown.side == "applicant",
        "users": _users(shown, line), "remedies": _remedies(shown), "reviewable": _reviewable(shown),
        "menu": "web:my-cases" if shown.side == "applicant" else "web:cases",
    }  # fmt: skip
    return render(request, "web/cases/case.html", context, status=422 if problems else 200)


def _acts(
    shown: engine.Shown, line: Line | None, given: dict[str, str], problems: dict[str, Any], verb: str
) -> list[dict[str, Any]]:
    """The acts now allowed, each with its form (可办事项); the one that was refused stands open with what was typed."""
    rules = shown.standing.rules
    around = casefields.Around(
        _raised(shown), _item(shown.case), line.payload if line is not None else {}, _said_last(shown, "remedy_kind"),
        choices=complaintfields.choices(shown.case),
    )  # fmt: skip
    found = []
    for rule in shown.allowed:
        chosen = rule.id == verb
        told, wrong = (given, problems) if chosen else (_carried(shown, rule), {})
        found.append(
            {
                "rule": rule,
                "fields": casefields.of_act(rule, rules, told, wrong, opening=False, around=around),
                "open": chosen,
                "problem": wrong.get(rule.id, ""),
                "files": shown.side in {"applicant", "office"} and "text" in rule.says(),
            }
        )
    return found


def _carried(shown: engine.Shown, rule: ActRule) -> dict[str, str]:
    """What a notice says again of what was proposed (沿用所提事实和依据): it stands in the form already, to be put right or left."""
    if rule.id != "notify":
        return {}
    return {name: said for name in ("facts", "basis") if name in rule.needs and (said := _said_last(shown, name))}


def _anchor(field: str, verb: str) -> str:
    return "files" if field == "files" else "acts" if field == verb else f"{verb}-{field}"


def _item(case: Case) -> Item | None:
    return shelf.book().on(today()).find_item(case.item) if case.item else None


def _payload(line: Line | None, item: Item | None) -> list[tuple[str, str]]:
    """What the record says, without what must stay sealed (记录内容)."""
    if line is None or item is None:
        return []
    return [
        (presenting.own_name(spec), presenting.value_text(spec, value))
        for spec in item.fields
        if not spec.sensitive and (value := line.payload.get(spec.id))
    ]


def _raised(shown: engine.Shown) -> tuple[str, ...]:
    """The points that must be answered one by one (逐点答复的要点): of kinds that are brought with a text, or of a hearing."""
    rules, kind = shown.standing.rules, kinds.of(shown.case.kind)
    if kind.raised is not None:
        return kind.raised(shown.case)
    heard = next((said for done, said in reversed(shown.steps) if done.verb == "hear"), None)
    if heard is not None:
        return points_of(str(heard.get("text") or ""))
    if "text" not in rules.acts[rules.begins].needs or not shown.steps:
        return ()
    return points_of(str(shown.steps[0][1].get("text") or ""))


def _said_last(shown: engine.Shown, name: str) -> str:
    return next((str(said[name]) for _done, said in reversed(shown.steps) if said.get(name)), "")


def _state_now(case: Case, standing: CaseStanding) -> State:
    """The state after everything an act brought about (当前状态): a grant by rule may have followed it at once."""
    return standing.rules.states.get(case.state, standing.state)


def _steps(shown: engine.Shown) -> list[dict[str, Any]]:
    rules, item = shown.standing.rules, _item(shown.case)
    named = shown.side != "applicant"
    raised, known = _raised(shown), bodies.register()
    return [
        {
            "act": done,
            "rule": rules.acts.get(done.verb),
            "told": list(casefields.told(complaintfields.worded(rules.id, said), rules, done.verb, raised, item)),
            "named": named,
            "who": _who(done.actor, known) if named else "",
            "paper": documents.made_in(rules, done.verb),
        }
        for done, said in shown.steps
    ]


def _who(actor: str, known: Register) -> str:
    """Who did it, by name and body (办理人): an actor is kept as name@code, and nobody knows a body by its code."""
    name, _at, code = actor.partition("@")
    return f"{name}　{known.name(code)}" if code in known.bodies else actor


def _kept(shown: engine.Shown) -> list[dict[str, Any]]:
    """The case's attachments as a page lists them (附件清单); what the scanner refused is not offered."""
    taken = attachments.accepted(shelf.book().on(today()))
    return [
        {
            "it": kept,
            "name": name,
            "kind": taken.get(kept.kind, {}).get("name_en" if presenting.english() else "name", kept.kind),
            "refused": kept.verdict == attachments.QUARANTINED,
            "clean": kept.verdict == attachments.CLEAN,
        }
        for kept, name in attachments.listing(shown.case)
    ]


def _remedies(shown: engine.Shown) -> tuple[Procedure, ...]:
    """Where one can go after a decision against one (救济途径), by name and with the days."""
    # A decision that was served stands until its case is over, whatever is done under it meanwhile.
    served = any(done.verb == "serve-decision" for done, _said in shown.steps) and not shown.standing.state.closed
    if shown.standing.state.id not in DECIDED and not served:
        return ()
    return decision_remedies(shelf.book().on(today()))


def _concerned(shown: engine.Shown) -> str:
    """The organisation a body's own case is about (对方): by name where it is a registered body, else by code; a person is named nowhere here."""
    kind, _sep, code = shown.case.subject.partition(":")
    return bodies.register().name(code) if kind == "uscc" and shown.side != "applicant" else ""


def _reviewable(shown: engine.Shown) -> bool:
    decided = reviews.DECIDED.get(shown.case.kind, frozenset())
    again = Case.objects.filter(kind=reviews.KIND, about=shown.case.number).exists()
    within = any(rule.id == "ask-review" for rule in shown.allowed)
    return shown.side == "applicant" and shown.standing.state.id in decided & AGAINST and not again and not within


def _users(shown: engine.Shown, line: Line | None) -> dict[str, Any] | None:
    """Who had used a record found wrong (使用过错误记录的单位): bodies with their looks.

    The one concerned is not told of what the law still keeps from it; counts and names leave it out alike.
    """
    if line is None or shown.standing.state.id not in WRONG:
        return None
    used = users.of_record(line, shelf.book())
    looks = [number for numbers in used.by_body.values() for number in numbers]
    hidden = withheld.hidden(looks, today()) if shown.side == "applicant" else frozenset[str]()
    if shown.standing.state.closed:
        # Who looked after the correction was given the record as it is right.
        ended = shown.steps[-1][0].at
        hidden |= frozenset(Look.objects.filter(number__in=looks, at__gt=ended).values_list("number", flat=True))
    seen = {body: [each for each in numbers if each not in hidden] for body, numbers in used.by_body.items()}
    names = {each.code: each for each in Body.objects.filter(code__in=seen)}
    rows = [(names.get(body, body), numbers) for body, numbers in sorted(seen.items()) if numbers]
    return {"rows": rows, "bodies": len(rows), "looks": sum(len(numbers) for _body, numbers in rows)}


def _clock(clock: casework.Clock) -> dict[str, Any]:
    """A clock as a row shows it (时钟一行). Whoever may speak and did not is not late: it is a right, and its time is over."""
    if clock.rule.side == "applicant" and clock.late():
        tone, word = "off", _("期限已过")
    elif clock.stopped is not None:
        tone, word = ("warn", _("逾期办结")) if clock.late() else ("good", _("按期办结"))
    elif clock.paused is not None:
        tone, word = "off", _("已暂停")
    elif clock.overdue_on(today()):
        tone, word = "bad", _("已逾期")
    else:
        tone, word = "run", _("进行中")
    return {"it": clock, "tone": tone, "word": word, "certainty": clock.term.certainty}
