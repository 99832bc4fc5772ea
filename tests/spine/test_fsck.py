"""A hand-edited row is found (台账核验): the attacker has dropped the triggers and edits as he likes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from gongxin.doors import cli
from gongxin.spine import append_only
from gongxin.spine.access import looks
from gongxin.spine.access.gate import OWN, Ground, Viewer, read, sealed_batch
from gongxin.spine.ledger.append import append, append_frame
from gongxin.spine.ledger.canonical import Header, digest_of, leaf_of
from gongxin.spine.ledger.fsck import fsck
from gongxin.spine.ledger.models import Entry, Payload
from gongxin.spine.ledger.shredding import shred
from gongxin.spine.projections import rebuilding
from tests.spine.making import PROVIDER, frame_of, key, penalty, record, upon, uscc

pytestmark = pytest.mark.django_db


@contextmanager
def unguarded() -> Iterator[Any]:
    """Do what an attacker with the database's password does: take the guards away first."""
    tables = list(append_only.GUARDED)
    append_only.remove(connection, tables)
    with connection.cursor() as cursor:
        yield cursor
    append_only.install(connection, tables)


@pytest.fixture
def ledger() -> None:
    """Six entries under three checkpoints: 1–2, 3–5, 6."""
    append([record(1, 1), record(2, 2)])
    rows = [penalty(number, number) for number in (3, 4, 5)]
    append_frame(frame_of(rows, [key(3), key(4), key(5)]), item="penalty", provider=PROVIDER, batch=1, actor="甲")
    append([upon(1, "withdrawal", reason="撤销决定")])


def found(code: str) -> int | None:
    report = fsck(projections=False)
    assert not report.ok
    assert code in {finding.code for finding in report.findings}
    return report.first_bad


def test_an_untouched_ledger_passes(ledger: None) -> None:
    report = fsck()
    assert (report.ok, report.size, report.first_bad, report.findings) == (True, 6, None, [])


def test_an_empty_ledger_passes() -> None:
    assert fsck().ok


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("subject", "'uscc:' || '91110108MA0000009X'"),
        ("provider", "'11PL9999'"),
        ("actor", "'别人'"),
        ('"on"', "'2020-01-01'"),
        ("at", "'2020-01-01 00:00:00'"),
        ("kind", "'repair'"),
        ("item", "'honour'"),
        ("record", "2"),
        ("batch", "7"),
    ],
)
def test_an_edited_header_is_named(ledger: None, column: str, value: str) -> None:
    with unguarded() as cursor:
        cursor.execute(f"UPDATE ledger_entry SET {column} = {value} WHERE seq = 4")
    assert found("header.changed") == 4


def test_an_edited_payload_is_named(ledger: None) -> None:
    body = (Payload.objects.get(seq=3).body or "").replace("壹仟", "壹万")
    with unguarded() as cursor:
        cursor.execute("UPDATE ledger_payload SET body = %s WHERE seq = 3", [body])
    assert found("payload.changed") == 3


def test_an_edited_payload_with_its_digest_is_named(ledger: None) -> None:
    payload = Payload.objects.get(seq=3)
    body = (payload.body or "").replace("壹仟", "壹万")
    with unguarded() as cursor:
        cursor.execute("UPDATE ledger_payload SET body = %s WHERE seq = 3", [body])
        cursor.execute(
            "UPDATE ledger_entry SET digest = %s WHERE seq = 3", [digest_of(bytes(payload.salt or b""), body)]
        )
    assert found("header.changed") == 3


def test_a_row_changed_with_all_its_hashes_is_found_through_the_root(ledger: None) -> None:
    entry, payload = Entry.objects.get(seq=4), Payload.objects.get(seq=4)
    body = (payload.body or "").replace("壹仟", "壹万")
    digest = digest_of(bytes(payload.salt or b""), body)
    leaf = leaf_of(Header(**{name: getattr(entry, name) for name in Header._fields}), digest)
    with unguarded() as cursor:
        cursor.execute("UPDATE ledger_payload SET body = %s WHERE seq = 4", [body])
        cursor.execute("UPDATE ledger_entry SET digest = %s, leaf = %s WHERE seq = 4", [digest, leaf])
    report = fsck(projections=False)
    assert [finding.code for finding in report.findings] == ["root.differs"]
    assert report.first_bad == 3
    assert "3–5" in report.findings[0].message


def test_a_deleted_row_is_named(ledger: None) -> None:
    with unguarded() as cursor:
        cursor.execute("DELETE FROM ledger_entry WHERE seq = 2")
    assert found("entry.missing") == 2


def test_a_cut_off_end_is_found(ledger: None) -> None:
    with unguarded() as cursor:
        cursor.execute("DELETE FROM ledger_entry WHERE seq = 6")
    assert found("entry.missing") == 6


def test_a_missing_payload_without_a_destruction_is_named(ledger: None) -> None:
    with unguarded() as cursor:
        cursor.execute("UPDATE ledger_payload SET body = NULL, salt = NULL WHERE seq = 5")
    assert found("payload.missing") == 5


def test_a_smuggled_row_is_found(ledger: None) -> None:
    entry = Entry.objects.get(seq=5)
    columns = ", ".join(f'"{field.column}"' for field in Entry._meta.concrete_fields if field.column != "seq")
    with unguarded() as cursor:
        cursor.execute(f"INSERT INTO ledger_entry (seq, {columns}) SELECT 7, {columns} FROM ledger_entry WHERE seq = 5")
    del entry
    assert found("header.changed") == 7
    assert found("checkpoint.missing") == 7


def test_a_forged_checkpoint_is_found(ledger: None) -> None:
    with unguarded() as cursor:
        cursor.execute("UPDATE ledger_checkpoint SET signature = %s WHERE size = 5", [b"\x00" * 64])
    assert found("checkpoint.signature") == 3


def test_a_ledger_written_anew_as_a_whole_is_found_by_who_remembers(ledger: None) -> None:
    remembered = fsck().as_dict()
    assert fsck(remembered=remembered).ok
    append([record(7, 7)])
    assert fsck(remembered=remembered).ok
    forged = {**remembered, "root": "00" * 32}
    assert {finding.code for finding in fsck(projections=False, remembered=forged).findings} == {"root.remembered"}
    longer = {**remembered, "size": 99}
    assert fsck(projections=False, remembered=longer).first_bad == 8


def test_an_edited_projection_is_found_and_put_right(ledger: None) -> None:
    before = rebuilding.digest()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE projections_standing SET display_until = '2099-01-01' WHERE record = 3")
    report = fsck()
    assert [finding.code for finding in report.findings] == ["projection.differs"]
    assert rebuilding.digest() == before
    assert fsck().ok


OWNER = Viewer(1, "戊", uscc(1), "subject", "web")


def test_an_edited_look_breaks_its_chain(ledger: None) -> None:
    numbers = [read(OWNER, Ground(purpose=OWN), key(1), as_of=_day()).number for _ in range(3)]  # type: ignore[union-attr]
    assert fsck().ok
    with unguarded() as cursor:
        cursor.execute("UPDATE access_look SET viewer = '己' WHERE number = %s", [numbers[1]])
    report = fsck(projections=False)
    assert [(finding.code, finding.number) for finding in report.findings] == [("look.changed", numbers[1])]


def test_a_removed_look_breaks_its_chain(ledger: None) -> None:
    numbers = [read(OWNER, Ground(purpose=OWN), key(1), as_of=_day()).number for _ in range(3)]  # type: ignore[union-attr]
    with unguarded() as cursor:
        cursor.execute("DELETE FROM access_look WHERE number = %s", [numbers[1]])
    assert {finding.code for finding in fsck(projections=False).findings} == {"look.missing"}


def test_a_cut_off_log_is_found_by_its_seal(ledger: None) -> None:
    numbers = [read(OWNER, Ground(purpose=OWN), key(1), as_of=_day()).number for _ in range(3)]  # type: ignore[union-attr]
    with unguarded() as cursor:
        cursor.execute("DELETE FROM access_look WHERE number = %s", [numbers[2]])
    assert {finding.code for finding in fsck(projections=False).findings} == {"look.missing"}


def test_a_chain_written_anew_is_found_by_its_seal(ledger: None) -> None:
    read(OWNER, Ground(purpose=OWN), key(1), as_of=_day())
    with unguarded() as cursor:
        cursor.execute("UPDATE access_lookseal SET signature = %s", [b"\x01" * 64])
    assert {finding.code for finding in fsck(projections=False).findings} == {"look.seal"}


def test_an_edited_batch_of_looks_is_found(ledger: None) -> None:
    import polars as pl

    sealed_batch(OWNER, Ground(purpose=OWN), pl.Series([key(1)]), as_of=_day())
    assert fsck().ok
    with unguarded() as cursor:
        cursor.execute("UPDATE access_lookbatch SET subjects = %s", [b"nobody"])
    assert {finding.code for finding in fsck(projections=False).findings} == {"look.batch"}


def test_a_shredded_payload_stays_provable(on_day: Callable[[str], None]) -> None:
    from gongxin.spine.ledger.acts import LedgerFault, person_key

    number = "11010119900307" + "7758"
    append([record(1, subject=person_key(number), subject_kind="person", uscc=None, person_id=number), record(2, 2)])
    with pytest.raises(LedgerFault, match="kept"):
        shred(1, actor="甲")
    with pytest.raises(LedgerFault, match="kept"):
        shred(2, actor="甲")
    due = _destroy_day(1)
    on_day(_before(due))
    with pytest.raises(LedgerFault, match="kept until"):
        shred(1, actor="甲")
    on_day(due)
    assert shred(1, actor="甲") == 3
    payload = Payload.objects.get(seq=1)
    assert (payload.body, payload.salt, payload.document, payload.content) == (None, None, None, None)
    assert fsck().ok
    with pytest.raises(LedgerFault, match="destroyed already"):
        shred(1, actor="甲")
    assert Payload.objects.get(seq=2).body is not None


def test_the_command_says_what_it_found(ledger: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["fsck", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    with unguarded() as cursor:
        cursor.execute("UPDATE ledger_entry SET actor = '别人' WHERE seq = 4")
    assert cli.main(["fsck", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["first_bad"]) == (False, 4)
    assert cli.main(["fsck"]) == 1
    assert "4" in capsys.readouterr().out
    assert cli.main(["fsck", "--remembered", "/nowhere.json"]) == 2


def test_the_chain_of_a_segment_starts_at_its_own_beginning() -> None:
    assert looks.place_of("Q") == looks.Place(0, looks.FIRST_CHAIN)


def _day() -> Any:
    from gongxin.spine import clock

    return clock.today()


def _destroy_day(record_number: int) -> str:
    from gongxin.spine import shelf
    from gongxin.spine.ledger import payloads
    from gongxin.spine.projections.standings import fold_in_force

    history = next(iter(payloads.histories([record_number])))
    line = fold_in_force(history.acts, book=shelf.book(), as_of=_day())
    assert line is not None and line.clocks.destroy_at is not None
    return line.clocks.destroy_at.isoformat()


def _before(day: str) -> str:
    from datetime import date, timedelta

    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
