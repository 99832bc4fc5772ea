"""One's own record (我的信用) and who looked (谁看过我): everything, in words, for oneself alone."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest

from gongxin.kernel.issues import Refusal
from gongxin.rooms.disclosure import mine, wholooked
from gongxin.rooms.measures import check
from gongxin.spine import clock, shelf
from gongxin.spine.access import gate, traces, withheld
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Body, Look
from gongxin.spine.ledger.append import append
from tests.spine.making import key, record, upon, uscc

pytestmark = pytest.mark.django_db
OFFICER = "11PL0303"


@pytest.fixture
def owner(on_day: Any) -> Viewer:
    on_day("2026-06-01")
    Body.objects.create(code=uscc(1), name="平陵市第1商贸有限公司", kind="company")
    Body.objects.create(code=OFFICER, name="平陵市公共资源交易中心", kind="trading-centre")
    account = Account.objects.create(username="boss", role="subject", body_id=uscc(1))
    append([record(1, 1), record(1, 2), record(1, 3, decided_on="2020-01-06"), record(2, 4)])
    append([upon(2, "withdrawal", reason="撤销")])
    return Viewer(account.pk, "boss", uscc(1), "subject", "web", key(1))


def told(owner: Viewer) -> mine.Mine:
    found = mine.mine(owner, key(1))
    assert isinstance(found, mine.Mine), found
    return found


def test_everything_is_there_and_what_has_ended_is_marked(owner: Viewer) -> None:
    entries = {held.record: held for held in told(owner).entries}
    assert set(entries) == {1, 2, 3}
    assert [entries[n].only_you for n in (1, 2, 3)] == [False, True, True]
    assert entries[1].public and not entries[2].public
    assert entries[2].state == "withdrawn" and entries[3].state == "expired"


def test_the_officer_and_the_subject_read_the_same_words(owner: Viewer) -> None:
    held = next(each for each in told(owner).entries if each.record == 1)
    procurement = next(effect for matter, effect in held.effects if matter.id == "procurement")
    officer = Viewer(7, "甲", OFFICER, "officer", "web")
    answered = check.check(officer, uscc(1), "procurement", case_no="1")
    assert isinstance(answered, dict)
    said = [entry for entry in answered["must_act"] + answered["for_reference"] if entry["record"] == 1]
    assert said and said[0]["effect"] == procurement.text
    assert said[0]["remedy"] == held.item.remedy.text


def test_the_rules_are_explained_and_repair_is_told_in_advance(owner: Viewer) -> None:
    held = next(each for each in told(owner).entries if each.record == 1)
    assert held.explained.reason and held.citations and held.explained.severity
    assert held.outlook.opens == held.line.clocks.repair_from
    assert held.outlook.state == ("open" if held.outlook.opens <= clock.today() else "later")  # type: ignore[operator]
    assert "duties" in held.outlook.missing
    gone = next(each for each in told(owner).entries if each.record == 2)
    assert gone.outlook.state == "none" and gone.effects == ()


def test_repair_opens_on_its_very_day(owner: Viewer, on_day: Any) -> None:
    opens = next(each for each in told(owner).entries if each.record == 1).outlook.opens
    assert opens is not None
    on_day(opens - timedelta(days=1))
    assert told(owner).find(1).outlook.state == "later"  # type: ignore[union-attr]
    on_day(opens)
    assert told(owner).find(1).outlook.state == "open"  # type: ignore[union-attr]


def test_a_copy_is_a_look_of_its_own_kind(owner: Viewer) -> None:
    copied = mine.copy(owner, key(1), "json")
    assert isinstance(copied, bytes)
    said = json.loads(copied)
    assert {entry["record"] for entry in said["entries"]} == {1, 2, 3}
    assert Look.objects.get(number=said["look"]).ground == "own copy-json"
    table = mine.copy(owner, key(1), "csv")
    assert isinstance(table, bytes)
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    assert rows[0][0] == "记录" and {row[0] for row in rows[1:]} == {"1", "2", "3"}
    assert isinstance(mine.copy(owner, key(1), "xml"), Refusal)


def test_a_cell_is_never_a_formula() -> None:
    assert mine.plain_cell("=1+1") == "'=1+1" and mine.plain_cell("平陵") == "平陵"


def test_nobody_else_reads_it(owner: Viewer) -> None:
    for other in (
        Viewer(None, "x", uscc(2), "subject", "web"),
        Viewer(owner.account_id, "x", uscc(1), "subject", "web", key(2)),
        Viewer(7, "甲", OFFICER, "officer", "web"),
    ):
        assert isinstance(mine.mine(other, key(1)), Refusal)
        assert isinstance(wholooked.who_looked(other, key(1)), Refusal)


def test_each_look_is_told_in_words(owner: Viewer) -> None:
    officer = Account.objects.create(
        username="he", first_name="何敏之", role="officer", body_id=OFFICER, post="招标管理科"
    )
    asked = check.check(Viewer(officer.pk, "何敏之", OFFICER, "officer", "web"), uscc(1), "procurement", case_no="办1")
    assert isinstance(asked, dict)
    mine.copy(owner, key(1), "csv")
    seen = wholooked.who_looked(owner, key(1))
    assert isinstance(seen, wholooked.Looked)
    by_officer = seen.seen[0]
    assert by_officer.awaiting and by_officer.number == asked["check"] and by_officer.kind == "duty"
    assert (by_officer.body.name, by_officer.post, by_officer.case_no) == (
        "平陵市公共资源交易中心",
        "招标管理科",
        "办1",
    )  # type: ignore[union-attr]
    names = dict(by_officer.items or ())
    assert names.get("行政处罚")
    assert "何敏之" not in repr(wholooked.rows(seen))
    assert [each.act for each in seen.seen if not each.by_others] == ["copy-csv"]
    assert seen.others == 1 == seen.count("duty") and seen.awaiting == 1


def test_a_look_waits_until_its_subject_speaks_or_the_days_are_over(owner: Viewer, on_day: Any) -> None:
    officer = Viewer(7, "甲", OFFICER, "officer", "web")
    numbers = [check.check(officer, uscc(1), "procurement", case_no="1")["check"] for _ in range(2)]  # type: ignore[index,call-overload]
    today = clock.today()
    assert wholooked.looked(key(1), today).awaiting == 2
    assert traces.reply(owner, key(1), numbers[0], "confirmed") is not None
    assert traces.reply(owner, key(2), numbers[0], "confirmed") is None
    assert traces.reply(owner, key(1), numbers[0], "anything") is None
    assert wholooked.looked(key(1), today).awaiting == 1
    days = shelf.book().on(today).parameter("looks.confirm.days").number()
    assert wholooked.looked(key(1), today + timedelta(days=days)).awaiting == 1
    assert wholooked.looked(key(1), today + timedelta(days=days + 1)).awaiting == 0


def test_a_delayed_notice_is_neither_shown_nor_counted(owner: Viewer) -> None:
    officer = Viewer(7, "甲", OFFICER, "officer", "web")
    number = check.check(officer, uscc(1), "procurement", case_no="1")["check"]  # type: ignore[index,call-overload]
    before = wholooked.rows(wholooked.looked(key(1), clock.today()))
    release = clock.today() + timedelta(days=3)
    assert not isinstance(withheld.withhold(officer, number, "investigation", release, "批准人"), Refusal)
    hidden = wholooked.looked(key(1), clock.today())
    assert hidden.others == 0 and hidden.seen == () and len(before) == 1
    assert [row["number"] for row in wholooked.rows(wholooked.looked(key(1), release))] == [number]


def test_reading_the_log_leaves_a_note_of_its_own(owner: Viewer) -> None:
    wholooked.who_looked(owner, key(1))
    assert Look.objects.get().subject == f"looks:{key(1)}"
    assert Look.objects.get().ground == f"{gate.OWN} looks"


def test_a_figure_has_its_unit_in_words_once(owner: Viewer) -> None:
    said = dict(next(held for held in told(owner).entries if held.record == 1).said)
    assert said["没收违法所得、没收非法财物的金额"] == "0.1 万元"
    carried = mine.copy(owner, key(1), "csv")
    assert isinstance(carried, bytes) and "wan" not in carried.decode()
