"""Laying law books over each other (法典叠加): national first, then province, then city.

A later layer adds freely. It changes what stands below only where it says so – `overrides: <id>` and a `precedence`
above 0 – because the last one to speak must never win by accident. Two definitions of one thing without that are a
conflict that shows both places; so are two overlays that claim the same precedence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml

KINDS = (
    "instruments",
    "parameters",
    "catalogues",
    "fields",
    "items",
    "matters",
    "procedures",
    "forbidden",
    "lists",
    "measures",
    "indicators",
    "incentives",
    "promises",
    "areas",
    "plans",
    "casework",
    "synonyms",
)


class Layer(NamedTuple):
    """One law book (一部法典): its name and its documents as (path, parsed YAML) pairs."""

    name: str
    documents: Sequence[tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition as it stands after laying all layers (定义), with every place that had a hand in it."""

    kind: str
    id: str
    body: Mapping[str, Any]
    layer: str
    path: str
    precedence: int = 0
    places: tuple[str, ...] = ()


class BookFault(Exception):
    """A law book that cannot be read (法典错误): says where and what."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place
        self.message = message


class BookConflict(BookFault):
    """Two definitions of one thing without a stated precedence (法典冲突): shows both places."""

    def __init__(self, what: str, first: str, second: str, reason: str) -> None:
        super().__init__(second, f"{what} is already defined in {first}; {reason}")
        self.first = first
        self.second = second


MERGE = "tag:yaml.org,2002:merge"

_Base: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C reader is ten times faster where it is built


class _Loader(_Base):  # type: ignore[misc]
    """Safe YAML that refuses a key written twice, which plain YAML would settle by silence."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    seen: set[object] = set()
    for key_node, _ in node.value:
        if key_node.tag == MERGE:
            # What is taken over from an anchor may be said again; only what is written twice is a slip.
            continue
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            line = key_node.start_mark.line + 1
            raise BookConflict(str(key), f"an earlier line, and again on line {line}", "the same file", "remove one")
        seen.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def parse_document(text: str, path: str) -> Mapping[str, Any]:
    """Read one YAML text of a law book (解析法典文件), refusing doubled keys and anything but a mapping."""
    try:
        document = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise BookFault(path, f"not readable as YAML: {error}") from error
    except BookConflict as error:
        raise BookFault(path, error.message) from error
    if not isinstance(document, Mapping):
        raise BookFault(path, "must be a mapping whose top key names its kind")
    return document


def lay(layers: Sequence[Layer]) -> dict[str, dict[str, Definition]]:
    """Lay the layers over each other (叠加): kind → id → definition."""
    stated: dict[tuple[str, str], list[Definition]] = {}
    for layer in layers:
        for path, document in layer.documents:
            for kind, entries in document.items():
                if kind not in KINDS:
                    raise BookFault(path, f"unknown kind {kind!r}; known are {', '.join(KINDS)}")
                if not isinstance(entries, Mapping):
                    raise BookFault(path, f"{kind} must map ids to definitions")
                for raw_id, body in entries.items():
                    definition = _stated(kind, str(raw_id), body, layer.name, path)
                    stated.setdefault((kind, definition.id), []).append(definition)
    book: dict[str, dict[str, Definition]] = {kind: {} for kind in KINDS}
    for (kind, _), definitions in stated.items():
        merged = _add_up(definitions) if kind == "synonyms" else _settle(definitions)
        book[kind][merged.id] = merged
    return book


def digest(book: Mapping[str, Mapping[str, Definition]]) -> str:
    """A short digest of everything the book says (法典版本号); the layout of its files does not matter."""
    content = {kind: {key: entry.body for key, entry in entries.items()} for kind, entries in book.items()}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _stated(kind: str, entry_id: str, body: object, layer: str, path: str) -> Definition:
    place = f"{path} [{layer}]"
    if kind == "synonyms" and isinstance(body, list):
        body = {"names": body}
    if not isinstance(body, Mapping):
        raise BookFault(place, f"{kind}.{entry_id} must be a mapping")
    overrides = body.get("overrides")
    precedence = body.get("precedence", 0)
    if overrides is not None and overrides != entry_id:
        raise BookFault(place, f"{kind}.{entry_id} says it overrides {overrides}; only its own id can be overridden")
    if overrides is not None and (not isinstance(precedence, int) or precedence < 1):
        raise BookFault(place, f"{kind}.{entry_id} overrides without a precedence of 1 or more")
    rest = {key: value for key, value in body.items() if key not in ("overrides", "precedence")}
    return Definition(kind, entry_id, rest, layer, path, precedence if overrides is not None else 0, (place,))


def _settle(definitions: list[Definition]) -> Definition:
    ordered = sorted(definitions, key=lambda definition: definition.precedence)
    settled = ordered[0]
    what = f"{settled.kind}.{settled.id}"
    if settled.precedence:
        raise BookFault(settled.places[0], f"{what} overrides what no lower layer defines")
    for later in ordered[1:]:
        if later.precedence == 0:
            reason = "an overlay must say `overrides` and its `precedence`"
            raise BookConflict(what, settled.places[0], later.places[0], reason)
        if later.precedence == settled.precedence:
            raise BookConflict(what, settled.places[-1], later.places[0], f"both claim precedence {later.precedence}")
        settled = Definition(
            settled.kind,
            settled.id,
            _merge(settled.body, later.body),
            later.layer,
            later.path,
            later.precedence,
            settled.places + later.places,
        )
    return settled


def _add_up(definitions: list[Definition]) -> Definition:
    """Synonyms only ever add; no layer takes a word away from another."""
    names = list(dict.fromkeys(str(name) for entry in definitions for name in entry.body.get("names", ())))
    items: dict[str, list[str]] = {}
    for entry in definitions:
        for item, words in entry.body.get("items", {}).items():
            items.setdefault(str(item), []).extend(str(word) for word in words)
    first = definitions[0]
    places = tuple(place for entry in definitions for place in entry.places)
    return Definition(first.kind, first.id, {"names": names, "items": items}, first.layer, first.path, 0, places)


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        standing = merged.get(key)
        if isinstance(standing, Mapping) and isinstance(value, Mapping):
            merged[key] = _merge(standing, value)
        elif isinstance(standing, list) and isinstance(value, list) and _keyed(key, standing, value):
            merged[key] = _merge_lists(standing, value, _keyed(key, standing, value))
        else:
            merged[key] = value
    return merged


def _keyed(name: str, below: list[Any], above: list[Any]) -> str:
    """By what two lists are merged row by row: dated values by their first day (none is one too), others by their id."""
    if not all(isinstance(entry, Mapping) for entry in (*below, *above)):
        return ""
    if name == "values":
        return "from"
    return "id" if all("id" in entry for entry in (*below, *above)) else ""


def _merge_lists(below: list[Any], above: list[Any], key: str) -> list[Any]:
    merged = {str(entry.get(key)): entry for entry in below}
    for entry in above:
        merged[str(entry.get(key))] = _merge(merged.get(str(entry.get(key)), {}), entry)
    return list(merged.values())
