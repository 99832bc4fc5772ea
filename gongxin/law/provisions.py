"""Provisions (措施条款): each row of the library of measures – clause, whom, in which matter, by whom, how long, how to cure.

A measure of the national list is a heading; what can be carried out is a row under it. Read once with the book, so that
a row that lacks what everybody must know of it is a fault of the book and not a surprise at the counter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.layers import Definition
from gongxin.law.model import Instrument
from gongxin.law.reading import Reader

GROUPS = ("group-1", "group-2", "group-3")
REDUCING, MANAGING, VOLUNTARY = GROUPS
BINDING = ("must", "may")
DURATIONS = ("ban", "months", "cause")
"""How long it lasts: as the decision says, so many months, or as long as its cause stands."""
STACKING = ("together", "alone")
BURDENS = range(1, 6)

Instruments = Mapping[str, Instrument]


@dataclass(frozen=True, slots=True)
class Duration:
    """How long a measure lasts (期限): `months` is the most the clause allows, None where the source says it."""

    by: str
    months: int | None
    text: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Extension:
    """To whom else a clause lets a measure reach (及于): never by anything but a clause."""

    to: str
    clause: ClauseRef
    certainty: Certainty


@dataclass(frozen=True)
class Provision:
    """One provision (一条措施): all that officer and subject must know of it, in the same words."""

    id: str
    measure: str
    measure_name: str
    measure_name_en: str
    group: str
    name: str
    name_en: str
    subjects: str
    subjects_en: str
    kinds: tuple[str, ...]
    triggers: tuple[str, ...]
    scope: tuple[str, ...]
    bases: tuple[ClauseRef, ...]
    editions: tuple[str, ...]
    implementer: str
    implementer_en: str
    body_kinds: tuple[str, ...]
    region: str
    duration: Duration
    stacking: str
    stacking_text: str
    cure: str
    cure_en: str
    binding: Literal["must", "may"]
    burden: int
    extends: tuple[Extension, ...]
    effect: bool
    confirmed_by: str
    certainty: Certainty
    since: date | None
    until: date | None
    note: str
    path: str

    @property
    def clause(self) -> ClauseRef:
        """The basis named first (主要依据)."""
        return self.bases[0]


def read_provisions(definition: Definition, instruments: Instruments) -> Iterator[Provision]:
    """Yield the provisions of one measure (措施条款); a heading without rows has none.

    Raises BookFault with its place where a row lacks what everybody must know of it.
    """
    reader = Reader.of(definition, instruments)
    for row in reader.rows("rows"):
        yield _read(definition, reader, row)


def _read(definition: Definition, measure: Reader, row: Reader) -> Provision:
    bases = row.refs("bases")
    if not bases:
        raise row.fault("a measure without a clause; bases is missing")
    term = row.part(row.body.get("duration") or {}, "duration")
    stacking = row.part(row.body.get("stacking") or {}, "stacking")
    burden = row.number("burden") or BURDENS[0]
    if burden not in BURDENS:
        raise row.fault(f"burden must be {BURDENS[0]} to {BURDENS[-1]}")
    own = row.part({**{"certainty": measure.body.get("certainty")}, **row.body}, "certainty")
    return Provision(
        id=f"{definition.id}.{row.text('id', None)}",
        measure=definition.id,
        measure_name=measure.text("name", None),
        measure_name_en=measure.text("name_en"),
        group=measure.one_of("group", GROUPS, None),
        name=row.text("content", None),
        name_en=row.text("content_en"),
        subjects=row.text("subjects", None),
        subjects_en=row.text("subjects_en"),
        kinds=row.texts("kinds"),
        triggers=row.texts("triggers"),
        scope=row.texts("scope"),
        bases=bases,
        editions=row.texts("editions") or measure.texts("editions"),
        implementer=row.text("implementer", None),
        implementer_en=row.text("implementer_en"),
        body_kinds=row.texts("body_kinds"),
        region=row.text("region") or measure.text("region"),
        duration=Duration(
            term.one_of("by", DURATIONS, "cause"), term.number("months"), term.text("text"), term.text("text_en")
        ),
        stacking=stacking.one_of("with", STACKING, "together"),
        stacking_text=stacking.text("text"),
        cure=row.text("cure", None),
        cure_en=row.text("cure_en"),
        binding=cast("Literal['must', 'may']", row.one_of("binding", BINDING, "may")),
        burden=burden,
        extends=tuple(
            Extension(each.text("to", None), each.get_ref("clause"), each.certainty("unverified"))
            for each in row.rows("extends")
        ),
        effect=row.flag("effect", measure.flag("effect")),
        confirmed_by=row.text("confirmed_by") or measure.text("confirmed_by"),
        certainty=own.certainty(),
        since=row.day("from") or measure.day("from"),
        until=row.day("to") or measure.day("to"),
        note=row.text("note"),
        path=definition.path,
    )
