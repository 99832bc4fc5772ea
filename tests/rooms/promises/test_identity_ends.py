"""A complainant's sealed name has its own day (投诉人信息到期销毁): kept to it, gone after it, recorded; never before, never by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from gongxin.rooms.promises.complaints import figures, identity
from gongxin.rooms.promises.complaints.models import Complainant, Destruction
from gongxin.spine.cases import engine, finding
from tests.rooms.promises import complaints_town as town
from tests.rooms.promises.complaints_town import did, no

CLOSED, LAST, AFTER = date(2026, 10, 12), date(2027, 10, 12), date(2027, 10, 13)


def test_it_is_destroyed_on_its_day_and_that_is_recorded(db: Any, on_day: Callable[[Any], None]) -> None:
    on_day(CLOSED)
    people = town.people()
    number, holder = town.filed()
    open_one, _other = town.filed()
    did(
        engine.act(
            people["office"],
            open_one,
            "refer",
            {"category": "subsidy", "handler": town.DISTRICT, "decided_by": town.DECIDER},
        )
    )
    joined, _third = town.filed()
    did(engine.act(people["office"], joined, "join", {"main": open_one, "reason": "同一补贴"}))
    did(engine.act(holder, number, "withdraw", {}))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE complaints_complainant SET name = '', contact = ''")
    on_day(LAST)
    assert identity.destroy() == ()
    assert identity.hidden_of(number) == (town.NAME, town.CONTACT), "kept on its last day"
    on_day(AFTER)
    assert identity.destroy() == (number,), "what is open, and what was joined to it, is kept"
    assert identity.destroy() == (), "once"
    assert identity.hidden_of(number) == ()
    assert Complainant.objects.get(case=number).name == ""
    assert identity.hidden_of(open_one) and identity.hidden_of(joined)
    (entry,) = Destruction.objects.all()
    assert (entry.case, entry.until, entry.on) == (number, LAST, AFTER)
    assert no(identity.reveal(people["office"], number, "核对")) == "complaint.destroyed"
    shown = finding.show(holder, number)
    assert shown, "the receipt still opens the case"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE complaints_complainant SET name = '甲' WHERE id = %s", [Complainant.objects.get(case=number).pk]
        )


def test_every_complaint_stands_in_one_square_of_the_diagram(db: Any, on_day: Callable[[Any], None]) -> None:
    on_day(CLOSED)
    assert figures.by_division() == ("", [])
    town.people()
    for body in (town.BUREAU, town.BUREAU, town.DISTRICT):
        town.filed(replace(town.COMPLAINT, against=body))
    above, places = figures.by_division()
    assert above == "131500" and [(each.code, told.count) for each, told in places] == [("131502", 3)]
    town.filed(replace(town.COMPLAINT, against=town.CITY))
    above, places = figures.by_division("130000")
    assert sum(told.count for _each, told in places) == figures.together(region="130000").count == 4
    assert sum(told.open for _each, told in places) == 4
