"""Signed requests and client certificates (签名请求、双向 TLS): who proves itself is let in, everything else is told why not."""

from __future__ import annotations

import json
import secrets as chance
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519

from gongxin.doors.cli import main
from gongxin.spine.access.models import ApiKey, Look
from tests.rooms.measures import city

pytestmark = pytest.mark.django_db
ADDRESS = "http://testserver/api/v1/checks"


@dataclass
class Message:
    method: str = "POST"
    url: str = ADDRESS
    headers: dict[str, str] = field(default_factory=dict)


class Signer:
    """A department's system that signs, with whatever is to be wrong about it."""

    def __init__(self, prefix: str, private: Any) -> None:
        self.prefix = prefix
        algorithm = ED25519 if isinstance(private, ed25519.Ed25519PrivateKey) else ECDSA_P256_SHA256
        self._signer = HTTPMessageSigner(
            signature_algorithm=algorithm,
            key_resolver=MappingKeyResolver(public_keys={}, private_keys={prefix: private}),
        )

    def headers(
        self,
        body: bytes,
        *,
        covered: tuple[str, ...] = ("@method", "@target-uri"),
        created: datetime | None = None,
        nonce: str | None = "",
        url: str = ADDRESS,
        **rest: str,
    ) -> dict[str, str]:
        message = Message(url=url, headers=dict(rest))
        self._signer.sign(
            message, key_id=self.prefix, covered_component_ids=covered, created=created or datetime.now(UTC),
            nonce=chance.token_urlsafe(16) if nonce == "" else nonce, label="sig", body=body,
        )  # fmt: skip
        return message.headers


def asked(headers: dict[str, str], body: bytes) -> Any:
    return Client().post("/api/v1/checks", body, content_type="application/json", headers=headers)


BODY = json.dumps({"code": city.FIRM_CODE, "matter": "procurement", "case_no": "PL-CG-1"}).encode()


@pytest.fixture(params=["ed25519", "p256"])
def signer(request: pytest.FixtureRequest, bodies: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Signer:
    """A signer whose public key was registered at the terminal."""
    private = (
        ed25519.Ed25519PrivateKey.generate() if request.param == "ed25519" else ec.generate_private_key(ec.SECP256R1())
    )
    pem = tmp_path / "public.pem"
    pem.write_bytes(private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    done = main(
        ["staff", "add-key", city.CENTRE, "--label", "交易系统", "--scope", "checks:write", "--kind", "signature",
         "--public-key", str(pem), "--json"]
    )  # fmt: skip
    assert done == 0
    told = json.loads(capsys.readouterr().out)
    assert "密钥" not in told
    return Signer(told["前缀"], private)


def test_a_signed_request_is_answered_once(signer: Signer, enter: Callable[..., int]) -> None:
    enter("procurement-violation", city.FIRM)
    headers = signer.headers(BODY)
    answer = asked(headers, BODY)
    assert answer.status_code == 200
    assert len(answer.json()["must_act"]) == 1
    assert Look.objects.get(number=answer.json()["check"]).viewer == "密钥 交易系统"
    again = asked(headers, BODY)
    assert (again.status_code, again.json()["error"]["code"]) == (401, "signature.replayed")
    assert Look.objects.exclude(matter="").count() == 1


def test_what_is_wrong_with_a_signature_is_said(signer: Signer, on_the_day: None) -> None:
    wrong = {
        "signature.digest": asked(signer.headers(BODY), BODY.replace(b"CG-1", b"CG-2")),
        "signature.stale": asked(signer.headers(BODY, created=datetime.now(UTC) - timedelta(minutes=7)), BODY),
        "signature.covered": asked(signer.headers(BODY, covered=("@method",)), BODY),
        "signature.invalid": asked(signer.headers(BODY, url="http://testserver/api/v1/other"), BODY),
        "signature.form": asked(signer.headers(BODY, nonce=None), BODY),
    }
    assert {code: answer.json()["error"]["code"] for code, answer in wrong.items()} == {code: code for code in wrong}
    uncovered = asked(signer.headers(BODY) | {"Idempotency-Key": "k"}, BODY)
    assert uncovered.json()["error"]["code"] == "signature.covered"
    stranger = Signer("gx00000000", ed25519.Ed25519PrivateKey.generate())
    assert asked(stranger.headers(BODY), BODY).json()["error"]["code"] == "signature.key"
    impostor = Signer(signer.prefix, ed25519.Ed25519PrivateKey.generate())
    assert asked(impostor.headers(BODY), BODY).json()["error"]["code"] == "signature.invalid"
    for junk in ({"Signature-Input": "sig=("}, {"Signature": "x"}, {"Signature-Input": "a=(), b=()", "Signature": ""}):
        assert asked(junk, BODY).json()["error"]["code"] == "signature.form"
    english = asked(signer.headers(BODY, nonce=None) | {"Accept-Language": "en"}, BODY).json()["error"]
    assert "exactly one signature" in english["way_forward"]
    assert not Look.objects.exclude(matter="").exists()


def test_keys_are_rotated_and_end(
    signer: Signer, on_day: Callable[[str], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on_day("2026-11-23")
    private = ed25519.Ed25519PrivateKey.generate()
    pem = tmp_path / "new.pem"
    pem.write_bytes(private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert main(["staff", "rotate-key", signer.prefix, "--public-key", str(pem), "--json"]) == 0
    fresh = Signer(json.loads(capsys.readouterr().out)["前缀"], private)
    assert {asked(each.headers(BODY), BODY).status_code for each in (signer, fresh)} == {200}
    on_day("2026-12-01")
    assert asked(signer.headers(BODY), BODY).json()["error"]["code"] == "signature.key"
    assert asked(fresh.headers(BODY), BODY).status_code == 200
    assert main(["staff", "revoke-key", fresh.prefix]) == 0
    assert asked(fresh.headers(BODY), BODY).json()["error"]["code"] == "signature.key"
    capsys.readouterr()
    private_pem = tmp_path / "wrong.pem"
    private_pem.write_text("-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----\n")
    assert main(["staff", "rotate-key", fresh.prefix, "--public-key", str(pem)]) == 1
    assert (
        main(["staff", "add-key", city.CENTRE, "--label", "x", "--scope", "checks:write", "--kind", "signature",
              "--public-key", str(private_pem)]) == 1
    )  # fmt: skip
    assert "公钥" in capsys.readouterr().err
    assert ApiKey.objects.filter(revoked=None).count() == 1
