"""Registration number (工商注册号), GS 15-2006: fifteen digits, the last by ISO 7064 MOD 11,10."""

from __future__ import annotations

from gongxin.kernel.identifiers.code import DIGIT_LOOKALIKES, FOREIGN_LOOKALIKES, CodeCheck, normalise_code

LENGTH = 15


def check_character(body: str) -> str:
    """Return the fifteenth digit for the first fourteen (校验码)."""
    carried = 10
    for digit in body:
        carried = ((carried % 11 + int(digit)) % 10 or 10) * 2
    return str((1 - carried % 11) % 10)


def problem_of(code: str) -> str | None:
    """Return the first thing wrong with a number in normal form, or None when it is valid."""
    if not code:
        return "regno.empty"
    if len(code) != LENGTH:
        return "regno.length"
    if not (code.isascii() and code.isdigit()):
        return "regno.alphabet"
    return None if code[14] == check_character(code[:14]) else "regno.check_digit"


def is_regno(code: str) -> bool:
    """Tell whether a text is a valid number exactly as written."""
    return problem_of(code) is None


def check_regno(text: str | None) -> CodeCheck:
    """Check a registration number (校验工商注册号); its first six digits are the registering authority's division."""
    code = normalise_code(text)
    problem = problem_of(code)
    if problem is not None:
        return CodeCheck(False, code, problem, hint=suggest_regno(code))
    strict = code == text
    return CodeCheck(strict, code, None if strict else "regno.form", division=code[:6], hint=None if strict else code)


def suggest_regno(text: str | None) -> str | None:
    """Return the number meant (修正提示): look-alike letters put right, and the trace of a spreadsheet taken away.

    A spreadsheet that took the number for an amount writes it with a decimal point and zeros behind it. A single
    wrong digit cannot be placed, since every one of the fifteen could be it.
    """
    code = normalise_code(text).translate(FOREIGN_LOOKALIKES)
    whole, point, fraction = code.partition(".")
    if point and not fraction.strip("0"):
        code = whole
    code = code.translate(DIGIT_LOOKALIKES)
    return code if is_regno(code) else None
