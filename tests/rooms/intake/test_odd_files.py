"""Files as they should not be (不合常规的文件): each is read whole, or told plainly what is wrong, where, and how to go on."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from gongxin.rooms.intake.examining import Desk, examine, survey
from gongxin.rooms.intake.reading import Unreadable
from gongxin.rooms.intake.validation import validate
from gongxin.rooms.measures.workbook import read_workbook
from tests.rooms.intake.making import penalty

HEADINGS = list(penalty(1))
ROWS = [list(penalty(number).values()) for number in (1, 2, 3)]
OLD_WORKBOOK = b"\x09\x08\x10\0\0\x06\x05\0"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def text(rows: list[list[str]] = ROWS, end: str = "\r\n", headings: list[str] = HEADINGS) -> str:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator=end)
    writer.writerows([headings, *rows])
    return target.getvalue()


def archive(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("处罚.csv", text())
        for name in names:
            made.writestr(name, "<document/>")
    return target.getvalue()


def checked(desk: Desk, path: Path) -> tuple[dict[str, Any], set[str]]:
    report = validate(path, desk, "penalty")
    outcomes = sum(report[name] for name in ("accepted", "duplicates", "refused", "waiting"))
    assert report["received"] == outcomes
    return report, {str(each["code"]) for each in report["issues"]}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.csv", b"", "0 字节"),
        ("压缩.xlsx", archive(), "请解压"),
        ("截断.xlsx", archive()[:40], "损坏"),
        ("加密.xlsx", OLE + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 480, "取消密码"),
        ("加密.xls", OLE + b"\0" * 504 + OLD_WORKBOOK + b"\0" * 8 + b"\x2f\0\x36\0" + b"\0" * 3000, "取消密码"),
        ("坏.xls", OLE + b"\0" * 3000, "损坏"),
        ("无标记16.csv", text().encode("utf-16-le"), "UTF-8"),
        ("无标记16大端.csv", text().encode("utf-16-be"), "UTF-8"),
        ("三十二.csv", text().encode("utf-32"), "UTF-8"),
        ("图片.csv", b"\x89PNG\r\n\x1a\n" + b"\0\x01" * 500, "二进制"),
        ("网页.xls", b"<html><table><tr><td>x</td></tr></table>", "HTML"),
        ("无表头.csv", b"hello\nworld\n", "没有找到表头"),
        ("公文.xlsx", archive("word/document.xml"), "不是表格"),
        ("公文.wps", OLE + b"\0" * 504 + "WordDocument".encode("utf-16-le") + b"\0" * 3000, "不是表格"),
    ],
)
def test_what_is_no_table_is_told_by_its_name_and_how_to_go_on(
    tmp_path: Path, desk: Desk, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Unreadable) as fault:
        validate(path, desk, "penalty")
    assert str(fault.value).startswith(f"{name}：")
    assert words in str(fault.value)
    assert "请" in str(fault.value)


@pytest.mark.parametrize(
    "content",
    [
        text().encode("utf-16"),
        text().encode("gb18030"),
        text(end="\r").encode(),
        text(end="\r").encode("gbk"),
        text(end="\n").encode(),
        ("\r\n".join(",".join(f'="{cell}"' for cell in row) for row in [HEADINGS, *ROWS]) + "\r\n").encode("gbk"),
        text([[row[0], row[1], "'" + row[2], *row[3:]] for row in ROWS]).encode(),
        text(ROWS[:1]).encode() + text(ROWS, "\n").encode().split(b"\n", 2)[2],
    ],
    ids=[
        "utf-16 with mark",
        "gb18030",
        "bare returns",
        "bare returns in gbk",
        "line feeds",
        "formulas that keep texts",
        "apostrophes",
        "mixed ends",
    ],
)
def test_no_row_is_lost_however_lines_end_and_letters_are_written(tmp_path: Path, desk: Desk, content: bytes) -> None:
    path = tmp_path / "报送.csv"
    path.write_bytes(content)
    report, _ = checked(desk, path)
    assert (report["received"], report["accepted"]) == (3, 3)


@pytest.mark.parametrize("row", [1, 60])
def test_a_zero_byte_harms_its_own_row_alone(tmp_path: Path, desk: Desk, row: int) -> None:
    rows = [list(penalty(number).values()) for number in range(1, 71)]
    rows[row - 1][0] = rows[row - 1][0].replace("明信", "明\0信")
    path = tmp_path / "零字节.csv"
    path.write_bytes(text(rows).encode())
    report, codes = checked(desk, path)
    assert (report["received"], report["accepted"], report["refused"]) == (70, 69, 1)
    assert [each["row"] for each in report["issues"] if each["code"] == "text.broken"] == [row + 1]
    assert "text.broken" in codes


def test_a_file_with_nothing_but_its_heading_says_so(tmp_path: Path, desk: Desk) -> None:
    path = tmp_path / "只有表头.csv"
    path.write_text(text([]), encoding="utf-8")
    report, codes = checked(desk, path)
    assert report["received"] == 0
    assert codes == {"sheet.no_rows"}


def test_three_hundred_columns_and_a_heading_twice(tmp_path: Path, desk: Desk) -> None:
    path = tmp_path / "宽.csv"
    more = [f"附加{number}" for number in range(286)]
    path.write_text(text([row + ["x"] * 286 for row in ROWS], headings=HEADINGS + more), encoding="utf-8")
    report, codes = checked(desk, path)
    assert report["accepted"] == 3
    assert {each["column"] for each in report["issues"] if each["code"] == "field.removed"} == set(more)
    path.write_text(text([[*row, "别的名称"] for row in ROWS], headings=[*HEADINGS, HEADINGS[0]]), encoding="utf-8")
    report, codes = checked(desk, path)
    assert (report["accepted"], codes) == (3, {"heading.repeated_column"})


def _sheet(book: Workbook) -> Any:
    sheet = book.active
    for row in [HEADINGS, *ROWS]:
        sheet.append(row)
    return sheet


def _formula(book: Workbook) -> None:
    _sheet(book)["A2"] = '=CONCATENATE("河北","公司")'


def _error(book: Workbook) -> None:
    cell = _sheet(book)["A2"]
    cell.value, cell.data_type = "#N/A", "e"


def _number(book: Workbook) -> None:
    _sheet(book)["C2"] = 911301020000000000


def _merged_down(book: Workbook) -> None:
    _sheet(book).merge_cells("A2:A4")


def _merged_across(book: Workbook) -> None:
    _sheet(book).merge_cells("A3:H3")


def _hidden(book: Workbook) -> None:
    _sheet(book).row_dimensions[3].hidden = True
    hidden = book.create_sheet("隐藏")
    for row in (HEADINGS, list(penalty(9).values())):
        hidden.append(row)
    hidden.sheet_state = "hidden"


def _numbered_ahead(book: Workbook) -> None:
    sheet = _sheet(book)
    sheet.insert_cols(1)
    for row, text in enumerate(["序号", *range(1, 90)], start=1):
        sheet.cell(row, 1).value = text


def _dates(book: Workbook) -> None:
    sheet = _sheet(book)
    sheet["L2"], sheet["L3"], sheet["L4"] = "二〇二六年五月二十六日", "2026.5.26", datetime(2026, 5, 26)
    sheet["L2"].number_format = "@"


@pytest.mark.parametrize(
    ("made", "outcome", "said"),
    [
        (_formula, (3, 2, 1), "field.required"),
        (_error, (3, 2, 1), "field.required"),
        (_number, (3, 2, 1), "code.float"),
        (_merged_down, (3, 3, 0), ""),
        (_merged_across, (3, 2, 1), "field.required"),
        (_hidden, (4, 4, 0), ""),
        (_dates, (3, 3, 0), ""),
        (_numbered_ahead, (3, 3, 0), ""),
    ],
)
def test_a_workbooks_odd_cells_cost_no_row(
    tmp_path: Path, desk: Desk, made: Callable[[Workbook], None], outcome: tuple[int, int, int], said: str
) -> None:
    book, path = Workbook(), tmp_path / "工作簿.xlsx"
    made(book)
    book.save(path)
    report, codes = checked(desk, path)
    assert (report["received"], report["accepted"], report["refused"]) == outcome
    assert not said or said in codes
    for each in report["issues"]:
        if each["severity"] == "error":
            assert each["row"] and each["column"] and each["message"]


def test_a_cell_at_the_end_of_the_sheet_is_told_and_not_laid_out(tmp_path: Path, desk: Desk) -> None:
    """Two cells are half a terabyte of empty ones between them; a wide sheet of some rows is read as ever."""
    book = Workbook()
    sheet = _sheet(book)
    sheet["XFD1048576"] = "远"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(Unreadable, match="XFD1048576"):
        survey(tmp_path / "far.xlsx", desk)
    told = read_workbook((tmp_path / "far.xlsx").read_bytes())
    assert isinstance(told, list) and "XFD1048576" in told[0].message
    del sheet._cells[1048576, 16384]
    sheet["XFD9"] = "远"
    book.save(tmp_path / "wide.xlsx")
    assert checked(desk, tmp_path / "wide.xlsx")[0]["received"] >= 3


def test_a_workbook_is_known_by_its_bytes_whatever_it_is_called(tmp_path: Path, desk: Desk) -> None:
    """`validate` reads the file by its name, `intake` a copy without one: both must find the same."""
    book = Workbook()
    _sheet(book)
    for name in ("改名.xls", "改名.csv", "无名", "大写.XLSX"):
        path = tmp_path / name
        book.save(path)
        report, _ = checked(desk, path)
        assert report["accepted"] == 3, name


UPPER = ["序号", "行政相对人", "", "", "", *HEADINGS[4:12], "处罚机关", ""]
LOWER = ["", "名称", "类别", "统一社会信用代码", "法定代表人", *[""] * 8, "名称", "统一社会信用代码"]


def _two_rows(path: Path) -> None:
    rows = [["行政处罚信息公示表"], UPPER, LOWER, *([number, *row] for number, row in enumerate(ROWS, 1))]
    if path.suffix == ".csv":
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows(rows)
        return
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append([cell or None for cell in row])
    if path.stem == "合并":
        for merge in ("A1:O1", "B2:E2", "N2:O2", "A2:A3", *(f"{letter}2:{letter}3" for letter in "FGHIJKLM")):
            sheet.merge_cells(merge)
    book.save(path)


@pytest.mark.parametrize("name", ["合并.xlsx", "未合并.xlsx", "两行.csv"])
def test_headings_in_two_rows_are_read_as_one(tmp_path: Path, desk: Desk, name: str) -> None:
    """The same word stands below two groups: whose name and whose code it is, the group says."""
    path = tmp_path / name
    _two_rows(path)
    report, codes = checked(desk, path)
    assert (report["received"], report["accepted"]) == (3, 3), report["issues"]
    assert "field.removed" not in codes and "heading.repeated_column" not in codes


@pytest.mark.parametrize(
    ("above", "heading", "amount", "fine", "said"),
    [
        ("行政处罚情况表", "罚款金额（元）", "5000", "0.5", ""),
        ("行政处罚情况表（单位：元）", "罚款金额", "5000", "0.5", "heading.unit_above"),
        ("单位：万元", "罚款金额", "0.5", "0.5", "heading.unit_above"),
        ("行政处罚情况表", "罚款金额", "0.5", "0.5", "heading.unit_assumed"),
        ("行政处罚情况表", "罚款金额", "5000元", "0.5", "heading.unit_assumed"),
        ("行政处罚情况表", "罚款金额", "5000", None, "money.no_unit"),
        ("行政处罚情况表", "罚款金额（万元）", "5000", "5000", ""),
    ],
)
def test_an_amount_without_a_unit_is_not_guessed(
    tmp_path: Path, desk: Desk, above: str, heading: str, amount: str, fine: str | None, said: str
) -> None:
    path = tmp_path / "金额.csv"
    # The row's own words say no amount here: what they speak against is another test's.
    rows = [list(penalty(number, **{"处罚内容": "罚款", "罚款金额（万元）": amount}).values()) for number in (1, 2)]
    headings = [heading if name.startswith("罚款金额") else name for name in HEADINGS]
    path.write_text(f"{above}\n" + text(rows, headings=headings), encoding="utf-8")
    _, codes = checked(desk, path)
    assert (said in codes) if said else not {code for code in codes if "unit" in code}
    (examined,) = examine(survey(path, desk), desk)
    read = examined.frame["fine_wan"].to_list() if fine else examined.frame["__outcome"].to_list()
    assert read == [fine or "refused"] * 2
