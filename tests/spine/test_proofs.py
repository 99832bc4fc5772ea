"""Proofs (证明): paths read in blocks are RFC 9162's, and a witness notices what was rewritten or cut off."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from gongxin.kernel.issues import Refusal
from gongxin.spine import secrets
from gongxin.spine.access import gate
from gongxin.spine.access.gate import Ground, Viewer
from gongxin.spine.access.models import Look
from gongxin.spine.ledger import merkle
from gongxin.spine.ledger.models import Entry
from gongxin.spine.proofs import ledger, log, tree, witness
from gongxin.spine.proofs.models import Held, Lodging, Origin, Tile, Witness
from tests.doors.web import town as place

pytestmark = pytest.mark.django_db


class Made:
    """Leaves made by counting."""

    name = "made"

    def __init__(self, salt: int = 0) -> None:
        self.salt = salt

    def between(self, low: int, high: int) -> list[bytes]:
        return [merkle.leaf_hash(f"{self.salt} {number}".encode()) for number in range(low, high)]


@pytest.fixture
def town(on_day):
    on_day(place.TODAY)
    secrets.make_keys()
    place.people()
    return place.settle()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_paths_read_in_blocks_are_those_of_the_whole_tree(data):
    size = data.draw(st.integers(1, 5 * 64 + 7))
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    with pytest.MonkeyPatch.context() as patch:
        # Smaller blocks, so that the cutting is tried in every way.
        patch.setattr(tree, "BLOCK", 16)
        Tile.objects.all().delete()
        whole = tree.Tree(Made())
        leaves = Made().between(0, size)
        assert whole.root(size) == merkle.root(leaves)
        assert whole.inclusion(index, size) == merkle.inclusion_proof(index, leaves)
        assert whole.consistency(old, size) == merkle.consistency_proof(old, leaves)
        # Once more out of the kept tiles alone.
        assert tree.Tree(Made()).inclusion(index, size) == merkle.inclusion_proof(index, leaves)


def test_the_root_is_pymerkle_s():
    oracle = InmemoryTree(algorithm="sha256")
    for number in range(2100):
        oracle.append_entry(f"0 {number}".encode())
    assert tree.Tree(Made()).root(2100) == oracle.get_state(2100)


def test_stale_tiles_are_made_anew(town):
    Tile.objects.bulk_create([Tile(tree=ledger.NAME, index=0, root=b"x" * 32)])
    proof = ledger.entry_proof(3)
    assert not isinstance(proof, Refusal)
    assert proof["leaf"] == bytes(Entry.objects.get(seq=3).leaf).hex()


def test_an_entry_that_is_not_there_has_no_proof(town):
    for seq in (0, -1, Entry.objects.count() + 1):
        assert isinstance(ledger.entry_proof(seq), Refusal)
    assert isinstance(log.look_proof("HC-2026-1122-A99"), Refusal)
    assert isinstance(ledger.consistency_proof(10**9), Refusal)


def test_a_look_is_proved_and_the_log_s_checkpoints_do_not_pile_up(town):
    firm = Viewer(_account(), "宋知远", place.FIRM, "subject", "web")
    for _ in range(5):
        reading = gate.read(firm, Ground(purpose=gate.OWN), "uscc:" + place.FIRM, as_of=place.TODAY)
        assert not isinstance(reading, Refusal)
    first = log.look_proof(Look.objects.order_by("n").first().number)
    last = log.look_proof(reading.number)
    assert not isinstance(first, Refusal)
    assert not isinstance(last, Refusal)
    assert first["checkpoint"] == last["checkpoint"]
    witness.check_signature(log.checkpoint())
    assert "宋知远" not in json.dumps(last, ensure_ascii=False)


def _account() -> int:
    from gongxin.spine.access.models import Account

    return Account.objects.get(username="subject").pk


class Other(BaseHTTPRequestHandler):
    """A witness that speaks the few words by itself; `answers` is what it will say, oldest first."""

    answers: list[tuple[int, dict]] = []
    heard: list[dict] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Other.heard.append(body)
        code, told = Other.answers.pop(0) if Other.answers else (200, {})
        raw = json.dumps(told).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def other():
    Other.answers, Other.heard = [], []
    server = HTTPServer(("127.0.0.1", 0), Other)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_an_http_witness_is_asked_again_and_its_state_is_seen(town, other):
    Witness.objects.create(name="公证处", kind="http", address=other)
    Other.answers = [(503, {})]
    assert [one.state for one in witness.lodge()] == ["failed"]
    state = Lodging.objects.get(tree="ledger")
    assert (state.tries, state.size) == (1, 0)
    assert [one.state for one in witness.lodge()] == ["lodged"]
    state.refresh_from_db()
    assert (state.tries, state.size, state.detail) == (0, Entry.objects.count(), "")
    place.licence(place.FIRM, "燕北精密机械有限公司", 9)
    witness.lodge()
    last = Other.heard[-1]
    witness.check(ledger.checkpoint(last["old"]), last)


def test_a_witness_that_holds_another_history_is_a_conflict(town, other):
    Witness.objects.create(name="公证处", kind="http", address=other)
    strange = {**ledger.checkpoint(), "root": "00" * 32}
    Other.answers = [(409, {"held": strange})]
    assert [one.state for one in witness.lodge()] == ["conflict"]
    assert "不在本台账的历史里" in Lodging.objects.get(tree="ledger").detail


def test_a_witness_gone_is_shown_and_nothing_else_stops(town, tmp_path):
    Witness.objects.create(name="甲", kind="http", address="http://127.0.0.1:9/")
    Witness.objects.create(name="乙", kind="file", address=str(tmp_path / "kept"))
    assert {one.witness_id: one.state for one in witness.lodge()} == {"甲": "failed", "乙": "lodged"}


def test_this_node_as_a_witness(town):
    points = ledger.checkpoints()
    first, second, last = points[0], points[3], points[-1]
    with pytest.raises(LookupError):
        witness.hold(witness.submission(None, first))
    Origin.objects.create(key=first["public_key"], name="邻市")
    assert witness.hold(witness.submission(None, first)) == ("kept", None)
    assert witness.hold(witness.submission(first, second)) == ("kept", None)
    assert witness.hold(witness.submission(first, last))[0] == "behind"
    assert witness.hold(witness.submission(second, last)) == ("kept", None)
    with pytest.raises(witness.Conflict):
        witness.hold(witness.submission(first, second))
    assert Held.objects.count() == 3
    forged = {**last, "size": last["size"] + 1}
    with pytest.raises(witness.Conflict):
        witness.hold({"old": last["size"], "checkpoint": forged, "proof": []})
    for nonsense in ({}, {"checkpoint": {}}, {"checkpoint": {**last, "tree": "x"}}):
        with pytest.raises((ValueError, LookupError)):
            witness.hold(nonsense)
