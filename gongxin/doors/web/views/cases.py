"""Cases (案件): bringing one, following it, handling it. Buttons are drawn from the table that guards the writes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongxin.doors.web import casefields, presenting
from gongxin.doors.web.rights import needs, viewer
from gongxin.kernel.issues import Refusal
from gongxin.law import casework
from gongxin.law.book import LawSilent
from gongxin.law.casework import CaseRules
from gongxin.rooms.remedy import engine
from gongxin.rooms.remedy.models import Case, Channel
from gongxin.spine import records, shelf
from gongxin.spine.access.models import Body, Role
from gongxin.spine.clock import today
from gongxin.spine.outbox import notices as outbox

PAGE = 20
SUBJECT_PREFIX = "uscc:"


@needs("cases")
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The cases in which it is one's turn, the next due first (待办案件)."""
    return _listed(request, engine.inbox(viewer(request)), "web/cases/list.html", "web:cases")


@needs("cases")
@require_safe
def all_cases(request: HttpRequest) -> HttpResponse:
    """Every case one may see, open and closed (全部案件)."""
    kind = request.GET.get("kind", "")
    return _listed(request, engine.listing(viewer(request), kind=kind), "web/cases/list.html", "web:cases-all")


@needs("own-cases")
@require_safe
def my_cases(request: HttpRequest) -> HttpResponse:
    """The cases one has brought, or that concern one (我的案件)."""
    return _listed(request, engine.listing(viewer(request)), "web/cases/mine.html", "web:my-cases")


@needs("own-cases")
@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """Bring a case oneself (提出申请): what it does at once is said beside the button."""
    keys = sorted(engine.own_keys(viewer(request)))
    subject = request.POST.get("subject") or request.GET.get("subject") or (keys[0] if keys else "")
    return _opening(request, subject, Channel.ONLINE, "web:my-cases")


@needs("counter")
@require_http_methods(["GET", "HEAD", "POST"])
def counter_case(request: HttpRequest) -> HttpResponse:
    """Enter a case for somebody at the counter, or from paper (窗口代录)."""
    code = (request.POST.get("code") or request.GET.get("code") or "").strip().upper()
    channel = Channel.PAPER if request.POST.get("paper") == "1" else Channel.COUNTER
    return _opening(request, f"{SUBJECT_PREFIX}{code}" if code else "", channel, "web:cases-all")


@needs("case")
@require_safe
def one_case(request: HttpRequest, number: str) -> HttpResponse:
    """One case: how it stands, its clocks, what was done, what may be done now (案件详情)."""
    return _shown(request, number, {}, {}, "")


@needs("case")
@require_POST
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Do one act on a case (办理)."""
    given = {name: request.POST.get(name, "").strip() for name in request.POST if name != "csrfmiddlewaretoken"}
    said = {name: value for name, value in given.items() if value}
    done = engine.act(viewer(request), number, verb, said)
    if isinstance(done, Refusal):
        shown = engine.show(viewer(request), number)
        if isinstance(shown, Refusal):
            raise Http404
        rule = shown.standing.rules.acts.get(verb)
        problems = casefields.missing(rule, given) if rule is not None and done.code == "case.needs" else {}
        problems = problems or {verb: " ".join(part for part in (done.message, done.way_forward) if part)}
        return _shown(request, number, given, problems, verb)
    text = _("已办理：%(act)s。案件现在是“%(state)s”。") % {
        "act": presenting.own_name(done.standing.rules.acts[verb]),
        "state": presenting.own_name(done.standing.state),
    }
    messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
    return redirect("web:case", number=number)


@needs("case")
@require_safe
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The case on paper, with its number to find it again (案件打印页)."""
    shown = engine.show(viewer(request), number)
    if isinstance(shown, Refusal):
        raise Http404
    return render(request, "web/cases/paper.html", {"shown": shown, "steps": _steps(shown)})


@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """How a case stands, for whoever has its number and receipt (凭回执查进度); nothing of what was said in it."""
    number, receipt = request.POST.get("number", "").strip(), request.POST.get("receipt", "").strip()
    found = engine.by_receipt(number, receipt) if number and receipt else None
    problem = ""
    if request.method == "POST" and found is None:
        problem = _("案号和回执码对不上。请核对回执，字母不分大小写；回执丢失的，带证件到窗口查询。")
    context = {"number": number, "found": found, "problem": problem}
    response = render(request, "web/cases/progress.html", context, status=422 if problem else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


@needs("desk")
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """What one has been told (告知), the latest first; reading the page marks nothing, the button does."""
    who = viewer(request)
    found = outbox.of("account", str(who.account_id)) | outbox.of("role", who.role)
    if who.role == Role.SUBJECT:
        for key in engine.own_keys(who):
            found = found | outbox.of("subject", key)
    elif who.body:
        found = found | outbox.of("body", who.body)
    if request.method == "POST":
        outbox.mark_read(found, request.POST.get("notice", ""))
        return redirect("web:notices")
    page = presenting.Paging.of(request.GET.get("page"), PAGE, found.count())
    rows = [{"it": one, "words": outbox.words_of(one)} for one in found[page.offset : page.offset + PAGE]]
    return render(request, "web/cases/notices.html", {"rows": rows, "page": page, "menu": "web:notices"})


def _listed(request: HttpRequest, found: Any, template: str, menu: str) -> HttpResponse:
    page = presenting.Paging.of(request.GET.get("page"), PAGE, found.count())
    law = shelf.book().on(today())
    rules = {entry.id: casework.rules_of(entry.id, law=law) for entry in law.casework()}
    rows = [_row(case, rules) for case in found[page.offset : page.offset + PAGE]]
    bodies = dict(Body.objects.filter(code__in=[row["case"].body for row in rows]).values_list("code", "name"))
    context = {
        "rows": rows, "page": page, "menu": menu, "bodies": bodies, "kinds": list(rules.values()),
        "chosen": request.GET.get("kind", ""), "all": menu == "web:cases-all",
    }  # fmt: skip
    return render(request, template, context)


def _row(case: Case, rules: dict[str, CaseRules]) -> dict[str, Any]:
    known = rules.get(case.kind)
    state = known.states.get(case.state) if known else None
    clock = known.clocks.get(case.clock) if known else None
    late = case.due is not None and case.closed_on is None and case.due < today()
    return {"case": case, "rules": known, "state": state, "clock": clock, "late": late}


def _opening(request: HttpRequest, subject: str, channel: str, menu: str) -> HttpResponse:
    kind = request.POST.get("kind") or request.GET.get("kind") or "objection"
    try:
        rules = casework.rules_of(kind, law=shelf.book().on(today()))
    except LawSilent as silent:
        raise Http404 from silent
    rule = rules.acts[rules.begins]
    given = {name: request.POST.get(name, "").strip() for name in rule.says()}
    outer = {
        name: (request.POST.get(name) or request.GET.get(name) or "").strip()
        for name in ("record", "look", "case", "code", "applicant")
    }
    problems: dict[str, Any] = {}
    if request.method == "POST":
        problems = casefields.missing(rule, given)
        if rules.about == "record" and not outer["record"].isdigit():
            problems["record"] = _("请填写记录号，从“我的信用”或者主体页进入会自动带上")
        if menu != "web:my-cases" and not outer["applicant"]:
            problems["applicant"] = _("请填写申请人")
        if not problems:
            asked = engine.Request(
                kind, subject, {name: value for name, value in given.items() if value},
                record=int(outer["record"]) if outer["record"].isdigit() else None,
                about=outer["look"] or outer["case"], channel=channel, applicant=outer["applicant"],
            )  # fmt: skip
            done = engine.open_case(viewer(request), asked)
            if not isinstance(done, Refusal):
                return render(request, "web/cases/opened.html", {"done": done, "rules": rules, "menu": menu})
            problems["form"] = " ".join(part for part in (done.message, done.way_forward) if part)
    # The number and the item alone: what the record says is opened through the gate, in the case.
    record = (
        records.find_place(int(outer["record"])) if outer["record"].isdigit() and len(outer["record"]) < 19 else None
    )
    if record is not None and menu == "web:my-cases" and not engine.represents(viewer(request), record.subject):
        record = None
    law = shelf.book().on(today())
    context = {
        "rules": rules, "rule": rule, "kinds": [casework.rules_of(entry.id, law=law) for entry in law.casework()],
        "fields": casefields.of_act(rule, rules, given, problems, opening=True), "outer": outer, "problems": problems,
        "subject": subject, "record": record, "menu": menu, "counter": menu != "web:my-cases",
        "item": shelf.book().on(today()).find_item(record.item) if record else None,
    }  # fmt: skip
    return render(request, "web/cases/new.html", context, status=422 if problems else 200)


def _shown(
    request: HttpRequest, number: str, given: dict[str, str], problems: dict[str, Any], verb: str
) -> HttpResponse:
    shown = engine.show(viewer(request), number)
    if isinstance(shown, Refusal):
        return render(request, "web/desk/refused.html", {"refusal": shown}, status=404)
    rules = shown.standing.rules
    read = engine.read_line(viewer(request), shown.case)
    line, look = (None, "") if isinstance(read, Refusal) else read
    item = shelf.book().on(today()).find_item(shown.case.item) if shown.case.item else None
    fields = []
    if line is not None and item is not None:
        for name, value in line.payload.items():
            spec = item.find_field(name)
            if value and spec is not None and not spec.sensitive:
                fields.append((presenting.own_name(spec), presenting.value_text(spec, value)))
    acts = [
        {
            "rule": rule,
            "fields": casefields.of_act(
                rule, rules, given if rule.id == verb else {}, problems if rule.id == verb else {}, opening=False
            ),
            "open": rule.id == verb,
            "problem": problems.get(rule.id, "") if rule.id == verb else "",
        }
        for rule in shown.allowed
    ]
    body = Body.objects.filter(code=shown.case.body).first() if shown.case.body else None
    mine = shown.side == "applicant"
    context = {
        "shown": shown, "rules": rules, "acts": acts, "steps": _steps(shown), "problems": problems, "line": line, "look": look,
        "fields": fields, "item": item, "body": body, "clocks": [_clock(clock) for clock in shown.standing.clocks],
        "menu": "web:my-cases" if mine else "web:cases",
        "title": item.get_field(item.title_field).worded(line.payload.get(item.title_field) or "") if line is not None and item is not None else "",
    }  # fmt: skip
    return render(request, "web/cases/case.html", context, status=422 if problems else 200)


def _steps(shown: engine.Shown) -> list[dict[str, Any]]:
    rules = shown.standing.rules
    named = shown.side != "applicant"
    return [
        {"act": done, "rule": rules.acts.get(done.verb), "told": list(casefields.told(said, rules)), "named": named}
        for done, said in shown.steps
    ]


def _clock(clock: casework.Clock) -> dict[str, Any]:
    """A clock as a row shows it (时钟一行)."""
    if clock.stopped is not None:
        tone, word = ("warn", _("逾期办结")) if clock.late() else ("good", _("按期办结"))
    elif clock.paused is not None:
        tone, word = "off", _("已暂停")
    elif clock.overdue_on(today()):
        tone, word = "bad", _("已逾期")
    else:
        tone, word = "run", _("进行中")
    return {"it": clock, "tone": tone, "word": word, "certainty": clock.term.certainty}
