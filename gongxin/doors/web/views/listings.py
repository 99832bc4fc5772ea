"""The list desk (名单工作台): what a deciding body may list, what it has before it, who stands on its lists, and proposing."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongxin.doors.web import casefields, presenting
from gongxin.doors.web.rights import needs, viewer
from gongxin.kernel.issues import Refusal
from gongxin.law import casework
from gongxin.law.lists import find_list
from gongxin.rooms.measures.lists import listing, overview, settling, watch
from gongxin.spine import shelf
from gongxin.spine.access.models import Role
from gongxin.spine.clock import today
from gongxin.spine.outbox import rounds

NONE = "none"
TOLD_BESIDE = {"case.code": "code", "list.name": "subject_name", "list.name_unknown": "name_evidence"}
"""Beside which field a refusal is told (提示位置); what is not here is told above the form."""


@needs("lists")
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What this body may decide, its open cases, its entries; for the office the public bodies found (名单工作台)."""
    who, law = viewer(request), shelf.book().on(today())
    names = {row.rule.id: presenting.own_name(row.rule) for row in overview.rows()}
    rules = casework.rules_of(listing.KIND, law=law)
    cases = [
        {"case": case, "state": rules.states[case.state], "list": names.get(case.about, case.about)}
        for case in overview.cases(who)
    ]
    entries = [{"it": each, "list": names.get(each.list_id, each.list_id)} for each in overview.entries(who)]
    context = {
        "menu": "web:desk-lists", "rules": overview.decides(who), "cases": cases, "entries": entries,
        "found": watch.found() if who.role in {Role.OPERATOR, Role.SUPERVISOR} else [], "steward": who.role == Role.STEWARD,
        "office": who.role == Role.OPERATOR, "watches": who.role in {Role.OPERATOR, Role.SUPERVISOR}, "matched": rounds.of(rounds.WATCH),
    }  # fmt: skip
    return render(request, "web/desk/lists.html", context)


@needs("correct")
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, list_id: str) -> HttpResponse:
    """Propose that somebody be put on a list (提出列入): the code decides whom; nothing has any effect yet."""
    law = shelf.book().on(today())
    rule = find_list(list_id, law)
    if rule is None or rule.item != listing.ITEM:
        raise Http404
    rules = casework.rules_of(listing.KIND, law=law)
    act = rules.acts[rules.begins]
    given = {name: request.POST.get(name, "").strip() for name in act.says()}
    problems: dict[str, Any] = {}
    if request.method == "POST":
        problems = casefields.missing(act, rules, given)
        if rule.excluded and not given["excluded_case"]:
            problems["excluded_case"] = _("请逐项核对不得列入的情形")
        if not problems:
            said = {name: value for name, value in given.items() if value and name != "code"}
            done = listing.propose(viewer(request), rule.id, given["code"], said)
            if not isinstance(done, Refusal):
                return redirect("web:case", done.case.number)
            problems[TOLD_BESIDE.get(done.code, "form")] = presenting.in_words(done)
    fields = [
        _chosen(each, rule) if each.id == "excluded_case" else each
        for each in casefields.of_act(act, rules, given, problems, opening=True)
        if each.id != "excluded_case" or rule.excluded
    ]
    context = {"menu": "web:desk-lists", "one": rule, "rules": rules, "fields": fields, "problems": problems}
    return render(request, "web/desk/propose.html", context, status=422 if problems else 200)


@needs("lists")
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, record: int) -> HttpResponse:
    """Write down what was found about a public body on a list (写明核实结果): somebody of the office, once."""
    who = viewer(request)
    one = next((each for each in watch.found() if each.record == record), None)
    if who.role != Role.OPERATOR or one is None or not watch.was_asked(record):
        raise Http404
    rules = casework.rules_of(watch.KIND, law=shelf.book().on(today()))
    act = rules.acts[rules.begins]
    given = {name: request.POST.get(name, "").strip() for name in act.says()}
    problems: dict[str, Any] = {}
    if request.method == "POST":
        problems = casefields.missing(act, rules, given)
        if not problems:
            done = settling.settle(who, record, {name: value for name, value in given.items() if value})
            if not isinstance(done, Refusal):
                return redirect("web:case", done.case.number)
            problems["reported_to" if done.code == "watch.reported" else "form"] = presenting.in_words(done)
    fields = casefields.of_act(act, rules, given, problems, opening=True)
    context = {
        "menu": "web:desk-lists",
        "one": one,
        "rules": rules,
        "rule": act,
        "fields": fields,
        "problems": problems,
    }
    return render(request, "web/desk/settle.html", context, status=422 if problems else 200)


def _chosen(one: casefields.Field, rule: Any) -> casefields.Field:
    """The excluded cases of this very list, one by one, and that none of them applies (排除情形)."""
    choices = (*((each.id, each) for each in rule.excluded), (NONE, _("逐项核对过，都不符合")))
    return casefields.Field(one.id, one.label, "", "choice", choices, True, one.value, one.problem)
