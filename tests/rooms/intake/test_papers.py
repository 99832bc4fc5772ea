"""One document under two subjects (一文书两主体): a wrong but valid code sent right later does not pass unnoticed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gongxin.law.standing import Act
from gongxin.rooms.intake import batches, held, papers
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.spine import clock, shelf
from gongxin.spine.access.models import Body
from gongxin.spine.ledger import payloads
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.ledger.fsck import fsck
from gongxin.spine.ledger.models import Entry, Payload
from gongxin.spine.ledger.moving import move
from gongxin.spine.projections.models import Standing
from tests.rooms.intake.making import citizens, code, penalty, registration

pytestmark = pytest.mark.django_db
Take = Callable[..., Batch]
OTHER = {"行政相对人名称": "河北另一家有限公司"}


@pytest.fixture
def take(finance: Any, table: Callable[..., Path]) -> Take:
    number = iter(range(1, 1000))

    def taken(*rows: dict[str, str]) -> Batch:
        path = table(list(rows), f"file{next(number)}.csv")
        batch = batches.receive(path, file_name=path.name, provider=finance.pk, via="test", actor="王敏")
        return batches.run(batch.pk)

    return taken


def counts(batch: Batch) -> tuple[int, int, int, int, int]:
    batch.refresh_from_db()
    return batch.received, batch.accepted, batch.duplicates, batch.refused, batch.waiting


def under(number: int, **changes: str) -> dict[str, str]:
    """The first document, under another subject's valid code and name."""
    return penalty(1, 统一社会信用代码=code(number), **{**OTHER, **changes})


def standings() -> list[tuple[int, str]]:
    return list(Standing.objects.order_by("record").values_list("record", "subject"))


def test_the_right_code_sent_later_waits_and_says_why(take: Take) -> None:
    take(under(5))
    later = take(penalty(1), penalty(2))
    assert counts(later) == (2, 1, 0, 0, 1)
    (issue,) = [each for each in batches.issues_of(later) if each["code"] == "row.paper_elsewhere"]
    assert code(5) in str(issue["message"]) and "记录 1" in str(issue["message"])
    assert issue["severity"] == "wait"
    assert standings() == [(1, f"uscc:{code(5)}"), (2, f"uscc:{code(2)}")]


def test_settled_as_a_correction_the_record_moves(take: Take) -> None:
    take(under(5))
    later = take(penalty(1))
    row = HeldRow.objects.get(batch=later)
    fixed = held.accept_correcting(row.pk, actor="李科长", reason="原件上是这一家")
    assert fixed.outcome == "accepted"
    assert counts(later) == (1, 1, 0, 0, 0)
    later.refresh_from_db()
    assert later.corrections == 1
    record, correction = Entry.objects.order_by("seq")
    assert (correction.kind, correction.record, correction.subject) == ("correction", record.seq, f"uscc:{code(1)}")
    assert "原件上是这一家" in correction.actor
    assert standings() == [(record.seq, f"uscc:{code(1)}")]
    assert fsck().ok
    # Handed in once more it is known: under the right subject a duplicate, a later version of it a correction.
    assert counts(take(penalty(1))) == (1, 0, 1, 0, 0)
    assert take(penalty(1, 处罚内容="罚款人民币七千元", **{"罚款金额（万元）": "0.7"})).corrections == 1
    assert standings() == [(record.seq, f"uscc:{code(1)}")]


def test_the_wrong_row_sent_again_after_the_correction_does_not_move_it_back(take: Take) -> None:
    take(under(5))
    held.accept_correcting(HeldRow.objects.get(batch=take(penalty(1))).pk, actor="李科长", reason="原件上是这一家")
    take(under(5))
    assert standings() == [(1, f"uscc:{code(1)}")]


def test_settled_as_another_party_both_stand_and_are_known_again(take: Take) -> None:
    take(under(5))
    later = take(penalty(1))
    row = HeldRow.objects.get(batch=later)
    assert held.accept_apart(row.pk, actor="李科长", reason="同一文书处罚两家").outcome == "accepted"
    assert standings() == [(1, f"uscc:{code(5)}"), (2, f"uscc:{code(1)}")]
    assert counts(take(penalty(1), under(5))) == (2, 0, 2, 0, 0)


def test_several_parties_in_one_file_pass(take: Take) -> None:
    assert counts(take(penalty(1), under(5), under(6, 行政相对人名称="河北第三家有限公司"))) == (3, 3, 0, 0, 0)
    # A fourth party that comes in another file is a question, and then the record to be corrected must be named.
    later = take(under(7, 行政相对人名称="河北第四家有限公司"))
    assert counts(later) == (1, 0, 0, 0, 1)
    row = HeldRow.objects.get(batch=later)
    with pytest.raises(held.NotHeld, match="请指明"):
        held.accept_correcting(row.pk, actor="李科长", reason="写错了")
    with pytest.raises(held.NotHeld, match="请指明"):
        held.accept_correcting(row.pk, actor="李科长", reason="写错了", record=99)
    assert held.accept_correcting(row.pk, actor="李科长", reason="写错了", record=2).outcome == "accepted"
    assert standings()[1] == (2, f"uscc:{code(7)}")


def test_a_word_without_a_reason_or_without_another_record_is_not_taken(take: Take) -> None:
    take(under(5))
    later = take(penalty(1), penalty(2, 统一社会信用代码=""))
    row = HeldRow.objects.get(batch=later, mention=None)
    with pytest.raises(held.NotHeld, match="理由"):
        held.accept_correcting(row.pk, actor="李科长", reason=" ")
    entry = Entry.objects.get(seq=1)
    append([NewAct("withdrawal", entry.item, entry.subject, entry.provider, {"reason": "撤销"}, "李科长", record=1)])
    with pytest.raises(held.NotHeld, match="没有其他主体"):
        held.accept_correcting(row.pk, actor="李科长", reason="原件上是这一家")


def test_a_withdrawn_record_asks_nothing(take: Take) -> None:
    take(under(5))
    entry = Entry.objects.get(seq=1)
    append([NewAct("withdrawal", entry.item, entry.subject, entry.provider, {"reason": "撤销"}, "李科长", record=1)])
    assert counts(take(penalty(1))) == (1, 1, 0, 0, 0)


def test_a_record_moved_before_is_corrected_without_a_question(take: Take) -> None:
    take(penalty(1, 统一社会信用代码=code(5)))
    move(1, f"uscc:{code(1)}", actor="李科长", provider="")
    later = take(penalty(1))
    assert (counts(later), later.corrections) == ((1, 1, 0, 0, 0), 1)
    assert standings() == [(1, f"uscc:{code(1)}")]


def test_no_number_is_no_paper(take: Take) -> None:
    frame = pl.DataFrame({"document_no": ["无", "/", " ", None, "石市监罚〔2026〕1号", "石市监罚[2026]1号"]})
    item = shelf.book().on(clock.today()).item("penalty")
    hashes = papers.paper_hashes(frame, item).to_list()
    assert hashes[:4] == [None] * 4
    assert hashes[4] == hashes[5] is not None


def test_a_person_is_not_named_to_whoever_sends_the_next_row(take: Take) -> None:
    take(
        penalty(
            1,
            统一社会信用代码="",
            行政相对人名称="张三",
            行政相对人类别="自然人",
            证件类型="身份证",
            证件号码=next(citizens()),
        )
    )
    (subject,) = Entry.objects.values_list("subject", flat=True)
    assert subject.startswith("person:")
    later = take(penalty(1))
    (issue,) = [each for each in batches.issues_of(later) if each["code"] == "row.paper_elsewhere"]
    assert "自然人" in str(issue["message"]) and subject not in str(issue["message"])


def test_the_paper_goes_with_the_payload_and_old_entries_have_none(take: Take) -> None:
    take(penalty(1))
    assert Payload.objects.get(seq=1).paper is not None
    entry = Entry.objects.get(seq=1)
    (history,) = payloads.histories([1])
    act: Act = history.acts[0]
    (number,) = append([NewAct("record", entry.item, f"uscc:{code(8)}", entry.provider, dict(act.payload), "王敏")])
    assert Payload.objects.get(seq=number).paper is None


def test_nobody_hands_in_or_corrects_for_another(take: Take, finance: Any, table: Callable[..., Path]) -> None:
    """Of adverse rows: who decided, stands above it or is the office hands in; who handed in or decided corrects."""
    bureau = Body.objects.create(code=code(1, "11130100"), name="石家庄市市场监督管理局", region="130100")
    below = Body.objects.create(code=code(2, "11130102"), name="长安区市场监督管理局", region="130102", parent=bureau)
    office = Body.objects.create(code=code(3, "12130100"), name="石家庄市信用中心", kind="office", region="130100")
    away = Body.objects.create(code=code(4, "12130200"), name="唐山市信用中心", kind="office", region="130200")
    company = Body.objects.create(code=code(9), name="河北明信9号商贸有限公司", kind="company")

    def sent(by: Body, row: dict[str, str], name: str = "penalty") -> list[str]:
        path = table([row], "sent.csv")
        batch = batches.receive(path, file_name=path.name, provider=by.pk, via="test", actor="王敏", item=name)
        batch = batches.run(batch.pk)
        return [str(each["code"]) for each in batches.issues_of(batch) if each["severity"] != "notice"]

    assert sent(finance, penalty(1)) == ["report.decider"]
    # Neither the name alone nor the code alone gets past it, nor another way of writing the name.
    unnamed = {"处罚机关统一社会信用代码": code(8, "11130100"), "处罚机关": "石家庄市 市场监督管理局"}
    assert sent(finance, penalty(1, **unnamed)) == ["report.decider"]
    assert sent(finance, penalty(1, 处罚机关="石家庄市财政局")) == ["report.decider"]
    assert sent(company, penalty(1)) == sent(company, registration(5), "registration") == ["report.private"]
    assert sent(away, penalty(1)) == sent(below, penalty(1)) == ["report.decider"]
    of_below = {"处罚机关": below.name, "处罚机关统一社会信用代码": below.code}
    assert sent(bureau, penalty(2, **of_below)) == sent(office, penalty(3)) == sent(bureau, penalty(1)) == []
    # What stands is changed by whoever handed it in, and by whoever decided, though another handed it in.
    assert sent(office, penalty(1, 处罚内容="不予处罚")) == ["row.of_another"]
    assert sent(bureau, penalty(3, 处罚内容="罚款人民币四千元")) == []
    assert sent(finance, registration(6), "registration") == []
    assert sent(bureau, registration(6, 法人代表="李芳"), "registration") == ["row.of_another"]
    assert Entry.objects.filter(kind="correction").count() == 1
