"""The identity service (统一身份认证): OpenID Connect, to learn which person an account is, and for nothing else.

Authorization code with PKCE, state and nonce; the token's signature, issuer, audience, nonce and end are checked by
joserfc against the service's published keys. Only the claim that carries the number, or the pairwise `sub`, is read; it goes to
`spine.access.identities` and is kept as a blind index alone. Nobody is signed in by this: the account exists already.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import urllib.error
import urllib.request
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

SESSION = "gongxin_oidc"
TIMEOUT = 10
LARGEST = 256 * 1024
LEEWAY = 60
"""Seconds by which two clocks may differ."""
ALGORITHMS = {"RS256": "RSA", "ES256": "EC"}
"""Signatures a service may make, each with its kind of key; `none` and keyed hashes are no signatures of a service."""


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
        read = jwt.decode(token, _key_of(token, keys), algorithms=list(ALGORITHMS))
        wanted = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": about.issuer},
            aud={"essential": True, "value": about.client},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True, "allow_blank": False},
            exp={"essential": True},
        )
        wanted.validate(read.claims)
    except (JoseError, ValueError, TypeError, KeyError) as fault:
        raise OidcFault("the token cannot be read, does not hold, or is another's") from fault
    audience = read.claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and read.claims.get("azp") != about.client:
        raise OidcFault("the token is for somebody else")
    return dict(read.claims)


def _key_of(token: str, keys: Mapping[str, Any]) -> RSAKey | ECKey:
    """Return the one published key that the token names; where two bear its name, or none, nothing vouches for it."""
    header = json.loads(_raw(token.partition(".")[0]))
    known = [key for key in keys["keys"] if key.get("use", "sig") == "sig" and key.get("kid") == header.get("kid")]
    if len(known) != 1 or known[0]["kty"] != ALGORITHMS[header["alg"]]:
        raise KeyError("no such key")
    found = JWKRegistry.import_key(known[0])
    if not isinstance(found, RSAKey | ECKey):
        raise KeyError("this kind of key is not accepted")
    return found


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
