"""Repair hints across kinds of code (修正提示): what a faulty text was probably meant to be, shown and never applied."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from gongxin.kernel.identifiers.citizen import is_citizen
from gongxin.kernel.identifiers.code import normalise_code
from gongxin.kernel.identifiers.orgcode import is_orgcode, suggest_orgcode
from gongxin.kernel.identifiers.regno import is_regno, suggest_regno
from gongxin.kernel.identifiers.uscc import is_uscc, suggest_uscc


def suggest_code(text: str | None, divisions: AbstractSet[str] | None = None) -> str | None:
    """Return the one code a text was probably meant to be (代码修正提示): unified, registration or organisation code."""
    return suggest_uscc(text, divisions) or suggest_regno(text) or suggest_orgcode(text)


def recognise(text: str | None) -> str | None:
    """Tell which kind of valid code a text is (识别代码种类): uscc, citizen, regno, orgcode or None.

    Used to notice a code that was typed into the wrong column.
    """
    code = normalise_code(text)
    if is_uscc(code):
        return "uscc"
    if is_citizen(code):
        return "citizen"
    if is_regno(code):
        return "regno"
    return "orgcode" if is_orgcode(code) else None
