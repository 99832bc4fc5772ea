"""Plans of work (任务分工方案): tasks under heads with leads, participants and periods, as the book has them.

A yearly plan names the plan it stands under, and each of its tasks the task it serves. Names of bodies are those of the
document; who bears one today is data of its own, with its own certainty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.model import Entry
from gongxin.law.reading import Reader

BASIS = "JZ-2013-90/四（二）"


@dataclass(frozen=True, slots=True)
class Head:
    """A head (工作任务大项) under which tasks stand."""

    id: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """One task of a plan (任务): what is to be done, in which years, by whom."""

    id: str
    head: str
    part: str
    part_en: str
    name: str
    name_en: str
    text: str
    since: int
    until: int
    lead: str
    """The cell of the leads as the document words it; `leads` are the bodies named in it."""
    leads: tuple[str, ...]
    participation: str
    participants: tuple[str, ...]
    under: str = ""
    """The task of the plan above that it serves."""

    @property
    def last_day(self) -> date:
        """Return the last day of its period (时限末日)."""
        return date(self.until, 12, 31)

    @property
    def first_day(self) -> date:
        """Return the first day of its period (时限首日)."""
        return date(self.since, 1, 1)


@dataclass(frozen=True, slots=True)
class Heir:
    """Who bears today what a body named in a plan bore (今名)."""

    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """A plan of work (任务分工方案); `year` is 0 for one of several years."""

    id: str
    name: str
    name_en: str
    region: str
    year: int
    under: str
    heads: tuple[Head, ...]
    tasks: tuple[PlannedTask, ...]
    heirs: Mapping[str, Heir]
    heirs_certainty: Certainty
    bases: tuple[ClauseRef, ...]
    certainty: Certainty

    @property
    def since(self) -> int:
        """Return the first year of its tasks (起始年份)."""
        return min(task.since for task in self.tasks)

    @property
    def until(self) -> int:
        """Return the last year of its tasks (终止年份)."""
        return max(task.until for task in self.tasks)

    def find_task(self, task_id: str) -> PlannedTask | None:
        """Return a task by its number, or None (任务查找)."""
        return next((task for task in self.tasks if task.id == task_id), None)

    def under_head(self, head_id: str) -> tuple[PlannedTask, ...]:
        """Return the tasks under a head, in the order of the document (大项之下的任务)."""
        return tuple(task for task in self.tasks if task.head == head_id)


def plans(law: Edition) -> tuple[TaskPlan, ...]:
    """Return the plans of work the edition holds (任务分工方案), in the order of the book."""
    return law.remember("taskplans", lambda: tuple(_read(entry, law) for entry in law.plans()))


def find_plan(plan_id: str, law: Edition) -> TaskPlan | None:
    """Return a plan by its id, or None (方案查找)."""
    return next((plan for plan in plans(law) if plan.id == plan_id), None)


def split(about: str) -> tuple[str, str]:
    """Part `plan/task` as it stands on a case (方案与任务编号)."""
    plan, _, task = about.partition("/")
    return plan, task


@clause("JZ-2013-90", "四（二）")
@clause("JZ-2013-90", "附件")
def refused_task(about: str, due: date | None, *, law: Edition) -> Refusal | None:
    """Say why a task cannot be given to a body until a day, or None (能否下达).

    Law:      冀政〔2013〕90号 四（二）: the main tasks are made precise with their last days and given to bodies; 附件: periods
    Facts:    `plan/task`, the last day
    Returns:  Refusal | None
    Refuses:  a task no plan holds; a last day that is none, or outside the period of the task
    """
    plan_id, task_id = split(about)
    plan = find_plan(plan_id, law)
    task = plan.find_task(task_id) if plan is not None else None
    if plan is None or task is None:
        return Refusal(
            "task.none", sentence("方案里没有这项任务：{about}", "No plan holds this task: {about}", about=about), BASIS,
            sentence("请写成 方案/任务，例如 hebei-2013-90/4-3", "Write plan/task, such as hebei-2013-90/4-3"),
        )  # fmt: skip
    if due is None:
        return Refusal(
            "task.due", sentence("没有写明完成期限", "The last day is missing"), BASIS,
            sentence("请写成 2026-12-31", "Write it as 2026-12-31"),
        )  # fmt: skip
    if due < task.first_day:
        return Refusal(
            "task.period",
            sentence("完成期限 {due} 早于任务的时限 {since}—{until} 年", "{due} lies before the task's period {since}–{until}",
                     due=due, since=task.since, until=task.until),
            BASIS, sentence("请核对任务和年份", "Check the task and the year"),
        )  # fmt: skip
    return None


def faults(law: Edition) -> Iterator[tuple[str, str]]:
    """Yield what does not hold together between plans (方案之间的矛盾): the place and what is wrong there."""
    known = {plan.id: plan for plan in plans(law)}
    for plan in known.values():
        if not plan.under:
            continue
        above = known.get(plan.under)
        if above is None:
            yield f"plans.{plan.id}", f"没有上一级方案 {plan.under}"
            continue
        for task in plan.tasks:
            served = above.find_task(task.under)
            if served is None:
                yield f"plans.{plan.id}.{task.id}", f"{above.id} 没有任务 {task.under or '（未写 under）'}"
            elif task.since < served.since:
                yield f"plans.{plan.id}.{task.id}", f"时限早于所属任务 {served.id} 的 {served.since} 年"


def _read(entry: Entry, law: Edition) -> TaskPlan:
    reader = Reader(entry.data, f"{entry.path} plans.{entry.id}", law.book.instruments)
    heads = tuple(
        Head(row.text("id", None), row.text("name", None), row.text("name_en")) for row in reader.rows("heads")
    )
    tasks = tuple(_read_task(row) for row in reader.rows("tasks"))
    heirs = reader.part(reader.body.get("heirs") or {}, "heirs")
    named = {
        name: Heir(row.text("name", None), row.text("name_en"))
        for name, row in ((key, heirs.part(body, key)) for key, body in heirs.mapping("names").items())
    }
    plan = TaskPlan(
        entry.id, entry.name, entry.name_en, reader.text("region"), reader.number("year") or 0, reader.text("under"),
        heads, tasks, named, heirs.certainty("unverified"), entry.bases, entry.certainty,
    )  # fmt: skip
    _hold_together(plan, reader)
    return plan


def _read_task(row: Reader) -> PlannedTask:
    since, until = row.number("since"), row.number("until")
    if since is None or until is None:
        raise row.fault("since and until must be years")
    return PlannedTask(
        row.text("id", None), row.text("head", None), row.text("part"), row.text("part_en"), row.text("name", None),
        row.text("name_en"), row.text("text", None), since, until, row.text("lead", None), row.texts("leads"),
        row.text("participation"), row.texts("participants"), row.text("under"),
    )  # fmt: skip


def _hold_together(plan: TaskPlan, reader: Reader) -> None:
    """Raise BookFault where a plan names a head it has not, a task twice, nobody, or an end before its beginning."""
    heads, seen = {head.id for head in plan.heads}, set[str]()
    if not plan.tasks:
        raise reader.fault("holds no tasks")
    for task in plan.tasks:
        if task.id in seen:
            raise reader.fault(f"task {task.id} stands twice")
        seen.add(task.id)
        if task.head not in heads:
            raise reader.fault(f"task {task.id} stands under {task.head}, which is no head")
        if task.until < task.since:
            raise reader.fault(f"task {task.id} ends before it begins")
        if not task.leads or "/" in task.id:
            raise reader.fault(f"task {task.id} names no lead, or has a stroke in its number")
