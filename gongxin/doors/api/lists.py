"""Calls about lists of serious dishonesty (名单): what lists there are, who stands on them, propose, take off.

What follows a proposal – notice, service, decision – is done through the case: `/cases/{number}/acts/{verb}`. A key
stands for its body; a decision names the person who made it, a machine decides nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import errors
from gongxin.doors.api.cases import EXTRA, SCOPE, OpenedOut, case_bytes, case_refused, viewer_of
from gongxin.doors.api.keys import Anyone, Caller, Key
from gongxin.doors.api.lookups import LineOut, line_out
from gongxin.doors.api.repeats import repeatable
from gongxin.doors.api.requests import Text
from gongxin.kernel.issues import Refusal
from gongxin.rooms.disclosure import lists as registered
from gongxin.rooms.measures.lists import leaving, listing, overview, settling, watch
from gongxin.spine import clock, shelf
from gongxin.spine.access.models import BodyKind
from gongxin.spine.cases import telling
from gongxin.spine.cases.models import Channel

router = Router(tags=["名单"], auth=Key(SCOPE))


class ExcludedOut(Schema):
    """A case in which nobody may be listed (不得列入的情形)."""

    id: str
    name: str
    name_en: str


class ListOut(Schema):
    """A list (名单): field, basis, authority, criteria, term, early exit, and how many stand on it in public."""

    id: str
    name: str
    name_en: str
    item: str = Field(description="条目所属的目录事项")
    scope: str = Field(description="national 全国、local 地方")
    jurisdiction: str | None
    field: str = Field(description="四类领域之一")
    authority: str
    criteria: str
    criteria_en: str
    subject_kinds: list[str]
    public_for: list[str] = Field(description="公开哪些主体的条目；自然人的从不公开")
    excluded: list[ExcludedOut]
    term: dict[str, Any]
    early_exit: dict[str, Any]
    hearing: dict[str, Any] = Field(description="when：asked 当事人要求的举行，always 一律举行")
    bases: list[str]
    in_effect: bool
    reason: str | None = Field(description="没有效果的原因：依据失效、层级不够、待法制审核")
    certainty: str
    on_display: int


class ListsOut(Schema):
    """All lists (全部名单)."""

    as_of: date
    lists: list[ListOut]


class EntriesOut(Schema):
    """Who stands on a list in public (名单条目)."""

    list: str
    as_of: date
    total: int
    page: int
    lines: list[LineOut]


class ProposalIn(BaseModel):
    """A proposal to list (提出列入)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    code: Text = Field(min_length=1, max_length=64, description="统一社会信用代码或公民身份号码；身份号码密封保存")
    subject_name: Text = Field(min_length=1, max_length=200)
    facts: Text = Field(min_length=1, max_length=4000)
    basis: Text = Field(min_length=1, max_length=1000)
    evidence: Text = Field(min_length=1, max_length=4000)
    name_evidence: Text = Field("", max_length=1000, description="平台没有这个代码的名称时，写明名称核对的依据")
    excluded_case: Text = Field("", max_length=40, description="符合的排除情形；都不符合写 none")


class ExitIn(BaseModel):
    """How an entry leaves its list (移出)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    fields: dict[Text, Text] = Field(
        description="ground（cured 或 annulled）、reason、decided_by，cured_on 或 document_no"
    )


class FoundOut(Schema):
    """A public body found on a list (名单上的机关事业单位): the question, by when it is to be answered, where it was."""

    record: int
    list: str
    list_name: str
    code: str
    name: str
    kind: str = Field(description="organ 国家机关、institution 事业单位")
    question: str
    question_en: str
    clause: str
    due: date | None
    settled_in: str | None


class SettleIn(BaseModel):
    """What was found when a question was looked into (核实结果)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    fields: dict[Text, Text] = Field(
        description="ground（reported、integrity、performed、not-the-body、left）、findings、decided_by，通报的还有 reported_to"
    )


@router.get("/lists", response=ListsOut, auth=Anyone(), summary="全部名单", operation_id="lists")
def lists(request: HttpRequest) -> dict[str, Any]:
    """法典所载的严重失信主体名单：依据、认定单位、情形、期限、移出和在公示数；没有效果的写明原因。"""
    day = clock.today()
    law = shelf.book().on(day)
    return {"as_of": day, "lists": [overview.as_dict(row, law) for row in overview.rows(day)]}


@router.get(
    "/lists/bodies", response=list[FoundOut], summary="名单上的机关和事业单位", operation_id="list_found_bodies",
    openapi_extra=EXTRA,
)  # fmt: skip
def found_bodies(request: HttpRequest) -> list[dict[str, Any]]:
    """每天按有效代码比对出来的疑问：是哪条记录、请核实什么、应在哪天前写明结果、在哪件案件里写明了。只给信用办的密钥。"""
    _office(request)
    return [watch.as_dict(each) for each in watch.found()]


@router.get("/lists/{list_id}", response=ListOut, auth=Anyone(), summary="一份名单", operation_id="get_list")
def one_list(request: HttpRequest, list_id: str) -> dict[str, Any]:
    """一份名单的规则和在公示数。"""
    row = next((each for each in overview.rows() if each.rule.id == list_id), None)
    if row is None:
        raise errors.not_found("这份名单")
    return overview.as_dict(row, shelf.book().on(clock.today()))


@router.get(
    "/lists/{list_id}/entries", response=EntriesOut, auth=Anyone(), summary="在公示的名单条目",
    operation_id="list_entries",
)  # fmt: skip
def list_entries(request: HttpRequest, list_id: str, page: int = Query(1, ge=1, le=10_000)) -> dict[str, Any]:
    """当天在公示的条目，每页 20 条；只有单位，自然人不在其中。"""
    day = clock.today()
    row = next((each for each in overview.rows(day) if each.rule.id == list_id), None)
    if row is None:
        raise errors.not_found("这份名单")
    own = row.rule.item == listing.ITEM
    found = registered.page(row.rule.item, day, page, registered.Filter(title=list_id) if own else None)
    if isinstance(found, Refusal):
        raise errors.not_found("这份名单")
    return {
        "list": list_id, "as_of": day, "total": found.total, "page": found.page,
        "lines": [line_out(line) for line in found.lines],
    }  # fmt: skip


@router.post(
    "/lists/{list_id}/proposals", response={201: OpenedOut}, summary="提出列入", operation_id="propose_listing",
    openapi_extra=EXTRA,
)  # fmt: skip
@repeatable
def propose(request: HttpRequest, list_id: str, body: ProposalIn) -> HttpResponse:
    """认定单位的密钥提出，立案后按案件办理：notify、serve-notice、decide、serve-decision。决定送达以前没有任何效果。"""
    said = {name: value for name, value in body.model_dump().items() if value and name != "code"}
    done = listing.propose(viewer_of(request), list_id.replace("\0", ""), body.code, said, channel=Channel.MACHINE)
    if isinstance(done, Refusal):
        raise case_refused(done)
    told = {**telling.progress(done.case, done.standing), "receipt": done.receipt, "entries": list(done.entries)}
    return HttpResponse(case_bytes(told), status=201, content_type=errors.CONTENT_TYPE)


@router.post(
    "/lists/bodies/{record}/settle", response={201: OpenedOut}, summary="写明比对疑问的核实结果",
    operation_id="settle_found_body", openapi_extra=EXTRA,
)  # fmt: skip
@repeatable
def settle(request: HttpRequest, record: int, body: SettleIn) -> HttpResponse:
    """信用办的人核实以后写明结果，告知该单位和平台上的上级单位。只是写明核实情况，不因此处理任何单位和个人。"""
    _office(request)
    if not 0 < record < 2**63:
        raise errors.not_found("这条记录")
    done = settling.settle(viewer_of(request), record, dict(body.fields))
    if isinstance(done, Refusal):
        raise case_refused(done)
    told = {**telling.progress(done.case, done.standing), "receipt": None, "entries": list(done.entries)}
    return HttpResponse(case_bytes(told), status=201, content_type=errors.CONTENT_TYPE)


def _office(request: HttpRequest) -> None:
    caller: Caller = request.auth  # type: ignore[attr-defined]
    if caller.body_kind != BodyKind.OFFICE:
        raise errors.not_this_body("信用主管单位", "the credit office")


@router.post(
    "/lists/entries/{record}/exit", response={201: OpenedOut}, summary="移出名单", operation_id="leave_list",
    openapi_extra=EXTRA,
)  # fmt: skip
@repeatable
def leave(request: HttpRequest, record: int, body: ExitIn) -> HttpResponse:
    """认定单位因已履行、已纠正或者决定被撤销而移出；主体申请提前移出的，走信用修复。"""
    if not 0 < record < 2**63:
        raise errors.not_found("这条记录")
    done = leaving.take_off(viewer_of(request), record, dict(body.fields))
    if isinstance(done, Refusal):
        raise case_refused(done)
    told = {**telling.progress(done.case, done.standing), "receipt": None, "entries": list(done.entries)}
    return HttpResponse(case_bytes(told), status=201, content_type=errors.CONTENT_TYPE)
