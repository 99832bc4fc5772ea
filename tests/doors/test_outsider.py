"""The outsider's verifier (独立核验): run as a program of its own, on real files, it finds whatever was touched."""

from __future__ import annotations

import ast
import importlib.util
import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection

from gongxin.rooms.disclosure.reports import issuing, register, signing, statuslist
from gongxin.spine import append_only, clock, secrets
from gongxin.spine.access import gate
from gongxin.spine.access.gate import Ground, Viewer
from gongxin.spine.access.models import Look
from gongxin.spine.ledger.canonical import Header, leaf_of
from gongxin.spine.ledger.models import Entry
from gongxin.spine.proofs import export, ledger, log, witness
from gongxin.spine.proofs.models import Lodging, Witness
from tests.doors.web import town as place

pytestmark = pytest.mark.django_db(transaction=True)

VERIFIER = Path(__file__).resolve().parents[2] / "tools" / "verify" / "gongxin_verify.py"


@pytest.fixture
def town(on_day):
    on_day(place.TODAY)
    secrets.make_keys()
    people = place.people()
    place.settle()
    return Viewer(people["subject"].pk, "宋知远", place.FIRM, "subject", "web")


def verify(*arguments: object) -> tuple[int, str]:
    """Run the verifier apart from everything of ours: isolated, with nothing but its one file."""
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stderr == "", done.stderr
    return done.returncode, done.stdout


def in_process():
    """Load the verifier's file by itself, for properties that ask it thousands of times."""
    spec = importlib.util.spec_from_file_location("gongxin_verify", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def own_key() -> str:
    return secrets.public_keys()[secrets.signing_key_id()].hex()


def write(path: Path, lines) -> Path:
    with path.open("w", encoding="utf-8") as file:
        export.write(lines, file)
    return path


def save(path: Path, told) -> Path:
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return path


def look(viewer: Viewer, times: int = 1) -> str:
    for _ in range(times):
        reading = gate.read(viewer, Ground(purpose=gate.OWN), "uscc:" + place.FIRM, as_of=clock.today())
    return reading.number


def tampered(sql: str, parameters: list[object], *tables: str) -> None:
    """Change the store behind the platform's back, as somebody with the database's password would."""
    append_only.remove(connection, list(tables))
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
    append_only.install(connection, list(tables))


def test_it_needs_nothing_of_ours():
    imported = set()
    for node in ast.walk(ast.parse(VERIFIER.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).split(".")[0])
    assert "gongxin" not in imported
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def test_a_report_is_genuine_and_no_flipped_byte_is(town, tmp_path):
    made = issuing.make(issuing.Asker(town, Ground(purpose=gate.OWN)), issuing.Wish("", purpose="投标"))
    assert isinstance(made, issuing.Made)
    file, trust = tmp_path / "r.pdf", tmp_path / "ca.pem"
    file.write_bytes(made.pdf)
    trust.write_bytes(signing.make_keys().read_bytes())
    listed = save(tmp_path / "list.json", statuslist.published())
    code, words = verify("report", file, "--trust", trust, "--status-list", listed)
    assert (code, "签名有效" in words, "状态 有效" in words) == (0, True, True)
    assert verify("report", file, "--fingerprint", signing.fingerprint(signing.trusted()[0]))[0] == 0
    assert verify("report", file, "--fingerprint", "00" * 32)[0] == 1
    assert "签发机构未核实" in verify("report", file)[1]
    program = in_process()
    missed = []
    signature = made.pdf.index(b"/Contents <")
    # Every 97th byte of the file, and every byte where the signature itself stands, in one of its bits.
    for at in sorted({*range(0, len(made.pdf), 97), *range(signature, signature + 3200)}):
        spoilt = bytearray(made.pdf)
        spoilt[at] ^= 1 << at % 8
        try:
            program.check_report(bytes(spoilt), [], None)
            missed.append(at)
        except Exception:
            continue
    assert missed == []
    spoilt = bytearray(made.pdf)
    spoilt[len(spoilt) // 3] ^= 4
    file.write_bytes(bytes(spoilt))
    assert verify("report", file, "--trust", trust)[0] == 1


def test_the_status_list_tells_of_a_report_taken_back(town, tmp_path):
    made = issuing.make(issuing.Asker(town, Ground(purpose=gate.OWN)), issuing.Wish(""))
    assert isinstance(made, issuing.Made)
    office = Viewer(None, "陆远", place.OFFICE, "operator", "web")
    assert register.revoke(office, made.number, "出具单位有误")
    file = tmp_path / "r.pdf"
    file.write_bytes(made.pdf)
    listed = statuslist.published()
    code, words = verify("report", file, "--status-list", save(tmp_path / "list.json", listed))
    assert (code, "已撤回" in words) == (1, True)
    listed["length"] = listed["length"] - 1
    assert "状态表: 签名无效" in verify("report", file, "--status-list", save(tmp_path / "bad.json", listed))[1]


def test_a_ledger_row_flipped_or_changed_is_found(town, tmp_path):
    file = write(tmp_path / "ledger.jsonl", export.ledger_lines(payloads=True))
    assert verify("ledger", file, "--key", own_key())[0] == 0
    assert verify("ledger", file, "--key", "00" * 32)[0] == 1
    program, whole = in_process(), file.read_bytes()
    spoilt_file = tmp_path / "spoilt.jsonl"
    missed = []
    for at in range(11, len(whole), 211):
        spoilt = bytearray(whole)
        spoilt[at] ^= 1 << at % 7
        spoilt_file.write_bytes(bytes(spoilt))
        try:
            program.check_ledger(spoilt_file, own_key(), [])
            missed.append(at)
        except Exception:
            continue
    assert missed == []
    # In the store itself, with the row's own leaf made to fit: the signed root still tells.
    entry = Entry.objects.get(seq=5)
    tampered('UPDATE ledger_entry SET "actor" = %s WHERE seq = 5', ["别人@市局"], "ledger_entry")
    code, words = verify("ledger", write(tmp_path / "b.jsonl", export.ledger_lines()))
    assert (code, "条目 5" in words) == (1, True)
    header = Header(5, entry.kind, entry.record, entry.item, entry.subject, entry.provider, entry.batch, entry.on,
                    entry.at, "别人@市局")  # fmt: skip
    leaf = leaf_of(header, bytes(entry.digest))
    tampered("UPDATE ledger_entry SET leaf = %s WHERE seq = 5", [leaf], "ledger_entry")
    code, words = verify("ledger", write(tmp_path / "c.jsonl", export.ledger_lines()))
    assert (code, "的根与条目" in words) == (1, True)
    with pytest.raises(ledger.ProofFault):
        ledger.entry_proof(5)


def test_the_newest_hundred_rows_dropped_are_found(town, tmp_path):
    for number in range(100):
        place.licence(place.QUIET, "平陵静水文化传媒有限公司", 100 + number)
    Witness.objects.create(name="档案馆", kind="file", address=str(tmp_path / "kept"))
    assert {one.state for one in witness.lodge() if one.tree == "ledger"} == {"lodged"}
    held = sorted((tmp_path / "kept").glob("ledger-*.json"))[-1]
    good = write(tmp_path / "whole.jsonl", export.ledger_lines())
    assert verify("ledger", good, "--remember", held)[0] == 0
    assert verify("proof", held)[0] == 0
    size = Entry.objects.count() - 100
    for table, column in (("ledger_entry", "seq"), ("ledger_payload", "seq"), ("ledger_checkpoint", "size")):
        tampered(f"DELETE FROM {table} WHERE {column} > %s", [size], table)
    cut = write(tmp_path / "cut.jsonl", export.ledger_lines())
    # By itself the shortened ledger is in order; whoever kept a checkpoint knows better.
    assert verify("ledger", cut)[0] == 0
    code, words = verify("ledger", cut, "--remember", held)
    assert (code, "末尾被截断" in words) == (1, True)
    witness.lodge()
    state = Lodging.objects.get(tree="ledger")
    assert (state.state, "截断" in state.detail) == ("conflict", True)


def test_a_look_flipped_or_cut_off_is_found(town, tmp_path):
    number = look(town, 12)
    Witness.objects.create(name="档案馆", kind="file", address=str(tmp_path / "kept"))
    witness.lodge()
    held = sorted((tmp_path / "kept").glob("log-*.json"))[-1]
    file = write(tmp_path / "log.jsonl", export.log_lines())
    assert verify("log", file, "--key", own_key(), "--remember", held)[0] == 0
    program, whole = in_process(), file.read_bytes()
    spoilt_file = tmp_path / "spoilt.jsonl"
    missed = []
    for at in range(7, len(whole), 53):
        spoilt = bytearray(whole)
        spoilt[at] ^= 1 << at % 7
        spoilt_file.write_bytes(bytes(spoilt))
        try:
            program.check_log(spoilt_file, own_key(), [])
            missed.append(at)
        except Exception:
            continue
    assert missed == []
    proof = save(tmp_path / "look.json", log.look_proof(number))
    assert verify("proof", proof, "--key", own_key())[0] == 0
    told = json.loads(proof.read_text(encoding="utf-8"))
    told["number"] = "HC-2026-1122-A1"
    assert verify("proof", save(tmp_path / "other.json", told))[0] == 1
    tampered("UPDATE access_look SET ground = %s WHERE n = 3", ["casework"], "access_look")
    code, words = verify("log", write(tmp_path / "b.jsonl", export.log_lines()))
    assert (code, "与链不符" in words) == (1, True)
    tampered("UPDATE access_look SET ground = %s WHERE n = 3", ["own"], "access_look")
    keep = Look.objects.count() - 5
    tampered("DELETE FROM access_look WHERE n > %s", [keep], "access_look")
    assert verify("log", write(tmp_path / "c.jsonl", export.log_lines()))[0] == 1
    tampered("DELETE FROM access_lookseal WHERE n > %s", [keep], "access_lookseal")
    tampered("DELETE FROM proofs_logcheckpoint WHERE size > %s", [keep], "proofs_logcheckpoint")
    cut = write(tmp_path / "d.jsonl", export.log_lines())
    assert verify("log", cut)[0] == 0
    code, words = verify("log", cut, "--remember", held)
    assert (code, "截断" in words) == (1, True)


def test_exported_proofs_are_checked(town, tmp_path):
    earlier = ledger.checkpoints()[2]["size"]
    for name, told in (
        ("entry", ledger.entry_proof(7)),
        ("consistency", ledger.consistency_proof(earlier)),
        ("checkpoints", {"form": ledger.FORM, "kind": "checkpoints", "ledger": ledger.checkpoint(), "log": None}),
    ):
        file = save(tmp_path / f"{name}.json", told)
        assert verify("proof", file, "--key", own_key())[0] == 0, name
        text = file.read_text(encoding="utf-8")
        spoilt = text.replace('"size": ', '"size": 1', 1)
        file.write_text(spoilt, encoding="utf-8")
        assert verify("proof", file)[0] == 1, name


def test_a_report_that_ran_out_is_still_genuine(town, tmp_path, on_day):
    on_day(date(2026, 1, 5))
    made = issuing.make(issuing.Asker(town, Ground(purpose=gate.OWN)), issuing.Wish(""))
    assert isinstance(made, issuing.Made)
    file = tmp_path / "old.pdf"
    file.write_bytes(made.pdf)
    on_day(made.valid_until + timedelta(days=1))
    listed = save(tmp_path / "list.json", statuslist.published())
    assert "状态 已过期" in verify("report", file, "--status-list", listed)[1]


def test_a_file_without_a_checkpoint_proves_nothing(town, tmp_path):
    look(town)
    for kind, lines in (("ledger", export.ledger_lines()), ("log", export.log_lines())):
        file = write(tmp_path / f"{kind}.jsonl", lines)
        code, words = verify(kind, file)
        assert (code, "--remember" in words) == (0, True), "what a file cannot show by itself is said"
        head = file.read_text(encoding="utf-8").split("\n")[0]
        file.write_text(head + "\n", encoding="utf-8")
        assert verify(kind, file)[0] == 1


def test_a_proof_says_no_more_of_a_looks_number_than_it_shows(town, tmp_path):
    number = look(town)
    told = log.look_proof(number)
    code, words = verify("proof", save(tmp_path / "look.json", told))
    assert (code, number in words) == (0, False), "the day in the number is not proved"
    for wrong in (number.replace("HC-", "XX-"), number + "0", "HC-1-" + number.rpartition("-")[2]):
        assert verify("proof", save(tmp_path / "wrong.json", {**told, "number": wrong}))[0] == 1, wrong
