"""Tracing responsibility back (责任回溯): which post answered for each stage of a promise, and who held it meanwhile.

The posts are public as the promise names them; who held one is told inside the house alone, to the body and those above
it, and each reading is logged. It is a list of facts; who is to be blamed somebody else finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law.areas import answerable
from gongxin.law.promises import Part
from gongxin.law.succession import Tenure
from gongxin.spine import clock, duties
from gongxin.spine.access import gate
from gongxin.spine.access.gate import SUBMISSION, Ground, Viewer
from gongxin.spine.bodies import posts
from gongxin.spine.bodies.register import Register, register
from gongxin.spine.duties import Duty

RULE = "GF-2016-76/五（二）"


@dataclass(frozen=True)
class Stage:
    """A stage with the post that answered for it (阶段责任): when it ran, and who held the post in that time."""

    part: Part
    since: date
    until: date
    registered: bool
    """Whether the post is in the register of posts (岗位是否登记)."""
    holders: tuple[Tenure, ...]


@dataclass(frozen=True)
class Trace:
    """A promise traced back (责任回溯)."""

    duty: Duty
    as_of: date
    stages: tuple[Stage, ...]


def trace(viewer: Viewer, record: int) -> Trace | Refusal:
    """Return for each stage of a promise who held the post that answered for it (责任回溯); the reading is logged."""
    today, known = clock.today(), register()
    duty = duties.whole(record, today)
    if duty is None:
        return Refusal("promise.none", _("没有这项承诺"), None, _("请核对记录号"))
    no = duties.refused_reader(viewer, duty.bearer, known)
    if no is not None:
        return no
    noted = gate.note(viewer, Ground(purpose=SUBMISSION), f"promises:{duty.bearer}", 1, as_of=today)
    if isinstance(noted, Refusal):
        return noted
    return Trace(duty, today, tuple(_stages(duty, known, today)))


def as_dict(told: Trace, known: Register | None = None) -> dict[str, Any]:
    """Return it as interface and command give it (责任回溯数据)."""
    names = known or register()
    return {
        "record": told.duty.record, "title": told.duty.of("promise_title"), "as_of": told.as_of, "rule": RULE,
        "bearer": {"code": told.duty.bearer, "name": names.name(told.duty.bearer, told.as_of)},
        "stages": [
            {
                "text": each.part.text or told.duty.of("promise_title"), "post": each.part.post or None, "due": each.part.due,
                "done_on": each.part.done_on, "overdue": each.part.overdue_on(told.as_of), "from": each.since, "to": each.until,
                "registered": each.registered,
                "holders": [{"holder": one.holder, "from": one.since, "to": one.until} for one in each.holders],
            }
            for each in told.stages
        ],
    }  # fmt: skip


def _stages(duty: Duty, known: Register, today: date) -> list[Stage]:
    """The stages in their order: each runs from the day of the promise, or of the stage before it, until it was done."""
    held = {post.name: post for post in posts.posts_of(duty.bearer, known, today)}
    since = duty.standing.line.facts.decided_on or today
    found = []
    for part in duty.standing.parts:
        if part.kind == "payment" or (part.kind == "whole" and found):
            continue
        until = part.done_on or today
        post = held.get(part.post)
        found.append(
            Stage(
                part,
                min(since, until),
                until,
                post is not None,
                answerable(post.tenures, min(since, until), until) if post else (),
            )
        )
        since = part.done_on or part.due or since
        since = min(since, today)
    return found
