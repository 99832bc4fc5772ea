"""Owning (本人): whose record an account may open as its own – itself, its organisation, or one that delegated it.

An organisation's own account is one the office opened for it, or its legal representative's, confirmed at the counter.
"""

from __future__ import annotations

from datetime import date

from gongxin.spine import clock
from gongxin.spine.access import delegations, identities, representing
from gongxin.spine.access.models import Account, Role
from gongxin.spine.access.viewers import Viewer

VIEW = "view"
LOOKS = "looks"
CONSENTS = "consents"
CASES = "cases"
SCOPES = (VIEW, LOOKS, CONSENTS, CASES)
"""The affairs a delegate may be given; their names stand in the law book under `delegation.scopes`."""


def keys_of(viewer: Viewer, scope: str = VIEW, day: date | None = None) -> frozenset[str]:
    """Return the subjects whose record is this viewer's own in an affair, today (本人主体键).

    Without `subject` these are the organisation of the viewer's account and the person it is verified to be; with it,
    that one alone, if the account is its own or is delegated for the affair today.
    """
    if viewer.role != Role.SUBJECT:
        return frozenset()
    if not viewer.subject:
        own = {f"uscc:{viewer.body}"} if viewer.body else set()
        person = identities.person_of(viewer.account_id)
        return frozenset(own | ({person} if person else set()))
    return frozenset({viewer.subject}) if _proven(viewer, scope, day or clock.today()) else frozenset()


def is_own_account(account_id: int, subject: str) -> bool:
    """Whether an account is the subject's own, not a delegate's (是否本人账号)."""
    if subject.startswith("person:"):
        return identities.person_of(account_id) == subject
    held = Account.objects.filter(pk=account_id, role=Role.SUBJECT, is_active=True).values_list("body", flat=True)
    return f"uscc:{held.first() or ''}" == subject or representing.represents(account_id, subject)


def _proven(viewer: Viewer, scope: str, day: date) -> bool:
    if viewer.account_id is None:
        return False
    return is_own_account(viewer.account_id, viewer.subject) or delegations.may_act(
        viewer.account_id, viewer.subject, scope, day
    )
