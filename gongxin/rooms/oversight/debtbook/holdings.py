"""Holdings of a division (区划所持债券): what was reported for it and for those within it, and of which day its stock is.

A division's own report decides the day. What was reported for a division within it on another day is not mixed in – it
would be counted twice, or hide the rest – but told beside it.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Max, QuerySet

from gongxin.law.complaints import stem
from gongxin.rooms.oversight.models import DebtHolding


def within(region: str) -> QuerySet[DebtHolding]:
    """Return everything reported for a division and those within it (区划内全部债券), of every day."""
    own = stem(region)
    return DebtHolding.objects.filter(region__startswith=own) if own else DebtHolding.objects.none()


def latest_day(region: str, until: date | None = None) -> date | None:
    """Return the day of a division's latest stock (最近余额日): its own where it reported any, else that of one within it."""
    held = within(region)
    if until is not None:
        held = held.filter(stock_day__lte=until)
    own = held.filter(region=region).aggregate(day=Max("stock_day"))["day"]
    found: date | None = own or held.aggregate(day=Max("stock_day"))["day"]
    return found


def told_apart(region: str, stock_day: date) -> tuple[tuple[str, date], ...]:
    """Return the divisions within one that reported for another day (另有余额日的下级区划), each with its latest."""
    others = within(region).exclude(region=region).values_list("region").annotate(day=Max("stock_day"))
    return tuple(sorted((code, day) for code, day in others if day != stock_day))
