"""Reading tasks (任务的读取): how each stands on a day, who bears it now, counted by task, by body and by division."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongxin.law import casework, taskplans, tasks
from gongxin.law.casework import Step
from gongxin.law.taskplans import PlannedTask, TaskPlan
from gongxin.law.tasks import KIND, Tally, TaskStanding
from gongxin.spine import clock, secrets, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Role
from gongxin.spine.bodies.register import Register, register
from gongxin.spine.cases.finding import said_first
from gongxin.spine.cases.models import Case, CaseAct


@dataclass(frozen=True)
class Held:
    """A task as it is read (一件任务): its case, how it stands, who gave it, who bears it now."""

    number: str
    about: str
    standing: TaskStanding
    given_by: str
    body: str
    """The body it was given to (承办单位)."""
    bearer: str
    """The body under which it stands on the day (现承办单位)."""
    region: str
    given_on: date


@dataclass(frozen=True)
class Row:
    """A task of a plan with what became of it (任务进展): the tasks given under it, those of yearly plans included."""

    plan: TaskPlan
    task: PlannedTask
    held: tuple[Held, ...]

    @property
    def tally(self) -> Tally:
        """Return how many stand how (计数)."""
        return tasks.tally(each.standing for each in self.held)


def standing_of(case: Case, as_of: date, *, said: bool = False) -> TaskStanding | None:
    """Return how one task stands on a day (任务状态); `said` reads its reports and evidence too."""
    return _folded(case, list(case.acts.order_by("n")), as_of, said)


def held(as_of: date | None = None, known: Register | None = None) -> tuple[Held, ...]:
    """Return every task that had been given by a day (全部任务), the longest overdue first: two queries."""
    day, told = as_of or clock.today(), known or register()
    cases = {case.number: case for case in Case.objects.filter(kind=KIND, opened_on__lte=day)}
    acts: dict[str, list[CaseAct]] = defaultdict(list)
    for act in CaseAct.objects.filter(case__kind=KIND).order_by("case_id", "n").defer("said"):
        acts[act.case_id].append(act)
    found = []
    for number, case in cases.items():
        standing = _folded(case, acts[number], day, said=False)
        if standing is None:
            continue
        bearer = told.successor(case.body, day)
        region = told.bodies[bearer].region if bearer in told.bodies else case.region
        found.append(
            Held(number, case.about, standing, case.brought_by, case.body, bearer, region, case.opened_on)
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (*tasks.overdue_first(each.standing), each.number)))


def of_viewer(viewer: Viewer, as_of: date | None = None, known: Register | None = None) -> tuple[Held, ...]:
    """Return the tasks a viewer has to do with (本单位的任务): given to its body, or given by it; the office sees all."""
    told = known or register()
    day = as_of or clock.today()
    found = held(day, told)
    if viewer.role == Role.OPERATOR:
        return found
    return tuple(each for each in found if viewer.body in {each.bearer, told.successor(each.given_by, day)})


def parts_of(case: Case, known: Register | None = None) -> tuple[Held, ...]:
    """Return the tasks that one was broken down into (分解出的任务), the longest overdue first."""
    others = Case.objects.filter(kind=KIND, about=case.about).exclude(number=case.number)
    parts = {each.number for each in others if above_of(each) == case.number}
    return tuple(each for each in held(known=known) if each.number in parts) if parts else ()


def above_of(case: Case) -> str:
    """Return the number of the task that one is a part of (上级任务案号), or an empty text."""
    return str(said_first(case).get("part_of") or "").strip().upper()


def rows(plan: TaskPlan, found: Iterable[Held]) -> tuple[Row, ...]:
    """Return the tasks of a plan with what was given under each (方案进展), in the order of the document."""
    law = shelf.book().on(clock.today())
    serving: dict[str, str] = {}
    for other in taskplans.plans(law):
        if other.under == plan.id:
            serving |= {f"{other.id}/{task.id}": f"{plan.id}/{task.under}" for task in other.tasks}
    under: dict[str, list[Held]] = defaultdict(list)
    for each in found:
        under[serving.get(each.about, each.about)].append(each)
    return tuple(Row(plan, task, tuple(under[f"{plan.id}/{task.id}"])) for task in plan.tasks)


def by_body(found: Iterable[Held]) -> dict[str, Tally]:
    """Count tasks by the body that bears them (按单位计数), most overdue first."""
    return _counted(found, lambda each: each.bearer)


def by_region(found: Iterable[Held]) -> dict[str, Tally]:
    """Count tasks by the division of the body that bears them (按区划计数), most overdue first."""
    return _counted(found, lambda each: each.region)


def as_dict(each: Held, known: Register) -> dict[str, Any]:
    """Return a task as commands and calls give it (任务)."""
    standing = each.standing
    law = shelf.book().on(clock.today())
    plan_id, task_id = taskplans.split(each.about)
    plan = taskplans.find_plan(plan_id, law)
    task = plan.find_task(task_id) if plan is not None else None
    return {
        "number": each.number, "plan": plan_id, "task": task_id, "name": task.name if task else task_id,
        "name_en": task.name_en if task else task_id, "given_by": _body(each.given_by, known),
        "body": _body(each.body, known), "bearer": _body(each.bearer, known), "region": each.region,
        "given_on": each.given_on, "due": standing.due, "state": standing.state, "overdue": standing.overdue,
        "overdue_days": standing.overdue_days, "missed": list(standing.missed), "verified_on": standing.verified_on,
    }  # fmt: skip


def row_dict(row: Row) -> dict[str, Any]:
    """Return a task of a plan as commands, calls and the open data give it (方案任务)."""
    task = row.task
    heads = {head.id: head for head in row.plan.heads}
    return {
        "id": task.id, "head": {"id": task.head, "name": heads[task.head].name, "name_en": heads[task.head].name_en},
        "part": task.part, "name": task.name, "name_en": task.name_en, "text": task.text, "since": task.since,
        "until": task.until, "lead": task.lead, "leads": list(task.leads), "participation": task.participation,
        "participants": list(task.participants), "counts": tally_dict(row.tally),
    }  # fmt: skip


def plan_dict(plan: TaskPlan) -> dict[str, Any]:
    """Return a plan without its tasks (方案)."""
    return {
        "id": plan.id, "name": plan.name, "name_en": plan.name_en, "region": plan.region, "year": plan.year or None,
        "under": plan.under or None, "since": plan.since, "until": plan.until, "clauses": [str(each) for each in plan.bases],
        "certainty": plan.certainty, "heads": [{"id": each.id, "name": each.name, "name_en": each.name_en} for each in plan.heads],
    }  # fmt: skip


def tally_dict(tally: Tally) -> dict[str, int]:
    """Return counts by name (计数)."""
    return {name: int(getattr(tally, name)) for name in Tally.__slots__}


def _body(code: str, known: Register) -> dict[str, str]:
    return {"code": code, "name": known.name(code)}


def _counted(found: Iterable[Held], key: Any) -> dict[str, Tally]:
    groups: dict[str, list[TaskStanding]] = defaultdict(list)
    for each in found:
        groups[key(each)].append(each.standing)
    counted = {name: tasks.tally(held) for name, held in groups.items()}
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1].overdue, pair[0])))


def _folded(case: Case, acts: Sequence[CaseAct], day: date, said: bool) -> TaskStanding | None:
    rules = casework.rules_of(KIND, law=shelf.book().on(case.opened_on))
    steps = [
        Step(act.verb, act.on, act.side, _said(act) if said else {}, act.since) for act in acts
    ]  # fmt: skip
    return tasks.standing(steps, rules=rules, calendar=shelf.calendar(), as_of=day, region=case.region)


def _said(act: CaseAct) -> Mapping[str, Any]:
    told: Mapping[str, Any] = json.loads(secrets.unseal(act.said))
    return told
