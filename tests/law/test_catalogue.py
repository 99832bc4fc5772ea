"""The catalogue: thirteen classes, the national fields in both templates, and nothing forbidden among them."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from gongxin.law.forbidden import find_forbidden
from tests.law.conftest import BOOK

LAW = BOOK.on(date(2026, 5, 1))
NAMES = {"penalty", "licence", "procurement-violation", "abnormal-operation", "honour", "commitment", "registration"}


@pytest.mark.parametrize(
    ("day", "classes"),
    [(date(2022, 12, 30), 11), (date(2022, 12, 31), 12), (date(2024, 2, 17), 12), (date(2024, 2, 18), 13)],
)
def test_editions_of_the_catalogue(day, classes):
    assert len(BOOK.on(day).catalogue().classes) == classes


def test_every_item_stands_in_a_class_with_bases_remedy_and_a_title():
    classes = {entry.code for entry in LAW.catalogue().classes}
    assert {item.id for item in LAW.items()} >= NAMES
    for item in LAW.items():
        assert item.category in classes
        assert item.bases
        assert item.remedy.text
        assert item.remedy.clauses
        assert item.find_field(item.title_field) is not None
        assert item.find_field("subject_name") is not None
        assert item.find_field(item.dated_by) is not None
        assert all(spec.note_en or not spec.note for spec in item.fields), "a form's note is told in both languages"


def test_no_public_field_is_sensitive_and_no_identity_number_is_public():
    for item in LAW.items():
        for spec in item.public_fields():
            assert spec.kind != "citizen"
        for spec in item.fields:
            if spec.kind == "citizen":
                assert spec.sensitive
                assert not spec.public


def test_no_matter_sees_an_identity_number():
    for matter in LAW.matters():
        for item_id, fields in matter.sees.items():
            assert not any(LAW.item(item_id).get_field(name).sensitive for name in fields)


@pytest.mark.parametrize("item_id", ["penalty", "licence"])
def test_both_templates_are_mapped(item_id):
    item = LAW.item(item_id)
    assert set(item.templates()) >= {"2018", "2016"}
    new = {code for spec in item.fields for template, code in spec.codes.items() if template == "2018"}
    old = {code for spec in item.fields for template, code in spec.codes.items() if template == "2016"}
    prefix = "CF_" if item_id == "penalty" else "XK_"
    assert {f"{prefix}XDR_MC", f"{prefix}WSH", f"{prefix}JDRQ"} <= new
    assert {f"{prefix}XDR_ZDM", f"{prefix}XDR_SFZ", f"{prefix}FR", f"{prefix}XZJG", "DFBM", "SJC"} <= old


@pytest.mark.shared_data
def test_every_code_of_the_local_field_list_has_its_field(shared_data):
    rows = list(csv.DictReader((shared_data / "double_publicity_fields" / "fields.csv").open(encoding="utf-8-sig")))
    for table, item_id in (("法人行政许可", "licence"), ("法人行政处罚", "penalty")):
        item = LAW.item(item_id)
        known = {code for spec in item.fields for code in spec.codes.values()}
        missing = [row["field_code"] for row in rows if row["table"] == table and row["field_code"] not in known]
        assert missing == []


def test_a_state_code_means_nothing_without_its_template():
    status = LAW.item("licence").get_field("status")
    assert status.find_choice("0") is None
    assert status.find_choice("0", "2016").value == "valid"
    assert status.find_choice("0", "2018").value == "invalid"
    assert status.find_choice("正常").value == "valid"


def test_old_kinds_of_penalty_are_read_by_their_codes():
    kinds = LAW.item("penalty").get_field("penalty_kinds")
    read = {code: kinds.find_choice(code, "2016").value for code in "1234569"}
    assert read == {
        "1": "warning", "2": "fine", "3": "confiscation", "4": "order-stop", "5": "permit", "6": "detention", "9": "other"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("宗教信仰", "religion"), ("* 血 型", "blood-type"), ("指纹编号", "fingerprints"), ("ＤＮＡ", "genes"),
        ("既往病史", "illness"), ("个人收入（元）", "income"), ("存款余额", "deposits"), ("纳税数额", "tax-amount"),
        ("名下房产", "real-estate"), ("人脸识别照片", "biometrics"),
    ],
)  # fmt: skip
def test_forbidden_headings_are_recognised(heading, kind):
    found = find_forbidden(heading, law=LAW)
    assert found is not None
    assert found.id == kind
    assert found.way_forward


@pytest.mark.parametrize(
    "heading",
    [
        "",
        "疾病预防控制中心名称",
        "宗教活动场所名称",
        "动物疾病名称",
        "不动产登记证号",
        "纳税人识别号",
        "股票代码",
        "税务登记号",
        "基因工程许可证编号",
    ],
)
def test_ordinary_headings_are_not(heading):
    assert find_forbidden(heading, law=LAW) is None


def test_a_stored_choice_is_told_by_its_name() -> None:
    law = BOOK.on(date(2026, 11, 23))
    kinds = law.item("penalty").get_field("penalty_kinds")
    assert kinds.worded("fine、confiscate-income") == "罚款、没收违法所得"
    # One choice has the separating mark in its own name; it must not fall apart.
    assert kinds.worded("confiscation") == "没收违法所得、没收非法财物"
    assert kinds.worded("没收违法所得、没收非法财物") == "没收违法所得、没收非法财物"
    assert law.item("penalty").get_field("violation").worded("占道经营") == "占道经营"
