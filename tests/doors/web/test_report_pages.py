"""Reports on pages (信用报告页面): made, opened, fetched, verified; and nothing for whoever has no ground."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongxin.kernel.identifiers.citizen import check_character
from gongxin.rooms.disclosure.reports.models import Report
from gongxin.spine.access.models import Look
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from tests.doors.web import town as place

pytestmark = pytest.mark.django_db


def made(client, **asked):
    answer = client.post(reverse("web:mine-reports"), {"kind": "standard", "purpose": "参加招标", **asked})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def test_a_subject_makes_opens_and_verifies_its_report(town, signed_in):
    client = signed_in("subject")
    where = made(client)
    page = client.get(where).content.decode()
    assert "平环罚〔2026〕117 号" in page
    assert "省级守合同重信用企业" in page
    number = re.search(r"BG-[0-9A-Z-]+", page).group(0)
    check = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page.split("核验码")[1]).group(0)
    assert Look.objects.filter(subject="uscc:" + place.FIRM, ground="own").exists()
    pdf = client.get(where + "file.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    public = signed_in("")
    answer = public.get(reverse("web:verify"), {"n": number, "c": check.lower().replace("-", "")}).content.decode()
    assert "真：签名和登记一致" in answer
    assert "燕北" not in answer
    assert place.FIRM not in answer
    wrong = public.get(reverse("web:verify"), {"n": number, "c": "0000-0000-0000"}).content.decode()
    unknown = public.get(reverse("web:verify"), {"n": "BG-2026-1122-AAAAAAAA", "c": check}).content.decode()
    assert "假：没有这样的报告" in wrong
    assert "假：没有这样的报告" in unknown
    file = SimpleUploadedFile("r.pdf", pdf.content, "application/pdf")
    assert "真：签名和登记一致" in public.post(reverse("web:verify"), {"file": file}).content.decode()
    bad = bytearray(pdf.content)
    bad[len(bad) // 2] ^= 1
    file = SimpleUploadedFile("r.pdf", bytes(bad), "application/pdf")
    assert "假" in public.post(reverse("web:verify"), {"file": file}).content.decode()


def test_another_s_report_is_as_if_it_were_not_there(town, signed_in):
    where = made(signed_in("subject"))
    number = Report.objects.get().number
    for role in ("officer", "operator"):
        client = signed_in(role)
        assert client.get(reverse("web:report", args=[number])).status_code == 404
        assert client.get(reverse("web:report-file", args=[number])).status_code == 404
        assert client.get(where).status_code == 403
    assert signed_in("").get(where).status_code == 302


def test_the_verification_page_tells_of_a_change_and_of_the_end(town, signed_in, on_day):
    client = signed_in("subject")
    page = client.get(made(client)).content.decode()
    number = Report.objects.get().number
    check = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page.split("核验码")[1]).group(0)
    asked = {"n": number, "c": check}
    record = town.records["penalty"]
    append([NewAct("repair", "penalty", "uscc:" + place.FIRM, place.ENVIRONMENT, {}, "王工@市局", record=record)])
    assert "真，但内容已更新" in signed_in("").get(reverse("web:verify"), asked).content.decode()
    on_day("2026-12-22")
    assert "真，但已过期" in signed_in("").get(reverse("web:verify"), asked).content.decode()
    assert client.get(reverse("web:mine-report-file", args=[number])).status_code == 404


def test_the_counter_needs_a_case_and_the_subject_present(town, signed_in):
    client = signed_in("operator")
    asked = {"code": place.FIRM, "basis": "counter", "kind": "standard"}
    page = client.post(reverse("web:reports"), asked)
    assert page.status_code == 422
    assert "请填写窗口受理编号" in page.content.decode()
    page = client.post(reverse("web:reports"), {**asked, "case_no": "CK-2026-1", "present": "yes"})
    assert page.status_code == 302
    assert Look.objects.filter(subject="uscc:" + place.FIRM, case_no="CK-2026-1").count() == 1


def test_an_officer_gets_a_person_s_report_in_no_way_without_ground(town, signed_in):
    client = signed_in("officer")
    words = set()
    for body in ("13010219900307001", "11010119900307013"):
        number = body + check_character(body)
        page = client.post(reverse("web:reports"), {"code": number, "basis": "public", "kind": "standard"})
        assert page.status_code == 422
        words.add(re.sub(number, "", page.content.decode().split("summary-of-errors")[1].split("</div>")[0]))
    assert len(words) == 1
    assert "自然人的信用信息不公开" in words.pop()
    assert not Report.objects.exists()


def test_the_special_report_keeps_to_the_law_s_period(town, signed_in):
    client = signed_in("subject")
    page = client.post(reverse("web:mine-reports"), {"kind": "special", "since": "2021-11-21", "until": "2026-11-22"})
    assert page.status_code == 422
    assert "期间最长 5 年" in page.content.decode()
    page = client.get(made(client, kind="special", since="2021-11-22", sector=["environment", "tax"])).content.decode()
    assert "查到 1 条" in page
    assert "没有归集该领域的数据" in page


def test_a_list_is_handed_in_and_an_archive_handed_out(town, signed_in):
    client = signed_in("officer")
    page = reverse("web:reports-many")
    assert "按清单出具" in client.get(page).content.decode()
    listed = f"code,purpose\n{place.FIRM},一号\n{place.SHOP},\nxx,\n"
    file = SimpleUploadedFile("list.csv", listed.encode("utf-8-sig"), "text/csv")
    answer = client.post(page, {"file": file, "basis": "public", "kind": "standard", "purpose": "投标资格审查"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        told = json.loads(archive.read("results.json"))
        assert sorted(archive.namelist()) == sorted([*(f"{each['number']}.pdf" for each in told[:2]), "results.json"])
    assert "代码不对" in told[2]["error"]
    assert Report.objects.count() == 2
    shown = client.get(reverse("web:reports")).content.decode()
    assert "一号" in shown
    assert "投标资格审查" in shown
    for content in (b"\xff\xfe\x00", b"name\n1\n", None):
        more = {} if content is None else {"file": SimpleUploadedFile("list.csv", content, "text/csv")}
        assert client.post(page, {"basis": "public", "kind": "standard", **more}).status_code == 422
    assert signed_in("subject").get(page).status_code == 403
