"""Estimates for monitoring (监测推算): limits a count is held against, and how many things nobody has told us of.

Every limit comes with the rate of false alarms it was made for, every estimate with its interval. What the data cannot
say is said to be unknown; nothing here is a finding against anybody.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from statistics import median

import numpy as np

LEAST_PAST = 6
"""Fewer earlier periods than this say too little about what is usual."""
_SERIAL = re.compile(
    r"^(?P<stem>\D{0,30}?)\W*(?P<year>(?:19|20)\d{2})\W*(?P<more>\D{0,20}?)第?(?P<number>\d{1,6})\s*号?$"
)
LONGEST_SERIES = 20_000
"""A number beyond this is a slip of the pen rather than the end of a series."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a period is held against (控制限): what was usual, and the last value that raises no question."""

    usual: float
    limit: float
    past: int
    """From how many earlier periods it was made (基线期数)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many there are in all (总量推算), known from two lists: a number with its interval."""

    first: int
    second: int
    both: int
    total: float
    low: float
    high: float

    @property
    def seen(self) -> int:
        """Return how many stand on at least one list (已知数)."""
        return self.first + self.second - self.both


@dataclass(frozen=True, slots=True)
class Slowness:
    """That a period's times are longer than earlier ones (变慢): both medians, and how likely chance alone had done it."""

    now: float
    usual: float
    chance: float
    count: int
    past: int


@dataclass(frozen=True, slots=True)
class Series:
    """A series of document numbers (文书号序列) of one year: how far it goes, and which numbers in it nobody handed in."""

    stem: str
    year: int
    received: int
    highest: int
    gaps: tuple[tuple[int, int], ...]
    """Runs of numbers that are missing, both ends counted (缺号区间)."""
    form: str
    """How a number of it is written, with `{}` in the place of the running number (文书号式样)."""

    @property
    def missing(self) -> int:
        """Return how many numbers up to the highest are missing (缺号数)."""
        return sum(last - first + 1 for first, last in self.gaps)

    def written(self) -> Iterator[str]:
        """Yield every missing number as it would be written (所缺文书号)."""
        for first, last in self.gaps:
            yield from (self.form.format(number) for number in range(first, last + 1))


def fewest(past: Sequence[int], *, false_alarms: float) -> Limit | None:
    """Below which count a period raises a question (数量下限): None where the past says too little.

    Counts are brought to one spread by Anscombe's root; the limit is Student's one-sided limit of prediction, so that the
    doubt about the past is in it. The spread is never taken for less than that of counts that come by chance alone.
    """
    if len(past) < LEAST_PAST:
        return None
    middle, spread = _roots(past)
    least = middle - _quantile(len(past), false_alarms) * spread * math.sqrt(1 + 1 / len(past))
    limit = (max(least, 0.0) / 2) ** 2 - 3 / 8
    return Limit((middle / 2) ** 2 - 3 / 8, max(limit, 0.0), len(past))


def most(past: Sequence[int], *, false_alarms: float) -> Limit | None:
    """Above which count a period raises a question (数量上限): the other side of `fewest`, by the same roots.

    Of counts near nothing the limit lies higher than it need, so that chance passes it more seldom than is stated.
    """
    if len(past) < LEAST_PAST:
        return None
    middle, spread = _roots(past)
    highest = middle + _quantile(len(past), false_alarms) * spread * math.sqrt(1 + 1 / len(past))
    # A root is never taken to lie below that of no count at all.
    return Limit(max((middle / 2) ** 2 - 3 / 8, 0.0), (highest / 2) ** 2 - 3 / 8, len(past))


def slower(now: Sequence[int], past: Sequence[int], *, false_alarms: float) -> Slowness | None:
    """Whether a period's times are longer than earlier ones (变慢检验), or None where they are not, or too few.

    The common median of all is taken; how many of the period's times lie above it follows the hypergeometric
    distribution where nothing has changed, whatever the times are spread like. Ties with the median count as not above,
    which makes an alarm no likelier.
    """
    if len(past) < LEAST_PAST or not now:
        return None
    both = sorted([*now, *past])
    middle = both[(len(both) - 1) // 2]
    above, above_now = sum(each > middle for each in both), sum(each > middle for each in now)
    chances = _chances(len(both), len(now), above) if above else None
    chance = float(chances[above_now:].sum()) if chances is not None else 1.0
    if chance >= false_alarms:
        return None
    return Slowness(float(median(now)), float(median(past)), chance, len(now), len(past))


def largest_share(past: Sequence[tuple[int, int]], total: int, *, false_alarms: float) -> Limit | None:
    """Above which share of `total` a period raises a question (比率上限): `past` holds (how many, of how many).

    Shares are brought to one spread by the arcsine of their root, each weighing as much as it has cases; periods that
    differ by more than chance widen the limit (Laney's chart). None where the past says too little.
    """
    usable = [(part, whole) for part, whole in past if whole > 0]
    if len(usable) < LEAST_PAST or total <= 0:
        return None
    weights = [4 * whole + 2 for _, whole in usable]
    angles = [_angle(part, whole) for part, whole in usable]
    middle = sum(weight * angle for weight, angle in zip(weights, angles, strict=True)) / sum(weights)
    square = sum(weight * (angle - middle) ** 2 for weight, angle in zip(weights, angles, strict=True))
    spread = max(1.0, math.sqrt(square / (len(usable) - 1)))
    width = spread * math.sqrt(1 / (4 * total + 2) + 1 / sum(weights))
    most = min(middle + _quantile(len(usable), false_alarms) * width, math.pi / 2)
    return Limit(math.sin(middle) ** 2, math.sin(most) ** 2, len(usable))


def beyond_two_lists(first: int, second: int, both: int, *, confidence: float) -> Estimate | None:
    """How many there are in all where `both` of `first` and `second` stand on either list (双源捕获再捕获推算).

    Chapman's estimate. The interval holds every number under which so large or so small a common part is not too unlikely
    (the exact test of the hypergeometric distribution, turned round), so it keeps its word for short lists too. It holds
    where the two lists come about independently of each other; where the same things are likelier on both, there are more
    than it says. None where no thing stands on both: then nothing can be said.
    """
    if both <= 0 or both > min(first, second):
        return None
    total = (first + 1) * (second + 1) / (both + 1) - 1
    tail = (1 - confidence) / 2
    seen = first + second - both
    # With more things in all, fewer fall on both lists: either side is looked for by halving.
    low = _first_true(seen, lambda whole: _chances(whole, first, second)[: both + 1].sum() > tail)
    high = _first_true(low, lambda whole: _chances(whole, first, second)[both:].sum() <= tail) - 1
    return Estimate(first, second, both, max(total, seen), float(low), float(max(high, low)))


@lru_cache(maxsize=8192)
def share_within(part: int, whole: int, *, confidence: float) -> tuple[float, float]:
    """Between which shares the true one lies where `part` of `whole` cases are so (比率区间): the exact interval.

    Clopper and Pearson's, by the quantiles of the beta distribution: it holds the true share at least as often as the
    confidence says, however few the cases. No case says nothing: then it lies anywhere from none to all.
    """
    if whole <= 0:
        return 0.0, 1.0
    from scipy import special

    tail = (1 - confidence) / 2
    low = special.betaincinv(part, whole - part + 1, tail) if part > 0 else 0.0
    high = special.betaincinv(part + 1, whole - part, 1 - tail) if part < whole else 1.0
    return float(low), float(high)


def _roots(past: Sequence[int]) -> tuple[float, float]:
    """Return the middle and the spread of the roots of counts; the spread is never less than that of chance alone."""
    roots = [2 * math.sqrt(count + 3 / 8) for count in past]
    middle = sum(roots) / len(roots)
    return middle, max(1.0, math.sqrt(sum((root - middle) ** 2 for root in roots) / (len(roots) - 1)))


def _first_true(start: int, holds: Callable[[int], bool]) -> int:
    """Return the first number from `start` on for which something holds that, once true, stays so (二分查找)."""
    step = 1
    while not holds(start + step):
        step *= 2
    low, high = start, start + step
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return high


def _chances(whole: int, first: int, second: int) -> np.ndarray:
    """Return how likely each size of the common part is, from none to all of the shorter list, of so many things in all."""
    common = np.arange(min(first, second) + 1)
    rest = second - common
    possible = rest <= whole - first
    logs = np.full(common.shape, -np.inf)
    some, left = common[possible], rest[possible]
    logs[possible] = _choose(first, some) + _choose(whole - first, left) - _choose(whole, np.array(second))
    chances: np.ndarray = np.exp(logs)
    return chances


def _choose(whole: int, part: np.ndarray) -> np.ndarray:
    from scipy import special

    logs: np.ndarray = special.gammaln(whole + 1) - special.gammaln(part + 1) - special.gammaln(whole - part + 1)
    return logs


def series_of(numbers: Iterable[str]) -> list[Series]:
    """Sort document numbers into series by stem and year, and find the gaps in each (文书号缺号); the longest gaps first.

    A number that is none of a series – no year, no running number – is passed over. Only what lies below the highest number
    is a gap: what comes after it nobody can know from the series itself.
    """
    found: dict[tuple[str, int], set[int]] = defaultdict(set)
    forms: dict[tuple[str, int], str] = {}
    for number in (each.strip() for each in numbers):
        read = _SERIAL.match(number)
        if read is None or not 0 < int(read["number"]) <= LONGEST_SERIES:
            continue
        series = re.sub(r"[\W_]", "", read["stem"] + read["more"]), int(read["year"])
        found[series].add(int(read["number"]))
        first, last = read.span("number")
        wide = f"0{last - first}" if read["number"].startswith("0") else ""
        forms.setdefault(series, f"{_plain(number[:first])}{{:{wide}d}}{_plain(number[last:])}")
    told = []
    for series, seen in found.items():
        ordered = sorted(seen)
        gaps = [(before + 1, after - 1) for before, after in pairwise([0, *ordered]) if after > before + 1]
        told.append(Series(*series, len(seen), ordered[-1], tuple(gaps), forms[series]))
    return sorted(told, key=lambda each: (-each.missing, each.stem, each.year))


def without(series: Series, known: Iterable[int]) -> Series:
    """Return a series without the gaps that are none (剔除已知号): numbers that came in by another way."""
    present = set(known)
    left = [n for first, last in series.gaps for n in range(first, last + 1) if n not in present]
    gaps: list[tuple[int, int]] = []
    for n in left:
        if gaps and gaps[-1][1] == n - 1:
            gaps[-1] = (gaps[-1][0], n)
        else:
            gaps.append((n, n))
    return replace(series, received=series.received + series.missing - len(left), gaps=tuple(gaps))


def _plain(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _quantile(past: int, false_alarms: float) -> float:
    # Brought when it is needed: it takes a third of a second, and every program of the platform knows of monitoring.
    from scipy import special

    return float(special.stdtrit(past - 1, 1 - false_alarms))


def _angle(part: int, whole: int) -> float:
    return math.asin(math.sqrt((part + 3 / 8) / (whole + 3 / 4)))
