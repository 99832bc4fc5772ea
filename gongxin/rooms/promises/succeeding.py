"""Successions (承继、任免): what becomes of a body or a post is entered, and the list of what is owed is made with it.

The duties pass by themselves, on the day of the event; the signed list of the same transaction is what whoever comes is
given. Who enters it is the office that keeps the register.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law.succession import ENDING
from gongxin.rooms.promises import handing_over, handover
from gongxin.rooms.promises.handing_over import Paper
from gongxin.spine import clock
from gongxin.spine.access import gate
from gongxin.spine.access.gate import SUBMISSION, Ground, Viewer
from gongxin.spine.access.models import Role
from gongxin.spine.bodies import posts, register
from gongxin.spine.bodies.models import BodyEvent, PostAct
from gongxin.spine.bodies.posts import Appointing, Post
from gongxin.spine.bodies.register import Change, Register

CHANGES = {"rename": "renamed", "merge": "merged", "split": "split", "place": "placed", "abolish": "abolished"}
"""What can be entered of a body, by the word for doing it (沿革事项)."""


@dataclass(frozen=True)
class Passed:
    """What was entered (登记结果), and the handover list made with it where anything passed that is still owed."""

    entered: BodyEvent | PostAct
    paper: Paper | None = None


def change(viewer: Viewer, asked: Change) -> Passed | Refusal:
    """Enter what becomes of a body (登记沿革); where another goes on for it, with the list of what that one now owes."""
    no = _refused(viewer)
    if no is not None:
        return no
    with transaction.atomic():
        done = register.enter(asked, actor=_actor(viewer))
        if isinstance(done, Refusal):
            return done
        heir = register.register().successor(asked.body)
        return Passed(done, _listed(viewer, heir) if asked.verb in ENDING and heir != asked.body else None)


def establish(viewer: Viewer, body: str, name: str, on: Appointing) -> Passed | Refusal:
    """Establish a post in a body (设立岗位) under the number of `on`, or the next free one."""
    no = _refused(viewer)
    if no is not None:
        return no
    if not name.strip():
        return Refusal("post.name", _("没有写岗位名称"), None, _("请写岗位，例如“镇长”；不写人名"))
    done = posts.establish(on.post or posts.next_id(body), body, name.strip(), on=on.on, actor=_actor(viewer))
    return done if isinstance(done, Refusal) else Passed(done)


def appoint(viewer: Viewer, asked: Appointing) -> Passed | Refusal:
    """Enter who came to a post (登记到任); where somebody held it before, with the list of what the body owes."""
    no = _refused(viewer)
    if no is not None:
        return no
    with transaction.atomic():
        before = posts.find(asked.post)
        done = posts.appoint(asked, actor=_actor(viewer))
        if isinstance(done, Refusal):
            return done
        passed = before is not None and bool(before.tenures)
        bearer = register.register().successor(before.body) if before is not None else ""
        return Passed(done, _listed(viewer, bearer) if passed else None)


def leave(viewer: Viewer, asked: Appointing) -> Passed | Refusal:
    """Enter that a post was left (登记离任); what is owed waits for nobody, and is listed once somebody comes."""
    no = _refused(viewer)
    if no is not None:
        return no
    done = posts.leave(asked, actor=_actor(viewer))
    return done if isinstance(done, Refusal) else Passed(done)


def held(viewer: Viewer, code: str, known: Register, as_of: date | None = None) -> tuple[Post, ...] | Refusal:
    """Return the posts of a body with who held them (岗位和历任), for the office that keeps the register; the look is logged."""
    no = _refused(viewer)
    if no is not None:
        return no
    found, day = posts.posts_of(code, known, as_of), as_of or clock.today()
    noted = gate.note(viewer, Ground(purpose=SUBMISSION), f"posts:{code}", len(found), as_of=day) if found else None
    return noted if isinstance(noted, Refusal) else found


def _listed(viewer: Viewer, code: str) -> Paper | None:
    told = handover.listing(viewer, code, clock.today())
    if isinstance(told, Refusal) or not told.open:
        return None
    return handing_over.signed(viewer, told)


def _refused(viewer: Viewer) -> Refusal | None:
    if viewer.role == Role.OPERATOR:
        return None
    return Refusal(
        "body.office",
        _("机构沿革和岗位任免由信用主管单位登记"),
        handover.RULE,
        _("请把批准文件交信用主管单位登记"),
    )


def _actor(viewer: Viewer) -> str:
    return f"{viewer.name}@{viewer.body}"
