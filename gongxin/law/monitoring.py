"""Monitoring of reports (报送监测): which circumstances raise a question to a public body, on which limits; never a finding.

A body is held against its own past alone, so nothing here ranks bodies. Each question says from what it was made, what
was usual and how often chance alone would raise it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gongxin.kernel import estimates
from gongxin.kernel.estimates import Estimate, Series
from gongxin.kernel.terms import add_months
from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause

SIGNALS = "monitor.signals"
CONFIDENCE = "monitor.confidence"
DROP, LATE, GAP = "data-drop", "late-share", "number-gap"


@dataclass(frozen=True, slots=True)
class Signal:
    """One circumstance that raises a question (预警信号), with its numbers from the law book."""

    id: str
    name: str
    name_en: str
    months: int
    """How many earlier months are looked at (基线月数)."""
    minimum: int
    """Below this there is nothing to ask about (最少数量)."""
    false_alarms: float
    """How often chance alone would raise it, month by month (误报率); 0 where nothing is left to chance."""
    clause: ClauseRef | None
    certainty: Certainty
    method: str
    method_en: str
    rows: str = ""
    """The gauge whose open rows raise it (所据指标), where they do."""

    @property
    def by_chance(self) -> bool:
        """Tell whether chance alone may raise it (是否统计方法): then it is asked anew each month."""
        return self.false_alarms > 0


@dataclass(frozen=True, slots=True)
class Month:
    """What one body reported of one item in a month (月度报送): how much, and how much of it late."""

    provider: str
    item: str
    month: date
    received: int
    late: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """A question to a body (预警疑问): what was seen, what was usual, and the limit it went past."""

    signal: Signal
    provider: str
    item: str
    month: date
    """The first day of the month asked about; of a series, of its year."""
    seen: float
    usual: float | None
    limit: float | None
    past: int
    series: Series | None = None
    rows: tuple[str, ...] = ()
    """The rows it was raised by (所据明细), where it is about single things."""
    longest: int | None = None
    """For how many days the oldest of them has stood (最长日数)."""

    @property
    def key(self) -> str:
        """Return the digest under which it is asked once (疑问摘要): a gap that grew is another question.

        What does not come by chance is the same question while it rests on the same rows, whatever the month.
        """
        if self.rows and not self.signal.by_chance:
            standing = [self.signal.id, self.provider, self.item, *sorted(self.rows)]
            return hashlib.sha256("\n".join(standing).encode()).hexdigest()[:32]
        stem = [self.series.stem, str(self.series.highest), str(self.series.missing)] if self.series is not None else []
        marks = [self.signal.id, self.provider, self.item, f"{self.month:%Y-%m}", *stem]
        return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:32]


def signals(law: Edition) -> tuple[Signal, ...]:
    """Return the circumstances that raise a question (预警信号)."""
    value = law.parameter(SIGNALS)
    return tuple(
        Signal(
            str(row["id"]), str(row["name"]), str(row["name_en"]), int(row["months"]), int(row["minimum"]),
            float(row["false_alarms"]), value.source, value.certainty, str(row["method"]), str(row["method_en"]),
            str(row.get("rows", "")),
        )
        for row in value.table()
    )  # fmt: skip


@clause("GF-2016-76", "三（三）")
def alarms(
    months: Iterable[Month], series: Mapping[tuple[str, str], Iterable[Series]], *, law: Edition, as_of: date
) -> tuple[Alarm, ...]:
    """Which questions the reports raise on a day (监测预警).

    Law:      国发〔2016〕76号 三（三）: monitoring and early warning on public bodies' integrity
    Facts:    what each body reported of each item month by month, months without anything left out; the series of each
              body's and item's document numbers, without gaps that are none
    Returns:  a tuple of Alarm, the latest first; the running month is not looked at, since it is not over
    Refuses:  never; where the past says too little there is no question
    """
    told = {each.id: each for each in signals(law)}
    running = as_of.replace(day=1)
    by_source: dict[tuple[str, str], dict[date, Month]] = {}
    for each in months:
        if each.month < running:
            by_source.setdefault((each.provider, each.item), {})[each.month] = each
    found: list[Alarm] = []
    for (provider, item), own in by_source.items():
        whole = list(_whole(provider, item, own, running))
        found += _drop(told[DROP], whole) if DROP in told else ()
        found += _late(told[LATE], whole) if LATE in told else ()
    for (provider, item), given in series.items():
        found += _gaps(told[GAP], provider, item, given, as_of) if GAP in told else ()
    return tuple(sorted(found, key=lambda each: (-each.month.toordinal(), each.provider, each.item, each.key)))


@clause("GF-2016-76", "三（三）")
def hidden(first: int, second: int, both: int, *, law: Edition) -> Estimate | None:
    """How many decisions there are in all, known from two lists (漏报推算); None where the lists have nothing in common.

    Law:      国发〔2016〕76号 三（三）: monitoring rests on data, not on what a body says of itself
    Facts:    how many a body handed in, how many another source knows, how many are on both lists
    Returns:  Estimate | None; the interval at the confidence of the book
    Refuses:  never
    """
    return estimates.beyond_two_lists(first, second, both, confidence=float(law.parameter(CONFIDENCE).value))


def _whole(provider: str, item: str, own: Mapping[date, Month], running: date) -> Iterator[Month]:
    """Every month from the first with a report to the last that is over: a month without one counts as none."""
    month = min(own)
    while month < running:
        yield own.get(month) or Month(provider, item, month, 0, 0)
        month = add_months(month, 1)


def _drop(signal: Signal, whole: Sequence[Month]) -> Iterator[Alarm]:
    latest, past = whole[-1], whole[max(0, len(whole) - 1 - signal.months) : -1]
    limit = estimates.fewest([each.received for each in season(latest, past)], false_alarms=signal.false_alarms)
    if limit is not None and limit.usual >= signal.minimum and latest.received < limit.limit:
        yield _alarm(signal, latest, latest.received, limit)


def _late(signal: Signal, whole: Sequence[Month]) -> Iterator[Alarm]:
    latest, past = whole[-1], whole[max(0, len(whole) - 1 - signal.months) : -1]
    limit = estimates.largest_share(
        [(each.late, each.received) for each in past], latest.received, false_alarms=signal.false_alarms
    )
    if limit is not None and latest.received >= signal.minimum and latest.late / latest.received > limit.limit:
        yield _alarm(signal, latest, latest.late / latest.received, limit)


def season(latest: Month, past: Sequence[Month]) -> Sequence[Month]:
    """Return the same season of earlier years where there are enough of them (季节基线), or else all earlier months.

    A month's season is itself and its two neighbours.
    """
    near = [each for each in past if (each.month.month - latest.month.month) % 12 in {0, 1, 11}]
    earlier = [each for each in near if each.month < add_months(latest.month, -6)]
    return earlier if len(earlier) >= estimates.LEAST_PAST else past


def _gaps(signal: Signal, provider: str, item: str, given: Iterable[Series], day: date) -> Iterator[Alarm]:
    since = add_months(day, -signal.months).year
    for series in given:
        # Where more is missing than came in, the numbers are shared with other matters, and a gap says nothing.
        if since <= series.year <= day.year and signal.minimum <= series.missing <= series.received:
            yield Alarm(
                signal,
                provider,
                item,
                date(series.year, 1, 1),
                float(series.missing),
                None,
                None,
                series.received,
                series,
            )


def _alarm(signal: Signal, month: Month, seen: float, limit: estimates.Limit) -> Alarm:
    return Alarm(signal, month.provider, month.item, month.month, float(seen), limit.usual, limit.limit, limit.past)
