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

_NONE = 255
_ZERO = ord("0")


def _table(alphabet: str) -> Bytes:
    """Return a table from byte to value; 255 stands for a byte outside the alphabet."""
    table = np.full(256, _NONE, dtype=np.uint8)
    for value, character in enumerate(alphabet):
        table[ord(character)] = value
    return table


_USCC = _table(uscc.ALPHABET)
_ORGCODE = _table(orgcode.ALPHABET)
_DIGIT = _table("0123456789")
_ORGCODE_CHECK = _table(orgcode.CHECK_CHARACTERS)
_DEPARTMENT = np.zeros(256, dtype=np.bool_)
_DEPARTMENT[[ord(character) for character in uscc.DEPARTMENTS]] = True
_CITIZEN_CHECK = np.array([ord(character) for character in citizen.CHECK_CHARACTERS], dtype=np.uint8)
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int32)


def byte_matrix(texts: pl.Series, width: int) -> Bytes:
    """Return texts that are all `width` bytes long as a matrix of their bytes, one row for each."""
    joined = "".join(texts.to_list()) if len(texts) < 64 else str(texts.str.join("").item())
    return np.frombuffer(joined.encode(), dtype=np.uint8).reshape(-1, width)


def _uscc_valid(matrix: Bytes) -> Mask:
    values = _USCC[matrix]
    total = (values[:, :17].astype(np.float32) @ np.array(uscc.WEIGHTS, dtype=np.float32)).astype(np.int32)
    known = values.max(axis=1) < len(uscc.ALPHABET)
    digits = values[:, 1:8].max(axis=1) < 10
    agrees = (total + values[:, 17]) % 31 == 0
    return np.asarray(known & digits & agrees & _DEPARTMENT[matrix[:, 0]])


def _orgcode_valid(matrix: Bytes) -> Mask:
    values = _ORGCODE[matrix[:, :8]]
    check = _ORGCODE_CHECK[matrix[:, 8]].astype(np.int32)
    total = (values.astype(np.float32) @ np.array(orgcode.WEIGHTS, dtype=np.float32)).astype(np.int32)
    known = (values.max(axis=1) < len(orgcode.ALPHABET)) & (check < 11)
    return np.asarray(known & ((total + check) % 11 == 0))


def _regno_valid(matrix: Bytes) -> Mask:
    digits = _DIGIT[matrix]
    carried = np.full(len(matrix), 10, dtype=np.int32)
    for place in range(14):
        rest = (carried % 11 + digits[:, place]) % 10
        carried = np.where(rest == 0, 10, rest) * 2
    return np.asarray((digits.max(axis=1) < 10) & ((carried % 11 + digits[:, 14]) % 10 == 1))


def _number(digits: Bytes) -> npt.NDArray[np.int32]:
    value = np.zeros(len(digits), dtype=np.int32)
    for place in range(digits.shape[1]):
        value = value * 10 + digits[:, place]
    return value


def _citizen_valid(matrix: Bytes, divisions: AbstractSet[str] | None, as_of: date | None) -> Mask:
    digits = _DIGIT[matrix[:, :17]]
    numeric = digits.max(axis=1) < 10
    total = (digits.astype(np.float32) @ np.array(citizen.WEIGHTS, dtype=np.float32)).astype(np.int32)
    valid = numeric & (_CITIZEN_CHECK[total % 11] == matrix[:, 17])
    safe = np.where(numeric[:, None], digits, 0).astype(np.uint8)
    year, month, day = _number(safe[:, 6:10]), _number(safe[:, 10:12]), _number(safe[:, 12:14])
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    longest = _MONTH_DAYS[np.where(month <= 12, month, 0)] + (leap & (month == 2))
    valid &= (year >= citizen.FIRST_YEAR) & (month >= 1) & (day >= 1) & (day <= longest)
    if as_of is not None:
        valid &= year * 10000 + month * 100 + day <= as_of.year * 10000 + as_of.month * 100 + as_of.day
    if divisions is not None:
        known = np.array(sorted(int(each) for each in divisions if _is_division(each)), dtype=np.int32)
        valid &= np.isin(_number(safe[:, :6]), known)
    return np.asarray(valid)


def _is_division(text: str) -> bool:
    return len(text) == 6 and text.isascii() and text.isdigit()


def _texts(series: pl.Series) -> pl.Series:
    """Return the column as text, with nothing where nothing was said."""
    return series.cast(pl.String).fill_null("").rename("text")


def _checked(
    series: pl.Series, width: int, valid: Callable[[Bytes], Mask], check: Callable[[str], CodeCheck]
) -> pl.DataFrame:
    """Check a column: ok, code, problem and hint for each row."""
    texts = _texts(series)
    fits = (texts.str.len_bytes() == width).to_numpy()
    ok = np.zeros(len(texts), dtype=np.bool_)
    if fits.all():
        ok = valid(byte_matrix(texts, width)) if len(texts) else ok
    elif fits.any():
        ok[fits] = valid(byte_matrix(texts.filter(pl.Series(fits)), width))
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
    frame = _checked(
        series,
        citizen.LENGTH,
        lambda matrix: _citizen_valid(matrix, divisions, as_of),
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
