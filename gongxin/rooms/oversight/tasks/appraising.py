"""Year-end appraisal (年终考核): figures as facts, an opinion by a named person with reasons, heard before and contestable after.

Nothing here computes an opinion. What is final can be read by everybody in the bulletin of the year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import listed, named, sentence
from gongxin.law import complaints, taskplans
from gongxin.law.complaints import Choice
from gongxin.law.taskplans import BASIS, TaskPlan
from gongxin.law.tasks import APPRAISAL, RESULTS, Tally, tally
from gongxin.rooms.oversight.tasks import giving, reading
from gongxin.rooms.oversight.tasks.reading import Held
from gongxin.spine import clock, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.bodies.register import Register, register
from gongxin.spine.cases import engine
from gongxin.spine.cases.deciding import is_same_person, unnamed
from gongxin.spine.cases.engine import Done
from gongxin.spine.cases.finding import last_said
from gongxin.spine.cases.kinds import Doing, Kind, Placing
from gongxin.spine.cases.kinds import register as make_known
from gongxin.spine.cases.models import Case
from gongxin.spine.cases.points import points_of, refused_findings, refused_numbers

FINAL = ("final", "reviewed")
TEXTS = ("text", "findings", "reason")
SPOKEN = {"decide": "speak", "review": "contest"}
"""In which act the points were raised that a decision must answer."""


@dataclass(frozen=True)
class Opinion:
    """A final appraisal (考核意见): which body, which result, why, by whom, on which day."""

    case: str
    body: str
    result: Choice | None
    findings: str
    decided_by: str
    on: date


@dataclass(frozen=True)
class Bulletin:
    """The bulletin of a year (年度通报): the tasks due in it, counted, and what was finally said of each body."""

    plan: TaskPlan
    year: int
    as_of: date
    held: tuple[Held, ...]
    opinions: tuple[Opinion, ...]

    @property
    def by_body(self) -> dict[str, Tally]:
        """Return the counts by the body that bears the tasks (按单位计数)."""
        return reading.by_body(self.held)


def appraise(viewer: Viewer, plan: str, year: int, body: str, said: dict[str, str]) -> Done | Refusal:
    """Tell a body the appraisal that is intended (告知拟定的考核意见): its time to speak begins."""
    return engine.open_case(viewer, engine.Request(APPRAISAL, "", said, about=f"{plan}@{year}", body=body))


def results() -> tuple[Choice, ...]:
    """Return what an appraisal may say (考核意见选项)."""
    return complaints.choices(RESULTS, shelf.book().on(clock.today()))


def bulletin(plan: TaskPlan, year: int, as_of: date | None = None, known: Register | None = None) -> Bulletin:
    """Return the bulletin of a year as of a day (年度通报): what was due in that year, under the plan and those below it."""
    day, told = as_of or clock.today(), known or register()
    inside = [each for row in reading.rows(plan, reading.held(day, told)) for each in row.held]
    due = tuple(each for each in inside if each.standing.due is not None and each.standing.due.year == year)
    return Bulletin(plan, year, day, due, tuple(_opinions(plan, year, day)))


def _opinions(plan: TaskPlan, year: int, day: date) -> list[Opinion]:
    found = []
    law = shelf.book().on(day)
    cases = Case.objects.filter(kind=APPRAISAL, about=f"{plan.id}@{year}", state__in=FINAL, closed_on__lte=day)
    for case in cases.order_by("body", "number"):
        said = last_said(case, "review") or last_said(case, "decide")
        found.append(
            Opinion(
                case.number, case.body, complaints.find_choice(RESULTS, str(said["result"]), law), str(said["findings"]),
                str(said["decided_by"]), case.closed_on or day,
            )
        )  # fmt: skip
    return found


def placed(asked: Placing) -> Placing | Refusal:
    """Find whom something of a plan and year is about (所涉单位): a public body below whoever brings it."""
    plan_id, _, year = asked.about.partition("@")
    plan = taskplans.find_plan(plan_id, shelf.book().on(clock.today()))
    if plan is None or not (year.isascii() and year.isdigit() and len(year) == 4):
        return Refusal(
            "task.none", sentence("没有写明考核哪份方案、哪一年度", "The plan and the year are missing"), BASIS,
            sentence("请写成 方案@年度，例如 hebei-2013-90@2026", "Write plan@year, such as hebei-2013-90@2026"),
        )  # fmt: skip
    return giving.place(asked)


def place(asked: Placing) -> Placing | Refusal:
    """Find whom an appraisal is about (被考核单位): once for a plan and year."""
    found = placed(asked)
    if isinstance(found, Refusal):
        return found
    twin = Case.objects.filter(kind=APPRAISAL, about=asked.about, body=found.body).exclude(state="withdrawn").first()
    if twin is not None:
        return Refusal(
            "case.open", sentence("已有这一年度的考核 {number}", "There is one of this year: {number}", number=twin.number), BASIS,
            sentence("请在原案件中办理", "Go on in that case"),
        )  # fmt: skip
    return found


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act, or None (办理前检查): a named person, a known result, every point, the body's time."""
    clause = str(doing.rules.acts[doing.verb].clause or doing.rules.bases[0])
    no = unnamed(doing)
    for name in TEXTS:
        no = no if no is not None else refused_numbers(str(doing.fields.get(name) or ""), clause)
    if no is None and "result" in doing.fields:
        no = _strange(doing, clause)
    if no is None and doing.verb in SPOKEN:
        raised = points_of(str(last_said(doing.case, SPOKEN[doing.verb]).get("text") or ""))
        no = refused_findings(raised, str(doing.fields["findings"]), clause)
    if no is None and doing.verb in {"decide", "settle"}:
        no = _early(doing, clause)
    if no is None and doing.verb == "review":
        no = _same_person(doing, clause)
    return no


def _strange(doing: Doing, clause: str) -> Refusal | None:
    if complaints.find_choice(RESULTS, str(doing.fields["result"]), doing.law) is not None:
        return None
    names = listed(sentence("{id}（{name}）", "{id} ({name})", id=each.id, name=named(each)) for each in results())
    return Refusal(
        "task.result", sentence("没有这种考核意见", "There is no such result"), clause,
        sentence("可以是：{names}", "One of: {names}", names=names),
    )  # fmt: skip


def _early(doing: Doing, clause: str) -> Refusal | None:
    """A body that has not spoken, or has not contested, keeps its whole time (陈述、复核申请期满以前不得决定)."""
    before = doing.before
    if before is None or before.state.id == "heard":
        return None
    waiting = before.find_clock("state" if doing.verb == "decide" else "contest")
    if waiting is None or waiting.overdue_on(doing.today):
        return None
    return Refusal(
        "task.early", sentence("单位的期限到 {due} 才满", "The body's time runs until {due}", due=waiting.due), clause,
        sentence("单位陈述以后或者期满以后再办", "Go on once it has spoken, or after that day"),
    )  # fmt: skip


def _same_person(doing: Doing, clause: str) -> Refusal | None:
    first = str(last_said(doing.case, "decide").get("decided_by") or "")
    acted = doing.case.acts.filter(verb="decide").order_by("-n").first()
    if not is_same_person(doing, acted, first):
        return None
    return Refusal(
        "task.reviewer", sentence("复核由原决定人以外的人作出", "Somebody else than decided before reviews it"), clause,
        sentence("请换人复核", "Let somebody else decide"),
    )  # fmt: skip


def raised(case: Case) -> tuple[str, ...]:
    """Return the points a decision must answer (待答复要点)."""
    verb = "contest" if case.state == "contested" else "speak"
    return points_of(str(last_said(case, verb).get("text") or ""))


make_known(
    Kind(APPRAISAL, place=place, check=check, answered_by=giving.ACTING, between_bodies=True, raised=raised)
)  # fmt: skip


def as_dict(told: Bulletin, known: Register) -> dict[str, Any]:
    """Return a bulletin as commands, calls and the open data give it (年度通报): a body is named once its appraisal is final."""
    return {
        "plan": {"id": told.plan.id, "name": told.plan.name, "name_en": told.plan.name_en}, "year": told.year,
        "as_of": told.as_of, "counts": reading.tally_dict(tally(each.standing for each in told.held)),
        "regions": {code: reading.tally_dict(counted) for code, counted in reading.by_region(told.held).items()},
        "opinions": [
            {
                "case": each.case, "body": each.body, "name": known.name(each.body), "decided_by": each.decided_by,
                "on": each.on, "findings": each.findings,
                "counts": reading.tally_dict(told.by_body.get(known.successor(each.body), Tally())),
                "result": {"id": each.result.id, "name": each.result.name, "name_en": each.result.name_en} if each.result else None,
            }
            for each in told.opinions
        ],
    }  # fmt: skip
