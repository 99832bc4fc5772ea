"""Channels (渠道): the same file finds the same, byte for byte, whichever way it comes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from gongxin.doors.cli import main
from gongxin.rooms.intake import batches, quality, templates, validation
from gongxin.rooms.intake.examining import Desk
from gongxin.rooms.intake.models import Batch
from gongxin.rooms.intake.watch import Watcher
from gongxin.rooms.intake.work import run_pending
from gongxin.spine import clock
from gongxin.spine.access.models import Body
from gongxin.spine.ledger.models import Entry
from gongxin.spine.sealed_files import is_sealed_file
from tests.rooms.intake.making import code, penalty, violation

Table = Callable[..., Path]
pytestmark = pytest.mark.django_db
FAULTY = [
    penalty(1), penalty(1), penalty(2, 处罚决定日期="2026年2月30日", 违法事实=""), penalty(3, 统一社会信用代码="91130102MAOOO"),
    penalty(4, 统一社会信用代码=""), penalty(5, 处罚决定日期="2026-01-05"), penalty(6, 统一社会信用代码=code(8, "11130102")),
]  # fmt: skip


def text_of(issues: object) -> str:
    return json.dumps(issues, ensure_ascii=False)


def test_findings_are_the_same_on_every_channel(
    table: Table, finance: Body, desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(FAULTY, "上报.csv")
    alone = validation.validate(path, desk)

    api = batches.receive(
        io.BytesIO(path.read_bytes()), file_name="上报.csv", provider=finance.pk, via="api", actor="key"
    )
    from django.db import transaction

    with transaction.atomic():
        reports = [batches.report(batches.run(api.pk))]
        transaction.set_rollback(True)
    with transaction.atomic():
        inbox = tmp_path / "inbox"
        (inbox / finance.pk).mkdir(parents=True)
        (inbox / finance.pk / "上报.csv").write_bytes(path.read_bytes())
        Watcher(inbox).round(settled=True)
        (laid,) = inbox.rglob("*.findings.json")
        reports.append(json.loads(laid.read_text(encoding="utf-8")))
        transaction.set_rollback(True)
    with transaction.atomic():
        assert main(["intake", str(path), "--provider", finance.pk, "--json"]) == 1
        reports.append(json.loads(capsys.readouterr().out))
        transaction.set_rollback(True)
    assert main(["validate", str(path), "--json"]) == 1
    reports.append(json.loads(capsys.readouterr().out))

    counted = ("item", "received", "accepted", "duplicates", "refused", "waiting", "late")
    for report in reports:
        assert text_of(report["issues"]) == text_of(alone["issues"])
        assert [report[key] for key in counted] == [alone[key] for key in counted]
    assert alone["received"] == 7 == sum(alone[key] for key in counted[2:6])


def test_several_sheets_are_one_file(tmp_path: Path, desk: Desk, finance: Body) -> None:
    """A row told on two sheets is one record; a sheet of something else is named and left out."""
    from openpyxl import Workbook

    book = Workbook()
    for name, rows in (("一季度", [penalty(1), penalty(2)]), ("二季度", [penalty(2), penalty(3, 违法事实="")])):
        sheet = book.create_sheet(name)
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(list(row.values()))
    other = book.worksheets[0]
    other.title = "物资"
    for row in (["品名", "数量", "单价"], ["桌子", "3", "200"]):
        other.append(row)
    path = tmp_path / "两张表.xlsx"
    book.save(path)
    alone = validation.validate(path, desk)
    batch = batches.receive(path, file_name=path.name, provider=finance.pk, via="test", actor="王敏")
    report = batches.report(batches.run(batch.pk))
    assert text_of(report["issues"]) == text_of(alone["issues"])
    assert [report[key] for key in ("received", "accepted", "duplicates", "refused")] == [4, 2, 1, 1]
    assert any(each["code"] == "sheet.not_recognised" and "物资" in each["message"] for each in report["issues"])
    (repeat,) = [each for each in report["issues"] if each["code"] == "row.duplicate_in_file"]
    assert (repeat["sheet"], repeat["row"]) == ("二季度", 2)
    assert "一季度" in str(repeat["message"])


def test_validate_opens_no_database(table: Table, desk: Desk, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert main(["validate", str(table(FAULTY))]) == 1
        assert main(["validate", str(table([penalty(1)], "gut.csv"))]) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["intake", "nirgends.csv"], "找不到文件"),
        (["intake"], "请给出一个文件"),
        (["validate", "nirgends.csv"], "找不到文件"),
    ],
)
def test_wrong_usage_is_told_plainly(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_wrong_names_are_told_plainly(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(table([penalty(1)]))
    assert main(["intake", path, "--item", "nothing"]) == 2
    assert "penalty" in capsys.readouterr().err
    assert main(["intake", path, "--provider", "nobody"]) == 2
    assert "nobody" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_told_before_anything_is_taken_in(
    table: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(table(FAULTY))
    for target in (tmp_path / "nirgends" / "out.xlsx", tmp_path):
        assert main(["intake", path, "--rejects", str(target)]) == 2
        assert str(target.parent if target != tmp_path else target) in capsys.readouterr().err
    assert main(["intake", str(tmp_path)]) == 2
    assert "文件夹" in capsys.readouterr().err
    assert Batch.objects.count() == 0


def test_a_picture_called_a_table_is_told_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "照片.csv"
    picture.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 20)
    assert main(["validate", str(picture)]) == 1
    assert "不是表格" in capsys.readouterr().err
    noise = tmp_path / "noise.csv"
    noise.write_bytes(bytes(each for each in range(1, 256)) * 40 + b'"a\rb"x\ry,"z\r\n')
    assert main(["validate", str(noise)]) == 1
    assert "表头" in capsys.readouterr().err


def test_a_store_or_disk_that_fails_is_told_without_a_trace(
    table: Table, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OperationalError("attempt to write a readonly database")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "/var/uploads")

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for fault, word, ended in ((broken, "readonly", 1), (full, "/var/uploads", 1), (stopped, "--resume", 130)):
        monkeypatch.setattr("gongxin.rooms.intake.batches.receive", fault)
        assert main(["intake", str(table([penalty(1)]))]) == ended
        assert word in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["work", "--once"],
        ["search", "明信"],
        ["fsck"],
        ["check", code(1), "--matter", "procurement"],
        ["intake", "FILE"],
    ],
)
def test_law_books_in_conflict_are_told_with_both_places(
    table: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Any, arguments: list[str], finance: Body
) -> None:
    path = table([penalty(1)])
    waiting = batches.receive(path, file_name=path.name, provider=finance.pk, via="test", actor="王敏")
    (tmp_path / "city").mkdir()
    (tmp_path / "city" / "own.yaml").write_text(
        "parameters:\n  display.general.max: {unit: months, values: [{value: 6, source: NDRC-36, certainty: verified}]}\n",
        encoding="utf-8",
    )
    settings.GONGXIN_LAWBOOK = [*settings.GONGXIN_LAWBOOK, tmp_path / "city"]
    assert main([str(path) if each == "FILE" else each for each in arguments]) == 1
    output = capsys.readouterr()
    assert "own.yaml [city]" in output.err
    assert "periods/display.yaml [lawbook]" in output.err
    assert "Traceback" not in output.err
    assert Batch.objects.get(pk=waiting.pk).state == Batch.State.QUEUED


def test_the_office_stands_in_when_no_provider_is_named(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["intake", str(table([penalty(1)])), "--json"]) == 0
    output = capsys.readouterr()
    assert json.loads(output.out)["accepted"] == 1
    assert "未指明提供单位" in output.err


def test_rejects_are_written_where_asked(table: Table, tmp_path: Path, finance: Body) -> None:
    target = tmp_path / "退回.xlsx"
    assert main(["intake", str(table(FAULTY)), "--provider", finance.name, "--rejects", str(target)]) == 1
    assert target.read_bytes().startswith(b"PK")


def test_a_heading_confirmed_on_the_command_line(table: Table, finance: Body) -> None:
    row = {("文书的那个号" if name == "行政处罚决定文书号" else name): text for name, text in penalty().items()}
    path = str(table([row]))
    assert main(["intake", path, "--provider", finance.pk]) == 1
    assert main(["intake", path, "--provider", finance.pk, "--map", "文书的那个号=document_no"]) == 0


# ---- the watched folder -----------------------------------------------------------------------------------------


@pytest.fixture
def inbox(tmp_path: Path, finance: Body) -> Path:
    (tmp_path / "inbox" / finance.pk).mkdir(parents=True)
    return tmp_path / "inbox"


def test_a_file_still_growing_is_left_alone(inbox: Path, finance: Body, table: Table) -> None:
    content = table([violation(1), violation(2)]).read_bytes()
    path = inbox / finance.pk / "procurement-violation__5月.csv"
    path.write_bytes(content[:50])
    watcher = Watcher(inbox)
    assert watcher.round() == []
    path.write_bytes(content)
    assert watcher.round() == []
    (report,) = watcher.round()
    assert report["accepted"] == 2
    assert not path.exists()
    assert {each.name for each in (inbox / finance.pk / "done").iterdir()} == {f"{path.name}.findings.json"}


def test_faulty_and_strange_files_go_to_failed(inbox: Path, finance: Body, table: Table) -> None:
    (inbox / finance.pk / "a.csv").write_bytes(table(FAULTY).read_bytes())
    (inbox / finance.pk / "b.xls").write_bytes(b"%PDF-1.4")
    (inbox / "nobody").mkdir()
    (inbox / "nobody" / "c.csv").write_bytes(table([penalty(9)]).read_bytes())
    reports = {report["file"]: report for report in Watcher(inbox).round(settled=True)}
    assert reports["a.csv"]["refused"] == 2
    assert "PDF" in reports["b.xls"]["message"]
    assert "nobody" in reports["c.csv"]["message"]
    assert len(list(inbox.rglob("failed/*.findings.json"))) == 3
    # Nothing that was read lies there in plain text; what nobody could take in is sealed, and may be put back.
    [kept] = [each for each in inbox.rglob("*") if each.is_file() and not each.name.endswith(".findings.json")]
    assert kept.parent.name == "failed" and is_sealed_file(kept)
    kept.rename(inbox / finance.pk / "c.csv")
    [again] = Watcher(inbox).round(settled=True)
    assert again["received"] == 1 and again["file"] == "c.csv"


def test_a_link_in_the_folder_leads_nowhere(tmp_path: Path, inbox: Path, finance: Body, table: Table) -> None:
    """Neither is what a link points at taken in, nor are findings written where one points."""
    secret = table([violation(1)], "secret.csv")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "b.csv").write_bytes(table([violation(2)]).read_bytes())
    (inbox / finance.pk / "a.csv").symlink_to(secret)
    (inbox / finance.name).symlink_to(elsewhere)
    (inbox / finance.pk / "done").symlink_to(elsewhere)
    assert Watcher(inbox).round(settled=True) == []
    (inbox / finance.pk / "procurement-violation__c.csv").write_bytes(table([violation(3)]).read_bytes())
    [report] = Watcher(inbox).round(settled=True)
    assert report["accepted"] == 1 and secret.exists()
    assert {each.name for each in elsewhere.iterdir()} == {"b.csv"}


def test_a_crash_between_intake_and_move_doubles_nothing(
    inbox: Path, finance: Body, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongxin.rooms.intake import watch

    path = inbox / finance.pk / "a.csv"
    path.write_bytes(table([penalty(1), penalty(2)]).read_bytes())

    def crash(*given: object, **more: object) -> None:
        raise KeyboardInterrupt

    real = watch._put_away
    monkeypatch.setattr(watch, "_put_away", crash)
    with pytest.raises(KeyboardInterrupt):
        Watcher(inbox).round(settled=True)
    monkeypatch.setattr(watch, "_put_away", real)
    (report,) = Watcher(inbox).round(settled=True)
    assert (report["accepted"], report["duplicates"]) == (2, 0)
    assert Batch.objects.count() == 1
    path.write_bytes(table([penalty(1), penalty(2)]).read_bytes())
    (again,) = Watcher(inbox).round(settled=True)
    assert (again["accepted"], again["duplicates"]) == (0, 2)
    assert Entry.objects.count() == 2


# ---- the queue, templates, quality ------------------------------------------------------------------------------


def test_the_worker_takes_what_waits(table: Table, finance: Body) -> None:
    for number in (1, 2):
        path = table([penalty(number)], f"{number}.csv")
        batches.receive(path, file_name=path.name, provider=finance.pk, via="web", actor="王敏")
    assert [batch.accepted for batch in run_pending()] == [1, 1]
    assert run_pending() == []


def test_every_template_is_recognised_as_its_own_item(desk: Desk, tmp_path: Path) -> None:
    """Also of items whose columns are the same, and beside choices that read like headings of another item."""
    from openpyxl import load_workbook

    for item in desk.edition.items():
        path = tmp_path / "t.xlsx"
        path.write_bytes(templates.workbook(item))
        book = load_workbook(path)
        sheet = book.worksheets[0]
        assert all(cell.comment for cell in sheet[1]), item.id
        chosen = [spec for spec in item.fields if spec.choices and not spec.multiple]
        assert len(sheet.data_validations.dataValidation) == len(chosen), item.id
        # Text in every row, not in the first ones alone: a code of digits would lose its last three in the others.
        assert all(sheet.column_dimensions[cell.column_letter].number_format == "@" for cell in sheet[1]), item.id
        assert "依据" in [cell.value for cell in book["填写说明"]["A"]]
        for cell, spec in zip(sheet[1], item.fields, strict=True):
            sheet.cell(2, cell.column).value = spec.choices[0].name if spec.choices else "某某"
        book.save(path)
        report = validation.validate(path, desk)
        assert (report["item"], report["received"], report["state"]) == (item.id, 1, "done"), report["issues"]
        assert not [
            each for each in report["issues"] if str(each["code"]).startswith(("sheet.", "heading.", "field.removed"))
        ]


def test_a_template_is_written_by_command_and_never_over_what_is_filled_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["template", "honour"]) == 0
    written = (tmp_path / "honour.xlsx").read_bytes()
    assert main(["template", "honour"]) == 2
    assert main(["template", "honor", "--out", "x.xlsx"]) == 2
    assert "honour" in capsys.readouterr().err
    assert (tmp_path / "honour.xlsx").read_bytes() == written and not (tmp_path / "x.xlsx").exists()


def test_a_filled_template_is_taken_in(desk: Desk, tmp_path: Path, finance: Body) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "t.xlsx"
    item = desk.edition.item("penalty")
    path.write_bytes(templates.workbook(item))
    book = load_workbook(path)
    sheet = book.worksheets[0]
    values = {name.lstrip("*"): text for name, text in penalty(1).items()}
    for cell in sheet[1]:
        sheet.cell(2, cell.column).value = values.get(str(cell.value).lstrip("*"))
    book.save(path)
    batch = batches.receive(path, file_name=path.name, provider=finance.pk, via="test", actor="王敏")
    batch = batches.run(batch.pk)
    assert (batch.received, batch.accepted) == (1, 1), batches.issues_of(batch)


def test_quality_is_reckoned_for_each_provider(table: Table, finance: Body) -> None:
    path = table(FAULTY)
    batches.run(batches.receive(path, file_name=path.name, provider=finance.pk, via="test", actor="王敏").pk)
    (row,) = quality.by_provider(clock.today())
    assert (row.name, row.received, row.refused, row.late) == (finance.name, 7, 2, 1)
    assert row.refusal_rate == pytest.approx(2 / 7)
    assert row.timely_rate == pytest.approx(1 - 1 / row.accepted)
    assert dict(quality.commonest_issues(clock.today()))["row.late"] == 1
