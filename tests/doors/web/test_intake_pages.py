"""Handing in on the page (报送页面): upload, confirm headings, see progress, put rows right, nothing lost on the way."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gongxin.rooms.intake import batches
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.spine import clock
from tests.doors.web import files
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.doors.web.standing import people, town

__all__ = ["people", "town"]

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def steward(town: Town, signed_in: Callable[[str], Client]) -> Client:
    return signed_in("steward")


@pytest.fixture
def batch(steward: Client, tmp_path: Path) -> Batch:
    """Hand the file in on the page and let the worker run it."""
    content = files.penalties(tmp_path / "file.csv").read_bytes()
    answer = steward.post(reverse("web:intake"), {"file": SimpleUploadedFile("十一月.csv", content), "item": ""})
    assert answer.status_code == 302
    queued = Batch.objects.get()
    assert answer.url == reverse("web:batch", args=[queued.pk])
    assert queued.provider == place.ENVIRONMENT and queued.via == "web"
    return queued


def row_of(batch: Batch, number: int) -> HeldRow:
    return HeldRow.objects.get(batch=batch, row=number)


def test_a_queued_batch_says_so_and_asks_for_news(steward: Client, batch: Batch) -> None:
    page = steward.get(reverse("web:batch", args=[batch.pk])).content.decode()
    assert "正在排队" in page and "可以离开本页" in page
    assert f'hx-get="{reverse("web:batch-progress", args=[batch.pk])}"' in page
    part = steward.get(reverse("web:batch-progress", args=[batch.pk]), **HTMX)
    assert "HX-Redirect" not in part.headers
    batches.run(batch.pk)
    part = steward.get(reverse("web:batch-progress", args=[batch.pk]), **HTMX)
    assert part.headers["HX-Redirect"] == reverse("web:batch", args=[batch.pk])


def test_every_row_received_is_told(steward: Client, batch: Batch) -> None:
    batches.run(batch.pk)
    page = steward.get(reverse("web:batch", args=[batch.pk])).content.decode()
    plain = re.sub(r"<[^>]+>", " ", page)
    assert "有 3 行暂时不能入库" in plain
    fresh = Batch.objects.get()
    assert fresh.received == fresh.accepted + fresh.duplicates + fresh.refused + fresh.waiting == files.GOOD + 3
    assert "代码校验不通过" in plain and "日期" in plain
    assert "2026/13/04" in page
    assert "去认定主体" in page, "a row without a code goes to the stewards"


def test_a_filter_shows_rows_of_one_kind(steward: Client, batch: Batch) -> None:
    batches.run(batch.pk)
    page = steward.get(reverse("web:batch", args=[batch.pk]), {"kind": "dates"}).content.decode()
    assert "2026/13/04" in page and f"row-{row_of(batch, 7).pk}" not in page


def test_a_row_about_a_person_is_put_right_like_any_other(steward: Client, tmp_path: Path) -> None:
    """Such a row is kept sealed, its issues with it: the page opens them for whoever handed it in."""
    path = tmp_path / "person.csv"
    one = files.rows()[0]
    one[0], one[1], one[2], one[3], one[11] = "王小二", "自然人", "", "", "2026/13/04"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([files.HEADINGS, one])
    received = batches.receive(path, file_name="p.csv", provider=place.ENVIRONMENT, via="web", actor="郑文澜")
    ran = batches.run(received.pk)
    row = HeldRow.objects.get(batch=ran)
    for address in (reverse("web:batch", args=[ran.pk]), reverse("web:fix", args=[ran.pk, row.pk])):
        for kind in ({}, {"kind": "dates"}):
            answer = steward.get(address, kind)
            page = answer.content.decode()
            assert answer.status_code == 200 and "2026/13/04" in page
            assert "sealed" not in page and row.issues not in page
    again = steward.post(
        reverse("web:fix", args=[ran.pk, row.pk]), {"decided_on": "2026/13/05", "person_id_kind": "护照号"}, follow=True
    )
    assert again.status_code == 200 and "2026/13/05" in again.content.decode()


def test_a_row_put_right_is_entered_alone(steward: Client, batch: Batch) -> None:
    batches.run(batch.pk)
    row = row_of(batch, 8)
    answer = steward.post(reverse("web:fix", args=[batch.pk, row.pk]), {"decided_on": "2026-11-04"}, **HTMX)
    part = answer.content.decode()
    assert "已改好，已入库" in part and 'class="fixed"' in part and "data-focus" in part
    assert 'hx-swap-oob="true"' in part, "figures elsewhere on the page follow"
    row.refresh_from_db()
    assert row.state == HeldRow.State.ENTERED
    assert Batch.objects.get().accepted == files.GOOD + 1
    assert "平环罚〔2026〕206号" in Client().get(f"/subjects/{place.code('91', 307)}/").content.decode()


def test_a_row_still_wrong_keeps_its_input_and_the_focus(steward: Client, batch: Batch) -> None:
    batches.run(batch.pk)
    row = row_of(batch, 8)
    answer = steward.post(reverse("web:fix", args=[batch.pk, row.pk]), {"decided_on": "2026-14-01"}, **HTMX)
    part = answer.content.decode()
    assert 'value="2026-14-01"' in part and "data-focus" in part and 'aria-invalid="true"' in part
    assert row_of(batch, 8).state == HeldRow.State.OPEN


def test_without_a_script_the_same_form_works(steward: Client, batch: Batch) -> None:
    batches.run(batch.pk)
    row = row_of(batch, 8)
    answer = steward.post(reverse("web:fix", args=[batch.pk, row.pk]), {"decided_on": "2026-11-04"}, follow=True)
    assert "第 8 行已改好，已入库" in answer.content.decode()
    wrong = row_of(batch, 7)
    answer = steward.post(reverse("web:fix", args=[batch.pk, wrong.pk]), {"uscc": "123"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("web:fix", args=[batch.pk, wrong.pk])
    assert "还有问题" in answer.content.decode()


def test_a_row_may_be_closed_with_a_reason(steward: Client, batch: Batch) -> None:
    batches.run(batch.pk)
    row = row_of(batch, 7)
    steward.post(reverse("web:fix", args=[batch.pk, row.pk]), {"act": "close", "reason": "另件重报"})
    row.refresh_from_db()
    assert row.state == HeldRow.State.SETTLED and "另件重报" in row.issues


def test_the_rejects_come_as_a_workbook_with_reasons(steward: Client, batch: Batch) -> None:
    batches.run(batch.pk)
    answer = steward.get(reverse("web:rejects", args=[batch.pk]))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert any(cell.comment for cell in cells)
    assert any(cell.value == "2026/13/04" for cell in cells)


def test_the_template_is_a_workbook_made_from_the_catalogue(steward: Client, town: Town) -> None:
    answer = steward.get(reverse("web:template", args=["penalty"]))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert any("处罚决定文书号" in str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
    assert steward.get(reverse("web:template", args=["nothing"])).status_code == 404


def test_unclear_headings_are_asked_about_and_remembered(steward: Client, tmp_path: Path) -> None:
    headings = tuple("决定文书编码号" if name == "行政处罚决定文书号" else name for name in files.HEADINGS)
    content = files.penalties(tmp_path / "odd.csv", headings).read_bytes()
    steward.post(reverse("web:intake"), {"file": SimpleUploadedFile("odd.csv", content), "item": "penalty"})
    batch = batches.run(Batch.objects.get().pk)
    if batch.state != Batch.State.CONFIRM:
        pytest.fail(f"the heading was taken as clear: {batch.columns}")
    answer = steward.get(reverse("web:batch", args=[batch.pk]), follow=True)
    page = answer.content.decode()
    assert "有的表头认不准" in page and "决定文书编码号" in page
    assert steward.post(reverse("web:mapping", args=[batch.pk]), {"h0": ""}).status_code == 422
    answer = steward.post(reverse("web:mapping", args=[batch.pk]), {"h0": "document_no"})
    assert answer.status_code == 302
    done = batches.run(batch.pk)
    assert done.state == Batch.State.DONE and done.accepted == files.GOOD
    steward.post(reverse("web:intake"), {"file": SimpleUploadedFile("again.csv", content + b"\n"), "item": "penalty"})
    again = batches.run(Batch.objects.order_by("-pk")[0].pk)
    assert again.state == Batch.State.DONE and again.duplicates == files.GOOD


def test_a_file_that_cannot_be_read_says_why(steward: Client) -> None:
    steward.post(reverse("web:intake"), {"file": SimpleUploadedFile("x.csv", b"only one line"), "item": "penalty"})
    batch = batches.run(Batch.objects.get().pk)
    page = steward.get(reverse("web:batch", args=[batch.pk])).content.decode()
    assert "这个文件没有读成" in page and "没有归集任何一行" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "请选择要报送的文件"),
        ({"file": ("empty.csv", b"")}, "这个文件是空的"),
        ({"item": "nothing"}, "目录里没有这一项"),
    ],
)
def test_what_is_missing_is_told_beside_its_field(steward: Client, given: dict[str, Any], said: str) -> None:
    sent = {name: SimpleUploadedFile(*value) if isinstance(value, tuple) else value for name, value in given.items()}
    answer = steward.post(reverse("web:intake"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page and 'class="summary-of-errors"' in page and 'href="#' in page
    assert not Batch.objects.exists()


def test_the_office_names_the_body_it_hands_in_for(
    town: Town, signed_in: Callable[[str], Client], tmp_path: Path
) -> None:
    operator = signed_in("operator")
    content = files.penalties(tmp_path / "file.csv").read_bytes()
    unnamed = operator.post(reverse("web:intake"), {"file": SimpleUploadedFile("a.csv", content)})
    assert unnamed.status_code == 422 and "替哪个单位报送" in unnamed.content.decode()
    operator.post(reverse("web:intake"), {"file": SimpleUploadedFile("a.csv", content), "provider": place.FINANCE})
    assert Batch.objects.get().provider == place.FINANCE


def test_a_running_batch_can_be_stopped(steward: Client, batch: Batch) -> None:
    steward.post(reverse("web:batch-act", args=[batch.pk, "cancel"]))
    assert Batch.objects.get().state == Batch.State.CANCELLED
    page = steward.get(reverse("web:batch", args=[batch.pk])).content.decode()
    assert "已取消" in page


def test_an_identity_number_typed_into_a_row_is_not_shown_again(steward: Client, batch: Batch) -> None:
    batches.run(batch.pk)
    row = row_of(batch, 7)
    number = "130102199003070134"
    steward.post(reverse("web:fix", args=[batch.pk, row.pk]), {"legal_rep_id": number, "legal_rep_id_kind": "身份证"})
    row.refresh_from_db()
    assert number not in row.values
    page = steward.get(reverse("web:fix", args=[batch.pk, row.pk])).content.decode()
    assert number not in page and "已填，加密保存" in page


def test_a_batch_under_way_says_how_much_is_left(
    steward: Client, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """已核对 X / 总数，约剩：counted when the file was opened, shown while it runs, gone when it is done."""
    pages: list[str] = []

    def look(under_way: Batch) -> None:
        Batch.objects.filter(pk=under_way.pk).update(started=clock.now() - timedelta(seconds=120))
        pages.append(steward.get(reverse("web:batch-progress", args=[batch.pk]), **HTMX).content.decode())

    batches.run(batch.pk, look, size=4)
    assert len(pages) == 2
    assert 'max="8" value="4"' in pages[0] and "<b>4</b> / 8" in pages[0]
    assert "约剩 2 分钟" in pages[0] and "可以离开本页" in pages[0]
    assert 'max="8" value="8"' in pages[1] and "约剩" not in pages[1]
    assert "约剩" not in steward.get(reverse("web:batch", args=[batch.pk])).content.decode()


def test_a_document_reported_under_the_wrong_subject_is_moved_by_a_button(steward: Client, tmp_path: Path) -> None:
    def handed_in(name: str, subject: str, uscc: str) -> Batch:
        path = tmp_path / name
        one = files.rows()[0]
        one[0], one[2] = subject, uscc
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([files.HEADINGS, one])
        received = batches.receive(path, file_name=name, provider=place.ENVIRONMENT, via="web", actor="郑文澜")
        return batches.run(received.pk)

    handed_in("wrong.csv", "平陵静水文化传媒有限公司", place.QUIET)
    later = handed_in("right.csv", "燕北精密机械有限公司", place.FIRM)
    row = HeldRow.objects.get(batch=later)
    address = reverse("web:fix", args=[later.pk, row.pk])
    page = steward.get(address).content.decode()
    assert "以前报错了主体，更正过来" in page and "是另一条记录，照原样入库" in page
    assert "平环罚〔2026〕200号" in Client().get(f"/subjects/{place.QUIET}/").content.decode()
    without = steward.post(address, {"act": "correct", "reason": " "}, follow=True).content.decode()
    assert "请写明更正主体的理由" in without
    steward.post(address, {"act": "correct", "reason": "原件上是燕北精密"}, follow=True)
    assert "平环罚〔2026〕200号" in Client().get(f"/subjects/{place.FIRM}/").content.decode()
    assert "平环罚〔2026〕200号" not in Client().get(f"/subjects/{place.QUIET}/").content.decode()
