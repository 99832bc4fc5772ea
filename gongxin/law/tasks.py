"""A task on a day (任务状态): a pure fold of its acts – given, under way with evidence, reported, verified by a named person.

Overdue is a fact by date. A task is closed by somebody of the body that gave it who verified the evidence, or lifted by a
document; no merger, no new name and no change of people ends one. Appraisals are decided by people; here is only counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from gongxin.kernel.calendar import WorkCalendar
from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law import casework
from gongxin.law.casework import CaseRules, CaseStanding, Clock, Step
from gongxin.law.clauses import clause
from gongxin.law.facts import day_of
from gongxin.law.taskplans import BASIS

KIND, APPRAISAL = "task", "task-appraisal"
ASSIGNED, WORKING, REPORTED, DONE, LIFTED = "assigned", "working", "reported", "done", "lifted"
STATES = (ASSIGNED, WORKING, REPORTED, DONE, LIFTED)
RESULTS = "task.appraisal.results"
FINISH = "finish"


@dataclass(frozen=True, slots=True)
class Reported:
    """What a body said about a task (进展), with its evidence, one piece a line."""

    on: date
    verb: str
    text: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskStanding:
    """How a task stands on a day (任务状态)."""

    state: str
    as_of: date
    due: date | None
    """Its last day, moved behind days off; the last one that was set."""
    overdue_days: int
    """For how many days it is past its last day without being reported as done; 0 where it is not."""
    missed: tuple[date, ...]
    """Last days that had passed before it was reported as done or given more time; they stay."""
    reports: tuple[Reported, ...]
    remarks: tuple[Reported, ...]
    verified_by: str = ""
    verified_on: date | None = None

    @property
    def open(self) -> bool:
        """Tell whether it is still owed (是否仍须办理)."""
        return self.state not in {DONE, LIFTED}

    @property
    def overdue(self) -> bool:
        """Tell whether it is past its last day (是否逾期): a fact by date, no finding."""
        return self.overdue_days > 0

    @property
    def evidence(self) -> tuple[str, ...]:
        """Return the evidence of all its reports (佐证材料)."""
        return tuple(piece for report in self.reports for piece in report.evidence)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many tasks stand how (任务计数): a count, no mark and no rank."""

    given: int = 0
    assigned: int = 0
    working: int = 0
    reported: int = 0
    done: int = 0
    lifted: int = 0
    overdue: int = 0
    late: int = 0
    """Verified as done after a last day had passed."""


@clause("JZ-2013-90", "四（二）")
def standing(
    steps: Sequence[Step], *, rules: CaseRules, calendar: WorkCalendar, as_of: date, region: str = ""
) -> TaskStanding | None:
    """How a task stands on a day (任务状态折算).

    Law:      冀政〔2013〕90号 四（二）: tasks with last days, inspected in mid-year, appraised at the end of the year
    Facts:    the acts in their order with what was said; the day
    Returns:  TaskStanding, or None on a day before it was given
    Refuses:  CaseFault for an act the table does not allow there
    """
    known = list(takewhile(lambda step: step.on <= as_of, steps))
    if not known:
        return None
    case = casework.fold(known, rules=rules, calendar=calendar, region=region)
    clocks = [each for each in case.clocks if each.rule.id == FINISH and each.due is not None]
    last = clocks[-1] if clocks else None
    verified = next((step for step in reversed(known) if step.verb == "confirm"), None)
    return TaskStanding(
        case.state.id, as_of, last.due if last is not None else None, _overdue(case, last, as_of),
        tuple(each.due for each in clocks if each.due is not None and (each.late() or each.overdue_on(as_of))),
        tuple(_reported(step) for step in known if step.verb in {"progress", "finish"}),
        tuple(_reported(step) for step in known if step.verb in {"inspect", "reply", "return"}),
        str(verified.fields.get("decided_by") or "") if verified is not None else "",
        verified.on if verified is not None else None,
    )  # fmt: skip


def pieces(text: object) -> tuple[str, ...]:
    """Return the pieces of evidence named in a text (佐证材料), one a line; signs alone are none."""
    lines = (line.strip() for line in str(text or "").splitlines())
    return tuple(line for line in lines if any(sign.isalnum() for sign in line))


@clause("JZ-2013-90", "四（二）")
def refused_report(evidence: object) -> Refusal | None:
    """Say why a body's report cannot be taken, or None (能否报告).

    Law:      冀政〔2013〕90号 四（二）: inspected and appraised, so on something that can be looked at
    Facts:    the evidence as it was written, one piece a line
    Returns:  Refusal | None
    Refuses:  a report that names no evidence
    """
    if pieces(evidence):
        return None
    return Refusal(
        "task.evidence", sentence("没有写明佐证材料", "No evidence is named"), BASIS,
        sentence("一行一项，例如：平信办〔2026〕3 号；文件可以作为附件提交",
                 "One piece a line, such as the number of a document; files can be attached"),
    )  # fmt: skip


def refused_closing(held: TaskStanding | None) -> Refusal | None:
    """Say why a task cannot be closed as done, or None (能否办结): never without evidence that can be verified."""
    if held is not None and held.reports and held.reports[-1].evidence:
        return None
    return Refusal(
        "task.evidence", sentence("没有佐证材料，不能核实完成", "Without evidence it cannot be verified as done"), BASIS,
        sentence("请退回，由承办单位补齐佐证材料", "Send it back for its evidence"),
    )  # fmt: skip


def refused_last_day(told: object, today: date, before: date | None = None) -> Refusal | None:
    """Say why a day cannot be the last day of a task, or None (完成期限): a day, not past, not the one it has."""
    day = day_of(str(told or ""))
    if day is not None and day >= today and day != before:
        return None
    return Refusal(
        "task.due", sentence("完成期限不对", "The last day is not possible"), BASIS,
        sentence("请写成 2026-12-31，不能早于今天，也不能与原期限相同",
                 "Write it as 2026-12-31: not past, and not the one it has already"),
    )  # fmt: skip


def tally(tasks: Iterable[TaskStanding]) -> Tally:
    """Count tasks by how they stand (任务计数)."""
    held = list(tasks)
    states = Counter(task.state for task in held)
    return Tally(
        len(held), states[ASSIGNED], states[WORKING], states[REPORTED], states[DONE], states[LIFTED],
        sum(task.overdue for task in held), sum(task.state == DONE and bool(task.missed) for task in held),
    )  # fmt: skip


def overdue_first(task: TaskStanding) -> tuple[int, date, str]:
    """Return by what tasks are sorted (逾期在前): the longest overdue, then the next due, then what is closed."""
    return (-task.overdue_days if task.open else 1, task.due or date.max, task.state)


def _overdue(case: CaseStanding, clock: Clock | None, as_of: date) -> int:
    if case.state.closed or clock is None or clock.due is None or not clock.overdue_on(as_of):
        return 0
    return (as_of - clock.due).days


def _reported(step: Step) -> Reported:
    said = next(
        (str(step.fields[name]) for name in ("progress", "findings", "reason", "text") if step.fields.get(name)), ""
    )
    return Reported(step.on, step.verb, said, pieces(step.fields.get("evidence")))
