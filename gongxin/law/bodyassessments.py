"""Assessment of bodies of government (政务诚信评价): figures from rows, intervals, ranks only where they are certain.

Each figure keeps the rows it was counted from. A share of few cases lies in a wide interval, a missing figure anywhere in
its weight; the result is the interval of their sum. A rank is told only where the interval touches nobody else's, and it
is said whether it still holds when the weights are moved. Bodies alone; nobody who works there is named or counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from gongxin.kernel import estimates
from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.kernel.terms import add_months
from gongxin.law.bodysystems import ASIDE, BODY, LOWEST, SAME, SHARE, BodyIndicator, BodySystem, Peers
from gongxin.law.clauses import clause
from gongxin.law.complaints import stem
from gongxin.law.indicators import WHOLE, points_at

HAIR = 1e-9
"""Nearer than this two ends of intervals touch: sums of fractions are not exact."""
SAMPLE, OVERLAP, ALONE = "sample", "overlap", "alone"
"""Why no rank is told: too little data, an interval that touches another's, nobody to compare with (不排名次的原因)."""
NO_SOURCE, FEW, NONE = "source", "sample", "none"
"""Why there is no figure: nobody reports the source, too few cases, no case at all (没有得数的原因)."""
DIVISION_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Fact:
    """A row that counts (一行依据): from which source, of which body, how it ended and when; where it can be read."""

    source: str
    body: str
    ref: str
    """Where it stands: `promise:12`, `case:TS-2026-000001`, `record:7`, `report:penalty:2026-05`."""
    on: date
    outcome: str
    title: str = ""
    title_en: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A body as it is compared (参评单位): its kind and its division."""

    code: str
    kind: str
    region: str


@dataclass(frozen=True, slots=True)
class Group:
    """Who is compared with whom (可比组): units, each a body or a division with the bodies in it."""

    peers: Peers
    region: str
    """The division of the level they belong to; empty where they lie in several."""
    digits: int
    """How many digits of a division's code name their level (区划层级)."""
    units: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure (一项得数): part and whole, its points as an interval, and the very rows it comes from."""

    indicator: BodyIndicator
    part: int
    whole: int
    value: float | None
    """The share in percent, or the count; None where there is no figure."""
    low: float
    high: float
    """Points from 0 to 100 between which it lies (得分区间)."""
    missing: str
    facts: tuple[Fact, ...]
    aside: bool = False
    """Set aside: its weight falls to the others (不计，权重分给其他指标)."""

    @property
    def weight(self) -> float:
        """Return its weight in the system (权重)."""
        return float(self.indicator.weight)


@dataclass(frozen=True, slots=True)
class Result:
    """How a unit fares (一个单位的评价结果): an interval; a rank only where it is certain, and whether it holds."""

    unit: str
    bodies: tuple[str, ...]
    figures: tuple[Figure, ...]
    low: float
    high: float
    covered: float
    """Percent of the weight that has data (数据覆盖率)."""
    cases: int
    """How many rows stand behind its shares (件数)."""
    rank: int | None = None
    why: str = ""
    """Why there is no rank."""
    holds: bool | None = None
    """Whether the rank stays whatever the weights, each moved by the system's percentage either way (名次是否站得住)."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What becomes of the ranks when one weight alone is moved (单项权重变动): the units whose rank does not hold."""

    indicator: BodyIndicator
    up: tuple[str, ...]
    down: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A group with its results (一组评价结果), in the order of their codes: no order of merit."""

    group: Group
    results: tuple[Result, ...]
    ranked: int
    """How many had enough data to be compared (可比单位数)."""
    moved: tuple[Moved, ...]


def groups(bodies: Iterable[Member], system: BodySystem, region: str) -> tuple[Group, ...]:
    """Sort the bodies of a division and of those within it into groups that can be compared (可比分组).

    Of one kind and one level of division, or divisions of the next level with all that is in each. A body of a kind no
    group names is not assessed.
    """
    own = _own(region)
    inside = [each for each in bodies if each.region.startswith(own)]
    found: list[Group] = []
    for peers in system.peers:
        if peers.unit != BODY:
            found += _divisions(peers, inside, region)
            continue
        levels: dict[int, dict[str, tuple[str, ...]]] = defaultdict(dict)
        for each in sorted(inside, key=lambda one: (one.region, one.code)):
            if each.kind in peers.kinds and (peers.level != SAME or _own(each.region) == own):
                levels[len(_own(each.region))][each.code] = (each.code,)
        for digits, units in sorted(levels.items()):
            found.append(Group(peers, region if digits == len(own) else "", digits, units))
    return tuple(found)


@clause("GF-2016-76", "三（一）")
@clause("GF-2016-76", "三（三）")
def compare(
    group: Group, facts: Iterable[Fact], system: BodySystem, *, silent: frozenset[str] = frozenset(), as_of: date
) -> Compared:
    """How the units of a group fare on a day, and which ranks are certain (政务诚信评价).

    Law:      国发〔2016〕76号 三（一）: bodies above inspect and assess those below; 三（三）: society judges on data
    Facts:    rows of the platform's own work; the sources nobody reports to
    Returns:  Compared; no rank where data are too few or intervals touch
    Refuses:  never; whom a system is not about stands in no group
    """
    rows: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for each in facts:
        rows[each.body, each.source].append(each)
    table = _Table(system, rows, silent, as_of)
    results = [_result(unit, bodies, table) for unit, bodies in group.units.items()]
    ready = [each for each in results if _enough(each, system)]
    ranked = {each.unit: _ranked(each, ready, system) for each in ready}
    told = tuple(ranked.get(each.unit) or replace(each, why=SAMPLE) for each in results)
    placed = [each for each in ranked.values() if each.rank is not None]
    moved = tuple(
        Moved(
            each,
            tuple(one.unit for one in placed if not _stays(one, ready, {each.id: system.moved})),
            tuple(one.unit for one in placed if not _stays(one, ready, {each.id: -system.moved})),
        )
        for each in system.indicators
    )
    return Compared(group, told, len(ready), moved)


def counted(fact: Fact, indicator: BodyIndicator, as_of: date) -> bool:
    """Tell whether a row counts for an indicator on a day (是否计入): its source, its end, its time."""
    if fact.source != indicator.source or fact.outcome not in indicator.counts or fact.on > as_of:
        return False
    return not indicator.months or as_of <= add_months(fact.on, indicator.months)


@clause("GF-2016-76", "三（一）")
def refused_scores(system: BodySystem, points: Mapping[str, str], text: str) -> Refusal | None:
    """Say why a body's own scores cannot be taken, or None (能否提交自评).

    Law:      国发〔2016〕76号 三（一）; the system's own indicators
    Facts:    points by indicator as they were written; the ground the body gives
    Returns:  Refusal | None
    Refuses:  no score, an indicator the system does not have, points that are none of 0 to 100, no ground
    """
    basis = str(system.bases[0]) if system.bases else None
    strange = sorted(name for name in points if system.find(name) is None)
    wrong = sorted(name for name, value in points.items() if _points(value) is None)
    if not points or strange:
        names = "、".join(each.id for each in system.indicators)
        return Refusal(
            "assess.indicator",
            sentence("没有写明指标，或者没有这项指标：{names}", "No indicator, or an unknown one: {names}", names="、".join(strange) or "—"),
            basis, sentence("可以是：{names}", "One of: {names}", names=names),
        )  # fmt: skip
    if wrong:
        return Refusal(
            "assess.points", sentence("分数不对：{names}", "These points are none: {names}", names="、".join(wrong)), basis,
            sentence("请写 0 到 100 的数", "Write a number from 0 to 100"),
        )  # fmt: skip
    if not any(sign.isalnum() for sign in text):
        return Refusal(
            "assess.ground", sentence("没有写明自评的依据", "The ground of the scores is missing"), basis,
            sentence("请写明数据来源和材料", "Say which data and papers they rest on"),
        )  # fmt: skip
    return None


def _own(region: str) -> str:
    """The digits that name a division (区划有效位): pairs down to the county, all of them for a street or township."""
    return region if len(region) > DIVISION_DIGITS else stem(region)


def _points(value: object) -> Decimal | None:
    text = str(value).strip()
    whole, _, tail = text.partition(".")
    if (
        not whole.isascii()
        or not whole.isdigit()
        or (tail and not (tail.isascii() and tail.isdigit()))
        or len(text) > 6
    ):
        return None
    found = Decimal(text.rstrip("."))
    return found if found <= WHOLE else None


def _divisions(peers: Peers, inside: Sequence[Member], region: str) -> list[Group]:
    digits = len(_own(region)) + 2
    if digits > DIVISION_DIGITS:
        return []
    units: dict[str, list[str]] = defaultdict(list)
    for each in inside:
        if len(_own(each.region)) >= digits:
            units[each.region[:digits].ljust(DIVISION_DIGITS, "0")].append(each.code)
    return (
        [Group(peers, region, digits, {key: tuple(sorted(codes)) for key, codes in sorted(units.items())})]
        if units
        else []
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """What is counted (计算所据): rows by body and source, the sources nobody reports to, the day."""

    system: BodySystem
    rows: Mapping[tuple[str, str], Sequence[Fact]]
    silent: frozenset[str]
    as_of: date

    def of(self, indicator: BodyIndicator, bodies: Iterable[str]) -> tuple[Fact, ...]:
        """Return the rows of these bodies that count for an indicator (计入的行), the oldest first."""
        found = (fact for body in bodies for fact in self.rows.get((body, indicator.source), ()))
        kept = (fact for fact in found if counted(fact, indicator, self.as_of))
        return tuple(sorted(kept, key=lambda fact: (fact.on, fact.ref)))


def _result(unit: str, bodies: tuple[str, ...], table: _Table) -> Result:
    figures = tuple(_figure(each, bodies, table) for each in table.system.indicators)
    known = [each for each in figures if each.value is not None]
    present = [each for each in figures if not each.aside]
    whole = sum(each.weight for each in present)
    low, high = (
        sum(each.weight * end for each, end in zip(present, ends, strict=True)) / whole if whole else end
        for ends, end in (([each.low for each in present], 0.0), ([each.high for each in present], float(WHOLE)))
    )
    covered, cases = (
        sum(each.weight for each in known),
        sum(each.whole for each in known if each.indicator.measure == SHARE),
    )
    return Result(unit, bodies, figures, low, high, covered, cases)


def _figure(indicator: BodyIndicator, bodies: tuple[str, ...], table: _Table) -> Figure:
    rows = table.of(indicator, bodies)
    whole = len(rows)
    if indicator.measure != SHARE:
        if not rows and indicator.source in table.silent:
            return _missing(indicator, 0, NO_SOURCE, rows)
        # Of several bodies together the points are the mean of theirs: a division is not worse for having many.
        each_has = Counter(row.body for row in rows)
        points = float(sum(points_at(indicator.steps, Decimal(each_has[body])) for body in bodies)) / len(bodies)
        return Figure(indicator, whole, whole, float(whole), points, points, "", rows)
    part = sum(each.outcome in indicator.good for each in rows)
    if whole < indicator.minimum:
        return _missing(indicator, part, FEW if rows or indicator.missing != ASIDE else NONE, rows)
    ends = estimates.share_within(part, whole, confidence=table.system.confidence)
    low, high = (_on_scale(indicator, WHOLE * end) for end in ends)
    return Figure(indicator, part, whole, WHOLE * part / whole, low, high, "", rows)


def _missing(indicator: BodyIndicator, part: int, why: str, rows: tuple[Fact, ...]) -> Figure:
    best = float(max((each.points for each in indicator.steps), default=Decimal(WHOLE)))
    aside = indicator.missing == ASIDE and not rows
    return Figure(indicator, part, len(rows), None, 0.0, 0.0 if indicator.missing == LOWEST else best, why, rows, aside)


def _on_scale(indicator: BodyIndicator, percent: float) -> float:
    return float(points_at(indicator.steps, Decimal(str(percent)))) if indicator.steps else percent


def _enough(result: Result, system: BodySystem) -> bool:
    return result.covered >= float(system.coverage) and result.cases >= system.minimum


def _ranked(result: Result, ready: Sequence[Result], system: BodySystem) -> Result:
    """Give a rank where every other stands certainly above or below (排名次)."""
    others = [each for each in ready if each.unit != result.unit]
    if not others:
        return replace(result, why=ALONE)
    above = sum(each.low > result.high + HAIR for each in others)
    below = sum(result.low > each.high + HAIR for each in others)
    if above + below < len(others):
        return replace(result, why=OVERLAP)
    placed = replace(result, rank=above + 1)
    return replace(placed, holds=_stays(placed, ready, {}, system.moved))


def _stays(result: Result, ready: Sequence[Result], moved: Mapping[str, int], either: int = 0) -> bool:
    """Tell whether a rank stays under moved weights (名次是否保持): `either` moves each one whichever way is worst."""
    for other in ready:
        if other.unit != result.unit:
            upper, lower = (result, other) if result.low > other.high else (other, result)
            if not _stays_above(upper, lower, moved, either):
                return False
    return True


def _stays_above(upper: Result, lower: Result, moved: Mapping[str, int], either: int) -> bool:
    """Tell whether one unit stays certainly above another.

    Where both have the same indicators, who leads is a sum of weights times leads, least where each weight moves against
    it. Where one has set aside what the other has not, each is taken at its own worst weights: then nothing is promised
    that a common set of weights might take back.
    """
    spans = [_span(each, moved, either) for each in upper.figures]
    if [each.aside for each in upper.figures] == [each.aside for each in lower.figures]:
        leads = [
            (high.low - low.high, span)
            for high, low, span in zip(upper.figures, lower.figures, spans, strict=True)
            if not high.aside
        ]
        return sum(min(lead * end for end in span) for lead, span in leads) > HAIR * WHOLE
    least = _mean([(each.low, span) for each, span in zip(upper.figures, spans, strict=True) if not each.aside])
    most = -_mean([(-each.high, span) for each, span in zip(lower.figures, spans, strict=True) if not each.aside])
    return least > most + HAIR


def _span(figure: Figure, moved: Mapping[str, int], either: int) -> tuple[float, float]:
    """Between which weights a figure lies (权重范围)."""
    at = WHOLE + moved.get(figure.indicator.id, 0)
    return figure.weight * (at - either) / WHOLE, figure.weight * (at + either) / WHOLE


def _mean(values: Sequence[tuple[float, tuple[float, float]]]) -> float:
    """Return the least weighted mean under any of these weights (最小加权平均): the smallest values as heavy as can be."""
    ordered = sorted(values, key=lambda each: each[0])
    least = float("inf")
    for n in range(len(ordered) + 1):
        weights = [span[1] if place < n else span[0] for place, (_value, span) in enumerate(ordered)]
        if sum(weights) > 0:
            least = min(
                least,
                sum(value * weight for (value, _span), weight in zip(ordered, weights, strict=True)) / sum(weights),
            )
    return least
