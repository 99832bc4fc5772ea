"""Mailing (外发通知队列): which notice goes to which address, what went, and what has to be tried again."""

from __future__ import annotations

import re
from datetime import datetime

from django.db.models import QuerySet

from gongxin.spine import clock, secrets
from gongxin.spine.access import identities, representing
from gongxin.spine.access.models import Account, Role
from gongxin.spine.outbox.models import Attempt, Contact, Message, Notice
from gongxin.spine.outbox.subscribers import FIRST_WAIT, LONGEST_WAIT

CHANNELS = ("email", "sms")
MOST_TRIES = 12
"""After so many tries a message is given up; the notice itself stays in the portal."""

EMAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9.-]{1,190}\.[A-Za-z]{2,24}")
MOBILE = re.compile(r"1[3-9]\d{9}")


def add_contact(account: int, channel: str, address: str) -> Contact:
    """Add an address of an account (登记送达地址). Raises ValueError for what is no address."""
    address = address.strip()
    shape = EMAIL if channel == "email" else MOBILE if channel == "sms" else None
    if shape is None:
        raise ValueError("只能登记电子邮件或者手机号")
    if shape.fullmatch(address) is None:
        raise ValueError("电子邮件写成 name@example.cn；手机号是 11 位数字")
    for known in contacts(account):
        if known.channel == channel and secrets.unseal(known.address) == address:
            return known
    return Contact.objects.create(account=account, channel=channel, address=secrets.seal(address), added=clock.now())


def end_contact(account: int, contact: int) -> None:
    """End an address of an account (停用送达地址); another account's is not touched."""
    contacts(account).filter(pk=contact).update(ended=clock.now())


def contacts(account: int) -> QuerySet[Contact]:
    """Return the addresses an account wants to be told at (送达地址)."""
    return Contact.objects.filter(account=account, ended__isnull=True).order_by("id")


def queue(notice: Notice) -> int:
    """Lay a notice before every address it should go to (排队外发); joins the transaction around it; returns how many."""
    wanted = Contact.objects.filter(account__in=_accounts(notice), ended__isnull=True)
    made = [Message(notice=notice, contact=contact, next_try=notice.at) for contact in wanted]
    Message.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def waiting(now: datetime) -> QuerySet[Message]:
    """Return the messages to be sent now (待发送)."""
    due = Message.objects.filter(state="pending", next_try__lte=now, contact__ended__isnull=True)
    return due.select_related("notice", "contact").order_by("id")


def sent(message: Message, answer: str) -> None:
    """Write down that a message went (登记已发): when, and the digest of what the gateway answered."""
    now = clock.now()
    Attempt.objects.create(message=message.pk, at=now, outcome="sent", answer=answer)
    message.state, message.sent_at, message.last, message.tries = "sent", now, "sent", message.tries + 1
    message.save(update_fields=["state", "sent_at", "last", "tries"])


def failed(message: Message, outcome: str, detail: str) -> None:
    """Write down that a message did not go (登记未发), and when to try again; given up after too many tries."""
    now = clock.now()
    Attempt.objects.create(message=message.pk, at=now, outcome=outcome[:40], detail=detail[:300])
    message.tries += 1
    message.last = outcome[:40]
    message.next_try = now + min(FIRST_WAIT * 2 ** min(message.tries - 1, 16), LONGEST_WAIT)
    message.state = "failed" if message.tries >= MOST_TRIES else "pending"
    message.save(update_fields=["tries", "last", "next_try", "state"])


def _accounts(notice: Notice) -> list[int]:
    if notice.to_kind == "account":
        return [int(notice.to)] if notice.to.isdigit() else []
    found = Account.objects.filter(is_active=True)
    if notice.to_kind == "body":
        found = found.filter(body_id=notice.to, role=Role.STEWARD)
    elif notice.to_kind == "role":
        found = found.filter(role=notice.to)
    else:
        own = (
            representing.accounts_of(notice.to) if notice.to.startswith("uscc:") else identities.accounts_of(notice.to)
        )
        found = found.filter(pk__in=list(own), role=Role.SUBJECT)
    return list(found.values_list("pk", flat=True))
