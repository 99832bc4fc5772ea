"""Protected old workbooks (受保护的旧版工作簿): enciphered, and opened by every spreadsheet program without a question.

Whoever protects the structure of a workbook of 1997 has its contents enciphered under a password that all programs know.
Statistical offices publish such files. One under a password of its own stays closed.
"""

from __future__ import annotations

from hashlib import md5
from struct import error as Short
from struct import unpack_from

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher

EVERYBODYS = "VelvetSweatshop"
"""The password of a workbook that is protected and not locked (MS-XLS 2.2.10)."""
BEGIN, FILE_PASS, SHEET = b"\x09\x08\x10\x00\x00\x06\x05\x00", 0x2F, 0x85
"""How a workbook's records begin; the record that says that the rest is enciphered; the one that names a sheet."""
PLAIN = frozenset({0x0809, FILE_PASS, 0x00E1, 0x0195, 0x0194, 0x01B7, 0x0138})
"""Records that are never enciphered; of a sheet's name the place where it begins is not (MS-XLS 2.2.10)."""
BLOCK = 1024
FREE, END = 0xFFFFFFFF, 0xFFFFFFFE


def is_protected(content: bytes) -> bool:
    """Tell whether an old workbook is enciphered (旧版工作簿是否加密): one of its first records says so."""
    return _file_pass(content, content.find(BEGIN)) is not None


def in_plain(content: bytes) -> bytes | None:
    """Return a protected workbook in plain (解除保护后的内容), or None where it is under a password of its own.

    Only the way of 1997 is known (RC4 with forty bits); a workbook protected in another way counts as locked.
    """
    try:
        sectors, size = _sectors(content)
        stream = b"".join(content[place : place + length] for place, length in sectors)
        plain = _deciphered(stream[:size])
    except (Short, IndexError, KeyError):
        return None
    if plain is None:
        return None
    plain += stream[size:]
    whole, done = bytearray(content), 0
    for place, length in sectors:
        whole[place : place + length] = plain[done : done + length]
        done += length
    return bytes(whole)


def _file_pass(stream: bytes, place: int) -> int | None:
    """Return where the record begins that says that the rest is enciphered; it stands among the first."""
    for _ in range(4 if place >= 0 else 0):
        if place + 4 > len(stream):
            return None
        kind, length = unpack_from("<HH", stream, place)
        if kind == FILE_PASS:
            return place
        place += 4 + length
    return None


def _sectors(content: bytes) -> tuple[list[tuple[int, int]], int]:
    """Return where the workbook's stream lies in the compound file, piece by piece, and its length."""
    (shift,) = unpack_from("<H", content, 30)
    if shift not in (9, 12):
        raise KeyError(shift)
    width = 1 << shift
    (directory,) = unpack_from("<I", content, 48)
    following, beyond = unpack_from("<II", content, 68)
    tables = list(unpack_from("<109I", content, 76))
    for _ in range(beyond):
        more = unpack_from(f"<{width // 4}I", content, (following + 1) * width)
        tables += more[:-1]
        following = more[-1]
    fat: list[int] = []
    for table in tables:
        if table != FREE:
            fat += unpack_from(f"<{width // 4}I", content, (table + 1) * width)

    def chain(first: int) -> list[int]:
        found = []
        while first != END and len(found) <= len(fat):
            found.append(first)
            first = fat[first]
        return found

    for sector in chain(directory):
        for place in range((sector + 1) * width, (sector + 2) * width, 128):
            (length,) = unpack_from("<H", content, place + 64)
            if content[place : place + max(0, length - 2)].decode("utf-16-le", "replace") == "Workbook":
                first, size = unpack_from("<II", content, place + 116)
                return [((each + 1) * width, width) for each in chain(first)], size
    raise KeyError("Workbook")


def _deciphered(stream: bytes) -> bytes | None:
    place = _file_pass(stream, 0)
    if place is None or unpack_from("<HHH", stream, place + 4) != (1, 1, 1):
        return None
    salt, verifier, proof = (stream[place + 10 + 16 * part : place + 26 + 16 * part] for part in range(3))
    told = _rc4(salt, 0, verifier + proof)
    if md5(told[:16], usedforsecurity=False).digest() != told[16:]:
        return None
    plain = bytearray()
    for number, start in enumerate(range(0, len(stream), BLOCK)):
        plain += _rc4(salt, number, stream[start : start + BLOCK])
    # The heads of records are not enciphered, although the key runs on over them.
    at = 0
    while at + 4 <= len(stream):
        kind, length = unpack_from("<HH", stream, at)
        kept = 4 + (length if kind in PLAIN else 4 if kind == SHEET else 0)
        plain[at : at + kept] = stream[at : at + kept]
        at += 4 + length
    plain[place : place + 2] = b"\0\0"
    return bytes(plain[: len(stream)])


def _rc4(salt: bytes, block: int, data: bytes) -> bytes:
    """Decipher a block under the key everybody knows (MS-OFFCRYPTO 2.3.6.2)."""
    first = md5(EVERYBODYS.encode("utf-16-le"), usedforsecurity=False).digest()[:5]
    middle = md5((first + salt) * 16, usedforsecurity=False).digest()[:5]
    key = md5(middle + block.to_bytes(4, "little"), usedforsecurity=False).digest()
    return Cipher(ARC4(key), mode=None).decryptor().update(data)
