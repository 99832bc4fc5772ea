"""Client certificates (客户端证书): who was seen by the front server that ends mutual TLS, told in `Client-Cert` (RFC 9440).

The header counts from the addresses in GONGXIN_FRONTS alone. From anywhere else it is refused and not passed over: a
request that carries it is either an attempt to pose as somebody, or a front server nobody entered in the settings.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import unquote

from cryptography import x509
from django.conf import settings
from django.http import HttpRequest

from gongxin.doors.api.errors import Problem
from gongxin.spine.access import credentials

HEADER = "HTTP_CLIENT_CERT"
PEM = "-----BEGIN CERTIFICATE-----"


def fingerprint(request: HttpRequest) -> str:
    """Return the SHA-256 of the certificate a request came with (证书指纹), or nothing; raises Problem for one not to be believed."""
    told = request.META.get(HEADER, "")
    if not told:
        return ""
    if not trusted(request.META.get("REMOTE_ADDR", "")):
        raise Problem(
            401, "certificate.front", "Client-Cert 请求头不是来自登记的前置服务器，不予采信。",
            "请经前置服务器以双向 TLS 访问；前置服务器的地址由信用办写入 GONGXIN_FRONTS。",
        )  # fmt: skip
    certificate = _certificate(told)
    now = datetime.now(UTC)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise Problem(
            401, "certificate.ended", "客户端证书不在有效期内。", "请换用有效的证书，并请信用办登记新证书的指纹。"
        )
    return credentials.fingerprint(certificate)


def _certificate(told: str) -> x509.Certificate:
    """Read the header: a byte sequence after RFC 9440, or the escaped PEM that nginx hands over."""
    try:
        if told.startswith(":") and told.endswith(":"):
            return x509.load_der_x509_certificate(base64.b64decode(told[1:-1], validate=True))
        plain = unquote(told)
        if plain.startswith(PEM):
            return x509.load_pem_x509_certificate(plain.encode())
    except (ValueError, binascii.Error):
        pass
    raise Problem(
        401, "certificate.form", "Client-Cert 请求头不是一张可以读懂的证书。",
        "前置服务器应按 RFC 9440 写 :DER 的 Base64:，或者写转义后的 PEM；见运维说明。",
    )  # fmt: skip


def trusted(address: str) -> bool:
    """Whether a peer is one of the front servers (是否为登记的前置服务器)."""
    try:
        peer = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(peer in network for network in _networks(tuple(settings.GONGXIN_FRONTS)))


@lru_cache(maxsize=8)
def _networks(written: tuple[str, ...]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(each.strip(), strict=False) for each in written)
