"""Sentences in two languages (双语语句): what a rule says is Chinese, and knows its English.

A pure rule knows no reader. It composes its sentence once, in both languages, from the same details; whoever shows it
chooses. Stored, compared and sent as text, a sentence is its Chinese.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol


class Named(Protocol):
    """Something of the law book with a name in both languages (有名称的事物)."""

    @property
    def name(self) -> str: ...

    @property
    def name_en(self) -> str: ...


class Sentence(str):
    """A text that knows its English (双语语句)."""

    english: str

    def __new__(cls, chinese: str, english: str) -> Sentence:
        made = super().__new__(cls, chinese)
        made.english = english
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it be copied whole."""
        return (Sentence, (str(self), self.english))


def sentence(chinese: str, english: str, **details: object) -> Sentence:
    """Return a sentence with its places filled in both languages (组句); `{name}` stands where a detail goes.

    A detail that is a Sentence itself, or has names in both languages, is told in each.
    """
    return Sentence(
        chinese.format(**{name: _chinese(each) for name, each in details.items()}),
        english.format(**{name: _english(each) for name, each in details.items()}),
    )


def named(thing: Named) -> Sentence:
    """Return a thing's name in both languages (双语名称)."""
    return Sentence(thing.name, thing.name_en or thing.name)


def listed(parts: Iterable[str]) -> Sentence:
    """Return several texts as one list in both languages (双语列举)."""
    told = list(parts)
    return Sentence("、".join(told), ", ".join(in_english(part) for part in told))


def joined(parts: Iterable[str]) -> Sentence:
    """Return several sentences behind one another in both languages (双语连接)."""
    told = list(parts)
    return Sentence("；".join(told), "; ".join(in_english(part) for part in told))


def in_english(text: str) -> str:
    """Return the English of a text (取英文), or the text itself where it has none."""
    return text.english if isinstance(text, Sentence) else text


def _chinese(detail: object) -> object:
    return detail if isinstance(detail, str) or not hasattr(detail, "name") else str(detail.name)


def _english(detail: object) -> object:
    if isinstance(detail, str):
        return in_english(detail)
    return (getattr(detail, "name_en", "") or detail.name) if hasattr(detail, "name") else detail
