"""Working-day calendar (工作日历): weekends, public holidays and make-up working days, for the years it knows.

The State Council announces each year's holidays in the autumn before. Until then nobody knows the working days of
that year, and the calendar refuses to guess.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from datetime import date
from typing import Literal

import polars as pl

_WEEKEND = 5


class CalendarUnknown(LookupError):
    """The working days of a year are not known (该年工作日安排未公布)."""

    def __init__(self, year: int) -> None:
        super().__init__(f"the working days of {year} are not known")
        self.year = year


class WorkCalendar:
    """Which days are working days (工作日): built from announced days, answered from one table of day numbers.

    `years` maps each known year to its announced days: True is a working day (a
    make-up one), False a day off. A notice may
    announce days of the neighbouring year (30 December belongs to the notice on New Year), so all days are read
    together; a year is known when it has a notice of its own.
    """

    def __init__(self, years: Mapping[int, Mapping[date, bool]]) -> None:
        self.years = frozenset(years)
        announced = {day: works for days in years.values() for day, works in days.items()}
        self._is_workday: dict[int, bool] = {}
        workdays: list[int] = []
        for year in sorted(years):
            for number in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()):
                day = date.fromordinal(number)
                works = announced.get(day, day.weekday() < _WEEKEND)
                self._is_workday[number] = works
                if works:
                    workdays.append(number)
        self._workdays = workdays
        self._first_unknown_after = {year: self._next_gap(year) for year in self.years}

    def _next_gap(self, year: int) -> int:
        while year in self.years:
            year += 1
        return year

    def is_workday(self, day: date) -> bool:
        """Tell whether a day is a working day; refuse where the year is not known."""
        known = self._is_workday.get(day.toordinal())
        if known is None:
            raise CalendarUnknown(day.year)
        return known

    def add_workdays(self, start: date, count: int) -> date:
        """Return the last of so many working days after a day (首日不计).

        The first day is not counted; no working days at all is the day itself. Refuses where the term reaches a year
        that is not known.
        """
        if count < 0:
            raise ValueError("a term counts forward")
        if start.year not in self.years:
            raise CalendarUnknown(start.year)
        if count == 0:
            return start
        place = bisect_left(self._workdays, start.toordinal() + 1) + count - 1
        gap = self._first_unknown_after[start.year]
        if place >= len(self._workdays) or self._workdays[place] >= date(gap, 1, 1).toordinal():
            raise CalendarUnknown(gap)
        return date.fromordinal(self._workdays[place])

    def workdays_between(self, start: date, end: date) -> int:
        """Return how many working days lie after one day, up to and including the other; negative when turned round."""
        if end < start:
            return -self.workdays_between(end, start)
        for year in range(start.year, end.year + 1):
            if year not in self.years:
                raise CalendarUnknown(year)
        after = bisect_left(self._workdays, start.toordinal() + 1)
        return bisect_left(self._workdays, end.toordinal() + 1) - after

    def add_workdays_column(
        self, starts: pl.Series, count: int, *, unknown: Literal["raise", "null"] = "raise"
    ) -> pl.Series:
        """Return the last of so many working days after each day (首日不计); nothing where nothing is given.

        With `unknown="null"` a term that reaches an unknown year stays open instead of refusing the whole column.
        """
        if count < 0:
            raise ValueError("a term counts forward")
        days = starts.cast(pl.Date).rename("day").to_frame()
        distinct = days["day"].unique().drop_nulls()
        ends: list[date | None] = []
        for day in distinct.to_list():
            try:
                ends.append(self.add_workdays(day, count))
            except CalendarUnknown:
                if unknown == "raise":
                    raise
                ends.append(None)
        answers = pl.DataFrame({"day": distinct, "answer": pl.Series(ends, dtype=pl.Date)})
        return days.join(answers, on="day", how="left", maintain_order="left")["answer"].rename(starts.name)

    def workdays_between_columns(
        self, starts: pl.Series, ends: pl.Series, *, unknown: Literal["raise", "null"] = "raise"
    ) -> pl.Series:
        """Return how many working days lie after each start, up to and including each end."""
        pairs = pl.DataFrame({"start": starts.cast(pl.Date), "end": ends.cast(pl.Date)})
        distinct = pairs.unique().drop_nulls()
        counts: list[int | None] = []
        for start, end in distinct.iter_rows():
            try:
                counts.append(self.workdays_between(start, end))
            except CalendarUnknown:
                if unknown == "raise":
                    raise
                counts.append(None)
        answers = distinct.with_columns(pl.Series("answer", counts, dtype=pl.Int64))
        joined = pairs.join(answers, on=["start", "end"], how="left", maintain_order="left")
        return joined["answer"].rename(starts.name)
