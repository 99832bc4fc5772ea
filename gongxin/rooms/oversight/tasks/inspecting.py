"""Special inspections (专项督查): by a checklist of the book, looked at by the body first, put right with proof, verified by a person.

What came of it is told beside the figures where the body is appraised; an inspection decides nothing against anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import listed, sentence
from gongxin.law import casework, complaints, tasks
from gongxin.law.casework import CaseStanding
from gongxin.law.complaints import Choice
from gongxin.law.taskplans import TaskPlan
from gongxin.rooms.oversight.tasks import appraising, giving
from gongxin.spine import clock, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.bodies.register import borne_by
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.deciding import unnamed
from gongxin.spine.cases.engine import Done
from gongxin.spine.cases.finding import last_said, said_first
from gongxin.spine.cases.kinds import Doing, Kind, Placing, register
from gongxin.spine.cases.models import Case
from gongxin.spine.cases.points import points_of, refused_findings, refused_numbers

KIND, CHECKLISTS = "inspection", "inspection.checklists"
TEXTS = ("text", "findings", "evidence", "measures_taken", "reason")
BY_ITEM = frozenset({"self-check", "find", "find-none"})
"""Acts that say something on every item of the checklist."""
ON_OBJECTION = frozenset({"answer", "uphold"})


@dataclass(frozen=True)
class Inspected:
    """An inspection as the appraisal reads it (督查结果): how it stands, and whether its last day has passed."""

    number: str
    checklist: str
    standing: CaseStanding
    overdue: bool


def inspect(viewer: Viewer, plan: str, year: int, body: str, said: dict[str, str]) -> Done | Refusal:
    """Tell a body that it is inspected (通知督查)."""
    return engine.open_case(viewer, engine.Request(KIND, "", said, about=f"{plan}@{year}", body=body))


def checklists() -> tuple[Choice, ...]:
    """Return the checklists of the book (督查清单)."""
    return complaints.choices(CHECKLISTS, shelf.book().on(clock.today()))


def items_of(checklist: str) -> tuple[str, ...]:
    """Return the items of a checklist (清单条目), in its order."""
    value = shelf.book().on(clock.today()).find_parameter(CHECKLISTS)
    rows = value.table() if value is not None else ()
    return tuple(str(item["name"]) for row in rows if row["id"] == checklist for item in row["items"])


def inspected(plan: TaskPlan, year: int, body: str, as_of: date | None = None) -> tuple[Inspected, ...]:
    """Return the inspections of a body in a year (督查结果交考核), those of the bodies it goes on for among them."""
    day, found = as_of or clock.today(), []
    cases = Case.objects.filter(kind=KIND, about=f"{plan.id}@{year}", body__in=borne_by(body), opened_on__lte=day)
    for case in cases.exclude(state="withdrawn").order_by("number"):
        standing = finding.standing_of(case, casework.rules_of(KIND, law=shelf.book().on(case.opened_on)))
        late = any(each.overdue_on(day) for each in standing.clocks if each.rule.side == "authority")
        found.append(Inspected(case.number, str(said_first(case)["checklist"]), standing, late))
    return tuple(found)


def place(asked: Placing) -> Placing | Refusal:
    """Find whom it is about (被督查单位): a body below, in a year of a plan; several inspections in a year may be."""
    return appraising.placed(asked)


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act, or None (办理前检查): a known checklist, every item, proof, a named person, a day."""
    clause = str(doing.rules.acts[doing.verb].clause or doing.rules.bases[0])
    no = unnamed(doing)
    for name in TEXTS:
        no = no if no is not None else refused_numbers(str(doing.fields.get(name) or ""), clause)
    if no is None and "checklist" in doing.fields:
        no = _unknown(str(doing.fields["checklist"]), clause)
    if no is None and "evidence" in doing.fields:
        no = tasks.refused_report(doing.fields["evidence"])
    if no is None and "due" in doing.fields:
        no = tasks.refused_last_day(doing.fields["due"], doing.today)
    if no is None and doing.verb in BY_ITEM | ON_OBJECTION:
        no = refused_findings(_points(doing.case, doing.verb), str(doing.fields["findings"]), clause)
    return no if no is not None else _early(doing, clause)


def raised(case: Case) -> tuple[str, ...]:
    """Return the points that the next findings must answer (待答复要点): the checklist's items, or those of an objection."""
    if case.state == "mended":
        return ()
    return _points(case, "answer" if case.state == "objected" else "find")


def _points(case: Case, verb: str) -> tuple[str, ...]:
    if verb in ON_OBJECTION:
        return points_of(str(last_said(case, "object").get("text") or ""))
    return items_of(str(said_first(case).get("checklist") or ""))


def _unknown(checklist: str, clause: str) -> Refusal | None:
    known = [each.id for each in checklists()]
    if checklist in known:
        return None
    return Refusal(
        "task.checklist", sentence("没有这份督查清单", "There is no such checklist"), clause,
        sentence("可以是：{names}", "One of: {names}", names=listed(known)),
    )  # fmt: skip


def _early(doing: Doing, clause: str) -> Refusal | None:
    """A body that has not looked yet keeps its whole time (自查期满以前不得提出意见)."""
    before = doing.before
    waiting = before.find_clock("self") if before is not None and before.state.id == "opened" else None
    if doing.verb not in {"find", "find-none"} or waiting is None or waiting.overdue_on(doing.today):
        return None
    return Refusal(
        "task.early", sentence("单位的期限到 {due} 才满", "The body's time runs until {due}", due=waiting.due), clause,
        sentence("单位自查以后或者期满以后再办", "Go on once it has looked, or after that day"),
    )  # fmt: skip


register(Kind(KIND, place=place, check=check, answered_by=giving.ACTING, between_bodies=True, raised=raised))
