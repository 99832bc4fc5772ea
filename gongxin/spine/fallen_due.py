"""Commitments fallen due (到期的承诺): which of a provider's commitments have passed their day undecided – and nothing of what they say.

Whoever took a commitment must verify it in time, and has to know which; what it says is read through the gate, in its case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongxin.spine import shelf
from gongxin.spine.ledger import payloads
from gongxin.spine.projections.models import Standing
from gongxin.spine.projections.standings import fold_in_force

ITEM = "commitment"
PIECE = 2000
"""Records whose payloads are opened at a time."""


@dataclass(frozen=True)
class FallenDue:
    """A commitment whose day has passed (到期承诺): the record, whose it is, its last day."""

    record: int
    subject: str
    due_on: date


def providers() -> list[str]:
    """Return the bodies that have taken commitments which are in use (受理单位), in their order."""
    return sorted(set(Standing.objects.filter(item=ITEM, state="effective").values_list("provider", flat=True)))


def of_provider(provider: str, as_of: date) -> list[FallenDue]:
    """Return a provider's commitments that fell due before a day and were found neither kept nor broken, the oldest first."""
    book = shelf.book()
    rows = Standing.objects.filter(item=ITEM, provider=provider, state="effective").order_by("record")
    numbers = list(rows.values_list("record", flat=True))
    found = []
    for start in range(0, len(numbers), PIECE):
        for history in payloads.histories(numbers[start : start + PIECE]):
            line = fold_in_force(history.acts, book=book, as_of=as_of)
            if line is None or line.state != "effective" or line.facts.performed in {"yes", "no", "partly"}:
                continue
            if line.facts.due_on is not None and line.facts.due_on < as_of:
                found.append(FallenDue(line.record, line.subject, line.facts.due_on))
    return sorted(found, key=lambda each: (each.due_on, each.record))
