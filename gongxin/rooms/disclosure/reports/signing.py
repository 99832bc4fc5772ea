"""Signing (签名): PAdES by the installation's own certificate, or by whatever signer an office plugs in.

`gongxin init` makes a small authority and a certificate beside the other keys. An office that has a certificate of a
licensed authority puts key and chain in their place; one that has a signing server names a signer of its own in
GONGXIN_REPORT_SIGNER as `module:factory`. An SM2 signature stands beside the file, not in it (docs/decisions/choices.md):
GONGXIN_SM2 switches it on.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.signers import cms_embedder
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from gongxin.kernel.terms import add_years
from gongxin.rooms.disclosure.reports import cms
from gongxin.spine import clock, home, sm2
from gongxin.spine.secrets import kept_key

ECDSA_SHA256 = "1.2.840.10045.4.3.2"
FIELD = "Gongxin"
RESERVED = 6144
"""Bytes kept free for the envelope; two small certificates and a signature take under two thousand."""
CA_YEARS, CERTIFICATE_YEARS = 20, 10
SETTING = "GONGXIN_REPORT_SIGNER"


class SignerFault(RuntimeError):
    """No signer can be had as the setting wants it (签名方式不可用)."""


class Signer(Protocol):
    """Whoever signs reports (签名者): its chain, its algorithm, and a signature over given bytes."""

    @property
    def certificates(self) -> Sequence[bytes]:
        """Return the chain in DER, the signer's own certificate first."""

    @property
    def algorithm(self) -> str:
        """Return the signature's object identifier."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message."""


@dataclass(frozen=True)
class LocalSigner:
    """The installation's own key (本机签名): ECDSA on P-256 over SHA-256."""

    key: ec.EllipticCurvePrivateKey
    certificates: tuple[bytes, ...]
    algorithm: str = ECDSA_SHA256

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message."""
        return self.key.sign(message, ec.ECDSA(hashes.SHA256()))


def signer() -> Signer:
    """Return the signer this installation is set to (当前签名者); raises SignerFault when it cannot be had."""
    wanted = os.environ.get(SETTING, "local")
    if wanted == "local":
        return _local(str(home.keys()))
    if wanted == "sm2":
        raise SignerFault(
            f"PDF 内的签名不用 SM2：通行的阅读器不认。国密签名另附一个文件，把 {sm2.SETTING} 设为 local 或 模块:函数，"
            f"{SETTING} 仍写 local。"
        )
    module, _, name = wanted.partition(":")
    try:
        factory: Callable[[], Signer] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as fault:
        raise SignerFault(f"{SETTING} 所指的 {wanted} 不能载入：{fault}") from fault
    return factory()


def make_keys() -> Path:
    """Make authority, key and certificate where they are missing and return the certificate of the authority (生成签名证书)."""
    _local(str(home.keys()))
    return home.keys() / "report-authority.crt"


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 of a certificate (证书指纹), by which people compare it."""
    return sha256(certificate).hexdigest()


def trusted() -> tuple[bytes, ...]:
    """Return the authorities this installation trusts (信任的根证书), in DER; earlier ones stay for old reports."""
    make_keys()
    return tuple(_der(path) for path in sorted(home.keys().glob("report-authority*.crt")))


class _Writer(IncrementalPdfFileWriter):
    """pyHanko's writer without its note in the metadata (增量写入).

    A signature changes nothing of what a report says, so its metadata stay as they were set, without the clock's own time;
    and reading and writing them again takes longer than all the rest of signing.
    """

    def _update_meta(self) -> None:
        return


def sign(pdf: bytes, at: datetime, by: Signer | None = None) -> bytes:
    """Return the file with a certifying PAdES signature that allows no later change (签名)."""
    chosen = by or signer()
    writer = _Writer(BytesIO(pdf))
    steps = cms_embedder.PdfCMSEmbedder().write_cms(field_name=FIELD, writer=writer)
    next(steps)
    placeholder = SignatureObject(timestamp=at, subfilter=fields.SigSeedSubFilter.PADES, bytes_reserved=RESERVED)
    steps.send(
        cms_embedder.SigObjSetup(
            sig_placeholder=placeholder,
            mdp_setup=cms_embedder.SigMDPSetup(
                certify=True, md_algorithm="sha256", docmdp_perms=fields.MDPPerm.NO_CHANGES
            ),
        )
    )
    prepared, output = steps.send(cms_embedder.SigIOSetup(md_algorithm="sha256", in_place=True))
    attributes = cms.signed_attributes(prepared.document_digest, chosen.certificates[0])
    steps.send(cms.envelope(attributes, chosen.sign(attributes), chosen.certificates, chosen.algorithm))
    return bytes(output.getvalue())


@lru_cache(maxsize=4)
def _local(_keys: str) -> LocalSigner:
    place = home.keys()
    authority_key = _key(place / "report-authority.key")
    authority = _certificate(place / "report-authority.crt", lambda: _authority(authority_key))
    key = _key(place / "report.key")
    own = _certificate(place / "report.crt", lambda: _own(key, authority_key, authority))
    return LocalSigner(key, (own.public_bytes(Encoding.DER), authority.public_bytes(Encoding.DER)))


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = _name("公信报告签发证书机构")
    return (
        _builder(name, name, key.public_key(), CA_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _own(
    key: ec.EllipticCurvePrivateKey, authority_key: ec.EllipticCurvePrivateKey, authority: x509.Certificate
) -> x509.Certificate:
    name = _name(os.environ.get("GONGXIN_OFFICE_NAME", "公共信用信息平台"))
    return (
        _builder(name, authority.subject, key.public_key(), CERTIFICATE_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, years: int
) -> x509.CertificateBuilder:
    # A demonstration may be set to an earlier day; the certificate begins well before any report it signs.
    begins = date(clock.today().year - 1, 1, 1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.combine(begins, time.min))
        .not_valid_after(datetime.combine(add_years(begins, years), time.min))
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, common[:64])]
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=authority, crl_sign=authority,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    def new() -> bytes:
        fresh = ec.generate_private_key(ec.SECP256R1())
        return fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    key = load_pem_private_key(kept_key(path, new), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SignerFault(f"{path} 里不是 P-256 私钥")
    return key


def _certificate(path: Path, make: Callable[[], x509.Certificate]) -> x509.Certificate:
    return x509.load_pem_x509_certificate(kept_key(path, lambda: make().public_bytes(Encoding.PEM)))


def _der(path: Path) -> bytes:
    return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER)
