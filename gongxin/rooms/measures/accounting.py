"""What became of checks and restrictions, in numbers (处理结果统计): used, not used and why, effect, what was wrong and made good.

Counts of a period, of bodies and measures, never of a subject.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

from gongxin.rooms.measures import outcomes, percase, restrictions
from gongxin.rooms.measures.models import Chase, Restriction
from gongxin.spine import clock, shelf
from gongxin.spine.access.models import Body, Look, Role
from gongxin.spine.outbox import notices

EARLIEST = date(1990, 1, 1)
"""Nothing was asked of the platform before; an earlier beginning means the same and fits every calendar."""


def statistics(since: date, until: date) -> dict[str, Any]:
    """Return the counts of a period, both days included (期间统计), as of its last day or today, whichever is earlier."""
    as_of = until = min(until, clock.today())
    since = max(since, EARLIEST)
    begins = datetime.combine(since, time.min, clock.ZONE)
    ends = datetime.combine(until + timedelta(days=1), time.min, clock.ZONE)
    looked = (
        Look.objects.filter(at__gte=begins, at__lt=ends, must__gt=0).exclude(matter="").exclude(via__in=percase.UNASKED)
    )
    numbers = list(looked.values_list("number", flat=True))
    repeated = percase.repeats_among(numbers)
    checks = [number for number in numbers if number not in repeated]
    stated = outcomes.latest(checks)
    kinds = Counter(each.kind for each in stated.values())
    grounds = Counter(each.ground or "other" for each in stated.values() if each.kind == "not_restricted")
    rows = list(Restriction.objects.filter(effective_on__gte=since, effective_on__lte=until))
    stands = [(row, restrictions.standing_of(row, as_of)) for row in rows]
    ended = Counter(each.end for _row, each in stands if each.end)
    wrong = restrictions.damages(as_of)
    return {
        "since": since, "until": until, "checks": len(checks), "answered": len(stated),
        "kinds": _named(kinds, {each.id: (each.name, each.name_en) for each in outcomes.kinds(_law())}),
        "grounds": _named(grounds, {each["id"]: (each["name"], each.get("name_en", "")) for each in outcomes.grounds(_law())}),
        "restrictions": len(rows), "running": sum(each.running for _row, each in stands),
        "ended": _named(ended, restrictions.ENDS),
        "measures": _measures(rows),
        "wrong": len(wrong), "made_good": sum(each["redress"] is not None for each in wrong),
        "wrong_overdue": sum(each["overdue"] for each in wrong),
    }  # fmt: skip


def chase(today: date | None = None) -> int:
    """Remind bodies of what is overdue (催报): outcomes nobody registered, wrongs nobody made good; return how many were told.

    Each is told once to the body and once to the office, however often this runs.
    """
    day = today or clock.today()
    told = 0
    bodies = Look.objects.filter(must__gt=0).exclude(matter="").values_list("body", flat=True).distinct()
    for body in sorted(set(bodies)):
        for each in outcomes.overdue(body, day):
            told += _once(
                f"outcome:{each.number}", body, "outcome.overdue", {"check": each.number, "due": str(each.due)}
            )
    for each in restrictions.damages(day):
        if each["overdue"]:
            about = f"redress:{each['number']}:{each['cause']}"
            told += _once(about, each["body"], "redress.overdue", {"case": each["number"], "due": each["due"]})
    return told


def _once(about: str, body: str, template: str, words: dict[str, object]) -> int:
    _row, made = Chase.objects.get_or_create(about=about, defaults={"at": clock.now()})
    if not made:
        return 0
    name = Body.objects.filter(code=body).values_list("name", flat=True).first() or body
    notices.tell("body", body, template, words={**words, "body": name})
    notices.tell("role", Role.OPERATOR, template, words={**words, "body": name})
    return 1


def _law() -> Any:
    return shelf.book().on(clock.today())


def _named(counts: Counter[str], names: dict[str, tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"id": key, "name": names.get(key, (key, ""))[0], "name_en": names.get(key, ("", key))[1], "count": counts[key]}
        for key in sorted(counts, key=lambda each: (-counts[each], each))
    ]


def _measures(rows: list[Restriction]) -> list[dict[str, Any]]:
    known = shelf.book().provisions
    names = {each: (known[each].name, known[each].name_en) for each in known}
    return _named(Counter(row.provision for row in rows), names)
