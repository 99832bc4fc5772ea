"""Events to subscribers (变更送达): a subscriber that is down, slow, lying or gone is seen, tried again, and loses nothing."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import DatabaseError, connection, transaction
from django.test import Client

from gongxin.doors.cli import main
from gongxin.doors.notices import webhooks
from gongxin.spine import clock, secrets
from gongxin.spine.access.models import ApiKey, Body
from gongxin.spine.append_only import AppendOnlyFault
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.outbox import events, subscribers
from gongxin.spine.outbox.models import Attempt, Delivery, Event
from tests.rooms.measures import city

TODAY = date(2026, 11, 23)
AGENCY = "91130102MA000201X5"


@dataclass
class Holder:
    """A real subscriber behind a real socket (真实的订阅方): how it behaves, and what it took."""

    manner: str = "good"
    taken: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    port: int = 0
    trickled: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/events"

    def answer(self, told: dict[str, Any]) -> tuple[int, bytes]:
        if self.manner == "down":
            return 503, b"busy"
        if self.manner == "later":
            return 202, b""
        if self.manner == "lying":
            return 200, json.dumps({"event": told["id"] + 1, "digest": told["digest"]}).encode()
        if self.manner == "muddled":
            return 200, json.dumps({"event": told["id"], "digest": "0" * 64}).encode()
        if self.manner == "junk":
            return 200, b"\xff\xfe not json"
        return 200, json.dumps({"event": told["id"], "digest": sha256(told["body"].encode()).hexdigest()}).encode()


@pytest.fixture
def holder() -> Iterator[Holder]:
    kept = Holder()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            if kept.manner == "slow":
                time.sleep(1.0)
            if kept.manner == "elsewhere":
                self.send_response(302)
                self.send_header("Location", kept.address + "/other")
                self.end_headers()
                return
            told = json.loads(raw)
            kept.taken.append(told | {"raw": raw})
            kept.headers.append(dict(self.headers))
            if kept.manner == "trickling":
                self.send_response(200)
                self.end_headers()
                try:
                    while not kept.stop.wait(0.05):
                        self.wfile.write(b" ")
                        kept.trickled += 1
                except OSError:
                    return
                return
            status, body = kept.answer(told)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except BrokenPipeError:
                return

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield kept
    kept.stop.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def record(db: Any, on_day: Callable[[Any], None]) -> int:
    on_day(TODAY)
    secrets.make_keys()
    for each in city.BODIES:
        Body.objects.create(**each)
    payload = {**city.DEFAULTS["penalty"], "decided_on": "2026-05-20"}
    return append([NewAct("record", "penalty", city.FIRM, city.BUREAU, payload, "测试", on=TODAY)])[0]


def repair(record: int) -> Event:
    append([NewAct("repair", "penalty", city.FIRM, city.BUREAU, {"reason": "已履行"}, "测试", record=record, on=TODAY)])
    return Event.objects.latest("id")


def subscribe(holder: Holder | None = None, **more: Any) -> Any:
    return subscribers.add(AGENCY, "晓信信用服务", "agency", endpoint=holder.address if holder else "", **more)


def now_due() -> None:
    Delivery.objects.exclude(state="acknowledged").update(next_try=clock.now() - timedelta(seconds=1))


def test_a_repair_is_told_signed_and_acknowledged(record: int, holder: Holder) -> None:
    subscribe(holder)
    event = repair(record)
    assert webhooks.deliver().acknowledged == 1
    told = holder.taken[0]
    said = json.loads(told["body"])
    assert said["event"] == "repair" and said["record"] == record and said["state"] == "repaired"
    assert "超过" not in told["body"] and "reason" not in said, "no content of the record and no reason travels"
    assert events.genuine(event)
    public = Ed25519PublicKey.from_public_bytes(secrets.public_keys()[told["key"]])
    public.verify(bytes.fromhex(told["signature"]), events.NOTE + told["body"].encode())
    heads = holder.headers[0]
    assert heads["Content-Digest"] == f"sha-256=:{_b64(sha256(told['raw']).digest())}:"
    parameters = heads["Signature-Input"].removeprefix("gx=")
    base = (
        f'"@method": POST\n"@target-uri": {holder.address}\n"content-digest": {heads["Content-Digest"]}\n'
        f'"content-type": application/json\n"@signature-params": {parameters}'
    )
    public.verify(b64decode(heads["Signature"].removeprefix("gx=:").removesuffix(":")), base.encode())
    assert webhooks.deliver().acknowledged == 0 and len(holder.taken) == 1, "what is acknowledged is not sent again"


@pytest.mark.parametrize(
    ("manner", "last"),
    [
        ("down", "http-503"),
        ("lying", "wrong-acknowledgement"),
        ("muddled", "wrong-acknowledgement"),
        ("elsewhere", "http-302"),
    ],
)
def test_a_faulty_subscriber_is_shown_and_tried_again(record: int, holder: Holder, manner: str, last: str) -> None:
    subscribe(holder)
    event = repair(record)
    holder.manner = manner
    assert webhooks.deliver().acknowledged == 0
    owing = subscribers.owing()[0]
    assert owing.pending == 1 and owing.last == last
    assert webhooks.deliver().failed == 0, "it is not tried again before its time"
    holder.manner = "good"
    now_due()
    assert webhooks.deliver().acknowledged == 1
    assert [one.outcome for one in Attempt.objects.filter(delivery__event=event).order_by("id")] == [
        last,
        "acknowledged",
    ]


def test_a_slow_subscriber_is_left_when_its_time_is_up(
    record: int, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "TIMEOUT", 0.2)
    subscribe(holder)
    repair(record)
    holder.manner = "slow"
    webhooks.deliver()
    assert subscribers.owing()[0].last == "timeout"


def test_one_that_trickles_is_cut_off_as_well(record: int, holder: Holder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "TIMEOUT", 0.3)
    subscribe(holder)
    repair(record)
    holder.manner = "trickling"
    webhooks.deliver()
    assert subscribers.owing()[0].last == "timeout"
    assert holder.trickled < webhooks.ANSWER_LIMIT, "the rest of its answer was not waited for"


def test_however_long_the_line_of_one_that_is_gone_others_are_reached(record: int, holder: Holder) -> None:
    subscribers.add("gone", "已停机的系统", "department", endpoint="http://127.0.0.1:9/")
    for _each in range(3):
        acts = [
            NewAct(
                "performance", "penalty", city.FIRM, city.BUREAU, {"performed_on": "2026-06-01"}, "测试", record=record
            )
        ]
        append(acts)
    subscribe(holder)
    repair(record)
    done = webhooks.deliver(limit=2)
    assert done.acknowledged == 1 and done.failed == 1
    assert {each.subscriber.body: each.pending for each in subscribers.owing()} == {"gone": 4, AGENCY: 0}


def test_a_subscriber_that_is_gone_holds_up_nobody_else(record: int, holder: Holder) -> None:
    subscribers.add("gone", "已停机的系统", "department", endpoint="http://127.0.0.1:9/")
    subscribe(holder)
    repair(record)
    done = webhooks.deliver()
    assert done.acknowledged == 1 and done.failed == 1
    assert {each.subscriber.body: each.pending for each in subscribers.owing()} == {"gone": 1, AGENCY: 0}


def test_what_is_taken_without_an_acknowledgement_stays_open(record: int, holder: Holder) -> None:
    subscriber = subscribe(holder)
    event = repair(record)
    for manner in ("later", "junk"):
        holder.manner = manner
        now_due()
        assert webhooks.deliver().sent == 1
        assert Delivery.objects.get().state == "sent" and subscribers.owing()[0].pending == 1
    subscribers.acknowledge(subscriber, event.pk, event.digest)
    subscribers.acknowledge(subscriber, event.pk, event.digest)
    assert Attempt.objects.filter(outcome="acknowledged").count() == 1, "twice is once"


def test_nothing_lost_and_nothing_doubled_when_the_worker_dies_after_sending(record: int, holder: Holder) -> None:
    subscribe(holder)
    repair(record)

    class Died(BaseException):
        pass

    def dying(*args: Any) -> None:
        raise Died

    original, subscribers.acknowledge = subscribers.acknowledge, dying  # type: ignore[assignment]
    try:
        with pytest.raises(Died):
            webhooks.deliver()
    finally:
        subscribers.acknowledge = original
    assert webhooks.deliver().acknowledged == 1
    assert [told["id"] for told in holder.taken] == [holder.taken[0]["id"]] * 2, "the same event by the same number"
    assert Event.objects.count() == 1


def test_two_workers_at_once_send_the_same_event_and_it_counts_once(
    record: int, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(holder)
    event = repair(record)
    post = webhooks._post
    again = [True]

    def meanwhile(to: str, body: bytes) -> tuple[int, str, bytes]:
        if again.pop() if again else False:
            assert webhooks.deliver().acknowledged == 1, "the other worker is done first"
            raise ConnectionResetError("our own try broke off")
        return post(to, body)

    monkeypatch.setattr(webhooks, "_post", meanwhile)
    assert webhooks.deliver().failed == 1
    assert subscribers.owing()[0].pending == 0, "what was acknowledged stays so"
    assert [told["id"] for told in holder.taken] == [event.pk]
    outcomes = list(Attempt.objects.order_by("id").values_list("outcome", flat=True))
    assert outcomes == ["acknowledged", "unreachable"]


def test_the_act_and_its_event_are_both_there_or_neither(record: int) -> None:
    subscribe()
    before = Event.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        repair(record)
        raise RuntimeError
    assert Event.objects.count() == before and Delivery.objects.count() == 0


def test_events_keep_their_order_for_each_subscriber(record: int, holder: Holder) -> None:
    subscribe(holder)
    append(
        [
            NewAct(
                "performance",
                "penalty",
                city.FIRM,
                city.BUREAU,
                {"performed_on": "2026-06-01"},
                "测试",
                record=record,
                on=TODAY,
            )
        ]
    )
    holder.manner = "down"
    webhooks.deliver()
    repair(record)
    holder.manner = "good"
    webhooks.deliver()
    assert [json.loads(told["body"])["event"] for told in holder.taken] == ["performance"], "the later one waits"
    now_due()
    webhooks.deliver()
    assert [json.loads(told["body"])["event"] for told in holder.taken][1:] == ["performance", "repair"]


def test_only_its_items_and_no_person_unless_it_holds_persons(record: int) -> None:
    other = subscribers.add("honours", "表彰系统", "department", items=["honour"])
    subscribe()
    repair(record)
    assert other.deliveries.count() == 0 and Delivery.objects.count() == 1
    person = "person:" + "ab" * 16
    payload = {**city.DEFAULTS["penalty"], "decided_on": "2026-05-20", "subject_kind": "person"}
    own = append([NewAct("record", "penalty", person, city.BUREAU, payload, "测试", on=TODAY)])[0]
    append([NewAct("repair", "penalty", person, city.BUREAU, {"reason": "已履行"}, "测试", record=own, on=TODAY)])
    assert Delivery.objects.count() == 1


def test_events_cannot_be_rewritten(record: int) -> None:
    event = repair(record)
    with pytest.raises(AppendOnlyFault):
        Event.objects.filter(pk=event.pk).update(body="{}")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_event SET body = '{}'")


def test_a_new_record_is_no_change_of_a_copy(record: int) -> None:
    assert Event.objects.count() == 0


def test_fetching_and_acknowledging_by_interface(record: int) -> None:
    Body.objects.get_or_create(code=AGENCY, defaults={"name": "晓信信用服务", "kind": "company"})
    subscribe()
    event = repair(record)
    secret, prefix, digest = ApiKey.new_secret()
    ApiKey.objects.create(body_id=AGENCY, label="测试", prefix=prefix, digest=digest, scopes=["events:read"])
    client = Client(headers={"authorization": f"Bearer {secret}"})
    got = client.get("/api/v1/events").json()
    assert [one["id"] for one in got] == [event.pk] and got[0]["body"] == event.body
    assert client.get("/api/v1/subscription").json()["pending"] == 1, "fetching is no acknowledgement"
    wrong = client.post(
        f"/api/v1/events/{event.pk}/acknowledgement", {"digest": "0" * 64}, content_type="application/json"
    )
    assert wrong.status_code == 422
    right = client.post(
        f"/api/v1/events/{event.pk}/acknowledgement", {"digest": event.digest}, content_type="application/json"
    )
    assert right.status_code == 200 and right.json()["state"] == "acknowledged"
    assert client.get("/api/v1/subscription").json()["pending"] == 0
    assert client.get("/api/v1/events", {"after": event.pk}).json() == []


def test_the_command_registers_lists_and_resends(record: int, capsys: pytest.CaptureFixture[str]) -> None:
    repair(record)
    assert main(["subscribers", "add", AGENCY, "--name", "晓信信用服务", "--kind", "agency", "--json"]) == 0
    capsys.readouterr()
    assert main(["subscribers", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["pending"] == 0, "told of everything from now on"
    assert main(["subscribers", "resend", AGENCY, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"laid": 1}
    assert main(["subscribers", "events", "--record", str(record), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["subscriber"] == "晓信信用服务"
    assert main(["subscribers", "remove", "nobody"]) == 1
    assert main(["subscribers", "add", "x", "--name", "甲", "--kind", "agency", "--endpoint", "ftp://x"]) == 1
    assert main(["subscribers", "add", "x", "--name", "甲", "--kind", "friend"]) == 1


def _b64(raw: bytes) -> str:
    from base64 import b64encode

    return b64encode(raw).decode()


def test_everybody_may_read_who_has_not_acknowledged_and_of_what_nobody(
    record: int, on_day: Callable[[Any], None]
) -> None:
    subscribe()
    repair(record)
    on_day("2026-11-28")
    told = Client().get("/api/v1/unacknowledged").json()
    assert told == [{"name": "晓信信用服务", "kind": "agency", "pending": 1, "days": 5, "ended": False}]
