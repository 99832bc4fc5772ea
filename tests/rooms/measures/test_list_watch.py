"""Public bodies among the judgment debtors: found by valid code alone, asked about once, nothing recorded by a machine."""

from __future__ import annotations

from typing import Any

import pytest

from gongxin.rooms.measures.lists import settling, watch
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body
from gongxin.spine.ledger import head
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.outbox import notices
from gongxin.spine.outbox.models import Notice
from tests.rooms.intake.making import code
from tests.rooms.measures.lists_town import did, no
from tests.spine import making

DAY = "2026-09-21"
ORGAN, INSTITUTION = code(1, "11130100"), code(2, "12130100")


def entered(subject: str, list_id: str = "judgment-defaulters", **said: str) -> int:
    payload = {
        "list": list_id, "subject_name": "某某局", "subject_kind": "organisation", "facts": "未履行", "basis": "规定第一条",
        "document_no": "（2026）平执1号", "decided_on": "2026-09-01", "served_on": "2026-09-03", "effective_on": "2026-09-03",
        "authority": "平陵市人民法院", "exit_conditions": "履行完毕", "proof_of_service": "回证 1", **said,
    }  # fmt: skip
    return append([NewAct("record", "list-entry", subject, "11PL0202", payload, "法院")])[0]


@pytest.mark.django_db
def test_bodies_are_found_by_code_and_asked_about_once(on_day: Any) -> None:
    on_day(DAY)
    Body.objects.create(code=ORGAN, name="平陵市某局", kind="organ")
    # A company of a body's name is no body; a faulty code is nobody's; another list is not watched.
    Body.objects.create(code=making.uscc(1), name="某某局", kind="company")
    wanted = [entered(f"uscc:{ORGAN}", uscc=ORGAN), entered(f"uscc:{INSTITUTION}", uscc=INSTITUTION)]
    entered(making.key(1), uscc=making.uscc(1))
    entered("uscc:11130100MB00000999", uscc="11130100MB00000999")
    entered(f"uscc:{ORGAN}", "consumption-restricted", uscc=ORGAN)
    size = head.read().size
    found = watch.run()
    assert [(each.record, each.kind, each.name) for each in found] == [
        (wanted[0], "organ", "平陵市某局"), (wanted[1], "institution", ""),
    ]  # fmt: skip
    assert "政务诚信" in found[0].question
    assert watch.run() == []
    assert len(watch.found()) == 2
    assert head.read().size == size
    told = {(each.to, str(notices.words_of(each)["record"])) for each in Notice.objects.all()}
    assert told == {("operator", str(wanted[0])), ("supervisor", str(wanted[0])), ("operator", str(wanted[1]))}


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "count"), [("2026-09-21", 0), ("2026-09-25", 1), ("2028-09-25", 1), ("2028-09-26", 0)])
def test_only_an_entry_in_effect_is_asked_about(on_day: Any, day: str, count: int) -> None:
    on_day("2026-09-25")
    entered(f"uscc:{ORGAN}", uscc=ORGAN, served_on="2026-09-25", effective_on="2026-09-25")
    on_day(day)
    assert len(watch.found()) == count


@pytest.mark.django_db
def test_a_person_of_the_office_closes_the_question_once_and_the_body_is_told(on_day: Any) -> None:
    on_day(DAY)
    for body, name, kind in (
        (ORGAN, "平陵市某局", "organ"),
        ("OFFICE", "平陵市信用办", "office"),
        ("11PL0202", "法院", "court"),
    ):
        Body.objects.create(code=body, name=name, kind=kind)
    record, other = entered(f"uscc:{ORGAN}", uscc=ORGAN), entered(making.key(1), uscc=making.uscc(1))
    office = Viewer(None, "柳成蹊", "OFFICE", "operator", "web")
    said = {"ground": "reported", "findings": "经向法院核实属实", "decided_by": "柳成蹊（信用科科长）"}
    assert no(settling.settle(office, record, said)) == "watch.none", "nothing was asked yet"
    watch.run()
    assert no(settling.settle(office, other, said)) == "watch.none"
    assert no(settling.settle(office, record, said)) == "watch.reported"
    said |= {"reported_to": "平陵市人民政府"}
    assert no(settling.settle(office, record, {**said, "decided_by": "7"})) == "case.person"
    assert no(settling.settle(Viewer(None, "某", "11PL0202", "steward", "web"), record, said)) == "case.side"
    on_day("2026-10-30")
    for _ in range(2):
        watch.run()
    late = Notice.objects.filter(template=f"{watch.OVERDUE}:{record}")
    assert late.count() == 1, "asked once more, when nobody has answered in time"
    size = head.read().size
    done = did(settling.settle(office, record, said))
    assert (done.standing.state.id, head.read().size) == ("settled", size), "it enters nothing about anybody"
    assert [(each.record, each.settled) for each in watch.found()] == [(record, done.case.number)]
    assert Notice.objects.filter(to_kind="body", to=ORGAN, template="list.body-settled").count() == 1
    assert no(settling.settle(office, record, said)) == "watch.settled"
