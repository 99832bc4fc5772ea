"""Who calls (调用方): a key belongs to a body, says what it may be used for, and is kept only as a digest.

Besides a secret, a body may sign each request or come with a certificate (see signatures.py and certificates.py).
A key looks like `gx3f9a2c1e.…`. Its holder's rights are kept in this process for a few seconds, so that thousands of
checks a second do not each ask the database; a withdrawn key stops working when that short while is over.
"""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from gongxin.doors.api import certificates, errors, signatures
from gongxin.doors.api.rates import Rates
from gongxin.spine import clock
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import ApiKey

REMEMBERED = 5.0
"""Seconds for which this process trusts what it read about a key."""

MOST_REMEMBERED = 10_000

PUBLIC_RATE = 120
"""Requests a minute for one address without a key, on what is public anyway."""


@dataclass(frozen=True)
class Caller:
    """A caller with a good key (持密钥的单位)."""

    key_id: int
    label: str
    body: str
    body_name: str
    body_kind: str
    scopes: frozenset[str]
    rate: int
    expires: date | None
    certificate: str = ""
    """Fingerprint of the certificate it must come with; empty where none is asked for."""

    def viewer(self, role: str = "officer") -> Viewer:
        """Return whom the access log will name: a system of a body, in the role its scope stands for."""
        return Viewer(account_id=None, name=f"密钥 {self.label}", body=self.body, role=role, via="api")

    def may(self, scope: str) -> bool:
        """Whether the key carries a scope."""
        return scope in self.scopes


class Keyring:
    """What this process knows about keys, for a few seconds."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[float, Caller | None]] = {}
        self._lock = threading.Lock()

    def recall(self, header: bytes | None) -> Caller | bool | None:
        """Return the caller or None (known to be no one) from memory; False when the database must be asked."""
        if header is None:
            return None
        found = self._known.get(header)
        if found is None or found[0] < time.monotonic():
            return False
        return found[1]

    def identify(self, header: bytes | None) -> Caller | None:
        """Return the caller of an Authorization header, or None."""
        known = self.recall(header)
        if known is not False or header is None:
            return known if isinstance(known, Caller) else None
        token = _token(header)
        caller = _look_up(hashlib.sha256(token).hexdigest()) if token else None
        with self._lock:
            if len(self._known) > MOST_REMEMBERED:
                # Wrong keys are remembered too; a flood of them must not fill the memory.
                self._known.clear()
            self._known[header] = (time.monotonic() + REMEMBERED, caller)
        return caller

    def forget(self) -> None:
        """Ask the database anew for everyone."""
        self._known.clear()


def header_of(request: HttpRequest) -> bytes | None:
    """Return the Authorization header as it came."""
    header = request.META.get("HTTP_AUTHORIZATION")
    return None if header is None else header.encode("latin-1", "replace")


def _token(header: bytes) -> bytes | None:
    scheme, _, token = header.partition(b" ")
    return token.strip() or None if scheme.lower() == b"bearer" else None


def _look_up(digest: str) -> Caller | None:
    found = ApiKey.objects.select_related("body").filter(digest=digest, kind=ApiKey.Kind.SECRET, revoked=None)
    return caller_of(found.first())


def caller_of(key: ApiKey | None) -> Caller | None:
    """Return the caller a key stands for, or None where there is none that is good today."""
    if key is None or (key.expires is not None and key.expires < clock.today()):
        return None
    return Caller(
        key.pk, key.label, key.body.code, key.body.name, key.body.kind, frozenset(key.scopes), key.rate_per_minute,
        key.expires, key.certificate,
    )  # fmt: skip


def present(request: HttpRequest) -> Caller | None:
    """Return who calls, however it proves itself (识别调用方): by signature, by secret, by certificate; None for nobody.

    Raises Problem for a signature or a certificate that is not good, and for a key that comes without its certificate.
    """
    seen = certificates.fingerprint(request)
    if signatures.is_signed(request):
        caller = caller_of(signatures.verify(request))
    elif header_of(request) is not None:
        caller = keyring.identify(header_of(request))
    elif seen:
        found = ApiKey.objects.select_related("body").filter(
            kind=ApiKey.Kind.CERTIFICATE, certificate=seen, revoked=None
        )
        caller = caller_of(found.first())
        if caller is None:
            raise errors.unknown_certificate()
    else:
        return None
    if caller is None:
        raise errors.unauthorised()
    if caller.certificate and caller.certificate != seen:
        raise errors.other_certificate()
    return caller


keyring = Keyring()
_rates: list[Rates] = []


def rates() -> Rates:
    """Return the counters shared by the workers of this machine."""
    if not _rates:
        _rates.append(Rates(settings.GONGXIN_HOME / "rates"))
    return _rates[0]


def admit(caller: Caller, scope: str) -> None:
    """Let a caller pass to something, or raise the problem that says why not."""
    if not caller.may(scope):
        raise errors.out_of_scope(scope)
    wait = rates().take(f"key {caller.key_id}", caller.rate)
    if wait is not None:
        raise errors.too_many(caller.rate, wait)


class Key(HttpBearer):
    """A key with a certain scope is needed (须带密钥)."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        caller = present(request)
        if caller is None:
            raise errors.unauthorised()
        admit(caller, self.scope)
        return caller

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """Answer django-ninja's own question; the work is done above, where the whole header is known."""
        return keyring.identify(f"Bearer {token}".encode("latin-1", "replace"))


class Anyone(HttpBearer):
    """Open to everyone (公开): without a key at the public rate by address, with one at the key's own rate."""

    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Caller | str:
        caller = present(request)
        if caller is None:
            address = request.META.get("REMOTE_ADDR", "")
            wait = rates().take(f"address {address}", PUBLIC_RATE)
            if wait is not None:
                raise errors.too_many(PUBLIC_RATE, wait)
            return "anyone"
        admit(caller, "search:read")
        return caller

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """Answer django-ninja's own question; see __call__."""
        return keyring.identify(f"Bearer {token}".encode("latin-1", "replace"))
