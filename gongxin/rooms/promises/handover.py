"""Handing over (履约移交): what is owed when an official changes, or a body; a list, since nothing about it changes.

The list is a pure reading as of a day: whoever comes sees the same as whoever leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.law.succession import Tenure
from gongxin.rooms.promises.telling import row
from gongxin.spine import clock, duties
from gongxin.spine.access.gate import Viewer
from gongxin.spine.bodies import posts
from gongxin.spine.bodies.register import Register, register, unknown
from gongxin.spine.duties import Duty

RULE = "OBE-2019/31"


@dataclass(frozen=True)
class Handover:
    """The list of what a body owes on a day (移交清单), with what came to it and who held its posts."""

    body: str
    as_of: date
    open: tuple[Duty, ...]
    inherited: tuple[str, ...]
    """The bodies whose promises it goes on with (被承继单位)."""
    changes: tuple[tuple[str, Tenure | None, Tenure], ...]
    """Posts with whom they passed from and to (岗位交接): only those that passed at all."""


def listing(viewer: Viewer, code: str, as_of: date | None = None) -> Handover | Refusal:
    """Return what a body owes on a day, whoever promised it (移交清单); the reading is logged."""
    day, known = as_of or clock.today(), register()
    found = duties.inside(viewer, code, day)
    if isinstance(found, Refusal):
        return found
    if not found and code not in known.bodies:
        return unknown(code)
    owed = sorted((each for each in found if each.standing.open), key=_next_first)
    return Handover(code, day, tuple(owed), known.predecessors(code, day)[1:], tuple(_passed(code, known, day)))


def of_post(found: Sequence[Duty], post: str) -> list[Duty]:
    """Return those for which a post answers (岗位名下的承诺): by the name of the post, as the promise says it."""
    return [
        each
        for each in found
        if post in {each.of("responsible_post"), *(part.post for part in each.standing.parts if part.post)}
    ]


def as_dict(told: Handover, known: Register | None = None) -> Mapping[str, Any]:
    """Return the list as interface and command give it (移交清单数据)."""
    names = known or register()
    return {
        "body": {"code": told.body, "name": names.name(told.body, told.as_of)},
        "as_of": told.as_of,
        "rule": RULE,
        "inherited": [{"code": code, "name": names.name(code, told.as_of)} for code in told.inherited],
        "posts": [
            {"post": name, "from": before.holder if before else None, "to": after.holder, "on": after.since}
            for name, before, after in told.changes
        ],
        "count": len(told.open),
        "overdue": sum(each.standing.overdue for each in told.open),
        "promises": [row(each, names) for each in told.open],
    }


def _passed(code: str, known: Register, day: date) -> list[tuple[str, Tenure | None, Tenure]]:
    found = []
    for post in posts.posts_of(code, known, day):
        held = post.tenures
        if held:
            found.append((post.name, held[-2] if len(held) > 1 else None, held[-1]))
    return found


def _next_first(duty: Duty) -> tuple[date, int]:
    return (duty.standing.due or date.max, duty.record)
