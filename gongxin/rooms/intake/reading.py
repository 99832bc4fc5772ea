"""Reading files (读取文件): whatever a department sends becomes sheets of text with the row numbers of the file.

The form is found by the file's bytes, not by its name. No row disappears: what is no record is listed as set aside.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

import polars as pl

from gongxin.rooms.intake import textfiles
from gongxin.rooms.intake.anatomy import SEARCHED_ROWS, TOTAL_START, Anatomy, Known, SetAside, anatomy, headings_of
from gongxin.rooms.intake.protected import in_plain, is_protected
from gongxin.rooms.intake.workbooks import CalamineError, WorkbookSheet, cell_text, open_workbook
from gongxin.spine.farcells import too_far

ROW = "__row"
FLAW = "__flaw"
"""What the reader noticed about a record: unpaired `quote`, `extra` cells, `broken` characters, no `json`."""
CHUNK = 50_000
"""Rows in hand at a time: three such runs lie in memory at once, one entered, one waiting, one being checked."""
HEAD = SEARCHED_ROWS + 40
SPARSE = 50
"""A text with a zero byte among more than so many others is damaged text; one with more of them is no text."""
ARMOUR = re.compile(r'^="([^"]*)"\s*$')
"""Many programs write ="9113…" into text files, so that a spreadsheet shows 9113… and keeps it a text."""
_CONTROLS = frozenset({*range(1, 9), *range(14, 26), *range(27, 32)})
"""Bytes that mean something to machines and never stand in text."""
LOCKED = "EncryptedPackage".encode("utf-16-le")
"""Names the part of a file in which a workbook under a password is kept."""
LOCKED_WITHIN = 64 << 20
WORKBOOKS, DOCUMENTS = (
    tuple(name.encode("utf-16-le") + b"\0\0" for name in names)
    for names in (("Workbook", "Book"), ("WordDocument", "PowerPoint Document"))
)
"""Name the part of a file that is a workbook, or a text or presentation, also where another maker's program wrote it."""

_SIGNATURES = (
    (b"PK\x03\x04", "workbook"),
    (b"\xd0\xcf\x11\xe0", "workbook"),
    (b"PAR1", "parquet"),
    (b"%PDF", "pdf"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
)
_NOT_TABLES = {
    "pdf": "这是 PDF 文件，不是表格；请报送原始的 XLSX 或 CSV 文件",
    "gzip": "这是压缩文件；请解压后报送其中的表格",
    "rar": "这是压缩文件；请解压后报送其中的表格",
    "7z": "这是压缩文件；请解压后报送其中的表格",
    "html": "这是网页另存的表格（扩展名虽为 xls，内容是 HTML）；请用表格软件打开后另存为 XLSX 再报送",
    "binary": "内容不是表格（扩展名虽像，里面是图片、文书或其他二进制内容）；请报送原始的 XLSX 或 CSV 文件",
    "zip": "这是压缩包（扩展名虽像，里面不是工作簿）；请解压后报送其中的表格",
    "document": "这是文字文档或演示文稿，不是表格（扩展名可能被改过）；请把其中的表格另存为 XLSX 再报送",
    "locked": "工作簿设有打开密码，平台无法读取；请取消密码，另存为 XLSX 后再报送",
    "utf-16": "文字是没有标记的 UTF-16 或 UTF-32 编码，无法可靠识别；请另存为 UTF-8 编码的 CSV 后再报送",
    "empty": "文件是空的（0 字节）；请检查导出或上传是否完成",
}


class Unreadable(Exception):
    """A file that cannot be read (文件无法读取): what is wrong, where, and how to go on."""


@dataclass(frozen=True)
class Chunk:
    """A run of records (一批行): text columns named by their letter, ROW, and FLAW; and the rows set aside in it."""

    frame: pl.DataFrame
    set_aside: tuple[SetAside, ...]


@dataclass
class Sheet:
    """One table of a file (一张表): its headings, and its rows in chunks."""

    name: str
    heading_row: int | None
    headings: list[str]
    letters: list[str]
    form: str
    read: Callable[[int], Iterator[Chunk]] = field(repr=False)
    expected: int = 0
    """How many rows are to come, counted without reading them: for the progress shown, never for a figure that is told."""
    above: tuple[str, ...] = ()
    """What stands above the headings, a row each: a title, who reports, in which unit amounts are."""
    _frame: pl.DataFrame | None = field(default=None, repr=False)
    _set_aside: tuple[SetAside, ...] = field(default=(), repr=False)

    def chunks(self, size: int = CHUNK) -> Iterator[Chunk]:
        """Yield the records in pieces of about `size` rows, always cut at the same places for the same size."""
        return self.read(size)

    @property
    def frame(self) -> pl.DataFrame:
        """All records at once, for small files and tests."""
        self._gather()
        assert self._frame is not None
        return self._frame

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """Rows that are no records, with their reasons."""
        self._gather()
        return self._set_aside

    def _gather(self) -> None:
        if self._frame is None:
            read = list(self.read(CHUNK))
            self._frame = pl.concat([chunk.frame for chunk in read]) if read else empty_frame(self.letters)
            self._set_aside = tuple(chain.from_iterable(chunk.set_aside for chunk in read))


def empty_frame(letters: Sequence[str]) -> pl.DataFrame:
    """Return a frame without rows, in the shape all chunks of a sheet have."""
    return pl.DataFrame(schema={ROW: pl.Int64, **dict.fromkeys(letters, pl.String), FLAW: pl.String})


def letter_of(place: int) -> str:
    """Return the spreadsheet letter of a column place (列号): 0 → A, 26 → AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def form_of(path: Path) -> str:
    """Return what a file is by its first bytes (文件格式): workbook, parquet, jsonl, text, or why it is none."""
    with path.open("rb") as file:
        first = file.read(2048)
    if not first:
        return "empty"
    for signature, form in _SIGNATURES:
        if first.startswith(signature):
            return form
    start = first.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<?xml")):
        return "html"
    if start.startswith((b"{", b"[{", b"[\n", b"[ ", b"[\r")):
        return "jsonl"
    return _form_by_zeros(first)


def _form_by_zeros(first: bytes) -> str:
    """Tell text from other bytes by its zeros: UTF-16 is full of them and says so at its beginning, other text has none.

    A single zero within text is damage, and is flagged in the row where it stands.
    """
    zeros = first.count(0)
    marked = first[:2] in {b"\xff\xfe", b"\xfe\xff"}
    if first.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "utf-16"
    if not zeros or marked or (zeros * SPARSE < len(first) and not _CONTROLS.intersection(first)):
        return "text"
    for encoding in ("utf-16-le", "utf-16-be"):
        text = first[: len(first) // 2 * 2].decode(encoding, errors="replace")
        if "\0" not in text and sum(text.count(mark) for mark in ",\t;|") > 2:
            return "utf-16"
    return "binary"


def _form_of_workbook(path: Path) -> str:
    """Tell a workbook from what only begins like one: an archive of other files, or a workbook under a password."""
    with path.open("rb") as file:
        if file.read(4) == b"PK\x03\x04":
            try:
                with zipfile.ZipFile(path) as archive:
                    names = set(archive.namelist())
            except zipfile.BadZipFile:
                return "workbook"
            if any(name.startswith(("word/", "ppt/")) for name in names):
                return "document"
            return "workbook" if names & {"[Content_Types].xml", "mimetype", "content.xml"} else "zip"
        file.seek(0)
        content = file.read(LOCKED_WITHIN)
    if LOCKED in content:
        return "locked"
    if is_protected(content) and in_plain(content) is None:
        return "locked"
    # A workbook may hold a text within it.
    holds_text = any(part in content for part in DOCUMENTS) and not any(part in content for part in WORKBOOKS)
    return "document" if holds_text else "workbook"


def open_sheets(path: Path | str, known: Known | None = None) -> list[Sheet]:
    """Open a file and find the headings of its sheets, rows still unread (打开文件).

    Raises Unreadable with a sentence a clerk can act on.
    """
    path = Path(path)
    if not path.is_file():
        raise Unreadable(f"找不到文件 {path.name}；请核对路径")
    form = form_of(path)
    if form == "workbook":
        form = _form_of_workbook(path)
    if form in _NOT_TABLES:
        raise Unreadable(f"{path.name}：{_NOT_TABLES[form]}")
    try:
        if form == "workbook":
            if far := too_far(path):
                raise Unreadable(
                    f"{path.name}：工作表一直延伸到单元格 {far}，无法展开；请删去数据以外远处的单元格，另存后再报送"
                )
            sheets = [_workbook_sheet(sheet, known) for sheet in open_workbook(path)]
            if not sheets:
                raise Unreadable(f"{path.name}：工作簿中没有任何单元格")
            return sheets
        if form == "parquet":
            return [_parquet_sheet(path)]
        if form == "jsonl":
            return [_jsonl_sheet(path)]
        return [_text_sheet(path, known)]
    except CalamineError as fault:
        reason = "文件可能已加密或损坏；请取消密码或另存为 XLSX 后再报送"
        raise Unreadable(f"{path.name}：无法打开工作簿（{fault}）；{reason}") from fault
    except pl.exceptions.PolarsError as fault:
        raise Unreadable(f"{path.name}：内容与格式不符（{str(fault).splitlines()[0]}）；请重新导出后再报送") from fault


def read_sheets(path: Path | str, known: Known | None = None) -> list[Sheet]:
    """Read a whole file (整读), for small files; large ones go through `open_sheets` and `Sheet.chunks`."""
    sheets = open_sheets(path, known)
    for sheet in sheets:
        sheet._gather()
    return sheets


# ---- delimited text ---------------------------------------------------------------------------------------------


def _text_sheet(path: Path, known: Known | None) -> Sheet:
    dialect = textfiles.find_dialect(path)
    head = textfiles.first_records(path, dialect, HEAD)
    armoured = any(ARMOUR.match(cell) for record in head for cell in record)
    if armoured:
        head = [[ARMOUR.sub(r"\1", cell) for cell in record] for record in head]
    headings, place = headings_of(head, known)
    width = len(headings) or max((len(record) for record in head), default=1)
    letters = [letter_of(index) for index in range(width)]
    body = anatomy(headings, head[place + 1 :] if place is not None else head)

    def read(size: int) -> Iterator[Chunk]:
        titles = [
            SetAside("", number + 1 + dialect.skip, "title" if any(record) else "empty", _joined(record))
            for number, record in enumerate(head[: place or 0])
        ]
        first = 0 if place is None else place + 1
        passed = 0
        parts = textfiles.frames(path, dialect, width)
        for wide, flaws in _resized(parts, size, first):
            frame = _with_rows(wide, passed + first + 1 + dialect.skip, width, flaws)
            passed += wide.height
            if armoured:
                bare = pl.col(letters).str.replace(ARMOUR.pattern, "$1")
                frame = frame.with_columns(pl.when(bare != "").then(bare).name.keep())
            kept, aside = _without_set_aside(frame, letters, body, "")
            yield Chunk(kept, (*titles, *aside))
            titles = []

    heading_row = None if place is None else place + 1 + dialect.skip
    expected = max(0, _lines(path) - (heading_row or 0))
    above = tuple(_joined(record) for record in head[: place or 0])
    return Sheet("", heading_row, headings, letters, f"text/{dialect.encoding}", read, expected, above)


def _lines(path: Path) -> int:
    """Count the lines of a text file by its line feeds (行数); a cell that holds line breaks makes them too many."""
    with path.open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))


def _resized(
    parts: Iterator[tuple[pl.DataFrame, textfiles.Flaws]], size: int, skip: int
) -> Iterator[tuple[pl.DataFrame, textfiles.Flaws]]:
    """Cut the frames into pieces of `size` rows after leaving out the first `skip` records."""
    frame: pl.DataFrame | None = None
    flaws: textfiles.Flaws = {}
    for part, part_flaws in parts:
        cut = min(skip, part.height)
        skip -= cut
        held = 0 if frame is None else frame.height
        flaws |= {place - cut + held: flaw for place, flaw in part_flaws.items() if place >= cut}
        frame = part.slice(cut) if frame is None else pl.concat([frame, part.slice(cut)])
        while frame.height >= size:
            yield frame.head(size), {place: flaw for place, flaw in flaws.items() if place < size}
            frame = frame.slice(size)
            flaws = {place - size: flaw for place, flaw in flaws.items() if place >= size}
    if frame is not None and frame.height:
        yield frame, flaws


def _with_rows(wide: pl.DataFrame, first_row: int, width: int, flaws: textfiles.Flaws) -> pl.DataFrame:
    """Name the columns by letter, number the rows, and flag records with surplus cells or unpaired marks."""
    spare = list(wide.columns[width:])
    extra = pl.any_horizontal(pl.col(name).is_not_null() for name in spare)
    frame = wide.with_columns(pl.when(extra).then(pl.lit("extra")).alias(FLAW))
    if frame[FLAW].null_count() < frame.height:
        # The surplus stays readable in the last column, so that no character of the row is lost.
        last = str(width - 1)
        joined = pl.concat_str([pl.col(last), *spare], separator=" | ", ignore_nulls=True)
        frame = frame.with_columns(pl.when(pl.col(FLAW).is_not_null()).then(joined).otherwise(pl.col(last)).alias(last))
    if flaws:
        told = pl.Series([flaws.get(place) for place in range(frame.height)], dtype=pl.String)
        frame = frame.with_columns(told.fill_null(frame[FLAW]).alias(FLAW))
    rows = pl.int_range(first_row, first_row + frame.height, dtype=pl.Int64, eager=True).alias(ROW)
    columns = [pl.col(str(index)).alias(letter_of(index)) for index in range(width)]
    return frame.select(rows, *columns, pl.col(FLAW))


def _without_set_aside(
    frame: pl.DataFrame, letters: list[str], body: Anatomy, sheet: str, merged: frozenset[int] = frozenset()
) -> tuple[pl.DataFrame, list[SetAside]]:
    """Split off rows that are no records; only rows with few filled cells or with the heading's words are looked at."""
    if not frame.height:
        return frame, []
    filled = pl.sum_horizontal(pl.col(letter).is_not_null().cast(pl.UInt16) for letter in letters)
    doubtful = filled <= max(body.suspicious_below, 3)
    for letter in letters[:2]:
        doubtful = doubtful | pl.col(letter).str.contains(TOTAL_START).fill_null(False)
    if body.headings:
        doubtful = doubtful | (pl.col(letters[0]).str.strip_chars() == body.headings[0].strip()).fill_null(False)
    suspects = frame.filter(doubtful)
    aside = []
    for row in suspects.select(ROW, *letters).iter_rows():
        reason = body.reason_to_set_aside(row[1:], merged=row[0] in merged)
        if reason is not None:
            aside.append(SetAside(sheet, row[0], reason, _joined(row[1:])))
    if aside:
        frame = frame.filter(~pl.col(ROW).is_in([each.row for each in aside]))
    return frame, aside


def _trimmed(record: Sequence[str | None]) -> list[str]:
    cells = [text or "" for text in record]
    while len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    return cells


def _joined(cells: Sequence[str | None]) -> str:
    return " ".join(text.strip() for text in cells if text and text.strip())[:200]


# ---- workbooks --------------------------------------------------------------------------------------------------


def _workbook_sheet(source: WorkbookSheet, known: Known | None) -> Sheet:
    head = list(islice(source.rows(), HEAD))
    cells = [row for row, _ in head]
    headings, place = headings_of(cells, known)
    width = max((len(row) for row in cells), default=0)
    if place is not None:
        # A column that has neither a heading nor a value among the first rows is formatting, not data.
        width = max(len(headings), *(len(_trimmed(row)) for row in cells[place:]))
        headings += [""] * (width - len(headings))
    letters = [letter_of(source.first_column + index) for index in range(width)]
    body = anatomy(headings, cells[place + 1 :] if place is not None else cells)

    def read(size: int) -> Iterator[Chunk]:
        titles: list[SetAside] = []
        records: list[list[str | None]] = []
        merged: set[int] = set()
        first: int = 0 if place is None else place + 1
        for number, (row, across) in enumerate(source.rows()):
            if number < first:
                if number != place:
                    titles.append(SetAside(source.name, number + 1, "title" if any(row) else "empty", _joined(row)))
                continue
            if across:
                merged.add(number + 1)
            flaw = "extra" if any(row[width:]) else None
            records.append([number + 1, *row[:width], *[None] * (width - len(row)), flaw])  # type: ignore[list-item]
            if len(records) == size:
                yield finish(records, titles, merged)
                records, titles, merged = [], [], set()
        if records or titles:
            yield finish(records, titles, merged)

    def finish(records: list[list[str | None]], titles: list[SetAside], merged: set[int]) -> Chunk:
        schema = {ROW: pl.Int64, **dict.fromkeys(letters, pl.String), FLAW: pl.String}
        columns = list(zip(*records, strict=True)) if records else [[] for _ in schema]
        frame = pl.DataFrame(dict(zip(schema, columns, strict=True)), schema=schema)
        kept, aside = _without_set_aside(frame, letters, body, source.name, frozenset(merged))
        return Chunk(kept, (*titles, *aside))

    heading_row = None if place is None else place + 1
    expected = max(0, source.height - (heading_row or 0))
    above = tuple(_joined(row) for row in cells[: place or 0])
    return Sheet(source.name, heading_row, headings, letters, "workbook", read, expected, above)


# ---- JSON lines and Parquet -------------------------------------------------------------------------------------


def _json_records(path: Path) -> Iterator[tuple[int, dict[str, object] | None, str]]:
    """Yield number, record and raw text; numbers keep the digits they were written with."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        first = file.read(1)
        file.seek(0)
        if first == "[":
            try:
                whole = json.load(file, parse_int=str, parse_float=str)
            except ValueError as fault:
                raise Unreadable(f"{path.name}：JSON 不完整或有语法错误（{fault}）；请改为每行一条的 JSONL") from fault
            for number, record in enumerate(whole, start=1):
                yield number, record if isinstance(record, dict) else None, str(record)
            return
        for number, line in enumerate(file, start=1):
            if not line.strip():
                yield number, {}, ""
                continue
            try:
                record = json.loads(line, parse_int=str, parse_float=str)
            except ValueError:
                record = None
            yield number, record if isinstance(record, dict) else None, line


def _json_text(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, list):
        return "、".join(text for each in value if (text := _json_text(each)))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return cell_text(value)


def _jsonl_sheet(path: Path) -> Sheet:
    headings = list(dict.fromkeys(key for _, record, _ in _json_records(path) for key in record or ()))
    if not headings:
        raise Unreadable(f"{path.name}：没有可读的 JSON 记录；每行应是一个 JSON 对象")
    letters = [letter_of(index) for index in range(len(headings))]

    def read(size: int) -> Iterator[Chunk]:
        schema = {ROW: pl.Int64, **dict.fromkeys(letters, pl.String), FLAW: pl.String}
        records = _json_records(path)
        while piece := list(islice(records, size)):
            aside = [SetAside("", number, "empty", "") for number, record, _ in piece if record == {}]
            rows = [
                [number, *map(_json_text, map(record.get, headings)), None]
                if record is not None
                else [number, raw.strip()[:2000], *[None] * (len(headings) - 1), "json"]
                for number, record, raw in piece
                if record != {}
            ]
            yield Chunk(pl.DataFrame(rows, schema=schema, orient="row"), tuple(aside))

    return Sheet("", 0, headings, letters, "jsonl", read, _lines(path))


def _parquet_sheet(path: Path) -> Sheet:
    lazy = pl.scan_parquet(path)
    schema = lazy.collect_schema()
    headings = list(schema)
    letters = [letter_of(index) for index in range(len(headings))]
    total = lazy.select(pl.len()).collect().item()

    def as_text(name: str, letter: str) -> pl.Expr:
        kind, column = schema[name], pl.col(name)
        if isinstance(kind, pl.List):
            column = column.cast(pl.List(pl.String)).list.join("、")
        elif isinstance(kind, pl.Datetime):
            column = column.dt.strftime("%Y-%m-%d %H:%M:%S").str.strip_suffix(" 00:00:00")
        elif kind.is_float():
            column = column.map_elements(cell_text, return_dtype=pl.String)
        text = column.cast(pl.String)
        return pl.when(text != "").then(text).alias(letter)

    def read(size: int) -> Iterator[Chunk]:
        for start in range(0, total, size):
            piece = lazy.slice(start, size).collect()
            rows = pl.int_range(start + 1, start + 1 + piece.height, dtype=pl.Int64, eager=True).alias(ROW)
            columns = [as_text(name, letter) for name, letter in zip(headings, letters, strict=True)]
            yield Chunk(piece.select(rows, *columns, pl.lit(None, pl.String).alias(FLAW)), ())

    return Sheet("", 0, headings, letters, "parquet", read, total)
