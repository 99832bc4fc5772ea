"""Rows after a steward's word (认定后的行): given back, settled, settled wrongly, and handed in once more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gongxin.kernel.issues import Refusal
from gongxin.rooms.intake import batches, gathering, held
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.rooms.resolve import conflicts, judgements
from gongxin.spine.access.gate import Viewer
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections.models import Mention
from tests.rooms.intake.making import code, penalty

pytestmark = pytest.mark.django_db
OFFICE = Viewer(1, "王工", "office", "operator", "web")
REASON = "代码没有写，请按营业执照补正"


@pytest.fixture
def take(finance: Any, table: Callable[..., Path]) -> Callable[..., Batch]:
    number = iter(range(1, 1000))

    def taken(*rows: dict[str, str]) -> Batch:
        path = table(list(rows), f"file{next(number)}.csv")
        batch = batches.receive(path, file_name=path.name, provider=finance.pk, via="test", actor="王敏")
        return batches.run(batch.pk)

    return taken


def counts(batch: Batch) -> tuple[int, int, int, int, int]:
    batch.refresh_from_db()
    return batch.received, batch.accepted, batch.duplicates, batch.refused, batch.waiting


def nameless(number: int = 1, **changes: str) -> dict[str, str]:
    return penalty(number, 统一社会信用代码="", **changes)


def test_a_row_given_back_is_refused_with_its_reason_and_can_be_put_right(take: Callable[..., Batch]) -> None:
    batch = take(nameless(), penalty(2))
    assert counts(batch) == (2, 1, 0, 0, 1)
    judgements.give_back(OFFICE, [Mention.objects.get().pk], REASON)
    assert counts(batch) == (2, 1, 0, 1, 0)
    row = HeldRow.objects.get(batch=batch)
    assert (row.outcome, row.state) == ("refused", "open")
    assert REASON in row.issues
    fixed = held.fix_row(row.pk, {"uscc": code(1)}, actor="王敏")
    assert fixed.outcome == "accepted"
    assert counts(batch) == (2, 2, 0, 0, 0)


def test_a_row_given_back_and_sent_again_unchanged_is_no_duplicate(take: Callable[..., Batch]) -> None:
    take(nameless())
    judgements.give_back(OFFICE, [Mention.objects.get().pk], REASON)
    again = take(nameless(), penalty(2))
    assert counts(again) == (2, 1, 0, 1, 0)
    (issue,) = [each for each in batches.issues_of(again) if each["code"] == "row.given_back"]
    assert REASON in str(issue["message"])
    assert Mention.objects.filter(state="open").count() == 0
    # A person who stands by the row lays it before the stewards once more.
    fixed = held.fix_row(HeldRow.objects.get(batch=again).pk, {}, actor="王敏")
    assert fixed.outcome == "waiting"
    assert Mention.objects.filter(state="open").count() == 1
    assert counts(again) == (2, 1, 0, 0, 1)


def test_a_settled_row_waits_no_longer_and_waits_again_after_the_undoing(take: Callable[..., Batch]) -> None:
    first, again = take(nameless()), take(nameless())
    done = judgements.judge(OFFICE, f"mention:{Mention.objects.get().pk}", f"uscc:{code(5)}", "same", "核对了原件")
    assert (counts(first), counts(again)) == ((1, 1, 0, 0, 0), (1, 0, 1, 0, 0))
    row = HeldRow.objects.get(batch=first)
    assert (row.state, row.seq) == ("entered", done.records[0])
    judgements.undo(OFFICE, done.seqs[-1], "看错了一行")
    assert counts(first) == (1, 0, 0, 0, 1)
    assert HeldRow.objects.get(batch=first).state == "open"


def test_the_code_of_a_settled_row_sent_later_is_a_correction(take: Callable[..., Batch]) -> None:
    take(nameless())
    done = judgements.judge(OFFICE, f"mention:{Mention.objects.get().pk}", f"uscc:{code(1)}", "same", "核对了原件")
    later = take(penalty(1))
    assert (counts(later), later.corrections) == ((1, 1, 0, 0, 0), 1)
    assert list(Entry.objects.filter(kind="correction").values_list("record", "subject")) == [
        (done.records[0], f"uscc:{code(1)}")
    ]
    assert counts(take(penalty(1))) == (1, 0, 1, 0, 0)


def test_a_document_settled_under_another_code_is_no_second_record_unnoticed(take: Callable[..., Batch]) -> None:
    take(nameless())
    judgements.judge(OFFICE, f"mention:{Mention.objects.get().pk}", f"uscc:{code(7)}", "same", "核对了原件")
    later = take(penalty(1), penalty(2))
    assert counts(later) == (2, 1, 0, 0, 1)
    assert {each["code"] for each in batches.issues_of(later)} >= {"row.settled_elsewhere"}
    row = HeldRow.objects.get(batch=later)
    assert held.accept_apart(row.pk, actor="王敏", reason="同一文书处罚两家").outcome == "accepted"
    assert Entry.objects.filter(kind="record").count() == 3


def test_a_contested_code_stays_contested_until_a_person_has_spoken(take: Callable[..., Batch]) -> None:
    other = penalty(9, 统一社会信用代码=code(1), 行政相对人名称="唐山海港钢铁贸易有限公司")
    broken = penalty(1, 违法事实="", 行政处罚决定文书号="石市监罚〔2026〕77号")
    first = take(penalty(1), other, broken)
    assert counts(first) == (3, 0, 0, 1, 2)
    later = take(penalty(1, 行政处罚决定文书号="石市监罚〔2026〕78号"), penalty(2))
    assert counts(later) == (2, 1, 0, 0, 1)
    refused = HeldRow.objects.get(batch=first, outcome="refused")
    assert held.fix_row(refused.pk, {"facts": "逾期未公示"}, actor="王敏").outcome == "waiting"
    for mention in Mention.objects.filter(state="open"):
        judgements.give_back(OFFICE, [mention.pk], REASON)
    assert counts(take(penalty(1, 行政处罚决定文书号="石市监罚〔2026〕79号"))) == (1, 1, 0, 0, 0)


def test_a_name_taken_from_a_code_does_not_vouch_for_it_again(take: Callable[..., Batch]) -> None:
    """The finance bureau's code was typed for a company; once taken apart, the same mistake waits for a person."""
    bureau = code(1, "11130102")
    wrong = {"统一社会信用代码": bureau, "行政相对人名称": "石家庄市信访服务中心"}
    other = {"统一社会信用代码": bureau, "行政相对人名称": "石家庄市财政局"}
    first = take(penalty(1) | wrong)
    assert counts(take(penalty(2) | wrong)) == (1, 1, 0, 0, 0)
    for record in Entry.objects.filter(subject=f"uscc:{bureau}", kind="record").values_list("seq", flat=True):
        done = conflicts.detach(OFFICE, record, "代码是财政局的")
        assert not isinstance(done, Refusal)
    assert first.accepted == 1
    assert take(penalty(3) | other).accepted == 1
    again = take(penalty(4) | wrong)
    assert counts(again) == (1, 0, 0, 0, 1)
    assert "code.name_different" in {each["code"] for each in batches.issues_of(again)}
    assert counts(take(penalty(5) | other)) == (1, 1, 0, 0, 0)


def test_a_name_that_still_stands_under_the_code_goes_on_vouching(take: Callable[..., Batch]) -> None:
    take(penalty(1))
    take(penalty(1, 行政处罚决定文书号="石市监罚〔2026〕81号"))
    one = Entry.objects.filter(kind="record").order_by("seq")[0].seq
    moved = conflicts.detach(OFFICE, one, "这一份不是它的")
    assert not isinstance(moved, Refusal)
    assert gathering.known_names(pl.Series([f"uscc:{code(1)}"])).height == 1
    second = Entry.objects.filter(kind="record").order_by("seq")[1].seq
    conflicts.detach(OFFICE, second, "这一份也不是")
    assert gathering.known_names(pl.Series([f"uscc:{code(1)}"])).height == 0
    # A person finds that it was right after all: the name vouches again.
    judgements.undo(OFFICE, moved.judgement, "看错了")
    judgements.judge(OFFICE, f"mention:{moved.mention}", f"uscc:{code(1)}", "same", "核对了原件")
    assert gathering.known_names(pl.Series([f"uscc:{code(1)}"])).height == 1
