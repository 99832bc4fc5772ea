"""Cases over the interface (案件接口): bodies' keys, repeats, strangers, attachments, progress, timeliness."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongxin.rooms.remedy import notifying
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account
from gongxin.spine.cases import attachments
from gongxin.spine.cases.models import Case
from gongxin.spine.outbox.models import Notice
from tests.doors.api.conftest import Caller
from tests.rooms.remedy import city
from tests.rooms.remedy.city import DECIDER, FINDINGS, TEXT
from tests.spine import making

PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def bodies(people: dict[str, Viewer]) -> None:
    """The bodies of the cases instead of those of the checks."""


@pytest.fixture
def people(db: Any, on_day: Callable[[str], None]) -> dict[str, Viewer]:
    on_day("2026-09-28")
    return city.people()


@pytest.fixture
def company(issue: Callable[..., str]) -> Caller:
    return Caller(issue("cases:write", body=making.uscc(1)))


@pytest.fixture
def authority(issue: Callable[..., str]) -> Caller:
    return Caller(issue("cases:write", body=city.AUTHORITY))


def asked(record: int, **changed: Any) -> dict[str, Any]:
    return {
        "kind": "objection", "code": making.uscc(1), "record": record, "fields": {"ground": "facts", "text": TEXT}, **changed,
    }  # fmt: skip


def test_the_notice_that_goes_with_a_decision_and_who_was_not_served(company: Caller, authority: Caller) -> None:
    record = city.penalty(decided_on="2026-09-20")
    notifying.send()
    told = authority.get("/cases/unserved").json()
    assert told == {"total": 1, "page": 1, "unserved": [{"record": record, "item": "penalty", "made_on": "2026-09-28"}]}
    assert company.get("/cases/unserved").json()["total"] == 0
    notice = company.get(f"/records/{record}/repair-notice").json()
    assert notice["record"] == record and notice["clauses"] and notice["remedies"] and notice["steps"]
    assert authority.get(f"/records/{record}/repair-notice").status_code == 200
    for gone in (record + 1, 10**18, -1):
        assert company.get(f"/records/{gone}/repair-notice").status_code == 404, gone


def test_a_case_is_handed_to_somebody_of_the_same_body(
    company: Caller, authority: Caller, people: dict[str, Viewer]
) -> None:
    number = company.post("/cases", asked(city.penalty())).json()["number"]
    Account.objects.create(username="second", body_id=city.AUTHORITY, role="steward")
    path, said = f"/cases/{number}/hand-over", {"username": "second", "reason": "经办人休假"}
    assert company.post(path, said).status_code == 403
    strange = authority.post(path, {**said, "username": "centre"}, Accept_Language="en").json()
    assert strange["error"]["code"] == "case.handler" and strange["error"]["message"].isascii()
    assert authority.post(path, said).json()["number"] == number
    assert [each.template for each in Notice.objects.filter(to_kind="account")] == ["case.handed-over"]


def test_from_objection_to_decision(company: Caller, authority: Caller, issue: Callable[..., str]) -> None:
    record = city.penalty()
    opened = company.post("/cases", asked(record), Idempotency_Key="a-1")
    assert opened.status_code == 201, opened.content
    again = company.post("/cases", asked(record), Idempotency_Key="a-1")
    assert again.json() == opened.json() and again["Idempotency-Replayed"] == "true" and Case.objects.count() == 1
    assert company.post("/cases", asked(record)).status_code == 409
    number, receipt = opened.json()["number"], opened.json()["receipt"]
    line = Caller(None).get(f"/subjects/{making.uscc(1)}").json()["lines"][0]
    assert line["marks"][0]["id"] == "objected" and line["marks"][0]["text_en"]
    assert Caller(None).get(f"/search?text={making.uscc(1)}").json()["hits"][0]["marked"] == 1

    shown = authority.get(f"/cases/{number}").json()
    assert shown["side"] == "authority" and {"uphold", "reject"} <= {each["verb"] for each in shown["allowed"]}
    assert [row["number"] for row in authority.get("/cases?closed=false").json()["cases"]] == [number]
    faulty = authority.post(f"/cases/{number}/acts/reject", {"fields": {"findings": "1. 无误", "decided_by": DECIDER}})
    assert faulty.status_code == 422 and faulty.json()["error"]["code"] == "case.points"
    done = authority.post(f"/cases/{number}/acts/reject", {"fields": {"findings": FINDINGS, "decided_by": DECIDER}})
    assert done.status_code == 200 and done.json()["state"] == "rejected"
    assert authority.post(f"/cases/{number}/acts/reject", {"fields": {}}).status_code == 409

    stranger = Caller(issue("cases:write", body=making.uscc(2)))
    assert stranger.get(f"/cases/{number}").status_code == stranger.get("/cases/YY-2026-000999").status_code == 404
    assert stranger.get("/cases").json()["total"] == 0
    assert stranger.post("/cases", asked(record)).status_code == 403

    progress = Caller(None).post("/cases/progress", {"number": number, "receipt": receipt})
    assert progress.json()["state"] == "rejected" and "acts" not in progress.json()
    assert Caller(None).post("/cases/progress", {"number": number, "receipt": "AAAA"}).status_code == 404
    counted = Caller(None).get("/cases/timeliness").json()["rows"]
    assert {(row["body"], row["clock"]) for row in counted} == {("office", "answer"), ("office", "forward")}


def test_attachments_come_back_to_be_saved_alone(
    company: Caller, authority: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(attachments.SCAN_COMMAND, raising=False)
    number = company.post("/cases", asked(city.penalty())).json()["number"]
    kept = company.upload(f"/cases/{number}/attachments", {"file": SimpleUploadedFile("证明.pdf", PDF)})
    assert kept.status_code == 201, kept.content
    bad = company.upload(f"/cases/{number}/attachments", {"file": SimpleUploadedFile("证明.pdf", b"<script>")})
    assert bad.status_code == 422
    back = authority.get(f"/cases/{number}/attachments/{kept.json()['attachment']}")
    assert back.content == PDF and back["Content-Type"] == "application/octet-stream"
    assert back["Content-Disposition"].startswith("attachment")
    assert authority.get(f"/cases/{number}/attachments/999").status_code == 404


def test_a_key_without_the_scope_has_no_cases(issue: Callable[..., str]) -> None:
    caller = Caller(issue("checks:write", body=city.AUTHORITY))
    assert caller.get("/cases").status_code == 403
    assert Caller(None).get("/cases").status_code == 401
