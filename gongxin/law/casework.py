"""Casework (案件程序): which acts a case allows, whose turn it is, and which clocks run – a pure fold over its acts.

The law book holds each kind of case under `casework`: states, acts by their statutory verbs, clocks with their terms by
jurisdiction. This one table draws the buttons and guards the writes. No state is ever stored that the fold cannot give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from gongxin.kernel.calendar import CalendarUnknown, WorkCalendar
from gongxin.kernel.terms import add_months
from gongxin.law.casetable import (
    SIDES,
    ActRule,
    CaseRules,
    ClockRule,
    Ground,
    State,
    Term,
    rules_of,
)
from gongxin.law.clauses import clause

__all__ = [
    "SIDES", "ActRule", "CaseFault", "CaseRules", "CaseStanding", "Clock", "ClockRule", "Ground", "State", "Step", "Term",
    "after", "due_after", "fold", "opened", "rules_of",
]  # fmt: skip

WEEKEND = 5


@dataclass(frozen=True, slots=True)
class Step:
    """An act as it was done (已作行为): which verb, on which day, by which side, with what said."""

    verb: str
    on: date
    side: str
    fields: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    since: date | None = None
    """The day from which the clocks it starts are counted, where that is not the day of the act (起算日)."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock as it stands (时钟状态). `due` is inclusive; paused ones have none. `provisional` where the working days of
    the coming year are not announced yet and weekends alone were counted (暂算)."""

    rule: ClockRule
    term: Term
    started: date
    due: date | None
    stopped: date | None = None
    paused: date | None = None
    spent: int = 0
    extra: int = 0
    provisional: bool = False
    spent_whole: bool = False
    """Stopped while it was paused: `spent` says all the time it ran (暂停中停止)."""

    @property
    def running(self) -> bool:
        return self.stopped is None and self.paused is None

    def overdue_on(self, day: date) -> bool:
        """Whether its end has passed on a day without what it waits for (是否逾期)."""
        return self.running and self.due is not None and day > self.due

    def late(self) -> bool:
        """Whether it was stopped after its end (是否超期办结)."""
        return self.stopped is not None and self.due is not None and self.stopped > self.due


@dataclass(frozen=True)
class CaseStanding:
    """How a case stands (案件状态): the answer of the fold."""

    rules: CaseRules
    state: State
    clocks: tuple[Clock, ...]
    done: frozenset[str]

    def allowed(self, side: str) -> tuple[ActRule, ...]:
        """The acts this side may do now (可作行为), in the order of the book: from these the buttons are drawn."""
        return tuple(act for act in self.rules.acts.values() if self.may(act.id, side))

    def may(self, verb: str, side: str) -> bool:
        """Whether this side may do this now (可否作出)."""
        act = self.rules.acts.get(verb)
        if act is None or side not in act.sides or (act.once and verb in self.done):
            return False
        return self.state.id in act.since

    def next_clock(self) -> Clock | None:
        """The running clock that ends first (最先到期的时钟)."""
        running = [clock for clock in self.clocks if clock.running and clock.due is not None]
        return min(running, key=lambda clock: (clock.due or date.max, clock.rule.id), default=None)

    def find_clock(self, clock_id: str) -> Clock | None:
        """The latest clock of an id, or None when it never ran."""
        return next((clock for clock in reversed(self.clocks) if clock.rule.id == clock_id), None)


class CaseFault(ValueError):
    """An act that the case does not allow (程序不允许的行为): a fault of the caller, who must ask `may` first."""


def opened(rules: CaseRules, step: Step, *, calendar: WorkCalendar, region: str = "") -> CaseStanding:
    """The standing of a case just opened (立案): its first act must be the one it begins with."""
    return fold([step], rules=rules, calendar=calendar, region=region)


@clause("CC-2020", 201)
@clause("CC-2020", 203)
@clause("APL-2021", 85)
@clause("ALL-2019", 82)
def fold(steps: Iterable[Step], *, rules: CaseRules, calendar: WorkCalendar, region: str = "") -> CaseStanding:
    """How a case stands after these acts (案件折算).

    Law:      the kind's table; 民法典 201 (the first day is not counted), 203 (an end on a day off moves to the next
              working day); working days where the law says so
    Facts:    the acts in their order; the division code that tells the jurisdiction
    Returns:  CaseStanding
    Refuses:  CaseFault for an act the table does not allow there
    """
    known = list(steps)
    if not known or known[0].verb != rules.begins:
        raise CaseFault(f"a case of {rules.id} begins with {rules.begins}")
    first = rules.acts[rules.begins]
    if known[0].side not in first.sides:
        raise CaseFault(f"{known[0].side} cannot open a case of {rules.id}")
    standing = CaseStanding(
        rules,
        rules.states[first.to],
        _clocked((), first, known[0], _Frame(rules, calendar, region)),
        frozenset({first.id}),
    )
    for step in known[1:]:
        standing = after(standing, step, calendar=calendar, region=region)
    return standing


def after(standing: CaseStanding, step: Step, *, calendar: WorkCalendar, region: str = "") -> CaseStanding:
    """How a case stands after one more act (行为之后); CaseFault where it is not allowed."""
    if not standing.may(step.verb, step.side):
        raise CaseFault(f"{step.side} cannot {step.verb} a case of {standing.rules.id} in {standing.state.id}")
    rules = standing.rules
    act = rules.acts[step.verb]
    state = standing.state if act.to == "same" else rules.states[act.to]
    clocks = _clocked(standing.clocks, act, step, _Frame(rules, calendar, region))
    if state.closed:
        clocks = tuple(
            replace(clock, stopped=step.on, spent_whole=clock.paused is not None) if clock.stopped is None else clock
            for clock in clocks
        )
    return CaseStanding(rules, state, clocks, standing.done | {step.verb})


def due_after(start: date, count: int, unit: str, calendar: WorkCalendar) -> tuple[date, bool]:
    """The last day of a term that begins on a day (期限末日), and whether it is provisional.

    Working days are counted after the first day; natural days and months end on the corresponding day, which moves to
    the next working day when it is a day off. Where a coming year's days are not announced, weekends alone are known.
    """
    try:
        if unit == "workdays":
            return calendar.add_workdays(start, count), False
        end = start + timedelta(days=count) if unit == "days" else add_months(start, count)
        while not calendar.is_workday(end):
            end += timedelta(days=1)
        return end, False
    except CalendarUnknown:
        return _by_weekends(start, count, unit), True


def _by_weekends(start: date, count: int, unit: str) -> date:
    if unit == "workdays":
        end = start
        while count:
            end += timedelta(days=1)
            count -= end.weekday() < WEEKEND
        return end
    end = start + timedelta(days=count) if unit == "days" else add_months(start, count)
    while end.weekday() >= WEEKEND:
        end += timedelta(days=1)
    return end


def _spent(start: date, end: date, unit: str, calendar: WorkCalendar) -> int:
    if unit != "workdays":
        return (end - start).days
    try:
        return calendar.workdays_between(start, end)
    except CalendarUnknown:
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(day.weekday() < WEEKEND for day in days)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the clocks of a case are read by (计时依据): its table, the calendar, the jurisdiction."""

    rules: CaseRules
    calendar: WorkCalendar
    region: str


def _clocked(clocks: Sequence[Clock], act: ActRule, step: Step, frame: _Frame) -> tuple[Clock, ...]:
    found = [clock if clock.stopped is not None else _told(clock, act, step.on, frame.calendar) for clock in clocks]
    on = step.since or step.on
    open_ones = {clock.rule.id for clock in found if clock.stopped is None}
    for clock_id in act.starts:
        if clock_id in open_ones:
            # It runs already: sent on by an earlier act, or gone on with after a pause.
            continue
        rule = frame.rules.clocks[clock_id]
        term = _term_in(rule, frame.region)
        if term is not None:
            due, provisional = due_after(on, term.count, term.unit, frame.calendar)
            found.append(Clock(rule, term, on, due, provisional=provisional))
    return tuple(found)


def _told(clock: Clock, act: ActRule, on: date, calendar: WorkCalendar) -> Clock:
    """What an act does to a clock that has not stopped (行为对时钟的影响)."""
    told = clock
    if clock.rule.id in act.stops:
        return replace(clock, stopped=on, paused=None, spent_whole=clock.paused is not None)
    if clock.overdue_on(on):
        # What is late stays late: neither a question to the applicant nor an extension afterwards takes it back.
        return clock
    if clock.rule.id in act.pauses and clock.paused is None:
        spent = clock.spent + _spent(clock.started, on, clock.term.unit, calendar)
        told = replace(clock, paused=on, due=None, spent=min(spent, _whole(clock)))
    elif clock.rule.id in act.resumes and clock.paused is not None:
        due, provisional = due_after(on, _whole(clock) - clock.spent, _plain(clock.term.unit), calendar)
        told = replace(clock, paused=None, started=on, due=due, provisional=provisional)
    if clock.rule.id in act.extends:
        told = replace(told, extra=told.extra + told.term.count)
        if told.paused is None:
            left = _whole(told) - told.spent
            due, provisional = due_after(told.started, left, _plain(told.term.unit, told), calendar)
            told = replace(told, due=due, provisional=provisional)
    return told


def _whole(clock: Clock) -> int:
    return clock.term.count + clock.extra


def _plain(unit: str, clock: Clock | None = None) -> str:
    """A remainder of months is counted in days; a whole one stays months."""
    if unit != "months":
        return unit
    return "months" if clock is not None and clock.spent == 0 else "days"


def _term_in(rule: ClockRule, region: str) -> Term | None:
    """The term of the narrowest jurisdiction that holds the region (适用的时限)."""
    fitting = [term for term in rule.terms if region.startswith(term.jurisdiction)]
    return max(fitting, key=lambda term: len(term.jurisdiction), default=None)
