"""Calls about the key areas of government integrity (政务诚信重点领域): open; what is missing is a question, never a finding."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from gongxin.doors.api import errors
from gongxin.doors.api.keys import Anyone
from gongxin.rooms.promises import areas
from gongxin.spine.bodies.register import register

open_router = Router(tags=["政务诚信重点领域"], auth=Anyone())


@open_router.get("/areas", summary="政务诚信重点领域", operation_id="list_areas")
def list_areas(request: HttpRequest, as_of: date | None = None) -> HttpResponse:
    """各领域的依据、包含的承诺种类、查看事项。"""
    day = errors.public_day(as_of)
    return _json({"as_of": day, "areas": [areas.as_dict(each) for each in areas.known(day)]})


@open_router.get("/areas/{area}", summary="一个领域各单位的情况", operation_id="get_area")
def get_area(
    request: HttpRequest,
    area: str,
    region: str = Query("", max_length=12, description="行政区划代码，可到街道、乡镇九位"),
    as_of: date | None = None,
) -> HttpResponse:
    """各单位的承诺、逾期、还缺的内容和投诉处理结果，按名称排列，不排名次。"""
    day = errors.public_day(as_of)
    found = areas.find(area, day)
    if found is None:
        raise errors.not_found("这个领域")
    return _json(areas.told(found, day, register(), region))


@open_router.get("/areas/{area}/{body}", summary="一个单位在一个领域的情况", operation_id="get_area_of_body")
def get_area_of_body(request: HttpRequest, area: str, body: str, as_of: date | None = None) -> HttpResponse:
    """每项承诺写明了什么、还缺什么，本领域公示的事项，投诉处理结果。"""
    day, known = errors.public_day(as_of), register()
    found = areas.find(area, day)
    if found is None or body not in known.bodies:
        raise errors.not_found("这个领域或者单位")
    return _json(areas.whole_dict(areas.of_body(found, body, day, known), known))


def _json(told: Any) -> HttpResponse:
    text = json.dumps(told, ensure_ascii=False, default=str)
    return HttpResponse(text, content_type=errors.CONTENT_TYPE)
