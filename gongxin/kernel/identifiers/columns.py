"""The same checks on whole columns (列式校验): byte kernels for what is plainly valid, the scalar check for the rest.

Texts of the right length in bytes are joined, laid out as a matrix and checked in one pass. Whatever is not plainly
valid goes, each distinct text once, through the scalar check, which stays the only definition of a problem and of a
hint. Sums are taken in 32 bits: check sums overflow eight bits silently.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from gongxin.kernel.columns import Bytes, Mask, Numbers, byte_places, chunks_of_width, distinct, fill, shared
from gongxin.kernel.identifiers import citizen, orgcode, regno, uscc
from gongxin.kernel.identifiers.code import CodeCheck, normalise_code
from gongxin.kernel.identifiers.repairs import suggest_many

_OUTSIDE = 255
"""Stands for a byte outside an alphabet."""


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
_CARRY = np.array(
    [((carried % 11 + digit) % 10 or 10) * 2 for carried in range(21) for digit in range(11)], dtype=np.uint16
)
"""One step of MOD 11,10 for each remainder carried and each digit."""
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int32)


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


def _uscc_answers(texts: list[str]) -> list[CodeCheck]:
    """Answer for the codes that are not plainly valid; those with nothing but a wrong check character all at once."""
    shaped = [
        text for text in texts if len(text) == uscc.LENGTH and uscc.VALUES.keys() >= set(text) and text[1:8].isdigit()
    ]
    wrong = [text for text in shaped if text[17] != uscc.check_character(text[:17])]
    hints: dict[str, str | None] = {}
    if wrong:
        hints = dict(zip(wrong, suggest_many(byte_places(pl.Series(wrong), uscc.LENGTH, _USCC)), strict=True))
    return [
        CodeCheck(False, text, "uscc.check_digit", hint=hints[text]) if text in hints else uscc.check_uscc(text)
        for text in texts
    ]


def _orgcode_valid(texts: pl.Series) -> Mask:
    values = byte_places(texts, orgcode.LENGTH, _ORGCODE)
    last = values[8]
    check = np.where(last == orgcode.VALUES["X"], 10, last)
    known = (values.max(axis=0) < len(orgcode.ALPHABET)) & (check <= 10)
    return np.asarray(known & ((_weighted(values[:8], orgcode.WEIGHTS) + check) % 11 == 0))


def _regno_valid(texts: pl.Series) -> Mask:
    digits = byte_places(texts, regno.LENGTH, _DIGIT_OR_X)
    carried = np.full(digits.shape[1], 10, dtype=np.uint16)
    known = np.minimum(digits, 10)
    for place in range(14):
        carried = _CARRY[carried * np.uint16(11) + known[place]]
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
        number = _number(body[:6])
        # The divisions are sorted; looking each number up in them needs none of what a general test for sets loads.
        place = np.searchsorted(divisions, number)
        valid &= divisions.take(place, mode="clip") == number if len(divisions) else False
    return np.asarray(valid)


@lru_cache(maxsize=8)
def _known_divisions(divisions: frozenset[str]) -> npt.NDArray[np.int32]:
    return np.array(sorted(int(each) for each in divisions if _is_division(each)), dtype=np.int32)


def _is_division(text: str) -> bool:
    return len(text) == 6 and text.isascii() and text.isdigit()


def _texts(series: pl.Series) -> pl.Series:
    """Return the column as text, with nothing where nothing was said."""
    texts = series.cast(pl.String).rename("text")
    return texts.fill_null("") if texts.null_count() else texts


def _checked(
    series: pl.Series, width: int, valid: Callable[[pl.Series], Mask], check: Callable[[list[str]], list[CodeCheck]]
) -> pl.DataFrame:
    """Check a column: ok, code, problem and hint for each row."""
    texts = _texts(series)
    ok = np.zeros(len(texts), dtype=np.bool_)
    for place, rows, chunk in chunks_of_width(texts, width, texts.str.len_bytes().to_numpy()):
        fill(ok, place, rows, valid(chunk))
    ok_series = pl.Series("ok", ok)
    if ok.all():
        nothing = pl.lit(None, dtype=pl.String)
        return pl.DataFrame({"ok": ok_series, "code": texts}).with_columns(problem=nothing, hint=nothing)
    said, which = distinct(texts, ~ok)
    answers = check([text or "" for text in said])
    return pl.DataFrame(
        {
            "ok": ok_series,
            "code": _replaced(texts, said, [answer.code for answer in answers], which),
            "problem": shared([answer.problem for answer in answers], which, pl.String),
            "hint": shared([answer.hint for answer in answers], which, pl.String),
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


def _replaced(texts: pl.Series, said: list[str | None], codes: list[str], which: Numbers) -> pl.Series:
    """Return the texts with those in another form put into their normal form; most columns have few of them."""
    differs = np.array([False, *(code != text for code, text in zip(codes, said, strict=True))])
    rows = pl.Series(np.flatnonzero(differs[which]))
    return texts.clone().scatter(rows, shared(codes, which, pl.String).gather(rows)) if len(rows) else texts


def check_uscc_column(series: pl.Series) -> pl.DataFrame:
    """Check a column of unified social credit codes (统一社会信用代码列): ok, code, problem, hint, row by row."""
    return _checked(series, uscc.LENGTH, _uscc_valid, _uscc_answers)


def check_orgcode_column(series: pl.Series) -> pl.DataFrame:
    """Check a column of organisation codes (组织机构代码列)."""
    return _checked(
        series, orgcode.LENGTH, _orgcode_valid, lambda texts: [orgcode.check_orgcode(text) for text in texts]
    )


def check_regno_column(series: pl.Series) -> pl.DataFrame:
    """Check a column of registration numbers (工商注册号列)."""
    return _checked(series, regno.LENGTH, _regno_valid, lambda texts: [regno.check_regno(text) for text in texts])


def check_citizen_column(
    series: pl.Series, divisions: AbstractSet[str] | None = None, as_of: date | None = None
) -> pl.DataFrame:
    """Check a column of citizen identity numbers (公民身份号码列); adds birth and sex where the number is valid."""
    latest = None if as_of is None else as_of.year * 10000 + as_of.month * 100 + as_of.day
    known = None if divisions is None else _known_divisions(frozenset(divisions))
    frame = _checked(
        series,
        citizen.LENGTH,
        lambda texts: _citizen_valid(texts, known, latest),
        lambda texts: [citizen.check_citizen(text, divisions, as_of) for text in texts],
    )
    # Most columns of identity numbers are nearly empty; only the numbers that are there are taken apart.
    sound = frame["ok"] | (frame["problem"] == "citizen.form")
    if not sound.any():
        return frame.with_columns(birth=pl.lit(None, dtype=pl.Date), sex=pl.lit(None, dtype=pl.String))
    rows = sound.fill_null(False).arg_true()
    codes = frame["code"].gather(rows)
    odd = codes.str.slice(16, 1).cast(pl.Int32) % 2 == 1
    told = pl.DataFrame(
        {
            "row": rows,
            "birth": codes.str.slice(6, 8).str.to_date("%Y%m%d"),
            "sex": odd.replace_strict({True: "male", False: "female"}, return_dtype=pl.String),
        }
    )
    return frame.with_row_index("row").join(told, on="row", how="left", maintain_order="left").drop("row")
