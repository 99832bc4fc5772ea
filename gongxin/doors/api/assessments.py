"""Calls about assessments (单位评价): the systems are open to everyone; a result leaves a look."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from gongxin.doors.api import errors
from gongxin.doors.api.keys import Anyone, Key
from gongxin.rooms.oversight import assessing

SCOPE = {"x-scope": "assess:read"}
router = Router(tags=["单位评价"], auth=Key("assess:read"))
open_router = Router(tags=["单位评价"], auth=Anyone())


class SystemOut(Schema):
    """A system of indicators (指标体系)."""

    id: str
    name: str
    name_en: str
    version: str
    certainty: str
    in_effect: bool = Field(description="false 表示待法制审核，结果仅供试算")
    use: str = Field(description="结果只能用于什么")
    use_en: str
    clause: str
    coverage: float = Field(description="定等次所需的数据覆盖率，百分数")
    grades: list[dict[str, Any]]
    indicators: list[dict[str, Any]] = Field(description="指标、权重、分档和理由")


class FigureOut(Schema):
    """One figure (一项得数)."""

    indicator: str
    name: str
    value: float | None
    points: float | None
    weight: float
    contribution: float | None
    missing: str | None = Field(description="source 没有单位报送；sample 样本不足")
    records: list[dict[str, Any]] = Field(description="得数来自的记录")


class AssessmentOut(Schema):
    """A result (评价结果): an interval where data are missing."""

    look: str = Field(description="本次查阅编号")
    assessment: str = Field(description="提出评价异议时写明的编号")
    code: str
    name: str
    as_of: date
    system: SystemOut
    low: float
    high: float
    covered: float
    grade: dict[str, Any] | None
    trial: bool
    figures: list[FigureOut]
    book: str


@open_router.get("/assessments", response=list[SystemOut], summary="指标体系", operation_id="list_systems")
def list_systems(request: HttpRequest) -> list[dict[str, Any]]:
    """在用的指标体系：指标、权重、分档、等次和用途，全部公开。"""
    return [assessing.system_dict(each) for each in assessing.systems()]


@router.get(
    "/assessments/{system}/{code}",
    response=AssessmentOut,
    summary="评价一个单位",
    operation_id="assess",
    openapi_extra=SCOPE,
)
def assess(
    request: HttpRequest,
    system: str,
    code: str,
    case_no: str = Query("", max_length=100, description="办件编号"),
    as_of: date | None = None,
) -> dict[str, Any]:
    """按指标体系评价一个单位；只用于确定检查频次，先记入查阅日志再答复。不评价自然人。"""
    if assessing.find_system(system, as_of) is None:
        raise errors.not_found("指标体系")
    caller = request.auth  # type: ignore[attr-defined]
    assessed = assessing.assess(caller.viewer(), system, code, case_no=case_no, as_of=as_of)
    if not isinstance(assessed, assessing.Assessed):
        raise errors.of_no(assessed)
    return assessing.as_dict(assessed)
