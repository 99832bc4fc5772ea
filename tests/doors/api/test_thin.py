"""The short way (核查快路): the same answers as the long way, whatever the data, and the same care."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxin.doors.api import thin as door
from gongxin.doors.api.thin import Thin
from gongxin.rooms.measures import answer, check, queue
from gongxin.rooms.measures.quick import Desk
from gongxin.spine.access.commit import LookWriter
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.looks import LogUnavailable
from gongxin.spine.access.models import Look
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from tests.examples import how_many
from tests.rooms.measures import city

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., int]
QUESTION = {"code": city.FIRM_CODE, "matter": "procurement"}
HANDED_ON = 299


async def otherwise(scope: Any, receive: Any, send: Any) -> None:
    """Stand in for the long way: say what arrived."""
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": HANDED_ON, "headers": []})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def thin(fresh_counters: None) -> Iterator[Thin]:
    """A short way of its own, closed at the end."""
    application = Thin(otherwise)
    yield application
    application.stop()


def call(application: Thin, body: Any, *headers: tuple[str, str]) -> tuple[int, Any, dict[str, str]]:
    """Send one request on the short way."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "headers": [(name.lower().encode(), value.encode()) for name, value in headers]}
    asyncio.run(application(scope, receive, send))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], json.loads(sent[1]["body"]), told


@pytest.fixture
def key(issue: Callable[..., str]) -> tuple[str, str]:
    """The header of a caller who may check."""
    return ("Authorization", f"Bearer {issue('checks:write', rate=100_000)}")


def test_a_check_is_answered_and_logged(thin: Thin, key: tuple[str, str], enter: Enter, officer: Viewer) -> None:
    enter("procurement-violation", city.FIRM)
    status, told, headers = call(thin, QUESTION, key)
    assert status == 200
    assert headers["cache-control"] == "no-store"
    look = Look.objects.get(number=told["check"])
    assert (look.must, look.reference, look.via, look.body) == (1, 0, "api", city.CENTRE)
    expected: Any = check.check(officer, city.FIRM_CODE, "procurement")
    assert {**told, "check": ""} == {**expected, "check": ""}
    assert look.answer_digest == Look.objects.get(number=expected["check"]).answer_digest


KINDS = st.sampled_from(["警告", "罚款", "罚款;没收违法所得", "吊销许可证件", "责令停产停业", "行政拘留", ""])
DAYS = st.dates(date(2019, 1, 1), date(2026, 11, 23)).map(date.isoformat)
PENALTIES = st.fixed_dictionaries(
    {
        "penalty_kinds": KINDS,
        "fine_wan": st.sampled_from(["", "0.1", "3", "199.99", "200", "9000"]),
        "decided_on": DAYS,
        "basis": st.sampled_from(
            ["《中华人民共和国政府采购法》第七十七条", "《中华人民共和国食品安全法》第一百二十四条"]
        ),
        "authority": st.sampled_from(["平陵市财政局", ""]),
        "document_no": st.sampled_from(["平财罚〔2026〕1号", ""]),
        "violation": st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12),
    }
)
VIOLATIONS = st.fixed_dictionaries(
    {
        "penalty_content": st.sampled_from(
            [
                "一年内禁止参加政府采购活动",
                "在一至三年内禁止参加政府采购活动",
                "三年内禁止参加湖南省政府采购活动",
                "警告",
            ]
        ),
        "decided_on": DAYS,
        "announced_on": DAYS,
    }
)
HONOURS = st.fixed_dictionaries({"decided_on": DAYS, "level": st.sampled_from(["市级", "省级"])})
RECORDS = st.one_of(
    st.tuples(st.just("penalty"), PENALTIES),
    st.tuples(st.just("procurement-violation"), VIOLATIONS),
    st.tuples(st.just("honour"), HONOURS),
)
ACTS = st.lists(st.sampled_from(["withdrawal", "performance", "removal", "repair"]), max_size=2)
CODES = st.sampled_from([city.FIRM_CODE, city.OTHER_CODE, city.TRADER_CODE])
MATTERS = st.sampled_from(["procurement", "tendering"])


@settings(
    max_examples=how_many(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(st.tuples(RECORDS, st.sampled_from([city.FIRM, city.OTHER]), ACTS), max_size=4),
    st.lists(st.tuples(CODES, MATTERS), min_size=1, max_size=4),
)
def test_both_ways_give_the_same_answer_for_any_data(
    thin: Thin, key: tuple[str, str], enter: Enter, officer: Viewer, records: Any, questions: Any
) -> None:
    for (item, payload), subject, acts in records:
        code = subject.partition(":")[2]
        record = enter(item, subject, **{**payload, "uscc": code})
        for kind in acts:
            append([NewAct(kind, item, subject, city.BUREAU, {"reason": "测试"}, "测试", record=record)])
    for code, matter in questions:
        status, told, _ = call(thin, {"code": code, "matter": matter}, key)
        expected = check.check(officer, code, matter)
        assert status == 200
        assert isinstance(expected, dict)
        number = told.pop("check")
        assert list(told) == list(expected)[1:]
        content = {name: value for name, value in expected.items() if name != "check"}
        assert answer.as_bytes(told) == answer.as_bytes(content)
        assert Look.objects.get(number=number).answer_digest == answer.digest_of(answer.as_bytes(content))


def test_what_is_added_to_a_record_is_seen_at_once(thin: Thin, key: tuple[str, str], enter: Enter) -> None:
    record = enter("procurement-violation", city.FIRM)
    assert call(thin, QUESTION, key)[1]["must_act"]
    append(
        [
            NewAct(
                "withdrawal", "procurement-violation", city.FIRM, city.BUREAU, {"reason": "撤销"}, "测试", record=record
            )
        ]
    )
    assert call(thin, QUESTION, key)[1]["must_act"] == []


def test_the_next_day_is_another_day(
    thin: Thin, key: tuple[str, str], enter: Enter, on_day: Callable[[date], None]
) -> None:
    enter("procurement-violation", city.FIRM)
    last = date.fromisoformat(call(thin, QUESTION, key)[1]["must_act"][0]["effect_until"])
    on_day(last)
    assert call(thin, QUESTION, key)[1]["must_act"]
    on_day(last + timedelta(days=1))
    assert call(thin, QUESTION, key)[1]["must_act"] == []


def test_incomplete_entries_reach_the_office(thin: Thin, key: tuple[str, str], enter: Enter) -> None:
    record = enter("procurement-violation", city.FIRM, authority="")
    assert call(thin, QUESTION, key)[1]["must_act"] == []
    assert [each.record for each in queue.waiting()] == [record]


def test_nothing_leaves_when_the_log_cannot_be_written(
    thin: Thin, key: tuple[str, str], enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter("procurement-violation", city.FIRM)

    async def full(_self: object, _draft: object) -> None:
        raise LogUnavailable("disk full")

    monkeypatch.setattr(LookWriter, "commit", full)
    status, told, _ = call(thin, QUESTION, key)
    assert status == 503
    assert told["error"]["ticket"].startswith("GZ-")
    assert "disk full" not in str(told)
    assert "must_act" not in told


def test_the_answer_waits_until_its_look_is_durable(
    thin: Thin, key: tuple[str, str], enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter("procurement-violation", city.FIRM)
    order: list[str] = []
    commit, send = LookWriter.commit, door._send

    async def committing(self: LookWriter, draft: Any) -> Any:
        receipt = await commit(self, draft)
        order.append("durable" if Look.objects.filter(number=receipt.number).exists() else "not durable")
        return receipt

    async def sending(*arguments: Any) -> None:
        order.append("sent")
        await send(*arguments)

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    monkeypatch.setattr(LookWriter, "commit", committing)
    monkeypatch.setattr(door, "_send", sending)
    call(thin, QUESTION, key)
    assert order == ["durable", "sent"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({**QUESTION, "as_of": "2026-05-01"}, []),
        (QUESTION, [("Idempotency-Key", "k")]),
        ({"code": city.PERSON_NUMBER, "matter": "recruitment", "case_no": "1"}, []),
    ],
)
def test_what_is_not_plain_takes_the_long_way_whole(
    thin: Thin, key: tuple[str, str], enter: Enter, body: Any, headers: list[tuple[str, str]]
) -> None:
    status, told, _ = call(thin, body, key, *headers)
    assert (status, told) == (HANDED_ON, body)


def test_a_subject_under_two_keys_takes_the_long_way(thin: Thin, key: tuple[str, str], enter: Enter) -> None:
    enter("penalty", city.OTHER, uscc=city.OTHER_CODE)
    judgement = {"left": city.FIRM, "right": city.OTHER, "judgement": "same", "reason": "更名"}
    append([NewAct("judgement", "identity", city.FIRM, city.BUREAU, judgement, "测试")])
    assert call(thin, QUESTION, key)[0] == HANDED_ON


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"nonsense", 400, "body.unreadable"),
        (b"", 400, "body.unreadable"),
        (b"[]", 422, "data.invalid"),
        (b'{"code":1}', 422, "data.invalid"),
        (b"x" * 20_000, 413, "body.too_large"),
        (json.dumps({**QUESTION, "matter": "marriage"}).encode(), 403, "access.matter"),
        (json.dumps({**QUESTION, "matter": "licensing"}).encode(), 403, "matter.body"),
        (json.dumps({**QUESTION, "code": "1"}).encode(), 422, "data.invalid"),
    ],
)
def test_what_is_wrong_is_said_as_on_the_long_way(
    thin: Thin, key: tuple[str, str], enter: Enter, body: bytes, status: int, code: str
) -> None:
    got, told, _ = call(thin, body, key)
    assert (got, told["error"]["code"]) == (status, code)
    assert set(told) == {"error"}
    assert {"code", "message", "way_forward"} <= set(told["error"])


def test_keys_and_rates_hold_here_too(thin: Thin, issue: Callable[..., str], enter: Enter) -> None:
    assert call(thin, QUESTION)[0] == 401
    assert call(thin, QUESTION, ("Authorization", "Bearer no"))[0] == 401
    assert call(thin, QUESTION, ("Authorization", f"Bearer {issue('search:read')}"))[0] == 403
    narrow = ("Authorization", f"Bearer {issue('checks:write', rate=1)}")
    assert [call(thin, QUESTION, narrow)[0] for _ in range(2)] == [200, 429]


def test_an_unopened_desk_closes_quietly() -> None:
    Desk().stop()
