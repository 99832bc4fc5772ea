"""Calls about measures (措施库): what may restrict anybody, by which clause; open to everyone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from gongxin.doors.api import errors
from gongxin.doors.api.keys import Anyone
from gongxin.rooms.measures import library
from gongxin.spine import clock

router = Router(tags=["措施"], auth=Anyone())


class ProvisionOut(Schema):
    """One provision of the library (一条措施)."""

    id: str = Field(description="措施代号")
    measure: str
    measure_name: str
    measure_name_en: str
    group: str = Field(description="group-1 减损权益、group-2 履职管理、group-3 自主实施")
    name: str
    name_en: str
    binding: str = Field(description="must 条文规定必须、may 可以权衡并说明理由")
    subjects: str
    subjects_en: str
    subject_kinds: list[str]
    scope: list[str] = Field(description="适用的查询事项")
    triggers: list[str]
    clauses: list[str] = Field(description="依据")
    editions: list[str] = Field(description="列有该项的清单版本")
    implementer: str
    implementer_en: str
    body_kinds: list[str]
    region: str | None
    duration: str
    duration_en: str
    months: int | None = Field(description="最长几个月；空的随原决定")
    stacking: str
    cure: str = Field(description="怎样解除")
    cure_en: str
    burden: int = Field(description="轻重，1 最轻")
    extends: list[dict[str, str]] = Field(description="条文规定可以及于的人")
    certainty: str
    confirmed_by: str | None
    note: str
    effective: bool = Field(description="当日是否有效")
    lacks: str | None = Field(description="为什么没有效力：rank、term、basis、unconfirmed、voluntary")
    force: str
    force_en: str
    broken: list[str] = Field(description="已失效的依据")


class MeasureOut(Schema):
    """A measure and its provisions (一项措施)."""

    id: str
    name: str
    name_en: str
    certainty: str
    note: str
    clauses: list[str]
    provisions: list[ProvisionOut]


class GroupOut(Schema):
    """A group of measures (一类措施)."""

    id: str
    name: str
    name_en: str
    certainty: str
    note: str
    measures: list[MeasureOut]


class LibraryOut(Schema):
    """The library of a day (措施库)."""

    as_of: date
    groups: list[GroupOut]


class OrphanOut(Schema):
    """What has lost its basis (失去依据的措施)."""

    kind: str = Field(description="measure 措施、matter 查询事项的一个触发项")
    id: str
    name: str
    name_en: str
    broken: list[str]
    since: date | None = Field(description="自哪天起没有依据")


class OrphansOut(Schema):
    """All that has lost its basis on a day (失去依据的措施清单)."""

    as_of: date
    orphans: list[OrphanOut]


@router.get("/measures", response=LibraryOut, summary="措施库", operation_id="list_measures")
def list_measures(request: HttpRequest, as_of: date | None = None) -> dict[str, Any]:
    """三类措施，每项的条文、对象、范围、实施单位、期限和怎样解除；没有效力的写明为什么。"""
    day = as_of or clock.today()
    return {"as_of": day, "groups": library.listing(day)}


@router.get("/measures/orphans", response=OrphansOut, summary="失去依据的措施", operation_id="list_orphans")
def list_orphans(request: HttpRequest, as_of: date | None = None) -> dict[str, Any]:
    """依据已失效的措施和触发项，自失效之日起不发生效力。"""
    day = as_of or clock.today()
    return {"as_of": day, "orphans": library.orphaned(day)}


@router.get("/measures/{provision}", response=ProvisionOut, summary="一项措施", operation_id="get_measure")
def get_measure(request: HttpRequest, provision: str, as_of: date | None = None) -> dict[str, Any]:
    """一项措施的全部内容和当日的效力。"""
    found = library.find(provision, as_of or clock.today())
    if found is None:
        raise errors.not_found(f"措施 {provision}")
    return found
