"""When departments send (报送日): each a few times over the years, most of it soon after it was decided, some of it late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from gongxin.doors.cli.sampling.chance import Numbers
from gongxin.doors.cli.sampling.city import City

Days = npt.NDArray[np.datetime64]

EVERY = 260
"""Days between two sendings of one department: few files, and yet every year has its own."""
SENT_ON = "sent_on"
SOON = 8
"""Days before a sending within which what is reported promptly was decided."""


@dataclass(frozen=True)
class Rhythm:
    """How a department sends (报送节奏): its last sending so many days ago, and the share it reports promptly."""

    last: int
    prompt: float


def sendings(city: City, stream: str, index: Numbers, decided: Days, rhythm: Rhythm) -> tuple[Days, Days]:
    """Return for each row the day it was decided on and the day it is sent, near one another for prompt ones."""
    last = np.datetime64(city.today, "D") - np.timedelta64(rhythm.last, "D")
    decided = np.minimum(decided, last)
    age = (last - decided).astype(np.int64)
    sent = last - (age // EVERY * EVERY).astype("timedelta64[D]")
    prompt = city.chance.happens(f"{stream}.prompt", index, rhythm.prompt)
    soon = sent - (1 + age % SOON).astype("timedelta64[D]")
    return np.where(prompt, soon, decided), sent


def parts(frame: pl.DataFrame, path: Path, today: date) -> Iterator[tuple[Path, date, pl.DataFrame]]:
    """Part a department's rows by the day they are sent on: a file of its own for each, the last under the plain name."""
    days = sorted(frame[SENT_ON].unique().to_list())
    for day in days:
        named = path if day == days[-1] else path.with_name(f"{path.stem}-{day[:7]}{path.suffix}")
        yield named, min(date.fromisoformat(day), today), frame.filter(pl.col(SENT_ON) == day)


def register_days(city: City) -> list[date]:
    """Return when the register was sent, oldest first: long ago, and each year what was founded since."""
    return [city.today - timedelta(days=back) for back in (1310, 945, 580, 215, 0)]
