"""A forgotten password (重设密码): who somebody is is established anew at the counter, which hands over a link good for once.

The counter never learns a password and sets none. Each link and its use is an act that nobody can take back; the account
itself, the person's other accounts and the auditor are told, so that a link nobody had asked for does not stay unseen.
"""

from __future__ import annotations

import hashlib
import secrets as entropy
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.spine import clock, secrets
from gongxin.spine.access import identities
from gongxin.spine.access.looks import cleaned
from gongxin.spine.access.models import Account, PasswordAct, Role
from gongxin.spine.access.viewers import Viewer
from gongxin.spine.ledger.acts import person_key
from gongxin.spine.outbox import notices

LASTS = timedelta(hours=24)
"""How long a link can be used: the way home from the counter, and a night."""
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What a code is made of: none of them can be mistaken for another when it is copied from paper."""
_GROUPS, _GROUP = 5, 4
_LONGEST = 500


@dataclass(frozen=True)
class Link:
    """A link just issued (重设链接): its code is shown once and kept nowhere."""

    account: str
    code: str
    until: datetime


def issue(viewer: Viewer, username: str, number: str, seen: str) -> Link | Refusal:
    """Issue a link for an account whose holder stands at the counter (签发重设链接); a link issued before is void.

    `number` is read off the document: the identity number of the person the account was verified to be, or the code of
    the organisation whose account it is. `seen` names the documents. Accounts of staff are the administrator's.
    """
    seen = cleaned(seen, _LONGEST).strip()
    if viewer.role != Role.OPERATOR or viewer.account_id is None:
        return Refusal("renewing.role", _("重设密码由信用窗口的工作人员办理。"), None, _("请带证件到信用窗口。"))
    account = Account.objects.filter(username=username.strip(), is_active=True).first()
    if account is None or account.role != Role.SUBJECT:
        return Refusal(
            "renewing.account",
            _("没有这个个人或者单位账号。"),
            None,
            _("请核对账号名；工作人员的账号找本单位的系统管理员。"),
        )
    no = _not_the_holder(account, number.strip().upper())
    if no is not None:
        return no
    if not seen:
        return Refusal("renewing.seen", _("没有写看过哪些材料。"), None, _("请写明看过的证件和材料，不写证件号码。"))
    code = "-".join("".join(entropy.choice(LETTERS) for _each in range(_GROUP)) for _group in range(_GROUPS))
    now = clock.now()
    with transaction.atomic():
        PasswordAct.objects.create(
            number=entropy.token_hex(8), account=account.pk, verb="issue", digest=_digest(code), until=now + LASTS,
            seen=secrets.seal(seen), at=now, by=viewer.account_id,
        )  # fmt: skip
        words = {"account": account.username, "day": clock.today().isoformat()}
        person = identities.person_of(account.pk)
        for each in {account.pk, *(identities.accounts_of(person) if person else ())}:
            notices.tell("account", str(each), "password.issued", words=words)
        notices.tell("role", Role.AUDITOR, "password.noted", words={**words, "by": viewer.name})
    return Link(account.username, code, now + LASTS)


def find(username: str, code: str) -> Account | None:
    """Return the account a link may set the password of (链接对应的账号), or None: wrong, used, run out, replaced."""
    account = Account.objects.filter(username=username.strip(), is_active=True, role=Role.SUBJECT).first()
    return account if account is not None and _usable(account.pk, code) is not None else None


def use(username: str, code: str, password: str) -> Account | None:
    """Set the password and use the link up (重设密码), in one transaction; None where the link is none (any more).

    Whoever was signed in with the old password is signed out by the change.
    """
    with transaction.atomic():
        found = Account.objects.select_for_update().filter(
            username=username.strip(), is_active=True, role=Role.SUBJECT
        )  # fmt: skip
        account = found.first()
        act = _usable(account.pk, code) if account is not None else None
        if account is None or act is None:
            return None
        account.set_password(password)
        account.save(update_fields=["password"])
        PasswordAct.objects.create(
            number=act.number,
            account=account.pk,
            verb="use",
            digest=act.digest,
            until=act.until,
            at=clock.now(),
            by=None,
        )
        words = {"account": account.username, "day": clock.today().isoformat()}
        notices.tell("account", str(account.pk), "password.renewed", words=words)
    return account


def history(account_id: int) -> list[PasswordAct]:
    """Return what was done about an account's password at the counter (重设记录), the latest first."""
    return list(PasswordAct.objects.filter(account=account_id).order_by("-id"))


def _usable(account_id: int, code: str) -> PasswordAct | None:
    """The last link of an account where it is the one of this code, unused and not run out (可用的链接)."""
    acts = history(account_id)
    last = acts[0] if acts else None
    usable = last is not None and last.verb == "issue" and last.digest == _digest(code) and clock.now() < last.until
    return last if usable else None


def _digest(code: str) -> str:
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(f"gongxin renew {plain}".encode()).hexdigest()


def _not_the_holder(account: Account, number: str) -> Refusal | None:
    """Why whoever stands at the counter is not known to be the account's holder, or None (核对持有人)."""
    if account.body_id is not None:
        if number == account.body_id:
            return None
        return Refusal(
            "renewing.organisation",
            _("代码和账号的单位不一致。"),
            None,
            _("请对照营业执照或者登记证书填写，并核对经办人的委托。"),
        )
    present = identities.person_of(account.pk)
    if present is None:
        return Refusal(
            "renewing.unverified",
            _("这个账号没有核验过本人，看不到任何信息。"),
            None,
            _("不用重设：请重新开户，再到窗口核验。"),
        )
    verified = identities.PROVIDERS["local"]().verify({"number": number})
    if isinstance(verified, Refusal):
        return verified
    if person_key(verified.number) != present:
        return Refusal(
            "renewing.person", _("证件和账号核验的本人不一致。"), None,
            _("请核对账号名和证件。由统一身份认证核验、没有留下证件索引的，请重新开户再核验。"),
        )  # fmt: skip
    return None
