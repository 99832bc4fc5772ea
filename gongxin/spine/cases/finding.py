"""Finding cases (查阅案件): whose they are, whose turn it is, how they stand, what was said in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law import casework
from gongxin.law.casework import ActRule, CaseRules, CaseStanding, Step
from gongxin.law.standing import Line
from gongxin.spine import clock, secrets, shelf
from gongxin.spine.access import gate, looks, owning
from gongxin.spine.access.gate import CASEWORK, OWN, Ground, Viewer
from gongxin.spine.access.looks import Draft
from gongxin.spine.access.models import Role
from gongxin.spine.bodies.register import borne_by
from gongxin.spine.cases import kinds
from gongxin.spine.cases.models import Case, CaseAct

CASE = "case:"
"""What the subject of a look begins with that was a look at a case (案件查阅)."""
RECEIPT_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE = "uscc:"
BODY_ROLES = (Role.STEWARD, Role.OFFICER, Role.SUPERVISOR)
"""Roles that act for their body (代表单位的角色)."""


@dataclass(frozen=True)
class Shown:
    """A case as one side sees it (案件详情): how it stands, what was done, what may be done now."""

    case: Case
    side: str
    standing: CaseStanding
    steps: tuple[tuple[CaseAct, Mapping[str, Any]], ...]
    allowed: tuple[ActRule, ...]
    applicant: str


def show(viewer: Viewer, number: str) -> Shown | Refusal:
    """Return a case as this viewer may see it (查看案件); one that is not theirs does not exist for them."""
    found = open_for(viewer, number)
    if isinstance(found, Refusal):
        return found
    case, side = found
    rules = casework.rules_of(case.kind, law=shelf.book().on(case.opened_on))
    standing = standing_of(case, rules)
    if kinds.of(case.kind).protected and side != "applicant":
        note_look(viewer, case, str(rules.bases[0]))
    return Shown(case, side, standing, tuple(said_of(case)), standing.allowed(side), secrets.unseal(case.applicant))


def note_look(viewer: Viewer, case: Case, ground: str, fields: str = "*") -> str:
    """Log that somebody looked at a case whose applicant is protected (查阅留痕); returns the number of the look.

    The applicant reads these looks with the case itself: they are about the case, never about a person's key.
    """
    draft = Draft(
        viewer.name, viewer.account_id, viewer.body, viewer.role, viewer.via, "", ground, case.number,
        CASE + case.number, fields, clock.today(),
    )  # fmt: skip
    return looks.write(draft).number


def find_case(viewer: Viewer, number: str) -> Case | Refusal:
    """Return the row of a case this viewer has a side in (有权查看的案件)."""
    found = open_for(viewer, number)
    return found if isinstance(found, Refusal) else found[0]


def find_open(viewer: Viewer, number: str) -> Case | Refusal:
    """Return the row of a case this viewer has a side in and that is still open (办理中的案件)."""
    found = find_case(viewer, number)
    if isinstance(found, Refusal) or found.closed_on is None:
        return found
    return Refusal("case.closed", _("案件已经办结"), None, _("需要时请另行申请"))


def open_for(viewer: Viewer, number: str, *, lock: bool = False) -> tuple[Case, str] | Refusal:
    """Return the row of a case and the side on which this viewer stands in it (案件与身份); a stranger finds none."""
    cases = Case.objects.select_for_update() if lock else Case.objects
    case = cases.filter(number=number.strip().upper()).first()
    side = side_of(viewer, case) if case is not None else ""
    if case is None or not side:
        return Refusal("case.none", _("没有这件案件"), None, _("请核对案号；凭回执可以在首页查询进度"))
    return case, side


def listing(viewer: Viewer, *, kind: str = "", closed: bool | None = None) -> QuerySet[Case]:
    """Return the cases of this viewer, the next due first (案件清单)."""
    cases = Case.objects.filter(_mine(viewer))
    if kind:
        cases = cases.filter(kind=kind)
    if closed is not None:
        cases = cases.filter(closed_on__isnull=not closed)
    return cases.order_by(F("due").asc(nulls_last=True), "opened_at", "number")


def numbers_of(viewer: Viewer, numbers: Iterable[str]) -> frozenset[str]:
    """Return which of these cases are this viewer's (可查看的案号): a notice names no case that its reader cannot open."""
    wanted = sorted(set(numbers))
    return (
        frozenset(listing(viewer).filter(number__in=wanted).values_list("number", flat=True)) if wanted else frozenset()
    )


def inbox(viewer: Viewer) -> QuerySet[Case]:
    """Return the open cases in which it is this viewer's turn, the next due first (待办案件)."""
    cases = listing(viewer, closed=False)
    if viewer.role in BODY_ROLES:
        bodies = borne_by(viewer.body)
        own = Q(turn="applicant") & (Q(brought_by__in=bodies) | _concerning(bodies))
        return cases.filter(Q(turn="authority", body__in=bodies) | own)
    if viewer.role == Role.OPERATOR:
        bodies, answered = borne_by(viewer.body), kinds.answered_by(viewer.role)
        return cases.filter(
            Q(turn="office")
            | Q(turn="authority", body__in=bodies, kind__in=answered)
            | Q(turn="applicant", brought_by__in=bodies, kind__in=answered)
        )
    turn = {Role.AUDITOR: "auditor", Role.SUBJECT: "applicant"}
    return cases.filter(turn=turn.get(Role(viewer.role), "-") if viewer.role else "-")


def by_receipt(number: str, receipt: str) -> tuple[Case, CaseStanding] | None:
    """Find a case by its number and receipt (凭回执查询): how it stands, and nothing that was said in it."""
    case = Case.objects.filter(number=number.strip().upper(), receipt=receipt_digest(receipt)).first()
    if case is None:
        return None
    return case, standing_of(case, casework.rules_of(case.kind, law=shelf.book().on(case.opened_on)))


def receipt_digest(receipt: str) -> str:
    """Return the digest under which a receipt's code is kept."""
    plain = "".join(letter for letter in receipt.upper() if letter in RECEIPT_LETTERS)
    return hashlib.sha256(plain.encode()).hexdigest()


def standing_of(case: Case, rules: CaseRules) -> CaseStanding:
    """Return how a case stands: the fold of its acts, whatever its row says."""
    acts = case.acts.order_by("n").values_list("verb", "on", "side", "since")
    steps = [Step(verb, on, side, since=since) for verb, on, side, since in acts]
    return casework.fold(steps, rules=rules, calendar=shelf.calendar(), region=case.region)


def said_of(case: Case) -> Iterable[tuple[CaseAct, Mapping[str, Any]]]:
    """Yield the acts on a case with what was said (案件经过)."""
    for done in case.acts.order_by("n"):
        yield done, json.loads(secrets.unseal(done.said))


def said_first(case: Case) -> Mapping[str, Any]:
    """Return what was said when a case was opened (申请内容)."""
    first = case.acts.order_by("n").first()
    return {} if first is None else json.loads(secrets.unseal(first.said))


def last_said(case: Case, verb: str) -> Mapping[str, Any]:
    """Return what was said in the last act of a verb (最近一次该行为的内容), or nothing."""
    done = case.acts.filter(verb=verb).order_by("-n").first()
    return {} if done is None else json.loads(secrets.unseal(done.said))


def side_of(viewer: Viewer, case: Case) -> str:
    """Return on which side of a case a viewer stands (案件中的身份), or nothing for a stranger."""
    kind = kinds.of(case.kind)
    for_body = bool(viewer.body) and viewer.role in kind.answered_by
    # Whoever goes on for a body goes on with its cases: no duty ends with a merger.
    bodies = borne_by(viewer.body) if for_body else ()
    if for_body and case.body in bodies:
        return "authority"
    if for_body and case.brought_by in bodies:
        return "applicant"
    if viewer.role == Role.OPERATOR:
        return "office"
    if kind.concerned and case.subject in {CODE + each for each in bodies} and case.state not in kind.unseen:
        return "applicant"
    if kind.protected and viewer.receipt and viewer.receipt == case.receipt:
        return "applicant"
    if viewer.role == Role.AUDITOR and kind.audited:
        return "auditor"
    if (
        viewer.role == Role.SUBJECT
        and case.state not in kind.unseen
        and (represents(viewer, case.subject) or (case.account is not None and case.account == viewer.account_id))
    ):
        return "applicant"
    return ""


def represents(viewer: Viewer, subject: str) -> bool:
    """Tell whether a viewer may speak for a subject (能否代表主体): the gate's own answer; nobody speaks for no subject."""
    if not subject:
        # To the gate no subject means whichever is one's own; a case that is about none is not everybody's.
        return False
    admitted = gate.admit(viewer, Ground(purpose=OWN, clause=owning.CASES), subject, law=shelf.book().on(clock.today()))
    return not isinstance(admitted, Refusal)


def read_line(viewer: Viewer, case: Case) -> tuple[Line | None, str] | Refusal:
    """Read the record a case is about, through the gate under the case's number (案件查阅)."""
    if case.record is None:
        return None, ""
    applicant = viewer.role == Role.SUBJECT
    rules = casework.rules_of(case.kind, law=shelf.book().on(case.opened_on))
    ground = (
        Ground(purpose=OWN, clause=owning.CASES)
        if applicant
        else Ground(purpose=CASEWORK, clause=str(rules.bases[0]), case_no=case.number)
    )
    reading = gate.read(viewer, ground, case.subject, as_of=clock.today(), items=[case.item] if case.item else None)
    if isinstance(reading, Refusal):
        return reading
    return next((line for line in reading.lines if line.record == case.record), None), reading.number


def own_keys(viewer: Viewer) -> frozenset[str]:
    """Return the subject keys a viewer speaks for in cases (本人主体键): its own, or the one that delegated it for them."""
    return owning.keys_of(viewer, owning.CASES)


def _mine(viewer: Viewer) -> Q:
    if viewer.role == Role.OPERATOR:
        return Q()
    if viewer.role == Role.AUDITOR:
        return Q(kind__in=[kind.id for kind in kinds.KINDS.values() if kind.audited])
    if viewer.role in BODY_ROLES and viewer.body:
        bodies = borne_by(viewer.body)
        mine = Q(body__in=bodies) | Q(brought_by__in=bodies) | _concerning(bodies)
        return mine if viewer.role == Role.STEWARD else mine & Q(kind__in=kinds.answered_by(viewer.role))
    if viewer.role == Role.SUBJECT:
        own = Q(account=viewer.account_id) if viewer.account_id is not None else Q(pk="")
        return (own | Q(subject__in=sorted(own_keys(viewer)))) & ~kinds.unseen()
    return Q(pk="")


def _concerning(bodies: Iterable[str]) -> Q:
    """The cases in which one of these bodies is the one concerned (本单位为当事人的案件)."""
    return Q(kind__in=kinds.concerning(), subject__in=[CODE + each for each in bodies]) & ~kinds.unseen()
