"""Public bodies among the judgment debtors (机关事业单位比对): looked for every day by valid code, and put to a person as a question.

The machine records nothing about anybody: it asks, once for each entry, and once more when nobody has answered in time.
A name never matches anything here. What was found by whoever looked into it is written in `settling`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from gongxin.kernel.identifiers import is_uscc
from gongxin.kernel.sentences import Sentence, sentence
from gongxin.law import casework
from gongxin.law.book import Edition
from gongxin.law.lists import ITEM, ListRule, lists_of, standing_of
from gongxin.spine import clock, shelf
from gongxin.spine.access.models import Body, Role
from gongxin.spine.cases.models import Case
from gongxin.spine.outbox import notices
from gongxin.spine.outbox.models import Notice
from gongxin.spine.projections.models import Standing

HOLDERS, ANSWER = "list.watch.holders", "list.watch.answer"
TEMPLATE, OVERDUE = "list.body-found", "list.body-overdue"
KIND = "listed-body"
ORGAN = "organ"
CODE = "uscc:"


@dataclass(frozen=True)
class Found:
    """A public body found on a list (发现): which entry, whose code, what is asked."""

    record: int
    rule: ListRule
    code: str
    name: str
    kind: str
    question: Sentence
    clause: str
    due: date | None = None
    """By when somebody should have written what was found (应核实日); None before it was asked."""
    settled: str = ""
    """The case in which it was closed (核实案号), or nothing."""


def run() -> list[Found]:
    """Look for public bodies on the watched lists (每日比对) and ask about each new one; returns the new ones."""
    everyone, today = found(), clock.today()
    fresh = [each for each in everyone if each.due is None and not each.settled]
    late = [each for each in everyone if not each.settled and each.due is not None and each.due < today]
    for each in fresh:
        # An organ of state is a matter of government integrity: whoever supervises is asked as well.
        for role in (Role.OPERATOR, Role.SUPERVISOR) if each.kind == ORGAN else (Role.OPERATOR,):
            notices.tell("role", role, _template(each.record), words=_words(each))
    chased = set(Notice.objects.filter(template__startswith=OVERDUE).values_list("template", flat=True))
    for each in late:
        if f"{OVERDUE}:{each.record}" not in chased:
            notices.tell("role", Role.OPERATOR, f"{OVERDUE}:{each.record}", words=_words(each))
    return fresh


def was_asked(record: int) -> bool:
    """Tell whether a question was asked about an entry (是否提出过疑问)."""
    return Notice.objects.filter(template=_template(record)).exists()


def settled(numbers: Collection[int], *, but: str = "") -> dict[int, str]:
    """Return in which case each of these questions was closed (核实案号), leaving one case aside."""
    closed = Case.objects.filter(kind=KIND, record__in=numbers).exclude(number=but)
    return {record: number for record, number in closed.values_list("record", "number") if record is not None}


def found() -> list[Found]:
    """Return every public body that stands on a watched list today (名单上的机关事业单位), by its valid code alone."""
    day = clock.today()
    law = shelf.book().on(day)
    watched = {
        rule.id: rule
        for rule in lists_of(law).values()
        if rule.watched and rule.item == ITEM and standing_of(rule, law=law) is None
    }
    table = law.find_parameter(HOLDERS)
    holders = {str(row["id"]): row for row in table.table()} if table is not None else {}
    wanted = Q(pk__isnull=True)
    for holder in holders:
        wanted |= Q(subject__startswith=CODE + holder)
    rows = Standing.objects.filter(wanted, item=ITEM, title__in=sorted(watched), state="effective").order_by("record")
    names = dict(Body.objects.filter(code__in=[row.subject[len(CODE) :] for row in rows]).values_list("code", "name"))
    told = []
    asked = dict(Notice.objects.filter(template__startswith=TEMPLATE, to=Role.OPERATOR).values_list("template", "at"))
    closed = settled([row.record for row in rows])
    for row in rows:
        code = row.subject[len(CODE) :]
        begun = row.display_from is None or row.display_from <= day
        runs = row.share_until is None or day <= row.share_until
        if is_uscc(code) and begun and runs:
            holder = holders[code[:2]]
            kind = Sentence(str(holder["name"]), str(holder["name_en"]))
            does = Sentence(str(holder["does"]), str(holder["does_en"]))
            question = sentence("该单位是{kind}，{does}", "It is {kind}; this is {does}", kind=kind, does=does)
            at = asked.get(_template(row.record))
            told.append(
                Found(
                    row.record, watched[row.title], code, names.get(code, ""), str(holder["kind"]), question,
                    str(holder["source"]), _due(at.astimezone(clock.ZONE).date(), law) if at is not None else None,
                    closed.get(row.record, ""),
                )
            )  # fmt: skip
    return told


def _due(asked_on: date, law: Edition) -> date:
    days = law.parameter(ANSWER).number()
    return casework.due_after(asked_on, days, "workdays", shelf.calendar())[0]


def _words(each: Found) -> dict[str, object]:
    """What is asked, in both languages (疑问文字): the code and the list, and what to do by which clause."""
    who = f"{each.name or each.code}（{each.code}）"
    return {
        "record": each.record, "code": each.code, "list": each.rule.name, "clause": each.clause, "who": who,
        "question": each.question, "question_en": each.question.english, "due": each.due,
        "text": f"{who}在“{each.rule.name}”上，{each.question}。机器没有作任何记录",
    }  # fmt: skip


def as_dict(each: Found) -> dict[str, Any]:
    """Return a finding as machines and the terminal read it (发现输出)."""
    return {
        "record": each.record, "list": each.rule.id, "list_name": each.rule.name, "code": each.code, "name": each.name,
        "kind": each.kind, "question": each.question, "question_en": each.question.english, "clause": each.clause,
        "due": each.due, "settled_in": each.settled or None,
    }  # fmt: skip


def _template(record: int) -> str:
    return f"{TEMPLATE}:{record}"
