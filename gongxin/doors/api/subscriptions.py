"""Calls of subscribers (订阅方): fetching change events and acknowledging each by its digest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import BaseModel, ConfigDict

from gongxin.doors.api import errors
from gongxin.doors.api.keys import Anyone, Key
from gongxin.doors.api.requests import Text
from gongxin.spine import clock
from gongxin.spine.outbox import subscribers
from gongxin.spine.outbox.models import Delivery, Event, Subscriber
from gongxin.spine.outbox.subscribers import NoSubscriber, WrongAcknowledgement

SCOPE = "events:read"
router = Router(tags=["变更事件"], auth=Key(SCOPE))
open_router = Router(tags=["变更事件"], auth=Anyone())
MARK = {"x-scope": SCOPE}
LARGEST = 2**63 - 1


class EventOut(Schema):
    """A change event (变更事件); `body` is the very text the digest and the signature are over."""

    id: int
    kind: str
    at: datetime
    body: str
    digest: str
    signature: str
    key: str


class AcknowledgementIn(BaseModel):
    """An acknowledgement (确认): the digest of the event that was worked in."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    digest: Text = Field(min_length=64, max_length=64, description="事件内容的 SHA-256，十六进制")


class DeliveryOut(Schema):
    """How one event stands with this subscriber (送达状态)."""

    event: int
    state: str
    acknowledged_at: datetime | None


class SubscriptionOut(Schema):
    """A subscription as it stands (订阅情况)."""

    name: str
    kind: str
    items: list[str]
    persons: bool
    pending: int = Field(description="未确认的事件数")
    days: int = Field(description="最早一件已等的天数")


@router.get("/events", response=list[EventOut], summary="取变更事件", operation_id="list_events", openapi_extra=MARK)
def list_events(
    request: HttpRequest,
    after: int = Query(0, ge=0, le=LARGEST, description="取这个编号以后的"),
    limit: int = Query(100, ge=1, le=1000),
) -> list[dict[str, Any]]:
    """本单位订阅的变更：更正、撤回、修复、标注、暂停和恢复。取走不等于确认，逐个确认之后才算送达。"""
    found = subscribers.events_for(_subscriber(request), after, limit)
    return [_event(each) for each in found]


@router.post(
    "/events/{event}/acknowledgement", response=DeliveryOut, summary="确认变更事件", operation_id="acknowledge_event",
    openapi_extra=MARK,
)  # fmt: skip
def acknowledge_event(request: HttpRequest, event: int, told: AcknowledgementIn) -> dict[str, Any]:
    """确认已按事件处理本单位持有的副本。摘要与事件不符的不算确认，并且记录在案；重复确认没有害处。"""
    subscriber = _subscriber(request)
    if not 0 < event <= LARGEST:
        raise errors.not_found("这个事件")
    try:
        done = subscribers.acknowledge(subscriber, event, told.digest.lower())
    except WrongAcknowledgement as wrong:
        if not subscriber.deliveries.filter(event_id=event).exists():
            raise errors.not_found("这个事件") from wrong
        raise errors.from_issues(
            [{"code": "event.digest", "column": "digest", "message": str(wrong), "severity": "error"}]
        ) from wrong
    return _delivery(done)


@router.get(
    "/subscription", response=SubscriptionOut, summary="本单位的订阅", operation_id="get_subscription", openapi_extra=MARK
)  # fmt: skip
def get_subscription(request: HttpRequest) -> dict[str, Any]:
    """本单位订阅了什么，还有多少事件没有确认，最早一件等了几天。"""
    own = _subscriber(request)
    mine = next(each for each in subscribers.owing() if each.subscriber.pk == own.pk)
    return {
        "name": own.name,
        "kind": own.kind,
        "items": own.items,
        "persons": own.persons,
        "pending": mine.pending,
        "days": mine.days(clock.today()),
    }


class OwingOut(Schema):
    """What one holder of copies has not acknowledged (未确认情况)."""

    name: str
    kind: str
    pending: int = Field(description="未确认的事件数")
    days: int = Field(description="最早一件已等的天数")
    ended: bool = Field(description="是否已停止订阅")


@open_router.get(
    "/unacknowledged", response=list[OwingOut], summary="未确认变更的单位", operation_id="list_unacknowledged"
)
def list_unacknowledged(request: HttpRequest) -> list[dict[str, Any]]:
    """更正、撤回、修复等变更送达以后，哪些持有副本的单位还没有确认，等了几天。不写哪些记录。"""
    day = clock.today()
    return [
        {
            "name": each.subscriber.name,
            "kind": each.subscriber.kind,
            "pending": each.pending,
            "days": each.days(day),
            "ended": each.subscriber.ended is not None,
        }
        for each in subscribers.owing()
    ]


def _subscriber(request: HttpRequest) -> Subscriber:
    caller = request.auth  # type: ignore[attr-defined]
    try:
        return subscribers.get(caller.body)
    except NoSubscriber as no:
        raise errors.not_found("本单位的订阅") from no


def _event(event: Event) -> dict[str, Any]:
    return {
        "id": event.pk, "kind": event.kind, "at": event.at, "body": event.body, "digest": event.digest,
        "signature": event.signature, "key": event.key,
    }  # fmt: skip


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {"event": delivery.event_id, "state": delivery.state, "acknowledged_at": delivery.acknowledged_at}
