"""Signed requests (签名请求): HTTP Message Signatures (RFC 9421) over method, address and content digest (RFC 9530).

A signature is good for a few minutes and for one request: its nonce is kept as long as it could be sent again. What is
wrong with one is said plainly, since whoever holds the private key is told nothing that an attacker could use.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import http_sf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    InvalidSignature,
    MappingKeyResolver,
)
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519

from gongxin.doors.api.errors import Problem
from gongxin.spine import clock
from gongxin.spine.access import credentials
from gongxin.spine.access.models import ApiKey, SeenNonce

WINDOW = timedelta(minutes=5)
"""How old a signed request may be; a technical choice, told in the interface's manual."""

SKEW = timedelta(seconds=60)
"""By how much the caller's clock may be ahead of ours."""

NONCE = range(8, 201)
"""Characters of a nonce."""


class _Verifier(HTTPMessageVerifier):
    max_clock_skew = SKEW


@dataclass(frozen=True)
class _Message:
    """A request as the verifier reads it: method, absolute address, header fields."""

    method: str
    url: str
    headers: Any


def is_signed(request: HttpRequest) -> bool:
    """Whether a request says that it is signed (是否带签名)."""
    return "HTTP_SIGNATURE_INPUT" in request.META or "HTTP_SIGNATURE" in request.META


def verify(request: HttpRequest) -> ApiKey:
    """Return the key whose holder signed this request (验签); raises Problem that says what is wrong with the signature.

    Covered must be `@method`, `@target-uri`, with a body `content-digest`, and `idempotency-key` where it is sent;
    `created`, `keyid` and `nonce` must be among the parameters.
    """
    said = _parameters(request)
    key = ApiKey.objects.select_related("body").filter(
        prefix=said["keyid"], kind=ApiKey.Kind.SIGNATURE, revoked=None
    ).first()  # fmt: skip
    if key is None or (key.expires is not None and key.expires < clock.today()):
        raise _problem(
            "signature.key",
            f"没有编号为 {said['keyid']} 的有效签名密钥。",
            "keyid 应写信用办签发的密钥前缀；已到期或撤销的请换新。",
        )
    age = time.time() - said["created"]
    if age > WINDOW.total_seconds() + SKEW.total_seconds() or age < -SKEW.total_seconds():
        raise _problem(
            "signature.stale", f"签名时间与本平台时间相差 {abs(int(age))} 秒，超出允许范围。",
            f"请校准时钟，每次请求重新签名，{int(WINDOW.total_seconds())} 秒内送达。",
        )  # fmt: skip
    body = request.body
    needed = ["@method", "@target-uri"]
    needed += ["content-digest"] if body else []
    needed += ["idempotency-key"] if "HTTP_IDEMPOTENCY_KEY" in request.META else []
    left_out = [name for name in needed if name not in said["covered"]]
    if left_out:
        raise _problem(
            "signature.covered",
            f"签名没有覆盖 {'、'.join(left_out)}。",
            "请把这些内容列入 Signature-Input 后重新签名。",
        )
    public = credentials.public_key(key.public_key)
    algorithm = ED25519 if isinstance(public, Ed25519PublicKey) else ECDSA_P256_SHA256
    verifier = _Verifier(
        signature_algorithm=algorithm,
        key_resolver=MappingKeyResolver(public_keys={key.prefix: public}, private_keys={}),
    )
    message = _Message(request.method or "", request.build_absolute_uri(), request.headers)
    try:
        verified = verifier.verify(message, max_age=WINDOW)
    except (InvalidSignature, HTTPMessageSignaturesException) as wrong:
        raise _problem(
            "signature.invalid", "签名与请求内容不符。",
            "请核对 @target-uri 是否为对方实际收到的地址、私钥与登记的公钥是否成对，再重新签名。",
        ) from wrong  # fmt: skip
    try:
        verifier.verify_body(message, verified, body)
    except (InvalidSignature, HTTPMessageSignaturesException) as wrong:
        raise _problem(
            "signature.digest", "Content-Digest 与请求内容不符。", "请对实际发送的字节计算 sha-256 摘要后重新签名。"
        ) from wrong
    _spend(key, said["nonce"])
    return key


def _parameters(request: HttpRequest) -> dict[str, Any]:
    """Return `keyid`, `created`, `nonce` and the covered components of the one signature a request may carry."""
    form = _problem(
        "signature.form", "Signature-Input 不完整或者读不懂。",
        "须有且只有一个签名，写明 created、keyid、nonce（8 至 200 个字符），并同时带 Signature 请求头。",
    )  # fmt: skip
    try:
        read = http_sf.parse(request.META.get("HTTP_SIGNATURE_INPUT", "").encode("latin-1"), tltype="dictionary")
        ((covered, parameters),) = read.values()
        names = [name for name, _flags in covered]
        said = {name: parameters[name] for name in ("keyid", "created", "nonce")}
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise form from wrong
    texts = isinstance(said["keyid"], str) and isinstance(said["nonce"], str) and isinstance(said["created"], int)
    if not texts or len(str(said["nonce"])) not in NONCE:
        raise form
    return {**said, "covered": names}


def _spend(key: ApiKey, nonce: str) -> None:
    """Use up a nonce (登记随机数): the second request that bears it is the first one sent again by somebody."""
    now = clock.now()
    try:
        with transaction.atomic():
            SeenNonce.objects.create(key=key, nonce=nonce, at=now)
    except IntegrityError as again:
        raise _problem(
            "signature.replayed",
            "这个签名已经用过一次。",
            "每次请求换一个新的 nonce 重新签名；重发同一请求请另带 Idempotency-Key。",
        ) from again
    SeenNonce.objects.filter(key=key, at__lt=now - 2 * (WINDOW + SKEW)).delete()


def _problem(code: str, message: str, way_forward: str) -> Problem:
    return Problem(401, code, message, way_forward, headers=(("WWW-Authenticate", 'Signature realm="gongxin"'),))
