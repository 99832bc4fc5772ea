"""Calls about restrictions (限制措施): those of one's own body, what was wrong and how it was made good, counts for everybody.

Acts on a restriction – service, hearing, decision, review, lifting – are acts on its case.
"""

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
from gongxin.rooms.measures import accounting, answer, restrictions
from gongxin.rooms.measures.models import Redress
from gongxin.spine import clock

router = Router(tags=["限制措施"], auth=Key("checks:write"))
SCOPE = {"x-scope": "checks:write"}


class RestrictionOut(Schema):
    """A restriction as it stands (限制措施)."""

    number: str = Field(description="案号")
    check: str = Field(description="所据核查")
    subject: str
    body: str
    body_name: str
    matter: str
    measure: str
    measure_name: str
    measure_name_en: str
    clauses: list[str]
    cure: str
    cure_en: str
    records: list[int]
    document_no: str
    decided_on: date
    effective_on: date = Field(description="决定书送达之日")
    until: date
    state: str = Field(description="running 执行中、paused 暂停、ended 已结束")
    end: str | None = Field(description="为什么结束")
    said: str
    said_en: str
    review_by: date | None = Field(description="这一天以前没有说明继续的理由，次日自动结束")


class RestrictionsOut(Schema):
    """The restrictions of one's own body (本单位的限制措施)."""

    as_of: date
    restrictions: list[RestrictionOut]


class DamageOut(Schema):
    """A restriction that rested on what was wrong (错误限制)."""

    number: str
    cause: int = Field(description="起因的台账条目，撤销的为 0")
    kind: str = Field(description="annulled 撤销、withdrawal 记录撤回、correction 记录更正")
    since: date
    due: date | None
    body: str
    body_name: str
    measure: str
    matter: str
    overdue: bool
    redress: str | None
    decided_by: str | None


class DamagesOut(Schema):
    """The wrong restrictions of one's own body (本单位的错误限制)."""

    as_of: date
    damage: list[DamageOut]


class RedressIn(BaseModel):
    """How a wrong restriction was made good (补救)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    cause: int = Field(0, ge=0, lt=2**63)
    text: Text = Field(min_length=1, max_length=4000)
    decided_by: Text = Field(min_length=1, max_length=100)


class RedressOut(Schema):
    """What was entered (已登记的补救)."""

    number: str
    cause: int


class RestrictionCountOut(Schema):
    """A count by name (计数)."""

    id: str
    name: str
    name_en: str
    count: int


class StatisticsOut(Schema):
    """What became of checks in a period (处理结果统计)."""

    since: date
    until: date
    checks: int = Field(description="须依法处理的核查次数")
    answered: int
    kinds: list[RestrictionCountOut]
    grounds: list[RestrictionCountOut] = Field(description="未限制的原因")
    restrictions: int
    running: int
    ended: list[RestrictionCountOut] = Field(description="为什么结束")
    measures: list[RestrictionCountOut]
    wrong: int = Field(description="依据有误的限制")
    made_good: int
    wrong_overdue: int


@router.get(
    "/restrictions", response=RestrictionsOut, summary="本单位的限制措施", operation_id="list_restrictions",
    openapi_extra=SCOPE,
)  # fmt: skip
def list_restrictions(request: HttpRequest, ended: bool = False) -> dict[str, Any]:
    """决定书送达以后的限制措施；未送达的不在其中。结束的和为什么结束，写 ended=true。"""
    day = clock.today()
    return {"as_of": day, "restrictions": restrictions.listing(request.auth.viewer(), day, ended=ended)}  # type: ignore[attr-defined]


@router.get(
    "/restrictions/damage", response=DamagesOut, summary="本单位的错误限制", operation_id="list_damage",
    openapi_extra=SCOPE,
)  # fmt: skip
def list_damage(request: HttpRequest) -> dict[str, Any]:
    """依据的记录被更正、撤回，或者采取有误被撤销的限制；须在期限内写明怎样补救。"""
    day = clock.today()
    return {"as_of": day, "damage": restrictions.damages(day, body=request.auth.viewer().body)}  # type: ignore[attr-defined]


@router.get(
    "/restrictions/statistics", response=StatisticsOut, auth=Anyone(), summary="处理结果统计",
    operation_id="outcome_statistics",
)  # fmt: skip
def outcome_statistics(request: HttpRequest, since: date | None = None, until: date | None = None) -> dict[str, Any]:
    """某段时间的核查和限制；不涉及任何主体。不写起止即本年。"""
    today = clock.today()
    return accounting.statistics(since or today.replace(month=1, day=1), min(until or today, today))


@router.post(
    "/restrictions/{number}/redress", response={201: RedressOut}, summary="登记补救", operation_id="enter_redress",
    openapi_extra=SCOPE,
)  # fmt: skip
@repeatable
def enter_redress(request: HttpRequest, number: str, body: RedressIn) -> HttpResponse:
    """一项错误限制怎样补救，由采取它的单位的具名人员写明；登记以后不改写。"""
    viewer = request.auth.viewer()  # type: ignore[attr-defined]
    done = restrictions.redress(viewer, number.replace("\0", ""), body.cause, body.text, body.decided_by)
    if not isinstance(done, Redress):
        raise errors.from_refusal(done, {"redress.none": 404, "redress.twice": 409}.get(done.code, 422))
    told = {"number": done.restriction, "cause": done.cause}
    return HttpResponse(answer.as_bytes(told), status=201, content_type=errors.CONTENT_TYPE)
