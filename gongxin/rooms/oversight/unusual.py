"""Unusual looks (异常查阅): questions to be answered by the body that looked, not verdicts; published as counts alone.

A post is held against its own past and nobody else's; there is no ranking of posts, of people or of bodies. Which
circumstances raise a question, and from how many looks, the law book says.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any

from gongxin.law.book import Edition
from gongxin.rooms.oversight.models import Question
from gongxin.spine import clock, public, shelf
from gongxin.spine.access import identities
from gongxin.spine.access.models import Account, Body, Look, Role

PARAMETER = "unusual.rules"
STAFF = (Role.OFFICER, Role.STEWARD, Role.OPERATOR, Role.SUPERVISOR)


@dataclass(frozen=True)
class Rule:
    """One circumstance that raises a question (疑问种类), with its numbers from the law book."""

    id: str
    name: str
    name_en: str
    days: int
    minimum: int
    deviations: float


@dataclass(frozen=True)
class Finding:
    """One question (一项疑问): which looks, by which post of which body, and what is unusual about them."""

    rule: str
    name: str
    name_en: str
    body: str
    post: str
    looks: tuple[str, ...]
    count: int
    usual: float | None
    """What the post's own past would have led one to expect (平时的次数), where that is what is asked about."""
    on: date

    @property
    def key(self) -> str:
        """The digest under which a question is asked once (疑问摘要)."""
        return hashlib.sha256("\n".join((self.rule, self.body, *self.looks)).encode()).hexdigest()


def rules(law: Edition) -> tuple[Rule, ...]:
    """Return the circumstances that raise a question (疑问种类)."""
    return tuple(
        Rule(
            str(row["id"]), str(row["name"]), str(row.get("name_en", "")), int(row["days"]), int(row["minimum"]),
            float(row.get("deviations", 0)),
        )
        for row in law.parameter(PARAMETER).table()
    )  # fmt: skip


def findings(today: date) -> list[Finding]:
    """Return the questions the log raises as of a day (异常查阅), the latest first; nothing is kept or changed."""
    told = rules(shelf.book().on(today))
    longest = max((rule.days for rule in told), default=0)
    log = _Log(today - timedelta(days=longest), today)
    found = [each for rule in told for each in _RULES[rule.id](rule, log)]
    return sorted(found, key=lambda each: (-each.on.toordinal(), each.rule, each.body, each.looks))


def as_dict(finding: Finding) -> dict[str, Any]:
    """Return a question as the auditor's command and page give it."""
    return {
        "key": finding.key, "rule": finding.rule, "name": finding.name, "body": finding.body, "post": finding.post,
        "on": finding.on, "count": finding.count, "usual": finding.usual, "looks": list(finding.looks),
    }  # fmt: skip


def ask(finding: Finding, *, case: str, account: int | None) -> Question:
    """Note that a question was asked of the body (提出疑问), under the case that asks it; the same one only once."""
    present = Question.objects.filter(key=finding.key).first()
    if present is not None:
        return present
    return Question.objects.create(
        key=finding.key, rule=finding.rule, body=finding.body, looks=list(finding.looks), case=case, account=account,
        at=clock.now(),
    )  # fmt: skip


def asked(keys: Iterable[str]) -> dict[str, Question]:
    """Return which of these questions have been asked already (已提出的疑问)."""
    return {row.key: row for row in Question.objects.filter(key__in=list(keys))}


def counts(today: date) -> list[dict[str, Any]]:
    """Return how many questions of each kind stand and were asked (公开计数): numbers alone, of nobody."""
    now = defaultdict(int)
    for finding in findings(today):
        now[finding.rule] += 1
    ever: dict[str, list[str]] = defaultdict(list)
    for rule, case in Question.objects.filter(at__lt=_end_of(today)).values_list("rule", "case"):
        ever[rule].append(case)
    return [
        {"rule": rule, "standing": now[rule.id], "asked": len(ever[rule.id]), "cases": [c for c in ever[rule.id] if c]}
        for rule in rules(shelf.book().on(today))
    ]


class _Log:
    """The looks by staff and systems within the longest window (查阅日志), read once."""

    def __init__(self, since: date, today: date) -> None:
        self.today = today
        start = datetime.combine(since, time.min, clock.ZONE)
        rows = Look.objects.filter(at__gte=start, at__lt=_end_of(today), role__in=STAFF).order_by("at")
        self.looks: list[Look] = [look for look in rows if look.matter or look.ground.startswith("casework")]
        accounts = {look.account for look in self.looks if look.account is not None}
        self.accounts: Mapping[int, Account] = Account.objects.in_bulk(accounts)
        self._names: dict[str, frozenset[str]] = {}

    def within(self, rule: Rule) -> list[Look]:
        since = self.today - timedelta(days=rule.days)
        return [look for look in self.looks if day_of(look) > since]

    def post(self, look: Look) -> str:
        """A person's post, or the system's label: what is held against its own past (岗位)."""
        account = self.accounts.get(look.account or 0)
        return account.post or account.get_role_display() if account is not None else look.viewer

    def holder(self, look: Look) -> tuple[str, str]:
        return look.body, str(look.account) if look.account is not None else look.viewer

    def names_of(self, subject: str) -> frozenset[str]:
        """The names of people that a subject's key leads to: those verified for it, and its public representative."""
        if subject not in self._names:
            held = Account.objects.filter(pk__in=identities.accounts_of(subject)) if _is_person(subject) else ()
            named = {account.get_full_name() for account in held}
            if subject.startswith("uscc:"):
                lines = public.public_lines(subject, self.today)
                named |= {line.fields.get("legal_rep") or "" for line in lines}
            self._names[subject] = frozenset(named - {""})
        return self._names[subject]


def _volume(rule: Rule, log: _Log) -> Iterator[Finding]:
    """Many more looks in a day than this post's own earlier days lead one to expect: median and median deviation."""
    posts: dict[tuple[str, str], dict[date, list[Look]]] = defaultdict(lambda: defaultdict(list))
    for look in log.within(rule):
        posts[log.holder(look)][day_of(look)].append(look)
    for days in posts.values():
        past: list[int] = []
        for on in sorted(days):
            usual = threshold(past, rule)
            if len(days[on]) > usual:
                yield _finding(rule, log, days[on], on, usual=float(median(past)) if past else 0.0)
            past.append(len(days[on]))


def threshold(past: Sequence[int], rule: Rule) -> float:
    """Return the number of looks a day above which a post is asked (提问界限): never below the rule's minimum."""
    if not past:
        return float(rule.minimum)
    middle = median(past)
    # A post that looks equally often each day has no spread at all; one look more is still no question.
    spread = max(1.0, median(abs(count - middle) for count in past))
    return max(float(rule.minimum), middle + rule.deviations * spread)


def _no_case(rule: Rule, log: _Log) -> Iterator[Finding]:
    """Looks in a matter without the number of any case."""
    for looks in _grouped(log, [look for look in log.within(rule) if not look.case_no.strip()]):
        if len(looks) >= rule.minimum:
            yield _finding(rule, log, looks)


def _same_subject(rule: Rule, log: _Log) -> Iterator[Finding]:
    """One subject looked at by many bodies within a short time; each of them is asked."""
    subjects: dict[str, list[Look]] = defaultdict(list)
    for look in log.within(rule):
        if not look.subject.startswith(("batch:", "page:")):
            subjects[look.subject].append(look)
    for looks in subjects.values():
        bodies = {look.body for look in looks if look.body}
        if len(bodies) >= rule.minimum:
            for body in sorted(bodies):
                own = [look for look in looks if look.body == body]
                yield _finding(rule, log, own, count=len(bodies))


def _namesake(rule: Rule, log: _Log) -> Iterator[Finding]:
    """Somebody of the viewer's own name looked up: perhaps the viewer, perhaps nobody they know."""
    hits = [
        look
        for look in log.within(rule)
        if (account := log.accounts.get(look.account or 0)) is not None
        and account.get_full_name() in log.names_of(look.subject)
    ]
    for looks in _grouped(log, hits):
        yield _finding(rule, log, looks)


def _colleague(rule: Rule, log: _Log) -> Iterator[Finding]:
    """The viewer's own body, or somebody with the name of a colleague, looked up."""
    colleagues: dict[str, set[str]] = defaultdict(set)
    for account in Account.objects.exclude(body=None):
        colleagues[account.body_id or ""].add(account.get_full_name())
    hits = []
    for look in log.within(rule):
        own = log.accounts.get(look.account or 0)
        named = log.names_of(look.subject) if own is not None else frozenset()
        others = colleagues[look.body] - ({own.get_full_name()} if own is not None else set()) - {""}
        if look.subject == f"uscc:{look.body}" or (_is_person(look.subject) and named & others):
            hits.append(look)
    for looks in _grouped(log, hits):
        yield _finding(rule, log, looks)


_RULES = {
    "volume": _volume,
    "no-case": _no_case,
    "same-subject": _same_subject,
    "namesake": _namesake,
    "colleague": _colleague,
}


def _grouped(log: _Log, looks: Iterable[Look]) -> list[list[Look]]:
    found: dict[tuple[str, str], list[Look]] = defaultdict(list)
    for look in looks:
        found[log.holder(look)].append(look)
    return list(found.values())


def _finding(
    rule: Rule, log: _Log, looks: Sequence[Look], on: date | None = None, *, usual: float | None = None, count: int = 0
) -> Finding:
    last = looks[-1]
    return Finding(
        rule.id, rule.name, rule.name_en, last.body, log.post(last), tuple(look.number for look in looks),
        count or len(looks), usual, on or day_of(last),
    )  # fmt: skip


def body_names(found: Iterable[Finding]) -> dict[str, Body]:
    """Return the bodies the questions are for (单位)."""
    return Body.objects.in_bulk({finding.body for finding in found})


def day_of(look: Look) -> date:
    """Return the legal day of a look (查阅日)."""
    return look.at.astimezone(clock.ZONE).date()


def _is_person(subject: str) -> bool:
    return subject.startswith("person:")


def _end_of(today: date) -> datetime:
    return datetime.combine(today + timedelta(days=1), time.min, clock.ZONE)
