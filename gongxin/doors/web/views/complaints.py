"""Complaints about broken promises (政府失约投诉): without an account, by receipt; in public with the answer beside each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongxin.doors.web import casefields, complaintfields, presenting, tiles
from gongxin.doors.web.rights import needs, viewer
from gongxin.doors.web.views import filing as forms
from gongxin.kernel.issues import Refusal
from gongxin.law import casework, complaints
from gongxin.law.complaints import KIND, RETALIATION
from gongxin.rooms.promises.complaints import figures, filing, handling, identity, publishing
from gongxin.rooms.promises.complaints.filing import Complaint
from gongxin.rooms.promises.complaints.models import Docket
from gongxin.spine import divisions, records, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body
from gongxin.spine.bodies import superiors
from gongxin.spine.bodies.register import place_name
from gongxin.spine.cases import attachments, engine, finding
from gongxin.spine.cases.finding import Shown
from gongxin.spine.clock import today
from gongxin.spine.divisions import Division

PAGE = 20
SHADES = (
    ("best", gettext_lazy("都已办结")), ("fair", gettext_lazy("有在办的，没有逾期")), ("ask", gettext_lazy("有逾期的，先看这里")),
    ("none", gettext_lazy("没有投诉")),
)  # fmt: skip
"""What the shades of the diagram mean (图例)."""
OFFERED = 500
"""Bodies offered while one types; any other is found by its whole name or its code all the same."""
GIVEN = ("body", "text", "requested", "promise", "contract", "name", "contact")
DETAILED = 6
"""Digits of a division code by which the counts are parted (县级)."""


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """What was complained of, with the answer beside it, and how it is handled (投诉公开): counts by division and by body."""
    region = request.GET.get("region", "").strip()
    region = region if region.isascii() and region.isdigit() and len(region) in {6, 9} else ""
    body = request.GET.get("body", "")
    above, places = figures.by_division(region)
    page = presenting.Paging.of(request.GET.get("page"), PAGE, publishing.count(region=region, body=body))
    law = shelf.book().on(today())
    shown = [_row(each, law) for each in publishing.page(page.offset, PAGE, region=region, body=body)]
    bodies = figures.by_body()
    names = figures.names_of(bodies)
    context = {
        "section": "promises", "rows": shown, "page": page, "whole": figures.together(),
        "regions": [{"it": each, "name": place_name(each.key) or each.key} for each in figures.by_region(DETAILED)],
        "bodies": [{"it": each, "body": names.get(each.key)} for each in bodies], "replies": figures.replies(),
        "tiles": tiles.diagram((_tile(each, told) for each, told in places), SHADES),
        "told": sum(told.count > 0 for _each, told in places), "late": sum(told.overdue > 0 for _each, told in places),
        "region": presenting.said(divisions.name_of(above)), "within": region,
        "chosen": Body.objects.filter(code=body).first(),
    }  # fmt: skip
    return render(request, "web/complaints/list.html", context)


def _tile(place: Division, told: figures.Figures) -> tiles.Cell:
    """One square (一格): how many complaints, and whether any of them is late; a link where there is one to look at."""
    shade = "ask" if told.overdue else "fair" if told.open else "best" if told.count else "none"
    return tiles.Cell(place, f"{told.count:,} ", _("件"), shade, f"?region={place.code}" if told.count else "")


@require_safe
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One published complaint (一件公开的投诉); of any other nothing is said, not even that it is there."""
    found = publishing.find(number)
    if found is None:
        return redirect("web:complaints")
    row = _row(found, shelf.book().on(today()))
    return render(request, "web/complaints/one.html", {"section": "promises", "row": row})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Complain (投诉政府失约): no account is needed; the receipt is shown once."""
    given = {name: (request.POST.get(name) or request.GET.get(name) or "").strip() for name in GIVEN}
    problems: dict[str, Any] = {}
    bodies = superiors.public_bodies()
    if not given["body"] and given["promise"]:
        given["body"] = _body_of_promise(given["promise"])
    if request.method == "POST":
        body = _named_body(given["body"], bodies)
        if body is None:
            problems["body"] = _("没有找到这个单位。请从名单中选，名称相同的填代码；找不到的写它的上级单位")
        if not given["text"]:
            problems["text"] = _("请填写：答应了什么、现在怎样")
        if not problems and not ratelimit.consume(request, action="complaint"):
            problems["form"] = _("这个网络地址一小时内投诉太多。请稍后再试，或者到窗口办理；已填内容没有丢失。")
        if body is not None and not problems:
            done = filing.file(_complainant(request), _complaint(given, body.code))
            if not isinstance(done, Refusal):
                holder = filing.holder(done.case.number, done.receipt, "web")
                wrong = forms.attach_all(holder, done.case.number, forms.files_of(request)) if holder else []
                return _private(render(request, "web/complaints/filed.html", {"done": done, "wrong": wrong}))
            problems["promise" if done.code == "complaint.promise" else "form"] = presenting.in_words(done)
    rules = casework.rules_of(KIND, law=shelf.book().on(today()))
    context = {
        "section": "promises", "given": given, "problems": problems, "bodies": bodies[:OFFERED], "rules": rules,
        "file": forms.file_words(), "fields": complaintfields.filing(given, problems),
    }  # fmt: skip
    return _private(render(request, "web/complaints/new.html", context, status=422 if problems else 200))


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """A complaint as its complainant sees it (凭回执看投诉): by number and code, without an account; here it is rated too."""
    number, code = request.POST.get("number", "").strip().upper(), request.POST.get("receipt", "").strip()
    context: dict[str, Any] = {"section": "promises", "number": number, "receipt": code}
    if request.method != "POST":
        return _private(render(request, "web/complaints/mine.html", context))
    holder = filing.holder(number, code, "web") if ratelimit.consume(request, action="receipt") else None
    if holder is None:
        context["problem"] = _("案号和回执码对不上。请核对回执，字母不分大小写。")
        return _private(render(request, "web/complaints/mine.html", context, status=422))
    told, problems = _did(request, holder, number)
    shown = finding.show(holder, number)
    if isinstance(shown, Refusal):
        raise Http404
    verb = request.POST.get("verb", "")
    sent = {name: str(request.POST.get(name, "")).strip() for name in request.POST}
    context |= _own(shown, sent if problems else {}, problems, verb) | {"told": told, "problems": problems}
    return _private(render(request, "web/complaints/mine.html", context, status=422 if problems else 200))


@needs("case")
@require_POST
def complainant(request: HttpRequest, number: str) -> HttpResponse:
    """Open who complained (查看投诉人): for those who handle it, with a reason that the complainant reads."""
    found = identity.reveal(viewer(request), number, request.POST.get("reason", ""))
    if isinstance(found, Refusal):
        if found.code == "case.none":
            return render(request, "web/desk/refused.html", {"refusal": found}, status=404)
        messages.add_message(request, messages.WARNING, presenting.in_words(found), extra_tags="warn")
        return redirect("web:case", number=number)
    return render(request, "web/complaints/complainant.html", {"found": found, "number": number, "menu": "web:cases"})


@needs("case")
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, number: str) -> HttpResponse:
    """Publish a complaint with its answer (公开): masked by rule first, then read and confirmed by a person."""
    who = viewer(request)
    drafted = publishing.draft(who, number)
    if isinstance(drafted, Refusal):
        return render(request, "web/desk/refused.html", {"refusal": drafted}, status=404)
    given = {"text": drafted[0], "answer": drafted[1], "confirmed_by": ""}
    problem = ""
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in given}
        if request.POST.get("do") == "withdraw":
            done = publishing.withdraw(who, number, given["confirmed_by"])
        else:
            done = publishing.publish(who, number, given["text"], given["answer"], given["confirmed_by"])
        if not isinstance(done, Refusal):
            text = _("已公开。") if done.verb == done.PUBLISH else _("已撤下。")
            messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
            return redirect("web:case", number=number)
        problem = presenting.in_words(done)
    context = {
        "menu": "web:cases", "number": number, "given": given, "problem": problem, "standing": publishing.find(number),
    }  # fmt: skip
    return render(request, "web/complaints/publish.html", context, status=422 if problem else 200)


def panel(shown: Shown) -> dict[str, Any] | None:
    """What stands beside a complaint on the desk (投诉侧栏): the body, suggested categories, orders, whether it is published."""
    if shown.case.kind != KIND or shown.side == "applicant":
        return None
    law = shelf.book().on(today())
    first = shown.steps[0][1] if shown.steps else {}
    text = str(first.get("text") or "")
    return {
        "against": Body.objects.filter(code=shown.case.about).first(), "suggestions": complaints.suggest(text, law=law),
        "orders": handling.orders_of(shown.case), "standing": publishing.find(shown.case.number),
        "docket": Docket.objects.filter(case=shown.case.number).first(), "twins": handling.twins_of(shown.case),
        "referred": shown.case.state not in {"received", "declined", "joined"},
    }  # fmt: skip


def _did(request: HttpRequest, holder: Viewer, number: str) -> tuple[str, dict[str, Any]]:
    """Do what the complainant asked for (投诉人办理); returns what to say, and what is wrong with it."""
    match request.POST.get("do", ""):
        case "act":
            return _acted(request, holder, number)
        case "attach":
            offered = forms.files_of(request)
            wrong = forms.attach_all(holder, number, offered) if offered else [_("请先选择文件")]
            return ("", {"files": " ".join(wrong)}) if wrong else (_("已附上 %(n)d 个文件。") % {"n": len(offered)}, {})
        case "retaliation":
            done = filing.report_retaliation(holder, number, request.POST.get("retaliation", ""))
            if isinstance(done, Refusal):
                return "", {"retaliation": presenting.in_words(done)}
            words = {"number": done.case.number, "receipt": done.receipt}
            return _("已登记举报 %(number)s，回执码 %(receipt)s（只显示这一次）。") % words, {}
        case _other:
            return "", {}


def _acted(request: HttpRequest, holder: Viewer, number: str) -> tuple[str, dict[str, Any]]:
    verb = request.POST.get("verb", "")
    shown = finding.show(holder, number)
    rule = None if isinstance(shown, Refusal) else shown.standing.rules.acts.get(verb)
    if rule is None or isinstance(shown, Refusal):
        return "", {"form": _("没有这一项")}
    sent = {name: str(request.POST.get(name, "")).strip() for name in request.POST}
    fields = casefields.gathered(rule, sent)
    done = engine.act(holder, number, verb, fields)
    if isinstance(done, Refusal):
        missing = casefields.missing(rule, shown.standing.rules, fields) if done.code == "case.needs" else {}
        return "", missing or {verb: presenting.in_words(done)}
    state = presenting.own_name(done.standing.state)
    return _("已办理：%(act)s。案件现在是“%(state)s”。") % {"act": presenting.own_name(rule), "state": state}, {}


def _own(shown: Shown, given: Mapping[str, str], problems: Mapping[str, Any], verb: str) -> dict[str, Any]:
    rules = shown.standing.rules
    main = handling.main_of(shown.case)
    around = casefields.Around(choices=complaintfields.choices(shown.case))
    acts = [
        {
            "rule": rule, "open": rule.id == verb, "problem": problems.get(rule.id, ""),
            "fields": casefields.of_act(
                rule, rules, given if rule.id == verb else {}, dict(problems) if rule.id == verb else {}, opening=False, around=around
            ),
        }
        for rule in shown.allowed
    ]  # fmt: skip
    return {
        "shown": shown, "rules": rules, "acts": acts, "file": forms.file_words(), "retaliation": shown.case.kind != RETALIATION,
        "against": Body.objects.filter(code=shown.case.about).first(),
        "steps": [
            {"act": done, "rule": rules.acts.get(done.verb), "told": list(casefields.told(complaintfields.worded(rules.id, said), rules, done.verb))}
            for done, said in shown.steps
        ],
        "main": main, "looks": complaintfields.grouped(identity.looks_at(shown.case.number)),
        "destroyed": identity.destroyed(shown.case.number), "kept": attachments.listing(shown.case),
    }  # fmt: skip


def _row(found: publishing.Shown, law: Any) -> dict[str, Any]:
    docket = found.docket
    return {
        "it": found, "docket": docket, "body": Body.objects.filter(code=docket.against).first(),
        "handler": Body.objects.filter(code=docket.handler).first(),
        "category": complaints.find_choice(complaints.CATEGORIES, docket.category, law),
        "outcome": complaints.find_choice(complaints.OUTCOMES, docket.outcome, law),
        "rating": complaints.find_choice(complaints.RATINGS, docket.rating, law),
        "days": (docket.answered_on - docket.opened_on).days if docket.answered_on else None,
    }  # fmt: skip


def _complainant(request: HttpRequest) -> Viewer:
    account = request.user
    signed_in = getattr(account, "role", "") == "subject"
    return filing.anybody("web", account.pk if signed_in else None)


def _complaint(given: Mapping[str, str], code: str) -> Complaint:
    return Complaint(
        code, given["text"], given["requested"], given["promise"], given["contract"], given["name"], given["contact"]
    )


def _named_body(text: str, bodies: list[Body]) -> Body | None:
    """Find a body by its code or its whole name (按名称或者代码找单位); two of the same name are told apart by code alone."""
    code = [each for each in bodies if each.code == text.upper()]
    named = code or [each for each in bodies if text and text in (each.name, each.name_en)]
    return named[0] if len(named) == 1 else None


def _body_of_promise(number: str) -> str:
    place = records.find_place(handling.promise_of(number))
    body = Body.objects.filter(code=place.subject.removeprefix("uscc:")).first() if place is not None else None
    return body.name if body is not None else ""


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
