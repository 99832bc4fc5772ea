"""Public bodies among the judgment debtors (机关事业单位比对): looked for every day by valid code, and put to a person as a question.

The machine records nothing about anybody: it asks, once for each entry. A name never matches anything here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import translation

from gongxin.kernel.identifiers import is_uscc
from gongxin.law.lists import ITEM, ListRule, lists_of, standing_of
from gongxin.spine import clock, shelf
from gongxin.spine.access.models import Body, Role
from gongxin.spine.outbox import notices
from gongxin.spine.outbox.models import Notice
from gongxin.spine.projections.models import Standing

HOLDERS = "list.watch.holders"
TEMPLATE = "list.body-found"
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
    question: str
    clause: str


def run() -> list[Found]:
    """Look for public bodies on the watched lists (每日比对) and ask about each new one; returns the new ones."""
    fresh = [each for each in found() if not Notice.objects.filter(template=_template(each.record)).exists()]
    with translation.override("zh-hans"):
        for each in fresh:
            # An organ of state is a matter of government integrity: whoever supervises is asked as well.
            for role in (Role.OPERATOR, Role.SUPERVISOR) if each.kind == ORGAN else (Role.OPERATOR,):
                words = {
                    "record": each.record, "code": each.code, "list": each.rule.name, "clause": each.clause,
                    "text": f"{each.name or each.code}（{each.code}）在“{each.rule.name}”上，{each.question}。机器没有作任何记录",
                }  # fmt: skip
                notices.tell("role", role, _template(each.record), words=words)
    return fresh


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
    for row in rows:
        code = row.subject[len(CODE) :]
        begun = row.display_from is None or row.display_from <= day
        runs = row.share_until is None or day <= row.share_until
        if is_uscc(code) and begun and runs:
            holder = holders[code[:2]]
            question = f"该单位是{holder['name']}，{holder['does']}"
            told.append(
                Found(
                    row.record, watched[row.title], code, names.get(code, ""), str(holder["kind"]), question,
                    str(holder["source"]),
                )
            )  # fmt: skip
    return told


def as_dict(each: Found) -> dict[str, Any]:
    """Return a finding as machines and the terminal read it (发现输出)."""
    return {
        "record": each.record, "list": each.rule.id, "list_name": each.rule.name, "code": each.code, "name": each.name,
        "kind": each.kind, "question": each.question, "clause": each.clause,
    }  # fmt: skip


def _template(record: int) -> str:
    return f"{TEMPLATE}:{record}"
