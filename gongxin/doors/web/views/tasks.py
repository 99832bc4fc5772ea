"""Tasks (任务分工、督导): the plan with its progress and the bulletin for everybody; the desk of who gives and who does them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongxin.doors.web import casefields, presenting
from gongxin.doors.web.casefields import Field
from gongxin.doors.web.rights import needs, viewer
from gongxin.kernel.issues import Refusal
from gongxin.law import casework, taskplans, tasks
from gongxin.law.casework import ActRule
from gongxin.law.complaints import stem
from gongxin.law.taskplans import TaskPlan
from gongxin.law.tasks import Tally
from gongxin.rooms.oversight.tasks import appraising, giving, inspecting, reading
from gongxin.rooms.oversight.tasks.giving import Order
from gongxin.rooms.oversight.tasks.reading import Held
from gongxin.spine import shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.bodies.register import Register, place_name, register
from gongxin.spine.cases import finding
from gongxin.spine.cases.engine import Done
from gongxin.spine.cases.finding import Shown
from gongxin.spine.clock import today

PAGE = 30
COUNTY = 6
"""Digits of a division down to the county (县级区划位数)."""
STATES = (*tasks.STATES, "overdue")
TONES = {"done": "good", "lifted": "off"}
BEGUN = {"inspect": "web:inspect-body", "appraise": "web:appraise-body"}
"""What one begins about a body from the desk (督查、考核): the address of its form."""


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """The plans of work (任务分工方案)."""
    return render(request, "web/tasks/plans.html", {"plans": _running_first(), "section": "law"})


@require_safe
def plan(request: HttpRequest, plan: str) -> HttpResponse:
    """A plan as its document words it, with how many tasks stand how (方案和进展): counts alone, of no single body."""
    found = _plan(plan)
    rows = reading.rows(found, reading.held(today()))
    context = {
        "plan": found, "heads": [(head, [row for row in rows if row.task.head == head.id]) for head in found.heads],
        "tally": tasks.tally(each.standing for row in rows for each in row.held), "as_of": today(), "section": "law",
        "heirs": sorted(found.heirs.items()), "years": _years(found), "above": taskplans.find_plan(found.under, _law()),
        "below": [each for each in taskplans.plans(_law()) if each.under == found.id],
    }  # fmt: skip
    return render(request, "web/tasks/plan.html", context)


@require_safe
def bulletin(request: HttpRequest, plan: str, year: int) -> HttpResponse:
    """The bulletin of a year (年度通报): what was due, and the appraisals that are final; nobody is ranked."""
    found = _plan(plan)
    if year not in _years(found):
        raise Http404
    known = register()
    told = appraising.bulletin(found, year, known=known)
    context = {
        "plan": found, "told": told, "tally": tasks.tally(each.standing for each in told.held), "section": "law",
        "regions": [(place_name(code) or code, tally) for code, tally in reading.by_region(told.held).items()],
        "opinions": [
            {"it": each, "body": known.bodies.get(each.body, each.body), "tally": told.by_body.get(known.successor(each.body), Tally())}
            for each in told.opinions
        ],
        "unverified": any(each.certainty == "unverified" for each in appraising.results()),
    }  # fmt: skip
    return render(request, "web/tasks/bulletin.html", context)


@needs("tasks")
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The tasks one gave and those one has to do (任务台账), the overdue ones before all else."""
    who, known = viewer(request), register()
    if request.GET.get("do") in BEGUN:
        return _chosen(request, _givable(who, known, ""))
    found = reading.of_viewer(who, today(), known)
    chosen = request.GET.get("state", "")
    shown = [
        each for each in found if chosen in {"", each.standing.state} or (chosen == "overdue" and each.standing.overdue)
    ]
    page = presenting.Paging.of(request.GET.get("page"), PAGE, len(shown))
    context = {
        "rows": [row_of(each, known) for each in shown[page.offset : page.last]], "page": page, "chosen": chosen,
        "states": [(state, STATE_NAMES[state]()) for state in STATES], "tally": tasks.tally(each.standing for each in found),
        "bodies": _named(reading.by_body(found), known), "gives": bool(_givable(who, known, "")), "menu": "web:desk-tasks",
        "regions": [(place_name(code) or code, tally) for code, tally in reading.by_region(found).items()],
        "plans": _running_first(), "year": today().year, "below": [known.bodies[code] for code in _givable(who, known, "")],
        "inspections": finding.listing(who, kind=inspecting.KIND, closed=False),
        "appraisals": finding.listing(who, kind=tasks.APPRAISAL, closed=False),
    }  # fmt: skip
    return render(request, "web/tasks/desk.html", context)


def _chosen(request: HttpRequest, givable: tuple[str, ...]) -> HttpResponse:
    """Go to the form for the plan, year and body that were chosen (选定督查、考核对象); to the desk where one is none."""
    found = taskplans.find_plan(request.GET.get("plan", ""), _law())
    year, code = request.GET.get("year", ""), request.GET.get("body", "")
    if found is None or code not in givable or year not in map(str, _years(found)):
        messages.add_message(request, messages.WARNING, _("请选方案、年度和一个下级单位"), extra_tags="warn")
        return redirect("web:desk-tasks")
    return redirect(BEGUN[request.GET["do"]], plan=found.id, year=int(year), body=code)


@needs("tasks")
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """Give a task to bodies below (下达、分解任务)."""
    who, known = viewer(request), register()
    sent = request.POST if request.method == "POST" else request.GET
    given = {name: str(sent.get(name, "")).strip() for name in ("task", "text", "due", "post", "part_of", "region")}
    within = _givable(who, known, given["region"])
    # The whole division, or those that were ticked.
    chosen, problem = list(within) if sent.get("whole") else sent.getlist("body"), ""
    if request.method == "POST":
        order = Order(given["task"], given["text"], given["due"], given["post"], given["part_of"])
        done = giving.give(who, order, chosen)
        if not isinstance(done, Refusal):
            text = _("已下达 %(n)d 个单位：%(numbers)s。") % {
                "n": len(done),
                "numbers": "、".join(each.case.number for each in done),
            }
            messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
            return redirect("web:desk-tasks")
        problem = presenting.in_words(done)
    bodies = [known.bodies[code] for code in within]
    places = {known.bodies[code].region[:COUNTY] for code in _givable(who, known, "")} - {""}
    rules = casework.rules_of(tasks.KIND, law=_law())
    context = {
        "bodies": bodies, "chosen": chosen, "given": given, "problem": problem, "plans": _running_first(),
        "whole": bool(sent.get("whole")), "regions": sorted((code, place_name(code) or code) for code in places),
        "fields": casefields.of_act(rules.acts[rules.begins], rules, given, {}, opening=True), "menu": "web:desk-tasks",
    }  # fmt: skip
    return render(request, "web/tasks/give.html", context, status=422 if problem else 200)


@dataclass(frozen=True)
class Asked:
    """A case about one body under a plan as its form asks for it (立案表单): what is said so far, and what stood against it."""

    plan: TaskPlan
    code: str
    known: Register
    fields: list[Field]
    rule: ActRule
    problem: str = ""


def _asked(
    request: HttpRequest, address: tuple[str, int, str], kind: str, begin: Callable[..., Done | Refusal]
) -> Asked | Done:
    """Begin a case about one body where the form was sent (立案); otherwise, and where it is refused, what the form shows."""
    plan, year, body = address
    who, known, found = viewer(request), register(), _plan(plan)
    code = known.successor(body)
    if year not in _years(found) or code not in _givable(who, known, ""):
        raise Http404
    rules = casework.rules_of(kind, law=_law())
    rule, given, problem = rules.acts[rules.begins], {}, ""
    if request.method == "POST":
        given = {name: str(request.POST.get(name, "")).strip() for name in rule.says()}
        done = begin(who, found.id, year, code, {name: value for name, value in given.items() if value})
        if not isinstance(done, Refusal):
            return done
        problem = presenting.in_words(done)
    return Asked(found, code, known, casefields.of_act(rule, rules, given, {}, opening=True), rule, problem)


def _begun(request: HttpRequest, done: Done, text: str) -> HttpResponse:
    messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
    return redirect("web:case", number=done.case.number)


def _form(request: HttpRequest, template: str, year: int, asked: Asked, **more: object) -> HttpResponse:
    context = {
        "plan": asked.plan, "year": year, "body": asked.known.bodies[asked.code], "problem": asked.problem,
        "rule": asked.rule, "fields": asked.fields, "menu": "web:desk-tasks", **more,
    }  # fmt: skip
    return render(request, template, context, status=422 if asked.problem else 200)


@needs("tasks")
@require_http_methods(["GET", "HEAD", "POST"])
def appraise(request: HttpRequest, plan: str, year: int, body: str) -> HttpResponse:
    """Tell a body the appraisal intended (年终考核): the figures beside a form; a person decides and says why."""
    asked = _asked(request, (plan, year, body), tasks.APPRAISAL, appraising.appraise)
    if not isinstance(asked, Asked):
        return _begun(request, asked, _("已告知，单位可以陈述意见。"))
    told = appraising.bulletin(asked.plan, year, known=asked.known)
    held = [each for each in told.held if each.bearer == asked.code]
    return _form(
        request, "web/tasks/appraise.html", year, asked, rows=[row_of(each, asked.known) for each in held],
        tally=tasks.tally(each.standing for each in held), inspections=inspecting.inspected(asked.plan, year, asked.code),
    )  # fmt: skip


@needs("tasks")
@require_http_methods(["GET", "HEAD", "POST"])
def inspect(request: HttpRequest, plan: str, year: int, body: str) -> HttpResponse:
    """Tell a body below that it is inspected (通知专项督查): by a checklist of the book; it looks first."""
    asked = _asked(request, (plan, year, body), inspecting.KIND, inspecting.inspect)
    if not isinstance(asked, Asked):
        return _begun(request, asked, _("已通知，单位先自查。"))
    checklists = [(each, inspecting.items_of(each.id)) for each in inspecting.checklists()]
    return _form(request, "web/tasks/inspect.html", year, asked, lists=checklists)


def panel(shown: Shown, who: Viewer) -> dict[str, Any] | None:
    """What stands beside a case of work on the desk (任务侧栏): the task in the plan's words, what it is part of, its parts."""
    if shown.standing.rules.about != "task":
        return None
    case, known = shown.case, register()
    plan_id, task_id = taskplans.split(case.about)
    plan_id, _at, year = plan_id.partition("@")
    found = taskplans.find_plan(plan_id, _law())
    parts = reading.parts_of(case, known) if case.kind == tasks.KIND else ()
    above = reading.above_of(case) if case.kind == tasks.KIND else ""
    seen = finding.numbers_of(who, [above, *(each.number for each in parts)])
    checklist = str(shown.steps[0][1].get("checklist") or "") if shown.steps else ""
    return {
        "plan": found, "task": found.find_task(task_id) if found is not None else None, "year": int(year) if year.isdigit() else None,
        "above": above, "seen": above in seen, "rows": [row_of(each, known) for each in parts if each.number in seen],
        "tally": tasks.tally(each.standing for each in parts) if parts else None, "items": inspecting.items_of(checklist),
        "passes": shown.side == "authority" and not shown.standing.state.closed and bool(_givable(who, known, "")),
    }  # fmt: skip


def _plan(plan_id: str) -> TaskPlan:
    found = taskplans.find_plan(plan_id, _law())
    if found is None:
        raise Http404
    return found


def _law() -> Any:
    return shelf.book().on(today())


def _years(found: TaskPlan) -> list[int]:
    """The years a bulletin can be of (通报年度): from the plan's first to the present one, the latest first."""
    return list(range(max(today().year, found.since), found.since - 1, -1))


def _running_first() -> list[TaskPlan]:
    """The plans, those that run longest on before those of years gone by (方案): what is given today belongs to one that runs."""
    return sorted(taskplans.plans(_law()), key=lambda plan: (-plan.until, plan.id))


def _givable(who: Any, known: Register, region: str) -> tuple[str, ...]:
    return giving.below(who, stem(region) if region else "", known)


def _named(counted: dict[str, Tally], known: Register) -> list[tuple[str, Any, Tally]]:
    return [(code, known.bodies.get(code, code), tally) for code, tally in counted.items()]


def row_of(each: Held, known: Register) -> dict[str, Any]:
    """Return a task as a row of a page (任务行): its name, who bears it, how it stands."""
    plan_id, task_id = taskplans.split(each.about)
    found = taskplans.find_plan(plan_id, _law())
    return {
        "it": each, "task": found.find_task(task_id) if found is not None else None, "plan": found,
        "bearer": known.bodies.get(each.bearer, each.bearer), "state": STATE_NAMES[each.standing.state](),
        "tone": "bad" if each.standing.overdue else TONES.get(each.standing.state, "run"),
    }  # fmt: skip


STATE_NAMES: dict[str, Any] = {
    "assigned": lambda: _("已下达"), "working": lambda: _("办理中"), "reported": lambda: _("待核实"),
    "done": lambda: _("已完成"), "lifted": lambda: _("已调整取消"), "overdue": lambda: _("逾期"),
}  # fmt: skip
