"""Calls about the catalogue and the law (目录与法规): what may be reported and shown, on which clause. Open to everyone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from gongxin.doors.api import errors
from gongxin.doors.api.keys import Anyone
from gongxin.law.book import Edition, LawSilent
from gongxin.spine import clock, shelf

catalogue = Router(tags=["目录"], auth=Anyone())
law = Router(tags=["法规"], auth=Anyone())

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ChoiceOut(Schema):
    """A choice of a field (可选值)."""

    value: str
    name: str


class FieldOut(Schema):
    """A field of an item (字段)."""

    id: str = Field(description="字段代号")
    name: str
    name_en: str
    kind: str = Field(description="类型")
    required: bool
    required_if: str | None
    public: bool = Field(description="是否可公开")
    choices: list[ChoiceOut]
    note: str
    note_en: str


class ItemOut(Schema):
    """An item of the catalogue (目录事项)."""

    id: str = Field(description="事项代号，报送和核查时使用")
    name: str
    name_en: str
    category: str = Field(description="目录大类")
    polarity: str = Field(description="adverse 不利、favourable 有利、neutral 中性")
    subject_kinds: list[str] = Field(description="适用主体")
    bases: list[str] = Field(description="依据")
    certainty: str = Field(description="依据的确信度：verified、secondary、unverified（待法制审核）")
    fields: list[FieldOut]


class ItemsOut(Schema):
    """The items in force on a day (目录)."""

    as_of: date
    book: str = Field(description="法规书版本")
    items: list[ItemOut]


class ArticleOut(Schema):
    """An article (条)."""

    number: str
    text: str
    summary: bool = Field(description="是摘要而非原文")


class InstrumentOut(Schema):
    """An instrument (规范文件)."""

    id: str
    title: str
    short: str
    number: str
    rank: str
    certainty: str
    in_force: bool
    articles: list[ArticleOut] = []


class InstrumentsOut(Schema):
    """The instruments the law book holds (规范文件列表)."""

    as_of: date
    instruments: list[InstrumentOut]


class MatterOut(Schema):
    """A matter in which credit may be asked about (查询事项)."""

    id: str = Field(description="核查时写在 matter 里的代号")
    name: str
    name_en: str
    clause: str = Field(description="核查依据")
    case_required: bool = Field(description="是否须写办件编号")
    subject_kinds: list[str]
    sees: list[str] = Field(description="看得见的目录事项")
    certainty: str


class MattersOut(Schema):
    """The matters (查询事项列表)."""

    as_of: date
    matters: list[MatterOut]


def _edition(as_of: date | None) -> tuple[date, Edition]:
    day = as_of or clock.today()
    return day, shelf.book().on(day)


def _item(item: Any) -> dict[str, Any]:
    return {
        "id": item.id,
        "name": item.name,
        "name_en": item.name_en,
        "category": item.category,
        "polarity": item.polarity,
        "subject_kinds": list(item.subject_kinds),
        "bases": [str(ref) for ref in item.bases],
        "certainty": item.certainty,
        "fields": [
            {
                "id": spec.id,
                "name": spec.name,
                "name_en": spec.name_en,
                "kind": spec.kind,
                "required": spec.required,
                "required_if": spec.required_if,
                "public": spec.public and not spec.sensitive,
                "choices": [{"value": choice.value, "name": choice.name} for choice in spec.choices],
                "note": spec.note,
                "note_en": spec.note_en,
            }
            for spec in item.fields
        ],
    }


@catalogue.get("/catalogue/items", response=ItemsOut, summary="目录事项及字段", operation_id="list_items")
def list_items(request: HttpRequest, as_of: date | None = None) -> dict[str, Any]:
    """某日有效的全部目录事项；不写 as_of 即今日。"""
    day, edition = _edition(as_of)
    return {"as_of": day, "book": shelf.book().version, "items": [_item(item) for item in edition.items()]}


@catalogue.get("/catalogue/items/{item_id}", response=ItemOut, summary="一个目录事项", operation_id="get_item")
def get_item(request: HttpRequest, item_id: str, as_of: date | None = None) -> dict[str, Any]:
    """一个目录事项的字段、依据和适用主体。"""
    item = _edition(as_of)[1].find_item(item_id)
    if item is None:
        raise errors.not_found(f"目录事项 {item_id}")
    return _item(item)


@catalogue.get(
    "/templates/{item_id}.xlsx", summary="填报模板", operation_id="get_template",
    openapi_extra={"responses": {200: {"description": "OK", "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}},
)  # fmt: skip
def get_template(request: HttpRequest, item_id: str) -> HttpResponse:
    """由目录生成的填报模板（XLSX），带下拉选项和填写说明。"""
    from gongxin.rooms.intake import templates

    item = _edition(None)[1].find_item(item_id)
    if item is None:
        raise errors.not_found(f"目录事项 {item_id}")
    response = HttpResponse(templates.workbook(item), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{item.id}.xlsx"'
    return response


@law.get("/law/matters", response=MattersOut, summary="查询事项", operation_id="list_matters")
def list_matters(request: HttpRequest, as_of: date | None = None) -> dict[str, Any]:
    """可以核查信用的事项：依据、是否须写办件编号、看得见哪些信息。"""
    day, edition = _edition(as_of)
    return {
        "as_of": day,
        "matters": [
            {
                "id": matter.id,
                "name": matter.name,
                "name_en": matter.name_en,
                "clause": str(matter.clause),
                "case_required": matter.ground == "case",
                "subject_kinds": list(matter.subject_kinds),
                "sees": list(matter.sees),
                "certainty": matter.certainty,
            }
            for matter in edition.matters()
        ],
    }


@law.get("/law/instruments", response=InstrumentsOut, summary="规范文件", operation_id="list_instruments")
def list_instruments(request: HttpRequest, as_of: date | None = None) -> dict[str, Any]:
    """法规书收录的规范文件；条文见单个文件。"""
    day, edition = _edition(as_of)
    return {"as_of": day, "instruments": [_instrument(each, day) for each in edition.instruments()]}


@law.get(
    "/law/instruments/{instrument_id}", response=InstrumentOut, summary="一个规范文件", operation_id="get_instrument"
)
def get_instrument(request: HttpRequest, instrument_id: str, as_of: date | None = None) -> dict[str, Any]:
    """一个规范文件和收录的条文摘录。"""
    day, edition = _edition(as_of)
    try:
        found = edition.instrument(instrument_id)
    except LawSilent:
        raise errors.not_found(f"规范文件 {instrument_id}") from None
    articles = [
        {"number": article.number, "text": article.text, "summary": article.summary}
        for article in found.articles.values()
    ]
    return {**_instrument(found, day), "articles": articles}


def _instrument(found: Any, day: date) -> dict[str, Any]:
    return {
        "id": found.id,
        "title": found.title,
        "short": found.short,
        "number": found.number,
        "rank": found.rank,
        "certainty": found.certainty,
        "in_force": found.in_force(day),
    }
