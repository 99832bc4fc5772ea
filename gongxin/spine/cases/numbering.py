"""Numbers of cases and papers (编号): one after the other within a kind and a year, none given twice."""

from __future__ import annotations

from django.db.models import F

from gongxin.spine.cases.models import Count


def next_number(kind: str, prefix: str, year: int, *, before: int = 0) -> str:
    """Take the next number of a kind in a year (取号), as `YJ-2026-000001`; joins the transaction around it.

    The row of the count is locked, so that two at once do not meet at one number. `before` is how many there were when
    the counting began, of a kind that was numbered otherwise until then.
    """
    count, _made = Count.objects.select_for_update().get_or_create(kind=kind, year=year, defaults={"last": before})
    Count.objects.filter(pk=count.pk).update(last=F("last") + 1)
    count.refresh_from_db()
    return f"{prefix}-{year}-{count.last:06d}"
