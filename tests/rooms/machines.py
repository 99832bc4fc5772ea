"""What state machines on the real store share (状态机共用): a run that leaves nothing behind, and a day that moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.conf import settings as site
from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine

from gongxin.rooms.measures import queue, sources
from gongxin.spine import shelf, tallies
from gongxin.spine.projections import resident


@contextmanager
def undone() -> Iterator[None]:
    """Undo everything a run has entered, so that the next begins with an empty store."""
    sources.forget()
    queue.forget()
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        resident._present = None  # what was read within the undone transaction never was
        tallies.forget()


class OnItsOwnDay(RuleBasedStateMachine):
    """A machine whose store is empty when it begins, and whose day is its own."""

    def __init__(self) -> None:
        super().__init__()
        self._undone = undone()
        self._undone.__enter__()
        self._before = getattr(site, "GONGXIN_TODAY", None), site.GONGXIN_LAWBOOK

    def teardown(self) -> None:
        site.GONGXIN_TODAY, site.GONGXIN_LAWBOOK = self._before
        self._undone.__exit__(None, None, None)

    def go_to(self, day: date) -> None:
        self.day = day
        site.GONGXIN_TODAY = day.isoformat()

    def go(self, days: int) -> None:
        self.go_to(self.day + timedelta(days=days))


def fifth_workday(start: date) -> date:
    """Reckoned here by hand from the calendar's days, apart from the rule that is tested."""
    found, day = 0, start
    while found < 5:
        day += timedelta(days=1)
        found += shelf.calendar().is_workday(day) if day.year <= 2026 else day.weekday() < 5
    return day
