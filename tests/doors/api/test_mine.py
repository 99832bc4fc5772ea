"""Consents and one's own record over the interface (授权与本主体接口): each key within its own, each act at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gongxin.spine import clock
from gongxin.spine.access.models import Body, ConsentRow, Look
from tests.doors.api.conftest import Caller
from tests.rooms.measures import city

pytestmark = pytest.mark.django_db
AGENCY = "91AGENCY00000001"
FIELDS = {"penalty": ["violation", "decided_on"]}


@pytest.fixture
def agency(issue: Callable[..., str]) -> Caller:
    Body.objects.create(code=AGENCY, name="安达信用评估有限公司", kind="agency")
    return Caller(issue("consents:write", "checks:write", body=AGENCY))


@pytest.fixture
def firm(issue: Callable[..., str]) -> Caller:
    Body.objects.create(code=city.FIRM_CODE, name="平陵某公司", kind="company")
    return Caller(issue("mine:read", "mine:write", body=city.FIRM_CODE))


def asked(**changed: Any) -> dict[str, Any]:
    until = (clock.today() + timedelta(days=20)).isoformat()
    return {"code": city.FIRM_CODE, "matter": "credit-service", "purpose": "经营贷款审批", "fields": FIELDS, "uses": 2,
            "until": until} | changed  # fmt: skip


def checked(agency: Caller, consent: str | None, **more: Any) -> Any:
    question = {"code": city.FIRM_CODE, "matter": "credit-service"} | more
    return agency.post("/checks", question | ({"consent": consent} if consent else {}))


def test_from_the_request_to_the_revocation(agency: Caller, firm: Caller, enter: Callable[..., int]) -> None:
    enter("penalty", city.FIRM)
    enter("honour", city.FIRM)
    assert checked(agency, None).status_code == 403
    made = agency.post("/consents/requests", asked())
    assert made.status_code == 201 and made.json()["state"] == "requested" and made.json()["token"] is None
    number = made.json()["number"]
    assert checked(agency, number).status_code == 403
    assert [each["number"] for each in firm.get("/mine/consents").json()] == [number]
    granted = firm.post(f"/mine/consents/{number}/answer", {"agree": True, "fields": {"penalty": ["violation"]}})
    assert granted.status_code == 200 and granted.json()["fields"] == {"penalty": ["violation"]}
    seen = checked(agency, granted.json()["token"])
    assert seen.status_code == 200
    said = seen.json()
    assert [set(each["fields"]) for each in said["for_reference"]] == [{"violation"}]
    assert said["must_act"] == [] and "honour" not in {each["item"] for each in said["none"]}
    acts = firm.get(f"/mine/consents/{number}").json()["acts"]
    assert [act["verb"] for act in acts] == ["request", "grant", "use"] and acts[-1]["look"] == said["check"]
    (look,) = [each for each in firm.get("/mine/looks").json() if each["kind"] == "consent"]
    assert look["consent"] == number and look["body_name"] == "安达信用评估有限公司"
    assert firm.post(f"/mine/consents/{number}/revoke", {}).json()["state"] == "revoked"
    again = checked(agency, number)
    assert again.status_code == 403 and again.json()["error"]["code"] == "access.consent_revoked"
    assert ConsentRow.objects.filter(number=number, verb="use").count() == 1


def test_the_short_way_hands_a_consent_to_the_long_one(agency: Caller) -> None:
    import asyncio

    from gongxin.doors.api.requests import CheckIn
    from gongxin.doors.api.thin import Thin, read_question

    question = b'{"code": "x", "matter": "credit-service", "consent": "SQ-1"}'
    assert isinstance(read_question(question), CheckIn)
    went: list[str] = []

    async def otherwise(scope: Any, receive: Any, send: Any) -> None:
        went.append("long")

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": question, "more_body": False}

    async def send(message: Any) -> None:
        went.append(str(message.get("status", "")))

    async def ask() -> None:
        thin = Thin(otherwise)
        key = str(agency._headers["Authorization"]).encode()
        from gongxin.doors.api.keys import Caller as Known
        from gongxin.doors.api.keys import keyring

        keyring._known[key] = (1e18, Known(1, "x", AGENCY, "", "agency", frozenset({"checks:write"}), 600, None))
        await thin({"headers": [(b"authorization", key)]}, receive, send)

    asyncio.run(ask())
    assert went == ["long"]


def test_a_key_reaches_its_own_alone(agency: Caller, firm: Caller, issue: Callable[..., str]) -> None:
    number = agency.post("/consents/requests", asked()).json()["number"]
    Body.objects.create(code=city.TRADER_CODE, name="别家", kind="company")
    other = Caller(issue("mine:read", "mine:write", "consents:write", body=city.TRADER_CODE))
    for answer in (
        other.get(f"/mine/consents/{number}"),
        other.post(f"/mine/consents/{number}/answer", {"agree": True}),
        other.post(f"/mine/consents/{number}/revoke", {}),
        other.get(f"/consents/{number}"),
        firm.get("/mine/consents/SQ-2026-0101-NOTHING"),
    ):
        assert answer.status_code == 404
    assert agency.get("/mine").status_code == 403
    assert firm.get("/consents").status_code == 403
    assert other.get("/mine/consents").json() == []


def test_what_the_law_leaves_no_room_for_is_refused_with_its_way_forward(agency: Caller, firm: Caller) -> None:
    for changed in (
        {"matter": "procurement"},
        {"fields": {"penalty": ["legal_rep_id"]}},
        {"uses": 9999},
        {"until": "2020-01-01"},
    ):
        refused = agency.post("/consents/requests", asked(**changed))
        assert refused.status_code == 403, changed
        assert refused.json()["error"]["way_forward"]
    assert agency.post("/consents/requests", asked(matter="none")).status_code == 422
    assert not ConsentRow.objects.exists()


def test_a_request_says_the_same_of_somebody_and_of_nobody(agency: Caller, enter: Callable[..., int]) -> None:
    from gongxin.spine.ledger.acts import person_key

    number = city.PERSON_NUMBER
    before = agency.post("/consents/requests", asked(code=number)).json()
    enter("penalty", person_key(number), subject_kind="person", uscc="", person_id=number)
    after = agency.post("/consents/requests", asked(code=number)).json()
    assert {**before, "number": ""} == {**after, "number": ""}
    assert number not in repr(before)


def test_everything_held_and_who_looked(firm: Caller, enter: Callable[..., int]) -> None:
    record = enter("penalty", city.FIRM)
    told = firm.get("/mine").json()
    assert [each["record"] for each in told["entries"]] == [record]
    assert Look.objects.get(number=told["look"]).via == "api"
    assert firm.post("/mine/consents", asked(body="11NOBODY")).status_code == 422
    given = {key: value for key, value in asked(body="11NOBODY").items() if key != "code"}
    assert firm.post("/mine/consents", given).json()["error"]["code"] == "consent.body"


def test_the_counts_are_open_to_everybody_and_name_nobody() -> None:
    rows = Caller(None).get("/oversight/looks").json()
    assert rows and all(set(row) == {"rule", "name", "standing", "asked"} for row in rows)
