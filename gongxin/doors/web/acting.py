"""For whom somebody acts (代为办理): a subject's account speaks for itself, its organisation, or one that delegated it.

The choice is kept in the session as the number of a delegation, or of the application by which the counter confirmed a
legal representative, and looked up anew at every request; the gate looks it up once more when it reads.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gongxin.kernel.masking import mask_name
from gongxin.spine.access import delegations, identities, representing
from gongxin.spine.access.delegations import Delegation
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Body, Role
from gongxin.spine.clock import today
from gongxin.spine.projections.models import Subject

SESSION = "gongxin_acting"


@dataclass(frozen=True)
class Seat:
    """For whom an account may act beside itself (可选的办理身份): who delegated it, or whose representative it is."""

    number: str
    subject: str
    delegation: Delegation | None = None

    @property
    def name(self) -> str:
        return name_of(self.subject)


@dataclass(frozen=True)
class Acting:
    """For whom, under which name, and in which seat (代谁办理); no subject while nobody is verified."""

    viewer: Viewer
    subject: str
    name: str
    seat: Seat | None = None

    @property
    def is_person(self) -> bool:
        return self.subject.startswith("person:")

    @property
    def code(self) -> str:
        """The organisation's code, or nothing for a person, whose number is not kept."""
        return "" if self.is_person else self.subject.partition(":")[2]


def acting(request: HttpRequest) -> Acting:
    """For whom this request acts (当前办理身份)."""
    account = request.user
    if not isinstance(account, Account):
        raise TypeError("nobody is signed in")
    seat = _chosen(request, account)
    own_body = account.body_id or ""
    if seat is not None:
        kind, _sep, code = seat.subject.partition(":")
        body = code if kind == "uscc" else ""
        return Acting(_viewer(account, body, seat.subject), seat.subject, seat.name, seat)
    subject = own_subject(account)
    name = name_of(subject) if own_body else mask_name(str(account))
    return Acting(_viewer(account, own_body, subject), subject, name)


def own_subject(account: Account) -> str:
    """The subject an account is its own account of (本账号主体), or nothing for staff and for the unverified."""
    if account.role != Role.SUBJECT:
        return ""
    return f"uscc:{account.body_id}" if account.body_id else identities.person_of(account.pk) or ""


def choices(account: Account) -> list[Seat]:
    """The delegations and organisations for which an account may act today (可选的办理身份)."""
    given = [
        Seat(each.number, each.principal, each) for each in delegations.given_to(account.pk, today()) if each.active
    ]
    return given + [
        Seat(each.number, each.organisation)
        for each in representing.of_account(account.pk)
        if each.state == "active" and representing.represents(account.pk, each.organisation)
    ]


def choose(request: HttpRequest, number: str) -> bool:
    """Act for somebody from now on, or for oneself again with no number; tells whether it may."""
    account = request.user
    if number and (not isinstance(account, Account) or all(each.number != number for each in choices(account))):
        return False
    request.session[SESSION] = number
    return True


def name_of(subject: str) -> str:
    """How a subject is called on its own pages (主体称呼): an organisation by name, a person not by a number."""
    kind, _sep, code = subject.partition(":")
    if kind == "uscc":
        known = Body.objects.filter(code=code).values_list("name", flat=True).first()
        return known or Subject.objects.filter(key=subject).values_list("name", flat=True).first() or code
    return str(_("个人"))


def _chosen(request: HttpRequest, account: Account) -> Seat | None:
    number = request.session.get(SESSION) or ""
    if not number or account.role != Role.SUBJECT:
        return None
    return next((each for each in choices(account) if each.number == number), None)


def own_viewer(account: Account) -> Viewer:
    """The account itself, whoever it acts for just now (账号本人): for what it does about its own seats."""
    return _viewer(account, account.body_id or "", "")


def _viewer(account: Account, body: str, subject: str) -> Viewer:
    return Viewer(account.pk, str(account), body, account.role, "web", subject)
