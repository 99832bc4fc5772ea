"""Open data files (开放数据文件): three formats, one content, the same bytes every time."""

import hashlib
import json

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.kernel.cells import plain_cell, plain_cells
from gongxin.rooms.disclosure.files import MANIFEST, ItemFiles, digest_of, previous_files, write_manifest

COLUMNS = ["record", "name", "text"]
values = st.none() | st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
rows = st.lists(st.tuples(st.integers(0, 999).map(str), values, values), max_size=12)


def frames(found, size):
    for start in range(0, len(found), size):
        yield pl.DataFrame(found[start : start + size], schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def write_item(directory, item, columns, chunks):
    files = ItemFiles(directory, item, columns)
    for chunk in chunks:
        files.add(chunk)
    return files.finish()


@settings(deadline=None)
@given(rows, st.integers(1, 5), st.integers(1, 5))
def test_every_format_holds_the_same_rows_whatever_the_chunks(tmp_path_factory, found, one, other):
    first, second = tmp_path_factory.mktemp("a"), tmp_path_factory.mktemp("b")
    written = write_item(first, "penalty", COLUMNS, frames(found, one))
    again = write_item(second, "penalty", COLUMNS, frames(found, other))
    assert written == again
    assert [file.rows for file in written] == [len(found)] * 3
    for file in written:
        data = (first / file.name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == file.sha256
        assert len(data) == file.bytes
    lines = [json.loads(line) for line in (first / "penalty.jsonl").read_text(encoding="utf-8").split("\n") if line]
    assert [tuple(line[name] for name in COLUMNS) for line in lines] == found
    assert pl.read_parquet(first / "penalty.parquet").rows() == found
    table = (first / "penalty.csv").read_bytes()
    assert table.startswith("\ufeffrecord,name,text".encode())
    # What a spreadsheet program would reckon stands in the CSV after a quotation mark, cell by cell or all at once.
    told = plain_cells(pl.DataFrame(found, schema=dict.fromkeys(COLUMNS, pl.String), orient="row"))
    assert told.rows() == [tuple(cell and plain_cell(cell) for cell in row) for row in found]
    assert table.decode("utf-8-sig").partition("\n")[2] == told.write_csv(include_header=False)


def test_no_cell_begins_a_formula():
    for text in ("=1+1", "@SUM(1)", "+1-cmd", "-2+3", "\t=1", "\r=1"):
        assert plain_cell(text) == f"'{text}"
    for text in ("", "平陵=1", "-12.50", "+3", "-", "1,000", "—"):
        assert plain_cell(text) == text


def test_a_foreign_folder_is_not_written_into(tmp_path):
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(FileExistsError):
        previous_files(tmp_path)


def test_an_earlier_export_is_recognised_by_its_manifest(tmp_path):
    files = write_item(tmp_path, "honour", COLUMNS, frames([("1", "甲", None)], 1))
    write_manifest(tmp_path, {"as_of": "2026-11-23"}, files)
    assert previous_files(tmp_path) == {"honour.csv", "honour.jsonl", "honour.parquet", MANIFEST}
    assert digest_of(tmp_path / "honour.csv") == files[0].sha256
