"""Secrets (密钥与密封): sealing, blind indexes, keyed hashes, and the ledger's signing key.

Identity numbers never lie in plain text: they are sealed and found again by a keyed blind index. An office chooses with
what they are sealed: AES-256-GCM, or SM4-GCM by GONGXIN_CIPHER=sm4. What was sealed before is opened as it was sealed.
The keys are made once, beside the store and never inside it, so that a stolen copy of the database alone tells nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from gongxin.spine import home

SEAL_MARK = "sealed:1:"
SM4_MARK = "sealed:2:"
"""Every sealed text starts with one of these, so that nothing is sealed twice and a reader knows what it holds."""

CIPHER = "GONGXIN_CIPHER"
CIPHERS = ("aes", "sm4")

BLIND_LENGTH = 32
"""Hexadecimal digits of a blind index: 128 bits, more than enough to keep all people of a province apart."""


class SealFault(ValueError):
    """A sealed text cannot be opened: made with another key, or changed."""


@dataclass(frozen=True)
class _Keys:
    """The four keys (密钥) of an installation; each has one use, so that a leak of one does not open the others.

    `files` and `sm4` are derived from the sealing key: no key is used by two ciphers, nor for files and values both.
    """

    sealing: AESGCM
    sm4: bytes
    files: bytes
    blinding: bytes
    hashing: bytes
    signing: Ed25519PrivateKey


def make_keys() -> Path:
    """Make the keys that are missing and return their folder; present keys are never replaced."""
    _present()
    return home.keys()


def is_sealed(text: str) -> bool:
    """Tell whether a text is already sealed (已密封)."""
    return text.startswith((SEAL_MARK, SM4_MARK))


def seal(text: str) -> str:
    """Seal a text (加密) with the cipher that is set, under a fresh nonce."""
    nonce = os.urandom(12)
    if _chosen(os.environ.get(CIPHER, "aes")) == "sm4":
        sealer = Cipher(algorithms.SM4(_present().sm4), modes.GCM(nonce)).encryptor()
        sealed = sealer.update(text.encode()) + sealer.finalize() + sealer.tag
        return SM4_MARK + urlsafe_b64encode(nonce + sealed).decode()
    return SEAL_MARK + urlsafe_b64encode(nonce + _present().sealing.encrypt(nonce, text.encode(), None)).decode()


def unseal(token: str) -> str:
    """Open a sealed text (解密); raises SealFault when the key is another one or the text was changed."""
    if not is_sealed(token):
        raise SealFault("the text is not sealed")
    try:
        raw = urlsafe_b64decode(token[len(SEAL_MARK) :])
        if token.startswith(SM4_MARK):
            opener = Cipher(algorithms.SM4(_present().sm4), modes.GCM(raw[:12], raw[-16:])).decryptor()
            return (opener.update(raw[12:-16]) + opener.finalize()).decode()
        return _present().sealing.decrypt(raw[:12], raw[12:], None).decode()
    except (InvalidTag, ValueError) as fault:
        raise SealFault("the sealed text was made with another key, or has been changed") from fault


def _chosen(cipher: str) -> str:
    if cipher not in CIPHERS:
        raise SealFault(f"{CIPHER} is {cipher!r}; it may be one of: {', '.join(CIPHERS)}")
    return cipher


def file_cipher(salt: bytes) -> AESGCM:
    """Return the cipher of one file (文件密钥), by the salt that stands at the file's beginning."""
    return AESGCM(_derived(_present().files, salt, b"gongxin file"))


def blind(text: str) -> str:
    """Return the keyed blind index (盲索引) of a text: equal texts give equal indexes, and nobody can reckon back."""
    return hmac.new(_present().blinding, text.encode(), hashlib.sha256).hexdigest()[:BLIND_LENGTH]


def keyed_hash64(data: bytes) -> int:
    """Return a keyed 64-bit hash as a signed integer (带密钥散列), the form both stores keep in a BIGINT."""
    return int.from_bytes(hashlib.blake2b(data, digest_size=8, key=_present().hashing).digest(), "big", signed=True)


def keyed_hash64_many(rows: list[bytes]) -> list[int]:
    """Return keyed 64-bit hashes of many texts; the same values as keyed_hash64, in one tight loop."""
    keyed = hashlib.blake2b(digest_size=8, key=_present().hashing)
    fresh = keyed.copy
    hashes = bytearray()
    for row in rows:
        state = fresh()
        state.update(row)
        hashes += state.digest()
    return list(struct.unpack(f">{len(rows)}q", hashes))


def sign(message: bytes) -> bytes:
    """Sign a message (签名) with this installation's Ed25519 key."""
    return _present().signing.sign(message)


def signing_key_id() -> str:
    """Return the short name of the present signing key: the start of the SHA-256 of its public half."""
    return key_id(_public_bytes(_present().signing.public_key()))


def key_id(public: bytes) -> str:
    """Return the short name of a public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def public_keys() -> dict[str, bytes]:
    """Return every public key this installation trusts, by short name; keys of earlier years stay for old signatures."""
    _present()
    trusted = [bytes.fromhex(path.read_text().strip()) for path in sorted(home.keys().glob("signing*.pub"))]
    return {key_id(public): public for public in trusted}


def verify(message: bytes, signature: bytes, key: str) -> bool:
    """Tell whether a signature (验签) is by the named key and for this message."""
    public = public_keys().get(key)
    if public is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _present() -> _Keys:
    # Asked for each sealed value of a file; the folder is looked after once, when its keys are read.
    return _keys(str(settings.GONGXIN_HOME))


@lru_cache(maxsize=4)
def _keys(_home: str) -> _Keys:
    place = home.keys()
    signing = load_pem_private_key(kept_key(place / "signing", _new_signing_key), password=None)
    if not isinstance(signing, Ed25519PrivateKey):
        raise SealFault(f"{place / 'signing'} does not hold an Ed25519 key")
    kept_key(place / "signing.pub", lambda: _public_bytes(signing.public_key()).hex().encode())
    sealing = bytes.fromhex(kept_key(place / "sealing", _new_secret).decode())
    return _Keys(
        sealing=AESGCM(sealing),
        sm4=_derived(sealing, None, b"gongxin sm4")[:16],
        files=_derived(sealing, None, b"gongxin files"),
        blinding=bytes.fromhex(kept_key(place / "blinding", _new_secret).decode()),
        hashing=bytes.fromhex(kept_key(place / "hashing", _new_secret).decode()),
        signing=signing,
    )


def kept_key(path: Path, make: Callable[[], bytes]) -> bytes:
    """Return the key in a file, made at the first asking; two processes that start at once end with the same key."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        try:
            # A hard link is made whole or not at all, and never over a file that another process made first.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


def _derived(key: bytes, salt: bytes | None, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, purpose).derive(key)


def _new_secret() -> bytes:
    return os.urandom(32).hex().encode()


def _new_signing_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public_bytes(public: Ed25519PublicKey) -> bytes:
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)
