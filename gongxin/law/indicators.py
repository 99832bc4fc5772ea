"""Indicators (指标体系): how an organisation fares by a published system – every figure with its records, weights and words.

Organisations alone are assessed; for a natural person there is no figure, and a system that named persons is a fault of
the book. What is missing is neither good nor bad: the result is then an interval, and a grade is told only where both its
ends lie in it. What a grade is for stands in the system itself with its clause; nothing that restricts reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.kernel.terms import add_months
from gongxin.law.book import Edition, LawSilent
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.model import Entry
from gongxin.law.reading import Reader

MEASURES = ("count", "kept-share")
WHEN = frozenset({"severity", "within_months"})
WHOLE = 100
ORGANISATIONS = frozenset({"organisation", "sole-trader"})
PUBLIC_BODY = "public-body"
"""What a system names that is about bodies of government (机关单位): see `law.bodysystems`."""
KEPT, BROKEN = "yes", frozenset({"no", "partly"})


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a scale (分档): a figure up to this one, inclusive, earns so many points; None for all that are larger."""

    up_to: Decimal | None
    points: Decimal


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator (指标): which records it counts, its weight, its scale, and why."""

    id: str
    name: str
    name_en: str
    measure: str
    item: str
    when: Mapping[str, Any]
    weight: Decimal
    minimum: int
    """So many decided cases at least, or there is no figure (最小样本)."""
    steps: tuple[Step, ...]
    why: str
    why_en: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade (等次) and what may differ by it."""

    id: str
    at_least: Decimal
    name: str
    name_en: str
    text: str
    text_en: str


@dataclass(frozen=True)
class System:
    """A system of indicators (指标体系) as an edition has it."""

    id: str
    name: str
    name_en: str
    version: str
    matter: str
    """The matter in which an officer may look at a result (查看事项)."""
    use_clause: ClauseRef
    use: str
    use_en: str
    coverage: Decimal
    """So much of the weight, in percent, must have data, or no grade is told (最低覆盖率)."""
    indicators: tuple[Indicator, ...]
    grades: tuple[Grade, ...]
    bases: tuple[ClauseRef, ...]
    certainty: Certainty

    @property
    def in_effect(self) -> bool:
        """Whether an office may act on it (可否使用): an unconfirmed system is for trial alone (仅供试算)."""
        return self.certainty != "unverified"


@dataclass(frozen=True, slots=True)
class Seen:
    """What an indicator looks at in one record on display (评价所看的事实)."""

    record: int
    item: str
    decided: date | None
    severity: str | None = None
    performed: str | None = None
    contested: bool = False
    """Under a mark that takes its binding force (异议处理中): it does not count."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure (一项得数): its value, points and share of the whole, and the very records it comes from."""

    indicator: Indicator
    records: tuple[int, ...]
    value: Decimal | None
    points: Decimal | None
    contribution: Decimal | None
    missing: str
    """Why there is no figure: `source` – nobody reports this item; `sample` – too few cases; empty when there is one."""


@dataclass(frozen=True)
class Assessment:
    """The result (评价结果) of one organisation on one day by one edition: an interval, a grade where it is certain."""

    system: System
    as_of: date
    figures: tuple[Figure, ...]
    low: Decimal
    """With every missing figure at nothing (下限)."""
    high: Decimal
    """With every missing figure at its best (上限)."""
    covered: Decimal
    """Percent of the weight that has data (数据覆盖率)."""
    grade: Grade | None


def entries(law: Edition, *, of_bodies: bool = False) -> tuple[Entry, ...]:
    """Return the systems an edition holds (指标体系条目): those about organisations, or those about bodies of government."""
    told = ((each, each.data.get("subject_kinds") or ()) for each in law.indicators())
    return tuple(each for each, kinds in told if (PUBLIC_BODY in kinds) == of_bodies)


def system_of(system_id: str, *, law: Edition) -> System:
    """Return a system of indicators (指标体系); LawSilent when the edition knows none of that name."""
    entry = next((each for each in entries(law) if each.id == system_id), None)
    if entry is None:
        raise LawSilent(f"indicators {system_id}", law.day)
    return law.remember(("indicators", system_id), lambda: read_system(entry, law))


@clause("GBF-2019-35")
@clause("GBT-45255")
def assess(seen: Iterable[Seen], sources: Iterable[str], system: System, *, as_of: date) -> Assessment:
    """How an organisation fares by a system on a day (单位评价).

    Law:      the system's own table; 国办发〔2019〕35号 on grading supervision by credit
    Facts:    the records on display on the day; the items that somebody reports
    Returns:  Assessment; the figures in the order of the system
    Refuses:  never; whom it may not be asked about, `refused` says
    """
    shown, reported = list(seen), frozenset(sources)
    figures = tuple(_figure(each, shown, reported, as_of) for each in system.indicators)
    known = [each for each in figures if each.contribution is not None]
    low = sum((each.contribution for each in known if each.contribution is not None), Decimal(0))
    covered = sum((each.indicator.weight for each in known), Decimal(0))
    best = sum((_most(each.indicator) for each in figures if each.contribution is None), Decimal(0))
    high = low + best
    grades = [_grade(system, each) for each in (low, high)]
    certain = grades[0] if grades[0] == grades[1] and covered >= system.coverage else None
    return Assessment(system, as_of, figures, low, high, covered, certain)


@clause("SCS-2025")
@clause("PIPL-2021", 24)
def refused(subject_kinds: frozenset[str], system: System) -> Refusal | None:
    """Why somebody is not assessed (不予评价), or None: people are not scored, whoever asks.

    Law:      the policies of 2025 and PIPL art. 24; the system's own kinds of subject
    Facts:    what kind of subject it is
    Returns:  Refusal or None
    Refuses:  a natural person, always
    """
    if subject_kinds & ORGANISATIONS:
        return None
    return Refusal(
        "assess.person",
        sentence(
            "“{system}”只评价单位，不评价自然人。", "“{system}” assesses organisations, never people.", system=system
        ),
        str(system.use_clause),
        sentence(
            "自然人没有评分、评级和排名；需要核查的，请按办理事项查询。",
            "People are not scored, graded or ranked; what must be checked is asked by its matter.",
        ),
    )


def _figure(indicator: Indicator, seen: Sequence[Seen], sources: frozenset[str], as_of: date) -> Figure:
    counted = tuple(each for each in seen if _counts(indicator, each, as_of))
    if indicator.measure == "count":
        value = Decimal(len(counted)) if counted or indicator.item in sources else None
        missing = "" if value is not None else "source"
    else:
        counted = tuple(each for each in counted if each.performed == KEPT or each.performed in BROKEN)
        value, missing = None, "sample"
        if len(counted) >= max(indicator.minimum, 1):
            kept = sum(each.performed == KEPT for each in counted)
            value, missing = Decimal(WHOLE * kept) / len(counted), ""
    records = tuple(each.record for each in counted)
    if value is None:
        return Figure(indicator, records, None, None, None, missing)
    points = points_at(indicator.steps, value)
    return Figure(indicator, records, value, points, points * indicator.weight / WHOLE, "")


def _counts(indicator: Indicator, seen: Seen, as_of: date) -> bool:
    when = indicator.when
    if seen.item != indicator.item or seen.contested:
        return False
    if "severity" in when and seen.severity not in when["severity"]:
        return False
    if "within_months" not in when:
        return True
    return seen.decided is not None and seen.decided <= as_of <= add_months(seen.decided, int(when["within_months"]))


def _most(indicator: Indicator) -> Decimal:
    return max(step.points for step in indicator.steps) * indicator.weight / WHOLE


def _grade(system: System, points: Decimal) -> Grade:
    return next(grade for grade in system.grades if points >= grade.at_least)


def read_system(entry: Entry, law: Edition) -> System:
    """Read a system of indicators and hold its parts together (读取指标体系); BookFault names what does not fit."""
    reader = Reader(entry.data, f"{entry.path} indicators.{entry.id}", law.book.instruments)
    if not frozenset(reader.texts("subject_kinds")) <= ORGANISATIONS or not reader.texts("subject_kinds"):
        raise reader.fault("subject_kinds: organisations alone are assessed, a natural person never")
    use = reader.part(reader.mapping("use"), "use")
    system = System(
        entry.id, entry.name, entry.name_en, reader.text("version", None), reader.text("matter", None),
        use.get_ref("clause"), use.text("text", None), use.text("text_en"), Decimal(reader.number("coverage") or 0),
        tuple(_read_indicator(row, law) for row in reader.rows("indicators")),
        tuple(_read_grade(row) for row in reader.rows("grades")), entry.bases, entry.certainty,
    )  # fmt: skip
    if sum(each.weight for each in system.indicators) != WHOLE:
        raise reader.fault(f"the weights of its indicators must add up to {WHOLE}")
    floors = [each.at_least for each in system.grades]
    if not floors or floors != sorted(floors, reverse=True) or floors[-1] > 0:
        raise reader.fault("grades must stand from the highest to the lowest, the last at 0 or less")
    return system


def _read_indicator(row: Reader, law: Edition) -> Indicator:
    item, when = row.text("item", None), row.mapping("when")
    if law.find_item(item) is None:
        raise row.fault(f"counts the unknown item {item}")
    strange = sorted(set(when) - WHEN)
    if strange:
        raise row.fault(f"when asks for {', '.join(strange)}; known are {', '.join(sorted(WHEN))}")
    steps = read_steps(row)
    points = [each.points for each in steps]
    if law.item(item).polarity == "adverse" and points != sorted(points, reverse=True):
        raise row.fault(f"more of {item}, which is adverse, must not earn more points")
    return Indicator(
        row.text("id", None), row.text("name", None), row.text("name_en"), row.one_of("measure", MEASURES, None), item,
        when, Decimal(str(row.body.get("weight", 0))), row.number("minimum") or 0, steps, row.text("why", None), row.text("why_en"),
    )  # fmt: skip


def read_steps(row: Reader) -> tuple[Step, ...]:
    """Read a scale (读取分档): its steps rise, and the last has no upper end; BookFault otherwise."""
    steps = tuple(
        Step(Decimal(str(each.body["up_to"])) if "up_to" in each.body else None, Decimal(str(each.body["points"])))
        for each in row.rows("steps")
    )
    bounds = [each.up_to for each in steps[:-1] if each.up_to is not None]
    if not steps or steps[-1].up_to is not None or len(bounds) != len(steps) - 1 or bounds != sorted(set(bounds)):
        raise row.fault("steps must rise and end with one that has no up_to")
    return steps


def points_at(steps: Sequence[Step], value: Decimal) -> Decimal:
    """Return the points a figure earns on a scale (按分档得分)."""
    return next(step.points for step in steps if step.up_to is None or value <= step.up_to)


def _read_grade(row: Reader) -> Grade:
    return Grade(
        row.text("id", None), Decimal(str(row.body.get("at_least", 0))), row.text("name", None), row.text("name_en"),
        row.text("text", None), row.text("text_en"),
    )  # fmt: skip
