"""Outcomes of checks (处理结果): what the body decided, said by the body itself; nothing is chosen beforehand.

Which kinds of outcome there are, what each asks for, and by when it is due, the law book says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction

from gongxin.kernel.calendar import CalendarUnknown
from gongxin.kernel.issues import Issue, Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law.book import Edition
from gongxin.rooms.measures import percase, restricting
from gongxin.rooms.measures.models import Outcome
from gongxin.spine import clock, records, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body, Look, Role
from gongxin.spine.outbox import notices
from gongxin.spine.projections import links

KINDS = "check.outcome.kinds"
"""The parameter of the law book that lists the kinds of outcome."""
GROUNDS = "check.outcome.grounds"
"""The parameter that lists why nothing was restricted."""
PROVIDERS = "providers"
RESTRICTION = "restriction"


@dataclass(frozen=True)
class Kind:
    """A kind of outcome (结果种类): its name, what follows from it, what must be said with it."""

    id: str
    name: str
    name_en: str
    consequence: str
    consequence_en: str
    needs: tuple[str, ...]
    tells: str = ""
    """Who must be told: `providers`, those who reported what is doubted (须告知的对象)."""
    begins: str = ""
    """What it begins: `restriction`, the case in which the subject is heard before anything has effect (引起的程序)."""


@dataclass(frozen=True)
class Statement:
    """What a body states about a check (登记内容)."""

    kind: str
    reason: str = ""
    document_no: str = ""
    decided_on: date | None = None
    records: tuple[int, ...] = ()
    ground: str = ""
    """Why nothing was restricted, as the book lists the grounds (未限制的原因)."""
    measure: str = ""
    lighter: str = ""
    until: date | None = None

    def wish(self) -> restricting.Wish:
        """Return what is said of the restriction (限制内容)."""
        return restricting.Wish(self.records, self.measure.strip(), self.reason, self.lighter, self.until)


@dataclass(frozen=True)
class Due:
    """A check whose outcome is still to be registered (待登记的核查)."""

    number: str
    matter: str
    subject: str
    case_no: str
    asked_on: date
    due: date | None
    overdue_days: int
    must: int


def kinds(law: Edition) -> tuple[Kind, ...]:
    """Return the kinds of outcome, in the law book's order; none of them is preselected anywhere."""
    return tuple(
        Kind(
            str(row["kind"]), row["name"], row.get("name_en", ""), row.get("consequence", ""),
            row.get("consequence_en", ""), tuple(row.get("needs", ())), row.get("tells", ""),
            row.get("begins", ""),
        )
        for row in law.parameter(KINDS).table()
    )  # fmt: skip


NEED_NAMES = {"reason": "说明", "document_no": "决定文书号", "decided_on": "决定日期", "records": "涉及的记录"}


def record(viewer: Viewer, number: str, statement: Statement) -> Outcome | Refusal | list[Issue]:
    """Register what the viewer's body decided after the check with this number."""
    today = clock.today()
    law = shelf.book().on(today)
    look = find_check(viewer, number)
    if look is None:
        return Refusal(
            "outcome.check_unknown",
            sentence("没有找到编号为 {number} 的核查。", "There is no check of number {number}.", number=number),
            None,
            sentence(
                "只能登记本单位的核查，请核对编号。",
                "Only checks of your own body can be answered for; check the number.",
            ),
        )
    statement = replace(
        statement,
        kind=statement.kind.strip(),
        reason=statement.reason.strip(),
        document_no=statement.document_no.strip(),
    )
    kind = next((each for each in kinds(law) if each.id == statement.kind), None)
    if kind is None:
        offered = "、".join(f"{each.id}（{each.name}）" for each in kinds(law))
        return [
            Issue(
                "outcome.kind", f"没有“{statement.kind}”这种结果，可选：{offered}", column="kind", value=statement.kind
            )
        ]
    issues = [
        Issue("outcome.needs", f"登记“{kind.name}”须写明{NEED_NAMES[need]}", column=need)
        for need in kind.needs
        if not getattr(statement, need)
    ]
    if statement.decided_on is not None and statement.decided_on > today:
        issues.append(
            Issue("date.future", "决定日期晚于今日", column="decided_on", value=statement.decided_on.isoformat())
        )
    known = grounds(law)
    if statement.ground and statement.ground not in {each["id"] for each in known}:
        offered = "、".join(f"{each['id']}（{each['name']}）" for each in known)
        issues.append(
            Issue("outcome.ground", f"没有这种原因，可选：{offered}", column="ground", value=statement.ground)
        )
    if issues:
        return issues
    with transaction.atomic():
        begun = _begun(viewer, look, kind, statement)
        if isinstance(begun, Refusal):
            transaction.set_rollback(True)
            return begun
        stated = Outcome.objects.create(
            check_number=look.number,
            kind=kind.id,
            reason=statement.reason,
            document_no=statement.document_no,
            decided_on=statement.decided_on,
            records=list(statement.records),
            ground=statement.ground,
            restrictions=begun,
            body=viewer.body,
            actor=viewer.name,
            at=clock.now(),
        )
        if kind.tells == PROVIDERS:
            _tell_providers(look, stated)
    return stated


def _begun(viewer: Viewer, look: Look, kind: Kind, statement: Statement) -> list[str] | Refusal:
    """Begin what the kind of outcome begins, and leave what an earlier one of the same check began (引起的程序)."""
    if kind.begins == RESTRICTION:
        return restricting.begin(viewer, look, statement.wish())
    left = restricting.leave(viewer, look, statement.reason)
    return [] if left is None else left


def grounds(law: Edition) -> tuple[Mapping[str, Any], ...]:
    """Return the grounds on which nothing is restricted (未限制的原因): id, name, name_en; none of them is preselected."""
    return law.parameter(GROUNDS).table()


def _tell_providers(look: Look, stated: Outcome) -> None:
    """Tell those who reported what is doubted, the office and the subject (告知来源单位): who doubts, about which records, why.

    Where no record was named, every provider of what the check could show is asked.
    """
    matter = shelf.book().on(look.as_of).matter(look.matter)
    shown = records.places_of(links.resolve_keys(look.subject), items=matter.sees)
    by_provider: dict[str, list[int]] = {}
    for place in shown:
        if not stated.records or place.record in stated.records:
            by_provider.setdefault(place.provider, []).append(place.record)
    body = Body.objects.filter(code=stated.body).values_list("name", flat=True).first() or stated.body
    for provider, numbers in by_provider.items():
        said = {"body": body, "check": look.number, "records": "、".join(map(str, numbers)), "reason": stated.reason}
        notices.tell("body", provider, "check.doubt", words=said)
    every = "、".join(str(number) for numbers in by_provider.values() for number in numbers)
    said = {"body": body, "check": look.number, "records": every, "reason": stated.reason}
    notices.tell("role", Role.OPERATOR, "check.doubt", words=said)
    notices.tell("subject", look.subject, "check.doubt", words=said)


def find_check(viewer: Viewer, number: str) -> Look | None:
    """Return the look of a check of the viewer's own body, or None: another body's number tells nothing.

    A look that only asked the same case once more is found as the check it repeats.
    """
    own = Look.objects.filter(body=viewer.body).exclude(matter="").exclude(via__in=percase.UNASKED)
    return own.filter(number=percase.check_of(number)).first()


def latest(numbers: Iterable[str]) -> dict[str, Outcome]:
    """Return the outcome that counts for each of these checks: the last one stated."""
    found: dict[str, Outcome] = {}
    for outcome in Outcome.objects.filter(check_number__in=list(numbers)).order_by("id"):
        found[outcome.check_number] = outcome
    return found


def history(number: str) -> list[Outcome]:
    """Return everything stated about a check, first to last."""
    return list(Outcome.objects.filter(check_number=number).order_by("id"))


def pending(body: str, today: date) -> list[Due]:
    """Return the body's checks that found something to act on and have no outcome yet, the longest overdue first."""
    law, calendar = shelf.book().on(today), shelf.calendar()
    looks = Look.objects.filter(body=body, must__gt=0).exclude(matter="").order_by("id")
    stated = set(Outcome.objects.filter(body=body).values_list("check_number", flat=True))
    # A watch that noticed a change asks for a new check, and is none itself.
    stated |= percase.repeats_among(look.number for look in looks)
    listed = []
    # A list tells how many and which; what is decided upon is each subject's own check.
    for look in looks.exclude(via__in=percase.UNASKED).exclude(subject__startswith="batch:"):
        if look.number in stated:
            continue
        matter = law.matter(look.matter)
        if matter.outcome_workdays is None:
            continue
        asked_on = look.at.astimezone(clock.ZONE).date()
        try:
            due = calendar.add_workdays(asked_on, law.parameter(matter.outcome_workdays).number())
            late = calendar.workdays_between(due, today) if today > due else 0
        except CalendarUnknown:
            # The working days of that year are not published yet: the check still waits, its last day is not guessed.
            due, late = None, 0
        listed.append(Due(look.number, look.matter, look.subject, look.case_no, asked_on, due, late, look.must))
    return sorted(listed, key=lambda each: (-each.overdue_days, each.due or date.max, each.number))


def overdue(body: str, today: date) -> list[Due]:
    """Return the body's checks whose outcome should have been registered by now (逾期未登记)."""
    return [each for each in pending(body, today) if each.overdue_days > 0]


def as_dict(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as every channel gives it."""
    return {
        "check": outcome.check_number,
        "kind": outcome.kind,
        "reason": outcome.reason,
        "document_no": outcome.document_no,
        "decided_on": outcome.decided_on.isoformat() if outcome.decided_on else None,
        "records": list(outcome.records),
        "ground": outcome.ground or None,
        "restrictions": list(outcome.restrictions),
        "at": outcome.at.isoformat(timespec="seconds"),
    }
