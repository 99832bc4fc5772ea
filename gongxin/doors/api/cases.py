"""Calls about cases (案件): open, list, show, act, attach; progress by receipt; how each body keeps its clocks.

A key stands for its body: a company's for the subject, an office's for the office, any other body's for the authority
that decided. A decision names the person who made it; a machine decides nothing.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import errors
from gongxin.doors.api.errors import Problem
from gongxin.doors.api.keys import Anyone, Caller, Key
from gongxin.doors.api.repeats import repeatable
from gongxin.doors.api.requests import Text
from gongxin.kernel.issues import Refusal
from gongxin.rooms.measures import verifying
from gongxin.rooms.remedy import documents
from gongxin.spine import clock
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import BodyKind, Role
from gongxin.spine.cases import attachments, engine, finding, reminding, statistics, telling
from gongxin.spine.cases.models import Channel
from gongxin.spine.cases.subjects import key_of

SCOPE = "cases:write"
EXTRA = {"x-scope": SCOPE}
PER_PAGE = 50
ROLES = {BodyKind.COMPANY: Role.SUBJECT, BodyKind.OFFICE: Role.OPERATOR}
GONE = frozenset({"case.none", "case.attachment_unknown", "case.attachment_destroyed", "case.document"})
NOT_NOW = frozenset({"list.early", "list.listed", "list.ended", "case.act", "case.open", "case.closed", "case.repeat",
                     "case.early", "case.reviewed",
                     "complaint.early", "integrity.early", "task.early",
                     "complaint.longest", "complaint.unreferred", "complaint.unpublished"})  # fmt: skip
FAULTY = frozenset({"list.day", "list.term", "list.extension", "list.paper", "list.entry", "list.unknown", "case.code",
                    "case.needs", "case.field", "case.long", "case.points", "case.numbers", "case.correction", "case.kind",
                    "case.ground", "case.day", "case.large", "case.empty", "case.kind_of_file",
                    "complaint.body", "integrity.body", "integrity.source", "integrity.document", "integrity.unproven",
                    "integrity.measures", "integrity.day", "complaint.promise", "complaint.choice", "complaint.day", "complaint.main",
                    "complaint.identity", "complaint.reason", "complaint.own", "complaint.not-above", "complaint.up",
                    "complaint.one-sided", "case.person", "task.none", "task.due", "task.period", "task.body", "task.bodies", "task.part",
                    "task.evidence", "task.result", "task.checklist", "debt.level", "case.handler"})  # fmt: skip


class DocumentOut(Schema):
    """A document of a case (案件文书)."""

    document: str
    document_en: str
    number: str = Field(description="案号和第几步")
    case: str
    on: date
    to: str = Field(description="当事人")
    body: str
    item: str | None
    facts: dict[str, str] = Field(description="决定所载事实")
    asked_on: date | None = Field(description="提出请求之日")
    asked: dict[str, str] = Field(description="所请求的事")
    said: dict[str, str] = Field(description="本次告知或者决定的内容")
    missing: list[str] = Field(description="不予受理、不予修复的，尚缺什么")
    again_from: date | None = Field(description="可以再次申请之日")
    right_to_be_heard: bool
    days: list[dict[str, Any]]
    terms: list[dict[str, str]] = Field(description="告知的其他期限：恢复到哪天、限制多久")
    text: str | None = Field(description="文书正文")
    text_en: str | None
    clauses: list[str]
    remedies: list[dict[str, str]]
    waiting_for_review: bool = Field(description="是否有条文、期限待法制审核")


router = Router(tags=["案件"], auth=Key(SCOPE))


class CaseIn(BaseModel):
    """A case to be opened (提出申请)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    kind: Text = Field(
        min_length=1,
        max_length=20,
        description="objection、repair、inquiry、erasure、copy、review、statement、correction",
    )
    code: Text = Field(min_length=1, max_length=64, description="统一社会信用代码；信用办代录自然人的写公民身份号码")
    record: int | None = Field(None, ge=1, lt=2**63, description="记录号，关于记录的案件必填")
    about: Text = Field("", max_length=60, description="查阅编号或者原案号")
    applicant: Text = Field("", max_length=100, description="申请人，信用办代录时必填")
    fields: dict[Text, Text] = Field(description="申请内容，见 /law 的案件程序")


class ActIn(BaseModel):
    """What is said in an act (办理内容)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    fields: dict[Text, Text] = Field(default_factory=dict, description="所填内容；作出决定的写明 decided_by")


class HandOverIn(BaseModel):
    """To whom a case is handed, and why (移交)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    username: Text = Field(min_length=1, max_length=150, description="本单位接手的账号")
    reason: Text = Field(min_length=1, max_length=1000, description="理由")


class ReceiptIn(BaseModel):
    """A number and its receipt (案号和回执码)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    number: Text = Field(min_length=1, max_length=40)
    receipt: Text = Field(min_length=1, max_length=40)


class CaseClockOut(Schema):
    """A clock of a case (时钟)."""

    clock: str
    name: str
    name_en: str
    side: str
    started: date
    due: date | None = Field(description="最后一日，含当日；暂停时为空")
    stopped: date | None
    paused: date | None
    overdue: bool
    provisional: bool = Field(description="次年放假安排未公布，暂算")
    source: str | None
    certainty: str


class ProgressOut(Schema):
    """How a case stands (办理进度)."""

    number: str
    kind: str
    kind_name: str
    state: str
    state_name: str
    state_name_en: str
    closed: bool
    clocks: list[CaseClockOut]


class OpenedOut(ProgressOut):
    """A case just opened (已立案)."""

    receipt: str | None = Field(None, description="回执码，只在立案时给出")
    entries: list[int] = Field(description="记入台账的条目")


class CaseRowOut(Schema):
    """One line of a list (案件一行)."""

    number: str
    kind: str
    state: str
    turn: str | None = Field(description="轮到谁办理：applicant、office、authority、auditor")
    subject: str
    record: int | None
    about: str | None
    body: str | None
    opened_on: date
    due: date | None
    overdue: bool
    closed_on: date | None


class CaseListOut(Schema):
    """A page of cases (案件清单)."""

    total: int
    page: int
    cases: list[CaseRowOut]


class CaseOut(CaseRowOut, ProgressOut):
    """A case as the caller's side sees it (案件详情)."""

    side: str
    applicant: str
    acts: list[dict[str, Any]]
    allowed: list[dict[str, Any]] = Field(description="现在可以做的事，和要填的内容")
    attachments: list[dict[str, Any]]
    service: list[dict[str, Any]] = Field(description="送达证明：登记的送达、在平台查收、外发通知，按时间先后")


class AttachmentOut(Schema):
    """An attachment taken in (附件)."""

    attachment: int
    kind: str
    size: int
    digest: str
    verdict: str = Field(description="clean 查验通过、unscanned 没有查验程序")


class TimelinessOut(Schema):
    """How a body keeps a clock (办理时效)."""

    body: str
    body_name: str
    kind: str
    kind_name: str
    clock: str
    clock_name: str
    clock_name_en: str
    count: int
    done: int
    late: int = Field(description="超期办结")
    overdue: int = Field(description="逾期未办")
    median: float | None = Field(description="办理工作日的中位数")
    longest: int | None
    certainty: str


class TimelinessListOut(Schema):
    """How every body keeps its clocks in a period (办理时效统计)."""

    since: date
    until: date
    rows: list[TimelinessOut]


@router.get(
    "/cases/timeliness", response=TimelinessListOut, auth=Anyone(), summary="各单位办理时效",
    operation_id="case_timeliness",
)  # fmt: skip
def timeliness(request: HttpRequest, since: date | None = None, until: date | None = None) -> dict[str, Any]:
    """某段时间提出的案件，各单位每个时限的件数、超期数、中位数、最长；不涉及任何主体。不写起止即本年。"""
    today = clock.today()
    first, last = since or today.replace(month=1, day=1), until or today
    rows = [telling.timeliness(each) for each in statistics.timeliness(first, last)]
    return {"since": first, "until": last, "rows": rows}


@router.post(
    "/cases/progress", response=ProgressOut, auth=Anyone(), summary="凭回执查进度", operation_id="case_progress"
)
def progress(request: HttpRequest, body: ReceiptIn) -> dict[str, Any]:
    """案号和回执码都对才答复；不给出案件里说了什么、关于谁。"""
    found = finding.by_receipt(body.number, body.receipt)
    if found is None:
        raise errors.not_found("这件案件，或者回执码不对")
    return telling.progress(*found)


@router.post("/cases", response={201: OpenedOut}, summary="提出一件申请", operation_id="open_case", openapi_extra=EXTRA)
@repeatable
def open_case(request: HttpRequest, body: CaseIn) -> HttpResponse:
    """异议、修复等；企业的密钥为本单位提出，信用办的密钥代为登记，作出单位的密钥登记决定变动（correction）。"""
    viewer = viewer_of(request)
    key = key_of(body.code)
    if key is None or (key.startswith("person:") and viewer.role != Role.OPERATOR):
        raise errors.from_issues(
            [{"code": "code.invalid", "column": "code", "message": "代码不对，请核对", "severity": "error"}]
        )
    asked = engine.Request(
        body.kind, key, dict(body.fields), record=body.record, about=body.about, channel=Channel.MACHINE,
        applicant=body.applicant,
    )  # fmt: skip
    done = engine.open_case(viewer, asked)
    if isinstance(done, Refusal):
        raise case_refused(done)
    told = {**telling.progress(done.case, done.standing), "receipt": done.receipt, "entries": list(done.entries)}
    return HttpResponse(case_bytes(told), status=201, content_type=errors.CONTENT_TYPE)


@router.get("/cases", response=CaseListOut, summary="本单位的案件", operation_id="list_cases", openapi_extra=EXTRA)
def list_cases(
    request: HttpRequest,
    kind: str = Query("", max_length=20),
    closed: bool | None = None,
    page: int = Query(1, ge=1, le=10_000),
) -> dict[str, Any]:
    """先到期的在前，每页 50 件。"""
    found = finding.listing(viewer_of(request), kind=kind.replace("\0", ""), closed=closed)
    rows = [telling.row(case) for case in found[(page - 1) * PER_PAGE : page * PER_PAGE]]
    return {"total": found.count(), "page": page, "cases": rows}


class FallenDueOut(Schema):
    """A commitment to be verified (待核查的承诺)."""

    record: int
    code: str | None = Field(description="对方统一社会信用代码；自然人不写")
    due_on: date
    days: int = Field(description="已过几天")


@router.get(
    "/cases/commitments-due", response=list[FallenDueOut], summary="待核查的承诺", operation_id="list_commitments_due",
    openapi_extra=EXTRA,
)  # fmt: skip
def list_commitments_due(request: HttpRequest) -> list[dict[str, Any]]:
    """本单位受理、已过履行期限、还没有认定、也没有在核查的信用承诺，过期最久的在前。开始核查用 POST /cases，种类 commitment-check。"""
    return [verifying.as_dict(each) for each in verifying.waiting(viewer_of(request))]


@router.get("/cases/{number}", response=CaseOut, summary="一件案件", operation_id="get_case", openapi_extra=EXTRA)
def get_case(request: HttpRequest, number: str) -> dict[str, Any]:
    """本单位是其中一方的案件：经过、时限、现在可以做的事。别人的如同不存在。"""
    shown = finding.show(viewer_of(request), number.replace("\0", ""))
    if isinstance(shown, Refusal):
        raise case_refused(shown)
    return telling.whole(shown)


@router.get(
    "/cases/{number}/documents/{n}", response=DocumentOut, summary="案件文书", operation_id="get_case_document",
    openapi_extra=EXTRA,
)  # fmt: skip
def get_case_document(request: HttpRequest, number: str, n: int) -> dict[str, Any]:
    """告知书、决定书等：第 n 步办理所出具的文书，事实、依据、期限和救济途径。"""
    made = documents.document(viewer_of(request), number.replace("\0", ""), n)
    if isinstance(made, Refusal):
        raise case_refused(made)
    return documents.as_dict(made)


@router.post(
    "/cases/{number}/acts/{verb}", response=OpenedOut, summary="办理", operation_id="act_on_case", openapi_extra=EXTRA
)
@repeatable
def act_on_case(request: HttpRequest, number: str, verb: str, body: ActIn) -> HttpResponse:
    """办理行为以法定名称为准：accept、request-material、uphold、reject、carry-out、withdraw 等，现在可用的见 GET。"""
    done = engine.act(viewer_of(request), number.replace("\0", ""), verb, dict(body.fields))
    if isinstance(done, Refusal):
        raise case_refused(done)
    told = {**telling.progress(done.case, done.standing), "receipt": None, "entries": list(done.entries)}
    return HttpResponse(case_bytes(told), content_type=errors.CONTENT_TYPE)


@router.post(
    "/cases/{number}/hand-over", response=CaseRowOut, summary="移交", operation_id="hand_over_case", openapi_extra=EXTRA
)
@repeatable
def hand_over_case(request: HttpRequest, number: str, body: HandOverIn) -> HttpResponse:
    """把办理中的案件交给本单位的另一个账号；时限不因此停止，接手的人得到通知。与 gongxin case hand-over 相同。"""
    case = reminding.hand_over(viewer_of(request), number.replace("\0", ""), body.username, body.reason)
    if isinstance(case, Refusal):
        raise case_refused(case)
    return HttpResponse(case_bytes(telling.row(case)), content_type=errors.CONTENT_TYPE)


@router.post(
    "/cases/{number}/attachments", response={201: AttachmentOut}, summary="附加材料", operation_id="attach_to_case",
    openapi_extra=EXTRA,
)  # fmt: skip
@repeatable
def attach_to_case(
    request: HttpRequest,
    number: str,
    file: UploadedFile = File(..., description="PDF、OFD、PNG、JPEG、DOCX；按内容识别"),  # noqa: B008 - how django-ninja declares
) -> HttpResponse:
    """类型按内容识别，大小和数量有上限，密封存放。"""
    return attached(viewer_of(request), number.replace("\0", ""), file)


@router.get(
    "/cases/{number}/attachments/{attachment}", summary="取一个附件", operation_id="get_attachment", openapi_extra=EXTRA
)
def get_attachment(request: HttpRequest, number: str, attachment: int) -> HttpResponse:
    """案件各方可以取；没有通过查验的取不到。"""
    if not 0 < attachment < 2**63:
        raise errors.not_found("这个附件")
    found = attachments.opened(viewer_of(request), number.replace("\0", ""), attachment)
    if isinstance(found, Refusal):
        raise case_refused(found)
    kept, _name, pieces = found
    # Whatever it is, a browser only saves it; it never runs beside this interface.
    response = HttpResponse(b"".join(pieces), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{kept.case_id}-{kept.pk}.{kept.kind}"'
    return response


def viewer_of(request: HttpRequest) -> Viewer:
    """Return for whom a key speaks (密钥的身份): by the kind of its body."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return caller.viewer(str(ROLES.get(BodyKind(caller.body_kind), Role.STEWARD).value))


def attached(viewer: Viewer, number: str, file: UploadedFile) -> HttpResponse:
    """Attach what was sent, and return what was kept of it (附加材料的答复)."""
    kept = attachments.attach(viewer, number, attachments.Offered(file.name or "", file.read()))
    if isinstance(kept, Refusal):
        raise case_refused(kept)
    return HttpResponse(case_bytes(attachments.as_dict(kept)), status=201, content_type=errors.CONTENT_TYPE)


def case_refused(refusal: Refusal) -> Problem:
    """Return the answer to a refusal of a case (案件拒绝)."""
    if refusal.code in GONE:
        return errors.from_refusal(refusal, 404)
    if refusal.code in NOT_NOW:
        return errors.from_refusal(refusal, 409)
    return errors.from_refusal(refusal, 422 if refusal.code in FAULTY else 403)


def case_bytes(answer: dict[str, Any]) -> bytes:
    """Return an answer about a case as it is sent (答复字节)."""
    return json.dumps(answer, ensure_ascii=False, default=str).encode()
