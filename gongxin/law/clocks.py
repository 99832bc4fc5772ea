"""Four clocks (四个期限): shown until, shared until, kept until, destroyed on – computed apart and never mixed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from gongxin.kernel.calendar import WorkCalendar
from gongxin.kernel.terms import add_months
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.facts import RecordFacts
from gongxin.law.plans import Plan, pattern_of, plan

SIDE_RULES = ("display.start", "display.end_rule", "share.rule", "retain.person", "destroy.person", "transition.stock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The four clocks of an entry (四个期限), days inclusive; None means that the law sets no end.

    `undecided` says why a person has to decide first; such an entry is neither shown nor used.
    """

    display_from: date | None = None
    display_until: date | None = None
    repair_from: date | None = None
    share_until: date | None = None
    retain_until: date | None = None
    destroy_at: date | None = None
    audience: str = "none"
    severity: str | None = None
    undecided: str | None = None
    clauses: tuple[ClauseRef, ...] = ()
    certainty: Certainty = "verified"
    reason: str = ""

    def shown_on(self, day: date) -> bool:
        """Whether the public sees it on a day (当日是否公示)."""
        return self.audience == "public" and _within(self.display_from, self.display_until, day)

    def used_on(self, day: date) -> bool:
        """Whether government may still use it on a day (当日可否共享使用)."""
        if self.audience == "none":
            return False
        return self.shown_on(day) or _within(self.display_from, self.share_until, day)

    def ended_on(self, day: date) -> bool:
        """Whether every use has ended (期限是否届满)."""
        return self.audience != "none" and not self.used_on(day) and not self.begins_after(day)

    def begins_after(self, day: date) -> bool:
        return self.display_from is not None and day < self.display_from


def clocks(facts: RecordFacts, *, law: Edition, calendar: WorkCalendar | None = None) -> Clocks:
    """The four clocks of an entry under one edition of the law (计算四个期限).

    Law:      the item's publication rule (see `law.plans`), 民法典 202 for months and years
    Facts:    RecordFacts; nothing that names the subject
    Returns:  Clocks; days inclusive, None where the law sets no end, `undecided` where a person must decide
    Refuses:  never
    """
    item = law.item(facts.item)
    return run(plan(pattern_of(facts), item=item, law=law), facts)


@clause("CC-2020", 201)
@clause("CC-2020", 202)
def run(decided: Plan, facts: RecordFacts) -> Clocks:
    """The days of a plan for one entry (推算日期); `law.bulk` does the same arithmetic for columns."""
    if decided.undecided is not None:
        return Clocks(
            undecided=decided.undecided, clauses=decided.clauses, certainty=decided.certainty, reason=decided.reason
        )
    start = facts.decided_on
    anchor = facts.due_on if decided.anchor == "due_on" else start
    end = add_months(anchor, decided.display_months) if anchor and decided.display_months is not None else None
    other = _ending(decided, facts)
    if other is not None and (end is None or other < end):
        end = other
    share = end if decided.share_follows else None
    retain = add_months(start, decided.retain_months) if start and decided.retain_months is not None else None
    if retain is not None and share is not None and share > retain:
        retain = share
    return Clocks(
        display_from=start,
        display_until=end,
        repair_from=add_months(start, decided.repair_months) if start and decided.repair_months is not None else None,
        share_until=share,
        retain_until=retain,
        destroy_at=retain + timedelta(days=1) if retain is not None and decided.destroy_after else None,
        audience=decided.audience,
        severity=decided.severity,
        clauses=decided.clauses,
        certainty=decided.certainty,
        reason=decided.reason,
    )


def within(told: Clocks, first: Clocks) -> Clocks:
    """The clocks of an entry, displayed and shared no longer than by others (不超过原定期限): those it had before."""
    return replace(
        told,
        display_until=_earlier(told.display_until, first.display_until),
        share_until=_earlier(told.share_until, first.share_until),
    )


def unverified_side_rules(law: Edition) -> tuple[str, ...]:
    """The rules beside the term itself that still wait for the legal office (待法制审核的附带规则)."""
    values = (law.find_parameter(name) for name in SIDE_RULES)
    return tuple(value.id for value in values if value is not None and value.certainty == "unverified")


def _ending(decided: Plan, facts: RecordFacts) -> date | None:
    ends = {
        "valid_until": facts.valid_until, "removed_on": facts.removed_on, "ban_until": facts.ban_until,
        "list_until": facts.list_until,
    }  # fmt: skip
    day = ends.get(decided.ends_with or "")
    return day - timedelta(days=1) if day is not None and decided.ends_before else day


def _earlier(one: date | None, other: date | None) -> date | None:
    return other if one is None else one if other is None else min(one, other)


def _within(first: date | None, last: date | None, day: date) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)
