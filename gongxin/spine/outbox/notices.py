"""Notices (告知): put into the outbox in the transaction of the act, read in the portal, delivered by whoever delivers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from gongxin.kernel.sentences import in_english
from gongxin.spine import clock, secrets
from gongxin.spine.bodies.register import borne_by
from gongxin.spine.outbox import mailing
from gongxin.spine.outbox.models import Notice

TO_KINDS = frozenset({"account", "body", "role", "subject"})


def tell(to_kind: str, to: str, template: str, *, case: str = "", words: Mapping[str, object] | None = None) -> Notice:
    """Put a notice into the outbox (登记告知); joins the transaction around it. The words lie sealed."""
    if to_kind not in TO_KINDS:
        raise ValueError(f"{to_kind!r} is nobody a notice can be sent to")
    sealed = secrets.seal(json.dumps(dict(words), ensure_ascii=False, sort_keys=True, default=str)) if words else ""
    notice = Notice.objects.create(
        to_kind=to_kind, to=to, template=template, case=case, words=sealed, at=clock.now(), read_at=None
    )
    mailing.queue(notice)
    return notice


def in_both(terms: Iterable[tuple[str, str]]) -> dict[str, object]:
    """Return what a document says beside what was typed, in both languages (文书载明事项): name and text of each."""
    told = list(terms)
    return {
        "terms": [[str(name), str(text)] for name, text in told],
        "terms_en": [[in_english(name), in_english(text)] for name, text in told],
    }


def words_of(notice: Notice) -> dict[str, object]:
    """Return what a notice says (告知内容)."""
    found: dict[str, object] = json.loads(secrets.unseal(notice.words)) if notice.words else {}
    return found


def of(to_kind: str, to: str) -> QuerySet[Notice]:
    """Return the notices to one recipient, the latest first (收到的告知): a body reads those of the bodies it goes on for."""
    recipients = borne_by(to) if to_kind == "body" else (to,)
    return Notice.objects.filter(to_kind=to_kind, to__in=recipients).order_by("-at", "-id")


def mark_read(found: QuerySet[Notice], notice: str) -> None:
    """Mark one of these notices as read, or all of them (标为已读)."""
    unread = found.filter(read_at__isnull=True)
    if notice.isascii() and notice.isdigit():
        unread = unread.filter(pk=int(notice))
    Notice.objects.filter(pk__in=list(unread.values_list("pk", flat=True))).update(read_at=clock.now())
