"""Two workers at once (两个工作进程): real processes on the real store; nothing is sent twice, kept twice or lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import connection

from gongxin.rooms.remedy import keeping
from gongxin.spine import clock, secrets
from gongxin.spine.cases import reminding
from gongxin.spine.cases.models import Reminder
from gongxin.spine.ledger.acts import NewAct, person_key
from gongxin.spine.ledger.append import append
from gongxin.spine.ledger.models import Entry
from gongxin.spine.outbox import dispatch, mailing, notices, subscribers
from gongxin.spine.outbox.models import Attempt, Delivery, Message, Notice
from tests.rooms.remedy import city
from tests.spine import making

FIRST, LATER = "2026-09-21", "2026-12-14"
"""The day on which everything is entered, and the one on which both workers wake up: every clock has run out."""
PERSON = person_key("110101199003071233")
EVENTS = 12
PATIENCE = 90.0
"""Seconds until the workers must be done; they need some five, most of it to start."""


class Receiver(ThreadingHTTPServer):
    """A subscriber and a gateway for short messages, slow enough that two workers would meet in them."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.taken: Counter[str] = Counter()
        self.meeting = threading.Lock()

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{path}"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.meeting:
            self.server.taken[f"event {told['id']}" if "id" in told else f"message {told['number']}"] += 1
        time.sleep(0.04)
        digest = sha256(told["body"].encode()).hexdigest() if "body" in told else ""
        answer = json.dumps({"event": told.get("id"), "digest": digest}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: Any) -> None:
        return


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def store() -> str:
    """Return the address of the store this test writes to, for a process of its own."""
    kept = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(kept['NAME']))}"
    where = urlencode({name: kept[name.upper()] for name in ("host", "port") if kept[name.upper()]})
    word = f":{quote(kept['PASSWORD'])}" if kept["PASSWORD"] else ""
    return f"postgres://{quote(kept['USER'])}{word}@/{quote(str(kept['NAME']))}?{where}"


def worker(receiver: Receiver) -> subprocess.Popen[str]:
    environment = {
        **os.environ, "GONGXIN_DATABASE_URL": store(), "GONGXIN_DEMO": "1", "GONGXIN_TODAY": LATER,
        "GONGXIN_SMS_URL": receiver.address("sms"),
    }  # fmt: skip
    command = [sys.executable, "-m", "gongxin.doors.cli", "work", "--every", "0.05"]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, cwd=Path.cwd())


@pytest.mark.django_db(transaction=True)
def test_nothing_doubled_and_nothing_lost(receiver: Receiver, on_day: Callable[[str], None]) -> None:
    on_day(FIRST)
    secrets.make_keys()
    people = city.people()
    for record in [city.penalty(1, 700 + at) for at in range(EVENTS)]:
        subscribers.add(city.CENTRE, "交易中心", "department", endpoint=receiver.address("events"))
        append(
            [NewAct("repair", "penalty", making.key(1), city.AUTHORITY, {"reason": "已履行"}, "测试", record=record)]
        )
    for number in (1, 2):
        city.objection(people["subject" if number == 1 else "stranger"], city.ban(number, 900 + number), number)
    person = making.penalty(7, 7, subject_name="苏映雪", subject_kind="person", uscc=None, decided_on="2021-09-10")
    (old,) = append([NewAct("record", "penalty", PERSON, city.AUTHORITY, person, "甲", document=71)])
    clerk = people["steward"]
    mailing.add_contact(clerk.account_id, "sms", "13800000000")
    for at in range(EVENTS):
        notices.tell("account", str(clerk.account_id), "case.due", words={"kind": f"第 {at} 件"})
    messages, events = Message.objects.count(), Delivery.objects.count()
    assert messages >= EVENTS
    assert events >= EVENTS
    started = [worker(receiver), worker(receiver)]
    try:
        until = time.monotonic() + PATIENCE
        while _unfinished() and time.monotonic() < until and all(each.poll() is None for each in started):
            time.sleep(0.1)
        # Both go on for some more rounds, in which nothing may happen any more.
        time.sleep(1.0)
    finally:
        for each in started:
            each.send_signal(signal.SIGINT)
        told = [each.communicate(timeout=60)[1] for each in started]
    assert [each.returncode for each in started] == [0, 0], told
    assert not _unfinished(), told
    on_day(LATER)
    # Reminders of clocks that ran out queued more messages than there were; every one of all went once.
    assert Message.objects.count() >= messages
    wanted = {f"event {each}" for each in Delivery.objects.values_list("event", flat=True)}
    wanted |= {f"message gx-{each}" for each in Message.objects.values_list("pk", flat=True)}
    assert receiver.taken == Counter(dict.fromkeys(wanted, 1))
    assert set(Delivery.objects.values_list("state", "tries")) <= {("acknowledged", 0), ("acknowledged", 1)}
    assert set(Message.objects.values_list("state", "tries")) == {("sent", 1)}
    sent = Attempt.objects.exclude(message=None).values_list("message", flat=True)
    assert sorted(sent) == sorted(Message.objects.values_list("pk", flat=True))
    clocks = list(Reminder.objects.values_list("case", "clock", "started", "stage"))
    assert clocks
    assert len(clocks) == len(set(clocks))
    late = Notice.objects.filter(template="case.overdue").values_list("case", "to_kind", "to", "words")
    assert len(late) >= 2
    assert Entry.objects.filter(kind="destruction", record=old).count() == 1
    # What is left to a third: nothing at all.
    assert reminding.remind() == 0
    assert keeping.keep().destroyed == ()
    assert not any(count for done in dispatch.carry().values() for count in done.values())


def _unfinished() -> bool:
    late = clock.now() + timedelta(days=400)
    return (
        Delivery.objects.exclude(state="acknowledged").exists()
        or mailing.waiting(late).exists()
        or not Reminder.objects.exists()
        or not Entry.objects.filter(kind="destruction").exists()
    )
