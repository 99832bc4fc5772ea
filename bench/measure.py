"""Measuring (计时): seconds, rows and medians, told side by side; ratios, since machines differ."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Role = Literal["peer", "limit", "ours"]


@dataclass
class Timing:
    """One way of doing a job: how many rows, and the seconds of each run."""

    role: Role
    name: str
    rows: int
    seconds: list[float]
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def rate(self) -> float:
        """Rows a second, by the median."""
        return self.rows / max(self.median, 1e-9)


@dataclass
class Job:
    """One job, measured in several ways on one store."""

    section: str
    title: str
    goal: str
    store: str = ""
    timings: list[Timing] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(self, role: Role, name: str, rows: int, act: Callable[[], Any], *, runs: int = 3, note: str = "") -> Any:
        """Run an act several times and keep its seconds; returns what its last run returned."""
        seconds, answer = [], None
        for _ in range(runs):
            began = time.perf_counter()
            answer = act()
            seconds.append(time.perf_counter() - began)
        self.timings.append(Timing(role, name, rows, seconds, note))
        return answer

    def ours(self) -> Timing:
        return next(each for each in self.timings if each.role == "ours")

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def job_from(told: dict[str, Any]) -> Job:
    """Return a job as another process told it."""
    return Job(**{**told, "timings": [Timing(**each) for each in told["timings"]]})


def peak_megabytes() -> int:
    """Return the most memory this process has held."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def percentile(seconds: list[float], share: float) -> float:
    """Return the value below which this share of the measurements lies."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
