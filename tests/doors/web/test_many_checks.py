"""Lists on the page (批量核查页), watching from the page, and a page that cannot answer."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from gongxin.rooms.measures import handed_in, outcomes, watching
from gongxin.rooms.measures.models import ScreenJob, Watch
from gongxin.spine.access.models import Look, LookBatch
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.doors.web.standing import people, town

__all__ = ["people", "town"]

SignedIn = Callable[[str], Client]
CASE = {"matter": "procurement", "code": place.BUILDER, "case_no": "PL-ZB-2026-0917"}


def sheet(rows: list[list[Any]]) -> SimpleUploadedFile:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    target = io.BytesIO()
    book.save(target)
    return SimpleUploadedFile("投标单位.xlsx", target.getvalue())


def handed(officer: Client, **given: Any) -> ScreenJob:
    answer = officer.post(reverse("web:check-many"), {"matter": "procurement", "case_no": "PL-1", **given})
    assert answer.status_code == 302, answer.content.decode()
    assert handed_in.run_waiting() == {"done": 1, "failed": 0}
    return ScreenJob.objects.latest("at")


@pytest.mark.django_db
def test_a_workbook_goes_in_and_comes_back_answered(town: Town, signed_in: SignedIn) -> None:
    officer = signed_in("officer")
    formula = '=HYPERLINK("http://elsewhere/","x")'
    rows = [
        ["评标一览表"],
        ["序号", "单位名称", "统一社会信用代码"],
        [1, "甲", place.BUILDER],
        [2, formula, place.FIRM],
        [3, "丙", "坏码"],
    ]
    rows[3][1] = "'" + formula
    job = handed(officer, file=sheet(rows))
    page = officer.get(reverse("web:check-list", args=[job.pk]))
    assert page.status_code == 200 and job.said["check"] in page.content.decode()
    assert LookBatch.objects.get(number=job.said["check"]).count == 2
    assert outcomes.pending(place.CENTRE, place.TODAY) == [], "outcomes are owed for checks, not for lists"
    back = officer.get(reverse("web:check-list-file", args=[job.pk]))
    answered = load_workbook(io.BytesIO(back.getvalue()))["核查结果"]
    told = [list(row) for row in answered.iter_rows(values_only=True)]
    assert told[0][:3] == ["序号", "单位名称", "统一社会信用代码"]
    found = {name: place_ for place_, name in enumerate(told[0])}
    assert [row[found["须依法处理（条）"]] for row in told[1:]] == [1, 0, None]
    assert told[3][found["代码的问题"]]
    assert all(cell.data_type != "f" for row in answered.iter_rows() for cell in row)
    # Another officer's list is not there, nor is one that is kept no longer.
    assert signed_in("operator").get(reverse("web:check-list", args=[job.pk])).status_code == 403
    ScreenJob.objects.update(at=job.at - 2 * handed_in.KEPT)
    assert officer.get(reverse("web:check-list", args=[job.pk])).status_code == 404
    assert handed_in.forget_old() == 1


@pytest.mark.django_db
def test_a_pasted_column_with_or_without_heading(town: Town, signed_in: SignedIn) -> None:
    officer = signed_in("officer")
    for text in (
        f"{place.BUILDER}\n{place.FIRM}",
        f"统一社会信用代码\t备注\n{place.BUILDER}\t=1+1\n{place.FIRM}\t#N/A",
    ):
        job = handed(officer, codes=text)
        assert (job.rows, job.said["must_act"], job.said["invalid"]) == (2, 1, 0)
    back = officer.get(reverse("web:check-list-file", args=[job.pk]))
    cells = [cell for row in load_workbook(io.BytesIO(back.getvalue()))["核查结果"].iter_rows() for cell in row]
    assert {cell.value for cell in cells} >= {"=1+1", "#N/A"} and not {cell.data_type for cell in cells} & {"f", "e"}
    for given, says in (
        ({"codes": ""}, "请粘贴"), ({"codes": "没有代码的一行\n又一行"}, "没有找到代码列"),
        ({"codes": place.FIRM, "matter": "recruitment"}, "请选择办理事项"),
        ({"file": SimpleUploadedFile("a.xlsx", b"PK junk")}, "wrong"),
    ):  # fmt: skip
        refused = officer.post(reverse("web:check-many"), {"matter": "procurement", **given})
        assert refused.status_code == 422 and says in refused.content.decode()
    assert ScreenJob.objects.count() == 2


@pytest.mark.django_db
def test_a_case_is_asked_again_and_watched(town: Town, signed_in: SignedIn) -> None:
    officer = signed_in("officer")
    first = officer.post(reverse("web:check"), CASE).content.decode()
    number = Look.objects.exclude(matter="").latest("id").number
    assert "以前核查过" not in first and reverse("web:watch-check", args=[number]) in first
    again = officer.post(reverse("web:check"), CASE).content.decode()
    assert "情况没有变化" in again and number in again
    assert officer.get(reverse("web:checks")).content.decode().count(f'/desk/checks/{number}/"') == 1
    address = reverse("web:watch-check", args=[number])
    assert officer.post(address, {"until": "下周"}).status_code == 422
    assert officer.post(address, {"until": "2026-12-31"}, follow=True).status_code == 200
    assert Watch.objects.get(number=number).state == "open"
    assert "停止关注" in officer.get(reverse("web:one-check", args=[number])).content.decode()
    officer.post(address, {"do": "stop"})
    assert Watch.objects.get(number=number).state == "closed"
    assert watching.look_after()["asked"] == 0


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["ledger_payload", "access_look", "django_session"])
def test_a_page_that_cannot_answer_says_so(town: Town, signed_in: SignedIn, table: str) -> None:
    """The store is broken really: of its records, of its log, or of the very session that says who asks."""
    officer = signed_in("officer")
    officer.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
    told = officer.post(reverse("web:check"), CASE)
    assert told.status_code == 503 and told["Retry-After"]
    said = told.content.decode()
    assert "不表示没有记录" in said and "GZ-" in said
    assert "没有与本事项有关的记录" not in said
