"""Statistics of clocks (办理时效统计): by body and clock how many, how long, how many late – published, nobody named.

The delay of an authority is its own record of timeliness. It is counted from the acts, not from anything kept beside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from gongxin.law import casework
from gongxin.law.casework import Clock
from gongxin.spine import clock, shelf
from gongxin.spine.access.models import Body
from gongxin.spine.cases import finding
from gongxin.spine.cases.models import Case
from gongxin.spine.cases.reminding import workdays_left


@dataclass(frozen=True)
class Timeliness:
    """How a body keeps one clock of one kind of case (办理时效): counts, and working days from start to end."""

    body: str
    body_name: str
    kind: str
    kind_name: str
    clock: str
    clock_name: str
    clock_name_en: str
    count: int
    """Clocks that ended or are still running."""
    done: int
    late: int
    """Ended after their last day."""
    overdue: int
    """Still running past their last day."""
    median: float | None
    """Working days of those that ended; None where none has."""
    longest: int | None
    certainty: str


@dataclass(frozen=True)
class _Ran:
    body: str
    kind: casework.CaseRules
    clock: Clock


def timeliness(since: date, until: date, *, kind: str = "", together: bool = False) -> list[Timeliness]:
    """Return how each body kept each clock of the cases opened in a period, both days included (办理时效).

    `together`: all bodies as one, under no body's code; medians cannot be put together from those of the bodies.
    """
    today = clock.today()
    cases = Case.objects.filter(opened_on__gte=since, opened_on__lte=until).order_by("number")
    if kind:
        cases = cases.filter(kind=kind)
    groups: dict[tuple[str, str, str], list[_Ran]] = {}
    for ran in _ran(cases.iterator(chunk_size=500)):
        groups.setdefault(("" if together else ran.body, ran.kind.id, ran.clock.rule.id), []).append(ran)
    names = dict(Body.objects.values_list("code", "name"))
    return [_told(key, ran, names, today) for key, ran in sorted(groups.items())]


def _ran(cases: Iterable[Case]) -> Iterable[_Ran]:
    """Yield the clocks of these cases, each under the body whose side it is (时钟归属): the office's under the office."""
    for case in cases:
        rules = casework.rules_of(case.kind, law=shelf.book().on(case.opened_on))
        for each in finding.standing_of(case, rules).clocks:
            yield _Ran(case.body if each.rule.side == "authority" else each.rule.side, rules, each)


def _told(key: tuple[str, str, str], ran: list[_Ran], names: dict[str, str], today: date) -> Timeliness:
    body, kind, clock_id = key
    rule = ran[0].clock.rule
    ended = [each.clock for each in ran if each.clock.stopped is not None]
    days = [_days(each) for each in ended]
    return Timeliness(
        body=body,
        body_name=names.get(body, body),
        kind=kind,
        kind_name=ran[0].kind.name,
        clock=clock_id,
        clock_name=rule.name,
        clock_name_en=rule.name_en,
        count=len(ran),
        done=len(ended),
        late=sum(each.late() for each in ended),
        overdue=sum(each.clock.overdue_on(today) for each in ran),
        median=float(median(days)) if days else None,
        longest=max(days, default=None),
        certainty=ran[0].clock.term.certainty,
    )


def _days(ended: Clock) -> int:
    """Return the working days a clock ran (办理工作日): pauses are not counted."""
    if ended.stopped is None:
        return 0
    before = ended.spent if ended.term.unit == "workdays" else 0
    return before if ended.spent_whole else before + workdays_left(ended.started, ended.stopped)
