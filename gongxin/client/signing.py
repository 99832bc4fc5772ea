"""Signing requests (签名) after RFC 9421, with the library `http-message-signatures` (`pip install gongxin-client[sign]`)."""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class _Message:
    method: str
    url: str
    headers: MutableMapping[str, str]


class Signer:
    """Signs each request with the body's private key (签名人): Ed25519 or ECDSA P-256, never sent anywhere."""

    def __init__(self, key_id: str, private_key: str | Path, password: bytes | None = None) -> None:
        """`key_id` is the prefix the office printed, `private_key` a PEM file. Raises ValueError for another kind of key."""
        try:
            from cryptography.hazmat.primitives.asymmetric import ec, ed25519
            from cryptography.hazmat.primitives.serialization import load_pem_private_key
            from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
            from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519
        except ImportError as missing:
            raise ImportError("signing needs: pip install 'gongxin-client[sign]'") from missing
        key: Any = load_pem_private_key(Path(private_key).read_bytes(), password)
        if isinstance(key, ed25519.Ed25519PrivateKey):
            algorithm: Any = ED25519
        elif isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
            algorithm = ECDSA_P256_SHA256
        else:
            raise ValueError("the private key must be Ed25519 or ECDSA P-256")
        self.key_id = key_id
        self._signer = HTTPMessageSigner(
            signature_algorithm=algorithm, key_resolver=MappingKeyResolver(public_keys={}, private_keys={key_id: key})
        )

    def sign(self, method: str, url: str, headers: MutableMapping[str, str], body: bytes | None) -> None:
        """Add digest and signature to the headers (加签); each call uses a new nonce."""
        covered = ["@method", "@target-uri"]
        if any(name.lower() == "idempotency-key" for name in headers):
            covered.append("idempotency-key")
        self._signer.sign(
            _Message(method, url, headers), key_id=self.key_id, nonce=secrets.token_urlsafe(18), label="gx",
            covered_component_ids=covered, body=body or None,
        )  # fmt: skip
