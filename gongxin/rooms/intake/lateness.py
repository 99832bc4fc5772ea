"""Late reports (迟报): each row against the working days the law gives, the law asked once for each kind of row and day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

import polars as pl

from gongxin.kernel.calendar import WorkCalendar
from gongxin.law.book import Book, Edition
from gongxin.law.lateness import Due, report_due
from gongxin.law.model import Item
from gongxin.rooms.intake.cells import Findings, Terms, places


def late_rows(frame: pl.DataFrame, item: Item, terms: Terms, findings: Findings) -> pl.Series:
    """Tell which rows are late (迟报判定) on the day they are received, and give each late row its notice."""
    nothing = pl.Series([False]).new_from_index(0, frame.height)
    if item.reporting_rule is None or item.dated_by not in frame.columns:
        return nothing
    told = frame.select(
        pl.col(item.dated_by).str.to_date("%Y-%m-%d", strict=False).alias("day"),
        _column(frame, "authority"),
        _column(frame, "basis"),
    ).with_columns(_marks(terms.law))
    patterns = told.unique(["day", "marks"], keep="first", maintain_order=True)
    ask = _asking(terms, item)
    dues: list[Due] = [ask(*row) for row in patterns.iter_rows()]
    answers = patterns.select("day", "marks").with_columns(
        pl.Series("due", [due.day for due in dues], dtype=pl.Date),
        pl.Series("clause", [None if due.clause is None else str(due.clause) for due in dues], dtype=pl.String),
        pl.Series("unknown", [_unknown_year(due) for due in dues], dtype=pl.String),
    )
    joined = told.join(answers, on=["day", "marks"], how="left", nulls_equal=True, maintain_order="left")
    late = (joined["due"] < terms.today).fill_null(False)
    # Of the rows that are entered only so many are told as the file's allowance has left; the others are counted.
    entered = late & ~findings.held_mask(frame.height)
    left = findings.budget.left("row.late")
    findings.more["row.late"] += max(0, int(entered.sum()) - left)
    counted = entered & (entered.cum_sum() > left)
    for place in places(late & ~counted):
        findings.tell(
            place, "row.late", item.dated_by, frame[item.dated_by][place], severity="notice",
            clause=joined["clause"][place], due=joined["due"][place],
        )  # fmt: skip
    for place in places(joined["unknown"].is_not_null()):
        # Whether such a row is late nobody can say yet; that is said, and counted as neither.
        findings.tell(
            place, "calendar.unknown", item.dated_by, frame[item.dated_by][place], severity="notice",
            clause=joined["clause"][place], year=joined["unknown"][place],
        )  # fmt: skip
    return late


def _unknown_year(due: Due) -> str | None:
    """Return the year whose working days are not published (工作日安排未公布的年份), or None."""
    return None if due.problem is None else due.problem.partition(" ")[0]


def _column(frame: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name).fill_null("") if name in frame.columns else pl.lit("").alias(name)


def _marks(law: Edition) -> pl.Expr:
    """Return which marks of the special rules a row bears: rows that bear the same ones get the same answer."""
    special = law.find_parameter("report.special")
    parts: list[pl.Expr] = []
    for row in special.table() if special is not None else ():
        for name in ("authority", "basis"):
            for mark in row.get(name, ()):
                parts.append(pl.col(name).str.contains(str(mark), literal=True).cast(pl.Int8).cast(pl.String))
    return (pl.concat_str(parts) if parts else pl.lit("")).alias("marks")


_Ask = Callable[[date | None, str, str, str], Due]
_DUES: dict[tuple[str, WorkCalendar, str], dict[tuple[date, str], Due]] = {}
"""What the law has answered: book and calendar and item → day and marks → by when."""


def _asking(terms: Terms, item: Item) -> _Ask:
    """Return how the law is asked of the day of a decision, once; a file names the same days many times over."""
    book, calendar = terms.law.book, terms.calendar
    if len(_DUES) > 100:
        _DUES.clear()
    answered = _DUES.setdefault((book.version, calendar, item.id), {})
    if len(answered) > 100_000:
        answered.clear()

    def ask(day: date | None, authority: str, basis: str, marks: str) -> Due:
        if day is None:
            return Due(None, None)
        due = answered.get((day, marks))
        if due is None:
            law = _edition(book, day)
            due = report_due(item, day, law=law, calendar=calendar, authority=authority, basis=basis)
            answered[day, marks] = due
        return due

    return ask


@lru_cache(maxsize=10_000)
def _edition(book: Book, day: date) -> Edition:
    return book.on(day)
