"""The page for holders of copies (订阅说明): its client is run as it stands there, against real events."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from gongxin.doors.notices import webhooks
from gongxin.spine import secrets
from gongxin.spine.ledger.append import append
from gongxin.spine.outbox import events, subscribers
from gongxin.spine.outbox.models import Event
from gongxin.spine.outbox.subscribers import FIRST_WAIT, LONGEST_WAIT
from tests.spine import making

PAGE = Path(__file__).resolve().parents[2] / "docs" / "subscribing.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.fixture
def client() -> dict[str, Any]:
    """Return the names of the client on the page."""
    code = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert code is not None
    names: dict[str, Any] = {}
    exec(compile(code[1], str(PAGE), "exec"), names)  # the page's own code is what is tested
    return names


@pytest.mark.django_db
def test_the_client_on_the_page_works_events_in_once(client: dict[str, Any], on_day: Any) -> None:
    on_day("2026-06-01")
    holder = subscribers.add("HOLDER", "晓信信用服务", "agency")
    record = append([making.record()])[0]
    append([making.upon(record, "repair", repaired_on="2026-06-01")])
    event = Event.objects.get()
    told = {"id": event.pk, "digest": event.digest, "signature": event.signature, "key": event.key, "body": event.body}
    public = secrets.public_keys()[event.key].hex()
    seen: set[int] = set()
    applied: list[dict[str, Any]] = []
    for _each in range(2):
        said = client["worked_in"](told, public, seen, applied.append)
    assert [each["state"] for each in applied] == ["repaired"], "twice sent, once worked in"
    assert subscribers.acknowledge(holder, said["event"], said["digest"]).state == "acknowledged"


@pytest.mark.django_db
@pytest.mark.parametrize("touched", ["body", "digest", "signature", "key"])
def test_the_client_on_the_page_refuses_what_is_not_ours(client: dict[str, Any], touched: str, on_day: Any) -> None:
    on_day("2026-06-01")
    record = append([making.record()])[0]
    append([making.upon(record, "repair", repaired_on="2026-06-01")])
    event = Event.objects.get()
    told = {"id": event.pk, "digest": event.digest, "signature": event.signature, "body": event.body}
    public = secrets.public_keys()[event.key].hex()
    if touched == "key":
        public = "11" * 32
    elif touched == "body":
        told["body"] = told["body"].replace("repaired", "effective")
    else:
        told[touched] = ("0" if told[touched][0] != "0" else "1") + told[touched][1:]
    with pytest.raises(ValueError, match=r"changed|platform"):
        client["worked_in"](told, public, set(), lambda told: pytest.fail("worked in"))


def test_the_page_says_what_the_code_does() -> None:
    kinds = set(re.findall(r"`([a-z-]+)`", next(line for line in TEXT.splitlines() if line.startswith("| `event`"))))
    assert kinds - {"event"} == events.TOLD | {events.LAW}
    assert webhooks.TIMEOUT == 10 and "ten seconds" in TEXT
    assert FIRST_WAIT.total_seconds() == 60 and LONGEST_WAIT.total_seconds() == 6 * 3600
    assert events.NOTE == b"gongxin event\n" and "gongxin event" in TEXT
