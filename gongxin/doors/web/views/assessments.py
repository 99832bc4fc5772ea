"""Assessments (单位评价): the systems in public, one result for its subject and for the officer who sets inspections."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.acting import Acting
from gongxin.doors.web.rights import needs, viewer
from gongxin.doors.web.views import mine
from gongxin.kernel.issues import Refusal
from gongxin.law.indicators import System
from gongxin.rooms.oversight import assessing
from gongxin.rooms.oversight.assessing import Assessed
from gongxin.rooms.oversight.governments import comparing
from gongxin.spine import shelf
from gongxin.spine.clock import today

CASE_LIMIT = 60


@require_safe
def systems(request: HttpRequest) -> HttpResponse:
    """Every system with its indicators, weights, scales and use (指标体系公开)."""
    context = {
        "rows": [_system(each) for each in assessing.systems()], "about_bodies": comparing.systems(), "section": "law",
    }  # fmt: skip
    return render(request, "web/assessments/systems.html", context)


@needs("check")
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Ask how an organisation fares, to set inspections (分级分类监管): the look is told to its subject."""
    offered = assessing.systems()
    given = {name: request.POST.get(name, "").strip() for name in ("system", "code", "case_no")}
    problems: dict[str, str] = {}
    result = None
    if request.method == "POST":
        system = next((each for each in offered if each.id == given["system"]), None)
        if system is None:
            problems["system"] = _("请选择指标体系")
        if not given["code"]:
            problems["code"] = _("请填写对方的统一社会信用代码")
        if system is not None and not problems:
            asked = assessing.assess(viewer(request), system.id, given["code"], case_no=given["case_no"][:CASE_LIMIT])
            if isinstance(asked, Assessed):
                result = _result(asked)
            else:
                problems["code"] = presenting.no_in_words(asked)
    context = {
        "systems": offered,
        "given": given,
        "problems": problems,
        "result": result,
        "menu": "web:desk-assessments",
    }
    return render(request, "web/assessments/desk.html", context, status=422 if problems else 200)


@mine.for_somebody
@require_safe
def own(request: HttpRequest, who: Acting) -> HttpResponse:
    """How one's own organisation fares, with every record behind every figure (本单位评价)."""
    results = []
    for system in assessing.systems():
        asked = assessing.assess(who.viewer, system.id, who.subject.partition(":")[2])
        if isinstance(asked, Refusal):
            return mine.refused(request, who, asked)
        if isinstance(asked, Assessed):
            results.append(_result(asked))
    return mine.page(request, who, "assessment", {"results": results, "tab": "assessment"})


def _system(system: System) -> dict[str, Any]:
    law = shelf.book().on(today())
    return {
        "it": system,
        "clauses": (system.use_clause, *system.bases),
        "indicators": [
            {
                "it": each,
                "item": law.find_item(each.item),
                "steps": _steps(each.steps),
                "months": each.when.get("within_months"),
            }
            for each in system.indicators
        ],
    }


def _steps(steps: Any) -> list[dict[str, Any]]:
    """A scale from step to step (分档): from, to, points."""
    told, above = [], None
    for step in steps:
        told.append({"above": above, "up_to": step.up_to, "points": step.points})
        above = step.up_to
    return told


def _result(assessed: Assessed) -> dict[str, Any]:
    result = assessed.result
    figures = [
        {
            "it": each,
            "percent": each.indicator.measure != "count",
            "records": [(record, assessed.titles.get(record, "")) for record in each.records],
        }
        for each in result.figures
    ]
    return {"it": assessed, "result": result, "system": result.system, "figures": figures}
