"""Whose a record is (记录归属): under which subject and item it stands and who provided it; nothing of what it says.

For those who must know whom a record concerns before they may open it: whoever brings a case about it, and the body
that has to answer. What it says is read through the gate.
"""

from __future__ import annotations

from dataclasses import dataclass

from gongxin.spine.projections.models import Standing


@dataclass(frozen=True)
class Place:
    """Where a record stands (记录位置)."""

    record: int
    subject: str
    item: str
    provider: str


def find_place(record: int | None) -> Place | None:
    """Return where a record stands, or None where there is none with this number (any more)."""
    if record is None or record <= 0 or record >= 1 << 63:
        return None
    row = Standing.objects.filter(record=record).values_list("record", "subject", "item", "provider").first()
    return None if row is None else Place(*row)
