"""The same checks on whole columns (列式校验): byte kernels for what is plainly valid, the scalar check for the rest.

Texts of the right length in bytes are joined, laid out as a matrix and checked in one pass. Whatever is not plainly
valid goes, each distinct text once, through the scalar check, which stays the only definition of a problem and of a
hint. Sums are taken in 32 bits: check sums overflow eight bits silently.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from gongxin.kernel.identifiers import citizen, orgcode, regno, uscc
from gongxin.kernel.identifiers.code import CodeCheck, normalise_code

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

_OUTSIDE = 255
"""Stands for a byte outside an alphabet."""

_CHUNK = 65_536
"""Rows laid out at a time: their bytes stay in the processor's cache, and memory stays bounded."""


def _table(alphabet: str) -> bytes:
    """Return the table that turns each byte into its value in the alphabet."""
    table = bytearray([_OUTSIDE]) * 256
    for value, character in enumerate(alphabet):
        table[ord(character)] = value
    return bytes(table)


_USCC = _table(uscc.ALPHABET)
_ORGCODE = _table(orgcode.ALPHABET)
_DIGIT_OR_X = _table(orgcode.CHECK_CHARACTERS)
_DEPARTMENT = np.zeros(256, dtype=np.bool_)
_DEPARTMENT[[uscc.VALUES[character] for character in uscc.DEPARTMENTS]] = True
_CITIZEN_CHECK = np.array([orgcode.CHECK_CHARACTERS.index(each) for each in citizen.CHECK_CHARACTERS], dtype=np.uint8)
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int32)


def byte_places(texts: pl.Series, width: int, table: bytes) -> Bytes:
    """Return texts that are all `width` bytes long as an array of values: one row for each place, one column each."""
    joined: str = texts.str.join("").item()
    values = np.frombuffer(joined.encode().translate(table), dtype=np.uint8)
    return np.ascontiguousarray(values.reshape(-1, width).T)


def _weighted(values: Bytes, weights: tuple[int, ...]) -> npt.NDArray[np.uint16]:
    """Return the weighted sum over the places; sixteen bits hold every sum of values below 36."""
    total = np.zeros(values.shape[1], dtype=np.uint16)
    for place, weight in enumerate(weights):
        total += values[place] * np.uint16(weight)
    return total


def _uscc_valid(texts: pl.Series) -> Mask:
    values = byte_places(texts, uscc.LENGTH, _USCC)
    known = values.max(axis=0) < len(uscc.ALPHABET)
    digits = values[1:8].max(axis=0) < 10
    agrees = (_weighted(values[:17], uscc.WEIGHTS) + values[17]) % 31 == 0
    return np.asarray(known & digits & agrees & _DEPARTMENT[values[0]])


def _orgcode_valid(texts: pl.Series) -> Mask:
    values = byte_places(texts, orgcode.LENGTH, _ORGCODE)
    last = values[8]
    check = np.where(last == orgcode.VALUES["X"], 10, last)
    known = (values.max(axis=0) < len(orgcode.ALPHABET)) & (check <= 10)
    return np.asarray(known & ((_weighted(values[:8], orgcode.WEIGHTS) + check) % 11 == 0))


def _regno_valid(texts: pl.Series) -> Mask:
    digits = byte_places(texts, regno.LENGTH, _DIGIT_OR_X)
    carried = np.full(digits.shape[1], 10, dtype=np.uint16)
    for place in range(14):
        rest = (carried % 11 + digits[place]) % 10
        carried = np.where(rest == 0, 10, rest).astype(np.uint16) * np.uint16(2)
    return np.asarray((digits.max(axis=0) < 10) & ((carried % 11 + digits[14]) % 10 == 1))


def _number(digits: Bytes) -> npt.NDArray[np.int32]:
    value = np.zeros(digits.shape[1], dtype=np.int32)
    for place in digits:
        value = value * 10 + place
    return value


def _citizen_valid(texts: pl.Series, divisions: npt.NDArray[np.int32] | None, latest: int | None) -> Mask:
    digits = byte_places(texts, citizen.LENGTH, _DIGIT_OR_X)
    body = digits[:17]
    valid = (body.max(axis=0) < 10) & (_CITIZEN_CHECK[_weighted(body, citizen.WEIGHTS) % 11] == digits[17])
    year, month, day = _number(body[6:10]), _number(body[10:12]), _number(body[12:14])
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    longest = _MONTH_DAYS[np.where(month <= 12, month, 0)] + (leap & (month == 2))
    valid &= (year >= citizen.FIRST_YEAR) & (month >= 1) & (day >= 1) & (day <= longest)
    if latest is not None:
        valid &= year * 10000 + month * 100 + day <= latest
    if divisions is not None:
        valid &= np.isin(_number(body[:6]), divisions)
    return np.asarray(valid)


def _is_division(text: str) -> bool:
    return len(text) == 6 and text.isascii() and text.isdigit()


def _in_chunks(texts: pl.Series, valid: Callable[[pl.Series], Mask]) -> Mask:
    parts = [valid(texts.slice(start, _CHUNK)) for start in range(0, len(texts), _CHUNK)]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.bool_)


def _texts(series: pl.Series) -> pl.Series:
    """Return the column as text, with nothing where nothing was said."""
    return series.cast(pl.String).fill_null("").rename("text")


def _checked(
    series: pl.Series, width: int, valid: Callable[[pl.Series], Mask], check: Callable[[str], CodeCheck]
) -> pl.DataFrame:
    """Check a column: ok, code, problem and hint for each row."""
    texts = _texts(series)
    fits = (texts.str.len_bytes() == width).to_numpy()
    ok = np.zeros(len(texts), dtype=np.bool_)
    if fits.all():
        ok = _in_chunks(texts, valid)
    elif fits.any():
        ok[fits] = _in_chunks(texts.filter(pl.Series(fits)), valid)
    ok_series = pl.Series("ok", ok)
    which = np.zeros(len(texts), dtype=np.int64)
    answers: list[CodeCheck] = []
    if not ok.all():
        doubtful = texts.filter(~ok_series)
        distinct = doubtful.unique()
        answers = [check(text) for text in distinct.to_list()]
        numbered = pl.DataFrame({"text": distinct, "which": np.arange(1, len(distinct) + 1)})
        joined = doubtful.to_frame().join(numbered, on="text", how="left", maintain_order="left")
        which[~ok] = joined["which"].to_numpy()
    places = pl.Series(which)
    codes = pl.Series([None, *(answer.code for answer in answers)], dtype=pl.String).gather(places)
    return pl.DataFrame(
        {
            "ok": ok_series,
            "code": texts.zip_with(ok_series, codes),
            "problem": pl.Series([None, *(answer.problem for answer in answers)], dtype=pl.String).gather(places),
            "hint": pl.Series([None, *(answer.hint for answer in answers)], dtype=pl.String).gather(places),
        }
    )


def normalise_column(series: pl.Series) -> pl.Series:
    """Return the normal form of each code (规范写法列); equal to `normalise_code` on any text, null for null."""
    texts = series.cast(pl.String)
    plain = texts.str.contains("^[0-9A-Z]*$").fill_null(True)
    if plain.all():
        return texts
    doubtful = texts.filter(~plain).unique()
    return texts.replace(doubtful, pl.Series([normalise_code(text) for text in doubtful.to_list()], dtype=pl.String))


def check_uscc_column(series: pl.Series) -> pl.DataFrame:
    """Check a column of unified social credit codes (统一社会信用代码列): ok, code, problem, hint, row by row."""
    return _checked(series, uscc.LENGTH, _uscc_valid, uscc.check_uscc)


def check_orgcode_column(series: pl.Series) -> pl.DataFrame:
    """Check a column of organisation codes (组织机构代码列)."""
    return _checked(series, orgcode.LENGTH, _orgcode_valid, orgcode.check_orgcode)


def check_regno_column(series: pl.Series) -> pl.DataFrame:
    """Check a column of registration numbers (工商注册号列)."""
    return _checked(series, regno.LENGTH, _regno_valid, regno.check_regno)


def check_citizen_column(
    series: pl.Series, divisions: AbstractSet[str] | None = None, as_of: date | None = None
) -> pl.DataFrame:
    """Check a column of citizen identity numbers (公民身份号码列); adds birth and sex where the number is valid."""
    latest = None if as_of is None else as_of.year * 10000 + as_of.month * 100 + as_of.day
    known = None
    if divisions is not None:
        known = np.array(sorted(int(each) for each in divisions if _is_division(each)), dtype=np.int32)
    frame = _checked(
        series,
        citizen.LENGTH,
        lambda texts: _citizen_valid(texts, known, latest),
        lambda text: citizen.check_citizen(text, divisions, as_of),
    )
    sound = pl.col("ok") | (pl.col("problem") == "citizen.form")
    return frame.with_columns(
        pl.when(sound).then(pl.col("code").str.slice(6, 8)).str.to_date("%Y%m%d", strict=False).alias("birth"),
        pl.when(sound)
        .then(
            pl.when(pl.col("code").str.slice(16, 1).cast(pl.Int32, strict=False) % 2 == 1)
            .then(pl.lit("male"))
            .otherwise(pl.lit("female"))
        )
        .alias("sex"),
    )
