"""Calls on government debt (地方政府债务): what the finance authority published is open; the rest internal, each look logged."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import errors
from gongxin.doors.api.cases import EXTRA, SCOPE, case_refused, viewer_of
from gongxin.doors.api.keys import Anyone, Key
from gongxin.doors.api.repeats import repeatable
from gongxin.doors.api.requests import Text
from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.rooms.oversight import debt
from gongxin.rooms.oversight.debtbook import publishing
from gongxin.spine.cases import telling

router = Router(tags=["政府债务"], auth=Key(SCOPE))
open_router = Router(tags=["政府债务"], auth=Anyone())
STATUS = {"debt.internal": 403, "debt.none": 404}


@open_router.get("/debt/published", summary="财政主管部门公布的债务余额", operation_id="published_debt")
def published_debt(request: HttpRequest, region: str = Query("", max_length=12)) -> HttpResponse:
    """各区划已公布的余额日、余额、公布单位和文件；公布以前只供内部。"""
    return _json({"published": [publishing.as_dict(each) for each in publishing.published(region)]})


@open_router.get("/debt/published/{region}", summary="一个区划公布的债务余额", operation_id="published_debt_of_region")
def published_debt_of_region(request: HttpRequest, region: str, stock_day: date | None = None) -> HttpResponse:
    """按债务主体、到期年份；不写余额日即最近一次。"""
    found = publishing.find(region.replace("\0", "")[:12], stock_day)
    if found is None:
        raise errors.not_found("这个区划公布的债务余额")
    return _json(publishing.as_dict(*found))


@router.get("/debt/{region}", summary="区划债务余额（内部）", operation_id="debt_of_region", openapi_extra=EXTRA)
def debt_of_region(
    request: HttpRequest,
    region: str,
    as_of: date | None = None,
    resources: str = Query("", max_length=20, description="综合财力，亿元；写了就算债务率"),
) -> HttpResponse:
    """按债务人、到期年份列余额；色带和响应等级注明确信度，不是结论。只答复信用主管单位，先记入查阅日志。"""
    whole = debt.fen(resources) if resources else None
    if resources and not whole:
        no = Refusal(
            "debt.resources", sentence("综合财力不对", "The overall financial resources are no number"), None,
            sentence("请写亿元数，例如 5200.5", "Write it in 100 million yuan, such as 5200.5"),
        )  # fmt: skip
        raise errors.from_refusal(no, 422)
    told = debt.look(viewer_of(request), region.replace("\0", "")[:12], stock_day=as_of, resources=whole)
    if isinstance(told, Refusal):
        raise errors.from_refusal(told, STATUS.get(told.code, 422))
    return _json(debt.as_dict(told))


class QuestionIn(BaseModel):
    """An early warning put to a body (预警疑问)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    body: Text = Field(min_length=1, max_length=32, description="向哪个下级单位提出")
    text: Text = Field(min_length=1, max_length=4000, description="要请它说明什么；看到的数字和查阅编号自动带上")
    as_of: date | None = Field(None, description="余额日；不写即最近一次")


@router.post(
    "/debt/{region}/questions", summary="债务预警：向单位提出疑问", operation_id="ask_about_debt", openapi_extra=EXTRA
)
@repeatable
def ask_about_debt(request: HttpRequest, region: str, body: QuestionIn) -> HttpResponse:
    """只是疑问，不是认定；之后用 /cases/{number}/acts/{verb}：answer、grade、demand-plan、plan、progress、carried-out、confirm、refer、close。"""
    viewer = viewer_of(request)
    told = debt.look(viewer, region.replace("\0", "")[:12], stock_day=body.as_of)
    if isinstance(told, Refusal):
        raise errors.from_refusal(told, STATUS.get(told.code, 422))
    done = debt.ask(viewer, told, body.body, body.text)
    if isinstance(done, Refusal):
        raise case_refused(done)
    return _json({**telling.progress(done.case, done.standing), "look": told.look}, 201)


def _json(told: Any, status: int = 200) -> HttpResponse:
    text = json.dumps(told, ensure_ascii=False, default=str)
    return HttpResponse(text, status=status, content_type=errors.CONTENT_TYPE)
