"""Reminders, handovers, statistics, attachments (催办、移交、统计、附件)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account
from gongxin.spine.cases import attachments, engine, reminding, statistics
from gongxin.spine.cases.attachments import Offered
from gongxin.spine.cases.models import Attachment, Case
from gongxin.spine.outbox.models import Notice
from tests.rooms.remedy import city
from tests.rooms.remedy.city import DECIDER, FINDINGS, did, no, objection

People = dict[str, Viewer]
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"


def packed(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def test_each_clock_is_reminded_of_once_before_and_once_after(people: People, on_day: Callable[[str], None]) -> None:
    number = objection(people["subject"], city.penalty()).case.number
    Notice.objects.all().delete()
    assert reminding.remind() == 0
    # `forward` ends on 30 September and is told one working day before; `answer` on 13 October, two before. Sent on on
    # its last day, the body has until 15 October, and is late for itself alone.
    seen = {}
    for day in (
        "2026-09-29",
        "2026-09-29",
        "2026-10-01",
        "2026-10-10",
        "2026-10-12",
        "2026-10-13",
        "2026-10-14",
        "2026-10-15",
        "2026-10-16",
    ):
        on_day(day)
        if day == "2026-10-01":
            on_day("2026-09-30")
            did(engine.act(people["office"], number, "forward", {}))
            on_day(day)
        seen[day] = seen.get(day, 0) + reminding.remind()
    assert seen == {
        "2026-09-29": 1, "2026-10-01": 0, "2026-10-10": 1, "2026-10-12": 0, "2026-10-13": 1, "2026-10-14": 1,
        "2026-10-15": 0, "2026-10-16": 1,
    }  # fmt: skip
    late = Notice.objects.filter(template="case.overdue", case=number)
    assert {each.to_kind for each in late} == {"body", "role", "subject"}
    assert late.filter(to_kind="body", to=city.AUTHORITY).count() == 1


def test_the_delay_is_the_bodys_own_record(people: People, on_day: Callable[[str], None]) -> None:
    """The applicant's term runs from the objection; the body's from the day on which it was sent on to it."""
    first = objection(people["subject"], city.penalty(1, 1)).case.number
    second = objection(people["subject"], city.penalty(1, 2)).case.number
    third = objection(people["subject"], city.penalty(1, 3)).case.number
    objection(people["subject"], city.penalty(1, 4))
    for number in (first, second):
        did(engine.act(people["office"], number, "forward", {}))
    decided = {"findings": FINDINGS, "decided_by": DECIDER}
    on_day("2026-09-30")
    did(engine.act(people["steward"], first, "reject", decided))
    on_day("2026-10-15")
    did(engine.act(people["office"], third, "forward", {}))
    did(engine.act(people["steward"], second, "reject", decided))
    told = {(each.body, each.clock): each for each in statistics.timeliness(date(2026, 9, 1), date(2026, 10, 31))}
    body = told[city.AUTHORITY, "verify"]
    # 2 working days, and 9 (29, 30, 8, 9, 10, 12, 13, 14, 15); the third was sent on today, the fourth not yet.
    assert (body.count, body.done, body.late, body.overdue) == (3, 2, 1, 0)
    assert (body.median, body.longest) == (5.5, 9)
    answer = told["office", "answer"]
    assert (answer.count, answer.done, answer.late, answer.overdue) == (4, 2, 1, 2)
    assert told["office", "forward"].count == 4


def test_handed_over_within_the_body_alone(people: People) -> None:
    number = objection(people["subject"], city.penalty()).case.number
    heir = Account.objects.create(username="heir", first_name="叶知秋", body_id=city.AUTHORITY, role="steward")
    assert no(reminding.hand_over(people["steward"], number, "office", "休假")) == "case.handler"
    assert no(reminding.hand_over(people["subject"], number, "heir", "休假")) == "case.side"
    assert no(reminding.hand_over(people["steward"], number, "heir", " ")) == "case.needs"
    case = reminding.hand_over(people["steward"], number, "heir", "休假")
    assert isinstance(case, Case) and case.handler == heir.pk
    mine = Viewer(heir.pk, "叶知秋", city.AUTHORITY, "steward", "web")
    assert [each.number for each in reminding.in_hand(mine)] == [number]
    assert Notice.objects.filter(to_kind="account", to=str(heir.pk)).count() == 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (b"\x89PNG\r\n\x1a\nrest", "png"),
        (b"\xff\xd8\xff\xe0rest", "jpeg"),
        (packed("OFD.xml"), "ofd"),
        (packed("[Content_Types].xml", "word/document.xml"), "docx"),
        (packed("word/document.xml", "word/vbaProject.bin"), ""),
        (packed("OFD.xml", "run.exe"), ""),
        (packed("a.txt"), ""),
        (b"PK\x03\x04broken", ""),
        (b"MZ\x90\x00", ""),
        (b"<html><script>", ""),
        (b" %PDF-1.7", ""),
        (b"", ""),
    ],
)
def test_a_file_is_what_it_holds(content: bytes, kind: str) -> None:
    assert attachments.kind_of(content) == kind


def test_attachments_lie_sealed_and_open_for_the_sides_alone(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(attachments.SCAN_COMMAND, raising=False)
    number = objection(people["subject"], city.penalty()).case.number
    kept = attachments.attach(people["subject"], number, Offered("../../送达 回证.pdf", PDF))
    assert isinstance(kept, Attachment) and kept.verdict == "unscanned"
    lying = (attachments.folder() / kept.place).read_bytes()
    assert b"PDF" not in lying and "送达" not in kept.name
    opened = attachments.opened(people["steward"], number, kept.pk)
    assert isinstance(opened, tuple) and b"".join(opened[2]) == PDF and opened[1] == "送达 回证.pdf"
    assert no(attachments.opened(people["stranger"], number, kept.pk)) == "case.none"
    again = attachments.attach(people["subject"], number, Offered("b.pdf", PDF))
    assert isinstance(again, Attachment) and again.pk == kept.pk
    assert no(attachments.attach(people["subject"], number, Offered("a.pdf", b"MZ"))) == "case.kind_of_file"
    big = PDF + b"0" * (20 << 20)
    assert no(attachments.attach(people["subject"], number, Offered("a.pdf", big))) == "case.large"
    did(engine.act(people["subject"], number, "withdraw", {}))
    assert no(attachments.attach(people["subject"], number, Offered("c.pdf", PDF + b" "))) == "case.closed"


def test_what_the_scanner_refuses_is_kept_away(people: People, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scanner = tmp_path / "scan.sh"
    scanner.write_text('#!/bin/sh\n! grep -q EICAR "$1"\n')
    scanner.chmod(0o755)
    monkeypatch.setenv(attachments.SCAN_COMMAND, str(scanner))
    number = objection(people["subject"], city.penalty()).case.number
    clean = attachments.attach(people["subject"], number, Offered("a.pdf", PDF))
    assert isinstance(clean, Attachment) and clean.verdict == "clean"
    assert no(attachments.attach(people["subject"], number, Offered("b.pdf", PDF + b"EICAR"))) == "case.quarantined"
    bad = Attachment.objects.get(verdict="quarantined")
    assert no(attachments.opened(people["steward"], number, bad.pk)) == "case.attachment_unknown"
    assert Notice.objects.filter(template="case.quarantined").count() == 2
    monkeypatch.setenv(attachments.SCAN_COMMAND, str(tmp_path / "gone"))
    assert no(attachments.attach(people["subject"], number, Offered("c.pdf", PDF + b" "))) == "case.quarantined"
