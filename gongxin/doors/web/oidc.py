"""The identity service (统一身份认证): OpenID Connect, to learn which person an account is, and for nothing else.

Authorization code with PKCE, state and nonce; the token's signature, issuer, audience, nonce and end are checked here
against the service's published keys. Only the claim that carries the number, or the pairwise `sub`, is read; it goes to
`spine.access.identities` and is kept as a blind index alone. Nobody is signed in by this: the account exists already.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import time
import urllib.error
import urllib.request
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

SESSION = "gongxin_oidc"
TIMEOUT = 10
LARGEST = 256 * 1024
LEEWAY = 60
"""Seconds by which two clocks may differ."""


class OidcFault(Exception):
    """The service's answer cannot be relied on (认证答复不可信); the text is for the log, not for the page."""


@dataclass(frozen=True)
class Service:
    """An identity service as the deployment names it (身份认证服务): GONGXIN_OIDC_ISSUER, _CLIENT, _SECRET, …"""

    issuer: str
    client: str
    secret: str
    number_claim: str
    scope: str
    name: str


def service() -> Service | None:
    """Return the identity service of this deployment, or None where none is set up."""
    issuer, client = os.environ.get("GONGXIN_OIDC_ISSUER", ""), os.environ.get("GONGXIN_OIDC_CLIENT", "")
    if not issuer or not client:
        return None
    return Service(
        issuer=issuer.rstrip("/"),
        client=client,
        secret=os.environ.get("GONGXIN_OIDC_SECRET", ""),
        number_claim=os.environ.get("GONGXIN_OIDC_NUMBER_CLAIM", ""),
        scope=os.environ.get("GONGXIN_OIDC_SCOPE", "openid"),
        name=os.environ.get("GONGXIN_OIDC_NAME", "统一身份认证"),
    )


def begin(about: Service, session: MutableMapping[str, Any], back: str) -> str:
    """Return the address to which the person is sent; what must come back is kept in the session."""
    kept = {
        "state": secrets.token_urlsafe(24),
        "nonce": secrets.token_urlsafe(24),
        "verifier": secrets.token_urlsafe(48),
    }
    session[SESSION] = kept | {"back": back}
    challenge = _bare(hashlib.sha256(kept["verifier"].encode()).digest())
    asked = {
        "response_type": "code", "client_id": about.client, "redirect_uri": back, "scope": about.scope,
        "state": kept["state"], "nonce": kept["nonce"], "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    return f"{_discovered(about)['authorization_endpoint']}?{urlencode(asked)}"


def finish(about: Service, session: MutableMapping[str, Any], returned: Mapping[str, str]) -> dict[str, str]:
    """Return the claims of the person who came back: `sub`, and the number's claim where one is configured.

    Raises OidcFault where anything does not fit; whatever was kept in the session is used once and gone.
    """
    kept = session.pop(SESSION, None)
    if not kept or not hmac.compare_digest(str(kept["state"]), returned.get("state", "")):
        raise OidcFault("the state is not the one that was sent")
    if not returned.get("code"):
        raise OidcFault(f"no code came back: {returned.get('error', '')[:60]}")
    found = _discovered(about)
    form = {
        "grant_type": "authorization_code", "code": returned["code"], "redirect_uri": kept["back"],
        "client_id": about.client, "code_verifier": kept["verifier"],
    }  # fmt: skip
    if about.secret:
        form["client_secret"] = about.secret
    answer = _fetch(about, found["token_endpoint"], urlencode(form).encode())
    claims = verified(str(answer.get("id_token", "")), about, _fetch(about, found["jwks_uri"]), str(kept["nonce"]))
    if about.number_claim and about.number_claim not in claims and found.get("userinfo_endpoint"):
        more = _fetch(about, found["userinfo_endpoint"], bearer=str(answer.get("access_token", "")))
        if more.get("sub") != claims["sub"]:
            raise OidcFault("the userinfo is about somebody else")
        claims = more | claims
    wanted = {"sub", about.number_claim} - {""}
    return {name: str(claims[name]) for name in wanted if claims.get(name)}


def verified(token: str, about: Service, keys: Mapping[str, Any], nonce: str) -> dict[str, Any]:
    """Return the claims of an identity token whose signature and conditions hold; raises OidcFault otherwise."""
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(_raw(head)), json.loads(_raw(body))
        _check_signature(header, f"{head}.{body}".encode(), _raw(signature), keys)
    except (ValueError, TypeError, KeyError, InvalidSignature) as fault:
        raise OidcFault("the token cannot be read, or its signature does not hold") from fault
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != about.issuer:
        raise OidcFault("the token is another issuer's")
    if about.client not in audiences or (len(audiences) > 1 and claims.get("azp") != about.client):
        raise OidcFault("the token is for somebody else")
    if not hmac.compare_digest(str(claims.get("nonce", "")), nonce):
        raise OidcFault("the nonce is not the one that was sent")
    if not isinstance(claims.get("exp"), int | float) or claims["exp"] < time.time() - LEEWAY:
        raise OidcFault("the token has ended")
    if not claims.get("sub"):
        raise OidcFault("the token names nobody")
    return dict(claims)


def _check_signature(header: Mapping[str, Any], said: bytes, signature: bytes, keys: Mapping[str, Any]) -> None:
    """RS256 and ES256; `none` and keyed hashes are no signatures of a service."""
    known = [key for key in keys["keys"] if key.get("use", "sig") == "sig" and key.get("kid") == header.get("kid")]
    if len(known) != 1:
        raise KeyError("no such key")
    key = known[0]
    if header["alg"] == "RS256" and key["kty"] == "RSA":
        numbers = rsa.RSAPublicNumbers(_number(key["e"]), _number(key["n"]))
        numbers.public_key().verify(signature, said, padding.PKCS1v15(), SHA256())
    elif header["alg"] == "ES256" and key["kty"] == "EC" and key["crv"] == "P-256" and len(signature) == 64:
        point = ec.EllipticCurvePublicNumbers(_number(key["x"]), _number(key["y"]), ec.SECP256R1())
        pair = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
        point.public_key().verify(pair, said, ec.ECDSA(SHA256()))
    else:
        raise KeyError("this algorithm is not accepted")


def _discovered(about: Service) -> dict[str, Any]:
    found = _fetch(about, f"{about.issuer}/.well-known/openid-configuration")
    if found.get("issuer") != about.issuer:
        raise OidcFault("the service calls itself otherwise than configured")
    if not all(isinstance(found.get(name), str) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")):
        raise OidcFault("the service does not say where its endpoints are")
    return found


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def _fetch(about: Service, address: str, form: bytes | None = None, *, bearer: str = "") -> dict[str, Any]:
    """Fetch a document of the service: over TLS, or on this machine itself; bounded in time and size."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise OidcFault(f"{about.issuer} would be asked without encryption")
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    try:
        with _opener.open(urllib.request.Request(address, data=form, headers=headers), timeout=TIMEOUT) as answer:
            content = answer.read(LARGEST + 1)
        told = json.loads(content) if len(content) <= LARGEST else None
    except (OSError, ValueError) as fault:
        raise OidcFault(f"{parts.hostname} did not answer as it should") from fault
    if not isinstance(told, dict):
        raise OidcFault(f"{parts.hostname} did not answer with a document")
    return told


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _bare(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _number(text: str) -> int:
    return int.from_bytes(_raw(text), "big")
