"""Restrictions (限制措施的执行状态): whether one runs on a day – a pure fold over what it rests on, no job ends it.

A restriction runs from the service of its decision until its end, and ends with its cause: repair, withdrawal, expiry,
the repeal of a clause, a lifting, a review that nobody undertook. Nothing brings back what has ended with its clause.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gongxin.kernel.calendar import CalendarUnknown, WorkCalendar
from gongxin.law import measures
from gongxin.law.book import Book, Edition
from gongxin.law.casework import due_after, rules_of
from gongxin.law.clauses import clause
from gongxin.law.matters import effect_of
from gongxin.law.model import Matter
from gongxin.law.standing import Line

KIND = "restriction"
"""The kind of case in which a restriction is decided; its `review` clock says by when it must be defended (限制措施案件)."""
REDRESS = "measures.redress.workdays"
STATES = ("future", "running", "paused", "ended")
ENDS = ("annulled", "lifted", "term", "clause", "scope", "cause", "undefended")
"""Why one has ended, the gravest first."""
DEFENDED, LIFTED, ANNULLED = "defend", "lift", "annul"
WRONGED = frozenset({"withdrawal", "correction"})
"""Acts upon a record after which every restriction that rested on it has to be made good (须补救的变动)."""


@dataclass(frozen=True, slots=True)
class Bearing:
    """What one record means for a restriction (一条记录对限制的意义): nothing of what it says."""

    record: int
    state: str
    trigger: str
    kind: str
    """What it means in the matter: must_act, for_reference or none."""
    weighing: str
    provision: str
    until: date | None
    severity: str | None
    acts: tuple[tuple[int, str, date], ...] = ()
    """The acts upon it: number, kind, day."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restriction as it was decided and served (一项限制): facts that never change."""

    number: str
    provision: str
    matter: str
    records: tuple[int, ...]
    decided_on: date
    effective_on: date
    until: date


@dataclass(frozen=True, slots=True)
class Happened:
    """What was done to it since (后续行为): defended, lifted or annulled, on which day."""

    verb: str
    on: date


@dataclass(frozen=True)
class Frame:
    """By what restrictions are reckoned (计算依据): the book and the working days."""

    book: Book
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True)
class RestrictionStanding:
    """How a restriction stands on a day (执行状态)."""

    state: str
    end: str = ""
    """Why it has ended, one of ENDS."""
    review_by: date | None = None
    """The last day on which it may still be defended; on the day after, it has ended (复查期限)."""

    @property
    def running(self) -> bool:
        return self.state == "running"


@dataclass(frozen=True, slots=True)
class Damage:
    """A restriction that turned out to rest on what was wrong (错误限制): since when, by which act, by when to be made good."""

    number: str
    kind: str
    """annulled, withdrawal or correction."""
    cause: int
    """The number of the entry in the ledger, 0 for an annulment."""
    since: date
    due: date | None


def bearing(matter: Matter, line: Line, *, law: Edition, regions: Sequence[str] = ()) -> Bearing:
    """What a record means for a restriction in a matter on its day (记录与限制)."""
    effect = effect_of(matter, line, law=law, regions=regions)
    weighing = measures.weigh(matter, effect, line.holds, law=law)
    return Bearing(
        line.record, line.state, effect.trigger or "", effect.kind, weighing.kind,
        weighing.provision.id if weighing.provision is not None else "", effect.until, line.clocks.severity,
        tuple((act.seq, act.kind, act.on) for act in line.acts),
    )  # fmt: skip


@clause("GBF-2020-49", 4)
@clause("NDRC-36", 3)
def standing(
    restriction: Restriction,
    happened: Iterable[Happened],
    bearings: Mapping[int, Bearing],
    *,
    frame: Frame,
    as_of: date,
) -> RestrictionStanding:
    """How a restriction stands on a day (执行状态折算).

    Law:      令36 art. 3: a repair ends the restriction together with display, sharing and use; 国办发〔2020〕49号（四）:
              only with a clause in force, within its scope; the book's review, unverified
    Facts:    the restriction as decided, what was done to it since, what each of its records means on the day
    Returns:  RestrictionStanding: future, running, paused while its entry is held, or ended and why
    Refuses:  never
    """
    book = frame.book
    if as_of < restriction.effective_on:
        return RestrictionStanding("future")
    done = [each for each in happened if each.on <= as_of]
    for verb, end in ((ANNULLED, "annulled"), (LIFTED, "lifted")):
        if any(each.verb == verb for each in done):
            return RestrictionStanding("ended", end)
    if as_of > restriction.until:
        return RestrictionStanding("ended", "term")
    lost = _lost(restriction, book, as_of)
    if lost:
        return RestrictionStanding("ended", lost)
    last = restriction.effective_on
    for day in sorted(each.on for each in done if each.verb == DEFENDED):
        if day > review_by_of(last, frame):
            break
        last = day
    review_by = review_by_of(last, frame)
    if as_of > review_by:
        return RestrictionStanding("ended", "undefended", review_by)
    causes = [bearings[each] for each in restriction.records if each in bearings]
    if any(_bears(each, restriction, book.on(as_of)) for each in causes):
        return RestrictionStanding("running", review_by=review_by)
    if any(
        each.state in {"held", "suspended", "undecided"} or _held(each, restriction, book.on(as_of)) for each in causes
    ):
        return RestrictionStanding("paused", review_by=review_by)
    return RestrictionStanding("ended", "cause")


def review_by_of(last: date, frame: Frame) -> date:
    """The last day on which what was served or defended on a day may be defended once more (复查期限)."""
    term = rules_of(KIND, law=frame.book.on(last)).clocks["review"].terms[0]
    return due_after(last, term.count, term.unit, frame.calendar)[0]


@clause("GBF-2020-49")
@clause("APL-2021", 48, 2)
def damage(
    restriction: Restriction,
    happened: Iterable[Happened],
    bearings: Mapping[int, Bearing],
    *,
    frame: Frame,
    as_of: date,
) -> tuple[Damage, ...]:
    """What has to be made good since a restriction rested on what was wrong (错误限制清单).

    Law:      国办发〔2020〕49号 on rights and responsibility; 行政处罚法 48(2): a decision annulled is taken back with reasons
    Facts:    the restriction, what was done to it, the acts upon its records
    Returns:  one Damage for its annulment and for each withdrawal or correction after it took effect, the oldest first
    Refuses:  never
    """
    days, calendar = frame.book.on(as_of).parameter(REDRESS).number(), frame.calendar
    found = [
        Damage(restriction.number, "annulled", 0, each.on, _due(each.on, days, calendar))
        for each in happened
        if each.verb == ANNULLED and each.on <= as_of
    ]
    for record in restriction.records:
        known = bearings.get(record)
        found += [
            Damage(restriction.number, kind, seq, on, _due(on, days, calendar))
            for seq, kind, on in (known.acts if known is not None else ())
            if kind in WRONGED and restriction.decided_on <= on <= as_of
        ]
    return tuple(sorted(found, key=lambda each: (each.since, each.cause)))


def _lost(restriction: Restriction, book: Book, as_of: date) -> str:
    """Whether the clause was lost on any day since it took effect: what was lost once does not come back by itself."""
    between = [each for each in book.boundaries() if restriction.effective_on < each <= as_of]
    for day in (restriction.effective_on, *between):
        law = book.on(day)
        provision = book.provisions.get(restriction.provision)
        if provision is None or not measures.force(provision, law=law).effective:
            return "clause"
        if restriction.matter not in provision.scope:
            return "scope"
    return ""


def _bears(known: Bearing, restriction: Restriction, law: Edition) -> bool:
    provision = law.book.provisions[restriction.provision]
    return known.weighing != "none" and known.trigger in provision.triggers


def _held(known: Bearing, restriction: Restriction, law: Edition) -> bool:
    """Whether the entry still means the same and only may not be acted on today (暂不得适用)."""
    provision = law.book.provisions[restriction.provision]
    return known.state == "effective" and known.kind == "for_reference" and known.trigger in provision.triggers


def _due(on: date, days: int, calendar: WorkCalendar) -> date | None:
    try:
        return calendar.add_workdays(on, days)
    except CalendarUnknown:
        return None
