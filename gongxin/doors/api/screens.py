"""Calls for lists (批量核查): hand in up to 100,000 codes, see how far they are, fetch the answer."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import errors
from gongxin.doors.api.keys import Key
from gongxin.doors.api.repeats import repeatable
from gongxin.doors.api.requests import Text
from gongxin.rooms.measures import answer, handed_in
from gongxin.rooms.measures.models import ScreenJob
from gongxin.rooms.measures.screen import Screening

router = Router(tags=["批量核查"], auth=Key("checks:write"))
SCOPE = {"x-scope": "checks:write"}


class ScreenIn(BaseModel):
    """A list of codes in one matter (批量核查请求)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    codes: list[Text] = Field(min_length=1, max_length=handed_in.MOST, description="统一社会信用代码，一次最多十万个")
    matter: Text = Field(
        min_length=1, max_length=64, description="办理事项代号，见 /law/matters；自然人事项不作批量核查"
    )
    as_of: date | None = Field(None, description="查询日，不写即今日")
    case_no: Text | None = Field(None, max_length=100, description="办件编号")


class ScreenOut(Schema):
    """How far a list is (批量核查进度)."""

    id: str
    state: str = Field(description="waiting 排队、running 核查中、done 完成、failed 没有办成")
    matter: str
    case_no: str | None
    rows: int
    done: int = Field(description="已有答复的行数")
    kept_until: str = Field(description="清单和答复保存到何时")
    check: str | None = Field(description="核查编号：全部查阅封为一批")
    subjects: int | None
    invalid: int | None = Field(description="代码有误、没有核查的行数")
    must_act: int | None
    for_reference: int | None
    note: str | None
    error: dict[str, Any] | None = Field(description="没有办成的原因；不表示没有记录")


@router.post(
    "/screens", response={202: ScreenOut}, summary="提交批量核查", operation_id="screen_codes", openapi_extra=SCOPE
)
@repeatable
def screen_codes(request: HttpRequest, wanted: ScreenIn) -> HttpResponse:
    """提交一批代码，排队核查；清单和答复加密保存二十四小时。每个主体的查阅都封入一个批次，对方看得到。

    答复每行写有几条须依法处理、几条供参考、是哪几条；每条的内容、依据和救济办法用单个核查取得。
    """
    caller = request.auth  # type: ignore[attr-defined]
    frame = pl.DataFrame({"code": wanted.codes}, schema={"code": pl.String})
    taken = handed_in.hand_in(caller.viewer(), frame, Screening(wanted.matter, wanted.as_of, wanted.case_no, "code"))
    if not isinstance(taken, ScreenJob):
        raise errors.of_no(taken)
    return HttpResponse(answer.as_bytes(handed_in.as_dict(taken)), status=202, content_type=errors.CONTENT_TYPE)


@router.get(
    "/screens/{screening}", response=ScreenOut, summary="批量核查进度", operation_id="get_screening", openapi_extra=SCOPE
)  # fmt: skip
def get_screening(request: HttpRequest, screening: str) -> dict[str, Any]:
    """一批代码核查到哪一步。没有办成的写明原因和编号。"""
    return handed_in.as_dict(_found(request, screening))


@router.get(
    "/screens/{screening}/answer.csv", summary="取批量核查答复", operation_id="get_screening_answer",
    openapi_extra=SCOPE, response={200: None},
)  # fmt: skip
def get_screening_answer(request: HttpRequest, screening: str) -> HttpResponse:
    """答复为 CSV（UTF-8，带字节序标记），行的次序与提交的相同。还没有办完的返回 404。"""
    job = _found(request, screening)
    if job.state != ScreenJob.State.DONE:
        raise errors.not_found("这一批的答复")
    target = io.BytesIO()
    handed_in.answer_of(job).write_csv(target, include_bom=True)
    return HttpResponse(target.getvalue(), content_type="text/csv; charset=utf-8")


def _found(request: HttpRequest, screening: str) -> ScreenJob:
    caller = request.auth  # type: ignore[attr-defined]
    job = handed_in.find(caller.viewer(), screening)
    if job is None:
        raise errors.not_found("这一批核查")
    return job
