"""How bodies stand in government integrity (政务诚信情况): their records, and what rolls up from county to city to province.

Only what everybody may read: records on display on the day, and public bodies among the judgment debtors by valid code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.law.complaints import stem
from gongxin.law.integrity import ITEM, KIND
from gongxin.law.lists import ITEM as LISTED
from gongxin.law.lists import lists_of
from gongxin.spine import clock, public, rollup, shelf
from gongxin.spine.access import gate
from gongxin.spine.access.gate import SUBMISSION, Ground, Viewer
from gongxin.spine.access.models import Body
from gongxin.spine.bodies import superiors
from gongxin.spine.bodies.register import Register, divisions, register
from gongxin.spine.cases import finding
from gongxin.spine.cases.finding import CODE
from gongxin.spine.cases.models import Case
from gongxin.spine.public import PublicLine

UNTOLD = frozenset({"facts", "measures"})
"""What a record said is told no more once it has ended, to the platform above either (不再写明的内容)."""


@dataclass(frozen=True)
class Criticism:
    """What a body was criticised for in public (通报批评), beside its record and no longer than it."""

    record: int
    on: date
    document: str
    text: str
    by: str


@dataclass(frozen=True)
class BodyIntegrity:
    """What everybody may read of a body's good faith (一个单位的政务诚信): `debts` are entries among the judgment debtors."""

    body: Body
    records: tuple[PublicLine, ...]
    debts: tuple[PublicLine, ...]
    criticisms: tuple[Criticism, ...] = ()


def of_body(code: str, as_of: date | None = None) -> BodyIntegrity | None:
    """Return how a public body stands (政务诚信情况), of those it succeeded too; None for one nobody registered."""
    day, told = as_of or clock.today(), register()
    body = told.bodies.get(code.strip().upper())
    if body is None or body.kind in superiors.PRIVATE:
        return None
    return found_of(body, told, day)


def feed(region: str, as_of: date | None = None) -> Iterator[BodyIntegrity]:
    """Yield the bodies of a division and of those within it that have anything on record (逐级归集), by code.

    A county's feed is part of its city's, and the city's of the province's: nothing is entered twice to roll it up.
    """
    day, told, wanted = as_of or clock.today(), register(), stem(region)
    for body in superiors.public_bodies(told):
        if body.region.startswith(wanted):
            found = found_of(body, told, day)
            if found.records or found.debts:
                yield found


def rows(region: str) -> Iterator[dict[str, str]]:
    """Yield the records of a division as rows that the platform of the level above takes in (逐级归集文件), by code.

    Named as the catalogue names them, so that the intake there reads them like any file. What was taken off display since
    comes with its day and reason, so that it ends there too; sent again, a row that says the same is known there already.
    """
    day, told, wanted = clock.today(), register(), stem(region)
    item = shelf.book().on(day).item(ITEM)
    for body in superiors.public_bodies(told):
        if body.region.startswith(wanted):
            for code in sorted({body.code, *told.predecessors(body.code, day)}):
                yield from rollup.rows(CODE + code, item, day, UNTOLD)


def handed_up(viewer: Viewer, region: str) -> list[dict[str, str]] | Refusal:
    """Return these rows for an office of credit (逐级归集): what has ended is among them, so the reading is logged."""
    found = list(rows(region))
    noted = gate.note(viewer, Ground(purpose=SUBMISSION), f"integrity:{region}", len(found), as_of=clock.today())
    return noted if isinstance(noted, Refusal) else found


def is_division(region: str) -> bool:
    """Tell whether a code names a division that is known here (是否区划)."""
    return region in divisions()


def open_cases(viewer: Viewer) -> list[Case]:
    """Return the open cases of this kind that a viewer has a side in (在办的认定案件)."""
    return list(finding.listing(viewer, kind=KIND, closed=False))


def as_dict(told: BodyIntegrity) -> dict[str, Any]:
    """Return it as machines and the terminal read it (输出)."""
    return {
        "code": told.body.code, "name": told.body.name, "name_en": told.body.name_en, "region": told.body.region,
        "criticisms": [asdict(each) for each in told.criticisms],
        "records": [_line(each) for each in told.records], "debts": [_line(each) for each in told.debts],
    }  # fmt: skip


def watched(day: date) -> frozenset[str]:
    """Return the lists among whose entries public bodies are looked for (比对机关单位的名单)."""
    return frozenset(rule.id for rule in lists_of(shelf.book().on(day)).values() if rule.watched)


def found_of(body: Body, told: Register, day: date) -> BodyIntegrity:
    """Return how one body of a register that was read already stands (一个单位的政务诚信情况)."""
    listed = watched(day)
    codes = {body.code, *told.predecessors(body.code, day)}
    lines = [line for code in sorted(codes) for line in public.public_lines(CODE + code, day)]
    records = tuple(line for line in lines if line.item == ITEM)
    debts = tuple(line for line in lines if line.item == LISTED and line.fields.get("list") in listed)
    return BodyIntegrity(body, records, debts, tuple(_criticisms([line.record for line in records], day)))


def _criticisms(records: list[int], day: date) -> Iterator[Criticism]:
    """Yield what was said in criticism beside records that are on display (通报批评), as of a day."""
    for case in Case.objects.filter(kind=KIND, record__in=records).order_by("record") if records else ():
        act = case.acts.filter(verb="criticise", on__lte=day).order_by("-n").first()
        if act is not None and case.record is not None:
            said = finding.last_said(case, "criticise")
            by = Body.objects.filter(code=case.body).values_list("name", flat=True).first() or case.body
            yield Criticism(case.record, act.on, str(said.get("document_no") or ""), str(said.get("text") or ""), by)


def _line(line: PublicLine) -> dict[str, Any]:
    return {
        "record": line.record, "item": line.item, "title": line.title, "authority": line.authority, "document": line.document,
        "decided": line.decided, "display_until": line.display_until, "fields": dict(line.fields),
        "clauses": [str(each.ref) for each in line.clauses], "remedy": line.remedy,
    }  # fmt: skip
