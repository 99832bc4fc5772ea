"""A complainant's sealed name has its own day (投诉人信息到期销毁): kept to it, gone after it, recorded; never before, never by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import TestCase

from gongxin.rooms.promises.complaints import figures, filing, identity, publishing
from gongxin.rooms.promises.complaints.models import Complainant, Destruction
from gongxin.spine import clock
from gongxin.spine.cases import attachments, engine, finding
from gongxin.spine.cases.attachments import Offered
from gongxin.spine.cases.models import Attachment, Case, CaseAct
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


PAPER = b"%PDF-1.7\n"


def test_what_the_complainant_handed_in_goes_with_the_name_and_not_while_anything_hangs_on_it(
    db: Any, on_day: Callable[[Any], None]
) -> None:
    on_day(CLOSED)
    people = town.people()
    number, holder = town.filed()
    kept = attachments.attach(holder, number, Offered("补贴文件.pdf", PAPER + b"1"))
    by_office = attachments.attach(people["office"], number, Offered("来信.pdf", PAPER + b"2"))
    referral = {"category": "subsidy", "handler": town.DISTRICT, "decided_by": town.DECIDER}
    did(engine.act(people["office"], number, "refer", referral))
    by_handler = attachments.attach(people["district"], number, Offered("核实笔录.pdf", PAPER + b"3"))
    report = did(filing.report_retaliation(holder, number, "被无故检查")).case
    did(engine.act(holder, number, "withdraw", {}))
    places = []
    for each in (kept, by_office, by_handler):
        assert isinstance(each, Attachment)
        places.append(attachments.folder() / each.place)
    on_day(AFTER)
    assert identity.destroy() == () and all(place.exists() for place in places), "the report of retaliation is open"
    Case.objects.filter(pk=report.number).update(closed_on=CLOSED)
    # A record that came of it is objected to: its evidence may still be needed.
    came = Case.objects.create(**row("ZS-2026-000001", "integrity", about=number, closed_on=CLOSED))
    CaseAct.objects.create(
        case=came, n=1, verb="serve-decision", side="authority", on=CLOSED, at=clock.now(), said="", entries=[77]
    )
    objected = Case.objects.create(**row("YY-2026-000001", "objection", record=77))
    assert identity.destroy() == ()
    objected.closed_on = CLOSED
    objected.save()
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert identity.destroy() == (number,)
    assert [place.exists() for place in places] == [False, False, True], "what the handler took up stays with the case"
    told = [
        (each.destroyed_on, bool(name), each.size) for each, name in attachments.listing(Case.objects.get(pk=number))
    ]
    assert told == [(AFTER, False, 10), (AFTER, False, 10), (None, True, 10)], "digest and size prove what it was"
    assert isinstance(kept, Attachment)
    assert no(attachments.opened(people["district"], number, kept.pk)) == "case.attachment_destroyed"
    assert no(publishing.publish(people["district"], number, "某企业反映", "", town.DECIDER)) == "complaint.destroyed"
    places[0].write_bytes(b"left by a crash")
    identity.destroy()
    assert not places[0].exists()


def row(number: str, kind: str, **more: Any) -> dict[str, Any]:
    """The row of a case another room opened."""
    return {
        "number": number, "kind": kind, "subject": "uscc:X", "body": town.CITY, "channel": "online", "applicant": "", "receipt": "",
        "opened_on": CLOSED, "opened_at": clock.now(), "state": "open", **more,
    }  # fmt: skip


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
