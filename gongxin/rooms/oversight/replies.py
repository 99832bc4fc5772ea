"""What became of questions (疑问的办理和说明): how each that was put to a body stood on a day, its clock, and what the body said.

The answer stands beside the question wherever the question is told; both are of bodies alone.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongxin.law import casework
from gongxin.law.casetable import State
from gongxin.law.casework import Step
from gongxin.spine import secrets, shelf
from gongxin.spine.cases.models import Case, CaseAct

KIND = "monitoring"
EXPLAIN, WITHDRAWN = "explain", "withdrawn"


@dataclass(frozen=True)
class Put:
    """A question that was put to a body, as it stood on a day (已提出的疑问): its state, its clock, the body's last answer."""

    case: Case
    state: State
    due: date | None
    """The last day of the clock that runs – the body's to explain, the asker's to look – or None."""
    closed_on: date | None
    answer: str = ""
    answered_by: str = ""
    answered_on: date | None = None


def all_put(until: date) -> list[Put]:
    """Return every question put by a day (已提出的疑问), the open ones first, the next due first."""
    found = _held(Case.objects.filter(kind=KIND, opened_on__lte=until).order_by("number"), until)
    return sorted(found, key=lambda each: (each.closed_on is not None, each.due or date.max, each.case.number))


def put(keys: Iterable[str], until: date) -> dict[str, Put]:
    """Return which of these questions had been put by a day (按标识查找已提出的疑问), those taken back left out."""
    cases = Case.objects.filter(kind=KIND, about__in=list(keys), opened_on__lte=until).order_by("opened_at")
    return {each.case.about: each for each in _held(cases, until) if each.state.id != WITHDRAWN}


def as_dict(told: Put) -> dict[str, Any]:
    """Return a question that was put to a body as machines read it (疑问案件)."""
    case = told.case
    return {
        "case": case.number, "key": case.about, "body": case.body, "state": told.state.id, "state_name": told.state.name,
        "state_name_en": told.state.name_en, "opened_on": case.opened_on, "due": told.due, "closed_on": told.closed_on,
        "answer": answer_dict(told),
    }  # fmt: skip


def answer_dict(told: Put | None) -> dict[str, Any] | None:
    """Return what the body said as machines read it (单位说明), or None where it has not answered."""
    if told is None or told.answered_on is None:
        return None
    return {"text": told.answer, "by": told.answered_by, "on": told.answered_on.isoformat()}


def _held(cases: Iterable[Case], until: date) -> list[Put]:
    by_number = {each.number: each for each in cases}
    acts: dict[str, list[CaseAct]] = defaultdict(list)
    for act in CaseAct.objects.filter(case_id__in=list(by_number), on__lte=until).order_by("case_id", "n"):
        acts[act.case_id].append(act)
    return [_stood(case, acts[number]) for number, case in by_number.items() if acts[number]]


def _stood(case: Case, done: list[CaseAct]) -> Put:
    rules = casework.rules_of(case.kind, law=shelf.book().on(case.opened_on))
    steps = [Step(act.verb, act.on, act.side, since=act.since) for act in done]
    held = casework.fold(steps, rules=rules, calendar=shelf.calendar(), region=case.region)
    running = held.next_clock()
    said = next((act for act in reversed(done) if act.verb == EXPLAIN), None)
    told = json.loads(secrets.unseal(said.said)) if said is not None else {}
    return Put(
        case, held.state, running.due if running is not None else None, done[-1].on if held.state.closed else None,
        str(told.get("text") or ""), str(told.get("decided_by") or ""), said.on if said is not None else None,
    )  # fmt: skip
