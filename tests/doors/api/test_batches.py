"""Reporting over the interface (报送接口)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gongxin.rooms.intake.work import run_pending
from gongxin.spine.access.models import Look
from tests.doors.api.conftest import Caller
from tests.rooms.measures import city

pytestmark = pytest.mark.django_db(transaction=True)
Issue = Callable[..., str]
HEADINGS = "企业名称,统一社会信用代码,荣誉名称,级别,认定日期,认定单位"
GOOD = f"恒砾建筑工程有限公司,{city.FIRM_CODE},守合同重信用企业,市级,2026-11-20,平陵市市场监督管理局"
BAD = f"恒砾建筑工程有限公司,{city.FIRM_CODE[:-1]}K,守合同重信用企业,市级,2026-13-40,平陵市市场监督管理局"


def file(*rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("荣誉.csv", "\n".join([HEADINGS, *rows]).encode(), content_type="text/csv")


@pytest.fixture
def department(issue: Issue, on_the_day: None) -> Caller:
    """A department's own system."""
    return Caller(issue("batches:write", "validate:write", body=city.BUREAU))


def test_a_file_is_received_run_and_accounted_for(department: Caller) -> None:
    sent = department.upload("/batches", {"file": file(GOOD, BAD), "item": "honour"})
    assert sent.status_code == 202
    told = sent.json()
    assert (told["state"], told["provider"], told["issues"]) == ("queued", city.BUREAU, [])
    run_pending()
    done = department.get(f"/batches/{told['batch']}").json()
    assert (done["state"], done["received"]) == ("done", 2)
    assert done["accepted"] + done["duplicates"] + done["refused"] + done["waiting"] == 2
    issues = department.get(f"/batches/{told['batch']}/issues").json()
    assert issues["total"] == len(issues["issues"]) > 0
    assert {"row", "column", "code", "value", "message", "suggestion", "clause"} <= set(issues["issues"][0])
    assert Look.objects.get().subject == f"batch:{told['batch']}"


def test_the_same_file_sent_again_does_no_harm(department: Caller) -> None:
    for _ in range(2):
        department.upload("/batches", {"file": file(GOOD), "item": "honour"})
    first, second = run_pending()
    assert (first.accepted, second.accepted, second.duplicates) == (1, 0, 1)


def test_a_repeated_upload_is_one_batch(department: Caller) -> None:
    told = [
        department.upload("/batches", {"file": file(GOOD), "item": "honour"}, Idempotency_Key="u-1").json()["batch"]
        for _ in range(2)
    ]
    assert told[0] == told[1]
    other = department.upload("/batches", {"file": file(GOOD, BAD), "item": "honour"}, Idempotency_Key="u-1")
    assert other.status_code == 409


def test_a_file_is_checked_without_leaving_a_trace(department: Caller) -> None:
    report = department.upload("/validate", {"file": file(GOOD, BAD), "item": "honour"})
    assert report.status_code == 200
    told = report.json()
    assert told["batch"] is None
    assert told["accepted"] + told["refused"] + told["waiting"] == 2
    assert department.get("/batches/1").status_code == 404


def test_another_bodys_batch_is_not_there(department: Caller, issue: Issue) -> None:
    number = department.upload("/batches", {"file": file(GOOD), "item": "honour"}).json()["batch"]
    other = Caller(issue("batches:write", body=city.ORGAN))
    assert other.get(f"/batches/{number}").status_code == 404
    assert other.get(f"/batches/{number}/issues").status_code == 404


def test_an_unknown_item_and_an_unreadable_file_are_told(department: Caller) -> None:
    refused = department.upload("/batches", {"file": file(GOOD), "item": "score"})
    assert (refused.status_code, refused.json()["error"]["issues"][0]["code"]) == (422, "item.unknown")
    unreadable = department.upload("/validate", {"file": SimpleUploadedFile("a.xlsx", b"PK nonsense")})
    assert (unreadable.status_code, unreadable.json()["error"]["code"]) == (422, "file.unreadable")
    assert department.upload("/batches", {"item": "honour"}).status_code == 422
