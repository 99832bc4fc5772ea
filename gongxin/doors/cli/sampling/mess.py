"""What goes wrong in offices (录入差错): the slips that real submissions hold, laid in by share and by seed.

Each slip is one that the platform must notice, hint at or leave to a person; none of them is made up for the sake of
a test alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from gongxin.doors.cli.sampling.chance import Mask, Numbers
from gongxin.doors.cli.sampling.city import City
from gongxin.doors.cli.sampling.subjects import subjects

_WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}
_LOOKALIKE = {"博": "搏", "恒": "桓", "润": "闰", "祥": "详", "鑫": "金", "泰": "秦", "晖": "辉"}


def _slipped(code: str) -> str:
    """A neighbour swap in the middle: the usual slip of a typist."""
    return code[:11] + code[12] + code[11] + code[13:] if len(code) == 18 else code


def _last_changed(code: str) -> str:
    return code[:-1] + ("0" if code[-1:] != "0" else "1") if code else code


def _wide(code: str) -> str:
    return "".join(_WIDE.get(character, character) for character in code)


def _spaced(code: str) -> str:
    return f"{code[:2]} {code[2:8]} {code[8:]}" if code else code


def _lookalike(name: str) -> str:
    for meant, written in _LOOKALIKE.items():
        if meant in name:
            return name.replace(meant, written, 1)
    return name


def _broken(name: str) -> str:
    return name[:5] + "\n" + name[5:] + " "


def _date_forms(text: str, form: int) -> str:
    if not text or text.count("-") != 2:
        return text
    year, month, day = text.split("-")
    forms = (
        f"{year}/{int(month)}/{int(day)}",
        f"{year}年{int(month)}月{int(day)}日",
        f"{year}{month}{day}",
        f"{year}.{int(month)}.{int(day)}",
        f"{year}-{month}-{day} 09:30:00",
        str((np.datetime64(text) - np.datetime64("1899-12-30")).astype(int)),
    )
    return forms[form % len(forms)]


CODE_SLIPS: dict[str, tuple[float, Callable[[str], str]]] = {
    "code.last": (0.004, _last_changed),
    "code.swap": (0.002, _slipped),
    "code.lower": (0.003, str.lower),
    "code.wide": (0.002, _wide),
    "code.spaces": (0.002, _spaced),
    "code.letter": (0.001, lambda code: code.replace("0", "O", 1)),
    "code.missing": (0.002, lambda code: ""),
}
NAME_SLIPS: dict[str, tuple[float, Callable[[str], str]]] = {
    "name.lookalike": (0.004, _lookalike),
    "name.broken": (0.004, _broken),
}


def _changed(frame: pl.DataFrame, column: str, rows: Numbers, change: Callable[[str], str]) -> pl.DataFrame:
    values = frame[column]
    new = pl.Series([change(text) for text in values.gather(pl.Series(rows)).to_list()], dtype=pl.String)
    return frame.with_columns(values.scatter(pl.Series(rows), new).alias(column)) if len(rows) else frame


def spoil(city: City, item: str, frame: pl.DataFrame, index: Numbers, *, heavily: int = 1) -> pl.DataFrame:
    """Return the rows with slips in codes, names, dates and required texts; `heavily` multiplies their shares."""

    def hit(name: str, share: float) -> Numbers:
        mask: Mask = city.chance.happens(f"mess.{item}.{name}", index, min(share * heavily, 0.5))
        return np.flatnonzero(mask)

    person = (
        frame["subject_kind"] == "自然人"
        if "subject_kind" in frame.columns
        else pl.Series([False]).new_from_index(0, frame.height)
    )
    for name, (share, change) in CODE_SLIPS.items():
        frame = _changed(frame, "uscc", hit(name, share), change)
    for name, (share, change) in NAME_SLIPS.items():
        frame = _changed(frame, "subject_name", hit(name, share), change)
    frame = _other_name(city, frame, hit("name.other", 0.002), person)
    frame = _organ_code(city, frame, hit("code.organ", 0.001), person)
    for column in ("decided_on", "valid_from", "due_on"):
        if column in frame.columns:
            rows = hit(f"date.{column}", 0.02)
            forms = city.chance.below(f"mess.{item}.form.{column}", index, 6)
            new = [_date_forms(frame[column][int(row)], int(forms[row])) for row in rows]
            frame = _changed(frame, column, rows, _each(new))
    for column, share, wrong in (
        ("decided_on", 0.001, "2026-02-30"),
        ("decided_on", 0.001, "03/04/2026"),
        ("decided_on", 0.001, ""),
        ("basis", 0.003, ""),
        ("document_no", 0.001, ""),
        ("penalty_kinds", 0.001, "罚没款"),
    ):
        if column in frame.columns:
            frame = _changed(frame, column, hit(f"{column}.{wrong}", share), lambda _, wrong=wrong: wrong)
    return _doubled(frame, hit("row.twice", 0.004))


def _each(values: list[str]) -> Callable[[str], str]:
    rest = iter(values)
    return lambda _: next(rest)


def _other_name(city: City, frame: pl.DataFrame, rows: Numbers, person: pl.Series) -> pl.DataFrame:
    """The code of one company with the name of another: copied from the line above."""
    rows = rows[~person.to_numpy()[rows]] if len(rows) else rows
    if not len(rows):
        return frame
    others = subjects(city, (rows * 7 + 3) % city.subjects)["subject_name"]
    return frame.with_columns(frame["subject_name"].scatter(pl.Series(rows), others))


def _organ_code(city: City, frame: pl.DataFrame, rows: Numbers, person: pl.Series) -> pl.DataFrame:
    """The office's own code typed for a company."""
    rows = rows[~person.to_numpy()[rows]] if len(rows) else rows
    organ = city.bodies["finance"]["code"]
    return _changed(frame, "uscc", rows, lambda _: organ)


def _doubled(frame: pl.DataFrame, rows: Numbers) -> pl.DataFrame:
    return pl.concat([frame, frame[rows.tolist()]]) if len(rows) else frame
