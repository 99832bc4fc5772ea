"""The index of the law (法典索引): article → rule → data → cases, and what no rule rests on.

Files go by topic, readers come with an article in hand; this is the way from one to the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gongxin.law import (  # noqa: F401 – importing them is what makes their marks known
    bans,
    clocks,
    forbidden,
    grading,
    lateness,
    matters,
    plans,
    standing,
    transition,
)
from gongxin.law.book import Book
from gongxin.law.citing import ClauseRef
from gongxin.law.clauses import cited
from gongxin.law.reading import make_ref


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that rests on a clause (一处引用): a rule, a piece of data or a case."""

    kind: str
    name: str
    place: str
    summary: str
    ref: ClauseRef


@dataclass(frozen=True, slots=True)
class Gap:
    """A clause of a loaded instrument that nothing cites and nobody excused (未覆盖条文)."""

    instrument: str
    article: str
    title: str

    def __str__(self) -> str:
        return f"{self.instrument}/{self.article}".rstrip("/")


def uses(book: Book, cases: Iterable[tuple[str, Mapping[str, Any]]] = ()) -> tuple[Use, ...]:
    """Everything that rests on a clause (全部引用): marks of rules, sources in the book, cases given by path."""
    found = [
        Use("rule", mark.rule, mark.module, mark.summary, _named(book, mark.ref))
        for mark in sorted(cited(), key=lambda mark: (mark.module, mark.rule))
    ]
    for kind, definitions in book.definitions.items():
        if kind == "instruments":
            continue
        for definition in definitions.values():
            name = str(definition.body.get("name", ""))
            for ref in dict.fromkeys(_refs(book, definition.body)):
                found.append(Use(kind, definition.id, definition.path, name, ref))
    for path, case in cases:
        for ref in dict.fromkeys(_refs(book, case)):
            found.append(Use("case", str(case.get("name", "")), path, "", ref))
    return tuple(found)


def where(
    book: Book, instrument: str, article: str | None = None, cases: Iterable[tuple[str, Mapping[str, Any]]] = ()
) -> tuple[Use, ...]:
    """What in the platform rests on an article (此条的落点); the whole instrument when no article is given."""
    return tuple(
        use
        for use in uses(book, cases)
        if use.ref.instrument == instrument and (article is None or use.ref.article == article)
    )


def by_article(book: Book) -> dict[str, dict[str, tuple[Use, ...]]]:
    """Instrument → article (empty: the instrument as a whole) → uses (条文索引)."""
    found: dict[str, dict[str, list[Use]]] = {}
    for use in uses(book):
        found.setdefault(use.ref.instrument, {}).setdefault(use.ref.article or "", []).append(use)
    return {
        instrument: {article: tuple(entries) for article, entries in articles.items()}
        for instrument, articles in found.items()
    }


def uncovered(book: Book) -> tuple[Gap, ...]:
    """Clauses of loaded instruments that nothing cites and nobody excused (未覆盖条文)."""
    found = by_article(book)
    gaps = []
    for instrument in book.instruments.values():
        used = found.get(instrument.id, {})
        if not instrument.articles and not used and not instrument.excused:
            gaps.append(Gap(instrument.id, "", instrument.title))
        gaps += [
            Gap(instrument.id, number, article.text[:40])
            for number, article in instrument.articles.items()
            if number not in used and not article.excused and not instrument.excused
        ]
    return tuple(gaps)


def stale_excuses(book: Book) -> tuple[Gap, ...]:
    """Articles excused as unused that something does cite (过时的免除说明)."""
    found = by_article(book)
    return tuple(
        Gap(instrument.id, number, article.excused)
        for instrument in book.instruments.values()
        for number, article in instrument.articles.items()
        if article.excused and number in found.get(instrument.id, {})
    )


def _refs(book: Book, body: Any) -> Iterator[ClauseRef]:
    """Clauses anywhere in a definition, written either way."""
    if isinstance(body, str):
        parts = body.split("/")
        if parts[0] in book.instruments and len(parts) <= 4:
            article, paragraph, item = ([*parts[1:], "", "", ""])[:3]
            number = int(paragraph) if paragraph.isdigit() else None
            yield make_ref(book.instruments, parts[0], article, number, item)
    elif isinstance(body, Mapping):
        if "instrument" in body and set(body) <= {"instrument", "article", "paragraph", "item"}:
            given = body.get("paragraph")
            told = int(given) if given not in (None, "") else None
            yield make_ref(book.instruments, str(body["instrument"]), body.get("article"), told, body.get("item"))
            return
        for value in body.values():
            yield from _refs(book, value)
    elif isinstance(body, list | tuple):
        for value in body:
            yield from _refs(book, value)


def _named(book: Book, ref: ClauseRef) -> ClauseRef:
    return make_ref(book.instruments, ref.instrument, ref.article, ref.paragraph, ref.item)
