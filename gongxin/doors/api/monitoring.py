"""Calls about monitoring (监测预警): the questions the reports raise, for those who supervise; never a finding."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from gongxin.doors.api.keys import Key
from gongxin.rooms.oversight import monitoring
from gongxin.spine import clock

SCOPE = {"x-scope": "monitor:read"}
router = Router(tags=["监测预警"], auth=Key("monitor:read"))


class AlarmOut(Schema):
    """A question (监测疑问): what was seen, what was usual, how often chance alone would raise it."""

    key: str
    signal: str
    name: str
    name_en: str
    body: str
    body_name: str
    item: str
    month: str = Field(description="所问月份；文书号序列为所属年份的一月")
    seen: float
    usual: float | None
    limit: float | None
    past: int = Field(description="基线期数；文书号序列为已收到的号数")
    false_alarms: float = Field(description="偶然误报率")
    certainty: str
    clause: str
    text: str
    text_en: str
    case: str = Field(description="已提出的，案号")
    gaps: list[list[int]] = Field(description="从未收到的文书号区间，两端都算")


class AskedOut(Schema):
    """A question that was put to a body (已提出的疑问)."""

    case: str
    key: str
    body: str
    state: str
    state_name: str
    state_name_en: str
    opened_on: date
    due: date | None
    closed_on: date | None


@router.get("/monitoring", response=list[AlarmOut], summary="监测疑问", operation_id="list_alarms", openapi_extra=SCOPE)
def list_alarms(
    request: HttpRequest, body: str = Query("", max_length=32, description="只看一个单位")
) -> list[dict[str, Any]]:
    """按今日台账算出的全部疑问；只是疑问，不是结论，不因此处理任何单位和个人。"""
    return monitoring.told(clock.today(), body=body)


@router.get(
    "/monitoring/cases", response=list[AskedOut], summary="已提出的疑问", operation_id="list_asked", openapi_extra=SCOPE
)
def list_asked(request: HttpRequest) -> list[dict[str, Any]]:
    """已经向单位提出的疑问和办理情况，未办结的在前。"""
    return [monitoring.case_dict(each) for each in monitoring.cases()]
