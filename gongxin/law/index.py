"""From an article to everything that rests on it (条文索引): rules by their marks, data by their sources, cases by theirs."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import gongxin.law
from gongxin.law.bans import read_ban
from gongxin.law.book import Book
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import Mark, cited
from gongxin.law.model import Article, Instrument
from gongxin.law.reading import make_ref
from gongxin.law.standing import Act, fold

Address = tuple[str, str]
"""Instrument and article; the article is empty where the instrument is cited as a whole."""


@dataclass(frozen=True, slots=True)
class Use:
    """One piece of data that rests on a clause (数据依据): what it is, where it stands, how sure it is."""

    ref: ClauseRef
    kind: str
    id: str
    part: str
    path: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Case:
    """One golden case (案例) and the clauses it expects, as written in its file."""

    path: str
    name: str
    clauses: tuple[str, ...]


@dataclass(slots=True)
class Resting:
    """What rests on one article (条文之上): rules, data and cases."""

    instrument: Instrument | None
    article: Article | None
    address: Address
    rules: list[Mark] = field(default_factory=list)
    data: list[Use] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)

    @property
    def covered(self) -> bool:
        """Whether any rule or data rests on it (有无依赖). A case alone supports nothing."""
        return bool(self.rules or self.data)

    @property
    def excused(self) -> str:
        """The reason why nothing need rest on it (免引理由)."""
        if self.article is not None:
            return self.article.excused
        return self.instrument.excused if self.instrument is not None and not self.address[1] else ""

    def label(self) -> str:
        """How the address is printed, e.g. 行政处罚法 第四十八条."""
        instrument, article = self.address
        numbering = self.instrument.numbering if self.instrument else "article"
        short = self.instrument.short if self.instrument else ""
        return str(ClauseRef(instrument, article or None, short=short, numbering=numbering))


def marks() -> tuple[Mark, ...]:
    """Every mark of every rule (全部标记); imports each module of `gongxin.law` first, since a mark speaks on import."""
    for module in pkgutil.iter_modules(gongxin.law.__path__):
        importlib.import_module(f"{gongxin.law.__name__}.{module.name}")
    return tuple(dict.fromkeys(cited()))


def uses(book: Book) -> Iterator[Use]:
    """Every place of the data that names a clause (数据中的全部引用)."""
    for parameter_id, values in book.values.items():
        path = book.definitions["parameters"][parameter_id].path
        for value in values:
            part = f"from {value.since}"
            if value.source is not None:
                yield Use(value.source, "parameters", parameter_id, part, path, value.certainty)
            for row in value.value if isinstance(value.value, list) else ():
                if isinstance(row, Mapping) and isinstance(row.get("source"), str):
                    address = [*row["source"].split("/"), "", ""]
                    ref = make_ref(book.instruments, address[0], address[1])
                    yield Use(
                        ref, "parameters", parameter_id, f"{part} {row.get('id', '')}".strip(), path, value.certainty
                    )
    for catalogue in book.catalogues.values():
        path = book.definitions["catalogues"][catalogue.id].path
        yield Use(catalogue.source, "catalogues", catalogue.id, "", path, catalogue.certainty)
    for item in book.items.values():
        path = book.definitions["items"][item.id].path
        for ref in item.bases:
            yield Use(ref, "items", item.id, "bases", path, item.certainty)
    for matter in book.matters.values():
        path = book.definitions["matters"][matter.id].path
        for ref in (matter.clause, *matter.bases):
            yield Use(ref, "matters", matter.id, "bases", path, matter.certainty)
        for trigger in matter.triggers:
            yield Use(trigger.clause, "matters", matter.id, trigger.id, path, trigger.certainty)
    for procedure in book.procedures.values():
        if procedure.clause is not None:
            path = book.definitions["procedures"][procedure.id].path
            yield Use(procedure.clause, "procedures", procedure.id, "", path, procedure.certainty)
    for forbidden in book.forbidden.values():
        path = book.definitions["forbidden"][forbidden.id].path
        yield Use(forbidden.clause, "forbidden", forbidden.id, "", path, forbidden.certainty)
    for kind, entries in book.entries.items():
        for entry in entries.values():
            for ref in entry.bases:
                yield Use(ref, kind, entry.id, "bases", entry.path, entry.certainty)
    for provision in book.provisions.values():
        for ref in (*provision.bases, *(each.clause for each in provision.extends)):
            yield Use(ref, "measures", provision.measure, provision.id, provision.path, provision.certainty)


def cases_in(path: str, document: object, book: Book | None = None) -> list[Case]:
    """The golden cases of one parsed file with their clauses (案例及其条文).

    A case names its clause, or says only which days and states it expects; then, given the book, the rules are asked
    on which clauses their answer stands.
    """
    cases = document if isinstance(document, list) else document.get("cases") if isinstance(document, Mapping) else None
    if not isinstance(cases, list):
        return []
    return [
        Case(path, str(case.get("name") or case.get("text") or place + 1), _clauses_of(case, book))
        for place, case in enumerate(cases)
        if isinstance(case, Mapping)
    ]


def _clauses_of(case: Mapping[str, Any], book: Book | None) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(_clauses(case)))
    return named if named or book is None else tuple(dict.fromkeys(_exercised(case, book)))


def _exercised(case: Mapping[str, Any], book: Book) -> Iterator[str]:
    payload, day, text, decided = (case.get(key) for key in ("payload", "as_of", "text", "decided"))
    if isinstance(payload, Mapping) and isinstance(day, date):
        told = {str(key): str(value) for key, value in payload.items()}
        line = fold(
            [Act(1, "record", 1, str(case.get("item", "penalty")), "", day, payload=told)], book=book, as_of=day
        )
        yield from (ref.key() for ref in line.clocks.clauses) if line is not None else ()
    elif isinstance(text, str) and isinstance(decided, date):
        ban = read_ban(text, str(case.get("basis", "")), decided, law=book.on(decided))
        if ban.clause is not None:
            yield ban.clause.key()


def _clauses(part: object, key: str = "") -> Iterator[str]:
    if isinstance(part, Mapping):
        for name, value in part.items():
            yield from _clauses(value, str(name))
    elif isinstance(part, list):
        for value in part:
            yield from _clauses(value, key)
    elif isinstance(part, str) and key in ("clause", "clauses", "sources", "remedy_clause"):
        yield part


class Index:
    """The index of one book (法典索引): address → what rests on it."""

    def __init__(self, book: Book, cases: Iterable[Case] = ()) -> None:
        self.book = book
        self._resting: dict[Address, Resting] = {}
        for instrument in book.instruments.values():
            if not instrument.articles:
                self._at(instrument.id, "")
            for number in instrument.articles:
                self._at(instrument.id, number)
        for mark in marks():
            self._at(mark.ref.instrument, mark.ref.article or "").rules.append(mark)
        for use in uses(book):
            self._at(use.ref.instrument, use.ref.article or "").data.append(use)
        self._add_cases(cases)

    def _at(self, instrument_id: str, article: str) -> Resting:
        address = (instrument_id, article)
        if address not in self._resting:
            instrument = self.book.instruments.get(instrument_id)
            found = instrument.articles.get(article) if instrument is not None else None
            self._resting[address] = Resting(instrument, found, address)
        return self._resting[address]

    def _add_cases(self, cases: Iterable[Case]) -> None:
        """A case names a clause as a key (APL-2021/48/1) or as printed; paragraphs and items belong to their article."""
        printed = {resting.label(): resting for resting in self._resting.values()}
        keys = {"/".join(part for part in address if part): found for address, found in self._resting.items()}
        for case in cases:
            hit: dict[Address, Resting] = {}
            for written in case.clauses:
                found = keys.get("/".join(written.split("/")[:2])) or printed.get(written)
                longer = [label for label in printed if " " in label and written.startswith(label)]
                if found is None and longer:
                    found = printed[max(longer, key=len)]
                if found is not None:
                    hit[found.address] = found
            for found in hit.values():
                found.cases.append(case)

    def __iter__(self) -> Iterator[Resting]:
        """Every address, instruments by name, articles in the order of their numbers."""
        return iter(sorted(self._resting.values(), key=_order))

    def find(self, instrument_id: str, article: str | None = None) -> list[Resting]:
        """What rests on an article, or on every article of an instrument (查条文)."""
        wanted = [found for found in self if found.address[0] == instrument_id]
        return wanted if article is None else [found for found in wanted if found.address[1] == article]

    def uncovered(self) -> list[Resting]:
        """The clauses of loaded instruments that nothing rests on and no reason excuses (未引用且未说明)."""
        return [found for found in self if found.instrument and not found.covered and not found.excused]

    def unknown(self) -> list[Resting]:
        """The addresses that rules or data name and no loaded instrument has (引用了不存在的条文)."""
        missing = [found for found in self if found.instrument is None]
        listed = [found for found in self if found.instrument and found.instrument.articles and found.address[1]]
        return missing + [found for found in listed if found.article is None]

    def overexcused(self) -> list[Resting]:
        """The clauses excused although something rests on them (有依赖仍标免引)."""
        return [found for found in self if found.covered and found.excused]


def uncovered(book: Book) -> list[Resting]:
    """Clauses of loaded instruments that nothing cites and nobody excused (未覆盖条文)."""
    return Index(book).uncovered()


def stale_excuses(book: Book) -> list[Resting]:
    """Clauses excused as unused that something does cite (过时的免引说明)."""
    return Index(book).overexcused()


def where(book: Book, instrument: str, article: str | None = None, cases: Iterable[Case] = ()) -> list[Resting]:
    """What in the platform rests on an article, or on each article of an instrument (此条的落点)."""
    return Index(book, cases).find(instrument, article)


def _order(found: Resting) -> tuple[int, str, int, str]:
    instrument, article = found.address
    ranks = ("law", "regulation", "interpretation", "rule", "central", "document", "local", "standard")
    rank = ranks.index(found.instrument.rank) if found.instrument else len(ranks)
    return (rank, instrument, int(article) if article.isdigit() else 0, article)
