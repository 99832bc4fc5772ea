"""Restrictions: what nobody defends ends on the day after its review, without anybody doing anything."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gongxin.kernel.calendar import WorkCalendar
from gongxin.law import restrictions
from gongxin.law.restrictions import Bearing, Frame, Happened, Restriction
from tests.law.conftest import BOOK

SERVED = date(2026, 5, 6)
PROVISION = next(each for each in BOOK.provisions.values() if "procurement.ban" in each.triggers)
LONG = Restriction("XZ-1", PROVISION.id, "procurement", (7,), SERVED, SERVED, date(2029, 5, 5))
CAUSE = {7: Bearing(7, "effective", "procurement.ban", "must_act", "mandatory", PROVISION.id, None, "serious")}


def state(frame: Frame, as_of: date, *happened: Happened) -> tuple[str, str]:
    told = restrictions.standing(LONG, happened, CAUSE, frame=frame, as_of=as_of)
    return told.state, told.end


@pytest.fixture
def frame(calendar: WorkCalendar) -> Frame:
    return Frame(BOOK, calendar)


def test_a_restriction_nobody_defends_ends_on_the_day_after_its_review(frame):
    last = restrictions.review_by_of(SERVED, frame)
    assert state(frame, last) == ("running", "")
    assert state(frame, last + timedelta(days=1)) == ("ended", "undefended")


@pytest.mark.parametrize(("days", "ends"), [(0, "running"), (1, "ended")])
def test_defended_on_the_last_day_it_runs_on_and_a_day_late_it_does_not(frame, days, ends):
    last = restrictions.review_by_of(SERVED, frame)
    defended = Happened("defend", last + timedelta(days=days))
    assert state(frame, last + timedelta(days=2), defended)[0] == ends
