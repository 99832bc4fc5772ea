"""`gongxin report` and `gongxin proof` (信用报告、证明命令)."""

from __future__ import annotations

import json
import zipfile

import pytest

from gongxin.doors.cli import main
from gongxin.spine import secrets
from gongxin.spine.access.models import Look
from tests.doors.web import town as place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _town(on_day):
    on_day(place.TODAY)
    secrets.make_keys()
    place.people()
    place.settle()


def said(capsys, *arguments: object) -> tuple[int, dict]:
    code = main([str(each) for each in arguments])
    return code, json.loads(capsys.readouterr().out)


def test_made_and_verified(capsys, tmp_path):
    file, listed, trust = tmp_path / "r.pdf", tmp_path / "list.json", tmp_path / "ca.pem"
    code, made = said(capsys, "report", "make", place.FIRM, "--kind", "special", "--from", "2024-01-01",
                      "--to", "2026-11-22", "--purpose", "投标", "-o", file, "--json")  # fmt: skip
    assert (code, made["content"]["period"]) == (0, {"since": "2024-01-01", "until": "2026-11-22"})
    assert main(["report", "status-list", "-o", str(listed)]) == 0
    assert main(["report", "certificate", "-o", str(trust)]) == 0
    code, found = said(capsys, "report", "verify", file, "--status-list", listed, "--trust", trust, "--json")
    assert (code, found["result"], found["status"], found["number"]) == (0, "genuine", "good", made["number"])
    code, found = said(capsys, "report", "verify", file, "--fingerprint", "00" * 32, "--json")
    assert (code, found["result"]) == (1, "unknown-issuer")
    assert main(["report", "revoke", made["number"], "--reason", "对象有误"]) == 0
    assert main(["report", "status-list", "-o", str(listed)]) == 0
    capsys.readouterr()
    code, found = said(capsys, "report", "verify", file, "--status-list", listed, "--json")
    assert (code, found["result"]) == (1, "revoked")
    spoilt = bytearray(file.read_bytes())
    spoilt[1000] ^= 1
    file.write_bytes(bytes(spoilt))
    code, found = said(capsys, "report", "verify", file, "--json")
    assert (code, found["result"]) == (1, "false")


def test_refused_in_plain_words(capsys, tmp_path):
    file = tmp_path / "r.pdf"
    assert main(["report", "make", place.FIRM, "--kind", "special", "--from", "2001-01-01", "-o", str(file)]) == 1
    assert "期间最长 5 年" in capsys.readouterr().err
    assert main(["report", "make", place.FIRM, "--present", "-o", str(file)]) == 1
    assert not file.exists()


def test_the_counter_leaves_a_trace(capsys, tmp_path):
    file = tmp_path / "r.pdf"
    asked = ["report", "make", place.FIRM, "--present", "--case-no", "CK-9", "--body", place.OFFICE, "-o", str(file)]
    assert main(asked) == 0
    assert Look.objects.get(case_no="CK-9").subject == "uscc:" + place.FIRM


def test_a_batch_becomes_one_zip(capsys, tmp_path):
    wanted, folder = tmp_path / "list.csv", tmp_path / "out.zip"
    wanted.write_text(f"code,purpose\n{place.FIRM},贷款\nXX,\n{place.SHOP},\n", encoding="utf-8")
    code, results = said(capsys, "report", "batch", wanted, "-o", folder, "--json")
    assert (code, ["number" in row for row in results]) == (1, [True, False, True])
    with zipfile.ZipFile(folder) as files:
        assert len([name for name in files.namelist() if name.endswith(".pdf")]) == 2


def test_proofs(capsys, tmp_path):
    code, proof = said(capsys, "proof", "entry", 3)
    assert (code, proof["seq"]) == (0, 3)
    assert main(["proof", "entry", "99999"]) == 1
    assert main(["report", "make", place.FIRM, "--present", "--case-no", "CK-9", "-o", str(tmp_path / "r.pdf")]) == 0
    capsys.readouterr()
    code, proof = said(capsys, "proof", "access", Look.objects.get(case_no="CK-9").number)
    assert (code, proof["kind"]) == (0, "look")
    assert main(["proof", "lodge"]) == 1
    kept = tmp_path / "kept"
    assert main(["proof", "witness", "add", "档案馆", "--kind", "file", "--address", str(kept)]) == 0
    capsys.readouterr()
    code, states = said(capsys, "proof", "lodge", "--json")
    assert (code, {state["state"] for state in states}) == (0, {"lodged"})
    assert len(list(kept.glob("*.json"))) == 2
    code, points = said(capsys, "proof", "checkpoint")
    assert points["ledger"]["size"] == states[0]["size"] or points["ledger"]["size"] == states[1]["size"]
    for act in ("ledger", "log"):
        assert main(["proof", act, "-o", str(tmp_path / f"{act}.jsonl")]) == 0
        assert (tmp_path / f"{act}.jsonl").stat().st_size > 500
    assert main(["proof", "witness", "remove", "档案馆"]) == 0
    assert main(["proof", "witness", "remove", "档案馆"]) == 1
