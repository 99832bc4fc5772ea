"""Systems of indicators about bodies of government (政务诚信指标体系): dated data – sources, formula, weights, what is missing.

A figure is counted from the platform's own work: which rows of which source make up the whole and which of them the part,
the book says. Bodies alone are assessed, never a person; no system here names a matter, so that nothing acts on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from gongxin.law.book import Edition, LawSilent
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.indicators import PUBLIC_BODY, WHOLE, Step, entries, read_steps
from gongxin.law.model import Entry
from gongxin.law.reading import Reader

SHARE, COUNT = "share", "count"
MEASURES = (SHARE, COUNT)
INTERVAL, ASIDE, LOWEST = "interval", "set-aside", "lowest"
MISSING = (INTERVAL, ASIDE, LOWEST)
"""What a missing figure is (缺数据规则): `interval` anything from nothing to its whole weight; `set-aside` likewise where there
are too few rows, but where there is no row at all its weight falls to the others; `lowest` nothing."""
DIVISION, BODY = "division", "body"
UNITS = (BODY, DIVISION)
SAME, WITHIN = "same", "within"
LEVELS = (SAME, WITHIN)
SEVERAL = 2
"""One case is none: no minimum lies below this (最小样本下限)."""

_TERM = ("in-time", "late", "overdue")
SOURCES: Mapping[str, tuple[str, ...]] = {
    "promises": ("kept", "partly", "late", "broken"),
    "milestones": _TERM,
    "payments": _TERM,
    "complaint-terms": _TERM,
    "complaint-outcomes": ("mended", "mending", "refused", "partly", "untrue", "outside"),
    "complaint-ratings": ("content", "fair", "discontent"),
    "broken-faith": ("record",),
    "judgment-debts": ("entry",),
    "tasks": _TERM,
    "reports": ("in-time", "late"),
}
"""Where rows come from (数据来源) and how each can have ended: decided promises, their last days, payments, terms and outcomes
of complaints with their ratings, records of broken faith, entries among the judgment debtors, tasks, monthly reports."""


@dataclass(frozen=True, slots=True)
class BodyIndicator:
    """One indicator (指标): from which source, of which rows, with which weight; what it is where data are missing."""

    id: str
    name: str
    name_en: str
    measure: str
    source: str
    counts: tuple[str, ...]
    """Which ends of rows make up the whole (计入分母)."""
    good: tuple[str, ...]
    """Which of them make up the part (计入分子); of a count nothing."""
    months: int
    """Rows of so many months before the day; 0: all that stand on the day (统计期)."""
    minimum: int
    weight: Decimal
    steps: tuple[Step, ...]
    """The scale of points; without one a share's percent are its points (分档)."""
    missing: str
    formula: str
    formula_en: str
    why: str
    why_en: str


@dataclass(frozen=True, slots=True)
class Peers:
    """Who is compared with whom (可比组): bodies of some kinds, of one level of division; or whole divisions."""

    id: str
    name: str
    name_en: str
    unit: str
    kinds: tuple[str, ...]
    level: str
    """`same`: of the very division asked about; `within`: of it and those within it, level by level."""


@dataclass(frozen=True)
class BodySystem:
    """A system of indicators about bodies (政务诚信指标体系) as an edition has it."""

    id: str
    name: str
    name_en: str
    version: str
    use_clause: ClauseRef
    use: str
    use_en: str
    coverage: Decimal
    """So much of the weight, in percent, must have data, or no rank is told (最低覆盖率)."""
    minimum: int
    """So many cases must stand behind the shares together, or no rank is told (最低件数)."""
    confidence: float
    moved: int
    """By how many percent each weight is moved to see which ranks hold (权重变动)."""
    peers: tuple[Peers, ...]
    indicators: tuple[BodyIndicator, ...]
    bases: tuple[ClauseRef, ...]
    certainty: Certainty

    @property
    def in_effect(self) -> bool:
        """Whether it may be used (可否使用): an unconfirmed system is for trial alone (仅供试算)."""
        return self.certainty != "unverified"

    @property
    def months(self) -> int:
        """Return the longest time that one of its indicators looks back over (最长统计期), in months."""
        return max((each.months for each in self.indicators), default=0)

    def find(self, indicator: str) -> BodyIndicator | None:
        """Return an indicator by its id, or None (指标)."""
        return next((each for each in self.indicators if each.id == indicator), None)


def systems(law: Edition) -> tuple[BodySystem, ...]:
    """Return the systems about bodies that an edition holds (政务诚信指标体系), in its order."""
    return law.remember("body systems", lambda: tuple(read_system(each, law) for each in entries(law, of_bodies=True)))


def system_of(system_id: str, *, law: Edition) -> BodySystem:
    """Return a system by its id (指标体系); LawSilent when the edition knows none of that name about bodies."""
    found = next((each for each in systems(law) if each.id == system_id), None)
    if found is None:
        raise LawSilent(f"indicators {system_id}", law.day)
    return found


def read_system(entry: Entry, law: Edition) -> BodySystem:
    """Read a system and hold its parts together (读取指标体系); BookFault names what does not fit."""
    reader = Reader(entry.data, f"{entry.path} indicators.{entry.id}", law.book.instruments)
    if reader.texts("subject_kinds") != (PUBLIC_BODY,):
        raise reader.fault(
            "subject_kinds: a system about bodies of government is about nobody else, and never about a person"
        )
    if "matter" in reader.body or "grades" in reader.body:
        raise reader.fault("a system about bodies has no matter and no grades; nothing acts on it")
    use = reader.part(reader.mapping("use"), "use")
    system = BodySystem(
        entry.id, entry.name, entry.name_en, reader.text("version", None), use.get_ref("clause"), use.text("text", None),
        use.text("text_en"), Decimal(reader.number("coverage") or 0), _several(reader), float(reader.text("confidence", None)),
        reader.number("moved") or 0, tuple(_read_peers(row) for row in reader.rows("peers")),
        tuple(_read_indicator(row) for row in reader.rows("indicators")), entry.bases, entry.certainty,
    )  # fmt: skip
    if sum(each.weight for each in system.indicators) != WHOLE:
        raise reader.fault(f"the weights of its indicators must add up to {WHOLE}")
    if not 0 < system.confidence < 1 or not 0 < system.moved < WHOLE:
        raise reader.fault("confidence lies between 0 and 1, moved is a percentage")
    named = [*(each.id for each in system.indicators), *(each.id for each in system.peers)]
    if len(set(named)) != len(named) or not system.peers:
        raise reader.fault("peers and indicators each have an id of their own")
    return system


def _read_indicator(row: Reader) -> BodyIndicator:
    measure, source = row.one_of("measure", MEASURES), row.one_of("source", tuple(SOURCES))
    counts, good = row.texts("counts"), row.texts("good")
    if not counts or not set(good) <= set(counts) <= set(SOURCES[source]):
        raise row.fault(f"counts and good name ends of {source}: {', '.join(SOURCES[source])}; what is good counts")
    if (measure == SHARE) != bool(good):
        raise row.fault("a share says what is good; a count says what counts")
    steps = read_steps(row) if "steps" in row.body or measure == COUNT else ()
    points = [each.points for each in steps]
    rising = measure == SHARE
    if points != sorted(points, reverse=not rising) or any(not 0 <= each <= WHOLE for each in points):
        raise row.fault(
            "points lie between 0 and 100; more of what is good never earns fewer, more records never earn more"
        )
    return BodyIndicator(
        row.text("id", None), row.text("name", None), row.text("name_en"), measure, source, counts, good,
        row.number("months") or 0, _several(row) if measure == SHARE else 0, Decimal(str(row.body.get("weight", 0))), steps,
        row.one_of("missing", MISSING), row.text("formula", None), row.text("formula_en"), row.text("why", None),
        row.text("why_en"),
    )  # fmt: skip


def _read_peers(row: Reader) -> Peers:
    unit = row.one_of("unit", UNITS, BODY)
    kinds = row.texts("kinds")
    if (unit == BODY) != bool(kinds):
        raise row.fault("peers are bodies of the kinds it names, or whole divisions")
    level = row.one_of("level", LEVELS, WITHIN)
    return Peers(row.text("id", None), row.text("name", None), row.text("name_en"), unit, kinds, level)


def _several(row: Reader) -> int:
    minimum = row.number("minimum") or 0
    if minimum < SEVERAL:
        raise row.fault(f"minimum must be {SEVERAL} or more; a single case says nothing")
    return minimum
