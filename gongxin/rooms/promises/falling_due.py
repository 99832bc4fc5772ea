"""What falls due (到期承诺): what is past its day and what comes next, of one body or, for the office, of all; the reading is logged.

One answer for page, interface and terminal; also what is not public is in it, so nobody but its own people, those above
and the office reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from gongxin.kernel.issues import Refusal
from gongxin.law import promises
from gongxin.rooms.promises import listing
from gongxin.spine import clock, duties, shelf
from gongxin.spine.access import gate
from gongxin.spine.access.gate import SUBMISSION, Ground, Viewer
from gongxin.spine.access.models import Role
from gongxin.spine.bodies.register import register, unknown
from gongxin.spine.duties import Duty

ALL = "promises:due"
"""What a look at what falls due everywhere is noted under (全部单位)."""


@dataclass(frozen=True)
class Due:
    """What is past its day, and what falls due until a day (到期清单), the most urgent first."""

    as_of: date
    until: date
    duties: tuple[Duty, ...]


def falling_due(viewer: Viewer, body: str, days: int, as_of: date | None = None) -> Due | Refusal:
    """Return what a body owes that is overdue or falls due within so many days (逾期和将要到期的承诺).

    Without a body everything there is, for the office alone; anybody else reads their own.
    """
    day = as_of or clock.today()
    code = body or ("" if viewer.role == Role.OPERATOR else viewer.body)
    found = duties.inside(viewer, code, day) if code else _everywhere(viewer, day)
    if isinstance(found, Refusal):
        return found
    if code and not found and code not in register().bodies:
        return unknown(code)
    last = day + timedelta(days=days)
    near = [
        each for each in found if each.standing.open and each.standing.due is not None and each.standing.due <= last
    ]
    return Due(day, last, tuple(sorted(near, key=listing.urgent_first)))


def pressing(body: str, day: date) -> int:
    """Return how many promises a body bears that are overdue or have been warned of (待履行的承诺数): a number for its desk alone."""
    last = day + timedelta(days=promises.first_warning(shelf.book().on(day)))
    return sum(
        each.bearer == body and each.standing.due is not None and each.standing.due <= last
        for each in duties.open_ones(day)
    )


def _everywhere(viewer: Viewer, day: date) -> tuple[Duty, ...] | Refusal:
    no = duties.refused_reader(viewer, "", register())
    if no is not None:
        return no
    found = duties.open_ones(day)
    noted = gate.note(viewer, Ground(purpose=SUBMISSION), ALL, len(found), as_of=day)
    return noted if isinstance(noted, Refusal) else found
