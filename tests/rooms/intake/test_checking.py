"""Checking rows (行校验): all that is wrong with a row at once, with column, value, suggestion and clause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.rooms.intake import gathering
from gongxin.rooms.intake.cells import Terms
from gongxin.rooms.intake.checking import ROW
from gongxin.rooms.intake.examining import Desk, Examined, Repeats, examine, examine_rows, survey
from gongxin.rooms.intake.headings import match
from gongxin.rooms.intake.reading import FLAW
from gongxin.rooms.intake.subjects import Seen
from tests.rooms.intake.making import TODAY, citizens, code, penalty, registration, violation

Table = Callable[..., Path]


@pytest.fixture
def checked(table: Table, desk: Desk) -> Callable[..., Examined]:
    """Return a way to check rows: `checked(penalty(…), …)`."""

    def examined(*rows: dict[str, str], item: str | None = None) -> Examined:
        return next(iter(examine(survey(table(list(rows)), desk, item), desk)))

    return examined


def told(examined: Examined, *, errors: bool = False) -> list[tuple[int | None, str | None, str]]:
    return [(each.row, each.column, each.code) for each in examined.issues if not errors or each.severity != "notice"]


def outcomes(examined: Examined) -> list[str]:
    return examined.frame["__outcome"].to_list()


def test_a_row_in_order_has_no_issue(checked: Callable[..., Examined]) -> None:
    examined = checked(penalty(1), penalty(2))
    assert told(examined) == []
    assert outcomes(examined) == ["accepted", "accepted"]
    assert examined.frame["__key"].to_list() == [f"uscc:{code(1)}", f"uscc:{code(2)}"]


def test_all_that_is_wrong_is_told_at_once(checked: Callable[..., Examined]) -> None:
    wrong = penalty(
        统一社会信用代码="91130102MA00O0001X", 处罚类别="大罚特罚", 处罚决定日期="2026-02-30", 违法事实="",
        **{"罚款金额（万元）": "很多"},
    )  # fmt: skip
    examined = checked(wrong)
    assert {(column, code_) for _, column, code_ in told(examined, errors=True)} >= {
        ("统一社会信用代码", "uscc.alphabet"),
        ("处罚类别", "field.choice"),
        ("处罚决定日期", "date.impossible"),
        ("违法事实", "field.required"),
        ("罚款金额（万元）", "money.unreadable"),
    }
    assert outcomes(examined) == ["refused"]


def test_a_hint_is_told_and_never_applied(checked: Callable[..., Examined]) -> None:
    right = code(10)
    slip = right.replace("0", "O", 1) if "0" in right else right
    examined = checked(penalty(统一社会信用代码=slip))
    (issue,) = [each for each in examined.issues if each.code.startswith("uscc.")]
    assert issue.suggestion == right
    assert examined.payload["uscc"].to_list() == [slip]
    assert examined.frame["__key"].to_list() == [None]


@pytest.mark.parametrize("written", ["lower", "spaces", "full-width", "hyphens"])
def test_ways_of_writing_a_valid_code_are_matched_and_kept(checked: Callable[..., Examined], written: str) -> None:
    right = code(11)
    shown = {
        "lower": right.lower(),
        "spaces": f"{right[:8]} {right[8:]}",
        "full-width": right.translate({each: each + 0xFEE0 for each in range(0x21, 0x7F)}),
        "hyphens": f"{right[:6]}-{right[6:]}",
    }[written]
    examined = checked(penalty(统一社会信用代码=shown))
    assert outcomes(examined) == ["accepted"]
    assert examined.frame["__key"].to_list() == [f"uscc:{right}"]
    assert examined.payload["uscc"].to_list() == [shown]
    assert [code_ for _, _, code_ in told(examined)] == ["code.normalised"]


def test_a_code_kept_as_a_number_is_not_believed(checked: Callable[..., Examined]) -> None:
    examined = checked(penalty(统一社会信用代码="1.10101199001010e+17"))
    assert [code_ for _, _, code_ in told(examined, errors=True)] == ["code.float"]


def test_a_registration_number_in_the_codes_column_identifies_as_that(checked: Callable[..., Examined]) -> None:
    examined = checked(violation(SSN="350121100048131"))
    assert examined.frame["__key"].to_list() == ["regno:350121100048131"]
    assert [code_ for _, _, code_ in told(examined)] == ["code.moved"]


def test_an_identity_number_in_the_codes_column_is_refused_and_not_shown(checked: Callable[..., Examined]) -> None:
    number = next(citizens())
    examined = checked(violation(SSN=number))
    assert outcomes(examined) == ["refused"]
    assert number not in str([each.as_dict() for each in examined.issues])


@pytest.mark.parametrize(("day", "problem"), [("2026-06-01", None), ("2026-06-02", "date.future")])
def test_a_decision_lies_not_in_the_future(checked: Callable[..., Examined], day: str, problem: str | None) -> None:
    codes = [code_ for _, _, code_ in told(checked(penalty(处罚决定日期=day)), errors=True)]
    assert codes == ([problem] if problem else [])


@pytest.mark.parametrize(
    "written", ["2026/5/26", "2026.5.26", "2026年5月26日", "20260526", "46168", "2026-05-26 09:32:09"]
)
def test_days_are_read_as_people_write_them(checked: Callable[..., Examined], written: str) -> None:
    assert checked(penalty(处罚决定日期=written)).payload["decided_on"].to_list() == ["2026-05-26"]


def test_a_month_is_no_day(checked: Callable[..., Examined]) -> None:
    assert [code_ for _, _, code_ in told(checked(penalty(处罚决定日期="2026年05月")), errors=True)] == [
        "date.month_only"
    ]


@pytest.mark.parametrize(
    ("heading", "said", "wan"),
    [
        ("罚款金额（万元）", "0.5", "0.5"), ("罚款金额（万元）", "5000元", "0.5"), ("罚款金额（元）", "5000", "0.5"),
        ("罚款金额（万元）", "伍仟元整", "0.5"), ("罚款金额（元）", "12,345.60", "1.23456"),
    ],
)  # fmt: skip
def test_amounts_come_in_the_fields_own_unit(
    checked: Callable[..., Examined], heading: str, said: str, wan: str
) -> None:
    row = {heading if name == "罚款金额（万元）" else name: value for name, value in penalty().items()}
    assert checked({**row, heading: said}).payload["fine_wan"].to_list() == [wan]


@pytest.mark.parametrize(
    ("fine", "words", "suggested"),
    [
        ("120000", "罚款人民币12万元", ["12"]), ("120000", "责令停产，罚款壹拾贰万元整", ["12"]), ("200", "警告并处罚款200元", ["0.02"]),
        ("200", "罚款200万元", []), ("200", "罚款共计200万元，按日加处200元", []), ("0.5", "罚款人民币五千元", []), ("12", "罚款", []),
    ],
)  # fmt: skip
def test_yuan_typed_into_a_column_of_ten_thousands_are_told(
    checked: Callable[..., Examined], fine: str, words: str, suggested: list[str]
) -> None:
    """The grade of a penalty, and so how long it is shown, hangs on its fine."""
    examined = checked(penalty(处罚内容=words, **{"罚款金额（万元）": fine}))
    assert [each.suggestion for each in examined.issues if each.code == "money.unit_slip"] == suggested
    assert examined.frame["__outcome"].to_list() == ["refused" if suggested else "accepted"]


def test_conditions_of_the_catalogue_hold(checked: Callable[..., Examined]) -> None:
    fine = penalty(**{"罚款金额（万元）": ""})
    assert ("罚款金额（万元）", "field.required_if") in {(column, code_) for _, column, code_ in told(checked(fine))}
    warning = penalty(处罚类别="警告", 处罚内容="警告", **{"罚款金额（万元）": ""})
    assert told(checked(warning), errors=True) == []


def test_several_kinds_of_penalty_are_one_value(checked: Callable[..., Examined]) -> None:
    assert checked(penalty(处罚类别="警告；罚款")).payload["penalty_kinds"].to_list() == ["warning、fine"]
    assert checked(penalty(处罚类别="没收违法所得、没收非法财物")).payload["penalty_kinds"].to_list() == [
        "confiscation"
    ]


def test_a_person_is_known_by_number_alone(checked: Callable[..., Examined]) -> None:
    number = next(citizens())
    person = {
        "行政相对人类别": "自然人",
        "统一社会信用代码": "",
        "法定代表人": "",
        "自然人证件类型": "身份证",
        "自然人证件号码": number,
    }
    examined = checked(penalty() | person)
    assert outcomes(examined) == ["accepted"]
    assert examined.frame["__key"].to_list() == [None]
    assert examined.frame["__person"].to_list() == [number]
    with_code = checked(penalty() | person | {"统一社会信用代码": code(1)})
    assert "code.on_person" in {code_ for _, _, code_ in told(with_code)}
    without = checked(penalty() | person | {"自然人证件号码": ""})
    assert outcomes(without) == ["refused"]
    wrong = checked(penalty() | person | {"自然人证件号码": number[:-1] + ("1" if number[-1] != "1" else "2")})
    assert outcomes(wrong) == ["refused"]
    assert number[6:14] not in str([each.as_dict() for each in wrong.issues])


def test_the_kind_of_subject_follows_from_its_code(checked: Callable[..., Examined]) -> None:
    rows = [violation(1), violation(2, SSN=code(2, "92130102"), company_name="桥西区张记面馆")]
    assert checked(*rows).payload["subject_kind"].to_list() == ["organisation", "sole-trader"]


def test_no_usable_code_waits_for_a_person(checked: Callable[..., Examined]) -> None:
    examined = checked(violation(SSN=""), violation(2, SSN="无"))
    assert outcomes(examined)[0] == "waiting"
    assert ("SSN", "code.none") in {(column, code_) for _, column, code_ in told(examined)}


def test_a_public_bodys_code_on_a_company_waits(checked: Callable[..., Examined]) -> None:
    body = code(7, "11130102")
    examined = checked(violation(1, SSN=body), violation(2, SSN=body, company_name="石家庄市桥西区财政局"))
    assert outcomes(examined)[0] == "waiting"
    assert "code.organ_for_company" in {code_ for _, _, code_ in told(examined)}


def test_one_code_under_two_names(checked: Callable[..., Examined]) -> None:
    slip = checked(
        violation(1, company_name="保定博飞科技有限公司"),
        violation(1, company_name="保定搏飞科技有限公司", violation_detail="另一件"),
    )
    assert outcomes(slip) == ["accepted", "accepted"]
    assert [(row, code_) for row, _, code_ in told(slip)] == [(3, "code.variant_in_file")]


def test_of_one_code_under_two_quite_different_names_nobody_is_certain(checked: Callable[..., Examined]) -> None:
    stranger = violation(1, company_name="唐山海港钢铁贸易有限公司", violation_detail="另一件")
    again = violation(1, violation_detail="第三件")
    both = checked(violation(1), stranger, violation(2), again)
    assert outcomes(both) == ["waiting", "waiting", "accepted", "waiting"]
    shared = [each for each in both.issues if each.code == "code.shared_in_file"]
    assert [each.row for each in shared] == [2, 3, 5]
    assert ["唐山海港" in each.message for each in shared] == [True, False, True]


def test_a_code_contested_later_in_the_file_holds_back_the_later_rows(table: Table, desk: Desk) -> None:
    stranger = violation(1, company_name="唐山海港钢铁贸易有限公司", violation_detail="另一件")
    rows = [violation(1), violation(2), stranger, violation(1, violation_detail="第三件")]
    chunks = list(examine(survey(table(rows), desk), desk, size=2))
    assert [outcomes(each) for each in chunks] == [["accepted", "accepted"], ["waiting", "accepted"]]
    rows = [violation(1), stranger, violation(2), violation(1, violation_detail="第三件")]
    chunks = list(examine(survey(table(rows), desk), desk, size=2))
    assert [outcomes(each) for each in chunks] == [["waiting", "waiting"], ["accepted", "waiting"]]


def test_names_with_line_breaks_are_kept_as_reported(checked: Callable[..., Examined]) -> None:
    examined = checked(violation(company_name=" 河北一心教学\n设备有限公司"))
    assert examined.payload["subject_name"].to_list() == [" 河北一心教学\n设备有限公司"]
    (issue,) = [each for each in examined.issues if each.code == "name.cleaned"]
    assert issue.suggestion == "河北一心教学设备有限公司"


def test_an_identity_number_in_a_public_text_is_refused(checked: Callable[..., Examined]) -> None:
    number = next(citizens())
    examined = checked(violation(violation_detail=f"法定代表人王某（{number}）提供虚假材料"))
    (issue,) = [each for each in examined.issues if each.code == "text.identity_number"]
    assert issue.suggestion == "法定代表人王某（〔证件号略〕）提供虚假材料"
    assert number not in str(issue.as_dict())


@pytest.mark.parametrize(("decided", "late"), [("2026-05-21", False), ("2026-05-20", True)])
def test_seven_working_days(checked: Callable[..., Examined], decided: str, late: bool) -> None:
    """Received on Monday 1 June 2026; the day of the decision does not count, nor does a weekend."""
    row = penalty(处罚决定日期=decided, 处罚机关="石家庄市文化广电局", 处罚依据="《旅行社条例》第四十六条")
    examined = checked(row)
    assert examined.frame["__late"].to_list() == [late]
    assert ("row.late" in {code_ for _, _, code_ in told(examined)}) is late
    if late:
        assert all(each.clause for each in examined.issues)


def test_in_a_year_without_calendar_lateness_is_said_to_be_unknown(table: Table, on_day: Callable[[str], None]) -> None:
    on_day("2028-03-01")
    day = date(2028, 3, 1)
    rows = [
        penalty(1, 处罚决定日期="2027-12-30"),
        penalty(2, 处罚决定日期="2026-12-30"),
        penalty(3, 处罚决定日期="2026-05-20"),
    ]
    examined = next(iter(examine(survey(table(rows), gathering.plain_desk(day)), gathering.plain_desk(day))))
    assert outcomes(examined) == ["accepted"] * 3
    assert examined.frame["__late"].to_list() == [False, False, True]
    assert [(row, code_) for row, _, code_ in told(examined)] == [
        (2, "calendar.unknown"), (3, "calendar.unknown"), (4, "row.late"),
    ]  # fmt: skip
    assert "2027 年工作日安排尚未公布" in examined.issues[1].message


def test_a_special_rule_gives_market_supervision_longer(checked: Callable[..., Examined]) -> None:
    assert checked(penalty(处罚决定日期="2026-05-06")).frame["__late"].to_list() == [False]


def test_repeats_within_a_file(checked: Callable[..., Examined]) -> None:
    examined = checked(penalty(1), penalty(1), penalty(1, 处罚内容="罚款人民币六千元"))
    assert outcomes(examined) == ["accepted", "duplicate", "waiting"]
    assert {code_ for _, _, code_ in told(examined)} == {"row.duplicate_in_file", "row.conflict_in_file"}


def test_two_notices_without_number_of_one_day_are_two(checked: Callable[..., Examined]) -> None:
    assert outcomes(checked(violation(1), violation(1, violation_detail="第8包提供虚假材料"))) == [
        "accepted",
        "accepted",
    ]


def test_a_refused_row_does_not_make_its_correct_twin_a_repeat(checked: Callable[..., Examined]) -> None:
    assert outcomes(checked(penalty(1, 违法事实=""), penalty(1))) == ["refused", "accepted"]


def test_a_shifted_row_of_a_register(checked: Callable[..., Examined]) -> None:
    shifted = registration(企业类型="100(万元人民币)", 法人代表="开展贸易", 注册资金="梁祝贵", 所在省份="N/A")
    assert outcomes(checked(registration(1), shifted)) == ["accepted", "refused"]


def test_the_old_template_is_not_asked_for_what_it_never_had(table: Table, desk: Desk) -> None:
    item = desk.edition.item("penalty")
    values = {spec.id: text for spec in item.fields for text in [_old_value(spec.id)] if text}
    row = {spec.codes["2016"]: values[spec.id] for spec in item.fields if "2016" in spec.codes and spec.id in values}
    examined = next(iter(examine(survey(table([row]), desk), desk)))
    assert told(examined, errors=True) == []
    assert examined.payload["subject_kind"].to_list() == ["organisation"]
    assert examined.payload["penalty_kinds"].to_list() == ["fine"]
    assert examined.payload["status"].to_list() == ["valid"]


def _old_value(field: str) -> str:
    return {
        "subject_name": "河北明信商贸有限公司", "uscc": code(3), "legal_rep": "李明", "document_no": "石罚〔2026〕3号",
        "violation": "未公示", "facts": "逾期", "basis": "条例第十七条", "penalty_kinds": "2", "penalty_content": "罚款",
        "decided_on": "2026/5/26", "authority": "石家庄市市场监督管理局", "status": "0", "fine_wan": "",
    }.get(field, "")  # fmt: skip


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_every_row_has_one_outcome_whatever_it_says(data: st.DataObject) -> None:
    """Nothing a department can type brings a row to fall out of the count, or the check to break."""
    desk = gathering.plain_desk(date.fromisoformat(TODAY))
    headings = list(penalty())
    cell = st.one_of(
        st.none(), st.text(max_size=30), st.sampled_from([*penalty().values(), "2026-13-01", "1e17", "自然人"])
    )
    rows = data.draw(st.lists(st.lists(cell, min_size=len(headings), max_size=len(headings)), min_size=1, max_size=6))
    matched = match(headings, desk.edition, "penalty")
    fields = [matched.columns[index] for index in range(len(headings))]
    frame = pl.DataFrame(
        {
            ROW: list(range(2, len(rows) + 2)),
            FLAW: [None] * len(rows),
            **dict(zip(fields, zip(*rows, strict=True), strict=True)),
        },
        schema={ROW: pl.Int64, FLAW: pl.String, **dict.fromkeys(fields, pl.String)},
    )
    terms = Terms(desk.edition, desk.calendar, desk.day, divisions=desk.divisions, provinces=desk.provinces)
    examined = examine_rows(frame, desk.edition.item("penalty"), terms, seen=Seen(), repeats=Repeats())
    assert examined.frame[ROW].to_list() == frame[ROW].to_list()
    assert set(outcomes(examined)) <= {"accepted", "duplicate", "refused", "waiting"}
    faulty: dict[Any, set[str]] = {}
    for issue in examined.issues:
        faulty.setdefault(issue.row, set()).add(issue.severity)
    for row, outcome in zip(frame[ROW], outcomes(examined), strict=True):
        assert (outcome == "refused") == ("error" in faulty.get(row, set()))
        assert outcome != "accepted" or "wait" not in faulty.get(row, set())
