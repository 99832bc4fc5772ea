"""Standing (信用状态): what one record is on a day – a pure fold over the acts on it, nothing else.

Two times. An act's `seq` says what was known: whoever asks with `known_at` hands in only the acts up to it. An act's day
says from when it works. What only says what the entry *is* – the record, its correction, a person's determination –
works on every day asked about; what *happens* to it – withdrawal, repair, removal, performance – works from its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from gongxin.law.book import Book, Edition
from gongxin.law.clauses import clause
from gongxin.law.clocks import Clocks, clocks, within
from gongxin.law.facts import RecordFacts, day_of, facts_of
from gongxin.law.holds import OBJECTED, SILENCE, Hold, holds_of
from gongxin.law.transition import governing_day

KINDS = (
    "record", "correction", "withdrawal", "determination", "performance", "removal", "repair", "repair-undone",
    "objection", "objection-end", "suspension", "release", "statement", "progress", "finding", "change",
)  # fmt: skip
STATES = ("effective", "held", "suspended", "undecided", "withdrawn", "repaired", "removed", "expired", "future")
"""`held` is shown but not used, `suspended` is neither; both are effective again when what holds them has ended."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act on a record (一个行为), as the ledger holds it."""

    seq: int
    kind: str
    record: int
    item: str
    subject: str
    on: date
    actor: str = ""
    payload: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Line:
    """What one record is on a day (一条信用记录的状态)."""

    record: int
    seq: int
    item: str
    subject: str
    payload: Mapping[str, str | None]
    facts: RecordFacts
    clocks: Clocks
    state: str
    acts: tuple[Act, ...]
    as_of: date
    law_day: date
    holds: tuple[Hold, ...] = ()
    """What holds it on this day (暂停与标注): an open objection, silence, a name used by another, a reorganisation."""
    held_from: date | None = None
    """From this day on it is not used, unless something ends the hold before (停用起)."""
    hidden_from: date | None = None
    """From this day on it is not shown either (停止公示起)."""
    statements: tuple[str, ...] = ()
    """What its subject says about it (主体声明), newest last."""
    undone_on: date | None = None
    """Since when a repair of it stands undone (修复撤销日); None where none was, or where it was granted again."""

    @property
    def visible(self) -> bool:
        """Whether the public sees it on this day (是否公示)."""
        return self.state in {"effective", "held"} and self.clocks.shown_on(self.as_of)

    @property
    def objected(self) -> bool:
        """Whether an objection to it is being looked into (异议处理中)."""
        return any(hold.id == OBJECTED for hold in self.holds)

    @property
    def usable(self) -> bool:
        """Whether government may use it on this day (可否共享使用)."""
        return self.state == "effective" and self.clocks.used_on(self.as_of)


PERFORMANCE = frozenset({"performed", "performed_on"})
UNTRUE = "untrue"
"""What an undoing says of the performance that was entered in the case of the repair (履行材料不实)."""

RUNNING = "running"
PERFORMED = {"kept": "yes", "late": "yes", "partly": "partly", "broken": "no"}
"""What a finding about a promise says of its performance (承诺认定)."""
CHANGEABLE = ("promise_content", "due_on", "amount_wan", "payments", "milestones")
"""The terms of a promise that a lawful change may put anew (可变更的承诺内容)."""

# What each kind of act may still follow: one table, read by the rooms before they append and by the fold when it reads.
ENDED = frozenset({"withdrawn", "repaired"})
ALLOWED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "correction": frozenset(STATES) - ENDED,
        "withdrawal": frozenset(STATES) - {"withdrawn"},
        "determination": frozenset(STATES) - ENDED,
        "performance": frozenset(STATES) - ENDED,
        "removal": frozenset(STATES) - ENDED - {"removed"},
        "repair": frozenset({"effective", "held", "suspended", "undecided", "future", "expired", "removed"}),
        "repair-undone": frozenset({"repaired"}),
        "objection": frozenset(STATES) - {"withdrawn"},
        "objection-end": frozenset(STATES),
        "suspension": frozenset(STATES) - ENDED,
        "release": frozenset(STATES),
        "statement": frozenset(STATES),
        "progress": frozenset(STATES) - {"withdrawn"},
        "finding": frozenset(STATES) - {"withdrawn"},
        "change": frozenset(STATES) - {"withdrawn"},
    }
)


def may_follow(kind: str, state: str) -> bool:
    """Whether an act of a kind may be appended to a record in a state (可否作出该行为)."""
    return state in ALLOWED.get(kind, frozenset())


@clause("NDRC-36", 3)
@clause("APL-2021", 48, 2)
@clause("GBF-2020-49")
@clause("ALL-2019", 69)
def fold(acts: Iterable[Act], *, book: Book, as_of: date) -> Line | None:
    """What one record is on a day (信用状态折算): a fold over the acts on it, in the order of the ledger.

    Law:      令36 art. 3: a repair ends display, sharing, use and restriction together; 行政处罚法 48(2) for withdrawal;
              expiry is no act, it is what the clocks say; a repair undone gives back what is left of the term, no more
    Facts:    the acts on one record, oldest first or in any order
    Returns:  Line, or None when there is no record act among them
    Refuses:  nothing; an act that does not belong to the record is a fault
    """
    known = sorted(acts, key=lambda act: act.seq)
    first = next((act for act in known if act.kind == "record"), None)
    if first is None:
        return None
    told = _Told(first)
    for act in known:
        if act.record != first.record:
            raise ValueError(f"act {act.seq} belongs to record {act.record}, not {first.record}")
        if act.seq > first.seq:
            told.hear(act, as_of)
    return told.line(tuple(known), book=book, as_of=as_of)


class _Told:
    """What the acts have told so far (折算过程)."""

    def __init__(self, first: Act) -> None:
        self.first = first
        self.payload: dict[str, str | None] = _texts(first.payload)
        self.subject = first.subject
        self.ended = ""
        self.determined: dict[str, Any] = {}
        self.happened: dict[str, str] = {}
        self.objections: dict[str, date | None] = {}
        self.suspensions: dict[str, tuple[str, date]] = {}
        self.statements: dict[str, str] = {}
        self.before_repair = self.repaired_by = self.performed_by = ""
        self.undone_on: date | None = None
        self.original: dict[str, str] | None = None

    def hear(self, act: Act, as_of: date) -> None:
        if act.kind == "correction" and self.ended not in ENDED:
            self.payload = _texts(act.payload)
            self.subject = act.subject
            # A determination was made on the facts it saw; other facts need another look.
            self.determined = {}
        elif act.kind == "determination":
            self.determined = {**self.determined, **{key: value for key, value in act.payload.items() if value}}
        elif act.on > as_of:
            return
        elif act.kind == "withdrawal":
            self.ended = "withdrawn"
        elif act.kind in {"repair", "repair-undone"}:
            self.hear_repair(act)
        elif act.kind == "removal":
            removed_on = day_of(str(act.payload.get("removed_on") or "")) or act.on
            if removed_on <= as_of:
                self.happened["removed_on"] = removed_on.isoformat()
                self.ended = self.ended or "removed"
        elif act.kind == "finding":
            self.happened |= {"performed": PERFORMED.get(str(act.payload.get("outcome")), RUNNING)}
            self.happened["performed_on"] = str(act.payload.get("performed_on") or "")
        elif act.kind == "change":
            # A lawful change puts terms anew from its day; what was promised before stays readable in the entries.
            self.payload |= {name: str(act.payload[name]) for name in CHANGEABLE if act.payload.get(name)}
        elif act.kind == "performance":
            performed_on = day_of(str(act.payload.get("performed_on") or "")) or act.on
            self.happened |= {"performed": "yes", "performed_on": performed_on.isoformat()}
            self.performed_by = act.actor
        else:
            self.hear_case(act)

    def hear_repair(self, act: Act) -> None:
        """Hear a repair or that one was undone (修复、撤销修复).

        Undone, the entry is what it was before, for what is left of its term: what the case of the repair entered about
        performance never lengthens it, and is forgotten where the body found it untrue.
        """
        if act.kind == "repair" and self.ended not in ENDED:
            self.before_repair, self.repaired_by, self.ended = self.ended, act.actor, "repaired"
            self.undone_on = None
        elif act.kind == "repair-undone" and self.ended == "repaired":
            self.ended, self.undone_on = self.before_repair, act.on
            of_case = self.performed_by == self.repaired_by
            kept = {key: day for key, day in self.happened.items() if not (of_case and key in PERFORMANCE)}
            self.original = self.original if self.original is not None else kept
            if act.payload.get("performance") == UNTRUE:
                self.happened = dict(kept)

    def hear_case(self, act: Act) -> None:
        """Hear an act of a case (案件行为): it marks, holds or frees the record, each under the number of its case."""
        case = str(act.payload.get("case") or act.seq)
        if act.kind == "objection":
            # The last day for an answer stands in the act itself: silence takes effect when it has passed, by itself.
            self.objections[case] = day_of(str(act.payload.get("answer_by") or ""))
        elif act.kind == "objection-end":
            self.objections.pop(case, None)
        elif act.kind == "suspension":
            self.suspensions[case] = (str(act.payload.get("ground") or ""), act.on)
        elif act.kind == "release":
            self.suspensions.pop(case, None)
        elif act.kind == "statement":
            self.statements.pop(case, None)
            if act.payload.get("text"):
                self.statements[case] = str(act.payload["text"])

    def held(self, law: Edition, as_of: date) -> tuple[tuple[Hold, ...], date | None, date | None]:
        """Return what holds the record on the day, and from which days it is out of use and off display."""
        if not self.objections and not self.suspensions:
            return (), None, None
        known = holds_of(law)
        found: list[tuple[Hold, date]] = []
        for answer_by in self.objections.values():
            found.append((known[OBJECTED], date.min))
            if answer_by is not None:
                found.append((known[SILENCE], answer_by + timedelta(days=1)))
        found += [(known[ground], since) for ground, since in self.suspensions.values() if ground in known]
        unused = min((since for hold, since in found if not hold.used), default=None)
        hidden = min((since for hold, since in found if not hold.shown), default=None)
        present = dict.fromkeys(hold for hold, since in found if since <= as_of)
        return tuple(present), unused, hidden

    def line(self, acts: tuple[Act, ...], *, book: Book, as_of: date) -> Line:
        payload = {**self.payload, **self.happened}
        item = book.on(as_of).item(self.first.item)
        day, _ = governing_day(day_of(payload.get(item.dated_by)), as_of, book=book)
        law = book.on(day)
        facts = _determined(facts_of(item, payload, law=law), self.determined)
        answer = clocks(facts, law=law)
        if self.undone_on is not None and self.original is not None:
            first = _determined(facts_of(item, {**self.payload, **self.original}, law=law), self.determined)
            answer = within(answer, clocks(first, law=law))
        state = self.ended or _state(answer, facts, as_of)
        holds, held_from, hidden_from = self.held(book.on(as_of), as_of)
        if state == "effective" and hidden_from is not None and hidden_from <= as_of:
            state = "suspended"
        elif state == "effective" and held_from is not None and held_from <= as_of:
            state = "held"
        return Line(
            self.first.record,
            self.first.seq,
            self.first.item,
            self.subject,
            MappingProxyType(payload),
            facts,
            answer,
            state,
            acts,
            as_of,
            day,
            holds,
            held_from,
            hidden_from,
            tuple(self.statements.values()),
            self.undone_on,
        )


def _state(answer: Clocks, facts: RecordFacts, as_of: date) -> str:
    if facts.removed_on is not None and facts.removed_on <= as_of:
        return "removed"
    if answer.undecided is not None:
        return "undecided"
    if answer.begins_after(as_of):
        return "future"
    return "effective" if answer.used_on(as_of) else "expired"


def _determined(facts: RecordFacts, said: Mapping[str, Any]) -> RecordFacts:
    """Put a person's determination on top of what was read (人工认定): grade, necessity of display, end of a ban."""
    changes: dict[str, Any] = {}
    if said.get("severity"):
        changes["severity"] = str(said["severity"])
    if said.get("publication"):
        changes["publication"] = str(said["publication"])
    ban_until = said.get("ban_until")
    if ban_until == "none":
        changes |= {"ban_until": None, "ban_months": None, "ban_undecided": None, "ban_scope": "cleared"}
    elif ban_until and day_of(str(ban_until)) is not None:
        scope = str(said.get("ban_scope") or facts.ban_scope or "procurement")
        changes |= {"ban_until": day_of(str(ban_until)), "ban_undecided": None, "ban_scope": scope}
    return replace(facts, **changes) if changes else facts


def _texts(payload: Mapping[str, Any]) -> dict[str, str | None]:
    return {key: None if value is None else str(value) for key, value in payload.items()}
