"""Reading files (读取文件): no row lost, no row changed, whatever the form."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from gongxin.rooms.intake import textfiles
from gongxin.rooms.intake.reading import FLAW, ROW, Sheet, Unreadable, open_sheets, read_sheets
from gongxin.rooms.intake.workbooks import cell_text

CELLS = st.text(alphabet=st.sampled_from(list("甲乙丙 ab12,;\t\"\n'=〔〕（）")), max_size=12)


WORDS = frozenset({"企业名称", "统一社会信用代码", "代码", "备注", "序号", "罚款金额", "金额", "种类", "日期"})


def sheets_of(path: Path) -> list[Sheet]:
    """Read a file, its headings known by the words above."""
    return read_sheets(path, lambda text: text.strip() in WORDS)


def read_back(path: Path) -> list[list[str]]:
    """Return heading and rows as read, empty cells as empty texts, in the order of the file."""
    sheet = sheets_of(path)[0]
    rows = sheet.frame.select(sheet.letters).rows()
    return [sheet.headings, *[[text or "" for text in row] for row in rows]]


def workbook(path: Path, rows: list[list[object]], merges: tuple[str, ...] = ()) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for merge in merges:
        sheet.merge_cells(merge)
    book.save(path)
    return path


@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=30),
    delimiter=st.sampled_from([",", "\t", ";"]),
)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_table_is_read_as_csv_reads_it(tmp_path: Path, rows: list[list[str]], delimiter: str) -> None:
    full = [["统一社会信用代码", "企业名称", "处罚内容"], *[["9113", *row[1:]] for row in rows]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(full)
    path = tmp_path / "t.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    records = list(csv.reader(io.StringIO(text.getvalue(), newline=""), delimiter=delimiter))
    dialect = textfiles.Dialect("utf-8", delimiter, 0)
    told = [[cell or "" for cell in row[:3]] for frame, _ in textfiles.frames(path, dialect, 3) for row in frame.rows()]
    assert told == records


@given(
    lines=st.lists(st.text(alphabet=st.sampled_from(list('甲ab,"')), min_size=1, max_size=14), min_size=1, max_size=30)
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_character_is_lost_however_the_quotation_marks_stand(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "q.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    dialect = textfiles.Dialect("utf-8", ",", 0)
    kept = "".join(
        cell for frame, _ in textfiles.frames(path, dialect, 3) for row in frame.rows() for cell in row if cell
    )
    wanted = Counter("".join(lines)) - Counter({'"': 10**6, ",": 10**6})
    assert Counter(kept) - Counter({'"': 10**6, ",": 10**6, "\n": 10**6}) == wanted


def test_one_unpaired_quotation_mark_does_not_swallow_the_rows_after_it(tmp_path: Path) -> None:
    path = tmp_path / "u.csv"
    rows = ["甲公司,1,a", '"乙公司,2,b', *[f"丙{number}公司,{number},c" for number in range(3, 400)]]
    path.write_text("企业名称,序号,备注\n" + "\n".join(rows) + "\n", encoding="utf-8")
    frame = sheets_of(path)[0].frame
    assert frame.height == len(rows)
    assert frame.filter(pl.col(FLAW) == "quote")[ROW].to_list() == [3]
    assert frame[-1, "A"] == "丙399公司"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encodings_and_delimiters_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "e.csv"
    rows = [
        ["企业名称", "统一社会信用代码", "备注"],
        ["石家庄甲公司", "91130100MA0001", ""],
        ["乙公司", "9113", "二、三"],
    ]
    path.write_text("\n".join(delimiter.join(row) for row in rows) + "\n", encoding=encoding)
    assert read_back(path) == rows


def test_a_row_longer_than_the_heading_is_kept_whole_and_flagged(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("企业名称,代码,备注\n甲公司,91,好\n乙公司,92,有,逗,号\n丙公司\n", encoding="utf-8")
    frame = sheets_of(path)[0].frame
    assert frame[FLAW].to_list() == [None, "extra", None]
    assert frame[1, "C"] == "有 | 逗 | 号"
    assert frame[2, "A"] == "丙公司"


def test_damaged_bytes_are_flagged_and_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_bytes("企业名称,备注\n甲公司,好\n".encode() + b"\xe4\xb9\xff\xfe,x\n" + "丙公司,好\n".encode())
    frame = sheets_of(path)[0].frame
    assert frame[FLAW].to_list() == [None, "broken", None]


def test_title_group_total_note_and_empty_rows_are_set_aside_with_their_numbers(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "m.xlsx",
        [
            ["2026年行政处罚情况表", None, None, None],
            ["序号", "企业名称", "统一社会信用代码", "罚款金额"],
            ["一、桥西区（2家）", None, None, None],
            [1, "甲公司", "91130104MA0000001X", 5000],
            [2, "乙公司", "91130104MA0000002X", 1.5],
            [None, None, None, None],
            ["序号", "企业名称", "统一社会信用代码", "罚款金额"],
            [3, "丙公司", "91130104MA0000003X", 0.1],
            ["合计", None, None, 5001.6],
            ["注：数据截至5月底。", None, None, None],
            ["填报人：张三", None, "联系电话：0311", None],
        ],
        merges=("A1:D1", "A3:D3"),
    )
    sheet = sheets_of(path)[0]
    assert sheet.heading_row == 2
    assert sheet.frame[ROW].to_list() == [4, 5, 8]
    assert {(each.row, each.reason) for each in sheet.set_aside} == {
        (1, "title"), (3, "group"), (6, "empty"), (7, "heading"), (9, "total"), (10, "note"), (11, "note"),
    }  # fmt: skip


def test_a_value_merged_downwards_holds_for_every_row(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "v.xlsx",
        [["企业名称", "代码", "金额"], ["甲公司", "91A", 1], [None, "91B", 2], ["乙公司", "91C", 3]],
        merges=("A2:A3",),
    )
    assert sheets_of(path)[0].frame["A"].to_list() == ["甲公司", "甲公司", "乙公司"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4111010001.0, "4111010001"),
        (0.1 + 0.2, "0.3"),
        (1.10101199001010e17, "1.10101199001010e+17"),
        (datetime(2019, 4, 25), "2019-04-25"),
        (datetime(2019, 4, 25, 9, 32, 9), "2019-04-25 09:32:09"),
        (date(2019, 4, 25), "2019-04-25"),
        (True, "TRUE"),
        ("", None),
        (-5.0, "-5"),
    ],
)
def test_a_cell_is_the_text_a_person_sees(value: object, text: str | None) -> None:
    assert cell_text(value) == text


def test_a_number_too_long_for_a_spreadsheet_never_looks_like_a_code() -> None:
    assert "e" in (cell_text(110101199001010011.0) or "")


def test_json_lines_keep_every_digit_and_name_broken_lines(tmp_path: Path) -> None:
    path = tmp_path / "l.jsonl"
    lines = [
        '{"企业名称": "甲", "代码": 110101199001010011}',
        '{"企业名称": ',
        "",
        '{"企业名称": "乙", "种类": ["罚款", "警告"]}',
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    sheet = sheets_of(path)[0]
    assert sheet.headings == ["企业名称", "代码", "种类"]
    assert sheet.frame.select("A", "B", "C").rows()[0] == ("甲", "110101199001010011", None)
    assert sheet.frame[FLAW].to_list() == [None, "json", None]
    assert sheet.frame[2, "C"] == "罚款、警告"
    assert sheet.frame[ROW].to_list() == [1, 2, 4]


def test_a_json_array_is_read_like_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"企业名称": "甲"}, {"企业名称": "乙"}], ensure_ascii=False), encoding="utf-8")
    assert sheets_of(path)[0].frame["A"].to_list() == ["甲", "乙"]


def test_parquet_becomes_text(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    pl.DataFrame(
        {"企业名称": ["甲"], "日期": [date(2026, 5, 1)], "金额": [1.5], "种类": [["罚款", "警告"]]}
    ).write_parquet(path)
    sheet = sheets_of(path)[0]
    assert sheet.frame.select(sheet.letters).rows() == [("甲", "2026-05-01", "1.5", "罚款、警告")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "HTML"),
        (b"PK\x03\x04broken", "无法打开工作簿"),
        (b"\x1f\x8b\x08", "压缩"),
    ],
)
def test_an_unreadable_file_says_what_to_do(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "上报.xls"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as fault:
        open_sheets(path)
    assert words in str(fault.value)
    assert "上报.xls" in str(fault.value)


def test_chunks_cut_alike_and_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("企业名称,代码,备注\n")
        for number in range(1, 1001):
            file.write(f"第{number}号公司,{number},\n" if number % 100 else "\n")
    sheet = open_sheets(path, WORDS.__contains__)[0]
    small = pl.concat([chunk.frame for chunk in sheet.chunks(37)])
    assert small.equals(pl.concat([chunk.frame for chunk in sheet.chunks(10_000)]))
    assert small.height + len(sheet.set_aside) == 1000
