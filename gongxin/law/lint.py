"""Lint of the law book (法典检查): what is contradictory, missing or left unexplained, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gongxin.law.book import Book
from gongxin.law.forbidden import find_forbidden
from gongxin.law.index import stale_excuses, uncovered, uses
from gongxin.law.matters import CONDITIONS
from gongxin.law.plans import PUBLICATION_RULES


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding (检查结果). `error` fails the check, `warning` wants a look, `notice` only tells."""

    severity: Literal["error", "warning", "notice"]
    code: str
    place: str
    message: str


def lint(book: Book) -> tuple[Finding, ...]:
    """Everything the book should not leave as it is (检查法典), the worst first."""
    found = [
        *_clauses(book),
        *_values(book),
        *_items(book),
        *_matters(book),
        *_forbidden(book),
        *_coverage(book),
        *_unverified(book),
    ]
    order = ("error", "warning", "notice")
    return tuple(sorted(found, key=lambda finding: (order.index(finding.severity), finding.code, finding.place)))


def _clauses(book: Book) -> Iterator[Finding]:
    for use in uses(book):
        place = f"{use.place} {use.kind}.{use.name}"
        instrument = book.instruments.get(use.ref.instrument)
        if instrument is None:
            yield Finding("error", "clause.instrument", place, f"cites {use.ref.key()}, which no instrument defines")
        elif use.ref.article and instrument.articles and use.ref.article not in instrument.articles:
            yield Finding("error", "clause.article", place, f"cites {use.ref.key()}, an article the book does not list")
    # A source that names an unknown instrument is no clause to `uses`, so sources are read once more as they were parsed.
    for values in book.values.values():
        for value in values:
            if value.source is not None and value.source.instrument not in book.instruments:
                message = f"rests on {value.source.key()}, which no instrument defines"
                yield Finding("error", "clause.instrument", f"parameters.{value.id}", message)
    bases = [(f"items.{item.id}", item.bases) for item in book.items.values()]
    bases += [(f"{entry.kind}.{entry.id}", entry.bases) for kind in book.entries.values() for entry in kind.values()]
    bases += [(f"matters.{matter.id}", matter.bases) for matter in book.matters.values()]
    for place, refs in bases:
        for ref in refs:
            if ref.instrument not in book.instruments:
                message = f"rests on {ref.key()}, which no instrument defines"
                yield Finding("error", "clause.instrument", place, message)


def _values(book: Book) -> Iterator[Finding]:
    for values in book.values.values():
        for value in values:
            instrument = book.instruments.get(value.source.instrument) if value.source else None
            if (
                instrument is not None
                and instrument.since
                and value.since < instrument.since
                and value.since.year > 1900
            ):
                message = f"holds from {value.since}, before its source {instrument.short} was in force"
                yield Finding("warning", "value.before_source", f"parameters.{value.id}", message)


def _items(book: Book) -> Iterator[Finding]:
    codes = {entry.code for catalogue in book.catalogues.values() for entry in catalogue.classes}
    for item in book.items.values():
        place = f"items.{item.id}"
        if not item.bases:
            yield Finding("error", "item.bases", place, "has no clause it rests on")
        if item.category not in codes:
            yield Finding("error", "item.category", place, f"stands in class {item.category}, which no catalogue has")
        if item.publication_rule not in PUBLICATION_RULES:
            yield Finding("error", "item.publication_rule", place, f"names the unknown rule {item.publication_rule}")
        if item.reporting_rule and item.reporting_rule not in book.values:
            yield Finding("error", "item.reporting_rule", place, f"names the unknown parameter {item.reporting_rule}")
        yield from _templates(item.id, item.fields)
    known = {spec.id for item in book.items.values() for spec in item.fields}
    for field_id in book.synonyms():
        if field_id not in known:
            yield Finding("warning", "synonyms.field", f"synonyms.{field_id}", "no item has this field")


def _templates(item_id: str, fields: tuple[Any, ...]) -> Iterator[Finding]:
    taken: dict[tuple[str, str], str] = {}
    for spec in fields:
        for template, code in spec.codes.items():
            other = taken.setdefault((template, code), spec.id)
            if other != spec.id:
                message = f"{code} of template {template} means {other} and {spec.id}"
                yield Finding("error", "item.code", f"items.{item_id}.{spec.id}", message)
        for template in {template for choice in spec.choices for template in choice.codes}:
            codes = [choice.codes[template] for choice in spec.choices if template in choice.codes]
            if len(codes) != len(set(codes)):
                message = f"two choices share a code in template {template}"
                yield Finding("error", "field.choice_code", f"items.{item_id}.{spec.id}", message)


def _matters(book: Book) -> Iterator[Finding]:
    for matter in book.matters.values():
        for trigger in matter.triggers:
            place = f"matters.{matter.id}.{trigger.id}"
            for name in _circumstances(trigger.when):
                if name not in CONDITIONS:
                    yield Finding("error", "matter.circumstance", place, f"names the unknown circumstance {name}")
            threshold = _threshold(trigger.when)
            if threshold and threshold not in book.values:
                yield Finding("error", "matter.threshold", place, f"names the unknown parameter {threshold}")
            item = book.items.get(trigger.item)
            if trigger.kind == "must_act" and item is not None and not item.remedy.text:
                yield Finding("error", "matter.remedy", place, f"binds, but {trigger.item} offers no remedy")


def _circumstances(when: Mapping[str, Any]) -> Iterator[str]:
    for name, wanted in when.items():
        yield name
        if name in ("any", "all"):
            for part in wanted:
                yield from _circumstances(part)


def _threshold(when: Mapping[str, Any]) -> str | None:
    if "fine_at_least" in when:
        return str(when["fine_at_least"])
    for name in ("any", "all"):
        for part in when.get(name, ()):
            found = _threshold(part)
            if found:
                return found
    return None


def _forbidden(book: Book) -> Iterator[Finding]:
    """No field of the catalogue may be headed by words that are refused."""
    day = max(book.boundaries(), default=None)
    if day is None:
        return
    law = book.on(day)
    for item in book.items.values():
        for spec in item.fields:
            for word in (spec.name, *spec.synonyms, *spec.codes.values()):
                refused = find_forbidden(word, law=law)
                if refused is not None:
                    message = f"“{word}” is recognised as {refused.name} and would be refused"
                    yield Finding("error", "forbidden.collision", f"items.{item.id}.{spec.id}", message)


def _coverage(book: Book) -> Iterator[Finding]:
    for gap in uncovered(book):
        yield Finding("error", "coverage.gap", str(gap), "nothing cites it and no reason excuses it")
    for gap in stale_excuses(book):
        yield Finding("warning", "coverage.stale_excuse", str(gap), "is excused as unused, but something cites it")


def _unverified(book: Book) -> Iterator[Finding]:
    for values in book.values.values():
        for value in values:
            if value.certainty == "unverified":
                yield Finding(
                    "notice", "unverified", f"parameters.{value.id}@{value.since}", value.note or "待法制审核"
                )
    for item in book.items.values():
        if item.certainty == "unverified":
            yield Finding("notice", "unverified", f"items.{item.id}", item.note or "待法制审核")
