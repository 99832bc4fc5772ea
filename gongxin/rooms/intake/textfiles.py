"""Delimited text (分隔文本): encodings, delimiters and records, kept as text and read in pieces.

Regular pieces go through Polars. A piece with stray or unpaired quotation marks is read record by record instead,
as a spreadsheet program would, so that one wrong mark never swallows the rows after it.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

PIECE = 8 * 1024 * 1024
"""Bytes read at a time: small enough to stay near the processor while they are looked through, decoded and parsed."""
SAMPLE = 4 * 1024 * 1024
SPARE = 12
"""Cells beyond the heading are kept in spare columns, so that a shifted row can be shown whole."""
LOST = "\ufffd"
"""Stands where bytes could not be read."""
Flaws = dict[int, str]
"""Place of a record → what is wrong with its form."""
LONGEST_RECORD = 200
"""Lines one quoted record may span before its quotation mark counts as unpaired."""

DELIMITERS = (",", "\t", ";", "|", "，")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file is written (文本格式)."""

    encoding: str
    delimiter: str
    skip: int
    """Lines before the table that only speak to a program, such as `sep=;`."""
    returns: bool = False
    """Records end with a bare return, as very old programs write them, and with no line feed anywhere."""


def find_encoding(path: Path) -> str:
    """Return the encoding by the file's bytes (编码识别): a mark, strict UTF-8, else GB18030."""
    with path.open("rb") as file:
        first = file.read(4)
        if first.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if first[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            return "utf-16"
        file.seek(0)
        sample = file.read(SAMPLE)
    if not sample.isascii() and _decodes(path, "utf-8", SAMPLE):
        # Nobody changes encoding in the middle; damage further on is flagged where it stands.
        return "utf-8"
    for name in ("utf-8", "gb18030"):
        if _decodes(path, name, None):
            return name
    return "utf-8" if _mostly_utf8(path) else "gb18030"


def _decodes(path: Path, encoding: str, limit: int | None) -> bool:
    """Tell whether the bytes of a file, or the first of them, are text of this encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            if limit is not None:
                decoder.decode(file.read(limit))
                return True
            while piece := file.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _mostly_utf8(path: Path) -> bool:
    """Broken bytes somewhere: text of another encoding read as UTF-8 loses nearly all its characters, damage only few."""
    with path.open("rb") as file:
        text = file.read(PIECE).decode("utf-8", errors="replace")
    lost = text.count(LOST)
    return lost < 0.3 * (sum(1 for character in text if not character.isascii()) - lost)


def find_dialect(path: Path) -> Dialect:
    """Return encoding and delimiter (分隔符识别): the mark that cuts the first records most evenly."""
    encoding = find_encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = [line for _, line in zip(range(60), file, strict=False)]
    returns = len(lines) > 1 and not any("\n" in line for line in lines)
    if lines and lines[0].strip().lower().startswith("sep=") and len(lines[0].strip()) == 5:
        return Dialect(encoding, lines[0].strip()[4], 1, returns)
    best = (0.0, ",")
    for delimiter in DELIMITERS:
        widths = [len(record) for record, _ in lenient_records(iter(lines), delimiter) if any(record)]
        wide = [width for width in widths if width > 1]
        if not wide:
            continue
        typical = max(set(wide), key=wide.count)
        score = wide.count(typical) / len(widths) + min(typical, 20) / 100
        if score > best[0]:
            best = (score, delimiter)
    return Dialect(encoding, best[1], 0, returns)


def text_lines(path: Path, dialect: Dialect) -> Iterator[str]:
    """Yield the lines with their ends, decoded; bytes that cannot be read become the replacement mark."""
    with path.open(encoding=dialect.encoding, errors="replace", newline="") as file:
        for number, line in enumerate(file):
            if number >= dialect.skip:
                yield line


def lenient_records(lines: Iterator[str], delimiter: str) -> Iterator[tuple[list[str], bool]]:
    """Yield each record and whether its quotation marks were paired (宽松读取)."""
    waiting: list[str] = []
    while True:
        line = waiting.pop(0) if waiting else next(lines, None)
        if line is None:
            return
        if '"' not in line:
            yield line.rstrip("\r\n").split(delimiter), True
            continue
        gathered = [line]
        while _stays_open(gathered, delimiter) and len(gathered) < LONGEST_RECORD:
            more = waiting.pop(0) if waiting else next(lines, None)
            if more is None:
                break
            gathered.append(more)
        if _stays_open(gathered, delimiter):
            waiting = gathered[1:] + waiting
            yield line.rstrip("\r\n").split(delimiter), False
        else:
            record = _quoted_record(gathered, delimiter)
            yield (line.rstrip("\r\n").split(delimiter), False) if record is None else (record, True)
            if record is None:
                waiting = gathered[1:] + waiting


def _quoted_record(lines: list[str], delimiter: str) -> list[str] | None:
    """Return a record with quoted cells, or None where `csv` cannot make one of it: a bare return, an endless cell."""
    try:
        return next(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return None


def _stays_open(lines: list[str], delimiter: str) -> bool:
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as fault:
        return "unexpected end of data" in str(fault)
    return False


def first_records(path: Path, dialect: Dialect, count: int) -> list[list[str]]:
    """Return the first records, to find the heading among them."""
    records = lenient_records(text_lines(path, dialect), dialect.delimiter)
    return [record for _, (record, _) in zip(range(count), records, strict=False)]


def frames(path: Path, dialect: Dialect, width: int) -> Iterator[tuple[pl.DataFrame, Flaws]]:
    """Yield frames of text, one column per cell place, and the flaws of records: unpaired marks, damaged characters."""
    schema = {f"{place}": pl.String for place in range(width + SPARE)}
    carry = b""
    pieces = _pieces(path, dialect)
    for piece in pieces:
        carry += piece
        end = _last_record_end(carry)
        if end == 0 and len(carry) < 4 * PIECE:
            continue
        ready, rest = carry[:end], carry[end:]
        parsed = _strict(ready, dialect.delimiter, schema) if end else None
        if parsed is None:
            yield from _lenient_rest(carry, pieces, dialect.delimiter, schema)
            return
        carry = rest
        yield parsed, _damaged(parsed, ready)
    if carry:
        parsed = _strict(carry, dialect.delimiter, schema)
        if parsed is None:
            yield from _lenient_rest(carry, iter(()), dialect.delimiter, schema)
        else:
            yield parsed, _damaged(parsed, carry)


def _damaged(frame: pl.DataFrame, data: bytes) -> Flaws:
    if LOST.encode() not in data:
        return {}
    marked = frame.select(pl.any_horizontal(pl.all().str.contains(LOST, literal=True))).to_series()
    return dict.fromkeys(marked.fill_null(False).arg_true().to_list(), "broken")


def _pieces(path: Path, dialect: Dialect) -> Iterator[bytes]:
    """Yield the file as UTF-8 bytes without mark and without the lines to skip."""
    decoder = None if dialect.encoding == "utf-8" else codecs.getincrementaldecoder(dialect.encoding)(errors="replace")
    skipping = dialect.skip
    with path.open("rb") as file:
        while raw := file.read(PIECE):
            piece = raw if decoder is None else decoder.decode(raw).encode()
            if dialect.returns:
                piece = piece.replace(b"\r", b"\n")
            if b"\0" in piece:
                # No text holds a zero byte; whatever stood there is lost, and the row says so.
                piece = piece.replace(b"\0", LOST.encode())
            while skipping and b"\n" in piece:
                piece = piece.split(b"\n", 1)[1]
                skipping -= 1
            yield piece
    if decoder is not None and (tail := decoder.decode(b"", final=True)):
        yield tail.encode()


def _last_record_end(data: bytes) -> int:
    """Return the place after the last line end that lies outside quotation marks, or 0."""
    end = data.rfind(b"\n")
    quotes = data.count(b'"', 0, end + 1)
    while end >= 0 and quotes % 2:
        before = data.rfind(b"\n", 0, end)
        quotes -= data.count(b'"', before + 1, end + 1)
        end = before
    return end + 1


def _regular(data: bytes, delimiter: str) -> bool:
    """Quotation marks stand only around whole cells, doubled inside; then Polars reads what `csv` reads."""
    if b'"' not in data:
        return True
    if not delimiter.isascii():
        return False
    view = np.frombuffer(data, dtype=np.uint8)
    quotes = np.flatnonzero(view == ord('"'))
    if quotes.size % 2:
        return False
    borders = np.zeros(256, dtype=bool)
    borders[[ord(delimiter), ord("\n"), ord("\r"), ord('"')]] = True
    opening, closing = quotes[::2], quotes[1::2]
    before = view[np.maximum(opening - 1, 0)]
    after = view[np.minimum(closing + 1, view.size - 1)]
    return bool(np.all(borders[before] | (opening == 0)) and np.all(borders[after] | (closing == view.size - 1)))


def _strict(data: bytes, delimiter: str, schema: dict[str, type[pl.String]]) -> pl.DataFrame | None:
    if not _regular(data, delimiter) or not delimiter.isascii():
        return None
    try:
        return pl.read_csv(io.BytesIO(data), has_header=False, schema=schema, separator=delimiter, quote_char='"')
    except (pl.exceptions.PolarsError, UnicodeDecodeError):
        return None


def _lenient_rest(
    carry: bytes, pieces: Iterator[bytes], delimiter: str, schema: dict[str, type[pl.String]]
) -> Iterator[tuple[pl.DataFrame, Flaws]]:
    def lines() -> Iterator[str]:
        rest = carry
        for piece in pieces:
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                yield line.decode("utf-8", errors="replace") + "\n"
        *whole, rest = rest.split(b"\n")
        for line in [each + b"\n" for each in whole] + ([rest] if rest else []):
            yield line.decode("utf-8", errors="replace")

    width = len(schema)
    gathered: list[list[str | None]] = []
    flaws: Flaws = {}
    for record, paired in lenient_records(lines(), delimiter):
        if not paired:
            flaws[len(gathered)] = "quote"
        elif any(LOST in text for text in record):
            flaws[len(gathered)] = "broken"
        # A record wider than all spare columns keeps its surplus joined in the last one.
        kept = record if len(record) <= width else [*record[: width - 1], delimiter.join(record[width - 1 :])]
        gathered.append([text or None for text in kept] + [None] * (width - len(kept)))
        if len(gathered) == 50_000:
            yield pl.DataFrame(gathered, schema=schema, orient="row"), flaws
            gathered, flaws = [], {}
    if gathered:
        yield pl.DataFrame(gathered, schema=schema, orient="row"), flaws
