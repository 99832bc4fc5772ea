"""Calls about incentives (守信激励): the library and an organisation's conveniences are open; a partner learns yes, or nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import errors
from gongxin.doors.api.keys import Anyone, Key
from gongxin.doors.api.repeats import repeatable
from gongxin.doors.api.requests import Text
from gongxin.rooms.measures import answer, check, incentives
from gongxin.spine import clock, shelf

SCOPE = {"x-scope": "incentives:confirm"}
router = Router(tags=["守信激励"], auth=Key("incentives:confirm"))
open_router = Router(tags=["守信激励"], auth=Anyone())
NOTHING = "没有确认。不符合、没有授权、授权已用完或者撤回，答复相同。"


class IncentiveOut(Schema):
    """A convenience (激励措施)."""

    id: str
    name: str
    name_en: str
    group: str = Field(description="public 公共管理机构给予；market 市场主体自愿给予；programme 自愿计划")
    content: str
    content_en: str
    giver: str
    subject_kinds: list[str]
    pending: str | None = Field(description="未生效的原因：review 未经公平竞争审查，legal 待法制审核")
    fair_review: str | None
    follow_up: dict[str, Any] | None = Field(description="容缺受理须补正的期限和后果")
    bases: list[str]
    certainty: str


class EntitledOut(Schema):
    """To what an organisation is entitled (单位可享便利)."""

    subject: str
    name: str | None
    as_of: date
    incentives: list[dict[str, Any]] = Field(description="每项便利是否符合、各项条件及所据记录")


class ConfirmIn(BaseModel):
    """Whom a partner asks about, by which consent (激励确认请求)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    code: Text = Field(min_length=1, max_length=64, description="统一社会信用代码；自然人写公民身份号码，不保存")
    consent: Text = Field(min_length=1, max_length=4000, description="本人授权编号")


class ConfirmOut(Schema):
    """Yes, or nothing (激励确认)."""

    entitled: bool | None = Field(description="true 符合；null 没有确认，不说明原因")
    note: str


@open_router.get("/incentives", response=list[IncentiveOut], summary="激励措施", operation_id="list_incentives")
def list_incentives(request: HttpRequest) -> list[dict[str, Any]]:
    """有哪些便利、由谁给予、什么条件、依据哪条；没有生效的写明原因。"""
    return [incentives.incentive_dict(each) for each in incentives.library()]


@open_router.get(
    "/incentives/subjects/{code}", response=EntitledOut, summary="一个单位可享的便利", operation_id="get_incentives"
)
def get_incentives(request: HttpRequest, code: str, as_of: date | None = None) -> dict[str, Any]:
    """由当天在公示的信息算出，逐项写明条件。自然人的激励只由本人查看。"""
    told = incentives.for_organisation(code, errors.public_day(as_of))
    if not isinstance(told, incentives.Entitled):
        raise errors.of_no(told)
    return incentives.as_dict(told)


@router.post(
    "/incentives/{incentive}/confirmations", response=ConfirmOut, summary="合作机构确认激励",
    operation_id="confirm_incentive", openapi_extra=SCOPE,
)  # fmt: skip
@repeatable
def confirm_incentive(request: HttpRequest, incentive: str, question: ConfirmIn) -> HttpResponse:
    """凭本人授权确认是否符合。只答符合；其余情形答复相同，看不到任何记录。每次确认先记入查阅日志。"""
    caller = request.auth  # type: ignore[attr-defined]
    found = next((each for each in incentives.library() if each.id == incentive and each.matter), None)
    if found is None:
        raise errors.not_found("可以凭授权确认的激励")
    matter = shelf.book().on(clock.today()).matter(found.matter)
    named = check.identify(question.code, matter, clock.today())
    if isinstance(named, list):
        raise errors.of_no(named)
    yes = incentives.confirm(caller.viewer(), found.id, named.key, question.consent)
    told = {"entitled": True, "note": found.name} if yes else {"entitled": None, "note": NOTHING}
    return HttpResponse(answer.as_bytes(told), content_type=errors.CONTENT_TYPE)
