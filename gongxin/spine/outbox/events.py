"""Events (变更事件): whatever changes what may be shown or used of a record is told to everybody who may hold a copy.

They are written by the ledger itself, in the transaction of the act, so that no room can forget one. An event says what
became of which record and no more: holders let go of their copy, they do not get a new one. Expiry is no event – every
event carries the days, and a copy ends by its day.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from gongxin.law.standing import Act
from gongxin.spine import clock, secrets, shelf
from gongxin.spine.ledger.canonical import moment_text
from gongxin.spine.outbox.models import Delivery, Event, Subscriber
from gongxin.spine.projections.models import Standing
from gongxin.spine.projections.standings import ENDED

TOLD = frozenset(
    {
        "correction", "withdrawal", "determination", "performance", "removal", "repair", "repair-undone", "objection", "objection-end",
        "suspension", "release", "statement", "destruction", "finding", "change",
    }
)  # fmt: skip
"""The acts that change what holders may do with a copy; a new record is no change of one."""

Listener = Callable[[Sequence[Act]], None]
LISTENERS: dict[str, Listener] = {}
"""Who else must know of such acts in their own transaction: a room that keeps papers in which the records stand."""

ONE_DAY = timedelta(days=1)
DESTROYED = "destroyed"
LAW = "law"
ANSWER = "answer"
"""The event that tells one body, and nobody else, that the answer to a check it watches has changed."""
PERSON = "person:"
NOTE = b"gongxin event\n"


def listen(name: str, listener: Listener) -> None:
    """Let a listener know of every act that holders must learn of (登记变更监听); it joins the act's transaction."""
    LISTENERS[name] = listener


def publish(acts: Sequence[Act], at: datetime) -> list[Event]:
    """Write an event for each act that holders must learn of, and lay it before each subscriber (发布变更).

    Joins the transaction around it: an act and its events are both there or neither.
    """
    told = [act for act in acts if act.kind in TOLD]
    if not told:
        return []
    standings = {row.record: row for row in Standing.objects.filter(record__in={act.record for act in told})}
    subscribers = list(Subscriber.objects.filter(ended__isnull=True))
    laid = []
    for act in told:
        event = Event(
            kind=act.kind, entry=act.seq, record=act.record, item=act.item, person=act.subject.startswith(PERSON),
            body=_body(act, standings.get(act.record), at), at=at,
        )  # fmt: skip
        laid.append(_laid(event, [each for each in subscribers if concerns(each, event)]))
    for listener in LISTENERS.values():
        listener(told)
    return laid


def publish_law(since: date | None, book: str) -> Event:
    """Tell every subscriber that other editions of the law govern from now on (法规变更): copies have other last days.

    No single record is named; whoever holds copies asks for their days anew, and counts the longer ones no more.
    """
    at = clock.now()
    body = {
        "event": LAW, "record": None, "on": clock.today().isoformat(), "at": moment_text(at), "since": _day(since),
        "book": book,
    }  # fmt: skip
    event = Event(kind=LAW, entry=None, record=0, item="", person=False, body=_written(body), at=at)
    return _laid(event, [each for each in Subscriber.objects.filter(ended__isnull=True) if concerns(each, event)])


def publish_answer(subscriber: Subscriber | None, check: str, matter: str, case_no: str) -> Event:
    """Tell a body that the answer to its very question has changed (核查答复变动): no more than that, and where to ask.

    Joins the transaction around it. Without a subscriber the event stands signed and waits for nobody.
    """
    at = clock.now()
    body = {
        "event": ANSWER, "record": None, "check": check, "matter": matter, "case_no": case_no,
        "on": clock.today().isoformat(), "at": moment_text(at), "ask": "POST /api/v1/checks",
    }  # fmt: skip
    event = Event(kind=ANSWER, entry=None, record=0, item="", person=False, body=_written(body), at=at)
    return _laid(event, [subscriber] if subscriber is not None else [])


def _laid(event: Event, subscribers: Sequence[Subscriber]) -> Event:
    """Sign an event and lay it before each of these subscribers (签名并登记送达)."""
    event.digest = hashlib.sha256(event.body.encode()).hexdigest()
    event.signature, event.key = secrets.sign(NOTE + event.body.encode()).hex(), secrets.signing_key_id()
    event.save()
    Delivery.objects.bulk_create([Delivery(subscriber=each, event=event, next_try=event.at) for each in subscribers])
    return event


def concerns(subscriber: Subscriber, event: Event) -> bool:
    """Tell whether an event is a subscriber's business (是否应当送达): its items, and persons only where it holds them.

    The changed answer to a body's check is that body's alone, and whoever only checks holds no copies.
    """
    if event.kind == ANSWER or subscriber.kind == Subscriber.Kind.CHECKER:
        return False
    item = shelf.book().on(clock.today()).find_item(event.item) if event.item else None
    if item is not None and item.confined:
        # Nobody holds a copy of what is read in its matters alone; who looked is told by a notice of its own.
        return False
    named = not event.item or not subscriber.items or event.item in subscriber.items
    return named and (subscriber.persons or not event.person)


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
        "display_until": _day(_last(kept, kept.display_until, act.on) if kept is not None else None),
        "share_until": _day(_last(kept, kept.share_until, act.on) if kept is not None else None),
        "held_from": _day(kept.held_from if kept is not None else None),
        "hidden_from": _day(kept.hidden_from if kept is not None else None),
        "let_go": _let_go(kept, act.on),
        "marks": kept.marks.split(",") if kept is not None and kept.marks else [],
    }
    return _written(told)


def _last(standing: Standing, until: date | None, on: date) -> date | None:
    """Return the last day a copy may still say (副本最后一日): what has ended has not got the days it would have had."""
    if standing.state not in ENDED:
        return until
    before = on - ONE_DAY
    return before if until is None or before < until else until


def _let_go(standing: Standing | None, on: date) -> list[dict[str, str]]:
    """Return what holders must let go of, and from which day (须停止的事项和日期); the day itself is the first without it.

    A copy that has merely come to its last day is not here: that needs no event.
    """
    if standing is None:
        return [{"what": what, "from": on.isoformat()} for what in ("display", "use", "copy")]
    if standing.state in ENDED:
        return [{"what": what, "from": on.isoformat()} for what in ("display", "use")]
    hidden, unused = standing.hidden_from, standing.held_from or standing.hidden_from
    days = {"display": hidden, "use": unused if hidden is None or unused is None else min(hidden, unused)}
    return [{"what": what, "from": day.isoformat()} for what, day in days.items() if day is not None]


def _written(told: Mapping[str, Any]) -> str:
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
