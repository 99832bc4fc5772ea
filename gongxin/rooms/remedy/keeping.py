"""Keeping (保存与销毁): once a day, what the law no longer lets be kept is destroyed, and days told provisionally are told anew.

Nothing hangs on this work for an entry to be out of sight or use: the fold says so by the day alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from gongxin.law import casework
from gongxin.spine import clock, records, shelf
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.models import Case
from gongxin.spine.ledger import due, shredding
from gongxin.spine.ledger.acts import LedgerFault, NewAct
from gongxin.spine.ledger.append import append

logger = logging.getLogger("gongxin.remedy")
ACTOR = "保存期满自动销毁"


@dataclass(frozen=True)
class Kept:
    """What a day's work did (当日保存工作): records destroyed, records spared for an open case, clocks told anew."""

    destroyed: tuple[int, ...]
    spared: tuple[int, ...]
    redated: tuple[str, ...]


def keep(today: date | None = None) -> Kept:
    """Destroy what is due today and tell provisional days anew (销毁到期内容、重算暂算期限). Repeating it changes nothing."""
    day = today or clock.today()
    destroyed: list[int] = []
    spared: list[int] = []
    for record in due.to_destroy(day):
        if Case.objects.filter(record=record, closed_on__isnull=True).exists():
            # What somebody is arguing about is not destroyed under their hands; it goes when the case is closed.
            spared.append(record)
            continue
        try:
            shredding.shred(record, actor=ACTOR)
        except LedgerFault:
            logger.exception("record %s is due and could not be destroyed", record)
            continue
        destroyed.append(record)
    return Kept(tuple(destroyed), tuple(spared), tuple(redate()))


def redate() -> Iterator[str]:
    """Tell the last days of open cases anew (重算期限) where they were provisional and the calendar is known now."""
    for number in list(Case.objects.filter(closed_on__isnull=True).order_by("number").values_list("number", flat=True)):
        with transaction.atomic():
            case = Case.objects.select_for_update().get(number=number)
            rules = casework.rules_of(case.kind, law=shelf.book().on(case.opened_on))
            standing = finding.standing_of(case, rules)
            before = (case.due, case.answer_by)
            answer = engine.answer_by(standing, rules)
            if rules.silence and case.answer_by is not None and answer is not None and answer != case.answer_by:
                place = records.find_place(case.record)
                if place is not None:
                    payload = {"case": case.number, "answer_by": answer.isoformat()}
                    append([NewAct("objection", place.item, place.subject, case.body or place.provider, payload,
                                   f"case:{case.number}", record=place.record)])  # fmt: skip
                    case.answer_by = answer
            engine.refresh(case, standing, clock.today())
            if (case.due, case.answer_by) != before:
                yield case.number
