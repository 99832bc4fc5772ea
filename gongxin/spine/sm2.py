"""SM2 (国密签名): a detached SM2-with-SM3 signature beside the platform's own, where an office wants one.

GONGXIN_SM2 says by whom: `local` for a key of this installation, `module:factory` for a card or a signing server of the
office's. The signature is over the bytes of a file or of a checkpoint's note, as GB/T 32918.2 has it with the usual
signer's name, so that any implementation verifies it. The curve's arithmetic is GmSSL's (the extra `sm2`).
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives.hashes import SM3, Hash

from gongxin.spine import home
from gongxin.spine.secrets import kept_key

SETTING = "GONGXIN_SM2"
FORM = "gongxin-sm2-1"
SIGNER = b"1234567812345678"
"""The signer's name that GM/T 0009 prescribes where none was agreed on."""
_CURVE = bytes.fromhex(
    "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC"
    "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93"
    "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
    "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"
)
"""a, b and the base point of the curve of GB/T 32918.5; they take part in every digest."""


class Sm2Fault(RuntimeError):
    """SM2 cannot be had as the setting wants it (国密签名不可用)."""


class Sm2Signer(Protocol):
    """Whoever signs with SM2 (国密签名者): a card, a server, or a key of this installation."""

    @property
    def public_key(self) -> bytes:
        """Return the public key: the point's two coordinates, 64 bytes."""

    def sign(self, digest: bytes) -> bytes:
        """Return the signature in DER over a digest that holds the signer's name and key already."""


@dataclass(frozen=True)
class LocalSm2:
    """The installation's own SM2 key (本机国密密钥)."""

    private_key: bytes
    public_key: bytes

    def sign(self, digest: bytes) -> bytes:
        """Return the signature in DER over a digest."""
        return bytes(_gmssl().sm2_sign_sm3_digest(self.private_key, digest))


def signer() -> Sm2Signer | None:
    """Return the signer that is set (当前国密签名者), None where none is; raises Sm2Fault when it cannot be had."""
    wanted = os.environ.get(SETTING, "")
    if wanted in {"", "off"}:
        return None
    if wanted == "local":
        return _local(str(home.keys()))
    module, _, name = wanted.partition(":")
    try:
        factory: Callable[[], Sm2Signer] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as fault:
        raise Sm2Fault(f"{SETTING} 所指的 {wanted} 不能载入：{fault}") from fault
    return factory()


def detached(message: bytes) -> dict[str, str] | None:
    """Return the detached signature of a message (分离签名) as JSON holds it, or None where SM2 is not switched on."""
    by = signer()
    if by is None:
        return None
    return {
        "form": FORM,
        "algorithm": "SM2-SM3",
        "signer_id": SIGNER.decode(),
        "public_key": "04" + by.public_key.hex(),
        "signature": by.sign(digest_of(message, by.public_key)).hex(),
    }


def check(message: bytes, told: Mapping[str, Any], trusted: Mapping[str, bytes] | None = None) -> str:
    """Return what a detached signature is (核验分离签名): `valid`, `unknown-key`, `false`, or `unchecked` without GmSSL."""
    try:
        public = bytes.fromhex(str(told["public_key"]))
        signature = bytes.fromhex(str(told["signature"]))
    except (KeyError, ValueError, TypeError):
        return "false"
    if (told.get("form"), told.get("signer_id")) != (FORM, SIGNER.decode()) or public[:1] != b"\4" or len(public) != 65:
        return "false"
    try:
        gmssl = _gmssl()
    except Sm2Fault:
        return "unchecked"
    try:
        good = signature != b"" and gmssl.sm2_verify_sm3_digest(public[1:], digest_of(message, public[1:]), signature)
    except gmssl.GmsslInnerError:
        good = False
    if not good:
        return "false"
    return "valid" if public[1:] in (public_keys() if trusted is None else trusted).values() else "unknown-key"


def digest_of(message: bytes, public_key: bytes) -> bytes:
    """Return what is signed (待签摘要): SM3 over the digest of signer and curve, and the message."""
    bits = (8 * len(SIGNER)).to_bytes(2, "big")
    return _sm3(_sm3(bits + SIGNER + _CURVE + public_key) + message)


def key_id(public_key: bytes) -> str:
    """Return the short name by which people compare a key (公钥短名): the start of its SM3."""
    return _sm3(public_key).hex()[:16]


def public_keys() -> dict[str, bytes]:
    """Return the SM2 keys this installation trusts (信任的国密公钥), by short name; earlier ones stay for old signatures."""
    found = [bytes.fromhex(path.read_text().strip())[1:] for path in sorted(home.keys().glob("sm2*.pub"))]
    present = signer()
    return {key_id(key): key for key in ([present.public_key] if present is not None else []) + found}


def _sm3(data: bytes) -> bytes:
    hashed = Hash(SM3())
    hashed.update(data)
    return hashed.finalize()


def _gmssl() -> Any:
    try:
        return importlib.import_module("gmssl_pyx")
    except ImportError as fault:
        raise Sm2Fault("缺少国密 SM2 组件；请安装 gongxin[sm2]，或者用 GONGXIN_SM2=模块:函数 接入密码设备") from fault


@lru_cache(maxsize=4)
def _local(_keys: str) -> LocalSm2:
    place: Path = home.keys()

    def new() -> bytes:
        public, private = _gmssl().sm2_key_generate()
        return f"{private.hex()} 04{public.hex()}".encode()

    private, public = kept_key(place / "sm2", new).decode().split()
    kept_key(place / "sm2.pub", public.encode)
    return LocalSm2(bytes.fromhex(private), bytes.fromhex(public)[1:])
