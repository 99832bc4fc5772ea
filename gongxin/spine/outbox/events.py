"""Events (变更事件): whatever changes what may be shown or used of a record is told to everybody who may hold a copy.

They are written by the ledger itself, in the transaction of the act, so that no room can forget one. An event says what
became of which record and no more: holders let go of their copy, they do not get a new one. Expiry is no event – every
event carries the days, and a copy ends by its day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from gongxin.law.standing import Act
from gongxin.spine import secrets
from gongxin.spine.ledger.canonical import moment_text
from gongxin.spine.outbox.models import Delivery, Event, Subscriber
from gongxin.spine.projections.models import Standing

TOLD = frozenset(
    {
        "correction", "withdrawal", "determination", "performance", "removal", "repair", "objection", "objection-end",
        "suspension", "release", "statement", "destruction",
    }
)  # fmt: skip
"""The acts that change what holders may do with a copy; a new record is no change of one."""

DESTROYED = "destroyed"
PERSON = "person:"
NOTE = b"gongxin event\n"


def publish(acts: Sequence[Act], at: datetime) -> list[Event]:
    """Write an event for each act that holders must learn of, and lay it before each subscriber (发布变更).

    Joins the transaction around it: an act and its events are both there or neither.
    """
    told = [act for act in acts if act.kind in TOLD]
    if not told:
        return []
    standings = {row.record: row for row in Standing.objects.filter(record__in={act.record for act in told})}
    subscribers = list(Subscriber.objects.filter(ended__isnull=True))
    events = []
    for act in told:
        body = _body(act, standings.get(act.record), at)
        event = Event(
            kind=act.kind, entry=act.seq, record=act.record, item=act.item, person=act.subject.startswith(PERSON),
            body=body, digest=hashlib.sha256(body.encode()).hexdigest(),
            signature=secrets.sign(NOTE + body.encode()).hex(), key=secrets.signing_key_id(), at=at,
        )  # fmt: skip
        event.save()
        events.append(event)
        Delivery.objects.bulk_create(
            [
                Delivery(subscriber=each, event=event, next_try=at)
                for each in subscribers
                if concerns(each, event)
            ]
        )  # fmt: skip
    return events


def concerns(subscriber: Subscriber, event: Event) -> bool:
    """Tell whether an event is a subscriber's business (是否应当送达): its items, and persons only where it holds them."""
    return (not subscriber.items or event.item in subscriber.items) and (subscriber.persons or not event.person)


def genuine(event: Event) -> bool:
    """Tell whether an event is as it was signed (验证事件)."""
    body = event.body.encode()
    return hashlib.sha256(body).hexdigest() == event.digest and secrets.verify(
        NOTE + body, bytes.fromhex(event.signature), event.key
    )


def _body(act: Act, standing: Standing | None, at: datetime) -> str:
    """Return the event's words. No field of the record stands in it, no name, and no reason anybody gave.

    A person is not named by any key either: whoever holds the copy knows it by the record's number.
    """
    # The payload is shredded after the entry that says so; for whoever holds a copy it is destroyed already.
    kept = None if act.kind == "destruction" else standing
    told: dict[str, Any] = {
        "event": act.kind,
        "entry": act.seq,
        "record": act.record,
        "item": act.item,
        "subject": None if act.subject.startswith(PERSON) else act.subject,
        "on": act.on.isoformat(),
        "at": moment_text(at),
        "state": DESTROYED if kept is None else _state_on(kept, act.on),
        "display_until": _day(kept.display_until if kept is not None else None),
        "share_until": _day(kept.share_until if kept is not None else None),
        "held_from": _day(kept.held_from if kept is not None else None),
        "hidden_from": _day(kept.hidden_from if kept is not None else None),
        "marks": kept.marks.split(",") if kept is not None and kept.marks else [],
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _state_on(standing: Standing, day: date) -> str:
    """Return what became of the record by this day (变更后状态): a hold that has begun is said, not only its first day."""
    if standing.state != "effective":
        return str(standing.state)
    if standing.hidden_from is not None and standing.hidden_from <= day:
        return "suspended"
    return "held" if standing.held_from is not None and standing.held_from <= day else "effective"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
