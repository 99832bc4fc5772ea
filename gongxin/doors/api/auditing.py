"""Calls for the auditor's system (审计): the questions the log of looks raises, to be answered and never a verdict."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from gongxin.doors.api import errors
from gongxin.doors.api.keys import Caller, Key
from gongxin.rooms.oversight import unusual
from gongxin.spine import clock
from gongxin.spine.access import withheld
from gongxin.spine.bodies.superiors import PRIVATE

SCOPE = "audit:read"
PER_PAGE = 100
router = Router(tags=["监督"], auth=Key(SCOPE))


class FindingOut(Schema):
    """A question the log raises (查阅疑问)."""

    key: str
    rule: str
    name: str
    name_en: str
    body: str
    post: str = Field(description="岗位或者系统")
    on: date
    count: int
    usual: float | None = Field(description="平时的次数，问的是次数时才有")
    looks: list[str] = Field(description="查阅编号")
    case: str = Field(description="已提出的，案号")


class WithheldCountOut(Schema):
    """How many looks are told of later (推迟告知件数)."""

    standing: int
    ever: int


class FindingsOut(Schema):
    """The questions of the day (查阅疑问一页)."""

    as_of: date
    total: int
    page: int
    findings: list[FindingOut]
    withheld: WithheldCountOut


@router.get(
    "/audit/looks", response=FindingsOut, summary="查阅疑问", operation_id="audit_looks",
    openapi_extra={"x-scope": SCOPE},
)  # fmt: skip
def audit_looks(
    request: HttpRequest,
    rule: str = Query("", max_length=32, description="只看一种"),
    page: int = Query(1, ge=1, le=10_000),
) -> dict[str, Any]:
    """从查阅日志提出的疑问，最近的在前，每页 100 件；与 gongxin audit looks 相同。只是疑问，不是结论；不含被查的是谁。"""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    if caller.body_kind in PRIVATE:
        raise errors.not_this_body("履行审计监督职责的单位", "a body that audits")
    today = clock.today()
    found = [each for each in unusual.findings(today) if not rule or each.rule == rule]
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    asked = unusual.asked(each.key for each in shown)
    delayed, ever = withheld.count(today)
    return {
        "as_of": today,
        "total": len(found),
        "page": page,
        "findings": [
            {
                **unusual.as_dict(each),
                "name_en": each.name_en,
                "case": asked[each.key].case if each.key in asked else "",
            }
            for each in shown
        ],
        "withheld": {"standing": delayed, "ever": ever},
    }
