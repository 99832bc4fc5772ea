"""Service of documents (文书送达): each entered once with its proof; what the portal and the post office of ours know besides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law import repair
from gongxin.law.serving import PORTAL, check_service, methods_of
from gongxin.spine import clock, secrets, shelf
from gongxin.spine.outbox.models import Attempt, Message, Notice, Served

BAR_FINDING = "bar-finding"
"""The finding of false material; once served it bars new applications for repair for a time (虚假材料认定书)."""


@dataclass(frozen=True)
class Document:
    """A document to be served (待送达文书): its kind, the case or record it belongs to, on whom, when it was made.

    `template` names the notice through which the portal shows it, so that opening that notice proves service.
    """

    kind: str
    to: str
    made_on: date
    case: str = ""
    record: int | None = None
    digest: str = ""
    template: str = ""


@dataclass(frozen=True)
class Way:
    """By which way and on which day it was served, with what to prove it (送达经过)."""

    method: str
    on: date | None
    proof: str = ""
    actor: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Bar:
    """A bar on applying for repair (限制再次申请): its last day, the day on which its finding was served, its case."""

    until: date
    since: date
    case: str


def refused(document: Document, way: Way) -> Refusal | None:
    """Return why a service cannot be entered, or None (能否登记送达)."""
    law = shelf.book().on(clock.today())
    no = check_service(way.method, way.on, way.proof, made_on=document.made_on, today=clock.today(), law=law)
    if no is not None or way.method != PORTAL:
        return no
    opened = opened_on(document)
    if opened is None:
        return Refusal(
            "service.unopened",
            sentence("当事人还没有在本平台打开这份告知", "The party has not opened the notice on this platform yet"),
            None,
            sentence("请等当事人查收，或者改用其他方式送达", "Wait until it is read, or serve it in another way"),
        )
    if way.on != opened:
        return Refusal(
            "service.day",
            sentence("送达日期与查收日期不符", "The day of service is not the day on which it was opened"),
            None,
            sentence("当事人查收的日期是 {opened}", "The party opened it on {opened}", opened=opened),
        )
    return None


def enter(document: Document, way: Way) -> Served | Refusal:
    """Enter that a document was served (登记送达); joins the transaction around it. Nothing of it can be changed later."""
    no = refused(document, way)
    if no is not None or way.on is None:
        return (
            no if no is not None else Refusal("service.day", sentence("没有送达日期", "The day of service is missing"))
        )
    proof = way.proof.strip()
    return Served.objects.create(
        case=document.case, record=document.record, document=document.kind, digest=document.digest, to=document.to,
        method=way.method, on=way.on, proof=secrets.seal(proof) if proof else "",
        proof_digest=hashlib.sha256(proof.encode()).hexdigest() if proof else "", actor=way.actor[:100], at=clock.now(),
    )  # fmt: skip


def opened_on(document: Document) -> date | None:
    """Return the day on which the one concerned opened the document's notice in the portal (查收日), or None."""
    # A public body opens its notices as a body; anybody else as the subject.
    whom = Q(to_kind="subject", to=document.to) | Q(to_kind="body", to=document.to.removeprefix("uscc:"))
    told = Notice.objects.filter(whom, case=document.case, template=document.template, read_at__isnull=False)
    first = told.order_by("read_at").values_list("read_at", flat=True).first()
    return None if first is None else first.astimezone(clock.ZONE).date()


def served_on(kind: str, *, case: str = "", record: int | None = None) -> date | None:
    """Return the first day on which a document was served (送达日), or None when it never was."""
    found = Served.objects.filter(document=kind)
    found = found.filter(case=case) if case else found.filter(record=record)
    return found.order_by("on", "id").values_list("on", flat=True).first()


def barred_until(keys: Iterable[str], today: date) -> date | None:
    """Return the last day on which a subject under these keys may not apply for repair (限制申请至), or None when it may.

    Counted from the day on which the finding was served: what was not served works against nobody.
    """
    bar = find_bar(keys, today)
    return None if bar is None else bar.until


def find_bar(keys: Iterable[str], today: date) -> Bar | None:
    """Return the bar in force on a day for a subject under these keys, the longest of several (现行限制), or None."""
    known = bars_on(today)
    return max((known[key] for key in set(keys) if key in known), key=lambda bar: bar.until, default=None)


def bars_on(today: date) -> dict[str, Bar]:
    """Return the bars in force on a day by the subject's key (当日有效的限制申请): few, whatever the number of subjects."""
    found: dict[str, Bar] = {}
    for to, on, case in Served.objects.filter(document=BAR_FINDING, on__lte=today).values_list("to", "on", "case"):
        until = repair.barred_until(on, law=shelf.book().on(on))
        if until >= today and (to not in found or found[to].until < until):
            found[to] = Bar(until, on, case)
    return found


def evidence_of(case: str) -> list[dict[str, Any]]:
    """Return all that proves that somebody was told in a case (送达证明), in the order in which it happened.

    Services entered by a person, notices opened in the portal, messages sent with the digest of what the gateway
    answered. Neither the words of a notice nor any address is in it.
    """
    names = {key: each.name for key, each in methods_of(shelf.book().on(clock.today())).items()}
    found: list[dict[str, Any]] = [
        {
            "at": each.at, "what": each.document, "method": each.method, "method_name": names.get(each.method, ""),
            "on": each.on, "proof_digest": each.proof_digest, "by": each.actor, "outcome": "served",
        }
        for each in Served.objects.filter(case=case)
    ]  # fmt: skip
    for notice in Notice.objects.filter(case=case):
        found.append(_portal(notice, names, opened=False))
        if notice.read_at is not None:
            found.append(_portal(notice, names, opened=True))
    messages = {each.pk: each for each in Message.objects.filter(notice__case=case).select_related("notice", "contact")}
    for attempt in Attempt.objects.filter(message__in=list(messages)):
        message = messages[attempt.message]
        found.append(
            {
                "at": attempt.at, "what": message.notice.template, "method": message.contact.channel,
                "method_name": "", "on": attempt.at.astimezone(clock.ZONE).date(), "proof_digest": attempt.answer,
                "by": "", "outcome": attempt.outcome,
            }
        )  # fmt: skip
    return sorted(found, key=lambda each: each["at"])


def _portal(notice: Notice, names: Mapping[str, str], *, opened: bool) -> dict[str, Any]:
    at = notice.read_at if opened and notice.read_at is not None else notice.at
    return {
        "at": at, "what": notice.template, "method": PORTAL, "method_name": names.get(PORTAL, ""),
        "on": at.astimezone(clock.ZONE).date(), "proof_digest": "", "by": "",
        "outcome": "opened" if opened else "laid-before",
    }  # fmt: skip
