"""Government integrity (政务诚信): what is on record of bodies, in public; and proposing a record, on the desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongxin.doors.web import casefields, presenting
from gongxin.doors.web.rights import needs, viewer
from gongxin.kernel.issues import Refusal
from gongxin.law import casework
from gongxin.law.complaints import stem
from gongxin.law.integrity import KIND
from gongxin.rooms.oversight import good_faith, integrity
from gongxin.rooms.promises.complaints import figures
from gongxin.spine import shelf
from gongxin.spine.access.models import Body
from gongxin.spine.bodies.register import place_name
from gongxin.spine.clock import today
from gongxin.spine.divisions import levels

WHOLE = ""
"""The division of everything (全部区划)."""


@require_safe
def bodies(request: HttpRequest) -> HttpResponse:
    """The bodies that have anything on record (政务失信公示): with the weight that companies' penalties have."""
    region = request.GET.get("region", WHOLE).strip()[:12]
    everybody = list(good_faith.feed(WHOLE))
    rows = [
        {"it": each, "place": place_name(each.body.region) or each.body.region}
        for each in everybody
        if each.body.region.startswith(stem(region))
    ]
    # A county's rows are part of its city's, and the city's of its province's: each level that holds any can be chosen.
    above = {code for each in everybody for code in levels(each.body.region)}
    context = {
        "section": "promises", "rows": rows, "region": region, "as_of": today(),
        "regions": sorted((code, place_name(code) or code) for code in above),
    }  # fmt: skip
    return render(request, "web/integrity/list.html", context)


@require_safe
def body(request: HttpRequest, code: str) -> HttpResponse:
    """How one body stands (一个单位的政务诚信): records, judgment debts, complaints."""
    found = good_faith.of_body(code)
    if found is None:
        return redirect("web:integrity")
    context = {
        "section": "promises", "it": found, "as_of": today(), "complaints": figures.together(body=found.body.code),
    }  # fmt: skip
    return render(request, "web/integrity/body.html", context)


@needs("lists")
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a record of broken faith (提出认定政务失信): nothing has any effect yet."""
    who = viewer(request)
    rules = casework.rules_of(KIND, law=shelf.book().on(today()))
    act = rules.acts[rules.begins]
    sent = {name: str(request.POST.get(name) or request.GET.get(name) or "").strip() for name in (*act.says(), "body")}
    problems: dict[str, Any] = {}
    if request.method == "POST":
        problems = casefields.missing(act, rules, sent)
        if not sent["body"]:
            problems["body"] = _("请填写单位代码")
        if not problems:
            done = integrity.propose(who, sent["body"], {name: sent[name] for name in act.says() if sent[name]})
            if not isinstance(done, Refusal):
                return redirect("web:case", done.case.number)
            problems["body" if done.code == "integrity.body" else "form"] = presenting.in_words(done)
    context = {
        "menu": "web:integrity-propose", "rules": rules, "given": sent, "problems": problems,
        "fields": casefields.of_act(act, rules, sent, problems, opening=False),
        "cases": good_faith.open_cases(who), "states": rules.states, "subject": Body.objects.filter(code=sent["body"]).first(),
    }  # fmt: skip
    return render(request, "web/integrity/propose.html", context, status=422 if problems else 200)
