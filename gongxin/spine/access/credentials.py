"""What a body proves itself with (凭证): public keys of those who sign, fingerprints of client certificates."""

from __future__ import annotations

import hashlib

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_public_key

PublicKey = Ed25519PublicKey | EllipticCurvePublicKey


def public_key(pem: str) -> PublicKey:
    """Return the key of a PEM text (公钥); raises ValueError for any but Ed25519 and ECDSA P-256."""
    key = load_pem_public_key(pem.encode())
    if isinstance(key, Ed25519PublicKey):
        return key
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key
    raise ValueError("neither Ed25519 nor ECDSA P-256")


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the fingerprint under which a certificate is bound to a key (证书指纹): SHA-256 of its DER, hexadecimal."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()
