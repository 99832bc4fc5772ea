"""What a body's figures are counted from (评价依据): rows of the platform's own work, each with where it can be read.

Of promises and records only what everybody may read on the day; of cases their numbers, days and outcomes, never a word
that was said in them. Only what had been entered by the day counts, so that a result told once is told again the same.
What befell before a merger stands under whoever goes on.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import Max

from gongxin.kernel.terms import add_months
from gongxin.law import casework, complaints, promises, taskplans, tasks
from gongxin.law.bodyassessments import Fact
from gongxin.law.casework import Clock, Step
from gongxin.law.integrity import ITEM
from gongxin.law.lists import ITEM as LISTED
from gongxin.law.promises import Part
from gongxin.rooms.oversight import good_faith, readings
from gongxin.rooms.oversight.tasks import reading
from gongxin.spine import clock, duties, public, records, reporting, secrets, shelf
from gongxin.spine.bodies.models import BodyEvent
from gongxin.spine.bodies.register import Register, register
from gongxin.spine.cases.models import Case, CaseAct
from gongxin.spine.duties import Duty
from gongxin.spine.ledger import head

IN_TIME, LATE, OVERDUE = "in-time", "late", "overdue"
ANSWERED = {complaints.KIND: (complaints.SETTLE, "answer"), complaints.ORDER: ("report", "report")}
"""Kind of case → the clock the body itself keeps, and the act that stops it."""
SETTLED = frozenset({"answered", "solved", "rated", "ended"})
RATED = frozenset({"confirm", "rate"})


@dataclass(frozen=True)
class Gathered:
    """What was found (依据): the rows, and the sources that nobody reports to."""

    facts: tuple[Fact, ...]
    silent: frozenset[str]


def gather(codes: frozenset[str], as_of: date, months: int) -> Gathered:
    """Return the rows of these bodies as they stood on a day, of so many months back (归集评价依据)."""
    last_act = CaseAct.objects.aggregate(last=Max("pk"))["last"] or 0
    last_event = BodyEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    marks = (head.read().root, shelf.book().version, last_act, last_event, clock.today())
    return _gathered(codes, as_of, months, marks)


@lru_cache(maxsize=16)
def _gathered(codes: frozenset[str], as_of: date, months: int, _marks: tuple[bytes, str, int, int, date]) -> Gathered:
    # Everybody may ask, and a year of reports is read for it: so it is read once for each state of ledger and cases.
    known = register()
    since = add_months(as_of, -months)
    found = (
        *_promised(as_of, known), *_complained(as_of, known), *_tasked(as_of, known), *_reported(since, as_of, known),
        *_on_record(codes, as_of, known),
    )  # fmt: skip
    listed = any(LISTED in source.by_item for source in public.sources(as_of))
    silent = frozenset() if listed else frozenset({"judgment-debts"})
    return Gathered(tuple(each for each in found if each.body in codes), silent)


def _promised(as_of: date, known: Register) -> Iterator[Fact]:
    shown = {duty.record for duty in duties.shown(clock.today(), known)}
    for duty in readings.promised(as_of, known):
        ref, standing = f"promise:{duty.record}", duty.standing
        title = duty.of("promise_title") if duty.record in shown else ""
        if standing.state in promises.OUTCOMES:
            yield Fact("promises", duty.bearer, ref, standing.decided[-1].on, standing.state, title)
        for n, part in enumerate(standing.parts, 1):
            outcome = _kept(duty, part, as_of)
            if outcome:
                source = "payments" if part.kind == "payment" else "milestones"
                # What is overdue is so today, however long ago its last day was: it leaves the figure when it is done.
                said = f"{title}　{part.text}" if title and part.text else title
                yield Fact(source, duty.bearer, f"{ref}#{n}", part.done_on or as_of, outcome, said)


def _kept(duty: Duty, part: Part, as_of: date) -> str:
    """How a part ended (节点结果): nothing where it is not due yet, or is owed no more by a lawful change."""
    if part.due is None:
        return ""
    if part.done_on is not None:
        return IN_TIME if part.done_on <= part.due else LATE
    return OVERDUE if duty.standing.open and part.overdue_on(as_of) else ""


def _complained(as_of: date, known: Register) -> Iterator[Fact]:
    cases = {each.number: each for each in Case.objects.filter(kind__in=ANSWERED, opened_on__lte=as_of)}
    acts: dict[str, list[CaseAct]] = defaultdict(list)
    for act in CaseAct.objects.filter(case__kind__in=ANSWERED, on__lte=as_of).order_by("case_id", "n").defer("said"):
        acts[act.case_id].append(act)
    answers: list[int] = []
    for number, done in acts.items():
        case = cases[number]
        rules = casework.rules_of(case.kind, law=shelf.book().on(case.opened_on))
        steps = [Step(act.verb, act.on, act.side, since=act.since) for act in done]
        standing = casework.fold(steps, rules=rules, calendar=shelf.calendar(), region=case.region)
        clock_id, verb = ANSWERED[case.kind]
        answered = [act for act in done if act.verb == verb]
        for each in standing.clocks:
            if each.rule.id == clock_id:
                yield from _term(case, each, done, as_of, known)
        if case.kind == complaints.KIND and answered and standing.state.id in SETTLED:
            answers.append(answered[-1].pk)
    rated = [act.pk for done in acts.values() for act in done if act.verb in RATED]
    for source, name, told in (("complaint-outcomes", "outcome", answers), ("complaint-ratings", "rating", rated)):
        for act, ended in _ended(told, name):
            case = cases[act.case_id]
            yield Fact(source, known.successor(case.about, as_of), f"case:{case.number}", act.on, ended)


def _term(case: Case, ran: Clock, done: Sequence[CaseAct], as_of: date, known: Register) -> Iterator[Fact]:
    ref = f"case:{case.number}"
    answered = [act for act in done if act.verb == ANSWERED[case.kind][1]]
    if ran.overdue_on(as_of):
        handler = readings.handler_of(case, done)
        yield Fact("complaint-terms", known.successor(handler, as_of), ref, as_of, OVERDUE)
        return
    # A clock that stopped for another reason – withdrawn, joined – says nothing about the body.
    act = next((each for each in answered if each.on == ran.stopped), None)
    if act is not None and ran.stopped is not None:
        body = known.successor(act.body or case.body, as_of)
        yield Fact("complaint-terms", body, ref, ran.stopped, LATE if ran.late() else IN_TIME)


def _ended(acts: list[int], name: str) -> Iterator[tuple[CaseAct, str]]:
    """Of an answer its outcome, of a rating its grade (投诉结论、评价): nothing else of what lies sealed leaves here."""
    for act in CaseAct.objects.filter(pk__in=acts).order_by("case_id", "n"):
        yield act, str(json.loads(secrets.unseal(act.said)).get(name) or "")


def _tasked(as_of: date, known: Register) -> Iterator[Fact]:
    law = shelf.book().on(as_of)
    for each in reading.held(as_of, known):
        standing = each.standing
        done = standing.state == tasks.DONE
        on = standing.verified_on if done else as_of
        if on is None or not (done or (standing.open and standing.overdue)):
            continue
        outcome = OVERDUE if not done else LATE if standing.missed else IN_TIME
        plan_id, task_id = taskplans.split(each.about)
        plan = taskplans.find_plan(plan_id, law)
        task = plan.find_task(task_id) if plan is not None else None
        title, english = (task.name, task.name_en) if task is not None else ("", "")
        yield Fact("tasks", each.bearer, f"case:{each.number}", on, outcome, title, english)


def _reported(since: date, as_of: date, known: Register) -> Iterator[Fact]:
    """Month by month and item by item (按月按事项): one late batch counts once, however many rows it has."""
    law = shelf.book().on(as_of)
    for month in reporting.monthly(since.replace(day=1), as_of):
        last = month.month.replace(day=monthrange(month.month.year, month.month.month)[1])
        item = law.find_item(month.item)
        if last > as_of or item is None or item.reporting_rule is None:
            continue
        outcome = LATE if month.late else IN_TIME
        english = item.name_en or item.name
        yield Fact(
            "reports", known.successor(month.provider, as_of), f"report:{month.item}:{month.month:%Y-%m}", last, outcome,
            f"{item.name} {month.month:%Y-%m}：{month.late}/{month.received}",
            f"{english} {month.month:%Y-%m}: {month.late}/{month.received}",
        )  # fmt: skip


def _on_record(codes: frozenset[str], as_of: date, known: Register) -> Iterator[Fact]:
    """Records of broken faith and entries among the judgment debtors, on display on the day under a valid code.

    As they had been entered by the day: what was handed in or corrected later says nothing of it. What has ended since is
    counted for a past day, and not named any more.
    """
    keys = {duties.KEY + each: code for code in codes for each in known.predecessors(code, as_of)}
    watched = good_faith.watched(as_of)
    found = records.naming(keys, (ITEM, LISTED))
    shown = {line.record for line in public.lines_of_records(found, clock.today())}
    for line in public.lines_of_records(found, as_of, known_on=as_of):
        code, on = keys.get(line.subject), min(line.decided or as_of, as_of)
        title = line.title if line.record in shown else ""
        if code is not None and line.item == ITEM:
            yield Fact("broken-faith", code, f"record:{line.record}", on, "record", title)
        elif code is not None and line.fields.get("list") in watched:
            yield Fact("judgment-debts", code, f"record:{line.record}", on, "entry", title)
