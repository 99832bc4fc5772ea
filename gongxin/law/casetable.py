"""The table of a kind of case (案件程序表): states, acts by their statutory verbs, clocks with their terms, as the book has it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gongxin.law.book import Edition, LawSilent
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.model import Entry
from gongxin.law.reading import Reader

SIDES = ("applicant", "office", "authority", "auditor")
"""Who acts in a case: who brought it, the credit office, the body that decided or is asked, the auditor."""

UNITS = ("workdays", "days", "months")


@dataclass(frozen=True, slots=True)
class Term:
    """A term (时限) of a clock in one jurisdiction, named by the beginning of its division code; empty for the nation."""

    jurisdiction: str
    count: int
    unit: str
    source: ClauseRef | None
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A clock (时钟): what must be done by when, and by which side."""

    id: str
    name: str
    name_en: str
    side: str
    terms: tuple[Term, ...]
    warn: int
    """So many working days before the end the holder is reminded (提前提醒)."""


@dataclass(frozen=True, slots=True)
class State:
    """A state (状态) of a case, and whose turn it is in it."""

    id: str
    name: str
    name_en: str
    turn: str
    closed: bool


@dataclass(frozen=True, slots=True)
class ActRule:
    """An act (行为) of a case: from which states, by which sides, with what said, to which state; what it does to clocks."""

    id: str
    name: str
    name_en: str
    sides: tuple[str, ...]
    since: tuple[str, ...]
    to: str
    needs: tuple[str, ...]
    may: tuple[str, ...]
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    pauses: tuple[str, ...]
    resumes: tuple[str, ...]
    extends: tuple[str, ...]
    dated_by: str
    """The field that names the day from which the clocks it starts are counted; else the day of the act (起算依据)."""
    once: bool
    clause: ClauseRef | None
    certainty: Certainty
    consequence: str
    consequence_en: str
    document: str = ""
    """The document that is made with it (文书名称), or nothing."""
    document_en: str = ""
    told: str = ""
    """What the document says to the one concerned (文书正文): what was decided, what follows, what can be done."""
    told_en: str = ""

    def says(self) -> tuple[str, ...]:
        """Every field the act may carry (可填内容): what it needs first."""
        return (*self.needs, *self.may)


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground (理由) on which a case may be brought; `hold` names what it does to the entry at once."""

    id: str
    name: str
    name_en: str
    hold: str


@dataclass(frozen=True)
class CaseRules:
    """One kind of case (一类案件的程序) as an edition has it."""

    id: str
    name: str
    name_en: str
    prefix: str
    about: str
    """What it is about: `record`, `subject`, `look`, `case`, `result` (of an assessment) or `task` (of a plan)."""
    begins: str
    """The act that opens it."""
    silence: str
    """The clock after which silence holds the entry, or nothing."""
    grounds: tuple[Ground, ...]
    states: Mapping[str, State]
    acts: Mapping[str, ActRule]
    clocks: Mapping[str, ClockRule]
    bases: tuple[ClauseRef, ...]
    certainty: Certainty

    def spoken(self, verb: str, said: Iterable[str]) -> tuple[str, ...]:
        """The names of what was said in an act, in the order in which its form asks for them (所填内容顺序)."""
        act = self.acts.get(verb)
        order = {name: n for n, name in enumerate(act.says() if act is not None else ())}
        return tuple(sorted(said, key=lambda name: (order.get(name, len(order)), name)))

    def find_ground(self, ground_id: str) -> Ground | None:
        """A ground by its id, or None when the kind does not know it (法定理由)."""
        return next((ground for ground in self.grounds if ground.id == ground_id), None)


def rules_of(kind: str, *, law: Edition) -> CaseRules:
    """Return the rules of a kind of case (案件程序).

    Law:      the book's `casework`
    Facts:    the kind's id
    Returns:  CaseRules
    Refuses:  LawSilent when the edition knows no such kind
    """
    entry = next((each for each in law.casework() if each.id == kind), None)
    if entry is None:
        raise LawSilent(f"casework {kind}", law.day)
    return law.remember(("casework", kind), lambda: _read(entry, law))


def _read(entry: Entry, law: Edition) -> CaseRules:
    reader = Reader(entry.data, f"{entry.path} casework.{entry.id}", law.book.instruments)
    states = {
        key: _read_state(reader.part(body, f"states.{key}"), key) for key, body in reader.mapping("states").items()
    }
    clocks = {
        key: _read_clock(reader.part(body, f"clocks.{key}"), key) for key, body in reader.mapping("clocks").items()
    }
    acts = {key: _read_act(reader.part(body, f"acts.{key}"), key) for key, body in reader.mapping("acts").items()}
    grounds = tuple(
        Ground(row.text("id", None), row.text("name", None), row.text("name_en"), row.text("hold"))
        for row in reader.rows("grounds")
    )
    rules = CaseRules(
        entry.id, entry.name, entry.name_en, reader.text("prefix", None),
        reader.one_of("about", ("record", "subject", "look", "case", "result", "task"), "record"), reader.text("begins", None),
        reader.text("silence"), grounds, states, acts, clocks, entry.bases, entry.certainty,
    )  # fmt: skip
    _hold_together(rules, reader)
    return rules


def _read_state(reader: Reader, state_id: str) -> State:
    closed = reader.flag("closed")
    turn = "" if closed else reader.one_of("turn", SIDES, "office")
    return State(state_id, reader.text("name", None), reader.text("name_en"), turn, closed)


def _read_clock(reader: Reader, clock_id: str) -> ClockRule:
    terms = []
    for row in reader.rows("terms"):
        count = row.number("term")
        if count is None:
            raise row.fault("term is missing")
        unit = row.one_of("unit", UNITS, "workdays")
        terms.append(Term(row.text("jurisdiction"), count, unit, row.find_ref("source"), row.certainty()))
    if not terms:
        raise reader.fault("holds no terms")
    return ClockRule(
        clock_id, reader.text("name", None), reader.text("name_en"), reader.one_of("side", SIDES, "office"),
        tuple(terms), reader.number("warn") or 0,
    )  # fmt: skip


def _read_act(reader: Reader, act_id: str) -> ActRule:
    return ActRule(
        act_id, reader.text("name", None), reader.text("name_en"), reader.texts("sides"), reader.texts("from"),
        reader.text("to", None), reader.texts("needs"), reader.texts("may"), reader.texts("starts"),
        reader.texts("stops"), reader.texts("pauses"), reader.texts("resumes"), reader.texts("extends"),
        reader.text("dated_by"), reader.flag("once"), reader.find_ref("clause"), reader.certainty("unverified"), reader.text("consequence"),
        reader.text("consequence_en"), reader.text("document"), reader.text("document_en"),
        reader.text("told"), reader.text("told_en"),
    )  # fmt: skip


def _hold_together(rules: CaseRules, reader: Reader) -> None:
    """Raise BookFault where the table names a state, a clock or a side that it does not have."""
    if rules.begins not in rules.acts:
        raise reader.fault(f"begins names {rules.begins}, which is no act")
    if rules.silence and rules.silence not in rules.clocks:
        raise reader.fault(f"silence names {rules.silence}, which is no clock")
    for act in rules.acts.values():
        strange = [state for state in (*act.since, act.to) if state != "same" and state not in rules.states]
        strange += [
            name
            for name in (*act.starts, *act.stops, *act.pauses, *act.resumes, *act.extends)
            if name not in rules.clocks
        ]
        strange += [side for side in act.sides if side not in SIDES]
        if strange:
            raise reader.fault(f"acts.{act.id} names {', '.join(strange)}, which the table does not have")
        if (
            any(rules.states[state].closed for state in act.since)
            and not rules.states.get(act.to, rules.states[act.since[0]]).closed
            and act.id != "reopen"
        ):
            raise reader.fault(f"acts.{act.id} opens a closed case; only reopen may")
