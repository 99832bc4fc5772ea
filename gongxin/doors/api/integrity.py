"""Calls about government integrity (政务诚信): how a body stands, the feed of a division, proposing a record.

What follows a proposal – notice, service, decision, rectification – is done through the case: `/cases/{number}/acts/{verb}`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import errors
from gongxin.doors.api.cases import EXTRA, SCOPE, OpenedOut, case_bytes, case_refused, viewer_of
from gongxin.doors.api.complaints import FiguresOut
from gongxin.doors.api.keys import Anyone, Key
from gongxin.doors.api.repeats import repeatable
from gongxin.doors.api.requests import Text
from gongxin.kernel.issues import Refusal
from gongxin.rooms.oversight import good_faith, integrity
from gongxin.rooms.promises import listing
from gongxin.rooms.promises.complaints import figures
from gongxin.spine import clock, duties
from gongxin.spine.access.models import Role
from gongxin.spine.bodies.superiors import standing_of
from gongxin.spine.cases import telling
from gongxin.spine.cases.models import Channel

router = Router(tags=["政务诚信"], auth=Key(SCOPE))
rows_router = Router(tags=["政务诚信"], auth=Key("events:read"))


class RecordOut(Schema):
    """A record on display (在公示的记录)."""

    record: int
    item: str
    title: str
    authority: str
    document: str | None
    decided: date | None
    display_until: date | None
    fields: dict[str, str]
    clauses: list[str]
    remedy: str | None


class CriticismOut(Schema):
    """Criticism in public (通报批评)，与记录一并公开."""

    record: int
    on: date
    document: str
    text: str
    by: str


class IntegrityBodyOut(Schema):
    """What is on record of a body (一个单位的记录)."""

    code: str
    name: str
    name_en: str
    region: str
    records: list[RecordOut] = Field(description="政务失信记录")
    debts: list[RecordOut] = Field(description="失信被执行人名单条目")
    criticisms: list[CriticismOut] = Field(description="通报批评，记录停止公示即撤下")


class BodyPromisesOut(Schema):
    """How the promises of a body on display stand (公示的承诺)."""

    total: int
    open: int = Field(description="仍须履行")
    overdue: int = Field(description="逾期")
    states: dict[str, int] = Field(description="各履行情况的项数")


class IntegrityOut(IntegrityBodyOut):
    """How a body stands (政务诚信情况)."""

    as_of: date
    promises: BodyPromisesOut
    complaints: FiguresOut


class FeedOut(Schema):
    """What rolls up from a division (逐级归集)."""

    as_of: date
    region: str
    bodies: list[IntegrityBodyOut]


class DishonestyIn(BaseModel):
    """A proposal (提出认定)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    source: Text = Field(min_length=1, max_length=20, description="来源，见 /law 的 integrity.sources")
    facts: Text = Field(min_length=1, max_length=4000)
    basis: Text = Field(min_length=1, max_length=1000)
    evidence: Text = Field(min_length=1, max_length=4000)
    complaint: Text = Field("", max_length=40, description="查实而拒不整改的投诉案号")
    document_no: Text = Field("", max_length=200, description="生效文书号")


@router.get("/integrity", response=FeedOut, auth=Anyone(), summary="区划的政务失信记录", operation_id="integrity_feed")
def integrity_feed(request: HttpRequest, region: str = Query(..., min_length=2, max_length=12)) -> dict[str, Any]:
    """这个区划和下级区划全部有记录的单位，供逐级归集；县的在市的里面，市的在省的里面。"""
    day, wanted = clock.today(), region.replace("\0", "")
    return {
        "as_of": day,
        "region": wanted,
        "bodies": [good_faith.as_dict(each) for each in good_faith.feed(wanted, day)],
    }


@rows_router.get(
    "/integrity/rows",
    summary="供上级平台归集的行",
    operation_id="integrity_rows",
    openapi_extra={"x-scope": "events:read"},
)
def integrity_rows(request: HttpRequest, region: str = Query(..., min_length=2, max_length=12)) -> HttpResponse:
    """与 gongxin integrity --feed --out 写出的相同：每行一个 JSON，按目录字段名；停止公示的带停止日期，上级随之停止。

    只供信用主管单位的密钥，记入查阅日志。
    """
    if not good_faith.is_division(region):
        raise errors.not_found("这个区划")
    caller = request.auth  # type: ignore[attr-defined]
    stands = standing_of(caller.body)
    # Whoever else holds such a key is told by the events that an entry has ended; what it was stands in these rows.
    found = good_faith.handed_up(caller.viewer(Role.OPERATOR if stands and stands.office else Role.OFFICER), region)
    if isinstance(found, Refusal):
        raise errors.from_refusal(found, 403)
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in found]
    return HttpResponse("".join(lines), content_type="application/x-ndjson; charset=utf-8")


@router.get(
    "/integrity/{code}",
    response=IntegrityOut,
    auth=Anyone(),
    summary="一个单位的政务诚信情况",
    operation_id="integrity_of_body",
)
def integrity_of_body(request: HttpRequest, code: str) -> dict[str, Any]:
    """当天在公示的政务失信记录、失信被执行人名单条目、承诺和投诉情况；机构合并更名的并入承继单位。"""
    found = good_faith.of_body(code.replace("\0", ""))
    if found is None:
        raise errors.not_found("这个单位")
    day = clock.today()
    told = figures.together(body=found.body.code).as_dict()
    promised = listing.figures(each for each in duties.shown(day) if each.bearer == found.body.code)
    return {**good_faith.as_dict(found), "as_of": day, "promises": asdict(promised), "complaints": told}


@router.post(
    "/integrity/{code}/proposals", response={201: OpenedOut}, summary="提出认定政务失信", operation_id="propose_integrity",
    openapi_extra=EXTRA,
)  # fmt: skip
@repeatable
def propose(request: HttpRequest, code: str, body: DishonestyIn) -> HttpResponse:
    """上级单位或者信用办的密钥提出；立案后按案件办理，决定送达以前没有任何效果。"""
    said = {name: value for name, value in body.model_dump().items() if value}
    done = integrity.propose(viewer_of(request), code.replace("\0", ""), said, channel=Channel.MACHINE)
    if isinstance(done, Refusal):
        raise case_refused(done)
    told = {**telling.progress(done.case, done.standing), "receipt": done.receipt, "entries": list(done.entries)}
    return HttpResponse(case_bytes(told), status=201, content_type=errors.CONTENT_TYPE)
