"""One code, several names (一码多名): told apart in words, taken apart by a person, and put back."""

from __future__ import annotations

from datetime import date

import pytest

from gongxin.rooms.resolve import conflicts, judgements, proposals
from gongxin.rooms.resolve.queue import queue
from gongxin.spine import public
from gongxin.spine.access.gate import Viewer
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.ledger.fsck import fsck
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections.models import Mention
from tests.rooms.disclosure.world import ACME, BUREAU, DINER, QUIET, code, enter_penalty

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 20)
DECIDED = date(2026, 6, 14)
OFFICE = Viewer(1, "王工", "office", "operator", "web")
FINANCE = code("11", 7)


@pytest.fixture(autouse=True)
def _day(on_day):
    on_day(TODAY)


def register(uscc: str, name: str) -> None:
    append([NewAct("record", "registration", f"uscc:{uscc}", BUREAU, {"subject_name": name, "uscc": uscc}, "登记")])


def test_a_slip_a_change_and_a_foreign_code_are_told_apart():
    register(ACME, "平陵博飞科技有限公司")
    enter_penalty("平陵搏飞科技有限公司", ACME, DECIDED)
    register(FINANCE, "平陵市财政局")
    for number, name in enumerate(("平陵甲贸易有限公司", "平陵乙装饰有限公司", "平陵丙物业有限公司")):
        enter_penalty(name, FINANCE, DECIDED, document_no=f"平财罚〔2026〕{number}号")
    register(DINER, "平陵市王记小吃店")
    enter_penalty("王小二", DINER, DECIDED)
    register(QUIET, "平陵安静有限公司")
    enter_penalty("平陵安静有限公司", QUIET, DECIDED)
    found = conflicts.one_code_several_names(OFFICE)
    by_code = {line.code: line for line in found.lines}
    assert found.total == 3
    assert QUIET not in by_code
    assert found.lines[0].code == FINANCE
    assert by_code[FINANCE].several_bodies
    assert len(by_code[FINANCE].others) == 3
    assert all("机关" in other.note for other in by_code[FINANCE].others)
    assert not by_code[ACME].several_bodies
    assert by_code[ACME].others[0].differs == "variant"
    assert "个体工商户" in by_code[DINER].others[0].note
    assert conflicts.one_code_several_names(Viewer(2, "李工", BUREAU, "steward", "web")).code == "resolve.scope"


def test_a_record_is_taken_from_the_wrong_body_and_given_to_the_right_one():
    register(FINANCE, "平陵市财政局")
    register(ACME, "平陵甲贸易有限公司")
    record = enter_penalty("平陵甲贸易有限公司", FINANCE, DECIDED, legal_rep_id="130102199003070019")
    assert len(public.public_lines(f"uscc:{FINANCE}", TODAY)) == 2
    assert conflicts.detach(OFFICE, record, "").code == "resolve.reason"
    done = conflicts.detach(OFFICE, record, "财政局的代码误填给了公司")
    assert [line.item for line in public.public_lines(f"uscc:{FINANCE}", TODAY)] == ["registration"]
    assert public.public_counts(TODAY).get("penalty") is None
    waiting = Mention.objects.get(pk=done.mention)
    assert queue(OFFICE).rows == 1
    assert "130102199003070019" not in waiting.body
    found = {each.key: each for each in proposals.for_mention(waiting)}
    assert found[f"uscc:{FINANCE}"].judged == "different"
    given = judgements.judge(OFFICE, f"mention:{waiting.pk}", f"uscc:{ACME}", "same", "名称和文书一致")
    assert given.records == (record,)
    assert {line.record for line in public.public_lines(f"uscc:{ACME}", TODAY)} >= {record}
    assert Entry.objects.filter(kind="record", item="penalty").count() == 1
    judgements.undo(OFFICE, given.seqs[-1], "还要再核")
    assert record not in {line.record for line in public.public_lines(f"uscc:{ACME}", TODAY)}
    assert queue(OFFICE).rows == 1
    assert fsck().ok
