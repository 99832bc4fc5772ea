"""Calls about what is public (公开信息): search, a subject's entries, the manifest of the open data. Open to everyone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from gongxin.doors.api import errors
from gongxin.doors.api.keys import Anyone
from gongxin.kernel.identifiers import check_uscc
from gongxin.kernel.masking import mask_field
from gongxin.rooms.disclosure import export
from gongxin.rooms.disclosure import search as disclosure
from gongxin.spine import clock, public, shelf

router = Router(tags=["公开信息"], auth=Anyone())


class HitOut(Schema):
    """An organisation found (查询结果)."""

    code: str
    name: str
    kind: str
    kind_name: str
    division: str
    on_display: dict[str, int] = Field(description="各目录事项在公示的条数")
    marked: int = Field(0, description="其中有异议等标注的条数")


class SearchOut(Schema):
    """A page of search results (查询答复)."""

    text: str
    as_of: date
    total: int
    more: bool = Field(description="还有更多，请写得更具体")
    page: int
    pages: int
    hits: list[HitOut]
    suggestions: list[str] = Field(description="您要找的是不是")
    sources: int = Field(description="已核对的来源数")
    updated: datetime | None = Field(description="数据截至")
    notice: dict[str, Any] | None = Field(description="没有查或没有查到的原因")


class MarkOut(Schema):
    """A mark an open case puts on an entry (标注)."""

    id: str
    text: str = Field(description="使用前须阅读的说明")
    text_en: str


class LineOut(Schema):
    """An entry on display (公示记录)."""

    record: int
    item: str
    item_name: str
    title: str
    authority: str
    document: str | None
    decided: date | None
    display_from: date | None
    display_until: date | None = Field(description="公示截止日，含当日")
    repair_from: date | None = Field(description="可申请修复之日")
    severity: str | None
    clauses: list[str]
    certainty: str
    provider: str
    remedy: str | None
    fields: dict[str, str]
    marks: list[MarkOut] = Field(default_factory=list, description="异议处理中等标注；有标注的，请勿作为不利依据")
    statements: list[str] = Field(default_factory=list, description="主体声明")


class SubjectOut(Schema):
    """What is on display about an organisation (主体公示信息)."""

    code: str
    name: str
    as_of: date
    lines: list[LineOut]
    book: str = Field(description="法规书版本")
    note: str


class ManifestOut(Schema):
    """The manifest of the open data (开放数据清单)."""

    as_of: date
    law_book: str
    ledger: dict[str, Any]
    note: str
    items: list[dict[str, Any]]
    counts: dict[str, int] = Field(description="各事项当日在公示的条数")


@router.get("/search", response=SearchOut, summary="查单位", operation_id="search")
def search(
    request: HttpRequest,
    text: str = Query(..., min_length=1, max_length=200, description="名称的任意部分（两个字起），或代码"),
    page: int = Query(1, ge=1, le=10_000),
    as_of: date | None = None,
) -> dict[str, object]:
    """按名称的任意部分或代码查单位；只查得到当天有信息在公示的单位，自然人不在其中。"""
    return disclosure.search(text, page, errors.public_day(as_of)).as_dict()


@router.get("/subjects/{code}", response=SubjectOut, summary="一个单位的公示信息", operation_id="get_subject")
def get_subject(request: HttpRequest, code: str, as_of: date | None = None) -> dict[str, Any]:
    """当天依法在公示的信息；停止公示的不因改问以前某天而再现。没有信息在公示和代码不存在，答复相同；都不等于信用良好。"""
    day = errors.public_day(as_of)
    checked = check_uscc(code)
    lines = public.public_lines(f"uscc:{checked.code}", day) if checked.ok else []
    if not lines:
        raise errors.not_found("在公示的信息")
    return {
        "code": checked.code,
        "name": " ".join(next((line.subject_name for line in lines if line.subject_name), "").split()),
        "as_of": day,
        "lines": [line_out(line) for line in lines],
        "book": shelf.book().version,
        "note": "没有列出的事项只说明没有在公示的记录，不等于信用良好。",
    }


@router.get("/open-data", response=ManifestOut, summary="开放数据清单", operation_id="open_data")
def open_data(request: HttpRequest, as_of: date | None = None) -> dict[str, Any]:
    """当日可公开的事项、字段和条数，以及台账的大小和根散列；文件由 gongxin export 导出，附摘要。"""
    day = errors.public_day(as_of)
    return {**export.about(day, shelf.book().on(day)), "counts": public.public_counts(day)}


def line_out(line: public.PublicLine) -> dict[str, Any]:
    """Return one public entry as machines read it (公示记录输出)."""
    item = shelf.book().on(clock.today()).find_item(line.item)
    kinds = {spec.id: spec.kind for spec in item.fields} if item is not None else {}
    return {
        "record": line.record,
        "item": line.item,
        "item_name": line.item_name,
        "title": mask_field("title", line.title),
        "authority": line.authority,
        "document": line.document,
        "decided": line.decided,
        "display_from": line.display_from,
        "display_until": line.display_until,
        "repair_from": line.repair_from,
        "severity": line.severity,
        "clauses": [str(citation) for citation in line.clauses],
        "certainty": line.certainty,
        "provider": line.provider,
        "remedy": line.remedy,
        "marks": [{"id": mark.id, "text": mark.text, "text_en": mark.text_en} for mark in line.marks],
        "statements": [mask_field("statement", text) for text in line.statements],
        "fields": {
            name: mask_field(name, value, kind=kinds.get(name, "text")) or "" for name, value in line.fields.items()
        },
    }
