"""Months and years (期间的月与年): the civil code's corresponding day, or the month's end where there is none."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import polars as pl


def add_months(day: date, months: int) -> date:
    """Return the corresponding day so many months on (到期月对应日); the month's last day where that day is missing.

    31 January and one month is 28 or 29 February; 28 February and one month is 28 March, not the month's end.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """Return the corresponding day so many years on; 29 February falls on the 28th in a common year."""
    return add_months(day, years * 12)


def add_months_column(days: pl.Series, months: int | pl.Series) -> pl.Series:
    """Return the corresponding day for each row (到期月对应日列); nothing where day or number of months is missing.

    A result outside the years 1 to 9999 is refused, as it is for a single day.
    """
    given = months if isinstance(months, pl.Series) else pl.lit(months)
    frame = pl.DataFrame({"day": days}).with_columns(given.alias("months"))
    frame = frame.with_columns(pl.col("day").cast(pl.Date), pl.col("months").cast(pl.Int64))
    total = pl.col("day").dt.year().cast(pl.Int64) * 12 + pl.col("day").dt.month().cast(pl.Int64) - 1 + pl.col("months")
    placed = frame.select(year=total // 12, month=(total % 12 + 1), wanted=pl.col("day").dt.day().cast(pl.Int64))
    beyond = placed.filter(~pl.col("year").is_between(1, 9999))
    if len(beyond):
        raise ValueError(f"year {beyond['year'][0]} is out of range")
    last = pl.date(pl.col("year"), pl.col("month"), 1).dt.month_end().dt.day().cast(pl.Int64)
    return placed.select(
        pl.date(pl.col("year"), pl.col("month"), pl.min_horizontal(pl.col("wanted"), last)).alias(days.name)
    ).to_series()


def add_years_column(days: pl.Series, years: int | pl.Series) -> pl.Series:
    """Return the corresponding day so many years on for each row."""
    return add_months_column(days, years * 12)
