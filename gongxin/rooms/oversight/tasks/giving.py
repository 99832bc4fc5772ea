"""Giving tasks (下达任务): by the office in charge or a body above, to the bodies that must do them; each is a case.

The body it was given to reports with evidence; a named person of the body that gave it verifies. Whoever goes on for
either of them goes on with the task.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law import complaints, taskplans, tasks
from gongxin.law.facts import day_of
from gongxin.law.taskplans import BASIS
from gongxin.law.tasks import KIND
from gongxin.rooms.oversight.tasks import reading
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import BodyKind, Role
from gongxin.spine.bodies.register import Register, register
from gongxin.spine.cases import engine
from gongxin.spine.cases.deciding import unnamed
from gongxin.spine.cases.engine import Done
from gongxin.spine.cases.kinds import Doing, Kind, Placing
from gongxin.spine.cases.kinds import register as make_known
from gongxin.spine.cases.models import Case
from gongxin.spine.cases.points import refused_numbers

ACTING = frozenset({Role.STEWARD, Role.OFFICER, Role.OPERATOR, Role.SUPERVISOR})
PRIVATE = frozenset({BodyKind.COMPANY, BodyKind.AGENCY})
TEXTS = ("text", "progress", "evidence", "findings", "reason")
"""Fields in which nobody's identity number may stand."""


@dataclass(frozen=True)
class Order:
    """A task to be given (拟下达的任务): which one of which plan, what exactly, until when, to which post."""

    about: str
    """`plan/task`."""
    text: str
    due: str
    post: str = ""
    part_of: str = ""
    """The number of the task it breaks down (上级任务案号), where a body passes part of its own on."""


def give(viewer: Viewer, order: Order, bodies: Sequence[str]) -> tuple[Done, ...] | Refusal:
    """Give a task to one body or several (下达、分解): to all of them, or to none where one cannot be given it."""
    codes = tuple(dict.fromkeys(code.strip() for code in bodies if code.strip()))
    if not codes:
        return Refusal(
            "task.bodies", sentence("没有写明承办单位", "No body is named"), BASIS,
            sentence("请写至少一个单位代码", "Name at least one body by its code"),
        )  # fmt: skip
    said = {"text": order.text, "due": order.due, "post": order.post, "part_of": order.part_of}
    fields = {name: value.strip() for name, value in said.items() if value.strip()}
    given: list[Done] = []
    with transaction.atomic():
        for code in codes:
            done = engine.open_case(viewer, engine.Request(KIND, "", fields, about=order.about.strip(), body=code))
            if isinstance(done, Refusal):
                transaction.set_rollback(True)
                return done
            given.append(done)
    return tuple(given)


def below(viewer: Viewer, region: str, known: Register | None = None) -> tuple[str, ...]:
    """Return the bodies of a division to which this viewer may give tasks (可分解到的单位), by code."""
    told = known or register()
    own = stands(viewer.body, told)
    if own is None:
        return ()
    found = []
    for code in sorted(told.bodies):
        other = stands(code, told)
        inside = other is not None and other.region.startswith(complaints.stem(region))
        if other is not None and inside and told.ended_on(code) is None and told.bodies[code].kind not in PRIVATE:
            found += [code] if complaints.is_above(own, other) else []
    return tuple(found)


def stands(code: str, known: Register) -> complaints.Standing | None:
    """Return where a body stands today (单位层级), or None for one the register does not know."""
    body = known.bodies.get(code)
    if body is None:
        return None
    return complaints.Standing(code, body.region, known.above(code), body.kind == BodyKind.OFFICE)


def place(asked: Placing) -> Placing | Refusal:
    """Find whom the task is for (承办单位): a public body below whoever gives it; one that is no more has a successor."""
    known = register()
    code = known.successor(asked.body.strip())
    body = known.bodies.get(code)
    if body is None or body.kind in PRIVATE or known.ended_on(code) is not None:
        return Refusal(
            "task.body", sentence("没有这个承办单位：{code}", "There is no such body: {code}", code=asked.body), BASIS,
            sentence("请写在用的单位代码", "Name a body that goes on, by its code"),
        )  # fmt: skip
    own, other = stands(asked.viewer.body, known), stands(code, known)
    if own is None or other is None or not complaints.is_above(own, other):
        return Refusal(
            "task.above", sentence("只能向下级或者本级部门下达任务", "Tasks are given to bodies below alone"), BASIS,
            sentence("由信用牵头部门或者它的上级单位下达", "The office in charge of credit or a body above gives it"),
        )  # fmt: skip
    return asked.placed(subject="", about=asked.about, body=code)


def check(doing: Doing) -> Refusal | None:
    """Say what stands against an act, or None (办理前检查): no day, no evidence, nobody's name – no act."""
    clause = str(doing.rules.acts[doing.verb].clause or doing.rules.bases[0])
    no = unnamed(doing)
    for name in TEXTS:
        no = no if no is not None else refused_numbers(str(doing.fields.get(name) or ""), clause)
    if no is None and "evidence" in doing.fields:
        no = tasks.refused_report(doing.fields["evidence"])
    if no is None and "due" in doing.fields:
        no = _refused_due(doing)
    if no is None and doing.verb == "confirm":
        no = tasks.refused_closing(reading.standing_of(doing.case, doing.today, said=True))
    return no


def _refused_due(doing: Doing) -> Refusal | None:
    due = day_of(str(doing.fields["due"]))
    before = doing.before.find_clock(tasks.FINISH) if doing.before is not None else None
    no = tasks.refused_last_day(
        doing.fields["due"], doing.today, before.due if doing.verb == "postpone" and before else None
    )
    if no is not None or doing.before is not None:
        return no
    no = taskplans.refused_task(doing.case.about, due, law=doing.law)
    part_of = str(doing.fields.get("part_of") or "").strip().upper()
    if no is not None or not part_of:
        return no
    above = Case.objects.filter(number=part_of, kind=KIND, closed_on__isnull=True).first()
    if above is not None and register().successor(above.body) == doing.viewer.body and above.about == doing.case.about:
        return None
    return Refusal(
        "task.part", sentence("没有可以分解的这件任务：{number}", "No such task can be broken down: {number}", number=part_of), BASIS,
        sentence("请写本单位承办的、同一项任务的案号", "Name a task of the same kind that was given to your own body"),
    )  # fmt: skip


make_known(Kind(KIND, place=place, check=check, answered_by=ACTING, between_bodies=True, raised=lambda _case: ()))
