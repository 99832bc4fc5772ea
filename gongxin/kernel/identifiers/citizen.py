"""Citizen identity number (公民身份号码), GB 11643-1999.

Division (6), date of birth (8), sequence (3, odd for men), check character (1). The number belongs to a person: it
is checked in passing and never shown in a message.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date

from gongxin.kernel.identifiers.code import CodeCheck, normalise_code

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
LENGTH = 18
FIRST_YEAR = 1800
"""A born-before year that no living or recently dead person reaches; older dates are typing errors."""


def check_character(body: str) -> str:
    """Return the eighteenth character for the first seventeen (校验码)."""
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11]


def birth_of(code: str) -> date | None:
    """Return the date of birth written in the number, or None when there is no such day."""
    try:
        born = date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return None
    return born if born.year >= FIRST_YEAR else None


def problem_of(code: str, divisions: AbstractSet[str] | None = None, as_of: date | None = None) -> str | None:
    """Return the first thing wrong with a number in normal form, or None when it is valid."""
    if not code:
        return "citizen.empty"
    if len(code) != LENGTH:
        return "citizen.length"
    body = code[:17]
    if not (body.isascii() and body.isdigit()) or code[17] not in CHECK_CHARACTERS:
        return "citizen.alphabet"
    if code[17] != check_character(body):
        return "citizen.check_digit"
    born = birth_of(code)
    if born is None or (as_of is not None and born > as_of):
        return "citizen.date"
    return None if divisions is None or code[:6] in divisions else "citizen.division"


def is_citizen(code: str) -> bool:
    """Tell whether a text is a valid number exactly as written, whatever its division."""
    return problem_of(code) is None


def check_citizen(text: str | None, divisions: AbstractSet[str] | None = None, as_of: date | None = None) -> CodeCheck:
    """Check a citizen identity number (校验公民身份号码).

    `divisions` are all division codes ever in use; `as_of` is the day after which nobody was born yet. There is no
    hint beyond the proper form: to guess at a person's number would be to point at another person.
    """
    code = normalise_code(text)
    problem = problem_of(code, divisions, as_of)
    if problem is not None:
        return CodeCheck(False, code, problem)
    strict = code == text
    return CodeCheck(
        strict,
        code,
        None if strict else "citizen.form",
        division=code[:6],
        hint=None if strict else code,
        birth=birth_of(code),
        sex="male" if int(code[16]) % 2 else "female",
    )
