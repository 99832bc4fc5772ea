"""The law book (法典): dated, cited, layered data, and the edition of it that holds on a day.

Schema of `lawbook/**/*.yaml`. Each file maps one or more of the kinds below to ids and their definitions.

A clause is written `GPL-2014/22/1/5` (instrument/article/paragraph/item, trailing parts may be left out) or as
`{instrument: GPL-2014, article: "22", paragraph: 1, item: "5"}`. `certainty` is verified | secondary | unverified and
is always required. `from` is the first day, `to` the last day on which something holds; both may be left out.

    instruments:
      APL-2021:
        title: 中华人民共和国行政处罚法     # required, without 《》
        short: 行政处罚法                  # shown in chips; the title when left out
        title_en: …    number: 主席令第70号    issued: 2021-01-22    from: 2021-07-15    to: …
        rank: law        # law | regulation | rule | central | document | standard | local | interpretation
        certainty: verified
        numbering: article   # `section` for documents numbered （一）（二）… instead of 第一条
        replaces: [APL-2017]
        excused: …         # reason why nothing rests on it although it lists no articles
        articles:
          "48": {title: …, text: 摘要或条文, summary: true, paragraphs: {"1": …}, excused: 理由, certainty: …, from: …, to: …}
    parameters:
      display.general.max:
        unit: months       # months | days | workdays | years | yuan | wan | text | list | flag
        values:
          - {from: 2026-04-01, value: 12, source: NDRC-36, certainty: verified, note: …}
    catalogues:  PCIC-2024: {name, name_en, source, from, to, certainty, classes: {"01": {name, content, …}}}
    fields:      shared definition of a field: {name, name_en, kind, public, sensitive, choices, max_length, …}
    items:       penalty: {name, category: "03", polarity, subject_kinds, public_for, bases, publication_rule,
                           reporting_rule: <parameter>, remedy: [<procedure>], document_key, title_field, fields: …}
                 `concerns`: first signs of the codes whose holders it can concern, where it is not everybody's;
                 `of_few`: where nothing of it is there, pages and reports do not name it
                 a field with `choices_from: lists` has the lists of the book as its choices
                 an item's field takes the shared definition of the same id and puts its own words on top
    matters:     procurement: {name, clause, roles, body_kinds, subject_kinds, ground, sees: {item: public|all|[…]},
                               triggers: [{id, kind: must_act|for_reference, item, when, clause, text, certainty}]}
    procedures:  review: {name, text, text_en, term: 60, unit: days, source, certainty}; the texts say {term}
    forbidden:   religion: {name, severity: forbidden|consent, source, headings, contains, except_for, certainty}
    promises:    kinds of promises of government: {item, holders, needs, plan} – see `law.promisekinds`
    areas:       key areas of government integrity: {duty, kinds, holders, records, registers, shows, checks} – see `law.areas`
    plans:       plans of work: {region, year, under, heads, tasks: [{id, head, text, since, until, leads, participants}]} – see `law.taskplans`
    lists, measures, indicators, incentives:  <id>: {name, name_en, bases: [clauses], certainty, from, to, …anything else}
                 the `rows` of a measure are read as provisions – see `law.provisions`
    casework:    <kind of case>: {name, prefix, begins, silence, grounds, states, acts, clocks} – see `law.casework`
    synonyms:    <field id>: [words]   or   {names: [words], items: {<item>: [words]}}   (always additive)

An overlay (`GONGXIN_LAWBOOK=national:province:city`) adds freely. To confirm or replace what stands below it repeats
the id with `overrides: <id>` and `precedence: 1` (or more) and only what differs; mappings are merged key by key, dated
values by their `from`, other rows by their `id`. Anything else is a conflict that shows both places.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, TypeVar

from gongxin.law.citing import Citation, ClauseRef
from gongxin.law.entries import (
    read_catalogue,
    read_entry,
    read_forbidden,
    read_item,
    read_matter,
    read_procedure,
    read_values,
    with_choices,
)
from gongxin.law.layers import BookConflict, BookFault, Definition, Layer, digest, lay, parse_document
from gongxin.law.model import (
    Catalogue,
    CatalogueClass,
    Choice,
    Entry,
    FieldSpec,
    Forbidden,
    Instrument,
    Item,
    Matter,
    Procedure,
    Remedy,
    Trigger,
    Value,
)
from gongxin.law.provisions import Provision, read_provisions
from gongxin.law.reading import make_ref, read_instrument

__all__ = [
    "Book",
    "BookConflict",
    "BookFault",
    "Catalogue",
    "CatalogueClass",
    "Choice",
    "Citation",
    "ClauseRef",
    "Definition",
    "Edition",
    "Entry",
    "FieldSpec",
    "Forbidden",
    "Instrument",
    "Item",
    "LawSilent",
    "Layer",
    "Matter",
    "Procedure",
    "Remedy",
    "Trigger",
    "Value",
    "parse_document",
]


Answer = TypeVar("Answer")


class LawSilent(LookupError):
    """The edition says nothing about what was asked (法无规定): named, with the day."""

    def __init__(self, what: str, day: date) -> None:
        super().__init__(f"the law book says nothing about {what} on {day}")
        self.what = what
        self.day = day


def _holds(since: date | None, until: date | None, day: date) -> bool:
    return (since is None or since <= day) and (until is None or day <= until)


class Edition:
    """The law book as it holds on a day (某日有效的法典). All days between two boundaries share one edition."""

    def __init__(self, book: Book, day: date) -> None:
        self.book = book
        self.day = day
        self._found: dict[str, Value | None] = {}
        self._remembered: dict[Hashable, Any] = {}

    def find_parameter(self, parameter_id: str) -> Value | None:
        """The value in force, or None when the book is silent or says that the thing ended."""
        if parameter_id not in self._found:
            self._found[parameter_id] = self._find(parameter_id)
        return self._found[parameter_id]

    def remember(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """An answer that depends on this edition and the key alone, made once (同一版本内的记忆); forgotten when many."""
        if key not in self._remembered:
            if len(self._remembered) >= 16_384:
                self._remembered.clear()
            self._remembered[key] = make()
        answer: Answer = self._remembered[key]
        return answer

    def _find(self, parameter_id: str) -> Value | None:
        for value in reversed(self.book.values.get(parameter_id, ())):
            if value.since <= self.day:
                return value if value.value is not None and _holds(None, value.until, self.day) else None
        return None

    def parameter(self, parameter_id: str) -> Value:
        value = self.find_parameter(parameter_id)
        if value is None:
            raise LawSilent(parameter_id, self.day)
        return value

    def parameters(self) -> tuple[Value, ...]:
        found = (self.find_parameter(parameter_id) for parameter_id in sorted(self.book.values))
        return tuple(value for value in found if value is not None)

    def items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.book.items.values() if _holds(item.since, item.until, self.day))

    def item(self, item_id: str) -> Item:
        item = self.find_item(item_id)
        if item is None:
            raise LawSilent(f"item {item_id}", self.day)
        return item

    def find_item(self, item_id: str) -> Item | None:
        item = self.book.items.get(item_id)
        return item if item is not None and _holds(item.since, item.until, self.day) else None

    def matters(self) -> tuple[Matter, ...]:
        return tuple(self.matter(matter_id) for matter_id in self.book.matters)

    def matter(self, matter_id: str) -> Matter:
        """A matter with the lines that hold on the day (事项): what rests on a repealed clause is not among them."""
        matter = self.book.matters.get(matter_id)
        if matter is None:
            raise LawSilent(f"matter {matter_id}", self.day)
        return self.remember(("matter", matter_id), lambda: self._in_force(matter))

    def _in_force(self, matter: Matter) -> Matter:
        held = tuple(each for each in matter.triggers if self.holds(each.clause) and not self._suspended(each.id))
        return matter if len(held) == len(matter.triggers) else replace(matter, triggers=held)

    def _suspended(self, trigger_id: str) -> bool:
        """Whether every provision that stands behind a line has lost its basis (措施依据是否已废止)."""
        behind = [each for each in self.book.provisions.values() if trigger_id in each.triggers]
        return bool(behind) and all(self.broken(each) for each in behind)

    def holds(self, ref: ClauseRef) -> bool:
        """Whether a clause is in force on the day (条文是否有效); one the book does not hold cannot be said to have ended."""
        instrument = self.book.instruments.get(ref.instrument)
        if instrument is None:
            return True
        article = instrument.articles.get(ref.article or "")
        return instrument.in_force(self.day) and (article is None or article.in_force(self.day))

    def broken(self, provision: Provision) -> tuple[ClauseRef, ...]:
        """The bases of a provision that do not hold on the day (失效的依据): one is enough to suspend it.

        Of the editions of the list that carry it one must be in force; where none is, all of them are named.
        """
        gone = [ref for ref in provision.bases if not self.holds(ref)]
        listed = [self.ref(each) for each in provision.editions]
        if listed and not any(self.holds(ref) for ref in listed):
            gone += listed
        return tuple(gone)

    def provisions(self) -> tuple[Provision, ...]:
        """The provisions of the library whose own time holds (措施条款), confirmed or not."""
        return tuple(each for each in self.book.provisions.values() if _holds(each.since, each.until, self.day))

    def catalogue(self) -> Catalogue:
        """The edition of the catalogue in force (现行目录版本)."""
        current = [entry for entry in self.book.catalogues.values() if _holds(entry.since, entry.until, self.day)]
        if not current:
            raise LawSilent("catalogue", self.day)
        return max(current, key=lambda entry: entry.since)

    def instruments(self) -> tuple[Instrument, ...]:
        return tuple(self.book.instruments.values())

    def instrument(self, instrument_id: str) -> Instrument:
        found = self.book.instruments.get(instrument_id)
        if found is None:
            raise LawSilent(f"instrument {instrument_id}", self.day)
        return found

    def procedures(self) -> tuple[Procedure, ...]:
        return tuple(entry for entry in self.book.procedures.values() if _holds(entry.since, entry.until, self.day))

    def procedure(self, procedure_id: str) -> Procedure:
        found = self.book.procedures.get(procedure_id)
        if found is None or not _holds(found.since, found.until, self.day):
            raise LawSilent(f"procedure {procedure_id}", self.day)
        return found

    def forbidden(self) -> tuple[Forbidden, ...]:
        return tuple(self.book.forbidden.values())

    def lists(self) -> tuple[Entry, ...]:
        return self._entries("lists")

    def measures(self) -> tuple[Entry, ...]:
        return self._entries("measures")

    def indicators(self) -> tuple[Entry, ...]:
        return self._entries("indicators")

    def incentives(self) -> tuple[Entry, ...]:
        return self._entries("incentives")

    def promises(self) -> tuple[Entry, ...]:
        return self._entries("promises")

    def areas(self) -> tuple[Entry, ...]:
        return self._entries("areas")

    def plans(self) -> tuple[Entry, ...]:
        return self._entries("plans")

    def casework(self) -> tuple[Entry, ...]:
        return self._entries("casework")

    def _entries(self, kind: str) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.book.entries[kind].values() if _holds(entry.since, entry.until, self.day))

    def ref(
        self, instrument: str, article: object = None, paragraph: int | None = None, item: object = None
    ) -> ClauseRef:
        """A clause's address with the instrument's short name, for rules that cite (引用条文)."""
        return make_ref(self.book.instruments, instrument, article, paragraph, item)

    def cite(self, ref: ClauseRef) -> Citation:
        """A clause as a page shows it (引注). An instrument the book does not hold is shown by its id, as unknown."""
        instrument = self.book.instruments.get(ref.instrument)
        if instrument is None:
            short, text = ref.short or ref.instrument, ref.article_text()
            return Citation(ref, short, text, ref.instrument, "", "", "unverified", False, False)
        named = make_ref(self.book.instruments, ref.instrument, ref.article, ref.paragraph, ref.item)
        article = instrument.articles.get(ref.article or "")
        words = ""
        if article is not None:
            words = article.paragraphs.get(str(ref.paragraph), article.text) if ref.paragraph else article.text
        certainty = article.certainty if article is not None and article.certainty else instrument.certainty
        return Citation(
            named,
            instrument.short,
            named.article_text(),
            f"《{instrument.title}》",
            instrument.number,
            words,
            certainty,
            self.holds(named),
            True,
            instrument.since,
            instrument.until,
        )


class Book:
    """All layers laid over each other and read (法典全书)."""

    def __init__(self, definitions: Mapping[str, Mapping[str, Definition]], layers: Sequence[str]) -> None:
        self.definitions = definitions
        self.layers = tuple(layers)
        self.version = digest(definitions)
        laid = definitions
        self.instruments = {key: read_instrument(entry) for key, entry in laid["instruments"].items()}
        known = self.instruments
        self.values = {key: read_values(entry, known) for key, entry in laid["parameters"].items()}
        self.catalogues = {key: read_catalogue(entry, known) for key, entry in laid["catalogues"].items()}
        self.procedures = {key: read_procedure(entry, known) for key, entry in laid["procedures"].items()}
        self.forbidden = {key: read_forbidden(entry, known) for key, entry in laid["forbidden"].items()}
        listed = with_choices(laid["items"], laid)
        self.items = {
            key: read_item(entry, known, laid["fields"], laid["synonyms"], self.procedures)
            for key, entry in listed.items()
        }
        self.matters = {key: read_matter(entry, known, self.items) for key, entry in laid["matters"].items()}
        self.entries = {
            kind: {key: read_entry(entry, known) for key, entry in laid[kind].items()}
            for kind in ("lists", "measures", "indicators", "incentives", "promises", "areas", "plans", "casework")
        }
        self.provisions = {
            each.id: each for entry in laid["measures"].values() for each in read_provisions(entry, known)
        }
        self._editions: dict[date, Edition] = {}

    @classmethod
    def from_documents(cls, layers: Sequence[Layer]) -> Book:
        """Lay and read the layers, national first (由文件装订法典)."""
        return cls(lay(layers), [layer.name for layer in layers])

    def on(self, day: date) -> Edition:
        """The edition in force on a day (某日的版本)."""
        position = bisect_right(self._boundaries, day)
        first = self._boundaries[position - 1] if position else date.min
        if first not in self._editions:
            self._editions[first] = Edition(self, first)
        return self._editions[first]

    def boundaries(self) -> list[date]:
        """The days on which anything in the book begins or has just ended (版本分界日), sorted."""
        return list(self._boundaries)

    @cached_property
    def _boundaries(self) -> list[date]:
        spans: list[tuple[date | None, date | None]] = []
        spans += [(value.since, value.until) for values in self.values.values() for value in values]
        spans += [(entry.since, entry.until) for entry in self.instruments.values()]
        spans += [(each.since, each.until) for entry in self.instruments.values() for each in entry.articles.values()]
        spans += [(each.since, each.until) for each in self.provisions.values()]
        spans += [(entry.since, entry.until) for entry in self.items.values()]
        spans += [(entry.since, entry.until) for entry in self.catalogues.values()]
        spans += [(entry.since, entry.until) for entry in self.procedures.values()]
        spans += [(entry.since, entry.until) for kind in self.entries.values() for entry in kind.values()]
        starts = {since for since, _ in spans if since is not None}
        return sorted(starts | {until + timedelta(days=1) for _, until in spans if until is not None})

    def synonyms(self) -> Mapping[str, tuple[str, ...]]:
        """Field id → words by which departments also call it (同义表头)."""
        return {key: tuple(entry.body["names"]) for key, entry in self.definitions["synonyms"].items()}
