"""The one way in which an entry is written down before it is hashed (规范写法).

Anyone with a copy of the ledger can follow it: the digest is SHA-256 over salt and body, the leaf is SHA-256 over a
zero byte, the header's fields joined by the unit separator, one more separator, and the digest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from gongxin.spine.ledger.merkle import LEAF

SEPARATOR = "\x1f"
FORM = "gongxin-entry-1"
SALT_SIZE = 16


class Header(NamedTuple):
    """Everything an entry says beside its payload (条目头)."""

    seq: int
    kind: str
    record: int
    item: str
    subject: str
    provider: str
    batch: int | None
    on: date
    at: datetime
    actor: str


def moment_text(at: datetime) -> str:
    """Return a moment in UTC with microseconds, the same on every store."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def prefix(header: Header) -> str:
    """Return the part of the header that the entries of one chunk share."""
    batch = "" if header.batch is None else str(header.batch)
    parts = (FORM, header.kind, header.item, header.provider, batch, header.on.isoformat())
    return SEPARATOR.join((*parts, moment_text(header.at), header.actor)) + SEPARATOR


def leaf_of(header: Header, digest: bytes) -> bytes:
    """Return the leaf hash of an entry."""
    own = f"{header.seq}{SEPARATOR}{header.record}{SEPARATOR}{header.subject}{SEPARATOR}"
    return sha256(LEAF + (prefix(header) + own).encode() + digest).digest()


def leaves_of_records(first: Header, subjects: list[str], digests: list[bytes]) -> list[bytes]:
    """Return the leaf hashes of a run of new records that differ only in number and subject; as leaf_of, in one loop."""
    start = LEAF + prefix(first).encode()
    numbers = range(first.seq, first.seq + len(subjects))
    own = [f"{seq}\x1f{seq}\x1f{subject}\x1f".encode() for seq, subject in zip(numbers, subjects, strict=True)]
    return [sha256(start + middle + digest).digest() for middle, digest in zip(own, digests, strict=True)]


def digest_of(salt: bytes, body: str) -> bytes:
    """Return the salted digest of a payload's body (加盐摘要)."""
    return sha256(salt + body.encode()).digest()


def digests_of(salts: bytes, bodies: list[bytes]) -> list[bytes]:
    """Return the salted digests of many bodies as UTF-8; `salts` holds 16 bytes for each."""
    cut = range(0, len(salts), SALT_SIZE)
    return [sha256(salts[at : at + SALT_SIZE] + body).digest() for at, body in zip(cut, bodies, strict=True)]


def body_text(payload: Mapping[str, Any]) -> str:
    """Return a payload as the ledger keeps it: JSON, sorted, without spaces; fields that say nothing are left out."""
    said = {key: value for key, value in payload.items() if value is not None}
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def checkpoint_note(size: int, root: bytes, at: datetime) -> bytes:
    """Return the words a checkpoint's signature is over."""
    return f"gongxin ledger\n{size}\n{root.hex()}\n{moment_text(at)}\n".encode()
