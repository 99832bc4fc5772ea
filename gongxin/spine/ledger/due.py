"""What is due for destruction (到期内容): found by the day of its standing's decision, settled by the fold."""

from __future__ import annotations

from datetime import date

from gongxin.kernel.terms import add_months
from gongxin.law.standing import Line
from gongxin.spine import shelf
from gongxin.spine.ledger import payloads
from gongxin.spine.projections.models import Standing
from gongxin.spine.projections.standings import fold_in_force

CHUNK = 500
RETENTION = "retain.person"
"""The parameter without which the book sets no end to keeping (保存期参数)."""


def to_destroy(day: date) -> list[int]:
    """Return the records whose payloads are to be destroyed on or before a day (到期应销毁的记录).

    Only adverse entries on natural persons have a period of retention in the book; whether the day has come is asked of
    the fold for each of the old ones, as `shredding.shred` will ask again.
    """
    found: list[int] = []
    law = shelf.book().on(day)
    retain = law.find_parameter(RETENTION)
    if retain is None:
        return []
    adverse = [item.id for item in law.items() if item.polarity == "adverse"]
    first = add_months(day, -retain.number())
    older = Standing.objects.filter(item__in=adverse, decided__lte=first).exclude(subject__startswith="uscc:")
    older = older.order_by("record")
    last = 0
    while True:
        batch = list(older.filter(record__gt=last).values_list("record", flat=True)[:CHUNK])
        if not batch:
            return found
        last = batch[-1]
        for history in payloads.histories(batch):
            line: Line | None = fold_in_force(history.acts, book=shelf.book(), as_of=day)
            if line is not None and line.clocks.destroy_at is not None and day >= line.clocks.destroy_at:
                found.append(history.record)
