"""Assessing organisations (单位评价): a published system put to what is on display about one organisation on a day.

Nothing is kept: the result is a function of the ledger, the day and the law book's edition, and can be computed again by
anyone who has them. Its subject and an officer who sets inspections may look, and each look leaves its trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from gongxin.kernel.identifiers import check_citizen, check_uscc
from gongxin.kernel.issues import Issue, Refusal, issue
from gongxin.law import indicators
from gongxin.law.book import Edition, LawSilent
from gongxin.law.indicators import Assessment, Figure, Grade, Seen, System
from gongxin.law.standing import Line
from gongxin.spine import clock, display, public, shelf
from gongxin.spine.access import gate, owning
from gongxin.spine.access.gate import OWN, Ground, Viewer
from gongxin.spine.access.models import Role
from gongxin.spine.projections.models import Subject

PERSON = frozenset({"person"})
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Assessed:
    """A result with what it rests on (评价结果及依据): under the number of the look, each record by its title."""

    number: str
    code: str
    name: str
    result: Assessment
    titles: Mapping[int, str]
    book: str

    @property
    def address(self) -> str:
        """What a case about it names (评价编号): system, its version, the day."""
        return address_of(self.result.system, self.result.as_of)


def systems(as_of: date | None = None) -> tuple[System, ...]:
    """Return the systems in the law book of a day (指标体系), in its order."""
    law = shelf.book().on(as_of or clock.today())
    return tuple(indicators.system_of(entry.id, law=law) for entry in indicators.entries(law))


def find_system(system_id: str, as_of: date | None = None) -> System | None:
    """Return a system by its id, or None."""
    return next((each for each in systems(as_of) if each.id == system_id), None)


def address_of(system: System, as_of: date) -> str:
    """Return what a case about a result names (评价编号)."""
    return f"{system.id}@{system.version}@{as_of.isoformat()}"


def assess(
    viewer: Viewer, system_id: str, code: str, *, case_no: str = "", as_of: date | None = None
) -> Assessed | Refusal | list[Issue]:
    """Return how an organisation fares by a system (评价一个单位); a refusal with its clause, or what is wrong with the code.

    A natural person is refused whoever asks. Its own organisation asks for itself; an officer asks in the matter the
    system names, with the case it is for, and leaves a look.
    """
    today = clock.today()
    day = as_of or today
    if day > today:
        return [issue("date.future", column="as_of", value=day.isoformat())]
    law = shelf.book().on(day)
    system = find_system(system_id, day)
    if system is None:
        raise LawSilent(f"indicators {system_id}", day)
    checked = check_uscc(code)
    if not checked.ok:
        person = check_citizen(checked.code, shelf.divisions(), today).ok
        no = indicators.refused(PERSON, system) if person else None
        if no is not None:
            return no
        return [issue(checked.problem or "uscc.length", column="code", value=code, suggestion=checked.hint)]
    key = f"uscc:{checked.code}"
    reading = gate.read(viewer, _ground(viewer, system, case_no), key, as_of=day)
    if isinstance(reading, Refusal):
        return reading
    shown = [line for line in reading.lines if display.is_shown(line, day)]
    name = Subject.objects.filter(key=key).values_list("name", flat=True).first() or ""
    return Assessed(
        reading.number,
        checked.code,
        name,
        result_of(shown, system, day),
        {line.record: _title(line, law) for line in shown},
        shelf.book().version,
    )


def result_of(shown: list[Line], system: System, day: date) -> Assessment:
    """Return the result that these lines on display give (评价得数)."""
    reported = {item for source in public.sources(day) for item in source.by_item}
    seen = [
        Seen(
            line.record, line.item, line.facts.decided_on, line.clocks.severity, line.facts.performed,
            any(not hold.binding for hold in line.holds),
        )
        for line in shown
    ]  # fmt: skip
    return indicators.assess(seen, reported, system, as_of=day)


def as_dict(assessed: Assessed) -> dict[str, Any]:
    """Return a result as machines read it (评价输出)."""
    result = assessed.result
    system = result.system
    return {
        "look": assessed.number,
        "assessment": assessed.address,
        "code": assessed.code,
        "name": assessed.name,
        "as_of": result.as_of.isoformat(),
        "system": system_dict(system),
        "low": plain(result.low),
        "high": plain(result.high),
        "covered": plain(result.covered),
        "grade": _grade(result.grade),
        "trial": not system.in_effect,
        "figures": [_figure(each, assessed.titles) for each in result.figures],
        "book": assessed.book,
    }


def system_dict(system: System) -> dict[str, Any]:
    """Return a system as machines read it (指标体系输出): weights, scales and reasons, all of it."""
    return {
        "id": system.id,
        "name": system.name,
        "name_en": system.name_en,
        "version": system.version,
        "certainty": system.certainty,
        "in_effect": system.in_effect,
        "use": system.use,
        "use_en": system.use_en,
        "clause": str(system.use_clause),
        "coverage": plain(system.coverage),
        "grades": [{**(_grade(each) or {}), "at_least": plain(each.at_least)} for each in system.grades],
        "indicators": [
            {
                "id": each.id,
                "name": each.name,
                "name_en": each.name_en,
                "measure": each.measure,
                "item": each.item,
                "when": dict(each.when),
                "weight": plain(each.weight),
                "minimum": each.minimum,
                "steps": [
                    {"up_to": plain(step.up_to) if step.up_to is not None else None, "points": plain(step.points)}
                    for step in each.steps
                ],
                "why": each.why,
                "why_en": each.why_en,
            }
            for each in system.indicators
        ],
    }


def plain(value: Decimal) -> float:
    """Return an amount of points as a number with one decimal (得分)."""
    return float(value.quantize(TENTH))


def _ground(viewer: Viewer, system: System, case_no: str) -> Ground:
    if viewer.role == Role.SUBJECT:
        return Ground(purpose=OWN, clause=owning.VIEW)
    return Ground(matter=system.matter, case_no=case_no or None)


def _title(line: Line, law: Edition) -> str:
    item = law.item(line.item)
    spec = item.get_field(item.title_field)
    return spec.worded(str(line.payload.get(item.title_field) or "")) or item.name


def _grade(grade: Grade | None) -> dict[str, Any] | None:
    if grade is None:
        return None
    return {
        "id": grade.id, "name": grade.name, "name_en": grade.name_en, "text": grade.text, "text_en": grade.text_en,
    }  # fmt: skip


def _figure(figure: Figure, titles: Mapping[int, str]) -> dict[str, Any]:
    return {
        "indicator": figure.indicator.id,
        "name": figure.indicator.name,
        "value": plain(figure.value) if figure.value is not None else None,
        "points": plain(figure.points) if figure.points is not None else None,
        "weight": plain(figure.indicator.weight),
        "contribution": plain(figure.contribution) if figure.contribution is not None else None,
        "missing": figure.missing or None,
        "records": [{"record": each, "title": titles.get(each, "")} for each in figure.records],
    }
