"""The yearly publication (年度公布): what bodies owed small businesses past its last day when a year ended, body by body.

Generated from the contracts in the ledger as of 31 December; a body with nothing overdue stands in it with nought.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from gongxin.law import payments
from gongxin.law.promises import Part
from gongxin.rooms.promises.telling import yuan
from gongxin.spine import clock, duties, shelf
from gongxin.spine.bodies.register import register
from gongxin.spine.duties import Duty

RULE = "SME-2025/18"


@dataclass(frozen=True)
class Owed:
    """What one body owed (一个单位的逾期款项), in yuan, with the records it is made of."""

    body: str
    name: str
    contracts: int
    amount: Decimal
    interest: Decimal
    records: tuple[int, ...]


@dataclass(frozen=True)
class Publication:
    """The publication of a year (年度公布)."""

    year: int
    counted_on: date
    publish_by: date | None
    bodies: tuple[Owed, ...]
    provisional: bool
    """Whether the year is not over yet (年度未结束，暂算)."""


def publication(year: int) -> Publication:
    """Return what was overdue at the end of a year (年度逾期未付款项), of today where the year is not over."""
    end, today = date(year, 12, 31), clock.today()
    day = min(end, today)
    law = shelf.book().on(today)
    known = register()
    by_body: dict[str, list[tuple[Duty, list[Part]]]] = {}
    for duty in duties.shown(day, known):
        if duty.of("small_business") != "yes":
            continue
        late = [part for part in duty.standing.parts if part.kind == "payment" and part.overdue_on(day)]
        by_body.setdefault(duty.bearer, []).append((duty, late if duty.standing.open else []))
    owed = [_owed(code, known.name(code, day), found) for code, found in by_body.items()]
    # What one body owed then is counted; a contract that is shown no more today is not named again by it.
    named = {duty.record for duty in duties.shown(today, known)}
    owed = [replace(each, records=tuple(record for record in each.records if record in named)) for each in owed]
    return Publication(
        year, day, payments.publication_day(year, law=law), tuple(sorted(owed, key=lambda each: (-each.amount, each.name))),
        day < end,
    )  # fmt: skip


def as_dict(told: Publication) -> Mapping[str, Any]:
    """Return the publication as interface, command and file give it (年度公布数据)."""
    return {
        "year": told.year,
        "counted_on": told.counted_on,
        "publish_by": told.publish_by,
        "provisional": told.provisional,
        "rule": RULE,
        "contracts": sum(each.contracts for each in told.bodies),
        "amount_yuan": yuan(sum((each.amount for each in told.bodies), Decimal(0))),
        "bodies": [
            {
                "code": each.body, "name": each.name, "contracts": each.contracts, "amount_yuan": yuan(each.amount),
                "interest_yuan": yuan(each.interest), "records": list(each.records),
            }
            for each in told.bodies
        ],
    }  # fmt: skip


def _owed(code: str, name: str, found: list[tuple[Duty, list[Part]]]) -> Owed:
    late = [(duty, parts) for duty, parts in found if parts]
    return Owed(
        code, name, len(late), sum((part.owed for _duty, parts in late for part in parts), Decimal(0)),
        sum((part.interest for _duty, parts in late for part in parts), Decimal(0)),
        tuple(duty.record for duty, _parts in late),
    )  # fmt: skip
