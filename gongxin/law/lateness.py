"""Lateness (迟报): by when a decision has to be reported, in working days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongxin.kernel.calendar import CalendarUnknown, WorkCalendar
from gongxin.kernel.sentences import sentence
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.model import Item
from gongxin.law.reading import Reader


@dataclass(frozen=True, slots=True)
class Due:
    """The last day on which a report is in time (应报送日); None where no rule or no calendar says."""

    day: date | None
    clause: ClauseRef | None
    workdays: int | None = None
    certainty: Certainty = "verified"
    problem: str | None = None

    def is_late(self, received: date) -> bool:
        """Whether a report received on a day is late (是否迟报)."""
        return self.day is not None and received > self.day


@dataclass(frozen=True, slots=True)
class ReportingRule:
    """How many working days a body has to report (报送时限)."""

    workdays: int | None
    clause: ClauseRef | None
    certainty: Certainty


@clause("GBF-2015-51", 18)
@clause("GF-2016-33", 17)
@clause("SAMR-45", 9)
@clause("WSL-2021", 78)
def reporting_rule(item: Item, authority: str, basis: str, *, law: Edition) -> ReportingRule:
    """Which term of reporting holds (适用的报送时限): special rules first, in the order of the book.

    Law:      国办发〔2015〕51号（十八） seven working days; 总局令45号 9 twenty; 安全生产法 78 seven
    Facts:    the item, the name of the deciding authority, the laws it rests on
    Returns:  ReportingRule; no working days where no rule is known for the item
    Refuses:  never
    """
    if item.reporting_rule is None:
        return ReportingRule(None, None, "verified")
    special = law.find_parameter("report.special")
    for row in special.table() if special is not None else ():
        if _applies(row, item, authority, basis, law=law):
            reader = Reader(row, "report.special", law.book.instruments)
            return ReportingRule(reader.number("workdays"), reader.find_ref("source"), reader.certainty())
    value = law.find_parameter(item.reporting_rule)
    if value is None:
        return ReportingRule(None, None, "verified")
    return ReportingRule(value.number(), value.source, value.certainty)


@clause("APL-2021", 85)
def report_due(
    item: Item, decided_on: date | None, *, law: Edition, calendar: WorkCalendar, authority: str = "", basis: str = ""
) -> Due:
    """The last day on which a decision is reported in time (应报送日): working days, the first day not counted."""
    rule = reporting_rule(item, authority, basis, law=law)
    if rule.workdays is None or decided_on is None:
        return Due(None, rule.clause, rule.workdays, rule.certainty)
    try:
        day = calendar.add_workdays(decided_on, rule.workdays)
    except CalendarUnknown as unknown:
        return Due(
            None,
            rule.clause,
            rule.workdays,
            rule.certainty,
            problem=sentence(
                "{year} 年工作日安排尚未公布", "The working days of {year} are not published yet", year=unknown.year
            ),
        )
    return Due(day, rule.clause, rule.workdays, rule.certainty)


def _applies(row: Mapping[str, Any], item: Item, authority: str, basis: str, *, law: Edition) -> bool:
    since = row.get("from")
    if row.get("item") not in (None, item.id) or (isinstance(since, date) and law.day < since):
        return False
    by_authority = any(mark in authority for mark in row.get("authority", ()))
    by_basis = any(mark in basis for mark in row.get("basis", ()))
    return by_authority or by_basis
