"""Following promises (关注承诺): whoever signed in and asked is told when something became of one; ended at will."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from gongxin.rooms.promises.models import Following
from gongxin.spine import clock
from gongxin.spine.duties import Duty
from gongxin.spine.outbox import notices

TEMPLATE = "promise.moved"


def follow(account: int, *, record: int | None = None, body: str = "") -> None:
    """Follow a promise, or all those of a body (关注); asked twice, it is once."""
    if not Following.objects.filter(account=account, record=record, body=body).exists():
        Following.objects.create(account=account, record=record, body=body, since=clock.now())


def leave(account: int, *, record: int | None = None, body: str = "") -> None:
    """Follow it no more (取消关注)."""
    Following.objects.filter(account=account, record=record, body=body).delete()


def follows(account: int | None, *, record: int | None = None, body: str = "") -> bool:
    """Tell whether an account follows it (是否已关注)."""
    return account is not None and Following.objects.filter(account=account, record=record, body=body).exists()


def followed(account: int) -> list[Following]:
    """Return what an account follows (我的关注), the latest first."""
    return list(Following.objects.filter(account=account).order_by("-id"))


def tell(duty: Duty, kind: str) -> int:
    """Tell the followers that something became of a promise (告知关注者); joins the transaction around it."""
    if not duty.public:
        return 0
    wanted = Q(record=duty.record) | Q(body__in={duty.body, duty.bearer})
    accounts = sorted(set(Following.objects.filter(wanted).values_list("account", flat=True)))
    text = _("您关注的承诺“%(title)s”（记录 %(record)d）有了新的情况，请到承诺页查看") % {
        "title": duty.of("promise_title"), "record": duty.record,
    }  # fmt: skip
    for account in accounts:
        notices.tell("account", str(account), TEMPLATE, words={"record": duty.record, "kind": kind, "text": text})
    return len(accounts)
