"""Delegations (委托): another account may act for a subject, in named affairs, until a day, revocable at any moment.

The subject invites, the delegate accepts; either ends it at once. The state is a fold of the acts, so an end that has
come needs no job. A lawful representative of a minor or of somebody dead is appointed by the office upon a case.
"""

from __future__ import annotations

import secrets as entropy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.kernel.terms import add_months
from gongxin.spine import clock, shelf
from gongxin.spine.access import looks
from gongxin.spine.access.looks import Draft
from gongxin.spine.access.models import Account, DelegationAct, Role
from gongxin.spine.access.viewers import Viewer

LOCK = 0x64656C67
VERBS = ("invite", "accept", "decline", "revoke")


@dataclass(frozen=True)
class Delegation:
    """How a delegation stands on a day (委托状态)."""

    number: str
    principal: str
    account: int
    scopes: tuple[str, ...]
    until: date
    state: str
    """invited · active · declined · revoked · ended"""
    since: date
    basis: str = ""

    @property
    def active(self) -> bool:
        return self.state == "active"


def fold(acts: Iterable[DelegationAct], today: date) -> Delegation | None:
    """How a delegation stands on a day (委托状态折算); its last day still counts."""
    told = sorted((act for act in acts if act.day <= today), key=lambda act: act.n)
    if not told:
        return None
    first, state = told[0], "invited"
    for act in told[1:]:
        if act.verb == "revoke" and state in {"invited", "active"}:
            state = "revoked"
        elif act.verb in {"accept", "decline"} and state == "invited":
            state = "active" if act.verb == "accept" else "declined"
    if state in {"invited", "active"} and today > first.until:
        state = "ended"
    return Delegation(
        first.number, first.principal, first.account, tuple(first.scopes), first.until, state, first.day, first.basis
    )


def scopes(day: date) -> tuple[dict[str, Any], ...]:
    """Return the affairs that can be delegated (可委托的事项), as the law book lists them."""
    return tuple(dict(row) for row in shelf.book().on(day).parameter("delegation.scopes").table())


def invite(
    viewer: Viewer, principal: str, username: str, chosen: Sequence[str], until: date, *, basis: str = ""
) -> Delegation | Refusal:
    """Invite an account to act for a subject (发出委托). The caller has asked `owning` whether the viewer may."""
    today = clock.today()
    named = looks.cleaned(username, 150).strip()
    account = Account.objects.filter(username=named, is_active=True, role=Role.SUBJECT).first()
    if account is None or account.pk == viewer.account_id:
        # One answer for an unknown name and for an account of staff: nobody learns here who has an account.
        return Refusal("delegation.account", _("没有可以委托的这个账号。"), None, _("请向受托人核对其个人账号名。"))
    no = unfit(chosen, until, today)
    if no is not None:
        return no
    number = f"WT-{today:%Y-%m%d}-{entropy.token_hex(3).upper()}"
    about = Delegation(number, principal, account.pk, tuple(chosen), until, "invited", today, basis)
    with transaction.atomic():
        _add(viewer, about, 1, "invite")
    return about


def unfit(chosen: Sequence[str], until: date, today: date) -> Refusal | None:
    """Return why affairs and a last day cannot be delegated (委托事项和期限), or None where they can."""
    law = shelf.book().on(today)
    value = law.parameter("delegation.scopes")
    known = {str(row["id"]) for row in value.table()}
    if not chosen or not set(chosen) <= known:
        return Refusal("delegation.scopes", _("没有选择委托事项。"), str(value.source), _("请至少选择一项。"))
    if not today <= until <= add_months(today, law.parameter("delegation.term.max").number()):
        return Refusal(
            "delegation.until", _("截止日不在允许的范围内。"), str(value.source), _("请选择最长期限以内的日期。")
        )
    return None


def appoint(
    viewer: Viewer, principal: str, username: str, chosen: Sequence[str], until: date, *, case: str
) -> Delegation | Refusal:
    """Let a lawful representative act, upon a case the office has decided (认定法定代理人): in effect at once."""
    invited = invite(viewer, principal, username, chosen, until, basis=case)
    if isinstance(invited, Refusal):
        return invited
    with transaction.atomic():
        _add(viewer, invited, 2, "accept")
    return replace(invited, state="active")


def accept(viewer: Viewer, number: str, *, yes: bool) -> Delegation | Refusal:
    """Accept or decline a delegation (接受或者谢绝委托): the delegate alone can."""
    return _follow(viewer, number, "accept" if yes else "decline", {"invited"}, delegate_only=True)


def revoke(viewer: Viewer, number: str, *, principal: bool) -> Delegation | Refusal:
    """End a delegation (撤销委托), by the one who gave it (`principal`) or by the delegate; at once."""
    return _follow(viewer, number, "revoke", {"invited", "active"}, delegate_only=not principal)


def find(number: str, today: date | None = None) -> Delegation | None:
    """Return a delegation as it stands (查委托), or None."""
    if not number.isprintable():
        return None
    return fold(DelegationAct.objects.filter(number=number), today or clock.today())


def given_by(principal: str, today: date) -> list[Delegation]:
    """Return what a subject has delegated (给出的委托), the newest first."""
    return _folded(DelegationAct.objects.filter(principal=principal), today)


def given_to(account_id: int, today: date) -> list[Delegation]:
    """Return what has been delegated to an account (受托), the newest first."""
    return _folded(DelegationAct.objects.filter(account=account_id), today)


def may_act(account_id: int, principal: str, scope: str, today: date) -> bool:
    """Whether an account may act for a subject in an affair on this day (可否代为办理)."""
    rows = DelegationAct.objects.filter(account=account_id, principal=principal)
    return any(each.active and scope in each.scopes for each in _folded(rows, today))


def _folded(rows: Iterable[DelegationAct], today: date) -> list[Delegation]:
    by_number: dict[str, list[DelegationAct]] = {}
    for row in rows:
        by_number.setdefault(row.number, []).append(row)
    found = [each for acts in by_number.values() if (each := fold(acts, today)) is not None]
    return sorted(found, key=lambda each: (each.since, each.number), reverse=True)


def _follow(
    viewer: Viewer, number: str, verb: str, from_states: set[str], *, delegate_only: bool
) -> Delegation | Refusal:
    today = clock.today()
    if not number.isprintable():
        return Refusal("delegation_unknown", _("没有找到这份委托。"), None, _("请核对委托编号。"))
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        acts = list(DelegationAct.objects.filter(number=number))
        present = fold(acts, today)
        if present is None or (delegate_only and present.account != viewer.account_id):
            return Refusal("delegation_unknown", _("没有找到这份委托。"), None, _("请核对委托编号。"))
        if present.state not in from_states:
            return Refusal("delegation.state", _("这份委托已经办结，不能再改动。"), None, _("需要时请重新委托。"))
        acts.append(_add(viewer, present, len(acts) + 1, verb))
    return _known(fold(acts, today))


def _add(viewer: Viewer, about: Delegation, n: int, verb: str) -> DelegationAct:
    today = clock.today()
    draft = Draft(
        viewer=viewer.name,
        account=viewer.account_id,
        body=viewer.body,
        role=viewer.role,
        via=viewer.via,
        matter="",
        ground=f"own delegation-{verb} {about.number}",
        case_no=about.basis,
        subject=about.principal,
        fields="",
        as_of=today,
    )
    # The act stands in the subject's own log of looks, so that nobody is given a key unseen.
    looks.write(draft)
    return DelegationAct.objects.create(
        number=about.number,
        n=n,
        verb=verb,
        principal=about.principal,
        account=about.account,
        scopes=list(about.scopes),
        until=about.until,
        day=today,
        at=clock.now(),
        by=viewer.account_id,
        basis=about.basis,
    )


def _known(found: Delegation | None) -> Delegation:
    if found is None:
        raise LookupError("a delegation that was just written cannot be read")
    return found
