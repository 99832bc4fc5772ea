"""Days that were told provisionally are told anew when they are known (暂算期限的重算)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from gongxin.kernel.calendar import WorkCalendar
from gongxin.rooms.remedy import keeping
from gongxin.spine import clock, public, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.cases import finding
from gongxin.spine.cases.models import Case
from gongxin.spine.ledger.models import Entry
from tests.rooms.remedy import city

NEW_YEAR = {date(2027, 1, 1): False}


def test_the_coming_year_is_provisional_until_it_is_announced(
    people: dict[str, Viewer], on_day: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_day("2026-12-29")
    record = city.penalty()
    done = city.objection(people["subject"], record)
    answer = done.standing.find_clock("answer")
    assert answer is not None and answer.provisional and done.case.answer_by == date(2027, 1, 7)
    assert keeping.keep().redated == ()
    # The State Council announces the year: New Year's Day is off, so there is one more day for the answer.
    calendar = WorkCalendar({2026: {}, 2027: NEW_YEAR})
    monkeypatch.setattr(shelf, "calendar", lambda: calendar)
    assert keeping.keep().redated == (done.case.number,)
    assert keeping.keep().redated == ()
    assert (
        Case.objects.get().answer_by
        == date(2027, 1, 8)
        == finding.find_case(people["steward"], done.case.number).answer_by
    )  # type: ignore[union-attr]
    assert Entry.objects.filter(kind="objection", record=record).count() == 2
    on_day("2027-01-08")
    assert [mark.id for mark in public.lines_of_records([record], clock.today())[0].marks] == ["objected"]
    on_day("2027-01-09")
    assert [mark.id for mark in public.lines_of_records([record], clock.today())[0].marks] == ["objected", "silence"]
