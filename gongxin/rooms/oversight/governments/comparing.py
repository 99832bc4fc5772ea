"""Comparing governments (政务诚信评价): a published system put to the bodies of a division on a day; nothing is kept.

The result is a function of the rows, the day and the edition of the law book, so that it can be computed again for any
day. It is public: bodies of government alone stand in it, and what everybody may read of their work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.law import bodyassessments, bodysystems
from gongxin.law.bodyassessments import Compared, Fact, Figure, Group, Member, Result
from gongxin.law.bodysystems import DIVISION, BodyIndicator, BodySystem
from gongxin.law.indicators import Step
from gongxin.rooms.oversight.governments import facts
from gongxin.spine import clock, shelf
from gongxin.spine.access.models import Body, BodyKind
from gongxin.spine.bodies import superiors
from gongxin.spine.bodies.register import Register, place_name, register
from gongxin.spine.ledger import head

PRECISION = 1
GOVERNMENT = "人民政府"


@dataclass(frozen=True)
class Assessed:
    """What came of it (评价结果): every group with its units, of one division, on one day, by one edition of the book."""

    system: BodySystem
    region: str
    as_of: date
    groups: tuple[Compared, ...]
    known: Register
    book: str

    @property
    def address(self) -> str:
        """What a case about it names (评价编号): system, its version, the day."""
        return f"{self.system.id}@{self.system.version}@{self.as_of.isoformat()}"

    def find(self, unit: str) -> tuple[Compared, Result] | None:
        """Return how one unit fares, with its group (一个单位的结果), or None."""
        found = ((group, each) for group in self.groups for each in group.results if each.unit == unit)
        return next(found, None)

    def name(self, group: Group, unit: str) -> str:
        """Return the name of a unit on the day (名称): of a body, or of a division."""
        return division_name(unit, self.known) if group.peers.unit == DIVISION else self.known.name(unit, self.as_of)

    def name_en(self, group: Group, unit: str) -> str:
        """Return its English name, or an empty text (英文名称); of a division that of its government."""
        if group.peers.unit == DIVISION:
            return division_name_en(unit, self.known)
        body = self.known.bodies.get(unit)
        return body.name_en if body is not None else ""


def systems(as_of: date | None = None) -> tuple[BodySystem, ...]:
    """Return the systems about bodies in the law book of a day (政务诚信指标体系)."""
    return bodysystems.systems(shelf.book().on(as_of or clock.today()))


def find_system(system_id: str, as_of: date | None = None) -> BodySystem | None:
    """Return a system by its id, or None (指标体系)."""
    return next((each for each in systems(as_of) if each.id == system_id), None)


def division_name(region: str, known: Register) -> str:
    """Return the name of a division (区划名称): its own, else that of its government, else its code."""
    told = place_name(region)
    if told:
        return told
    government = _government(region, known)
    return government.name.removesuffix(GOVERNMENT) if government is not None else region


def division_name_en(region: str, known: Register) -> str:
    """Return by which English name a division can be told (区划英文名称): that of its government, or an empty text."""
    government = _government(region, known)
    return government.name_en if government is not None else ""


def _government(region: str, known: Register) -> Body | None:
    found = (each for each in known.bodies.values() if each.kind == BodyKind.GOVERNMENT and each.region == region)
    return next(found, None)


def own_region(known: Register) -> str:
    """Return the division of the office in charge (主管单位区划): the widest, where there are several; empty where none is."""
    offices = [each.region for each in known.bodies.values() if each.kind == BodyKind.OFFICE and each.region]
    return min(offices, key=lambda region: (len(region.rstrip("0")), region), default="")


def assess(system_id: str, region: str, as_of: date | None = None) -> Assessed | Refusal:
    """Assess the bodies of a division and of those within it (政务诚信评价) as of a day."""
    today = clock.today()
    day = as_of or today
    if day > today:
        return Refusal(
            "assess.future", sentence("评价日 {day} 还没有到", "{day} has not come yet", day=day), None,
            sentence("请写今天或者以前的日期", "Name today or an earlier day"),
        )  # fmt: skip
    system = find_system(system_id, day)
    if system is None:
        names = "、".join(each.id for each in systems(day)) or "—"
        return Refusal(
            "assess.system", sentence("{day} 没有这套政务诚信指标体系：{system}", "No such system about governments on {day}: {system}",
                                      day=day, system=system_id), None,
            sentence("现有：{names}", "There are: {names}", names=names),
        )  # fmt: skip
    known = register()
    wanted = region.strip()
    members = [
        Member(each.code, each.kind, each.region)
        for each in known.bodies.values()
        if each.kind not in superiors.PRIVATE and each.region and known.ended_on(each.code, day) is None
    ]
    sorted_in = bodyassessments.groups(members, system, wanted) if wanted.isdigit() else ()
    if not sorted_in:
        return Refusal(
            "assess.region", sentence("这个区划没有登记的单位：{region}", "No body is registered in this division: {region}", region=wanted or "—"),
            None, sentence("请写六位行政区划代码，例如 131500", "Give the six digits of a division, such as 131500"),
        )  # fmt: skip
    codes = frozenset(code for group in sorted_in for bodies in group.units.values() for code in bodies)
    found = facts.gather(codes, day, system.months)
    told = tuple(
        bodyassessments.compare(group, found.facts, system, silent=found.silent, as_of=day) for group in sorted_in
    )
    return Assessed(system, wanted, day, told, known, shelf.book().version)


def as_dict(assessed: Assessed) -> dict[str, Any]:
    """Return a result as machines read it (评价输出), every unit in the order of its code."""
    return {
        "assessment": assessed.address,
        "system": system_dict(assessed.system),
        "region": {
            "code": assessed.region,
            "name": division_name(assessed.region, assessed.known),
            "name_en": division_name_en(assessed.region, assessed.known),
        },
        "as_of": assessed.as_of,
        "trial": not assessed.system.in_effect,
        "book": assessed.book,
        "ledger": ledger_dict(),
        "groups": [_group(assessed, each) for each in assessed.groups],
    }


def ledger_dict() -> dict[str, Any]:
    """Return from how long a ledger, with which root, a result was counted (台账条数和根)."""
    present = head.read()
    return {"size": present.size, "root": present.root.hex()}


def unit_dict(assessed: Assessed, unit: str, own: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """Return how one unit fares with every row behind every figure (单位评价输出), or None where it stands in no group."""
    found = assessed.find(unit)
    if found is None:
        return None
    group, result = found
    return {
        "assessment": assessed.address, "system": assessed.system.id, "version": assessed.system.version,
        "trial": not assessed.system.in_effect, "as_of": assessed.as_of, "book": assessed.book,
        **_unit(assessed, group.group, result), "bodies": list(result.bodies),
        "rows": {each.indicator.id: [_fact(fact) for fact in each.facts] for each in result.figures},
        "self_scores": dict(own) if own is not None else None,
    }  # fmt: skip


def system_dict(system: BodySystem) -> dict[str, Any]:
    """Return a system as machines read it (指标体系输出): sources, formulas, weights, what is missing, all of it."""
    return {
        "id": system.id, "name": system.name, "name_en": system.name_en, "version": system.version,
        "certainty": system.certainty, "in_effect": system.in_effect, "use": system.use, "use_en": system.use_en,
        "clause": str(system.use_clause), "bases": [str(each) for each in system.bases], "coverage": float(system.coverage),
        "minimum": system.minimum, "confidence": system.confidence, "moved_percent": system.moved,
        "peers": [
            {"id": each.id, "name": each.name, "name_en": each.name_en, "unit": each.unit, "kinds": list(each.kinds), "level": each.level}
            for each in system.peers
        ],
        "indicators": [indicator_dict(each) for each in system.indicators],
    }  # fmt: skip


def indicator_dict(each: BodyIndicator) -> dict[str, Any]:
    """Return an indicator as machines read it (指标输出)."""
    return {
        "id": each.id, "name": each.name, "name_en": each.name_en, "measure": each.measure, "source": each.source,
        "counts": list(each.counts), "good": list(each.good), "months": each.months or None, "minimum": each.minimum,
        "weight": float(each.weight), "missing": each.missing, "steps": [_step(step) for step in each.steps],
        "formula": each.formula, "formula_en": each.formula_en, "why": each.why, "why_en": each.why_en,
    }  # fmt: skip


def plain(value: float) -> float:
    """Return a number of points with one decimal (得分)."""
    return round(value, PRECISION)


def _group(assessed: Assessed, each: Compared) -> dict[str, Any]:
    return {
        "id": each.group.peers.id, "name": each.group.peers.name, "name_en": each.group.peers.name_en,
        "unit": each.group.peers.unit, "digits": each.group.digits, "compared": each.ranked,
        "units": [_unit(assessed, each.group, result) for result in each.results],
        "weights_moved": {
            "percent": assessed.system.moved,
            "ranks": sum(result.rank is not None for result in each.results),
            "hold": [result.unit for result in each.results if result.holds],
            "by_indicator": [
                {"indicator": one.indicator.id, "lost_when_raised": list(one.up), "lost_when_lowered": list(one.down)}
                for one in each.moved
            ],
        },
    }  # fmt: skip


def _unit(assessed: Assessed, group: Group, result: Result) -> dict[str, Any]:
    return {
        "unit": result.unit, "name": assessed.name(group, result.unit), "name_en": assessed.name_en(group, result.unit),
        "low": plain(result.low), "high": plain(result.high), "covered": plain(result.covered), "cases": result.cases,
        "rank": result.rank, "no_rank": result.why or None, "holds": result.holds,
        "figures": [_figure(each) for each in result.figures],
    }  # fmt: skip


def _figure(each: Figure) -> dict[str, Any]:
    return {
        "indicator": each.indicator.id, "part": each.part, "whole": each.whole,
        "value": plain(each.value) if each.value is not None else None, "low": plain(each.low), "high": plain(each.high),
        "weight": each.weight, "missing": each.missing or None, "set_aside": each.aside,
    }  # fmt: skip


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "ref": fact.ref,
        "body": fact.body,
        "on": fact.on,
        "outcome": fact.outcome,
        "title": fact.title,
        "title_en": fact.title_en,
    }


def _step(step: Step) -> dict[str, Any]:
    return {"up_to": float(step.up_to) if step.up_to is not None else None, "points": float(step.points)}
