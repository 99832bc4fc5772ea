"""Subscribers (订阅方): who holds copies, what each has acknowledged, and for how many days it has not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Count, Min, Q

from gongxin.spine import clock
from gongxin.spine.outbox.events import concerns
from gongxin.spine.outbox.models import Attempt, Delivery, Event, Subscriber

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
"""How long to wait before the next try: twice as long each time, and never longer than this. A matter of traffic, not of law."""


class NoSubscriber(LookupError):
    """Nobody subscribed under this code (没有这个订阅方)."""


class WrongAcknowledgement(ValueError):
    """An acknowledgement that names another event, or another content of it (确认不符)."""


@dataclass(frozen=True)
class Owing:
    """What one subscriber has not acknowledged (未确认情况): how many events, and since when."""

    subscriber: Subscriber
    pending: int
    oldest: datetime | None
    last: str

    def days(self, today: date) -> int:
        """How many days the oldest one has waited (已等天数)."""
        return 0 if self.oldest is None else max(0, (today - self.oldest.astimezone(clock.ZONE).date()).days)


def add(
    body: str, name: str, kind: str, *, endpoint: str = "", items: Iterable[str] = (), persons: bool = False
) -> Subscriber:
    """Register a subscriber (登记订阅方), or take one up again; it is told of everything from now on.

    Raises ValueError for an address that is none, or a kind that is none.
    """
    if kind not in Subscriber.Kind.values:
        raise ValueError(f"种类须是 {'、'.join(Subscriber.Kind.values)} 之一，不能是 {kind}")
    parts = urlsplit(endpoint)
    if endpoint and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username):
        raise ValueError("接收地址须是 http 或 https 开头、不带口令的网址")
    known, _made = Subscriber.objects.update_or_create(
        body=body,
        defaults={
            "name": name, "kind": kind, "endpoint": endpoint, "items": sorted(set(items)), "persons": persons,
            "since": clock.now(), "ended": None,
        },
    )  # fmt: skip
    return known


def end(body: str) -> Subscriber:
    """End a subscription (停止订阅): nothing more is sent; what it has not acknowledged stays shown."""
    found = get(body)
    found.ended = clock.now()
    found.save(update_fields=["ended"])
    return found


def get(body: str) -> Subscriber:
    """Return a subscriber by its body's code, or raise NoSubscriber."""
    found = Subscriber.objects.filter(body=body).first()
    if found is None:
        raise NoSubscriber(body)
    return found


def reached() -> list[Subscriber]:
    """Return the subscribers that are sent to (推送对象), whoever has waited longest first."""
    open_ones = ~Q(deliveries__state=Delivery.State.ACKNOWLEDGED) & Q(deliveries__isnull=False)
    present = Subscriber.objects.filter(ended__isnull=True).exclude(endpoint="")
    waiting = present.annotate(first=Min("deliveries__event_id", filter=open_ones)).filter(first__isnull=False)
    return list(waiting.order_by("first", "id"))


def line_of(subscriber: Subscriber, limit: int) -> list[Delivery]:
    """Return what a subscriber has not acknowledged (待送达), the oldest event first: nobody learns of things out of order."""
    waiting = subscriber.deliveries.exclude(state=Delivery.State.ACKNOWLEDGED)
    return list(waiting.select_related("subscriber", "event").order_by("event_id")[:limit])


def events_for(subscriber: Subscriber, after: int, limit: int) -> list[Event]:
    """Return the events a subscriber fetches itself (拉取事件), those after a number; fetching is no acknowledgement."""
    ids = (
        subscriber.deliveries.filter(event_id__gt=after).order_by("event_id").values_list("event_id", flat=True)[:limit]
    )
    return list(Event.objects.filter(pk__in=list(ids)).order_by("pk"))


def acknowledge(subscriber: Subscriber, event: int, digest: str) -> Delivery:
    """Take an acknowledgement (登记确认) of one event by its digest; the same one twice does no harm.

    Raises WrongAcknowledgement for an event that was not this subscriber's, or for another content; that stands in the
    attempts, where everybody who looks at the delivery sees it.
    """
    with transaction.atomic():
        found = subscriber.deliveries.select_for_update().select_related("event").filter(event_id=event).first()
        wrong = found is None or found.event.digest != digest
        if found is not None and not wrong and found.state != Delivery.State.ACKNOWLEDGED:
            now = clock.now()
            found.state, found.acknowledged_at, found.last = Delivery.State.ACKNOWLEDGED, now, "acknowledged"
            found.sent_at = found.sent_at or now
            found.save(update_fields=["state", "acknowledged_at", "last", "sent_at"])
            Attempt.objects.create(delivery=found, at=now, outcome="acknowledged", answer=digest)
    if found is None:
        raise WrongAcknowledgement("没有向该订阅方发过这个事件")
    if wrong:
        note(found, "wrong-acknowledgement", "确认的内容与事件不符")
        raise WrongAcknowledgement("确认的内容与事件不符")
    return found


def note(delivery: Delivery, outcome: str, detail: str = "", answer: str = "") -> None:
    """Write down a try that brought no acknowledgement (登记送达尝试), and when to try again.

    One that was acknowledged meanwhile, through the interface or by another worker's try, stays acknowledged.
    """
    now = clock.now()
    with transaction.atomic():
        Attempt.objects.create(delivery=delivery, at=now, outcome=outcome, detail=detail[:300], answer=answer)
        kept = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if kept.state == Delivery.State.ACKNOWLEDGED:
            return
        kept.tries += 1
        kept.last = outcome
        kept.next_try = now + min(FIRST_WAIT * 2 ** min(kept.tries - 1, 16), LONGEST_WAIT)
        if outcome == "sent":
            kept.state, kept.sent_at = Delivery.State.SENT, kept.sent_at or now
        kept.save(update_fields=["tries", "last", "next_try", "state", "sent_at"])


def retry(body: str = "") -> int:
    """Try everything again at once that was not acknowledged (立即重送); return how many."""
    found = Delivery.objects.exclude(state=Delivery.State.ACKNOWLEDGED)
    if body:
        found = found.filter(subscriber=get(body))
    return found.update(next_try=clock.now())


def owing() -> list[Owing]:
    """Return what each subscriber has not acknowledged (未确认情况), whoever waits longest first; ended ones too."""
    open_ones = ~Q(deliveries__state=Delivery.State.ACKNOWLEDGED) & Q(deliveries__isnull=False)
    rows = Subscriber.objects.annotate(
        pending=Count("deliveries", filter=open_ones), oldest=Min("deliveries__event__at", filter=open_ones)
    ).order_by("oldest", "body")
    found = []
    for row in rows:
        latest = row.deliveries.exclude(state=Delivery.State.ACKNOWLEDGED).order_by("event_id").first()
        found.append(Owing(row, row.pending, row.oldest, latest.last if latest is not None else ""))
    return sorted(found, key=lambda each: (each.oldest is None, each.oldest or clock.now(), each.subscriber.body))


def changes(after: int, limit: int) -> list[Event]:
    """Return change events in their order, whoever they go to (全部变更事件)."""
    return list(Event.objects.filter(pk__gt=after).order_by("pk")[:limit])


def of_record(record: int) -> list[Delivery]:
    """Return who was told of what became of a record (一条记录的送达情况), for its subject and the office."""
    return list(
        Delivery.objects.filter(event__record=record).select_related("subscriber", "event").order_by("event_id", "id")
    )


def lay_missed(subscriber: Subscriber, after: int = 0) -> int:
    """Lay before a subscriber what it was never told (补发): events since a number that have no delivery to it."""
    known = set(subscriber.deliveries.values_list("event_id", flat=True))
    now = clock.now()
    missed = [
        Delivery(subscriber=subscriber, event=event, next_try=now)
        for event in Event.objects.filter(pk__gt=after).order_by("pk")
        if event.pk not in known and concerns(subscriber, event)
    ]
    Delivery.objects.bulk_create(missed, batch_size=500)
    return len(missed)
