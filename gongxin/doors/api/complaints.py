"""Calls about complaints (政府失约投诉): complain, follow it by receipt, what is published, figures, publishing, earlier messages.

What bodies do in a complaint goes through its case: `/cases/{number}/acts/{verb}`. The body complained of has no side in
it; it answers in the case in which the matter was put to it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import errors
from gongxin.doors.api.cases import (
    EXTRA,
    SCOPE,
    AttachmentOut,
    OpenedOut,
    ProgressOut,
    attached,
    case_bytes,
    case_refused,
    viewer_of,
)
from gongxin.doors.api.keys import Anyone, Key
from gongxin.doors.api.repeats import repeatable
from gongxin.doors.api.requests import Text
from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.rooms.promises.complaints import figures, filing, identity, letters, publishing
from gongxin.rooms.promises.complaints.filing import Complaint
from gongxin.spine import clock
from gongxin.spine.access.gate import Viewer
from gongxin.spine.cases import engine, finding, telling
from gongxin.spine.cases.models import Channel

router = Router(tags=["政府失约投诉"], auth=Key(SCOPE))
PER_PAGE = 20
ROWS = 5_000


class ComplaintIn(BaseModel):
    """A complaint (投诉)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    against: Text = Field(min_length=1, max_length=32, description="被投诉单位代码")
    text: Text = Field(min_length=1, max_length=4000, description="答应了什么、现在怎样；一点一行，不写姓名和证件号码")
    requested: Text = Field("", max_length=4000)
    promise: Text = Field("", max_length=20, description="承诺的记录号")
    contract: Text = Field("", max_length=1000, description="合同或者文件")
    name: Text = Field("", max_length=200, description="密封保存，被投诉单位看不到；可以不填")
    contact: Text = Field("", max_length=200, description="密封保存；可以不填")


class HolderIn(BaseModel):
    """A number and its receipt (案号和回执码)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    number: Text = Field(min_length=1, max_length=40)
    receipt: Text = Field(min_length=1, max_length=40)


class HolderActIn(HolderIn):
    """What the complainant does (投诉人办理)."""

    fields: dict[Text, Text] = Field(default_factory=dict)


class RetaliationIn(HolderIn):
    """A report of retaliation (举报打击报复)."""

    text: Text = Field(min_length=1, max_length=4000)


class LookOut(Schema):
    """A look at one's complaint (查阅)."""

    number: str
    at: datetime
    body: str
    ground: str
    complainant: bool = Field(description="是否看了投诉人信息")


class OwnComplaintOut(ProgressOut):
    """A complaint as its complainant sees it (投诉人所见)."""

    against: str
    acts: list[dict[str, Any]]
    allowed: list[str]
    looks: list[LookOut]
    identity_destroyed_on: date | None = Field(description="投诉人信息的销毁日；没有销毁的为空")


class ShownOut(Schema):
    """A published complaint (公开的投诉)."""

    number: str
    against: str
    handler: str | None
    region: str
    promise: int | None
    category: str | None
    opened_on: date
    answered_on: date | None
    outcome: str | None
    rating: str | None
    reopened: bool
    text: str
    answer: str | None
    published_on: date


class ComplaintListOut(Schema):
    """A page of published complaints (公开的投诉)."""

    total: int
    page: int
    complaints: list[ShownOut]


class FiguresOut(Schema):
    """How complaints are handled in one place (投诉情况)."""

    key: str = Field(description="区划或者单位代码；合计为空")
    count: int
    open: int
    answered: int
    overdue: int
    median_days: float | None
    longest_days: int | None
    solved: int
    reopened: int
    outcomes: dict[str, int]
    ratings: dict[str, int]


class RepliesOut(Schema):
    """How fast earlier messages were answered (既往留言答复)."""

    source: str
    count: int
    answered: int
    median_days: float | None
    mean_days: float | None
    longest_days: int | None
    first: date | None
    last: date | None


class AllFiguresOut(Schema):
    """All figures (投诉统计)."""

    as_of: date
    together: FiguresOut
    regions: list[FiguresOut]
    bodies: list[FiguresOut]
    replies: list[RepliesOut]


class PublicationIn(BaseModel):
    """What is published (公开内容)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    text: Text = Field("", max_length=4000, description="遮盖后的投诉内容；撤下时不填")
    answer: Text = Field("", max_length=4000, description="遮盖后的答复")
    confirmed_by: Text = Field(min_length=1, max_length=100, description="确认公开的人，姓名和职务")
    withdraw: bool = Field(False, description="撤下")


class PublicationOut(Schema):
    """A publication (公开)."""

    number: str
    verb: str
    day: date


class LettersIn(BaseModel):
    """Earlier messages (既往留言)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    source: Text = Field(min_length=1, max_length=60)
    rows: list[dict[Text, Text]] = Field(
        min_length=1,
        max_length=ROWS,
        description="每行：留言编号、留言时间、留言详情，答复意见、答复时间、区划、类别可不填",
    )


class HeldOut(Schema):
    """A row that was not taken (未导入的行)."""

    row: int
    number: str
    why: str


class TakenOut(Schema):
    """What an import did (导入结果)."""

    rows: int
    taken: int
    known: int
    held: list[HeldOut]


@router.get(
    "/complaints", response=ComplaintListOut, auth=Anyone(), summary="公开的投诉和答复", operation_id="complaints"
)
def complaints(
    request: HttpRequest,
    region: str = Query("", max_length=12),
    body: str = Query("", max_length=32),
    page: int = Query(1, ge=1, le=10_000),
) -> dict[str, Any]:
    """遮盖后由人确认公开的投诉，答复并列；投诉人一律不公开。"""
    region, body = region.replace("\0", ""), body.replace("\0", "")
    shown = publishing.page((page - 1) * PER_PAGE, PER_PAGE, region=region, body=body)
    total = publishing.count(region=region, body=body)
    return {"total": total, "page": page, "complaints": [_shown(each) for each in shown]}


@router.get(
    "/complaints/figures", response=AllFiguresOut, auth=Anyone(), summary="投诉统计", operation_id="complaint_figures"
)
def complaint_figures(request: HttpRequest) -> dict[str, Any]:
    """合计、按县级区划、按单位的件数、天数、逾期、评价，和平台以前的留言答复时效；不排名次。"""
    return {
        "as_of": clock.today(), "together": figures.together().as_dict(),
        "regions": [each.as_dict() for each in figures.by_region()], "bodies": [each.as_dict() for each in figures.by_body()],
        "replies": [each.as_dict() for each in figures.replies()],
    }  # fmt: skip


@router.post("/complaints", response={201: OpenedOut}, auth=Anyone(), summary="投诉政府失约", operation_id="complain")
@repeatable
def complain(request: HttpRequest, body: ComplaintIn) -> HttpResponse:
    """不需要密钥；凭案号和回执码看答复、评价、重新办理。姓名和联系方式密封，被投诉单位看不到这件投诉。"""
    done = filing.file(filing.anybody("api"), Complaint(**body.model_dump()), channel=Channel.MACHINE)
    return _opened(done)


@router.post(
    "/complaints/mine", response=OwnComplaintOut, auth=Anyone(), summary="凭回执看投诉", operation_id="my_complaint"
)
def my_complaint(request: HttpRequest, body: HolderIn) -> HttpResponse:
    """办理经过、答复、现在可以做的事，和谁看过。"""
    holder = _holder(body)
    shown = finding.show(holder, body.number)
    if isinstance(shown, Refusal):
        raise case_refused(shown)
    whole, gone = telling.whole(shown), identity.destroyed(shown.case.number)
    told = {
        **telling.progress(shown.case, shown.standing), "against": shown.case.about,
        "acts": [{name: act[name] for name in ("n", "verb", "on", "side", "said")} for act in whole["acts"]],
        "allowed": [each.id for each in shown.allowed],
        "looks": [
            {"number": each.number, "at": each.at.isoformat(), "body": each.body, "ground": each.ground,
             "complainant": each.fields == identity.FIELDS}
            for each in identity.looks_at(shown.case.number)
        ],
        "identity_destroyed_on": gone.on if gone is not None else None,
    }  # fmt: skip
    return HttpResponse(case_bytes(told), content_type=errors.CONTENT_TYPE)


@router.post(
    "/complaints/mine/acts/{verb}",
    response=ProgressOut,
    auth=Anyone(),
    summary="凭回执办理",
    operation_id="act_on_my_complaint",
)
@repeatable
def act_on_mine(request: HttpRequest, verb: str, body: HolderActIn) -> HttpResponse:
    """confirm 确认已解决、not-solved 没有解决（只一次，交上一级）、rate 只作评价、withdraw 撤回。"""
    done = engine.act(_holder(body), body.number, verb, dict(body.fields))
    if isinstance(done, Refusal):
        raise case_refused(done)
    return HttpResponse(case_bytes(telling.progress(done.case, done.standing)), content_type=errors.CONTENT_TYPE)


@router.post(
    "/complaints/mine/attachments", response={201: AttachmentOut}, auth=Anyone(), summary="凭回执补充证据",
    operation_id="attach_to_my_complaint",
)  # fmt: skip
@repeatable
def attach_to_mine(
    request: HttpRequest,
    number: str = Form(..., min_length=1, max_length=40),
    receipt: str = Form(..., min_length=1, max_length=40),
    file: UploadedFile = File(..., description="PDF、OFD、PNG、JPEG、DOCX；按内容识别"),  # noqa: B008 - how django-ninja declares
) -> HttpResponse:
    """密封存放，只有承办的人能打开；保存期满与姓名、联系方式一起销毁，只留摘要。"""
    held = HolderIn(number=number.replace("\0", ""), receipt=receipt.replace("\0", ""))
    return attached(_holder(held), held.number, file)


@router.post(
    "/complaints/mine/retaliation", response={201: OpenedOut}, auth=Anyone(), summary="举报打击报复",
    operation_id="report_retaliation",
)  # fmt: skip
@repeatable
def retaliation(request: HttpRequest, body: RetaliationIn) -> HttpResponse:
    """单独登记、单独计时；被投诉单位看不到。"""
    return _opened(filing.report_retaliation(_holder(body), body.number, body.text))


@router.post(
    "/complaints/{number}/publication", response={201: PublicationOut}, summary="公开或者撤下投诉",
    operation_id="publish_complaint", openapi_extra=EXTRA,
)  # fmt: skip
@repeatable
def publish(request: HttpRequest, number: str, body: PublicationIn) -> HttpResponse:
    """遮盖后的内容由具名人员确认才公开；有答复的一并公开；能认出投诉人的不准公开。"""
    who, case = viewer_of(request), number.replace("\0", "")
    done = (
        publishing.withdraw(who, case, body.confirmed_by)
        if body.withdraw
        else publishing.publish(who, case, body.text, body.answer, body.confirmed_by)
    )
    if isinstance(done, Refusal):
        raise case_refused(done)
    told = {"number": done.case, "verb": done.verb, "day": done.day.isoformat()}
    return HttpResponse(case_bytes(told), status=201, content_type=errors.CONTENT_TYPE)


@router.post(
    "/complaints/letters", response={201: TakenOut}, summary="导入既往留言", operation_id="import_letters",
    openapi_extra=EXTRA,
)  # fmt: skip
@repeatable
def take_letters(request: HttpRequest, body: LettersIn) -> HttpResponse:
    """信用办的密钥导入平台以前的留言和答复，同一来源同一编号只收一次；内容密封，不公开。"""
    who: Viewer = viewer_of(request)
    if who.role != "operator":
        no = Refusal(
            "case.side", sentence("不能导入留言", "You cannot take in letters"), None,
            sentence("由信用主管单位导入", "The office in charge of credit takes them in"),
        )  # fmt: skip
        raise case_refused(no)
    done = letters.take(body.rows, body.source)
    if isinstance(done, Refusal):
        raise errors.from_refusal(done, 422)
    told = {
        "rows": done.rows, "taken": done.taken, "known": done.known,
        "held": [{"row": each.row, "number": each.number, "why": each.why} for each in done.held],
    }  # fmt: skip
    return HttpResponse(case_bytes(told), status=201, content_type=errors.CONTENT_TYPE)


def _holder(body: HolderIn) -> Viewer:
    holder = filing.holder(body.number, body.receipt, "api")
    if holder is None:
        raise errors.not_found("这件投诉，或者回执码不对")
    return holder


def _opened(done: Any) -> HttpResponse:
    if isinstance(done, Refusal):
        raise case_refused(done)
    told = {**telling.progress(done.case, done.standing), "receipt": done.receipt, "entries": list(done.entries)}
    return HttpResponse(case_bytes(told), status=201, content_type=errors.CONTENT_TYPE)


def _shown(each: publishing.Shown) -> dict[str, Any]:
    row = each.docket
    return {
        "number": row.case, "against": row.against, "handler": row.handler or None, "region": row.region,
        "promise": row.promise, "category": row.category or None, "opened_on": row.opened_on,
        "answered_on": row.answered_on, "outcome": row.outcome or None, "rating": row.rating or None,
        "reopened": row.reopened, "text": each.text, "answer": each.answer or None, "published_on": each.published_on,
    }  # fmt: skip
