"""Calls about records on public officials (公职人员履职记录): what one's own body handed in, by its key; nothing is public.

Handing in is `POST /batches`; looking up for an appointment or an honour is `POST /checks` with the matter and the case.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import errors
from gongxin.doors.api.cases import EXTRA, SCOPE, viewer_of
from gongxin.doors.api.keys import Key
from gongxin.doors.api.repeats import repeatable
from gongxin.doors.api.requests import Text
from gongxin.kernel.issues import Refusal
from gongxin.rooms.oversight import officials

router = Router(tags=["公职人员履职记录"], auth=Key(SCOPE))
STATUS = {"official.none": 404, "official.body": 403, "official.ended": 409}


class FiledOut(Schema):
    """One record a body handed in (一条记录)；不含姓名."""

    record: int
    kind: str
    kind_name: str
    decided: date | None
    until: date | None = Field(description="用到哪一天，含当日")
    state: str


class FiledListOut(Schema):
    """What a body handed in (本单位报送的记录)."""

    records: list[FiledOut]


class LiftIn(BaseModel):
    """The lifting of a sanction (解除)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    removed_on: Text = Field(min_length=1, max_length=20, description="解除日期，例如 2026-11-22")
    document_no: Text = Field(min_length=1, max_length=200, description="解除决定文号")
    removal_reason: Text = Field(min_length=1, max_length=2000, description="解除理由")
    decided_by: Text = Field(min_length=1, max_length=100, description="作出决定的人")


@router.get(
    "/officials", response=FiledListOut, summary="本单位报送的公职人员履职记录", operation_id="list_official_records",
    openapi_extra=EXTRA,
)  # fmt: skip
def list_official_records(request: HttpRequest) -> HttpResponse:
    """只列本单位作出决定并报送的，不列姓名；其他单位在法定事项中用核查接口查询，本人在“我的信用”查看。"""
    found = officials.filed(viewer_of(request))
    if isinstance(found, Refusal):
        raise errors.from_refusal(found, STATUS.get(found.code, 403))
    return _json({"records": [officials.as_dict(each) for each in found]})


@router.post(
    "/officials/{record}/lifting", response={201: FiledOut}, summary="登记处分解除", operation_id="lift_official_record",
    openapi_extra=EXTRA,
)  # fmt: skip
@repeatable
def lift_official_record(request: HttpRequest, record: int, body: LiftIn) -> HttpResponse:
    """由作出决定的单位登记；解除当日起不再供任何事项使用，并告知本人。"""
    if not 0 < record < 2**63:
        raise errors.not_found("这条记录")
    done = officials.lift(viewer_of(request), record, body.model_dump())
    if isinstance(done, Refusal):
        raise errors.from_refusal(done, STATUS.get(done.code, 422))
    return _json(officials.as_dict(done), status=201)


def _json(told: Any, status: int = 200) -> HttpResponse:
    text = json.dumps(told, ensure_ascii=False, default=str)
    return HttpResponse(text, status=status, content_type=errors.CONTENT_TYPE)
