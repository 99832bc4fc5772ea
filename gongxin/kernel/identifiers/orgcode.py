"""Organisation code (组织机构代码), GB 11714: eight digits or capital letters and a check character."""

from __future__ import annotations

from operator import mul

from gongxin.kernel.identifiers.code import DIGIT_LOOKALIKES, FOREIGN_LOOKALIKES, CodeCheck, normalise_code

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
LENGTH = 9
VALUES = {character: value for value, character in enumerate(ALPHABET)}
CHECK_CHARACTERS = "0123456789X"


def check_character(body: str) -> str:
    """Return the ninth character for the first eight (校验码)."""
    total = sum(map(mul, map(VALUES.__getitem__, body), WEIGHTS))
    return CHECK_CHARACTERS[-total % 11]


def problem_of(code: str) -> str | None:
    """Return the first thing wrong with a code in normal form, or None when it is valid."""
    if not code:
        return "orgcode.empty"
    if len(code) != LENGTH:
        return "orgcode.length"
    if not VALUES.keys() >= set(code[:8]) or code[8] not in CHECK_CHARACTERS:
        return "orgcode.alphabet"
    return None if code[8] == check_character(code[:8]) else "orgcode.check_digit"


def is_orgcode(code: str) -> bool:
    """Tell whether a text is a valid code exactly as written."""
    return problem_of(code) is None


def check_orgcode(text: str | None) -> CodeCheck:
    """Check an organisation code (校验组织机构代码); the printed form 12345678-9 is repaired by the hint."""
    code = normalise_code(text)
    problem = problem_of(code)
    if problem is not None:
        return CodeCheck(False, code, problem, hint=suggest_orgcode(code))
    strict = code == text
    return CodeCheck(strict, code, None if strict else "orgcode.form", hint=None if strict else code)


def suggest_orgcode(text: str | None) -> str | None:
    """Return the code meant (修正提示) when only look-alike letters are in the way."""
    code = normalise_code(text).translate(FOREIGN_LOOKALIKES)
    if len(code) != LENGTH:
        return None
    found = {each for each in (code, code.translate(DIGIT_LOOKALIKES)) if is_orgcode(each)}
    return found.pop() if len(found) == 1 else None
