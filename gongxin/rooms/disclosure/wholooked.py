"""Who looked (谁看过我): every look at a subject in the subject's own words – who, why, on what ground, what was seen.

The body and its section are named, never the officer; nothing is said about anybody else. Looks whose notice is delayed
by law are not here, not counted and not hinted at until their day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.kernel.terms import add_months
from gongxin.law.book import Edition
from gongxin.law.model import Matter
from gongxin.spine import clock, shelf
from gongxin.spine.access import gate, owning, traces
from gongxin.spine.access.gate import CASEWORK, OWN, SUBMISSION, SUPERVISION, Ground, Viewer
from gongxin.spine.access.models import Account, Body, Look
from gongxin.spine.access.traces import Trace

MONTHS = 12
"""Columns of the chart; how long the log itself is kept, the law book says (`log.access.retain`)."""


@dataclass(frozen=True)
class Seen:
    """One look, as its subject reads it (一次查阅)."""

    number: str
    at: datetime
    body: Body | None
    body_code: str
    post: str
    kind: str
    """duty · consent · own · delegate · casework · supervision · submission"""
    act: str
    """What was done, where it was an act of the subject's own or the counter's about who acts for it: copy-json, …"""
    matter: Matter | None
    ground: str
    case_no: str
    items: tuple[tuple[str, tuple[str, ...]], ...] | None
    """What was seen, item by item with its fields; None for everything."""
    must: int
    reference: int
    consent: str
    batch: bool
    via: str
    reply: str
    awaiting: bool

    @property
    def by_others(self) -> bool:
        return self.kind not in {"own", "delegate"}


@dataclass(frozen=True)
class Looked:
    """Everybody who looked (全部查阅): those that wait for the subject's word first, then the latest first."""

    subject: str
    seen: tuple[Seen, ...]
    months: tuple[tuple[date, int], ...]
    """Looks by others in each month, the oldest first (按月次数)."""

    @property
    def others(self) -> int:
        """Looks by others within the months shown (别人看过几次)."""
        return sum(count for _, count in self.months)

    def count(self, kind: str) -> int:
        since = self.months[0][0]
        return sum(each.kind == kind and each.at.astimezone(clock.ZONE).date() >= since for each in self.seen)

    @property
    def awaiting(self) -> int:
        return sum(each.awaiting for each in self.seen)


def who_looked(viewer: Viewer, subject: str) -> Looked | Refusal:
    """Return every look at a subject, to the subject or a delegate for it; the reading itself leaves a note."""
    today = clock.today()
    if subject not in owning.keys_of(viewer, owning.LOOKS, today):
        return Refusal(
            "looks.own",
            sentence("只能查看本人的查阅记录。", "One can see only who looked at oneself."),
            None,
            sentence("请用本人或者受托的账号登录。", "Sign in with your own account, or a delegate's."),
        )
    # The reading of the log is itself a look, kept under the log's own name and not among the rest.
    noted = gate.note(viewer, Ground(purpose=OWN, clause=owning.LOOKS), f"looks:{subject}", 1, as_of=today)
    if isinstance(noted, Refusal):
        return noted
    return looked(subject, today)


def looked(subject: str, today: date) -> Looked:
    """Return the looks at a subject (查阅记录), for the doors that have asked who wants to know."""
    law = shelf.book().on(today)
    found, _total = traces.traces_of(subject, limit=None, today=today)
    said = traces.replies_of(subject)
    people = _Known(found, law)
    confirm = timedelta(days=law.parameter("looks.confirm.days").number())
    seen = []
    for trace in found:
        reply = said.get(trace.look.number)
        recent = trace.look.at.astimezone(clock.ZONE).date() >= today - confirm
        seen.append(people.seen(trace, subject, reply.verb if reply else "", recent))
    seen.sort(key=lambda each: not each.awaiting)
    return Looked(subject, tuple(seen), _by_month(seen, today))


def rows(told: Looked) -> list[dict[str, Any]]:
    """Return the looks as every machine channel gives them (机器可读的查阅记录)."""
    return [
        {
            "number": each.number,
            "at": each.at.astimezone(clock.ZONE).isoformat(timespec="seconds"),
            "kind": each.kind,
            "act": each.act or None,
            "body": each.body_code or None,
            "body_name": each.body.name if each.body else None,
            "post": each.post or None,
            "matter": each.matter.id if each.matter else None,
            "ground": each.ground,
            "case_no": each.case_no or None,
            "consent": each.consent or None,
            "fields": None if each.items is None else {name: list(fields) for name, fields in each.items},
            "must_act": each.must,
            "for_reference": each.reference,
            "batch": each.batch,
            "via": each.via,
            "reply": each.reply or None,
            "awaiting": each.awaiting,
        }
        for each in told.seen
    ]


def kind_of(look: Look, consent: str = "") -> str:
    """Return what kind of look it is (查阅类别): by duty, on consent, the subject's own, in a case, supervision."""
    if consent:
        return "consent"
    if look.matter:
        return "duty"
    purpose = look.ground.split(" ", 1)[0]
    return purpose if purpose in {OWN, CASEWORK, SUPERVISION, SUBMISSION} else CASEWORK


def words_of(fields: str, law: Edition) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    """Return what a look saw, in words (看了哪些内容): items and their fields by name; None for everything."""
    if fields == "*":
        return None
    told = []
    for part in filter(None, fields.split(";")):
        item_id, _sep, names = part.partition(":")
        item = law.find_item(item_id)
        specs = [(item.find_field(name) if item else None, name) for name in names.split(",") if name]
        told.append((item.name if item else item_id, tuple(spec.name if spec else name for spec, name in specs)))
    return tuple(told)


class _Known:
    """What is known of those who looked (查阅方资料), read once for a whole page."""

    def __init__(self, found: Iterable[Trace], law: Edition) -> None:
        listed = list(found)
        self._law = law
        self._bodies: Mapping[str, Body] = Body.objects.in_bulk(
            {trace.look.body for trace in listed if trace.look.body}
        )
        accounts = {trace.look.account for trace in listed if trace.look.account is not None}
        self._posts = dict(Account.objects.filter(pk__in=accounts).values_list("pk", "post"))

    def seen(self, trace: Trace, subject: str, reply: str, recent: bool) -> Seen:
        look = trace.look
        kind = kind_of(look, trace.consent)
        purpose, _sep, rest = look.ground.partition(" ")
        act = rest.partition(" ")[0] if purpose == OWN or rest.startswith("representing-") else ""
        if kind == OWN and look.account is not None and not owning.is_own_account(look.account, subject):
            kind = "delegate"
        matter = self._law.book.matters.get(look.matter)
        others = kind not in {OWN, "delegate"}
        return Seen(
            number=look.number,
            at=look.at,
            body=self._bodies.get(look.body) if others else None,
            body_code=look.body if others else "",
            post=self._posts.get(look.account or 0, "") if others else "",
            kind=kind,
            act=act,
            matter=matter,
            ground=look.ground,
            case_no=look.case_no,
            items=words_of(look.fields, self._law),
            must=look.must,
            reference=look.reference,
            consent=trace.consent,
            batch=trace.batch,
            via=look.via,
            reply=reply,
            awaiting=others and kind != "consent" and recent and not reply,
        )


def _by_month(seen: Iterable[Seen], today: date) -> tuple[tuple[date, int], ...]:
    this = today.replace(day=1)
    months = [add_months(this, -back) for back in reversed(range(MONTHS))]
    found = Counter(each.at.astimezone(clock.ZONE).date().replace(day=1) for each in seen if each.by_others)
    return tuple((month, found[month]) for month in months)
