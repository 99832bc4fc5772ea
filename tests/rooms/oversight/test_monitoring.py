"""Monitoring (监测预警): questions from reports, put to the body with a clock; nothing hidden is told, and nobody is ranked."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gongxin.doors.cli import main
from gongxin.kernel.issues import Refusal
from gongxin.kernel.terms import add_months
from gongxin.law.monitoring import Month
from gongxin.law.monitoring import alarms as raised
from gongxin.rooms.oversight import monitoring, replies
from gongxin.spine import reporting, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.engine import Request
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.ledger.documents import document_keys
from tests.rooms.remedy import city
from tests.rooms.remedy.city import DECIDER, did, no
from tests.spine import making

TODAY = date(2026, 10, 9)
AUTHORITY = "平陵市市场监督管理局"
MISSING, PERSONS = (3, 4, 5, 40), 7


@pytest.fixture
def people(db: Any, on_day: Callable[[Any], None]) -> dict[str, Viewer]:
    """A body that reports twelve penalties a month for two years and two in September; its people, and a supervisor."""
    found = city.people()
    account = Account.objects.create(username="supervisor", first_name="督查", body_id=city.OFFICE, role="supervisor")
    found["supervisor"] = Viewer(account.pk, "督查", city.OFFICE, "supervisor", "web")
    running: dict[int, int] = {}
    for month in range(24):
        day = add_months(date(2024, 10, 12), month)
        on_day(day)
        acts = []
        for _ in range(12 if month < 23 else 2):
            running[day.year] = running.get(day.year, 0) + 1
            while day.year == 2026 and running[2026] in MISSING:
                running[2026] += 1
            acts.append(penalty(running[day.year], day))
        append(acts)
    on_day(TODAY)
    return found


def penalty(number: int, day: date) -> NewAct:
    """A penalty as it comes in; the seventh of 2026 is about a natural person and stands nowhere in public."""
    payload = making.penalty(1, number, document_no=f"平市监罚〔{day.year}〕{number}号", decided_on=day.isoformat())
    subject = making.key(1)
    if day.year == 2026 and number == PERSONS:
        subject = "person:" + "7" * 32
        payload = {name: value for name, value in payload.items() if name != "uscc"} | {"subject_kind": "person"}
    item = shelf.book().on(day).item("penalty")
    document, content, paper = document_keys(item, subject, payload)
    return NewAct(
        "record", "penalty", subject, city.AUTHORITY, payload, "甲", document=document, content=content, paper=paper
    )  # fmt: skip


def test_a_drop_and_a_gap_raise_a_question_and_what_is_not_public_is_no_gap(people: dict[str, Viewer]) -> None:
    told = {each.signal.id: each for each in monitoring.alarms(TODAY)}
    assert set(told) == {"data-drop", "number-gap"}
    drop, gap = told["data-drop"], told["number-gap"]
    assert (drop.month, drop.seen) == (date(2026, 9, 1), 2) and 11 < (drop.usual or 0) < 13
    assert gap.series is not None and gap.series.gaps == ((3, 5), (40, 40)), "the person's number is known, not told"
    data = monitoring.told(TODAY)
    assert "3–5、40" in data[1]["text"] and "3–5" in data[1]["text_en"]
    assert all(each["certainty"] == "unverified" for each in data)
    assert monitoring.told(TODAY, body="NOBODY") == []


def test_the_running_month_and_a_short_past_raise_nothing(people: dict[str, Viewer]) -> None:
    law = shelf.book().on(TODAY)
    months = [Month("B", "penalty", date(2026, month, 1), 30, 0) for month in (6, 7, 8)]
    assert raised([*months, Month("B", "penalty", date(2026, 9, 1), 0, 0)], {}, law=law, as_of=TODAY) == (), (
        "three months are no past"
    )
    longer = [Month("B", "penalty", add_months(date(2026, 10, 1), -back), 30, 1) for back in range(1, 20)]
    assert raised([*longer, Month("B", "penalty", date(2026, 10, 1), 0, 0)], {}, law=law, as_of=TODAY) == (), (
        "October is not over"
    )
    (late,) = raised([Month("B", "penalty", date(2026, 9, 1), 30, 20), *longer[1:]], {}, law=law, as_of=TODAY)
    assert late.signal.id == "late-share" and late.limit is not None and 0.03 < late.limit < 0.66


def test_months_count_what_was_late_by_its_own_term(people: dict[str, Viewer]) -> None:
    months = reporting.monthly(date(2026, 8, 1), TODAY)
    assert [(each.month.month, each.received, each.late) for each in months] == [(8, 12, 0), (9, 2, 0)]
    append([penalty(200, date(2026, 9, 1))])
    (october,) = reporting.monthly(date(2026, 10, 1), TODAY)
    assert (october.received, october.late) == (1, 1), "decided on 1 September, received on 9 October"


def test_a_question_is_put_once_answered_in_time_and_closed_by_a_named_person(
    people: dict[str, Viewer], on_day: Callable[[Any], None]
) -> None:
    alarm = next(each for each in monitoring.told(TODAY) if each["signal"] == "number-gap")
    asked = Request("monitoring", making.key(9), {"ground": "number-gap", "text": alarm["text"]}, about=alarm["key"])
    assert no(engine.open_case(people["officer"], asked)) == "case.side"
    case = did(engine.open_case(people["supervisor"], asked)).case
    assert (case.body, case.subject, case.brought_by) == (city.AUTHORITY, f"uscc:{city.AUTHORITY}", city.OFFICE)
    assert case.due == date(2026, 10, 22), "ten working days; Saturday 10 October is worked after the holidays"
    assert no(engine.open_case(people["supervisor"], asked)) == "monitor.asked"
    assert next(each for each in monitoring.told(TODAY) if each["key"] == alarm["key"])["case"] == case.number
    assert isinstance(finding.show(people["stranger"], case.number), Refusal)
    assert case in finding.inbox(people["steward"]) and case not in finding.inbox(people["centre"])
    assert (
        no(engine.act(people["steward"], case.number, "explain", {"text": "作废", "decided_by": "1"})) == "case.person"
    )
    beside = next(each for each in monitoring.told(TODAY) if each["key"] == alarm["key"])
    assert (beside["state_name"], beside["due"], beside["answer"]) == ("已提出，待说明", "2026-10-22", None)
    did(engine.act(people["steward"], case.number, "explain", {"text": "3–5 号作废，40 号补报", "decided_by": DECIDER}))
    beside = next(each for each in monitoring.told(TODAY) if each["key"] == alarm["key"])
    assert beside["answer"] == {"text": "3–5 号作废，40 号补报", "by": DECIDER, "on": TODAY.isoformat()}, (
        "the answer beside the question"
    )
    assert [each.answer for each in replies.all_put(TODAY)] == ["3–5 号作废，40 号补报"] and not replies.all_put(
        date(2026, 10, 8)
    )
    assert case.number in {each.number for each in finding.inbox(people["supervisor"])}
    append([penalty(40, date(2026, 6, 1))])
    done = did(
        engine.act(people["supervisor"], case.number, "settle", {"reason": "已核对作废登记", "decided_by": DECIDER})
    )
    assert done.standing.state.closed
    again = next(each for each in monitoring.told(TODAY) if each["signal"] == "number-gap")
    assert again["gaps"] == [[3, 5]] and again["case"] == "", "a gap that changed is another question"
    gone = engine.open_case(people["supervisor"], asked)
    assert no(gone) == "monitor.gone"
    [closed] = replies.all_put(TODAY)
    assert (closed.state.id, closed.closed_on, closed.due) == ("settled", TODAY, None)


def test_another_source_shows_what_never_came(
    people: dict[str, Viewer], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "官网公示.csv"
    lines = [f"平市监罚[2026]{number}号" for number in (1, 2, 3, 4, 7, 10, 11, 12, 13)]
    path.write_text("序号,文书号\n" + "\n".join(f"{n},{line}" for n, line in enumerate(lines)), encoding="gb18030")
    command = ["monitor", "hidden", city.AUTHORITY, "penalty", str(path), "--from", "2026-01-01", "--json"]
    assert main(command) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["known_elsewhere"], told["handed_in"], told["missing"]) == (
        9,
        98,
        ["平市监罚[2026]3号", "平市监罚[2026]4号"],
    )
    assert told["estimate"]["low"] <= 102 <= told["estimate"]["high"], "the truth lies in the interval"
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    assert main(command) == 1 and json.loads(capsys.readouterr().out)["error"]["code"] == "monitor.column"
    assert main([*command[:2], "NOBODY", *command[3:]]) == 1
    capsys.readouterr()
    assert main(["monitor", "run", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2
    assert main(["monitor", "list"]) == 0 and "共 0 件" in capsys.readouterr().out
