"""SM2 and SM4 (国密): switched on by an office, checked by anybody, and nothing sealed or signed before is lost."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.doors.cli import main
from gongxin.rooms.disclosure.reports import archive, folders, issuing, register
from gongxin.rooms.disclosure.reports.issuing import Asker, Made, Wish
from gongxin.spine import home, secrets, sm2
from gongxin.spine.access.gate import Viewer
from gongxin.spine.proofs import ledger, log, witness
from tests.doors.test_outsider import in_process, verify
from tests.doors.web import town as place

OFFICER = Viewer(None, "何敏之", place.CENTRE, "officer", "web")


@pytest.fixture
def on(monkeypatch):
    monkeypatch.setenv(sm2.SETTING, "local")


def test_off_until_an_office_wants_it(monkeypatch):
    monkeypatch.delenv(sm2.SETTING, raising=False)
    assert sm2.detached(b"words") is None
    monkeypatch.setenv(sm2.SETTING, "no.such.module:signer")
    with pytest.raises(sm2.Sm2Fault, match="GONGXIN_SM2"):
        sm2.signer()


@settings(max_examples=15, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 10_000))
def test_two_implementations_agree_on_every_signature(message, at):
    """GmSSL signs; the outsider's own arithmetic agrees, and so do both on whatever was touched."""
    outsider = in_process()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(sm2.SETTING, "local")
        told = sm2.detached(message)
        assert sm2.check(message, told) == "valid"
        assert sm2.check(message, told, {}) == "unknown-key"
        assert outsider.check_sm2(message, told, told["public_key"], "x") == sm2.key_id(sm2.signer().public_key)
        signature = bytearray.fromhex(told["signature"])
        signature[at % len(signature)] ^= 1 << at % 8
        for spoilt, words in (
            ({**told, "signature": signature.hex()}, message),
            (told, message + b"x"),
            ({**told, "signer_id": "other"}, message),
            ({**told, "public_key": told["public_key"][:-2] + "00"}, message),
        ):
            assert sm2.check(words, spoilt) == "false"
            with pytest.raises((outsider.Bad, ValueError, IndexError)):
                outsider.check_sm2(words, spoilt, None, "x")


def test_the_published_example_verifies():
    """GM/T 0003.5: the curve's own example, with a key and a name that are none of ours."""
    public = bytes.fromhex(
        "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
        "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    )
    assert sm2.digest_of(b"message digest", public).hex().upper() == (
        "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"
    )


@pytest.fixture
def town(on, on_day):
    on_day(place.TODAY)
    secrets.make_keys()
    place.people()
    return place.settle()


@pytest.mark.django_db
def test_a_report_carries_it_beside_and_everybody_tells(town, tmp_path, capsys):
    (made,) = issuing.each_of([(Asker(OFFICER), Wish(place.FIRM, purpose="投标"))])
    assert isinstance(made, Made)
    assert archive.find_sm2(made.number, made.valid_until) == made.sm2
    answer = register.verify_words(made.number, made.check)
    assert (answer.result, answer.sm2, answer.sm2_key) == ("genuine", "valid", sm2.key_id(sm2.signer().public_key))
    file = tmp_path / "r.pdf"
    assert main(["report", "make", place.FIRM, "-o", str(file)]) == 0
    beside = tmp_path / "r.pdf.sm2"
    key = "04" + sm2.signer().public_key.hex()
    capsys.readouterr()
    assert main(["report", "certificate", "--sm2"]) == 0
    assert capsys.readouterr().out.strip() == key

    def told(*more: str) -> tuple[int, dict]:
        code = main(["report", "verify", str(file), "--json", *more])
        return code, json.loads(capsys.readouterr().out)

    assert (told()[0], told()[1]["sm2"]) == (0, "valid")
    assert told("--sm2-key", key)[1]["sm2"] == "valid"
    assert told("--sm2-key", "04" + "11" * 64)[1]["sm2"] == "unknown-key"
    code, words = verify("report", file, "--sm2-key", key)
    assert code == 0
    assert "国密 SM2 签名有效" in words
    beside.write_text(json.dumps({**json.loads(beside.read_text()), "signature": made.sm2["signature"]}))
    assert (told()[0], told()[1]["result"]) == (1, "false")
    assert verify("report", file)[0] == 1
    beside.unlink()
    assert "sm2" not in told()[1]
    assert verify("report", file, "--sm2-key", key)[0] == 1
    folder = folders.Folder([(Asker(OFFICER), Wish(place.SHOP))])
    assert b".pdf.sm2" in b"".join(folder)


@pytest.mark.django_db
def test_checkpoints_carry_it_and_a_witness_refuses_a_false_one(town, tmp_path):
    for point in (ledger.checkpoint(), log.checkpoint()):
        witness.check_signature(point)
        spoilt = deepcopy(point)
        spoilt["sm2"]["signature"] = ledger.checkpoint()["sm2"]["signature"][:-2] + "00"
        with pytest.raises(witness.Conflict):
            witness.check_signature(spoilt)
        in_process().check_checkpoint(point, None)
        with pytest.raises(Exception, match="国密"):
            in_process().check_checkpoint(spoilt, None)
    file = tmp_path / "p.json"
    file.write_text(json.dumps(ledger.entry_proof(town["penalty"])))
    assert verify("proof", file)[0] == 0


@given(st.text(max_size=60))
def test_sm4_seals_by_setting_and_opens_what_was_sealed_before(text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(secrets.CIPHER, "aes")
        before = secrets.seal(text)
        patch.setenv(secrets.CIPHER, "sm4")
        sealed = secrets.seal(text)
        assert sealed.startswith(secrets.SM4_MARK)
        assert secrets.is_sealed(sealed)
        assert secrets.unseal(sealed) == secrets.unseal(before) == text
        patch.setenv(secrets.CIPHER, "aes")
        assert secrets.unseal(sealed) == text
        swapped = sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]
        for wrong in (swapped, secrets.SM4_MARK, secrets.SEAL_MARK + sealed[len(secrets.SM4_MARK) :]):
            with pytest.raises(secrets.SealFault):
                secrets.unseal(wrong)
        patch.setenv(secrets.CIPHER, "des")
        with pytest.raises(secrets.SealFault, match="aes, sm4"):
            secrets.seal(text)


def test_the_private_key_is_the_owner_s_alone(on):
    assert sm2.signer() is not None
    assert (home.keys() / "sm2").stat().st_mode & 0o077 == 0
