"""Real files (真实文件): read by form alone, no rule written for any of them."""

from __future__ import annotations

import csv
import gzip
import shutil
from collections import Counter
from pathlib import Path

import pytest

from gongxin.rooms.intake.examining import Desk, examine, survey
from gongxin.rooms.intake.headings import is_known, known_words, match, vocabulary
from gongxin.rooms.intake.protected import is_protected
from gongxin.rooms.intake.reading import Sheet, Unreadable, read_sheets

pytestmark = pytest.mark.shared_data


def sheets_of(path: Path, desk: Desk) -> list[Sheet]:
    words = known_words(desk.edition)
    return read_sheets(path, lambda text: is_known(text, words))


def unpacked(path: Path, folder: Path) -> Path:
    target = folder / path.stem
    with gzip.open(path) as packed, target.open("wb") as file:
        shutil.copyfileobj(packed, file)
    return target


def test_the_list_of_universities_as_issued(shared_data: Path, desk: Desk) -> None:
    sheet = sheets_of(shared_data / "official_xls" / "全国高等学校名单.xls", desk)[0]
    assert sheet.heading_row == 3
    assert sheet.headings == ["序号", "学校名称", "学校标识码", "主管部门", "所在地", "办学层次", "备注"]
    assert sheet.frame.height == 2631
    assert Counter(each.reason for each in sheet.set_aside) == {"title": 2, "group": 31}
    assert sheet.frame.row(0)[1:4] == ("1", "北京大学", "4111010001")
    assert all(code.isdigit() for code in sheet.frame["C"])


def test_the_wider_table_of_universities(shared_data: Path, desk: Desk) -> None:
    sheets = {
        s.name: s for s in sheets_of(shared_data / "official_xls" / "全国普通高等学校数据统计（2016年版）.xls", desk)
    }
    assert len(sheets) >= 14
    whole = sheets["总数据"]
    assert (whole.heading_row, whole.frame.height) == (1, 2595)
    assert Counter(each.reason for each in whole.set_aside) == {"group": 31}
    assert sheets["985院校（39所）"].frame.height == 39
    assert sheets["211（包含985，共计112所）"].heading_row is None


def test_exports_of_a_terminal_with_totals_and_sources(shared_data: Path, desk: Desk) -> None:
    read = 0
    for path in sorted((shared_data / "gov_debt" / "original_xls").glob("*.xls")):
        if path.stat().st_size == 0:
            with pytest.raises(Unreadable, match="空的"):
                sheets_of(path, desk)
            continue
        by_term, bonds = sheets_of(path, desk)[:2]
        assert by_term.headings[0] == "期限"
        assert {each.reason for each in by_term.set_aside} == {"total", "note"}
        assert bonds.headings[:2] == ["代码", "债券名称"]
        assert {each.reason for each in bonds.set_aside} == {"note"}
        read += 1
    assert read == 14


def test_protected_workbooks_of_the_statistical_yearbook(shared_data: Path, desk: Desk) -> None:
    """Every spreadsheet program opens them without a question, although they are enciphered."""
    folder = shared_data / "gov_debt" / "hebei_public_finance"
    assert sum(is_protected(path.read_bytes()) for path in folder.glob("*.xls")) == 8
    for path in folder.glob("*.xls"):
        assert sum(sheet.frame.height for sheet in sheets_of(path, desk)) >= 30, path.name
    revenue = sheets_of(folder / "2014 income breakdown hebei.xls", desk)[0]
    assert revenue.headings == ["预算科目", "预算数", "决算数"]
    assert revenue.frame.row(0)[1:4] == ("一、税收收入", "1838.19", "1866.06")


def test_text_with_marks_and_text_in_gbk(shared_data: Path, tmp_path: Path, desk: Desk) -> None:
    rows = {"8breakfaith": 4388, "7lawsuit": 40102, "10qualification": 6693}
    for name, count in rows.items():
        path = unpacked(shared_data / "anonymised_enterprise_events" / f"{name}.csv.gz", tmp_path)
        sheet = sheets_of(path, desk)[0]
        assert sheet.frame.height == count
        assert sheet.headings[0] == "EID"
    assert "年" in sheets_of(tmp_path / "10qualification.csv", desk)[0].frame["C"][0]


def test_statistics_with_lines_above_the_heading(shared_data: Path, desk: Desk) -> None:
    sheet = sheets_of(shared_data / "gov_debt" / "GDP_by_province_1999-2017.csv", desk)[0]
    assert (sheet.heading_row, sheet.headings[0], sheet.frame.height) == (4, "Region", 31)


@pytest.mark.parametrize("column", ["field_name", "field_code"])
@pytest.mark.parametrize(("table", "item"), [("法人行政许可", "licence"), ("法人行政处罚", "penalty")])
def test_the_national_fields_by_name_and_by_code(
    shared_data: Path, desk: Desk, table: str, item: str, column: str
) -> None:
    with (shared_data / "double_publicity_fields" / "fields.csv").open(encoding="utf-8") as file:
        headings = [row[column] for row in csv.DictReader(file) if row["table"] == table]
    matched = match(headings, desk.edition)
    assert matched.item == item
    assert not matched.missing
    assert not matched.unknown
    assert not matched.unsure


def test_headings_as_departments_write_them(shared_data: Path, desk: Desk) -> None:
    """A heading is taken only where a person gave it the same meaning; what merely resembles is left to a person."""
    words = vocabulary(desk.edition.item("penalty"), desk.edition)
    with (shared_data / "column_headers" / "food_inspection_header_variants.csv").open(encoding="utf-8") as file:
        rows = [(row["header"], row["canonical"]) for row in csv.DictReader(file)]
    meant = {"subject_name": {"sampled_location_name", "manufacturer_name"}, "address": {"sampled_location_address"}}
    right = wrong = 0
    for heading, canonical in rows:
        for field_id in {each[1] for each in words.find(heading)} & set(meant):
            if canonical in meant[field_id]:
                right += 1
            else:
                wrong += 1
    assert right >= 20
    assert wrong <= 0.15 * right


def test_rows_whose_cells_have_shifted_are_all_noticed(shared_data: Path, desk: Desk) -> None:
    found = survey(shared_data / "enterprise_national_sample" / "malformed_rows.csv", desk, "registration")
    examined = list(examine(found, desk))
    assert [outcome for part in examined for outcome in part.frame["__outcome"]] == ["refused"] * 80


def test_no_sound_row_of_the_register_counts_as_shifted(shared_data: Path, desk: Desk, tmp_path: Path) -> None:
    path = unpacked(shared_data / "enterprise_hebei" / "hebei_9_cities.csv.gz", tmp_path)
    outcomes: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    for part in examine(survey(path, desk, "registration"), desk):
        outcomes.update(part.frame["__outcome"].to_list())
        codes.update(each.code for each in part.issues)
    assert sum(outcomes.values()) == 119_015
    assert codes["row.shifted"] == 0
    assert outcomes["refused"] == 0
    assert outcomes["waiting"] <= 5
