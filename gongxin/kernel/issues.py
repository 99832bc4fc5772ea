"""Three kinds of no (问题、拒绝): an Issue says the data is wrong, a Refusal says the law says no.

A fault of ours is an exception and has no class here. Both kinds are values: they are collected, shown, sent and
compared, and the same words come out of every channel because the words live in one table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from gongxin.kernel.messages import MESSAGES, MESSAGES_EN
from gongxin.kernel.sentences import in_english

Severity = Literal["error", "wait", "notice"]
"""`error` keeps a row out, `wait` leaves it to a person, `notice` only tells."""

__all__ = ["MESSAGES", "MESSAGES_EN", "Issue", "Refusal", "Severity", "issue", "message", "refusal"]


@dataclass(frozen=True, slots=True)
class Issue:
    """What is wrong with a value (数据问题): where, what, why, and what would put it right."""

    code: str
    message: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    suggestion: str | None = None
    clause: str | None = None
    severity: Severity = "error"

    def as_dict(self) -> dict[str, str | int | None]:
        """Return the one JSON shape every channel shows (row, column, code, value, message, suggestion, clause)."""
        return {
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "value": self.value,
            "message": self.message,
            "suggestion": self.suggestion,
            "clause": self.clause,
            "severity": self.severity,
        }


@dataclass(frozen=True, slots=True)
class Refusal:
    """The law says no (拒绝): the reason, its clause, and what the person can do next."""

    code: str
    message: str
    clause: str | None = None
    way_forward: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        return {
            "code": self.code,
            "message": self.message,
            "clause": self.clause,
            "way_forward": self.way_forward,
        }

    def told(self, *, english: bool) -> Refusal:
        """Return it in the language of whoever reads it (按读者语言); words that know no English stay as they are."""
        if not english:
            return self
        way = None if self.way_forward is None else in_english(self.way_forward)
        return replace(self, message=in_english(self.message), way_forward=way)

    def __bool__(self) -> bool:
        """A refusal is never a yes, so that `bool | Refusal` can be asked directly."""
        return False


class _Gentle(dict[str, object]):
    """A detail the caller did not give stays visible as a dash instead of raising while reporting a fault."""

    def __missing__(self, key: str) -> str:
        return "—"


def message(code: str, details: Mapping[str, object] | None = None, *, language: str = "zh") -> str:
    """Return the words for a code (提示文本); an unknown code is shown as it is, so that nothing is hidden."""
    table = MESSAGES_EN if language.startswith("en") else MESSAGES
    template = table.get(code) or MESSAGES.get(code)
    return code if template is None else filled(template, details or {})


def filled(template: str, details: Mapping[str, object]) -> str:
    """Return a sentence with its places filled (填入细节); a place nothing is given for shows a dash."""
    return template.format_map(_Gentle(details))


def issue(
    code: str,
    *,
    row: int | None = None,
    column: str | None = None,
    value: str | None = None,
    suggestion: str | None = None,
    clause: str | None = None,
    severity: Severity = "error",
    told_by: Callable[[str, Mapping[str, object]], str] = message,
    **details: object,
) -> Issue:
    """Make an issue whose words come from the table, or from a room's own; `details` fill the places in the template."""
    known: dict[str, object] = {"value": value, "column": column, "suggestion": suggestion, "clause": clause}
    shown = {name: each for name, each in known.items() if each is not None} | details
    return Issue(code, told_by(code, shown), row, column, value, suggestion, clause, severity)


def refusal(code: str, *, clause: str | None = None, way_forward: str | None = None, **details: object) -> Refusal:
    """Make a refusal whose words come from the table."""
    return Refusal(code, message(code, details), clause, way_forward)
