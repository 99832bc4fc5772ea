"""Determinations (待定认定): shown and used against nobody before, and afterwards as the law says of the answer."""

from __future__ import annotations

from datetime import date

import pytest

from gongxin.kernel.issues import Refusal
from gongxin.rooms.resolve import determinations
from gongxin.rooms.resolve.determinations import Answer
from gongxin.spine import public
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Look
from gongxin.spine.ledger.models import Entry
from tests.rooms.disclosure.world import ACME, BUREAU, act, enter_penalty

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 20)
DECIDED = date(2026, 6, 14)
OFFICE = Viewer(1, "王工", "office", "operator", "web")
STEWARD = Viewer(2, "李工", BUREAU, "steward", "web")
REASON = "罚款达到本领域较大数额，按一般失信"


@pytest.fixture(autouse=True)
def _day(on_day):
    on_day(TODAY)


def enter_undecided() -> int:
    return enter_penalty(
        "燕北精密机械有限公司",
        ACME,
        DECIDED,
        penalty_kinds="fine",
        penalty_content="罚款12万元",
        fine_wan="12",
        confiscated_wan=None,
    )


def test_an_undecided_entry_is_shown_to_nobody_until_a_person_determined_it():
    record = enter_undecided()
    assert public.public_lines(f"uscc:{ACME}", TODAY) == []
    desk = determinations.undecided(OFFICE)
    assert [line.record for line in desk.lines] == [record]
    assert determinations.undecided_count(STEWARD) == 1
    asked = determinations.question(OFFICE, record)
    assert asked.why
    assert Look.objects.filter(number=asked.look, account=1).exists()
    seen = determinations.preview(asked, Answer(severity="general"))
    assert seen.state == "effective"
    assert not Entry.objects.filter(kind="determination").exists()
    done = determinations.determine(OFFICE, record, Answer(severity="general", basis="裁量基准"), REASON)
    assert done.line.clocks == seen.clocks
    entry = Entry.objects.get(kind="determination")
    assert (entry.record, entry.seq, entry.actor) == (record, done.seq, "王工@office")
    shown = public.public_lines(f"uscc:{ACME}", TODAY)
    assert [line.severity for line in shown] == ["general"]
    assert shown[0].display_until == seen.clocks.display_until
    assert determinations.undecided(OFFICE).total == 0
    again = determinations.determine(OFFICE, record, Answer(severity="minor"), REASON)
    assert again.code == "determination.none"


@pytest.mark.parametrize(
    ("answer", "reason", "code"),
    [
        (Answer(), REASON, "determination.empty"),
        (Answer(severity="general"), " ", "resolve.reason"),
        (Answer(ban_until=date(2026, 1, 1)), REASON, "determination.order"),
        (Answer(ban_until=date(2027, 1, 1)), REASON, "determination.open"),
    ],
)
def test_what_is_no_determination_is_refused(answer, reason, code):
    record = enter_undecided()
    done = determinations.determine(OFFICE, record, answer, reason)
    assert isinstance(done, Refusal)
    assert done.code == code
    assert not Entry.objects.filter(kind="determination").exists()


def test_a_steward_determines_what_the_own_body_reported_and_nothing_else():
    record = enter_undecided()
    other = Viewer(3, "孙工", "another", "steward", "web")
    assert determinations.undecided(other).total == 0
    assert determinations.question(other, record).code == "determination.none"
    officer = Viewer(3, "赵工", BUREAU, "officer", "web")
    assert determinations.undecided(officer).code == "resolve.role"
    assert determinations.determine(STEWARD, record, Answer(severity="general"), REASON).seq


def test_a_ban_nobody_can_read_is_dated_by_a_person():
    from gongxin.spine.ledger.append import append

    payload = {
        "subject_name": "燕北精密机械有限公司",
        "subject_kind": "organisation",
        "uscc": ACME,
        "violation": "提供虚假材料谋取中标",
        "penalty_content": "列入不良行为记录名单，在一至三年内禁止参加政府采购活动",
        "basis": "《中华人民共和国政府采购法》第七十七条第一款第一项",
        "decided_on": DECIDED.isoformat(),
        "authority": "平陵市财政局",
    }
    record = append([act("record", "procurement-violation", f"uscc:{ACME}", payload)])[0]
    asked = determinations.question(OFFICE, record)
    assert not isinstance(asked, Refusal), "一至三年 is a range of the statute and no term of this decision"
    done = determinations.determine(OFFICE, record, Answer(ban_months=12), "决定书原件写明一年")
    assert done.line.state == "effective"
    assert done.line.facts.ban_until == date(2027, 6, 14)
    assert public.public_counts(TODAY) == {"procurement-violation": 1}
