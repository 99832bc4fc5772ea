"""Checks over the interface (核查接口): keys, scopes, rates, repeats, outcomes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from gongxin.doors.api import keys
from gongxin.rooms.measures import check
from gongxin.spine.access import looks
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import ApiKey, Look
from tests.doors.api.conftest import Caller
from tests.rooms.measures import city

Issue = Callable[..., str]
Enter = Callable[..., int]
QUESTION = {"code": city.FIRM_CODE, "matter": "procurement"}


def test_the_answer_is_the_rooms_answer(caller: Caller, enter: Enter, officer: Viewer) -> None:
    enter("procurement-violation", city.FIRM)
    answered = caller.post("/checks", QUESTION)
    assert answered.status_code == 200
    expected: Any = check.check(officer, city.FIRM_CODE, "procurement")
    told = answered.json()
    assert {**told, "check": ""} == {**expected, "check": ""}
    look = Look.objects.get(number=told["check"])
    assert (look.body, look.via, look.viewer) == (city.CENTRE, "api", "密钥 业务系统")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer gx00000000.unknown"])
def test_without_a_good_key_there_is_nothing(bodies: None, header: str | None) -> None:
    nobody = Caller(None)
    if header is not None:
        nobody._headers["Authorization"] = header
    refused = nobody.post("/checks", QUESTION)
    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "key.invalid"
    assert Look.objects.count() == 0


def test_an_expired_key_works_through_its_last_day(issue: Issue, on_day: Callable[[date], None], enter: Enter) -> None:
    caller = Caller(issue("checks:write", expires=date(2026, 11, 23)))
    assert caller.post("/checks", QUESTION).status_code == 200
    on_day(date(2026, 11, 24))
    keys.keyring.forget()
    assert caller.post("/checks", QUESTION).status_code == 401


def test_a_withdrawn_key_stops_within_seconds(caller: Caller, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    assert caller.post("/checks", QUESTION).status_code == 200
    ApiKey.objects.update(revoked=timezone.now())
    now = keys.time.monotonic()
    monkeypatch.setattr(keys.time, "monotonic", lambda: now + keys.REMEMBERED + 1)
    assert caller.post("/checks", QUESTION).status_code == 401


def test_a_key_is_kept_as_a_digest_only(issue: Issue) -> None:
    secret = issue("checks:write")
    kept = ApiKey.objects.get()
    assert secret.split(".")[1] not in f"{kept.digest}{kept.prefix}{kept.label}"


def test_a_key_does_what_its_scopes_say(issue: Issue, enter: Enter) -> None:
    refused = Caller(issue("search:read")).post("/checks", QUESTION)
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "key.scope"


def test_a_key_asks_so_often_and_no_more(issue: Issue, enter: Enter) -> None:
    caller = Caller(issue("checks:write", rate=2))
    assert [caller.post("/checks", QUESTION).status_code for _ in range(3)] == [200, 200, 429]
    refused = caller.post("/checks", QUESTION)
    assert int(refused["Retry-After"]) >= 1
    assert Look.objects.count() == 2


def test_the_law_decides_who_may_ask(issue: Issue, enter: Enter) -> None:
    refused = Caller(issue("checks:write", body=city.OFFICE)).post("/checks", QUESTION)
    assert refused.status_code == 403
    error = refused.json()["error"]
    assert error["clause"].startswith("政府采购法")
    assert error["way_forward"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({**QUESTION, "code": "91130100MA0DEM0H4K"}, 422, "data.invalid"),
        ({**QUESTION, "as_of": "2026-11-24"}, 422, "data.invalid"),
        ({**QUESTION, "as_of": "soon"}, 422, "data.invalid"),
        ({**QUESTION, "score": True}, 422, "data.invalid"),
        ({"code": city.FIRM_CODE}, 422, "data.invalid"),
        ({**QUESTION, "matter": "marriage"}, 403, "access.matter"),
        ("not json", 400, "body.unreadable"),
        ("[1]", 422, "data.invalid"),
    ],
)
def test_what_is_wrong_is_said(caller: Caller, enter: Enter, body: Any, status: int, code: str) -> None:
    refused = caller.post("/checks", body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)


def test_a_typing_slip_gets_a_hint(caller: Caller, enter: Enter) -> None:
    refused = caller.post("/checks", {**QUESTION, "code": "911301OOMA0DEM0H4J"})
    assert refused.json()["error"]["issues"][0]["suggestion"] == city.FIRM_CODE


def test_without_the_log_there_is_no_answer(caller: Caller, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_draft: object) -> None:
        raise looks.LogUnavailable("disk full")

    monkeypatch.setattr(looks, "write", full)
    refused = caller.post("/checks", QUESTION)
    assert refused.status_code == 503
    error = refused.json()["error"]
    assert error["ticket"] in error["way_forward"]
    assert "disk full" not in refused.content.decode()


def test_a_repeated_request_is_answered_once(caller: Caller, enter: Enter) -> None:
    enter("penalty", city.FIRM)
    first = caller.post("/checks", QUESTION, Idempotency_Key="k-1")
    again = caller.post("/checks", QUESTION, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"
    assert Look.objects.count() == 1
    other = caller.post("/checks", {**QUESTION, "case_no": "2"}, Idempotency_Key="k-1")
    assert (other.status_code, other.json()["error"]["code"]) == (409, "repeat.other_request")


def test_a_refused_request_may_be_repeated_put_right(caller: Caller, enter: Enter) -> None:
    assert caller.post("/checks", {**QUESTION, "matter": "marriage"}, Idempotency_Key="k-2").status_code == 403
    assert caller.post("/checks", QUESTION, Idempotency_Key="k-2").status_code == 200


def test_an_outcome_is_stated_and_read_back(caller: Caller, enter: Enter) -> None:
    enter("procurement-violation", city.FIRM)
    number = caller.post("/checks", QUESTION).json()["check"]
    stated = caller.post(f"/checks/{number}/outcome", {"kind": "restricted", "document_no": "平交易〔2026〕52 号"})
    assert stated.status_code == 201
    assert stated.json()["kind"] == "restricted"
    kept = caller.get(f"/checks/{number}").json()
    assert (kept["must_act"], kept["for_reference"]) == (1, 0)
    assert [each["kind"] for each in kept["outcomes"]] == ["restricted"]
    refused = caller.post(f"/checks/{number}/outcome", {"kind": "not_restricted"})
    assert refused.status_code == 422
    assert refused.json()["error"]["issues"][0]["column"] == "reason"


def test_another_bodys_check_is_not_found(caller: Caller, issue: Issue, enter: Enter) -> None:
    number = caller.post("/checks", QUESTION).json()["check"]
    other = Caller(issue("checks:write", body=city.ORGAN))
    assert other.get(f"/checks/{number}").status_code == 404
    assert other.post(f"/checks/{number}/outcome", {"kind": "restricted"}).status_code == 404
