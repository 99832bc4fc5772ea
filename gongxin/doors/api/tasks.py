"""Calls about tasks (任务分工、督导): plans with their progress and bulletins are open; a body's key gives, lists and appraises.

What becomes of a task goes through its case: `/cases/{number}/acts/{verb}` with `progress`, `finish`, `confirm` and so on.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import errors
from gongxin.doors.api.cases import EXTRA, SCOPE, case_refused, viewer_of
from gongxin.doors.api.keys import Anyone, Key
from gongxin.doors.api.repeats import repeatable
from gongxin.doors.api.requests import Text
from gongxin.kernel.issues import Refusal
from gongxin.law import taskplans
from gongxin.law.complaints import stem
from gongxin.law.taskplans import TaskPlan
from gongxin.rooms.oversight.tasks import appraising, giving, inspecting, reading
from gongxin.spine import clock, shelf
from gongxin.spine.bodies.register import register
from gongxin.spine.cases import telling

router = Router(tags=["任务分工"], auth=Key(SCOPE))
open_router = Router(tags=["任务分工"], auth=Anyone())
PER_PAGE = 50


class PlanOut(Schema):
    """A plan of work (方案)."""

    id: str
    name: str
    name_en: str
    region: str
    year: int | None = Field(description="年度计划的年度；跨年的方案没有")
    under: str | None = Field(description="上一级方案")
    since: int
    until: int
    clauses: list[str]
    certainty: str
    heads: list[dict[str, str]]


class PlanWholeOut(PlanOut):
    """A plan with its tasks and how they stand (方案进展)."""

    as_of: date
    tasks: list[dict[str, Any]] = Field(
        description="任务：原文、时限、牵头和参加单位；counts 为已下达、办理中、待核实、已完成、逾期等件数"
    )


class BulletinOut(Schema):
    """The bulletin of a year (年度通报)."""

    plan: dict[str, str]
    year: int
    as_of: date
    counts: dict[str, int]
    regions: dict[str, dict[str, int]]
    opinions: list[dict[str, Any]] = Field(description="已确定的考核意见：由具名人员作出，单位陈述、复核以后才公开")


class GiveIn(BaseModel):
    """A task to be given (下达任务)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    task: Text = Field(min_length=3, max_length=60, description="方案/任务，例如 hebei-2013-90/4-3")
    bodies: list[Text] = Field(min_length=1, max_length=200, description="承办单位代码；有一个不能下达就都不下达")
    text: Text = Field(min_length=1, max_length=4000, description="要做什么、怎样算完成")
    due: date = Field(description="完成期限")
    post: Text = Field("", max_length=100, description="责任岗位")
    part_of: Text = Field("", max_length=40, description="分解本单位承办的任务时写它的案号")


class AppraiseIn(BaseModel):
    """An appraisal that is intended (拟定的考核意见)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    plan: Text = Field(min_length=1, max_length=40)
    year: int = Field(ge=2013, le=9999)
    body: Text = Field(min_length=1, max_length=32)
    result: Text = Field(min_length=1, max_length=20, description="done mostly partly not")
    text: Text = Field(min_length=1, max_length=4000, description="事实和理由，一点一行")
    decided_by: Text = Field(min_length=1, max_length=100, description="拟定的人：姓名和职务")


class InspectIn(BaseModel):
    """A special inspection (专项督查)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    plan: Text = Field(min_length=1, max_length=40)
    year: int = Field(ge=2013, le=9999)
    body: Text = Field(min_length=1, max_length=32)
    checklist: Text = Field(min_length=1, max_length=40, description="督查清单，例如 government-integrity")
    text: Text = Field(min_length=1, max_length=4000, description="督查什么、准备什么材料")


class TasksIn(Schema):
    """To what the list is narrowed (筛选条件)."""

    body: str = Field("", max_length=32, description="承办单位")
    region: str = Field("", max_length=12, description="行政区划")
    state: str = Field("", max_length=12, description="assigned working reported done lifted overdue")
    page: int = Field(1, ge=1, le=10_000)


@open_router.get("/plans", response=list[PlanOut], summary="任务分工方案", operation_id="list_plans")
def list_plans(request: HttpRequest) -> list[dict[str, Any]]:
    """在用的方案和年度计划，全部公开。"""
    return [reading.plan_dict(each) for each in taskplans.plans(shelf.book().on(clock.today()))]


@open_router.get("/plans/{plan}", response=PlanWholeOut, summary="一份方案和进展", operation_id="get_plan")
def get_plan(request: HttpRequest, plan: str, as_of: date | None = None) -> dict[str, Any]:
    """每项任务的原文、牵头和参加单位、时限，以及某日的进展件数。"""
    found, day = _plan(plan), as_of or clock.today()
    rows = reading.rows(found, reading.held(day))
    return {**reading.plan_dict(found), "as_of": day, "tasks": [reading.row_dict(row) for row in rows]}


@open_router.get(
    "/plans/{plan}/bulletins/{year}", response=BulletinOut, summary="年度通报", operation_id="get_bulletin"
)
def get_bulletin(request: HttpRequest, plan: str, year: int, as_of: date | None = None) -> dict[str, Any]:
    """当年到期的任务件数，和已确定的考核意见；不排名。"""
    if not 2013 <= year <= 9999:
        raise errors.not_found("这一年度")
    known = register()
    return appraising.as_dict(appraising.bulletin(_plan(plan), year, as_of, known), known)


@router.get("/tasks", summary="本单位的任务", operation_id="list_tasks", openapi_extra=EXTRA)
def list_tasks(request: HttpRequest, asked: Query[TasksIn]) -> HttpResponse:
    """本单位承办的和下达的任务，逾期的在前；信用主管单位看全部。每页 50 件。"""
    known, day, viewer = register(), clock.today(), viewer_of(request)
    found = [
        each
        for each in reading.of_viewer(viewer, day, known)
        if asked.body in {"", each.bearer}
        and each.region.startswith(stem(asked.region))
        and asked.state in {"", each.standing.state, "overdue" if each.standing.overdue else "-"}
    ]
    start = (asked.page - 1) * PER_PAGE
    rows = [reading.as_dict(each, known) for each in found[start : start + PER_PAGE]]
    return _json({"as_of": day, "total": len(found), "page": asked.page, "tasks": rows})


@router.post("/tasks", summary="下达任务", operation_id="give_tasks", openapi_extra=EXTRA)
@repeatable
def give_tasks(request: HttpRequest, body: GiveIn) -> HttpResponse:
    """下达或者分解给若干单位；办理用 /cases/{number}/acts/{verb}：progress、finish、confirm、return、inspect、postpone、lift。"""
    order = giving.Order(body.task, body.text, body.due.isoformat(), body.post, body.part_of)
    done = giving.give(viewer_of(request), order, body.bodies)
    if isinstance(done, Refusal):
        raise case_refused(done)
    return _json({"cases": [telling.progress(each.case, each.standing) for each in done]}, 201)


@router.post("/tasks/appraisals", summary="告知拟定的考核意见", operation_id="appraise_body", openapi_extra=EXTRA)
@repeatable
def appraise_body(request: HttpRequest, body: AppraiseIn) -> HttpResponse:
    """由具名人员拟定；单位陈述以后才能作出，作出以后可以申请复核。程序不打分。"""
    said = {"result": body.result, "text": body.text, "decided_by": body.decided_by}
    done = appraising.appraise(viewer_of(request), body.plan, body.year, body.body, said)
    if isinstance(done, Refusal):
        raise case_refused(done)
    return _json(telling.progress(done.case, done.standing), 201)


@router.post("/tasks/inspections", summary="通知专项督查", operation_id="inspect_body", openapi_extra=EXTRA)
@repeatable
def inspect_body(request: HttpRequest, body: InspectIn) -> HttpResponse:
    """按清单督查，单位先自查；办理用 /cases/{number}/acts/{verb}：self-check、find、object、rectify、verify 等。"""
    said = {"checklist": body.checklist, "text": body.text}
    done = inspecting.inspect(viewer_of(request), body.plan, body.year, body.body, said)
    if isinstance(done, Refusal):
        raise case_refused(done)
    return _json(telling.progress(done.case, done.standing), 201)


def _plan(plan: str) -> TaskPlan:
    found = taskplans.find_plan(plan, shelf.book().on(clock.today()))
    if found is None:
        raise errors.not_found("这份方案")
    return found


def _json(told: Any, status: int = 200) -> HttpResponse:
    text = json.dumps(told, ensure_ascii=False, default=str)
    return HttpResponse(text, status=status, content_type=errors.CONTENT_TYPE)
