"""The client against a platform that really runs (客户端): by secret, signature and certificate, and when nobody answers."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from gongxin.client import (
    BadData,
    Client,
    NotAuthorised,
    Refused,
    Screening,
    Signer,
    Unavailable,
    Unreachable,
)
from tests.doors.running import Service, front, service
from tests.rooms.measures import city

__all__ = ["front", "service"]

ROOT = Path(__file__).resolve().parent.parent.parent
CASE = "PL-ZB-2026-0917"


def test_a_case_is_asked_answered_and_stated(service: Service) -> None:
    with Client(service.address, key=service.keys["secret"]) as credit:
        assert {"procurement", "qualification", "premium"} <= {each["id"] for each in credit.matters()}
        first = credit.check(city.FIRM_CODE, "procurement", case_no=CASE)
        assert [entry.item for entry in first.must_act] == ["procurement-violation"]
        assert first.must_act[0].clause and first.must_act[0].remedy and first.must_act[0].effect_until
        again = credit.check(city.FIRM_CODE, "procurement", case_no=CASE)
        assert again.number == first.number and again.repeated is not None
        with pytest.raises(TypeError):
            bool(again)
        assert credit.outcome(first.number, "restricted", decided_on="2026-11-20")["check"] == first.number
        same = [credit.check(city.FIRM_CODE, "tendering", repeat_key="k-1").number for _n in range(2)]
        assert same[0] == same[1]


def test_what_is_wrong_is_told_by_its_kind(service: Service) -> None:
    with Client(service.address, key=service.keys["secret"], language="en") as credit:
        with pytest.raises(BadData) as bad:
            credit.check("91130100MA0DEM0H4X", "procurement")
        assert bad.value.issues
        with pytest.raises(Refused) as refused:
            credit.check(city.PERSON_NUMBER, "recruitment")
        assert refused.value.code == "access.case" and "case number" in refused.value.message
        with pytest.raises(Refused) as unwatchable:
            credit.watch(credit.check(city.FIRM_CODE, "procurement", case_no=CASE).number, "2026-12-31")
        assert unwatchable.value.code == "watch.subscriber"
    with Client(service.address, key="gx00000000.nobody") as stranger, pytest.raises(NotAuthorised):
        stranger.check(city.FIRM_CODE, "procurement")


def test_signed_and_by_certificate(service: Service, front: str) -> None:
    signer = Signer(service.keys["signer"], service.files / "signer.key")
    with Client(service.address, signer=signer) as credit:
        # Two signatures with one Idempotency-Key are two requests to prove, and one to carry out.
        told = [credit.check(city.FIRM_CODE, "tendering", repeat_key="signed").number for _n in range(2)]
        assert told[0] == told[1]
        assert credit.matters()
    pair = {
        name: (str(service.files / f"{name}.pem"), str(service.files / f"{name}.key"))
        for name in ("client", "stranger")
    }
    trust = str(service.files / "authority.pem")
    with Client(front, certificate=pair["client"], authority=trust) as credit:
        assert credit.check(city.FIRM_CODE, "procurement").must_act
    with Client(front, certificate=pair["client"], key=service.keys["bound"], authority=trust) as credit:
        assert credit.check(city.FIRM_CODE, "procurement").must_act
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"certificate": pair["stranger"]}, "certificate.unknown"),
        ({"certificate": pair["stranger"], "key": service.keys["bound"]}, "certificate.other"),
        ({"key": service.keys["bound"]}, "certificate.other"),
        ({}, "key.invalid"),
    ]
    for way, code in wrong:
        with Client(front, authority=trust, **way) as credit, pytest.raises(NotAuthorised) as no:
            credit.check(city.FIRM_CODE, "procurement")
        assert no.value.code == code


def test_a_certificate_is_believed_from_the_front_server_alone(
    service: Service, settings: Any, client: Any, db: None
) -> None:
    import base64
    import ssl

    der = ssl.PEM_cert_to_DER_cert((service.files / "client.pem").read_text())
    header = {"Client-Cert": f":{base64.b64encode(der).decode()}:"}
    asked = {"path": "/api/v1/checks", "data": {"code": city.FIRM_CODE, "matter": "procurement"}}
    for fronts, code in (
        ([], "certificate.front"),
        (["10.0.0.0/8"], "certificate.front"),
        (["127.0.0.1"], "certificate.unknown"),
    ):
        settings.GONGXIN_FRONTS = fronts
        said = client.post(**asked, content_type="application/json", headers=header)
        assert (said.status_code, said.json()["error"]["code"]) == (401, code)
    said = client.post(**asked, content_type="application/json", headers={"Client-Cert": "CN=somebody"})
    assert said.json()["error"]["code"] == "certificate.form"


def test_many_codes_with_progress(service: Service) -> None:
    codes = [city.FIRM_CODE, city.OTHER_CODE, "坏码", city.FIRM_CODE] + [f"不是代码{n}" for n in range(2000)]
    seen: list[Screening] = []
    with Client(service.address, key=service.keys["secret"]) as credit:
        taken = credit.screen(codes, "procurement", case_no=CASE)
        rows = credit.screen_rows(taken.id, progress=seen.append)
        with pytest.raises(Refused):
            credit.screen(codes[:1], "recruitment")
    assert [row["code"] for row in rows] == codes
    assert [row["must_act"] for row in rows[:4]] == ["1", "0", "", "1"]
    assert seen[-1].state == "done" and seen[-1].done == len(codes) and seen[-1].invalid == 2001
    assert {row["check"] for row in rows} == {seen[-1].check}


def test_when_nobody_answers_it_is_tried_again_and_never_no_record(service: Service) -> None:
    """A server that is down, and then busy twice: the client comes back with the same key, and is answered once."""
    keys: list[str | None] = []

    class Busy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            keys.append(self.headers["Idempotency-Key"])
            self.rfile.read(int(self.headers["Content-Length"]))
            body = b"<html>bad gateway</html>"
            self.send_response(502 if len(keys) < 3 else 429)
            self.send_header("Retry-After", "7")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Busy)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    pauses: list[float] = []
    with Client(f"http://127.0.0.1:{server.server_address[1]}", key="x", tries=2, pause=pauses.append) as credit:
        with pytest.raises(Unavailable) as busy:
            credit.check(city.FIRM_CODE, "procurement")
        assert busy.value.status == 502 and busy.value.retry_after == 7
    assert keys[0] == keys[1] and keys[0]
    assert pauses == [7.0]
    server.shutdown()
    server.server_close()
    thread.join()
    with (
        Client(f"http://127.0.0.1:{server.server_address[1]}", key="x", tries=1) as credit,
        pytest.raises(Unreachable) as gone,
    ):
        credit.check(city.FIRM_CODE, "procurement")
    assert "不表示没有记录" in gone.value.way_forward


@pytest.fixture
def broken(service: Service) -> Any:
    """Break the running platform's store really: its tables of records are renamed under it, and put back afterwards."""
    store = service.home / "gongxin.sqlite3"

    def rename(tables: dict[str, str]) -> None:
        with sqlite3.connect(store, timeout=30) as plain:
            plain.execute("PRAGMA legacy_alter_table=ON")
            for old, new in tables.items():
                plain.execute(f"ALTER TABLE {old} RENAME TO {new}")

    done: list[dict[str, str]] = []

    def tear(*tables: str) -> None:
        away = {table: f"{table}_away" for table in tables}
        rename(away)
        done.append(away)

    yield tear
    for away in done:
        rename({new: old for old, new in away.items()})


@pytest.mark.parametrize("table", ["ledger_payload", "access_look"])
def test_a_broken_store_says_so_with_a_ticket(service: Service, broken: Callable[..., None], table: str) -> None:
    """Without its records, and without its log: no answer, a ticket, and when to ask again – on both ways of a check."""
    with Client(service.address, key=service.keys["secret"], tries=1) as credit:
        credit.check(city.FIRM_CODE, "procurement")
        broken(table)
        for case_no in (None, CASE):
            with pytest.raises(Unavailable) as told:
                credit.check(city.FIRM_CODE, "procurement", case_no=case_no)
            assert told.value.ticket and told.value.retry_after
            assert "不表示没有记录" in told.value.way_forward


def test_the_client_is_a_wheel_of_its_own(tmp_path: Path) -> None:
    """Built from the same tree, and imported where nothing of the platform is."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT / "gongxin" / "client", check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    [wheel] = tmp_path.glob("gongxin_client-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "alone")
    said = "import sys; sys.path.append(sys.argv[1]); import gongxin.client; print(gongxin.client.__file__)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", said, str(tmp_path / "alone")],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert str(tmp_path) in done.stdout
