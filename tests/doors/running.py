"""A platform that really runs (运行中的平台): its own store, its own processes, the machine interface on loopback."""

from __future__ import annotations

import base64
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

TODAY = "2026-11-23"


@dataclass(frozen=True)
class Service:
    """A running platform: where it listens, its keys, and the files of those who come to it."""

    port: int
    home: Path
    keys: dict[str, str]
    files: Path
    environment: dict[str, str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def a_certificate(
    folder: Path, name: str, issuer: tuple[x509.Certificate, Any] | None = None
) -> tuple[x509.Certificate, Any]:
    """Make a certificate `name.pem` with its key `name.key`, signed by itself or by an issuer."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(issuer[1] if issuer else key, hashes.SHA256())
    )
    (folder / f"{name}.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / f"{name}.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return made, key


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The platform with the invented city's bodies, four keys and two records of one firm."""
    home, files = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("files")
    private = ed25519.Ed25519PrivateKey.generate()
    (files / "signer.pem").write_bytes(
        private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    (files / "signer.key").write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    authority = a_certificate(files, "authority")
    for name in ("server", "client", "stranger"):
        a_certificate(files, name, authority)
    environment = {
        **os.environ, "GONGXIN_HOME": str(home), "GONGXIN_DEMO": "1", "GONGXIN_TODAY": TODAY,
        "GONGXIN_FRONTS": "127.0.0.1",
    }  # fmt: skip
    environment.pop("GONGXIN_DATABASE_URL", None)
    program = [sys.executable, "-m", "gongxin.doors.cli"]
    filled = subprocess.run(
        [sys.executable, "-m", "tests.doors.fill", str(files / "signer.pem"), str(files / "client.pem")],
        env=environment, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    port = _free_port()
    process = subprocess.Popen(
        [*program, "serve", "--port", str(port), "--workers", "1"], env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _await(port)
        yield Service(port, home, json.loads(filled.stdout), files, environment)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(port: int) -> None:
    for _try in range(600):
        try:
            ask = HTTPConnection("127.0.0.1", port, timeout=5)
            ask.request("GET", "/api/v1/law/matters")
            if ask.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the platform did not start")


class _Front(BaseHTTPRequestHandler):
    """Ends mutual TLS and hands the verified certificate over, as nginx or HAProxy would; whatever came as one is dropped."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kept = {name: value for name, value in self.headers.items() if name.lower() != "client-cert"}
        shown = self.connection.getpeercert(binary_form=True)  # type: ignore[attr-defined]
        if shown:
            kept["Client-Cert"] = f":{base64.b64encode(shown).decode()}:"
        onward = HTTPConnection("127.0.0.1", self.server.behind)  # type: ignore[attr-defined]
        onward.request("POST", self.path, body, kept)
        answer = onward.getresponse()
        told = answer.read()
        self.send_response(answer.status)
        for name in ("Content-Type", "Idempotency-Replayed"):
            if answer.headers[name]:
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *args: Any) -> None:
        return


@pytest.fixture(scope="session")
def front(service: Service) -> Iterator[str]:
    """A real TLS server before the platform that asks for certificates of one authority; its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(service.files / "server.pem", service.files / "server.key")
    context.load_verify_locations(service.files / "authority.pem")
    context.verify_mode = ssl.CERT_OPTIONAL
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Front)
    server.behind = service.port  # type: ignore[attr-defined]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()
