"""Rows for the platform above (逐级归集行): an organisation's records as the intake there reads them, ended ones with their day.

For whoever rolls up from county to city to province. What is on display is told as everybody reads it; of what was
taken off display for good just enough to find it there and end it, and nothing of what it said.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gongxin.law.model import Item
from gongxin.law.standing import Line
from gongxin.spine import display
from gongxin.spine.standing import lines_of

WITHDRAWN, WITHDRAWAL = "withdrawn", "withdrawal"
OFF = frozenset({"removed", WITHDRAWN})
"""States in which a record is no longer displayed for good (已停止公示)."""
NO_MORE, REVOKED = "已停止公示，不再写明", "认定已撤销"


def rows(subject_key: str, item: Item, as_of: date, untold: frozenset[str]) -> Iterator[dict[str, str]]:
    """Yield the public fields of a subject's records of an item by the catalogue's names (逐级归集行).

    `untold` are the fields whose words are told no more once a record has ended.
    """
    named = {spec.id: spec.name for spec in item.fields if spec.public}
    for line in lines_of(subject_key, as_of=as_of):
        if line.item == item.id and (display.is_shown(line, as_of) or line.state in OFF):
            said = {field: str(line.payload.get(field) or "") for field in named}
            if line.state in OFF:
                said |= _ended(line, said, untold)
            yield {named[field]: text for field, text in said.items() if text}


def _ended(line: Line, said: dict[str, str], untold: frozenset[str]) -> dict[str, str]:
    told = {field: NO_MORE if said.get(field) else "" for field in untold if field in said}
    last = next((act for act in reversed(line.acts) if act.kind == WITHDRAWAL), None)
    if line.state == WITHDRAWN and last is not None:
        told |= {"removed_on": last.on.isoformat(), "removal_reason": REVOKED}
    return told
