"""Identities (身份核验): that an account is a certain natural person's, as a provider has verified.

Providers are pluggable. Each hands over one text: an identity number, or the stable name an identity service gives to
the person for this platform alone. Only the blind index of that text is kept; no picture, no fingerprint, no voice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from gongxin.kernel.identifiers import check_citizen
from gongxin.kernel.issues import Refusal
from gongxin.spine import clock, secrets, shelf
from gongxin.spine.access.models import Account, IdentityAct, Role
from gongxin.spine.ledger.acts import person_key


@dataclass(frozen=True)
class Verified:
    """What a provider vouches for (核验结果): an identity number, or a pairwise name where there is no number."""

    provider: str
    number: str = ""
    pairwise: str = ""
    holder: str = ""


class Provider(Protocol):
    """A provider of verified identities (身份核验方式)."""

    id: str
    name: str

    def verify(self, answer: Mapping[str, str]) -> Verified | Refusal:
        """Return who somebody is, by what they or the identity service answered; or why this cannot be said."""


class LocalProvider:
    """The local provider (本地核验): the office saw the document at its counter, or the demonstration invented it."""

    id = "local"
    name = gettext_noop("窗口核验")

    def verify(self, answer: Mapping[str, str]) -> Verified | Refusal:
        """Check the form of a number that a person at the counter has read off a document."""
        checked = check_citizen(answer.get("number", "").strip().upper(), shelf.divisions(), clock.today())
        if not checked.ok and checked.problem != "citizen.division":
            return Refusal("identity.number", _("证件号码不对。"), None, _("请对照证件重新填写。"))
        return Verified(self.id, number=checked.code, holder=checked.code)


class ClaimProvider:
    """An identity service's claims (统一身份认证): the claim that carries the number, or the pairwise `sub`."""

    id = "oidc"
    name = gettext_noop("统一身份认证")

    def __init__(self, number_claim: str = "", issuer: str = "") -> None:
        self.number_claim = number_claim
        self.issuer = issuer

    def verify(self, answer: Mapping[str, str]) -> Verified | Refusal:
        """Read the claims of a token that has already been checked against the service's keys."""
        holder = answer.get("sub", "")
        number = answer.get(self.number_claim, "") if self.number_claim else ""
        if not holder:
            return Refusal("identity.claims", _("身份认证没有完成。"), None, _("请重新登录统一身份认证。"))
        if number:
            told = LocalProvider().verify({"number": number})
            if isinstance(told, Refusal):
                return Refusal("identity.claims", _("身份认证返回的信息不完整。"), None, _("请到窗口核验身份。"))
            return Verified(self.id, number=told.number, holder=f"{self.issuer}|{holder}")
        return Verified(self.id, pairwise=f"{self.issuer}|{holder}", holder=f"{self.issuer}|{holder}")


PROVIDERS: dict[str, Callable[[], Provider]] = {LocalProvider.id: LocalProvider, ClaimProvider.id: ClaimProvider}
"""The providers of this installation; a deployment registers its own under its own name."""


def bind(account_id: int, verified: Verified, *, actor: str, at_counter: bool = False) -> str | Refusal:
    """Bind an account to the person a provider vouches for, and return the person's key (绑定本人).

    An account of staff is never somebody's own account as well; an account that is bound stays with its person. Where
    another account of the person has objected, only the counter, which sees the document, can bind again.
    """
    account = Account.objects.filter(pk=account_id).first()
    if is_objected(account_id) and not at_counter:
        return Refusal(
            "identity.objected", _("这个账号的核验有人提出异议，已经停用。"), None, _("请带身份证件到窗口核验。")
        )
    if account is None or account.role != Role.SUBJECT or account.body_id is not None:
        return Refusal("identity.account", _("这个账号不能用于个人。"), None, _("请另用个人账号登录。"))
    key = person_key(verified.number or f"pairwise:{verified.pairwise}")
    with transaction.atomic():
        present = person_of(account_id)
        if present == key:
            return key
        if present is not None:
            return Refusal("identity.other", _("这个账号已经核验为另一个人。"), None, _("请用本人的账号登录。"))
        IdentityAct.objects.create(
            account=account_id, verb="bind", person=key, provider=verified.provider,
            holder=secrets.blind(verified.holder), at=clock.now(), actor=actor,
        )  # fmt: skip
    return key


def earlier_accounts(account_id: int, person: str) -> list[int]:
    """Return the accounts that were the person's before this one was bound to them (更早的本人账号)."""
    last = IdentityAct.objects.filter(account=account_id, verb="bind", person=person).order_by("-id").first()
    if last is None:
        return []
    found = []
    for other in accounts_of(person) - {account_id}:
        bound = IdentityAct.objects.filter(account=other, verb="bind").order_by("-id").first()
        if bound is not None and bound.pk < last.pk:
            found.append(other)
    return sorted(found)


def later_acts(account_id: int) -> list[IdentityAct]:
    """Return by which acts other accounts were bound later to the same person (后来核验的账号), the latest first."""
    person = person_of(account_id)
    if person is None:
        return []
    others = accounts_of(person) - {account_id}
    last = [IdentityAct.objects.filter(account=other).order_by("-id").first() for other in others]
    found = [act for act in last if act is not None and account_id in earlier_accounts(act.account, person)]
    return sorted(found, key=lambda act: -act.pk)


def object_to(account_id: int, other: int, *, actor: str) -> IdentityAct | None:
    """Say that a later account bound to the same person is not one's own (不认可核验); None where there is none such."""
    with transaction.atomic():
        if other not in {act.account for act in later_acts(account_id)}:
            return None
        return IdentityAct.objects.create(
            account=other, verb="object", person=person_of(account_id) or "", provider="local", at=clock.now(),
            actor=actor[:100],
        )  # fmt: skip


def is_objected(account_id: int) -> bool:
    """Whether the last word on an account is an objection (核验有异议)."""
    last = IdentityAct.objects.filter(account=account_id).order_by("-id").first()
    return last is not None and last.verb == "object"


def release(account_id: int, *, actor: str) -> bool:
    """End the binding of an account (解除绑定); tells whether there was one."""
    present = person_of(account_id)
    if present is None:
        return False
    IdentityAct.objects.create(
        account=account_id, verb="end", person=present, provider="local", at=clock.now(), actor=actor
    )
    return True


def person_of(account_id: int | None) -> str | None:
    """Return the key of the person an account belongs to (本人主体键), or None while nothing is verified."""
    if account_id is None:
        return None
    last = IdentityAct.objects.filter(account=account_id).order_by("-id").first()
    return last.person if last is not None and last.verb == "bind" else None


def provider_of(account_id: int) -> str:
    """Return by which provider the present binding was verified (核验方式), or nothing."""
    last = IdentityAct.objects.filter(account=account_id).order_by("-id").first()
    return last.provider if last is not None and last.verb == "bind" else ""


def accounts_of(person: str) -> set[int]:
    """Return the accounts bound to a person (本人账号)."""
    told: dict[int, IdentityAct] = {}
    touched = IdentityAct.objects.filter(person=person).values("account")
    for act in IdentityAct.objects.filter(account__in=touched).order_by("id"):
        told[act.account] = act
    return {account for account, act in told.items() if act.verb == "bind" and act.person == person}
