"""Batches (批次): every row accounted for, nothing twice, corrections beside what they correct."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from openpyxl import load_workbook

from gongxin.rooms.intake import batches, gathering, held, origin, originals, rejects
from gongxin.rooms.intake.batches import NotNow
from gongxin.rooms.intake.held import NotHeld
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections.models import Mention
from tests.rooms.intake.making import citizens, code, penalty, registration, violation

pytestmark = pytest.mark.django_db
Take = Callable[..., Batch]
Table = Callable[..., Path]


@pytest.fixture
def take(finance: Any, table: Table) -> Take:
    """Return a way to take rows in: `take(penalty(…), …)`."""
    number = iter(range(1, 1000))

    def taken(*rows: dict[str, str], item: str | None = None, size: int = 50_000, **more: Any) -> Batch:
        path = table(list(rows), f"file{next(number)}.csv")
        batch = batches.receive(
            path, file_name=path.name, via="test", actor="王敏", item=item, **{"provider": finance.pk, **more}
        )
        return batches.run(batch.pk, size=size)

    return taken


def counts(batch: Batch) -> tuple[int, int, int, int, int]:
    return batch.received, batch.accepted, batch.duplicates, batch.refused, batch.waiting


def codes(batch: Batch) -> set[str]:
    return {str(each["code"]) for each in batches.issues_of(batch)}


def test_every_row_has_one_outcome_and_they_add_up(take: Take) -> None:
    batch = take(penalty(1), penalty(1), penalty(2, 违法事实=""), penalty(3, 统一社会信用代码=""), penalty(4))
    assert batch.state == Batch.State.DONE
    assert counts(batch) == (5, 2, 1, 1, 1)
    assert Entry.objects.filter(batch=batch.pk, kind="record").count() == 2
    assert sorted(HeldRow.objects.filter(batch=batch).values_list("row", "outcome")) == [
        (3, "duplicate"), (4, "refused"), (5, "waiting"),
    ]  # fmt: skip


def test_a_file_sent_again_is_all_duplicates(take: Take, table: Table, finance: Any) -> None:
    rows = [penalty(1), penalty(2), penalty(3, 统一社会信用代码="")]
    first, again = take(*rows), take(*rows)
    assert counts(first) == (3, 2, 0, 0, 1)
    assert counts(again) == (3, 0, 2, 0, 1)
    assert again.resubmits == first.pk
    assert str(first.pk) in again.message
    assert Mention.objects.count() == 1
    assert "row.already_waiting" in codes(again)


def test_a_later_version_of_a_document_is_a_correction(take: Take) -> None:
    take(penalty(1))
    batch = take(penalty(1, 处罚内容="罚款人民币六千元", **{"罚款金额（万元）": "0.6"}))
    assert (batch.accepted, batch.corrections) == (1, 1)
    record, correction = Entry.objects.order_by("seq")
    assert (correction.kind, correction.record) == ("correction", record.seq)
    assert counts(take(penalty(1, 处罚内容="罚款人民币六千元", **{"罚款金额（万元）": "0.6"}))) == (1, 0, 1, 0, 0)


def test_another_authority_with_the_same_number_is_another_document(take: Take) -> None:
    take(penalty(1))
    other = penalty(1, 处罚机关="石家庄市应急管理局", 处罚机关统一社会信用代码=code(9, "11130100"))
    assert counts(take(other)) == (1, 1, 0, 0, 0)
    assert Entry.objects.filter(kind="record").count() == 2


def test_the_same_number_in_other_brackets_is_the_same_document(take: Take) -> None:
    take(penalty(1))
    assert take(penalty(1, 行政处罚决定文书号="石市监罚[2026] 1号", 处罚内容="罚款六千元")).corrections == 1


def test_a_register_row_sent_again_changes_the_register(take: Take) -> None:
    take(registration(1))
    batch = take(registration(1, 企业名称="河北新名称有限公司"))
    assert (batch.accepted, batch.corrections, batch.waiting) == (1, 1, 0)
    assert "code.name_different" in codes(batch)


def test_a_name_that_is_not_the_registers_waits(take: Take) -> None:
    take(registration(1), registration(2))
    slip = violation(1, company_name="河北登己1号有限公司")
    batch = take(slip, violation(2, company_name="唐山港口装卸有限公司"))
    assert counts(batch) == (2, 1, 0, 0, 1)
    assert codes(batch) == {"code.name_variant", "code.name_different"}
    (mention,) = Mention.objects.all()
    assert (mention.problem, mention.row, mention.reported_code) == ("code.name_different", 3, code(2))


def test_the_register_says_whose_a_code_of_two_names_is(take: Take) -> None:
    take(registration(1))
    own = violation(1, company_name="河北登记1号有限公司")
    batch = take(violation(1, company_name="唐山港口装卸有限公司", violation_detail="另一件"), own)
    assert counts(batch) == (2, 1, 0, 0, 1)
    assert Mention.objects.get().subject_name == "唐山港口装卸有限公司"
    both = take(violation(7), violation(7, company_name="唐山港口装卸有限公司", violation_detail="另一件"))
    assert counts(both) == (2, 0, 0, 0, 2)


def test_an_adverse_row_without_number_beside_another_file_waits(take: Take) -> None:
    take(violation(1))
    batch = take(violation(1, violation_detail="提供虚假材料谋取中标、成交"))
    assert counts(batch) == (1, 0, 0, 0, 1)
    assert codes(batch) == {"row.same_key_differs"}
    assert Mention.objects.count() == 0
    (row,) = HeldRow.objects.filter(batch=batch)
    with pytest.raises(NotHeld, match="理由"):
        held.accept_apart(row.pk, actor="王敏", reason=" ")
    fixed = held.accept_apart(row.pk, actor="王敏", reason="另一项目")
    assert fixed.outcome == "accepted"
    batch.refresh_from_db()
    assert counts(batch) == (1, 1, 0, 0, 0)
    assert Entry.objects.filter(kind="record").count() == 2


def test_the_chunks_do_not_change_the_outcome(take: Take) -> None:
    rows = [penalty(number) for number in range(1, 20)] + [penalty(3), penalty(4, 违法事实="")]
    batch = take(*rows, size=4)
    assert counts(batch) == (21, 19, 2 - 0 - 1, 1, 0)
    assert batch.next_chunk == 6


def test_the_pieces_of_a_chunk_change_nothing(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    """Checked whole and entered in pieces: same outcomes, same words, each value still traced to its row."""
    from gongxin.rooms.intake import cells, entering, examining

    for module in (cells, entering, examining, batches):
        monkeypatch.setattr(module, "NOTICES_KEPT", 12)
    rows = [penalty(number) for number in range(1, 30)]
    rows += [
        penalty(3),
        penalty(4, 违法事实=""),
        penalty(31, 统一社会信用代码=""),
        penalty(5, 处罚内容="另一种处罚"),
        penalty(32),
    ]
    for row in rows:
        row["处罚决定日期"] = "2026-01-05"
    told = []
    for piece in (50_000, 7):
        monkeypatch.setattr(batches, "ENTERED_AT_ONCE", piece)
        with transaction.atomic():
            batch = take(*rows, size=20)
            held = HeldRow.objects.filter(batch=batch).order_by("row").values_list("row", "outcome", "issues")
            entries = Entry.objects.order_by("seq").values_list("seq", "subject")
            rows_of = [row.row for seq, _ in entries if (row := origin.of_entry(seq)) is not None]
            told.append((counts(batch), batch.notices, batch.notice_counts, list(held), list(entries), rows_of))
            transaction.set_rollback(True)
    assert told[0] == told[1]
    assert told[0][0] == (34, 30, 1, 1, 2)


def test_numbers_of_persons_never_lie_in_plain_text(take: Take) -> None:
    number = next(citizens())
    person = {
        "行政相对人类别": "自然人",
        "统一社会信用代码": "",
        "法定代表人": "",
        "自然人证件类型": "身份证",
        "自然人证件号码": number,
    }
    batch = take(penalty(1) | person, penalty(2) | person | {"违法事实": ""})
    assert counts(batch) == (2, 1, 0, 1, 0)
    entry = Entry.objects.get()
    assert entry.subject.startswith("person:")
    row = HeldRow.objects.get(batch=batch)
    assert number not in row.values + row.issues
    assert held.values_of(row)["person_id"] == number
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM ledger_payload")
        assert number not in str(cursor.fetchall())


def test_a_number_in_the_wrong_place_is_refused_and_lies_nowhere_in_plain_text(take: Take) -> None:
    number = next(citizens())
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    apart, wide = f"{number[:6]} {number[6:14]}-{number[14:]}", "".join(chr(ord(each) + 0xFEE0) for each in number)
    rows = [
        penalty(1, 违法事实=f"当事人李雷（身份证号{number}）无证经营"),
        penalty(2, 违法事实=f"身份证号 {apart}"),
        penalty(3, 处罚内容=f"罚款，{wide}"),
        penalty(4, 行政相对人名称=f"张三{number}"),
        penalty(5, 统一社会信用代码=number),
        penalty(6, 统一社会信用代码=wrong),
        penalty(7, 行政相对人类别="自然人", 统一社会信用代码=number),
        penalty(8, 违法事实="", 法定代表人=f"李雷 {number}"),
    ]
    batch = take(*rows)
    assert counts(batch) == (8, 0, 0, 8, 0)
    told = json.dumps(batches.report(batch), ensure_ascii=False)
    kept = "".join(row.values + row.issues for row in HeldRow.objects.filter(batch=batch))
    for form in (number, wrong, apart, wide):
        assert form not in told
        assert form not in kept
    row = HeldRow.objects.get(batch=batch, row=2)
    assert held.values_of(row)["facts"] == rows[0]["违法事实"]


def test_one_person_is_one_subject_however_the_number_is_written(take: Take) -> None:
    number = next(each for each in citizens() if each.endswith("X"))
    person = {"行政相对人类别": "自然人", "统一社会信用代码": "", "法定代表人": "", "自然人证件类型": "身份证"}
    take(penalty(1) | person | {"自然人证件号码": number}, penalty(2) | person | {"自然人证件号码": number.lower()})
    assert len(set(Entry.objects.values_list("subject", flat=True))) == 1


def test_a_row_put_right_in_place_is_entered_alone(take: Take) -> None:
    batch = take(penalty(1), penalty(2, 处罚决定日期="2026-13-01", 违法事实=""))
    row = HeldRow.objects.get(batch=batch)
    still = held.fix_row(row.pk, {"facts": "逾期未公示"}, actor="王敏")
    assert still.outcome == "refused"
    assert {each["code"] for each in still.issues} == {"date.impossible"}
    fixed = held.fix_row(row.pk, {"decided_on": "2026-05-27"}, actor="王敏")
    assert fixed.outcome == "accepted"
    batch.refresh_from_db()
    assert counts(batch) == (2, 2, 0, 0, 0)
    assert Entry.objects.get(seq=fixed.seq).actor == "王敏"
    with pytest.raises(NotHeld):
        held.fix_row(row.pk, {"facts": "再改"}, actor="王敏")
    assert origin.of_entry(int(fixed.seq or 0)) == origin.Origin(batch.pk, batch.file_name, batch.file_hash, "", 3)


def test_a_field_outside_the_catalogue_cannot_be_typed_in(take: Take) -> None:
    row = HeldRow.objects.get(batch=take(penalty(1, 违法事实="")))
    with pytest.raises(NotHeld):
        held.fix_row(row.pk, {"blood_type": "A"}, actor="王敏")


def test_returned_rows_go_back_as_they_came_and_may_come_again(take: Take, finance: Any) -> None:
    extra = {"我处内部编号": "=1+1"}
    batch = take(
        penalty(1) | extra,
        penalty(2, 处罚决定日期="2026年5月") | extra,
        penalty(3, 统一社会信用代码=code(3)[:-1]) | extra,
    )
    assert batch.refused == 2
    content = rejects.workbook(batch)
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    assert headings == [*penalty(), "我处内部编号", "退回原因", "退回行号"]
    day = sheet.cell(2, headings.index("处罚决定日期") + 1)
    assert day.fill.fgColor.rgb.endswith("FDE2E0")
    assert "补全" in day.comment.text
    assert sheet.cell(2, headings.index("我处内部编号") + 1).data_type == "s"
    assert "补全" in sheet.cell(2, len(headings) - 1).value

    again = batches.receive(io.BytesIO(content), file_name="退回.xlsx", provider=finance.pk, via="test", actor="王敏")
    assert counts(batches.run(again.pk)) == (2, 0, 0, 2, 0)
    still_open = HeldRow.objects.filter(state=HeldRow.State.OPEN)
    assert {row.batch_id for row in still_open} == {again.pk}, "the rows that came again are the ones to look after"
    assert "重新报送" in HeldRow.objects.filter(batch=batch).first().issues  # type: ignore[union-attr]
    once_more = load_workbook(io.BytesIO(rejects.workbook(again))).worksheets[0]
    assert [cell.value for cell in once_more[1]] == headings
    sheet = once_more
    day = sheet.cell(2, headings.index("处罚决定日期") + 1)

    day.value = "2026-05-27"
    target = io.BytesIO()
    sheet.parent.save(target)
    mended = batches.receive(
        io.BytesIO(target.getvalue()), file_name="改正.xlsx", provider=finance.pk, via="test", actor="王敏"
    )
    assert counts(batches.run(mended.pk)) == (2, 1, 0, 1, 0)
    assert [row.batch_id for row in still_open.all()] == [mended.pk]
    # Nobody closes another's rows by naming them.
    (left,) = still_open.all()
    strange = penalty(7, 违法事实="") | {"退回行号": f"{left.batch_id}-{left.pk}"}
    assert take(strange, provider=gathering.default_office().pk).refused == 1
    left.refresh_from_db()
    assert left.state == HeldRow.State.OPEN


def test_a_table_mended_and_sent_whole_closes_the_rows_it_mends(take: Take) -> None:
    """By document, authority and name, and only once the row is entered: another party of the document keeps its question."""
    rows = [penalty(1), penalty(2, 处罚决定日期="2026年5月"), penalty(3, 违法事实="")]
    other = penalty(2, 行政相对人名称="河北另一家有限公司", 违法事实="", 统一社会信用代码=code(9))
    first, apart = take(*rows), take(other)
    assert (first.refused, apart.refused) == (2, 1)
    again = take(rows[0], penalty(2), rows[2])
    assert counts(again) == (3, 1, 1, 1, 0)
    still_open = HeldRow.objects.filter(state=HeldRow.State.OPEN).order_by("id").values_list("batch", "row")
    assert list(still_open) == [(first.pk, 4), (apart.pk, 2), (again.pk, 4)]


def test_a_column_that_has_no_way_in_refuses_the_file_and_is_not_kept(take: Take) -> None:
    batch = take(penalty(1) | {"血型": "A"}, penalty(2) | {"血型": "B"})
    assert counts(batch) == (2, 0, 0, 2, 0)
    assert codes(batch) == {"field.forbidden_column"}
    assert all(each["clause"] for each in batches.issues_of(batch))
    assert not originals.stored_file(batch).exists()
    assert "血型" not in HeldRow.objects.filter(batch=batch).values_list("values", flat=True)[0]
    assert rejects.workbook(batch)


def test_a_file_of_nothing_known_says_what_to_do(take: Take) -> None:
    batch = take({"商品名称": "苹果", "单价": "5", "产地": "烟台"})
    assert batch.state == Batch.State.FAILED
    assert "--item" in batch.message
    assert counts(batch) == (0, 0, 0, 0, 0)


def test_a_required_heading_that_is_unsure_waits_for_a_word(take: Take) -> None:
    named = {"行政处罚决定文书号": "行政处罚决定文书的号码"}
    rows = [{named.get(name, name): text for name, text in penalty(number).items()} for number in (1, 2)]
    batch = take(*rows)
    assert batch.state == Batch.State.CONFIRM
    assert counts(batch) == (2, 0, 0, 0, 2)
    batches.confirm(batch.pk, {"行政处罚决定文书的号码": "document_no"}, actor="王敏")
    assert counts(batches.run(batch.pk)) == (2, 2, 0, 0, 0)
    assert take(*[row | {"法定代表人": "赵云"} for row in rows]).state == Batch.State.DONE


def test_a_batch_may_be_cancelled_before_and_while_it_runs(take: Take, table: Table, finance: Any) -> None:
    path = table([penalty(number) for number in range(1, 11)])
    queued = batches.receive(path, file_name=path.name, provider=finance.pk, via="test", actor="王敏")
    batches.cancel(queued.pk)
    with pytest.raises(NotNow):
        batches.run(queued.pk)
    running = batches.receive(path, file_name=path.name, provider=finance.pk, via="test", actor="王敏")
    stopped = batches.run(running.pk, lambda batch: batches.cancel(batch.pk) and None, size=4)
    assert stopped.state == Batch.State.CANCELLED
    assert counts(stopped) == (4, 4, 0, 0, 0)
    assert Entry.objects.filter(batch=running.pk).count() == 4


def test_a_broken_chunk_leaves_nothing_behind_and_may_be_resumed(
    take: Take, table: Table, finance: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongxin.rooms.intake import entering

    path = table([penalty(number) for number in range(1, 11)])
    batch = batches.receive(path, file_name=path.name, provider=finance.pk, via="test", actor="王敏")
    real = entering.hold

    def failing(*given: Any) -> None:
        real(*given)
        if given[1].chunk == 1:
            raise OSError("the disk is full")

    monkeypatch.setattr(entering, "hold", failing)
    with pytest.raises(OSError, match="disk"):
        batches.run(batch.pk, size=4)
    batch.refresh_from_db()
    assert counts(batch) == (4, 4, 0, 0, 0)
    monkeypatch.setattr(entering, "hold", real)
    Batch.objects.filter(pk=batch.pk).update(claim="elsewhere:1:1", beat=None)
    assert counts(batches.resume(batch.pk)) == (10, 10, 0, 0, 0)
    assert Entry.objects.count() == 10


def test_a_fault_of_ours_is_told_and_the_batch_can_be_resumed(
    table: Table, finance: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongxin.rooms.intake import entering
    from gongxin.rooms.intake.work import run_pending

    path = table([penalty(1), penalty(2)])
    batch = batches.receive(path, file_name=path.name, provider=finance.pk, via="test", actor="王敏")

    def failing(*given: Any) -> None:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patched:
        patched.setattr(entering, "hold", failing)
        (failed,) = run_pending()
    assert (failed.state, counts(failed)) == (Batch.State.FAILED, (0, 0, 0, 0, 0))
    assert str(batch.pk) in failed.message
    assert Entry.objects.count() == 0
    assert counts(batches.resume(batch.pk)) == (2, 2, 0, 0, 0)


def test_notices_are_kept_within_bounds_and_counted(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    from gongxin.rooms.intake import batches as room
    from gongxin.rooms.intake import cells, entering, examining

    for module in (cells, entering, examining, room):
        monkeypatch.setattr(module, "NOTICES_KEPT", 3)
    rows = [penalty(number, 处罚决定日期="2026-01-05") for number in range(1, 11)]
    report = room.report(take(*rows, size=4))
    assert report["late"] == 10
    assert len([each for each in report["issues"] if each["code"] == "row.late"]) == 3
    assert report["more_notices"] == {"row.late": 7}
    again = room.report(take(*rows, size=4))
    assert again["more_notices"] == {"row.late": 7, "row.duplicate": 7}


def test_every_value_can_be_traced_to_its_cell(take: Take) -> None:
    batch = take(penalty(1), penalty(2, 违法事实=""), penalty(3))
    last = Entry.objects.order_by("-seq")[0]
    assert origin.of_entry(last.seq) == origin.Origin(batch.pk, batch.file_name, batch.file_hash, "", 4)
    assert origin.column_of(last.seq, "document_no") == ("E", "行政处罚决定文书号")


def test_the_report_has_the_contracts_keys(take: Take) -> None:
    report = batches.report(take(penalty(1), penalty(2, 违法事实="")))
    assert list(report)[:10] == [
        "batch", "item", "received", "accepted", "duplicates", "refused", "waiting", "late", "seconds", "issues",
    ]  # fmt: skip
    (issue,) = report["issues"]
    assert {"row", "column", "code", "value", "message", "suggestion", "clause"} <= set(issue)
    assert json.dumps(report)


def test_what_was_handed_in_stays_as_it_was(take: Take, table: Table) -> None:
    rows = [penalty(1), penalty(2)]
    batch = take(*rows)
    with originals.opened_file(batch) as path, path.open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == rows


@pytest.mark.shared_data
def test_the_public_list_against_the_register(shared_data: Path, finance: Any) -> None:
    folder = shared_data / "procurement_violations"

    def take_file(name: str, item: str) -> Batch:
        batch = batches.receive(folder / name, file_name=name, provider=finance.pk, via="test", actor="王敏", item=item)
        return batches.run(batch.pk)

    assert counts(take_file("registry_rows.csv", "registration")) == (56, 56, 0, 0, 0)
    batch = take_file("violations.csv", "procurement-violation")
    assert batch.received == 584 == sum(counts(batch)[1:])
    issues = batches.issues_of(batch)
    by_code = {name: [each for each in issues if each["code"] == name] for name in codes(batch)}
    assert {each["value"] for each in by_code["code.organ_for_company"]} == {"11230203001903981W", "125200004292457211"}
    assert len(by_code["code.organ_for_company"]) == 3
    assert len(by_code["uscc.check_digit"]) + len(by_code["uscc.alphabet"]) == 8 == batch.refused
    assert {each["value"] for each in by_code["code.normalised"]} == {"91500105686237511u", "91530522577269733j"}
    assert [each["value"] for each in by_code["code.moved"]] == ["350121100048131"]
    assert len(by_code["name.cleaned"]) == 11
    again = take_file("violations.csv", "procurement-violation")
    assert counts(again) == (584, 0, batch.accepted + batch.duplicates, batch.refused, batch.waiting)
    assert Mention.objects.count() == sum(1 for row in HeldRow.objects.filter(batch=batch) if row.mention)
    assert gathering.known_names is not None


def test_a_subject_known_from_its_records_may_be_registered_afterwards(take: Take) -> None:
    """The register comes later than the first penalty, and calls the subject by the very same name."""
    from gongxin.spine.projections.models import Subject

    take(penalty(1, 行政相对人名称="河北登记1号有限公司"))
    assert Subject.objects.get(key=f"uscc:{code(1)}").register_seq is None
    later = take(registration(1), registration(2), item="registration")
    assert counts(later) == (2, 2, 0, 0, 0)
    assert Subject.objects.get(key=f"uscc:{code(1)}").register_seq is not None
    assert Subject.objects.count() == 2
