"""The identity service (统一身份认证): a small but real one answers over HTTP; every way to cheat it is refused."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from django.urls import reverse

from gongxin.spine.access import identities
from gongxin.spine.access.models import Account, IdentityAct
from gongxin.spine.ledger.acts import person_key
from tests.doors.web import town as place

BACKEND = "django.contrib.auth.backends.ModelBackend"


def bare(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class IdentityService(ThreadingHTTPServer):
    """An OpenID provider of a hundred lines: discovery, authorization, token, keys, userinfo."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signer = self.key
        self.codes: dict[str, dict[str, str]] = {}
        self.claims: dict[str, Any] = {"sub": "pairwise-7f3a"}
        self.userinfo: dict[str, Any] = {}
        self.header = {"alg": "RS256", "kid": "k1", "typ": "JWT"}
        self.said_issuer = self.issuer

    def token(self, asked: dict[str, str]) -> str:
        claims = {"iss": self.issuer, "aud": asked["client_id"], "nonce": asked["nonce"], "exp": int(time.time()) + 300}
        head, body = (bare(json.dumps(part).encode()) for part in (self.header, claims | self.claims))
        signature = self.signer.sign(f"{head}.{body}".encode(), padding.PKCS1v15(), SHA256())
        return f"{head}.{body}.{bare(signature)}"


class Handler(BaseHTTPRequestHandler):
    server: IdentityService

    def log_message(self, *args: Any) -> None:
        return

    def do_GET(self) -> None:
        at = urlsplit(self.path)
        issuer, numbers = self.server.issuer, self.server.key.public_key().public_numbers()
        if at.path == "/.well-known/openid-configuration":
            self.tell({"issuer": self.server.said_issuer, "authorization_endpoint": f"{issuer}/authorize",
                       "token_endpoint": f"{issuer}/token", "jwks_uri": f"{issuer}/keys",
                       "userinfo_endpoint": f"{issuer}/userinfo"})  # fmt: skip
        elif at.path == "/keys":
            n, e = (bare(v.to_bytes((v.bit_length() + 7) // 8, "big")) for v in (numbers.n, numbers.e))
            self.tell({"keys": [{"kty": "RSA", "kid": "k1", "use": "sig", "n": n, "e": e}]})
        elif at.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(at.query).items()}
            code = bare(hashlib.sha256(at.query.encode()).digest())
            self.server.codes[code] = asked
            self.tell({"back": f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"})
        else:
            self.tell(self.server.userinfo)

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        given = {name: values[0] for name, values in form.items()}
        asked = self.server.codes.pop(given["code"], None)
        challenge = bare(hashlib.sha256(given["code_verifier"].encode()).digest())
        if asked is None or challenge != asked["code_challenge"] or given.get("client_secret") != "s3cret":
            self.tell({"error": "invalid_grant"}, 400)
            return
        self.tell({"access_token": "at", "token_type": "Bearer", "id_token": self.server.token(asked)})

    def tell(self, document: dict[str, Any], status: int = 200) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityService]:
    server = IdentityService()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    for name, value in (
        ("ISSUER", server.issuer), ("CLIENT", "gongxin"), ("SECRET", "s3cret"), ("NUMBER_CLAIM", "id_number"),
    ):  # fmt: skip
        monkeypatch.setenv(f"GONGXIN_OIDC_{name}", value)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def fresh(people: Any) -> Client:
    client = Client()
    client.force_login(Account.objects.create(username="fresh", role="subject"), backend=BACKEND)
    return client


def travel(client: Client) -> str:
    """Go to the service as a browser does; returns the address one comes back to."""
    sent = client.get(reverse("web:mine-identity-service"))
    assert sent.status_code == 302
    with urlopen(sent.url, timeout=10) as answer:
        back = str(json.loads(answer.read())["back"])
    return back.partition("testserver")[2]


def bound() -> str | None:
    return identities.person_of(Account.objects.get(username="fresh").pk)


def test_the_number_of_a_claim_leads_to_ones_own_record(service: IdentityService, fresh: Client) -> None:
    service.claims["id_number"] = place.CITIZEN_NUMBER
    assert "去统一身份认证" in fresh.get(reverse("web:mine-identity")).content.decode()
    done = fresh.get(travel(fresh), follow=True)
    assert "已核验为本人" in done.content.decode()
    assert bound() == person_key(place.CITIZEN_NUMBER)
    row = IdentityAct.objects.values().get()
    assert row["provider"] == "oidc" and place.CITIZEN_NUMBER not in repr(row) and "pairwise-7f3a" not in repr(row)


def test_the_number_may_come_with_the_userinfo_of_the_same_person(service: IdentityService, fresh: Client) -> None:
    service.userinfo = {"sub": "pairwise-7f3a", "id_number": place.CITIZEN_NUMBER}
    fresh.get(travel(fresh))
    assert bound() == person_key(place.CITIZEN_NUMBER)


def test_without_a_number_the_pairwise_name_is_the_person(service: IdentityService, fresh: Client) -> None:
    service.userinfo = {"sub": "pairwise-7f3a"}
    fresh.get(travel(fresh))
    assert bound() == person_key(f"pairwise:{service.issuer}|pairwise-7f3a")


@pytest.mark.parametrize(
    "cheat",
    [
        "state",
        "code",
        "nonce",
        "issuer",
        "audience",
        "ended",
        "unsigned",
        "key",
        "nobody",
        "userinfo",
        "discovery",
        "not yet",
        "endless",
        "other party",
        "keyed hash",
        "elliptic",
        "unnamed key",
    ],
)
def test_every_way_to_cheat_is_refused(cheat: str, service: IdentityService, fresh: Client) -> None:
    service.claims["id_number"] = place.CITIZEN_NUMBER
    back = travel(fresh)
    if cheat == "state":
        back = back.replace("state=", "state=x")
    elif cheat == "code":
        back = back.replace("code=", "code=x")
    elif cheat == "key":
        service.signer = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    elif cheat == "unsigned":
        service.header["alg"] = "none"
    elif cheat in {"keyed hash", "elliptic"}:
        # The published key taken for a shared secret, or for one of another kind.
        service.header["alg"] = {"keyed hash": "HS256", "elliptic": "ES256"}[cheat]
    elif cheat == "unnamed key":
        del service.header["kid"]
    elif cheat == "userinfo":
        del service.claims["id_number"]
        service.userinfo = {"sub": "somebody-else", "id_number": place.CITIZEN_NUMBER}
    elif cheat == "discovery":
        service.said_issuer = "https://elsewhere.example"
    else:
        service.claims |= {
            "nonce": {"nonce": "other"}, "issuer": {"iss": "https://elsewhere.example"}, "audience": {"aud": "other"},
            "ended": {"exp": int(time.time()) - 3600}, "nobody": {"sub": ""},
            "not yet": {"nbf": int(time.time()) + 3600}, "endless": {"exp": None},
            "other party": {"aud": ["gongxin", "other"], "azp": "other"},
        }[cheat]  # fmt: skip
    answer = fresh.get(back)
    assert answer.status_code == 502 and "统一身份认证没有完成" in answer.content.decode()
    assert bound() is None and not IdentityAct.objects.exists()


def test_what_comes_back_counts_once(service: IdentityService, fresh: Client) -> None:
    service.claims["id_number"] = place.CITIZEN_NUMBER
    back = travel(fresh)
    assert fresh.get(back).status_code == 302
    assert fresh.get(back).status_code == 502


def test_a_service_is_never_asked_without_encryption(
    monkeypatch: pytest.MonkeyPatch, service: IdentityService, fresh: Client
) -> None:
    monkeypatch.setenv("GONGXIN_OIDC_ISSUER", "http://id.example")
    assert fresh.get(reverse("web:mine-identity-service")).status_code == 502


def test_where_no_service_is_set_up_there_is_none(fresh: Client) -> None:
    assert fresh.get(reverse("web:mine-identity-service")).status_code == 404
    assert "去统一身份认证" not in fresh.get(reverse("web:mine-identity")).content.decode()
