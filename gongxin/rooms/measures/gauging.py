"""Gauge of outcomes (结果登记指标): of the checks that found something to act on, which have an outcome registered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from gongxin.kernel.sentences import named, sentence
from gongxin.law.gauges import Row
from gongxin.rooms.measures import percase
from gongxin.rooms.measures.models import Outcome
from gongxin.spine import clock, gauges, shelf
from gongxin.spine.access.models import Look


def outcomes(since: date, until: date) -> Iterable[Row]:
    """Yield the checks of a period whose outcome must be registered (须登记结果的核查): nothing of whom they were about."""
    first, after = _start(since), _start(until + timedelta(days=1))
    looks = Look.objects.filter(at__gte=first, at__lt=after, must__gt=0).exclude(matter="")
    # A list tells how many and which; what is decided upon is each subject's own check.
    asked = list(looks.exclude(via__in=percase.UNASKED).exclude(subject__startswith="batch:").order_by("id"))
    numbers = [look.number for look in asked]
    stated = set(Outcome.objects.filter(at__lt=after, check_number__in=numbers).values_list("check_number", flat=True))
    repeated = percase.repeats_among(numbers)
    law = shelf.book().on(until)
    known = {matter.id: matter for matter in law.matters()}
    for look in asked:
        matter = known.get(look.matter)
        if look.number in repeated or matter is None or matter.outcome_workdays is None:
            continue
        told = sentence("核查 {number}　{matter}", "Check {number}, {matter}", number=look.number, matter=named(matter))
        day = look.at.astimezone(clock.ZONE).date()
        yield Row(
            look.body, day, told, f"check:{look.number}", 1, int(look.number in stated), look.number not in stated
        )


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.ZONE)


gauges.register("outcomes", outcomes)
