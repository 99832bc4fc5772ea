"""Joining (绑定与告知): an account gets a person or an organisation, and whoever had them before is told and can object.

Every door binds through here, so that no second account of somebody comes into being without a word to the first.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.spine import clock
from gongxin.spine.access import identities, representing
from gongxin.spine.access.identities import Verified
from gongxin.spine.access.models import Account, Role
from gongxin.spine.access.representing import Claim
from gongxin.spine.access.viewers import Viewer
from gongxin.spine.outbox import notices


def bind(account_id: int, verified: Verified, *, actor: str, at_counter: bool = False) -> str | Refusal:
    """Bind an account to the person a provider vouches for (绑定本人), and tell the person's earlier accounts."""
    with transaction.atomic():
        before = identities.person_of(account_id)
        key = identities.bind(account_id, verified, actor=actor, at_counter=at_counter)
        if isinstance(key, Refusal) or key == before:
            return key
        words = {"account": masked_name(account_id), "day": clock.today().isoformat()}
        for earlier in identities.earlier_accounts(account_id, key):
            notices.tell("account", str(earlier), "identity.second", words=words)
    return key


def object_to_person(account: Account, other: int) -> Refusal | None:
    """Say that another account is not one's own (不认可核验): it sees nothing from now on; its holder and the office learn."""
    with transaction.atomic():
        if identities.object_to(account.pk, other, actor=str(account)) is None:
            return Refusal("identity.unknown", _("没有可以提出异议的这个账号。"), None, _("请看“身份”页上列出的账号。"))
        words = {"account": masked_name(other), "day": clock.today().isoformat()}
        notices.tell("account", str(other), "identity.objected", words=words)
        notices.tell("role", Role.OPERATOR, "identity.disputed", words={**words, "account": _name(other)})
    return None


def decide(viewer: Viewer, number: str, *, yes: bool, said: str) -> Claim | Refusal:
    """Confirm or refuse at the counter who acts for an organisation (窗口确认绑定), and tell holder and organisation."""
    with transaction.atomic():
        done = representing.decide(viewer, number, yes=yes, said=said)
        if isinstance(done, Refusal):
            return done
        words = {"code": done.code, "number": number, "reason": representing.words_of(done) if not yes else ""}
        template = "representing.confirmed" if yes else "representing.refused"
        notices.tell("account", str(done.account), template, words=words)
        if yes:
            for earlier in representing.accounts_of(done.organisation):
                if earlier != done.account:
                    second = {"account": masked_name(done.account), "day": clock.today().isoformat()}
                    notices.tell("account", str(earlier), "representing.second", words={**words, **second})
    return done


def object_to_claim(viewer: Viewer, number: str) -> Claim | Refusal:
    """Say that an account is not the organisation's own (不认可绑定): out of effect; its holder and the office learn."""
    with transaction.atomic():
        done = representing.object_to(viewer, number)
        if not isinstance(done, Refusal):
            words = {"code": done.code, "number": number}
            notices.tell("account", str(done.account), "representing.objected", words=words)
            notices.tell("role", Role.OPERATOR, "representing.disputed", words=words)
    return done


def masked_name(account_id: int) -> str:
    """An account's name as another one may read it (遮盖的账号名): enough to know one's own."""
    name = _name(account_id)
    return f"{name[:2]}***{name[-1:]}"


def _name(account_id: int) -> str:
    return Account.objects.filter(pk=account_id).values_list("username", flat=True).first() or ""
