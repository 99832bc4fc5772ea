"""Transition (过渡): which edition of the law governs how long an entry shows on a day."""

from __future__ import annotations

from datetime import date, timedelta

from gongxin.law.book import Book
from gongxin.law.citing import ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.facts import RecordFacts


@clause("NDRC-36")
@clause("NDRC-58")
def law_day(facts: RecordFacts, as_of: date, *, book: Book) -> tuple[date, ClauseRef | None]:
    """The day whose law governs an entry's display as of a day (适用哪日的法).

    Law:      令36 in force since 2026-04-01 in place of 令58; the clause on entries already standing has not been seen,
              so the parameter `transition.stock` is unverified: `recompute` (default) or `keep`
    Facts:    the day of the decision
    Returns:  the day of the governing edition, and the clause
    Refuses:  never
    """
    return governing_day(facts.decided_on, as_of, book=book)


def governing_day(decided_on: date | None, as_of: date, *, book: Book) -> tuple[date, ClauseRef | None]:
    """The same from the day of the decision alone (由决定日定适用法)."""
    rule = book.on(as_of).find_parameter("transition.stock")
    if rule is None:
        return as_of, None
    if rule.text() == "keep" and decided_on is not None and decided_on < rule.since:
        # Decisions made before the change keep the old terms: the last day on which the old order held.
        return rule.since - timedelta(days=1), rule.source
    return as_of, rule.source
