"""What all codes share (代码通则): the answer of a check, and the one normal form codes are compared in."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

_DROPPED_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"})
"""Spaces, line breaks, zero-width marks and every kind of hyphen: nobody means them when writing a code."""

_MINUS = "\u2212"

_AROUND = "'`´‘’\"“”="
"""Marks put around a code so that a spreadsheet keeps it as text: '9113… or ="9113…"."""

FOREIGN_LOOKALIKES = str.maketrans("АВЕКМНОРСТУХΑΒΕΖΗΙΚΜΝΟΡΤΥΧ〇○", "ABEKMHOPCTYXABEZHIKMNOPTYX00")
"""Cyrillic and Greek capitals that look Latin, and the Chinese zero."""

DIGIT_LOOKALIKES = str.maketrans("OISZBQD", "0152800")
"""Letters that are mistaken for digits where only digits can stand."""


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """The answer of a check (校验结果).

    `ok` is strict: the text itself is a valid code. `code` is the normal form, `hint` a repaired code that a person
    may accept; neither ever replaces what was reported. `notices` are doubts that do not make the code invalid.
    """

    ok: bool
    code: str
    problem: str | None = None
    department: str | None = None
    kind: str | None = None
    division: str | None = None
    hint: str | None = None
    birth: date | None = None
    sex: str | None = None
    notices: tuple[str, ...] = ()


def normalise_code(text: str | None) -> str:
    """Return the normal form of a code (规范写法): half-width, capital letters, no spaces, hyphens, line breaks or quotes."""
    if not text:
        return ""
    if text.isascii() and text.isalnum():
        return text.upper()
    folded = unicodedata.normalize("NFKC", text).upper()
    kept = [each for each in folded if each != _MINUS and unicodedata.category(each) not in _DROPPED_CATEGORIES]
    return "".join(kept).strip(_AROUND)


def only_one(candidates: Iterable[str], passes: Callable[[str], bool]) -> str | None:
    """Return the single candidate that passes, or None when there is none or more than one."""
    found = {candidate for candidate in candidates if passes(candidate)}
    return found.pop() if len(found) == 1 else None
