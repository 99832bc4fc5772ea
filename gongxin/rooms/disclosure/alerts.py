"""Alerts (看过我提醒): who wants to be told when a body has looked, is told that something came, and not what.

Nobody is told who has not asked for it. One notice a day at most; a look whose notice is delayed by law is told of on
its release day and on no day before it, as if it had come then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.rooms.disclosure.models import LookAlert
from gongxin.spine import clock
from gongxin.spine.access import owning, traces, withheld
from gongxin.spine.access.gate import OWN, Viewer
from gongxin.spine.access.models import Account, Look
from gongxin.spine.outbox import notices
from gongxin.spine.projections import links

TEMPLATE = "look.came"


def ask(viewer: Viewer, subject: str) -> LookAlert | Refusal:
    """Tell this account from now on when a body looks at a subject of its own (开启提醒)."""
    if viewer.account_id is None or subject not in owning.keys_of(viewer, owning.LOOKS):
        return Refusal(
            "looks.own", sentence("只能查看本人的查阅记录。", "One can see only who looked at oneself."), None,
            sentence("请用本人或者受托的账号登录。", "Sign in with your own account, or a delegate's."),
        )  # fmt: skip
    row, _new = LookAlert.objects.get_or_create(
        account=viewer.account_id, subject=subject, defaults={"since": clock.now()}
    )
    return row


def stop(account_id: int, subject: str) -> bool:
    """Tell this account no more (停止提醒); says whether it was told before."""
    gone, _kinds = LookAlert.objects.filter(account=account_id, subject=subject).delete()
    return bool(gone)


def is_asked(account_id: int | None, subject: str) -> bool:
    """Whether this account is told of looks at a subject (是否已开启提醒)."""
    return account_id is not None and LookAlert.objects.filter(account=account_id, subject=subject).exists()


def carry() -> Mapping[str, int]:
    """Tell whoever asked for it that somebody looked (发出提醒); returns how many were told."""
    wanted = list(LookAlert.objects.order_by("id"))
    if not wanted:
        return {"told": 0}
    now = clock.now()
    came = _came(wanted, now)
    told = 0
    for alert in wanted:
        if not _may(alert):
            alert.delete()
            continue
        if alert.pk in came and alert.told_on == clock.today():
            # It waits for tomorrow's notice; the day it is counted from stays where it is.
            continue
        with transaction.atomic():
            if alert.pk in came:
                notices.tell("account", str(alert.account), TEMPLATE)
                alert.told_on = clock.today()
                told += 1
            alert.since = now
            alert.save(update_fields=["since", "told_on"])
    return {"told": told}


def _may(alert: LookAlert) -> bool:
    """Whether the account may still read who looked: a delegation may have ended, a binding been objected to."""
    account = Account.objects.filter(pk=alert.account, is_active=True).first()
    if account is None:
        return False
    viewer = Viewer(account.pk, str(account), account.body_id or "", account.role, "web", alert.subject)
    return alert.subject in owning.keys_of(viewer, owning.LOOKS)


def _came(wanted: Iterable[LookAlert], now: datetime) -> set[int]:
    """Which alerts have something to tell: a look by somebody else, or one whose notice was due since."""
    today, listed = clock.today(), list(wanted)
    first = min(alert.since for alert in listed)
    by_key: dict[str, list[LookAlert]] = defaultdict(list)
    for alert in listed:
        for key in links.resolve_keys(alert.subject):
            by_key[key].append(alert)
    released = withheld.released_between(first.astimezone(clock.ZONE).date(), today)
    fresh = Look.objects.filter(at__gt=first, at__lte=now) | Look.objects.filter(number__in=list(released))
    rows = list(fresh.exclude(ground__startswith=OWN).values_list("number", "at", "subject"))
    concealed = withheld.hidden([number for number, _at, _subject in rows], today)
    found: set[int] = set()
    for number, at, subject in rows:
        if number in concealed:
            continue
        for key in _subjects(number, subject, by_key):
            for alert in by_key.get(key, ()):
                day = released.get(number)
                if at > alert.since or (day is not None and day > alert.since.astimezone(clock.ZONE).date()):
                    found.add(alert.pk)
    return found


def _subjects(number: str, subject: str, by_key: Mapping[str, list[LookAlert]]) -> Iterable[str]:
    if not subject.startswith("batch:"):
        return (subject,)
    return traces.subjects_of_batch(number, by_key)
