"""Calls about promises of government (政府承诺): the public ones are open; a body's key enters what became of its own.

Promises and contracts come in as batches (`POST /batches`, items `government-promise` and `government-contract`). Broken
is found in a case (`promise-finding`) by the body above; no call here ends a promise without evidence or a lawful change.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import errors
from gongxin.doors.api.bodies import NamedBodyOut
from gongxin.doors.api.cases import EXTRA, SCOPE, viewer_of
from gongxin.doors.api.keys import Anyone, Key
from gongxin.doors.api.repeats import repeatable
from gongxin.doors.api.requests import Text
from gongxin.kernel.issues import Refusal
from gongxin.rooms.promises import acting, handing_over, handover, listing, telling, tracing, yearly
from gongxin.rooms.promises.falling_due import falling_due
from gongxin.spine import clock, duties
from gongxin.spine.bodies.register import register

router = Router(tags=["政府承诺"], auth=Key(SCOPE))
open_router = Router(tags=["政府承诺"], auth=Anyone())
PER_PAGE = 50


class PromiseOut(Schema):
    """A promise in one line (承诺简要)."""

    record: int
    kind: str
    kind_name: str
    kind_name_en: str
    title: str
    body: NamedBodyOut = Field(description="作出承诺的单位")
    bearer: NamedBodyOut = Field(description="现由哪个单位履行；机构合并、更名后由承继单位履行")
    made_on: date | None
    due: date | None = Field(description="下一到期日")
    state: str = Field(description="pending kept partly late broken changed；逾期是按日期得出的事实，不是认定")
    state_name: str
    open: bool
    overdue: bool
    overdue_days: int
    amount_yuan: str | None
    interest_yuan: str | None
    document: str | None
    post: str | None
    beneficiary: str | None = Field(description="受益人；自然人只显示一个字")


class PromisesOut(Schema):
    """A page of promises (承诺清单)."""

    as_of: date
    total: int
    open: int
    overdue: int
    states: dict[str, int]
    page: int
    promises: list[PromiseOut]


class PromiseWholeOut(PromiseOut):
    """A promise with its parts and findings (承诺详情)."""

    content: str
    services: str | None
    document_name: str | None
    fair_review_no: str | None
    clauses: list[str]
    certainty: str
    parts: list[dict[str, Any]] = Field(description="节点：到期日、金额、已付、利息逐段计算、是否完成")
    daily_rate: str | None
    decided: list[dict[str, Any]] = Field(description="认定和变更：日期、结果、理由、批准机关、补偿")


class NarrowedIn(Schema):
    """To what the list is narrowed (筛选条件)."""

    body: str = Field("", max_length=32, description="责任单位代码")
    kind: str = Field("", max_length=40, description="承诺种类")
    state: str = Field("", max_length=20, description="状态，或者 overdue")
    region: str = Field("", max_length=12, description="行政区划代码，可到街道、乡镇九位")
    page: int = Field(1, ge=1, le=10_000)


class PromiseActIn(BaseModel):
    """What became of a promise (登记内容)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    fields: dict[Text, Text] = Field(
        description="progress：node、paid_wan、done_on、delivered_on、accepted_on、evidence；find：outcome（kept、partly、late）、"
        "performed_on、evidence、findings；change：ground、procedure、authority、document_no、compensation、reason、effect 和新的内容"
    )


@open_router.get("/promises", response=PromisesOut, summary="公示的政府承诺", operation_id="list_promises")
def list_promises(request: HttpRequest, asked: Query[NarrowedIn]) -> dict[str, Any]:
    """逾期的在前，再按到期日；每页 50 项。"""
    day, known = clock.today(), register()
    narrowed = listing.Narrowed(asked.body, asked.kind, asked.state, asked.region)
    no = listing.refused(narrowed, known)
    if no is not None:
        raise errors.from_refusal(no, 422)
    found = listing.public(narrowed, day, known)
    counted, start = listing.figures(found), (asked.page - 1) * PER_PAGE
    return {
        "as_of": day, "total": counted.total, "open": counted.open, "overdue": counted.overdue, "states": counted.states,
        "page": asked.page, "promises": [telling.row(each, known) for each in found[start : start + PER_PAGE]],
    }  # fmt: skip


@open_router.get("/promises/payments/{year}", summary="逾期未付中小企业款项年度公布", operation_id="payments_of_year")
def payments_of_year(request: HttpRequest, year: int) -> HttpResponse:
    """按单位列出上一年末逾期未付的合同数量、金额和利息，每年 3 月 31 日以前公布。"""
    if not 2020 <= year <= clock.today().year:
        raise errors.not_found("这一年度")
    return _json(yearly.as_dict(yearly.publication(year)))


@open_router.get("/promises/{record}", response=PromiseWholeOut, summary="一项承诺", operation_id="get_promise")
def get_promise(request: HttpRequest, record: int, as_of: date | None = None) -> dict[str, Any]:
    """节点、期限、付款和利息、认定和变更；只按当天提供。"""
    duty = duties.find(record, errors.public_day(as_of)) if 0 < record < 2**63 else None
    if duty is None:
        raise errors.not_found("这项承诺")
    return telling.whole(duty, register())


@router.get("/promises/of/due", summary="本单位逾期和将要到期的承诺", operation_id="due_promises", openapi_extra=EXTRA)
def due_promises(
    request: HttpRequest, days: int = Query(30, ge=0, le=3660), body: str = Query("", max_length=32)
) -> HttpResponse:
    """本单位承担的、今后若干日内到期和已经逾期的承诺；信用办的密钥可以指定单位，不写即全部。"""
    found = falling_due(viewer_of(request), body.replace("\0", ""), days)
    if isinstance(found, Refusal):
        raise _refused(found)
    rows = [telling.row(each, register()) for each in found.duties]
    return _json({"as_of": found.as_of, "until": found.until, "total": len(rows), "promises": rows})


@router.get(
    "/promises/of/{body}/handover", summary="移交清单", operation_id="handover_of_body", openapi_extra=EXTRA
)  # fmt: skip
def handover_of_body(request: HttpRequest, body: str) -> HttpResponse:
    """单位、岗位变动后仍须履行的全部承诺：本单位、承继的和下级单位的。"""
    found = handover.listing(viewer_of(request), body.replace("\0", ""))
    if isinstance(found, Refusal):
        raise _refused(found)
    return _json(handover.as_dict(found))


@router.get(
    "/promises/{record}/trace", summary="责任回溯", operation_id="trace_of_promise", openapi_extra=EXTRA
)  # fmt: skip
def trace_of_promise(request: HttpRequest, record: int) -> HttpResponse:
    """各阶段由哪个岗位负责、其间谁任职；只给责任单位、承继单位和上级，先记入查阅日志。"""
    found = tracing.trace(viewer_of(request), record if 0 < record < 2**63 else 0)
    if isinstance(found, Refusal):
        raise _refused(found)
    return _json(tracing.as_dict(found))


class HandoverPaperOut(Schema):
    """A signed list (移交清单文书)."""

    number: str
    body: str
    as_of: date
    issued_at: str
    digest: str = Field(description="内容（排序后的 JSON）的 SHA-256")
    signature: str
    key: str
    genuine: bool
    signatures: list[dict[str, str]]
    content: dict[str, Any]


class HandoverSignatureIn(BaseModel):
    """A signature for a list (移交签收)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    capacity: Text = Field(min_length=1, max_length=10, description="from 移交人、to 接任人、witness 监交人")
    name: Text = Field(min_length=1, max_length=100, description="姓名和职务")


@router.post(
    "/promises/of/{body}/handover", response={201: HandoverPaperOut}, summary="出具移交清单文书", operation_id="issue_handover",
    openapi_extra=EXTRA,
)  # fmt: skip
@repeatable
def issue_handover(request: HttpRequest, body: str) -> HttpResponse:
    """把今天的移交清单出具为签名文书，并告知接任者；承诺本身不因移交变化。"""
    paper = handing_over.issue(viewer_of(request), body.replace("\0", ""))
    if isinstance(paper, Refusal):
        raise _refused(paper)
    return _json(handing_over.as_dict(paper), status=201)


@router.get(
    "/promises/handovers/{number}", response=HandoverPaperOut, summary="一份移交清单文书", operation_id="get_handover",
    openapi_extra=EXTRA,
)  # fmt: skip
def get_handover(request: HttpRequest, number: str) -> HttpResponse:
    """内容、摘要、签名和签收情况。"""
    paper = handing_over.read(viewer_of(request), number.replace("\0", ""))
    if isinstance(paper, Refusal):
        raise _refused(paper)
    return _json(handing_over.as_dict(paper))


@router.post(
    "/promises/handovers/{number}/signatures", response={201: HandoverPaperOut}, summary="移交签收", operation_id="sign_handover",
    openapi_extra=EXTRA,
)  # fmt: skip
@repeatable
def sign_handover(request: HttpRequest, number: str, body: HandoverSignatureIn) -> HttpResponse:
    """移交人、接任人、监交人各签一次；签收不改变任何一项承诺。"""
    paper = handing_over.sign(viewer_of(request), number.replace("\0", ""), body.capacity, body.name)
    if isinstance(paper, Refusal):
        raise _refused(paper)
    return _json(handing_over.as_dict(paper), status=201)


@router.post(
    "/promises/{record}/{act}", response={201: PromiseWholeOut}, summary="登记进展、认定履行、依法变更",
    operation_id="act_on_promise", openapi_extra=EXTRA,
)  # fmt: skip
@repeatable
def act_on_promise(request: HttpRequest, record: int, act: str, body: PromiseActIn) -> HttpResponse:
    """act 为 progress、find 或 change。没有证据不能认定履行；没有理由、程序、批准机关和补偿不能变更。"""
    acts = {"progress": acting.progress, "find": acting.find, "change": acting.change}
    if act not in acts or not 0 < record < 2**63:
        raise errors.not_found("这项承诺")
    done = acts[act](viewer_of(request), record, dict(body.fields))
    if isinstance(done, Refusal):
        raise _refused(done)
    return _json(telling.whole(done.duty, register()), status=201)


STATUS = {
    "handover.none": 404,
    "body.unknown": 404,
    "handover.signed": 409,
    "promise.none": 404,
    "promise.body": 403,
    "access.ground": 403,
    "promise.closed": 409,
}


def _refused(no: Refusal) -> errors.Problem:
    """Return the answer to a refusal (拒绝): 422 where what was sent must be put right."""
    return errors.from_refusal(no, STATUS.get(no.code, 422))


def _json(told: Any, status: int = 200) -> HttpResponse:
    text = json.dumps(told, ensure_ascii=False, default=str)
    return HttpResponse(text, status=status, content_type=errors.CONTENT_TYPE)
