"""Headings to fields (表头识别): by sure words alone, whatever marks stand around them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.rooms.intake import gathering
from gongxin.rooms.intake.examining import Desk
from gongxin.rooms.intake.headings import bare, heading_issues, match, normal, unit_in, vocabulary
from gongxin.spine import clock, shelf
from tests.rooms.intake.making import penalty, registration, violation

NOISE = st.lists(st.sampled_from([" ", "\u3000", "\xa0", "\n", "*", "＊", "★", "：", "（必填）"]), max_size=3)


def by_field(headings: list[str], desk: Desk, item: str | None = None) -> dict[str, str]:
    matched = match(headings, desk.edition, item)
    return {name: headings[index] for index, name in matched.columns.items()}


@pytest.mark.parametrize(
    ("row", "item"), [(penalty(), "penalty"), (violation(), "procurement-violation"), (registration(), "registration")]
)
def test_the_item_is_guessed_from_the_headings(desk: Desk, row: dict[str, str], item: str) -> None:
    matched = match(list(row), desk.edition)
    assert matched.item == item
    assert not matched.missing
    assert not matched.unknown


@given(noise=st.tuples(NOISE, NOISE), place=st.integers(min_value=0, max_value=200))
@settings(max_examples=200, deadline=None)
def test_marks_and_spaces_never_change_a_meaning(noise: tuple[list[str], list[str]], place: int) -> None:
    edition = shelf.book().on(clock.today())
    words = vocabulary(edition.item("penalty"), edition)
    plain = sorted(spec.name for spec in edition.item("penalty").fields)[place % len(edition.item("penalty").fields)]
    cut = place % (len(plain) + 1)
    noisy = "".join(noise[0]) + plain[:cut] + "\n" + plain[cut:] + "".join(noise[1])
    assert words.find(noisy) == words.find(plain)


def test_all_codes_of_all_templates_are_known(desk: Desk) -> None:
    for item in desk.edition.items():
        for template in item.templates():
            headings = [spec.codes[template] for spec in item.fields if template in spec.codes]
            if len(headings) < 5:
                continue
            matched = match(headings, desk.edition, item.id)
            assert len(matched.columns) + len(matched.repeated) == len(headings), (item.id, template)
            assert not matched.unknown


def test_the_old_template_maps_to_the_present_fields(desk: Desk) -> None:
    item = desk.edition.item("penalty")
    headings = [spec.codes["2016"] for spec in item.fields if "2016" in spec.codes]
    matched = match(headings, desk.edition)
    assert (matched.item, matched.template) == ("penalty", "2016")
    assert not matched.missing


def test_what_only_resembles_waits_for_a_person(desk: Desk) -> None:
    headings = [name.replace("行政处罚决定文书号", "行政处罚决定文书的号码") for name in penalty()]
    matched = match(headings, desk.edition, "penalty")
    assert "document_no" not in matched.columns.values()
    assert [each.field for each in matched.must_confirm] == ["document_no"]
    taught = match(headings, desk.edition, "penalty", {normal("行政处罚决定文书的号码"): "document_no"})
    assert "document_no" in taught.columns.values()
    assert not taught.must_confirm


def test_a_unit_in_the_heading_is_read(desk: Desk) -> None:
    assert unit_in("罚款金额（元）") == Decimal(1)
    assert unit_in("罚款金额 ( 单位：万元 )") == Decimal(10_000)
    assert unit_in("罚款金额") is None
    assert by_field(["罚款金额（元）", "行政相对人名称"], desk, "penalty")["fine_wan"] == "罚款金额（元）"


def test_serial_and_reason_columns_say_nothing(desk: Desk) -> None:
    matched = match(["序号", *penalty(), "退回原因"], desk.edition)
    assert matched.item == "penalty"
    assert not matched.unknown


def test_two_columns_of_one_field_are_told_and_only_one_is_taken(desk: Desk) -> None:
    headings = [*penalty(), "企业名称"]
    matched = match(headings, desk.edition, "penalty")
    assert [headings[index] for index in matched.repeated] == ["企业名称"]


def test_a_forbidden_column_names_its_clause(desk: Desk) -> None:
    headings = [*penalty(), "血型", "病史"]
    matched = match(headings, desk.edition, "penalty")
    issues = heading_issues(headings, ["A"] * len(headings), matched, desk.edition.item("penalty"))
    assert {each.column for each in issues if each.code == "field.forbidden_column"} == {"血型", "病史"}
    assert all(each.clause for each in issues if each.code == "field.forbidden_column")


def test_a_table_of_something_else_is_no_item(desk: Desk) -> None:
    assert match(["商品名称", "单价", "产地", "规格"], desk.edition).item is None


def test_brackets_are_taken_off_only_when_nothing_is_found_with_them() -> None:
    assert normal("＊ 罚款金额（万元）：") == "罚款金额(万元)"
    assert bare("罚款金额（万元）") == "罚款金额"


@pytest.mark.django_db
def test_what_a_person_confirmed_is_remembered() -> None:
    gathering.learn("penalty", {"* 文书的号码": "document_no"}, "王敏")
    assert gathering.desk(clock.today()).learned["penalty"] == {"文书的号码": "document_no"}
