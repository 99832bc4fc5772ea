"""Verifying a file (核验文件): its signature, byte for byte, without the store and without a network.

The signature covers the whole file but the place where it stands itself; that place holds nothing but the envelope in
upper-case hexadecimal and zeros, and the envelope is written in one way only. So no byte anywhere can differ.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from gongxin.kernel.sentences import Sentence, sentence
from gongxin.rooms.disclosure.reports import cms, signing

LARGEST = 32 << 20
"""Bytes of a file that is looked at; a report has a few hundred thousand."""
_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_DIGITS = frozenset(b"0123456789ABCDEF")


class Forged(ValueError):
    """A file that is not what was signed, or not signed at all (核验不通过): says what is wrong, in both languages."""

    @property
    def message(self) -> Sentence:
        """What is wrong (原因)."""
        said = self.args[0]
        return said if isinstance(said, Sentence) else Sentence(str(said), str(said))


def _no_report() -> Sentence:
    return sentence("文件内没有本平台的报告内容", "There is no report of this platform in the file")


def _place_changed() -> Sentence:
    return sentence("签名所在处被改动", "The place of the signature was changed")


def _certificate_unread() -> Sentence:
    return sentence("签名证书无法读取", "The certificate of the signature cannot be read")


@dataclass(frozen=True)
class Verified:
    """A file whose signature is good (签名有效): by which certificate, whether that one is trusted, and what it says."""

    digest: str
    number: str
    place: int
    issued: datetime | None
    valid_until: date
    signer: str
    fingerprint: str
    authority: str
    trusted: bool
    content: dict[str, Any] = field(repr=False)
    status_key: str = ""


def verify(pdf: bytes, trust: Sequence[bytes] = ()) -> Verified:
    """Return what a file is, or raise Forged (核验). `trust` holds authorities in DER; a chain to one of them is trusted."""
    if len(pdf) > LARGEST:
        raise Forged(
            sentence(
                "文件超过 {n} MB，不是本平台的报告",
                "The file is larger than {n} MB and no report of this platform",
                n=LARGEST >> 20,
            )
        )
    try:
        return _verified(pdf, trust)
    except Forged:
        raise
    except Exception as fault:
        # What comes in here may be anything at all; whatever a reader of certificates or files stumbles over is no report.
        raise Forged(
            sentence(
                "文件结构被破坏：{fault}", "The structure of the file is broken: {fault}", fault=type(fault).__name__
            )
        ) from fault


def _verified(pdf: bytes, trust: Sequence[bytes]) -> Verified:
    before, envelope, after = _split(pdf)
    try:
        certificates, attributes, signature, algorithm, digest = cms.parts(envelope)
    except cms.EnvelopeFault as fault:
        raise Forged(
            sentence("签名封装被改动：{fault}", "The envelope of the signature was changed: {fault}", fault=fault)
        ) from fault
    if sha256(before + after).digest() != digest:
        raise Forged(sentence("文件内容与签名时不同，被改动过", "The content is not what was signed; it was changed"))
    own = _loaded(certificates[0])
    _check_signature(own, attributes, signature, algorithm)
    authority = _check_chain(own, [_loaded(each) for each in certificates[1:]], trust)
    said = attached(pdf)
    try:
        number, valid_until = str(said["number"]), date.fromisoformat(str(said["valid_until"]))
        issued = datetime.fromisoformat(str(said["content"]["issued"]))
        place = int(said["status_place"])
        chain = [str(each) for each in said["chain"]]
    except (KeyError, ValueError, TypeError) as fault:
        raise Forged(_no_report()) from fault
    if sorted(chain) != sorted(sha256(each).hexdigest() for each in certificates):
        # The signed content names every certificate, so that none of them can be another one, or be read as another one.
        raise Forged(sentence("所附证书与签名时不同", "The certificate is not the one it was signed with"))
    if not own.not_valid_before_utc <= issued.astimezone(UTC) <= own.not_valid_after_utc:
        raise Forged(sentence("签名证书在出具之日不在有效期内", "The certificate was not in force on the day of issue"))
    root = authority.public_bytes(signing.Encoding.DER)
    return Verified(
        digest=sha256(pdf).hexdigest(),
        number=number,
        place=place,
        issued=issued,
        valid_until=valid_until,
        signer=own.subject.rfc4514_string(),
        fingerprint=sha256(certificates[0]).hexdigest(),
        authority=sha256(root).hexdigest(),
        trusted=root in trust or certificates[0] in trust,
        content=said["content"],
        status_key=str(said.get("status_key", "")),
    )


def _split(pdf: bytes) -> tuple[bytes, bytes, bytes]:
    """Return what stands before the envelope, the envelope, and what stands after it."""
    found = list(_RANGE.finditer(pdf))
    if not found:
        raise Forged(sentence("文件没有签名", "The file is not signed"))
    start, length, second, rest = (int(number) for number in found[-1].groups())
    if start != 0 or second + rest != len(pdf) or not 0 < length < second < len(pdf) or len(found) != 1:
        raise Forged(
            sentence(
                "签名没有覆盖整个文件，签名之后有改动",
                "The signature does not cover the whole file; it was changed afterwards",
            )
        )
    digits = pdf[length + 1 : second - 1]
    if pdf[length : length + 1] != b"<" or pdf[second - 1 : second] != b">" or set(digits) - _DIGITS:
        # Lower-case letters would mean the same, and so be a change that nothing else notices.
        raise Forged(_place_changed())
    size = _der_length(digits)
    if set(digits[2 * size :]) - {0x30}:
        raise Forged(_place_changed())
    return pdf[:length], bytes.fromhex(digits[: 2 * size].decode()), pdf[second:]


def _der_length(digits: bytes) -> int:
    """Return how many bytes the DER value takes that stands at the beginning of these hexadecimal digits."""
    try:
        head = bytes.fromhex(digits[:12].decode())
    except ValueError as fault:
        raise Forged(_place_changed()) from fault
    if len(head) < 6 or head[0] != cms.SEQUENCE or head[1] not in (0x81, 0x82, 0x83):
        raise Forged(_place_changed())
    count = head[1] & 0x7F
    size = 2 + count + int.from_bytes(head[2 : 2 + count], "big")
    if 2 * size > len(digits):
        raise Forged(_place_changed())
    return size


def _loaded(der: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError as fault:
        raise Forged(_certificate_unread()) from fault


def _check_signature(own: x509.Certificate, attributes: bytes, signature: bytes, algorithm: str) -> None:
    try:
        key = own.public_key()
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise Forged(_certificate_unread()) from fault
    if algorithm != signing.ECDSA_SHA256 or not isinstance(key, ec.EllipticCurvePublicKey):
        raise Forged(
            sentence(
                "签名算法 {name} 须用相应的密码组件核验",
                "The algorithm {name} needs its own component to be verified",
                name=algorithm,
            )
        )
    try:
        key.verify(signature, attributes, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as fault:
        raise Forged(sentence("签名无效", "The signature is not valid")) from fault


def _check_chain(own: x509.Certificate, others: Sequence[x509.Certificate], trust: Sequence[bytes]) -> x509.Certificate:
    """Return the authority that the signer's certificate leads to, every step checked, every certificate used.

    A chain that does not end with an authority signing itself must be continued by one that is trusted: otherwise nothing
    would vouch for the bytes of its last certificate.
    """
    current, left = own, list(others)
    try:
        while left:
            issuer = next(each for each in left if each.subject == current.issuer)
            _check_step(current, issuer)
            current = issuer
            left.remove(issuer)
        if current.subject != current.issuer:
            issuer = next(each for each in map(_loaded, trust) if each.subject == current.issuer)
            _check_step(current, issuer)
            return issuer
        current.verify_directly_issued_by(current)
    except (
        StopIteration,
        ValueError,
        TypeError,
        InvalidSignature,
        UnsupportedAlgorithm,
        x509.ExtensionNotFound,
    ) as fault:
        raise Forged(
            sentence("签名证书不是由所附机构签发", "The certificate was not issued by the authority beside it")
        ) from fault
    return current


def _check_step(issued: x509.Certificate, issuer: x509.Certificate) -> None:
    issued.verify_directly_issued_by(issuer)
    if not issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
        raise ValueError("the issuer may not issue")


def attached(pdf: bytes) -> dict[str, Any]:
    """Return the machine's copy of the content that the file carries (机读内容); raises Forged where there is none."""
    try:
        root = PdfFileReader(BytesIO(pdf)).root
        names = root["/Names"]["/EmbeddedFiles"]
        kids = names["/Names"]
        for at in range(0, len(kids), 2):
            if str(kids[at]) == "report.json":
                said: dict[str, Any] = json.loads(kids[at + 1]["/EF"]["/F"].data)
                return said
    except (PdfError, KeyError, ValueError, TypeError, IndexError) as fault:
        raise Forged(_no_report()) from fault
    raise Forged(_no_report())
