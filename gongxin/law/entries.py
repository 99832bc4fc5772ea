"""Reading catalogue, items, matters, procedures and further packs (目录、事项、程序的读取)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any, Literal, cast

from gongxin.law.citing import weakest
from gongxin.law.layers import Definition
from gongxin.law.model import (
    FIELD_KINDS,
    Catalogue,
    CatalogueClass,
    Choice,
    Entry,
    FieldSpec,
    Forbidden,
    Instrument,
    Item,
    Matter,
    Polarity,
    Procedure,
    Remedy,
    Trigger,
    Value,
)
from gongxin.law.reading import Reader
from gongxin.law.wording import filled

SUBJECT_KINDS = ("organisation", "sole-trader", "person")
EARLIEST = date(1900, 1, 1)

Instruments = Mapping[str, Instrument]


def read_values(definition: Definition, instruments: Instruments) -> tuple[Value, ...]:
    """The dated values of one parameter (参数各时段的值), oldest first."""
    reader = Reader.of(definition, instruments)
    unit = reader.text("unit")
    values = []
    for row in reader.rows("values"):
        values.append(
            Value(
                id=definition.id,
                value=row.body.get("value"),
                unit=unit,
                source=row.find_ref("source"),
                certainty=row.certainty(),
                since=row.day("from") or EARLIEST,
                until=row.day("to"),
                note=row.text("note"),
                layer=definition.layer,
            )
        )
    if not values:
        raise reader.fault("holds no values")
    values.sort(key=lambda value: value.since)
    for earlier, later in pairwise(values):
        if earlier.since == later.since or (earlier.until is not None and earlier.until >= later.since):
            raise reader.fault(f"two values hold on {later.since}")
    return tuple(values)


def read_catalogue(definition: Definition, instruments: Instruments) -> Catalogue:
    """One edition of the catalogue (目录版本) with its classes."""
    reader = Reader.of(definition, instruments)
    since = reader.day("from")
    if since is None:
        raise reader.fault("from is missing")
    classes = []
    for code, body in reader.mapping("classes").items():
        part = reader.part(body, f"classes.{code}")
        classes.append(
            CatalogueClass(
                code,
                part.text("name", None),
                part.text("name_en"),
                part.text("content"),
                part.text("providers"),
                part.text("share"),
                part.certainty(reader.certainty()),
            )
        )
    return Catalogue(
        definition.id,
        reader.text("name", None),
        reader.text("name_en"),
        reader.get_ref("source"),
        since,
        reader.day("to"),
        reader.certainty(),
        tuple(classes),
        reader.text("note"),
    )


def read_procedure(definition: Definition, instruments: Instruments) -> Procedure:
    """One procedure or remedy (程序或救济); its sentences carry the term that its value says."""
    reader = Reader.of(definition, instruments)
    term, unit = reader.number("term"), reader.text("unit")
    return Procedure(
        definition.id,
        reader.text("name", None),
        reader.text("name_en"),
        filled(reader.text("text"), term, unit),
        filled(reader.text("text_en"), term, unit, english=True),
        term,
        unit,
        reader.find_ref("source"),
        reader.certainty(),
        reader.day("from"),
        reader.day("to"),
        reader.text("note"),
    )


def read_forbidden(definition: Definition, instruments: Instruments) -> Forbidden:
    """One kind of data with no way in (禁止采集的信息)."""
    reader = Reader.of(definition, instruments)
    severity = reader.one_of("severity", ("forbidden", "consent"), "forbidden")
    return Forbidden(
        definition.id,
        reader.text("name", None),
        reader.text("name_en"),
        cast("Literal['forbidden', 'consent']", severity),
        reader.get_ref("source"),
        reader.texts("headings"),
        reader.texts("contains"),
        reader.texts("except_for"),
        reader.certainty(),
        reader.text("way_forward"),
    )


def read_entry(definition: Definition, instruments: Instruments) -> Entry:
    """An entry of a further pack (其他条目): the common part typed, the rest kept as written."""
    reader = Reader.of(definition, instruments)
    return Entry(
        definition.id,
        definition.kind,
        reader.text("name", None),
        reader.text("name_en"),
        reader.refs("bases"),
        reader.certainty(),
        reader.day("from"),
        reader.day("to"),
        definition.body,
        definition.path,
    )


def read_field(reader: Reader, field_id: str, synonyms: tuple[str, ...]) -> FieldSpec:
    """One field of an item (字段) – the shared definition with what the item says on top."""
    choices = []
    for value, body in reader.mapping("choices").items():
        part = reader.part({"name": body} if isinstance(body, str) else body, f"choices.{value}")
        name = part.text("name", None)
        codes = {template: str(code) for template, code in part.mapping("codes").items()}
        names = tuple(dict.fromkeys((name, *part.texts("names"))))
        choices.append(Choice(value, name, part.text("name_en"), names, codes))
    name = reader.text("name", None)
    headings = {template: str(heading) for template, heading in reader.mapping("headings").items()}
    return FieldSpec(
        id=field_id,
        name=name,
        name_en=reader.text("name_en"),
        kind=reader.one_of("kind", FIELD_KINDS, None),
        required=reader.flag("required"),
        required_if=reader.text("required_if") or None,
        unit=reader.text("unit") or None,
        max_length=reader.number("max_length"),
        choices=tuple(choices),
        multiple=reader.flag("multiple"),
        public=reader.flag("public"),
        sensitive=reader.flag("sensitive"),
        codes={template: str(code) for template, code in reader.mapping("codes").items()},
        headings=headings,
        synonyms=tuple(dict.fromkeys((*reader.texts("synonyms"), *headings.values(), *synonyms))),
        note=reader.text("note"),
        note_en=reader.text("note_en"),
        example=reader.text("example"),
    )


def read_item(
    definition: Definition,
    instruments: Instruments,
    shared: Mapping[str, Definition],
    synonyms: Mapping[str, Definition],
    procedures: Mapping[str, Procedure],
) -> Item:
    """One catalogue item (目录事项) with all its fields, its bases and its remedy."""
    reader = Reader.of(definition, instruments)
    fields = []
    for field_id, body in reader.mapping("fields").items():
        common = shared[field_id].body if field_id in shared else {}
        part = reader.part({**common, **(body or {})}, f"fields.{field_id}")
        words = synonyms[field_id].body if field_id in synonyms else {"names": (), "items": {}}
        known = (*words["names"], *words["items"].get(definition.id, ()))
        fields.append(read_field(part, field_id, known))
    named = {spec.id for spec in fields}
    for key in ("document_key", "summary_fields"):
        for field_id in reader.texts(key):
            if field_id not in named:
                raise reader.fault(f"{key} names the unknown field {field_id}")
    title_field = reader.text("title_field", None)
    if title_field not in named:
        raise reader.fault(f"title_field names the unknown field {title_field}")
    for key in ("subject_kinds", "public_for"):
        for kind in reader.texts(key):
            if kind not in SUBJECT_KINDS:
                raise reader.fault(f"{key} names the unknown kind of subject {kind}")
    if "person" in reader.texts("public_for"):
        raise reader.fault("a natural person's record is never public")
    confined = reader.flag("confined")
    if confined and (reader.texts("public_for") or any(spec.public for spec in fields)):
        raise reader.fault("what is confined has nothing public in it")
    return Item(
        id=definition.id,
        name=reader.text("name", None),
        name_en=reader.text("name_en"),
        category=reader.text("category", None),
        catalogue_code=reader.text("catalogue_code"),
        polarity=cast("Polarity", reader.one_of("polarity", ("adverse", "favourable", "neutral"), None)),
        subject_kinds=reader.texts("subject_kinds"),
        fields=tuple(fields),
        document_key=reader.texts("document_key"),
        required_document=reader.flag("required_document"),
        bases=reader.refs("bases"),
        providers=reader.texts("providers"),
        reporting_rule=reader.text("reporting_rule") or None,
        publication_rule=reader.text("publication_rule", None),
        public_for=frozenset(reader.texts("public_for")),
        remedy=_remedy(reader, definition.id, procedures),
        title_field=title_field,
        summary_fields=reader.texts("summary_fields"),
        certainty=reader.certainty(),
        dated_by=reader.text("dated_by") or "decided_on",
        binding=reader.flag("binding"),
        confined=confined,
        by_decider=reader.flag("by_decider"),
        by_superior=reader.flag("by_superior"),
        concerns=reader.texts("concerns"),
        of_few=reader.flag("of_few"),
        note=reader.text("note"),
        since=reader.day("from"),
        until=reader.day("to"),
    )


def with_choices(
    items: Mapping[str, Definition], laid: Mapping[str, Mapping[str, Definition]]
) -> Mapping[str, Definition]:
    """The items with the choices filled in that other entries of the book make (枚举取自法典): `choices_from: lists`.

    An overlay that adds a list so adds a choice; the ids of entries kept under another item are choices of that item alone.
    """
    return {key: _with_choices(definition, laid) for key, definition in items.items()}


def _with_choices(definition: Definition, laid: Mapping[str, Mapping[str, Definition]]) -> Definition:
    fields = definition.body.get("fields")
    if not isinstance(fields, Mapping):
        return definition
    filled_in = {}
    for field_id, body in fields.items():
        kind = body.get("choices_from") if isinstance(body, Mapping) else None
        if kind is None:
            continue
        entries = {key: entry.body for key, entry in laid[str(kind)].items() if entry.body.get("item") == definition.id}
        choices = {
            key: {"name": entry.get("name"), "name_en": entry.get("name_en", ""), "names": entry.get("aliases", ())}
            for key, entry in entries.items()
        }
        filled_in[field_id] = {**body, "choices": choices}
    if not filled_in:
        return definition
    return replace(definition, body={**definition.body, "fields": {**fields, **filled_in}})


def read_matter(definition: Definition, instruments: Instruments, items: Mapping[str, Item]) -> Matter:
    """One matter (查询事项): who may ask, what is seen, which records must be acted on and by which clause."""
    reader = Reader.of(definition, instruments)
    sees = {}
    for item_id, wanted in reader.mapping("sees").items():
        if item_id not in items:
            raise reader.fault(f"sees the unknown item {item_id}")
        sees[item_id] = _seen_fields(reader, items[item_id], wanted)
    triggers = []
    for row in reader.rows("triggers"):
        item_id = row.text("item", None)
        if item_id not in sees:
            raise row.fault(f"acts on {item_id}, which the matter may not see")
        kind = row.one_of("kind", ("must_act", "for_reference"), None)
        triggers.append(
            Trigger(
                id=row.text("id", None),
                kind=cast("Literal['must_act', 'for_reference']", kind),
                item=item_id,
                when=row.mapping("when"),
                clause=row.get_ref("clause"),
                text=row.text("text", None),
                text_en=row.text("text_en"),
                certainty=row.certainty(),
            )
        )
    return Matter(
        id=definition.id,
        name=reader.text("name", None),
        name_en=reader.text("name_en"),
        clause=reader.get_ref("clause"),
        bases=reader.refs("bases"),
        roles=reader.texts("roles"),
        body_kinds=reader.texts("body_kinds"),
        subject_kinds=reader.texts("subject_kinds"),
        ground=reader.one_of("ground", ("matter", "case", "consent"), "matter"),
        outcome_workdays=reader.text("outcome_workdays") or None,
        sees=sees,
        triggers=tuple(triggers),
        certainty=reader.certainty(),
        note=reader.text("note"),
    )


def _remedy(reader: Reader, item_id: str, procedures: Mapping[str, Procedure]) -> Remedy:
    chosen = []
    for procedure_id in reader.texts("remedy"):
        if procedure_id not in procedures:
            raise reader.fault(f"remedy names the unknown procedure {procedure_id}")
        chosen.append(procedures[procedure_id])
    return Remedy(
        id=item_id,
        text="".join(procedure.text for procedure in chosen),
        text_en=" ".join(procedure.text_en for procedure in chosen),
        clauses=tuple(procedure.clause for procedure in chosen if procedure.clause is not None),
        certainty=weakest(procedure.certainty for procedure in chosen),
    )


def _seen_fields(reader: Reader, item: Item, wanted: Any) -> tuple[str, ...]:
    """`public` means the public fields, `all` every field that is not sensitive; otherwise the fields named."""
    if wanted == "public":
        return tuple(spec.id for spec in item.public_fields())
    if wanted == "all":
        return tuple(spec.id for spec in item.fields if not spec.sensitive)
    if not isinstance(wanted, list):
        raise reader.fault(f"sees.{item.id} must be public, all or a list of fields")
    for field_id in wanted:
        if item.find_field(str(field_id)) is None:
            raise reader.fault(f"sees.{item.id} names the unknown field {field_id}")
    return tuple(str(field_id) for field_id in wanted)
