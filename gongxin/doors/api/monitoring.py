"""Calls about monitoring (监测预警): the questions the reports raise, for those who supervise; never a finding."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import english, errors
from gongxin.doors.api.keys import Caller, Key
from gongxin.doors.api.requests import Text
from gongxin.kernel.issues import Refusal
from gongxin.rooms.oversight import bulletin, bulletin_paper, monitoring, overview, replies
from gongxin.rooms.oversight.overview import Overview
from gongxin.spine import clock
from gongxin.spine.bodies.superiors import PRIVATE

SCOPE = {"x-scope": "monitor:read"}


class Supervising(Key):
    """A key with the scope, of a public body (监督单位的密钥): questions nobody has answered yet are about somebody."""

    def __call__(self, request: HttpRequest) -> Caller:
        caller = super().__call__(request)
        if caller.body_kind in PRIVATE:
            raise errors.not_this_body("履行监督职责的单位", "a body that supervises")
        return caller


router = Router(tags=["监测预警"], auth=Supervising("monitor:read"))


class AnswerOut(Schema):
    """What a body answered (单位说明): in its words, by whom, on which day."""

    text: str
    by: str = Field(description="作出说明的人")
    on: date


class AlarmOut(Schema):
    """A question (监测疑问): what was seen, what was usual, how often chance alone would raise it."""

    key: str
    signal: str
    name: str
    name_en: str
    body: str
    body_name: str
    body_name_en: str
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
    state_name: str
    state_name_en: str
    due: date | None = Field(description="正在计算的时限")
    answer: AnswerOut | None = Field(description="单位的说明，没有说明的为空")
    gaps: list[list[int]] = Field(description="从未收到的文书号区间，两端都算")
    region: str = Field(description="单位的区划")
    rows: list[str] = Field(description="所据明细，如 promise:12、case:TS-2026-1")
    longest_days: int | None = Field(description="最早的一项已有几天")
    method: str
    method_en: str


class AskedOut(Schema):
    """A question that was put to a body (已提出的疑问)."""

    case: str
    key: str
    body: str
    state: str
    state_name: str
    state_name_en: str
    opened_on: date
    due: date | None = Field(description="正在计算的时限")
    closed_on: date | None
    answer: AnswerOut | None = Field(description="单位的说明，没有说明的为空")


class HiddenIn(BaseModel):
    """Document numbers another source knows (其他来源的文书号)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    body: Text = Field(max_length=32, description="报送单位代码")
    item: Text = Field(max_length=60, description="目录事项，如 penalty")
    since: date = Field(description="决定日起")
    until: date | None = Field(None, description="决定日止，不写即今日")
    numbers: list[Text] = Field(max_length=20_000, description="文书号")


class HiddenOut(Schema):
    """What another source knows that the platform does not (漏报推算)."""

    body: str
    item: str
    since: date
    until: date
    handed_in: int
    known_elsewhere: int
    missing: list[str] = Field(description="平台从未收到的文书号")
    estimate: dict[str, float] | None = Field(description="推算总数和区间 total、low、high；没有共同文书的为空")


class MonthFiguresOut(Schema):
    """Figures of a month (监督指标): all of them, or of one its divisions and bodies, or the rows of one body."""

    month: str
    as_of: date
    running: bool
    region: dict[str, str]
    figures: list[dict[str, Any]] = Field(
        description="指标：value 为百分率或者件数，由 good、count 相加而来；before 为上月"
    )
    regions: list[dict[str, Any]] = Field(description="按区划，写了指标才有")
    bodies: list[dict[str, Any]] = Field(description="按单位，按区划和名称排列，不排名")
    rows: list[dict[str, Any]] = Field(description="明细，写了单位才有")


class MonthBulletinOut(Schema):
    """The bulletin of a month (监督月报), as data."""

    month: str
    as_of: date
    running: bool = Field(description="本月未结束")
    made_at: datetime
    region: dict[str, str]
    figures: list[dict[str, Any]]
    regions: dict[str, list[dict[str, Any]]]
    bodies: dict[str, list[dict[str, Any]]]
    questions: list[AlarmOut]
    asked: list[AskedOut]
    promises: list[dict[str, Any]]
    tasks: dict[str, int]
    orphans: list[dict[str, Any]] = Field(description="因依据失效停用的措施条款和查询事项")
    coverage: list[dict[str, str]]
    methods: list[dict[str, Any]]
    known: dict[str, Any] = Field(description="法规库版本、台账条数和根：凭此可以重新算出")


class MonthIn(Schema):
    """Which month, within which division (月份和区划)."""

    month: str = Field("", max_length=7, description="月份，如 2026-10；不写即本月")
    region: str = Field("", max_length=12, description="区划代码；不写即全部")


@router.get("/monitoring", response=list[AlarmOut], summary="监测疑问", operation_id="list_alarms", openapi_extra=SCOPE)
def list_alarms(
    request: HttpRequest, body: str = Query("", max_length=32, description="只看一个单位")
) -> list[dict[str, Any]]:
    """按今日台账算出的全部疑问；只是疑问，不是结论，不因此处理任何单位和个人。"""
    no = monitoring.refused_body(body)
    if no is not None:
        raise errors.from_refusal(no, 404)
    return monitoring.told(clock.today(), body=body)


@router.get(
    "/monitoring/cases", response=list[AskedOut], summary="已提出的疑问", operation_id="list_asked", openapi_extra=SCOPE
)
def list_asked(request: HttpRequest) -> list[dict[str, Any]]:
    """已经向单位提出的疑问和办理情况，未办结的在前。"""
    return [replies.as_dict(each) for each in replies.all_put(clock.today())]


@router.post(
    "/monitoring/hidden", response=HiddenOut, summary="漏报推算", operation_id="estimate_hidden", openapi_extra=SCOPE
)  # fmt: skip
def estimate_hidden(request: HttpRequest, body: HiddenIn) -> dict[str, Any]:
    """其他来源的文书号与平台收到的比对，推算一共应有多少；不保存，不是结论。"""
    until = body.until or clock.today()
    found = monitoring.hidden(body.body, body.item, list(body.numbers), since=body.since, until=until)
    if isinstance(found, Refusal):
        raise errors.from_refusal(found, 422)
    told = monitoring.hidden_dict(found)
    return {**told, "since": found.since, "until": found.until}


@router.get(
    "/monitoring/figures",
    response=MonthFiguresOut,
    summary="监督指标",
    operation_id="list_figures",
    openapi_extra=SCOPE,
)
def list_figures(request: HttpRequest, asked: Query[MonthIn]) -> dict[str, Any]:
    """一个月的全部指标；往月按该月最后一日计算。"""
    return _told(asked)


@router.get(
    "/monitoring/figures/{gauge}",
    response=MonthFiguresOut,
    summary="一个指标",
    operation_id="get_figure",
    openapi_extra=SCOPE,
)
def get_figure(request: HttpRequest, gauge: str, asked: Query[MonthIn]) -> dict[str, Any]:
    """一个指标，按区划和单位。"""
    return _told(asked, gauge)


@router.get(
    "/monitoring/figures/{gauge}/{body}", response=MonthFiguresOut, summary="一个指标的明细", operation_id="list_figure_rows",
    openapi_extra=SCOPE,
)  # fmt: skip
def list_figure_rows(request: HttpRequest, gauge: str, body: str, asked: Query[MonthIn]) -> dict[str, Any]:
    """一个单位的指标由哪些明细相加而来，未达成的在前。"""
    return _told(asked, gauge, body)


@router.get(
    "/bulletins/{month}",
    response=MonthBulletinOut,
    summary="监督月报",
    operation_id="get_monthly_bulletin",
    openapi_extra=SCOPE,
)
def get_monthly_bulletin(
    request: HttpRequest, month: str, region: str = Query("", max_length=12, description="区划代码；不写即全部")
) -> dict[str, Any]:
    """一个月的指标、预警、承诺和任务；随时由台账算出，不另存。"""
    told = _asked(month, region)
    return bulletin.as_dict(bulletin.make(told.month, told.region))


@router.get("/bulletins/{month}/pdf", summary="监督月报文件", operation_id="get_bulletin_file", openapi_extra=SCOPE)
def get_bulletin_file(
    request: HttpRequest, month: str, region: str = Query("", max_length=12, description="区划代码；不写即全部")
) -> HttpResponse:
    """PDF/A，语言随 Accept-Language。"""
    told = _asked(month, region)
    made = bulletin.make(told.month, told.region)
    wanted = english.wanted(request.META.get("HTTP_ACCEPT_LANGUAGE"))
    return HttpResponse(bulletin_paper.pdf(made, english=wanted), content_type="application/pdf")


def _told(asked: MonthIn, gauge: str = "", body: str = "") -> dict[str, Any]:
    told = overview.tell(_asked(asked.month, asked.region), gauge, body)
    if isinstance(told, Refusal):
        raise errors.from_refusal(told, 404)
    return told


def _asked(month: str, region: str) -> Overview:
    found = overview.asked(month, region)
    if isinstance(found, Refusal):
        raise errors.from_refusal(found, 422)
    return found
