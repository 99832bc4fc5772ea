"""Calls about those who hold copies (订阅方登记): the office registers them, sees what each owes, and ends them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import errors
from gongxin.doors.api.cases import case_bytes
from gongxin.doors.api.keys import Caller, Key
from gongxin.doors.api.repeats import repeatable
from gongxin.doors.api.requests import Text
from gongxin.spine import clock, shelf
from gongxin.spine.access.models import BodyKind
from gongxin.spine.outbox import dispatch, subscribers
from gongxin.spine.outbox.models import Subscriber
from gongxin.spine.outbox.subscribers import NoSubscriber

SCOPE = "subscribers:write"
MARK = {"x-scope": SCOPE}
LARGEST = 2**63 - 1
SENDING = frozenset({"events", "messages"})
"""The carriers that go out to somebody; what else a worker looks after is left to it."""
router = Router(tags=["变更事件"], auth=Key(SCOPE))


class SubscriberIn(BaseModel):
    """A holder of copies to be registered (登记订阅方)."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    code: Text = Field(min_length=1, max_length=32, description="单位代码")
    name: Text = Field(min_length=1, max_length=100, description="名称")
    kind: Literal["node", "department", "agency", "checker"] = Field(
        description="上下级平台、部门系统、信用服务机构、只收本单位核查答复的变动"
    )
    endpoint: Text = Field("", max_length=500, description="接收地址；不写就由对方用密钥来取")
    items: list[Text] = Field(default_factory=list, max_length=200, description="持有哪些目录事项；不写就是全部")
    persons: bool = Field(False, description="是否也持有自然人的记录")


class SubscriberOut(Schema):
    """A holder of copies as it stands (订阅方)."""

    code: str
    name: str
    kind: str
    endpoint: str
    items: list[str]
    persons: bool
    since: datetime
    ended: datetime | None
    pending: int = Field(description="未确认的事件数")
    days: int = Field(description="最早一件已等的天数")
    last: str = Field(description="最近一次送达的结果")


@router.get(
    "/subscribers",
    response=list[SubscriberOut],
    summary="全部订阅方",
    operation_id="list_subscribers",
    openapi_extra=MARK,
)
def list_subscribers(request: HttpRequest) -> list[dict[str, Any]]:
    """登记在册的订阅方、接收地址和未确认的情况，等得最久的在前；已停止的也列出。只给信用办的密钥。"""
    _office(request)
    return [_told(each) for each in subscribers.owing()]


@router.post(
    "/subscribers",
    response={201: SubscriberOut},
    summary="登记订阅方",
    operation_id="add_subscriber",
    openapi_extra=MARK,
)
@repeatable
def add_subscriber(request: HttpRequest, body: SubscriberIn) -> HttpResponse:
    """登记持有记录副本的平台、部门或者机构；从现在起的变更都会送到。已登记的代码按新内容更新，已停止的恢复。"""
    _office(request)
    law = shelf.book().on(clock.today())
    unknown = [item for item in body.items if law.find_item(item) is None]
    if unknown:
        raise errors.from_issues([
            {"code": "subscriber.item", "column": "items", "value": each, "message": f"目录里没有事项 {each}", "severity": "error"}
            for each in unknown
        ])  # fmt: skip
    try:
        made = subscribers.add(
            body.code, body.name, body.kind, endpoint=body.endpoint, items=body.items, persons=body.persons
        )
    except ValueError as fault:
        raise errors.from_issues(
            [{"code": "subscriber.address", "column": "endpoint", "message": str(fault), "severity": "error"}]
        ) from fault
    return HttpResponse(case_bytes(_of(made)), status=201, content_type=errors.CONTENT_TYPE)


@router.post(
    "/subscribers/{code}/end",
    response=SubscriberOut,
    summary="停止订阅",
    operation_id="end_subscriber",
    openapi_extra=MARK,
)
@repeatable
def end_subscriber(request: HttpRequest, code: str) -> HttpResponse:
    """以后的变更不再送达；已送达而未确认的仍然列出，天数照算。"""
    _office(request)
    try:
        ended = subscribers.end(code.replace("\0", ""))
    except NoSubscriber as no:
        raise errors.not_found("这个订阅方") from no
    return HttpResponse(case_bytes(_of(ended)), content_type=errors.CONTENT_TYPE)


class LaidOut(Schema):
    """How many events are to be sent once more, or for the first time (待送件数)."""

    code: str
    events: int


class AgainIn(BaseModel):
    """From which event on (补发起点)."""

    model_config = ConfigDict(extra="forbid")

    after: int = Field(0, ge=0, le=LARGEST, description="只补这个编号以后的事件")


class ToldOut(Schema):
    """How one event about a record stands with one holder (送达情况)."""

    event: int
    kind: str
    subscriber: str
    state: str
    tries: int
    last: str
    acknowledged_at: datetime | None


@router.post(
    "/subscribers/{code}/retry", response=LaidOut, summary="重送未确认的", operation_id="retry_subscriber",
    openapi_extra=MARK,
)  # fmt: skip
@repeatable
def retry_subscriber(request: HttpRequest, code: str) -> HttpResponse:
    """这个订阅方未确认的事件不再等下一次，由送达进程立即重送。"""
    _office(request)
    return _laid(code, lambda known: subscribers.retry(known.body))


@router.post(
    "/subscribers/{code}/resend", response=LaidOut, summary="补发登记之前的", operation_id="resend_subscriber",
    openapi_extra=MARK,
)  # fmt: skip
@repeatable
def resend_subscriber(request: HttpRequest, code: str, body: AgainIn) -> HttpResponse:
    """把这个订阅方从来没有收到过的事件补送给它；已经送过的不重复。"""
    _office(request)
    return _laid(code, lambda known: subscribers.lay_missed(known, body.after))


class ChangeOut(Schema):
    """A change event as the office sees it (变更事件): of what kind, about which record; what it says goes to its holders."""

    event: int
    kind: str
    record: int = Field(description="记录号；0 为全部记录")
    item: str
    at: datetime
    digest: str


class CarriedOut(Schema):
    """What came of sending what was due (送达结果): for each way, how much of what."""

    carried: dict[str, dict[str, int]] = Field(description="各发送渠道这一次送了多少；别的进程正在送的不在其中")


@router.get(
    "/subscribers/events", response=list[ChangeOut], summary="全部变更事件", operation_id="list_changes",
    openapi_extra=MARK,
)  # fmt: skip
def list_changes(
    request: HttpRequest,
    after: int = Query(0, ge=0, le=LARGEST, description="只看这个编号以后的"),
    limit: int = Query(100, ge=1, le=1000),
) -> list[dict[str, Any]]:
    """不分订阅方的全部变更事件，编号从小到大；只给信用办的密钥，不含事件内容。"""
    _office(request)
    found = subscribers.changes(after, limit)
    return [
        {"event": each.pk, "kind": each.kind, "record": each.record, "item": each.item, "at": each.at, "digest": each.digest}
        for each in found
    ]  # fmt: skip


@router.post(
    "/subscribers/deliver",
    response=CarriedOut,
    summary="立即送达到期的",
    operation_id="deliver_now",
    openapi_extra=MARK,
)
@repeatable
def deliver_now(request: HttpRequest) -> HttpResponse:
    """不等送达进程，立即送达到期的事件和通知，答复各渠道送了多少；对方不在线的照常留着，到时再送。"""
    _office(request)
    told = {"carried": {name: dict(done) for name, done in dispatch.carry(SENDING).items()}}
    return HttpResponse(case_bytes(told), content_type=errors.CONTENT_TYPE)


@router.get(
    "/subscribers/records/{record}", response=list[ToldOut], summary="一条记录告知了谁", operation_id="list_told",
    openapi_extra=MARK,
)  # fmt: skip
def list_told(request: HttpRequest, record: int) -> list[dict[str, Any]]:
    """一条记录的变更事件送给了哪些订阅方、各送了几次、确认了没有。"""
    _office(request)
    if not 0 < record <= LARGEST:
        raise errors.not_found("这条记录")
    return [
        {
            "event": each.event_id, "kind": each.event.kind, "subscriber": each.subscriber.body, "state": each.state,
            "tries": each.tries, "last": each.last, "acknowledged_at": each.acknowledged_at,
        }
        for each in subscribers.of_record(record)
    ]  # fmt: skip


def _laid(code: str, lay: Callable[[Subscriber], int]) -> HttpResponse:
    try:
        known = subscribers.get(code.replace("\0", ""))
    except NoSubscriber as no:
        raise errors.not_found("这个订阅方") from no
    told = {"code": known.body, "events": lay(known)}
    return HttpResponse(case_bytes(told), content_type=errors.CONTENT_TYPE)


def _office(request: HttpRequest) -> None:
    """Events say what became of whose record: where they go to is the office's to say, and nobody else's."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    if caller.body_kind != BodyKind.OFFICE:
        raise errors.not_this_body("信用主管单位", "the credit office")


def _of(subscriber: Subscriber) -> dict[str, Any]:
    return _told(next(each for each in subscribers.owing() if each.subscriber.pk == subscriber.pk))


def _told(owing: subscribers.Owing) -> dict[str, Any]:
    each = owing.subscriber
    return {
        "code": each.body, "name": each.name, "kind": each.kind, "endpoint": each.endpoint, "items": each.items,
        "persons": each.persons, "since": each.since, "ended": each.ended, "pending": owing.pending,
        "days": owing.days(clock.today()), "last": owing.last,
    }  # fmt: skip
