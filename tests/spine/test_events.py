"""Change events (变更事件): what each says after each act, that no person can be told from one, and that no answer is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.ledger.shredding import shred
from gongxin.spine.outbox import events, subscribers
from gongxin.spine.outbox.models import Attempt, Delivery, Event, Subscriber
from gongxin.spine.projections import epoch
from tests.rooms.disclosure import world
from tests.spine import making

pytestmark = pytest.mark.django_db


def latest() -> dict[str, Any]:
    event = Event.objects.latest("id")
    assert events.genuine(event)
    said: dict[str, Any] = json.loads(event.body)
    return said


@pytest.fixture
def record() -> int:
    return append([making.record()])[0]


def test_each_act_says_what_became_of_the_record_that_day(record: int) -> None:
    said = {}
    for kind, payload in (
        ("objection", {"case": "YY-2026-000001", "answer_by": "2026-06-10"}),
        ("suspension", {"case": "YY-2026-000001", "ground": "identity"}),
        ("release", {"case": "YY-2026-000001"}),
        ("objection-end", {"case": "YY-2026-000001", "outcome": "rejected"}),
        ("performance", {"performed_on": "2026-05-20"}),
        ("repair", {"repaired_on": "2026-06-01"}),
    ):
        append([making.upon(record, kind, **payload)])
        said[kind] = latest()
    assert {kind: told["state"] for kind, told in said.items()} == {
        "objection": "effective", "suspension": "suspended", "release": "effective", "objection-end": "effective",
        "performance": "effective", "repair": "repaired",
    }  # fmt: skip
    assert said["objection"]["marks"] == ["objected"] and said["objection"]["held_from"] == "2026-06-11"
    assert said["objection-end"]["marks"] == [] and said["objection-end"]["held_from"] is None
    assert said["repair"]["display_until"] == said["repair"]["share_until"] == "2026-05-31", "the last day it stood"
    assert said["repair"]["let_go"] == [{"what": what, "from": "2026-06-01"} for what in ("display", "use")]
    assert said["suspension"]["let_go"] == said["repair"]["let_go"] and said["release"]["let_go"] == [
        {"what": "use", "from": "2026-06-11"}
    ]
    assert said["performance"]["let_go"] == []
    assert said["performance"]["display_until"] == "2027-05-06", "copies end by their day, without an event"
    numbers = list(Event.objects.order_by("id").values_list("id", flat=True))
    assert numbers == list(range(numbers[0], numbers[0] + 6)), "a fetcher sees by the number that none is missing"


def test_destruction_says_destroyed_and_nothing_else(on_day: Any) -> None:
    on_day("2026-06-01")
    record = world.enter_person()
    subscribers.add("HOLDER", "晓信信用服务", "agency", persons=True)
    on_day("2035-01-02")
    shred(record, actor="库管@11PL0101")
    told = latest()
    assert told["event"] == "destruction" and told["state"] == "destroyed"
    assert told["display_until"] is None and told["share_until"] is None and told["marks"] == []
    assert {each["what"] for each in told["let_go"]} == {"display", "use", "copy"}
    assert Delivery.objects.filter(event__kind="destruction").count() == 1


def test_no_event_tells_who_a_person_is() -> None:
    record = world.enter_person()
    key = append(
        [
            NewAct(
                "performance",
                "penalty",
                _subject(record),
                world.BUREAU,
                {"performed_on": "2026-06-01"},
                "王工",
                record=record,
            )
        ]
    )
    assert key
    body = Event.objects.latest("id").body
    assert json.loads(body)["subject"] is None and json.loads(body)["record"] == record
    assert "person:" not in body and world.PERSON not in body and "钱" not in body


def test_a_failed_try_does_not_take_an_acknowledgement_back(record: int) -> None:
    holder = subscribers.add("HOLDER", "晓信信用服务", "agency", endpoint="http://127.0.0.1:9/")
    append([making.upon(record, "performance", performed_on="2026-05-20")])
    stale = Delivery.objects.select_related("event", "subscriber").get()
    subscribers.acknowledge(holder, stale.event_id, stale.event.digest)
    subscribers.note(stale, "timeout")
    kept = Delivery.objects.get()
    assert kept.state == "acknowledged" and subscribers.owing()[0].pending == 0
    assert Attempt.objects.filter(outcome="timeout").count() == 1, "the try itself stays to be seen"


def test_an_acknowledgement_is_the_subscribers_own(record: int) -> None:
    one = subscribers.add("ONE", "甲", "agency")
    other = subscribers.add("OTHER", "乙", "agency", items=["honour"])
    append([making.upon(record, "repair", repaired_on="2026-06-01")])
    event = Event.objects.get()
    with pytest.raises(subscribers.WrongAcknowledgement):
        subscribers.acknowledge(other, event.pk, event.digest)
    with pytest.raises(subscribers.WrongAcknowledgement):
        subscribers.acknowledge(one, event.pk, "0" * 64)
    assert {each.subscriber.body: each.pending for each in subscribers.owing()} == {"ONE": 1, "OTHER": 0}


def test_one_who_has_ended_is_shown_with_what_it_never_acknowledged(record: int, on_day: Any) -> None:
    subscribers.add("HOLDER", "晓信信用服务", "agency")
    append([making.upon(record, "repair", repaired_on="2026-06-01")])
    subscribers.end("HOLDER")
    on_day("2026-06-11")
    from gongxin.spine import clock

    owed = subscribers.owing()[0]
    assert owed.pending == 1 and owed.days(clock.today()) == 10 and owed.subscriber.ended is not None
    assert Subscriber.objects.count() == 1 and subscribers.reached() == []


def _subject(record: int) -> str:
    from gongxin.spine import records

    place = records.find_place(record)
    assert place is not None
    return place.subject


def test_another_law_is_told_to_every_holder_once(on_day: Any) -> None:
    on_day("2026-03-30")
    record = append([making.record(penalty_kinds="没收违法所得", decided_on="2026-03-02")])[0]
    subscribers.add("HOLDER", "晓信信用服务", "agency", items=["honour"])
    append([making.upon(record, "performance", performed_on="2026-03-20")])
    assert latest()["display_until"] == "2029-03-02", "the old rule shows it for three years"
    on_day("2026-04-01")
    epoch.refresh_if_stale_now()
    epoch.refresh_if_stale_now()
    told = Event.objects.filter(kind="law")
    assert told.count() == 1 and events.genuine(told.get()) and json.loads(told.get().body)["since"] == "2026-04-01"
    assert Delivery.objects.filter(event=told.get()).count() == 1, "whatever items it holds"
    append([making.upon(record, "objection", case="YY-2026-000009", answer_by="2026-04-10")])
    assert latest()["display_until"] == "2027-03-02"


def test_events_stay_guarded_after_their_table_was_made_anew(record: int) -> None:
    append([making.upon(record, "repair", repaired_on="2026-06-01")])
    for statement in ("UPDATE outbox_event SET digest = ''", "DELETE FROM outbox_event"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
