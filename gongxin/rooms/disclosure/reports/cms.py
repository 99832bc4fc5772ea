"""The signature's envelope (签名封装): CMS SignedData as PAdES baseline B wants it, written in one way only.

The form is so strict that it can be written again from its parts: certificates, signed attributes, signature. A reader
compares the two, so that not even a byte outside the signed attributes can differ unnoticed.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from asn1crypto import cms, core

SEQUENCE, SET, OCTETS, OID, INTEGER = 0x30, 0x31, 0x04, 0x06, 0x02
SHA256 = "2.16.840.1.101.3.4.2.1"
DATA, SIGNED_DATA = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.47"


def wrap(tag: int, *parts: bytes) -> bytes:
    """Return a DER value with its tag and length."""
    body = b"".join(parts)
    size = len(body)
    if size < 128:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def oid(dotted: str) -> bytes:
    """Return an object identifier in DER."""
    return bytes(core.ObjectIdentifier(dotted).dump())


_SHA256_ID = wrap(SEQUENCE, oid(SHA256))
_DATA_INFO = wrap(SEQUENCE, oid(DATA))
_OIDS = {name: oid(name) for name in (CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE, SIGNED_DATA, DATA)}


def signed_attributes(document_digest: bytes, certificate: bytes) -> bytes:
    """Return the signed attributes (签名属性) as the SET that is signed: content type, digest, signing certificate."""
    named = wrap(SEQUENCE, wrap(SEQUENCE, wrap(SEQUENCE, wrap(OCTETS, sha256(certificate).digest()))))
    attributes = [
        wrap(SEQUENCE, _OIDS[CONTENT_TYPE], wrap(SET, _OIDS[DATA])),
        wrap(SEQUENCE, _OIDS[MESSAGE_DIGEST], wrap(SET, wrap(OCTETS, document_digest))),
        wrap(SEQUENCE, _OIDS[SIGNING_CERTIFICATE], wrap(SET, named)),
    ]
    return wrap(SET, *sorted(attributes))


def envelope(attributes: bytes, signature: bytes, certificates: Sequence[bytes], algorithm: str) -> bytes:
    """Return the envelope around signed attributes and signature; the first certificate is the signer's.

    `algorithm` is the signature's object identifier. Issuer and serial number name the signer's certificate.
    """
    issuer, serial = issuer_of(certificates[0])
    signer = wrap(
        SEQUENCE,
        wrap(INTEGER, b"\x01"),
        wrap(SEQUENCE, issuer, serial),
        _SHA256_ID,
        b"\xa0" + attributes[1:],
        wrap(SEQUENCE, oid(algorithm)),
        wrap(OCTETS, signature),
    )
    signed = wrap(
        SEQUENCE,
        wrap(INTEGER, b"\x01"),
        wrap(SET, _SHA256_ID),
        _DATA_INFO,
        wrap(0xA0, *sorted(certificates)),
        wrap(SET, signer),
    )
    return wrap(SEQUENCE, _OIDS[SIGNED_DATA], wrap(0xA0, signed))


_issuers: dict[bytes, tuple[bytes, bytes]] = {}


def issuer_of(certificate: bytes) -> tuple[bytes, bytes]:
    """Return issuer and serial number of a certificate in DER."""
    if certificate not in _issuers:
        if len(_issuers) > 64:
            _issuers.clear()
        inner = cms.Certificate.load(certificate)["tbs_certificate"]
        _issuers[certificate] = (bytes(inner["issuer"].dump()), bytes(inner["serial_number"].dump()))
    return _issuers[certificate]


class EnvelopeFault(ValueError):
    """An envelope that is not written in the one way (签名封装不合规范)."""


def parts(der: bytes) -> tuple[list[bytes], bytes, bytes, str, bytes]:
    """Return certificates (signer's first), signed attributes, signature, its algorithm and the document's digest.

    Raises EnvelopeFault for anything that `envelope` would not have written.
    """
    try:
        info = cms.ContentInfo.load(der, strict=True)
        content = info["content"]
        signer = content["signer_infos"][0]
        attributes = b"\x31" + signer["signed_attrs"].dump()[1:]
        signature = bytes(signer["signature"].native)
        algorithm = signer["signature_algorithm"]["algorithm"].dotted
        certificates = [bytes(choice.chosen.dump()) for choice in content["certificates"]]
        wanted = (bytes(signer["sid"].chosen["issuer"].dump()), bytes(signer["sid"].chosen["serial_number"].dump()))
        certificates.sort(key=lambda each: issuer_of(each) != wanted)
        digest = next(
            bytes(each["values"][0].native) for each in signer["signed_attrs"] if each["type"].dotted == MESSAGE_DIGEST
        )
    except (ValueError, TypeError, KeyError, IndexError, StopIteration, AttributeError) as fault:
        raise EnvelopeFault(str(fault)) from fault
    if signed_attributes(digest, certificates[0]) != attributes:
        raise EnvelopeFault("the signed attributes name another certificate or more than they should")
    if envelope(attributes, signature, certificates, algorithm) != der:
        raise EnvelopeFault("the envelope is not written in the one way")
    return certificates, attributes, signature, algorithm, digest
