"""Looks (查阅记录) before and while they are written: one chain of hashes for each segment, its head signed.

A look is written once and durably before any answer leaves. Writers never share a segment, so that no writer waits
for another; whoever changes or removes a look breaks the chain of its segment, and fsck names the first broken link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from django.db import connection, transaction

from gongxin.spine import clock, secrets
from gongxin.spine.access.models import Look, LookSeal
from gongxin.spine.ledger.canonical import SEPARATOR, moment_text

SHARED_SEGMENT = "A"
"""The segment of all synchronous writers; they take turns, as the database serialises them anyway."""

LOOK_LOCK = 0x6C6F6F6B
FIRST_CHAIN = sha256(b"gongxin looks").digest()
COLUMNS = (
    "number", "at", "viewer", "account", "body", "role", "via", "matter", "ground", "case_no", "subject", "fields",
    "as_of", "must", "reference", "answer_digest", "segment", "n", "chain",
)  # fmt: skip
WHO_LIMITS = (100, 0, 32, 20, 20, 60, 200)
"""Characters of viewer, account (a number), body, role, way, matter and ground."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Draft:
    """A look not yet numbered (待记查阅)."""

    viewer: str
    account: int | None
    body: str
    role: str
    via: str
    matter: str
    ground: str
    case_no: str
    subject: str
    fields: str
    as_of: date
    must: int = 0
    reference: int = 0
    answer_digest: str = ""


class Receipt(NamedTuple):
    """What a written look is known by (查阅回执)."""

    number: str
    at: datetime


class Place(NamedTuple):
    """Where a segment's chain stands (段内位置)."""

    n: int
    chain: bytes


class LogUnavailable(RuntimeError):
    """The log cannot be written, so there is no answer either (日志不可用，停止答复)."""


def cleaned(text: str, limit: int) -> str:
    """Return a text without control characters, of bounded length, as it goes into the log."""
    return _CONTROL.sub(" ", text)[:limit]


def row_of(draft: Draft, at: datetime, segment: str, before: Place) -> tuple[tuple[object, ...], Place]:
    """Return the row of the next look in a segment, in the order of COLUMNS, and where the chain stands then."""
    rows, place = rows_of([draft], at, segment, before)
    return rows[0], place


def rows_of(
    drafts: Iterable[Draft], at: datetime, segment: str, before: Place
) -> tuple[list[tuple[object, ...]], Place]:
    """Return the rows of the next looks in a segment (一组查阅记录), written at one moment, and where the chain stands then.

    The words of a link are those of `chained`, which recomputes them when the log is checked.
    """
    n, chain = before
    start, moment = f"HC-{at.astimezone(clock.ZONE):%Y-%m%d}-{segment}", moment_text(at)
    rows: list[tuple[object, ...]] = []
    for draft in drafts:
        n += 1
        number = f"{start}{n}"
        who, who_words = _asking(
            (draft.viewer, draft.account, draft.body, draft.role, draft.via, draft.matter, draft.ground)
        )
        case_no, subject = cleaned(draft.case_no, 100), cleaned(draft.subject, 80)
        fields = _fields(draft.fields)
        counted = (draft.as_of, draft.must, draft.reference, draft.answer_digest, segment, n)
        words = SEPARATOR.join((number, moment, who_words, case_no, subject, fields, *map(str, counted)))
        chain = sha256(chain + words.encode()).digest()
        rows.append((number, at, *who, case_no, subject, fields, *counted, chain))
    return rows, Place(n, chain)


@lru_cache(maxsize=1024)
def _asking(who: tuple[str | int | None, ...]) -> tuple[tuple[object, ...], str]:
    """Return who asks on what ground as it goes into a row, and the same in words: alike for all checks of a caller."""
    said = tuple(
        cleaned(value, limit) if isinstance(value, str) else value for value, limit in zip(who, WHO_LIMITS, strict=True)
    )
    return said, SEPARATOR.join("" if value is None else str(value) for value in said)


@lru_cache(maxsize=1024)
def _fields(fields: str) -> str:
    return cleaned(fields, 4000)


def chained(before: bytes, said: Sequence[object]) -> bytes:
    """Return the link after `before` for a look's columns up to `n`."""
    words = [
        "" if value is None else moment_text(value) if isinstance(value, datetime) else str(value) for value in said
    ]
    return sha256(before + SEPARATOR.join(words).encode()).digest()


def seal_note(segment: str, place: Place, at: datetime) -> bytes:
    """Return the words a seal's signature is over."""
    return f"gongxin looks\n{segment}\n{place.n}\n{place.chain.hex()}\n{moment_text(at)}\n".encode()


def write(draft: Draft) -> Receipt:
    """Write one look in the transaction around it, or in one of its own (同步记录)."""
    at = clock.now()
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOOK_LOCK])
        row, place = row_of(draft, at, SHARED_SEGMENT, place_of(SHARED_SEGMENT))
        look = Look(**dict(zip(COLUMNS, row, strict=True)))
        look.save()
        seal(SHARED_SEGMENT, place, at)
    return Receipt(look.number, at)


def place_of(segment: str) -> Place:
    """Return where a segment's chain stands now."""
    last = Look.objects.filter(segment=segment).order_by("-n").values_list("n", "chain").first()
    return Place(0, FIRST_CHAIN) if last is None else Place(last[0], bytes(last[1]))


def seal(segment: str, place: Place, at: datetime) -> None:
    """Sign the head of a segment's chain."""
    LookSeal.objects.create(
        segment=segment,
        n=place.n,
        chain=place.chain,
        at=at,
        signature=secrets.sign(seal_note(segment, place, at)),
        key=secrets.signing_key_id(),
    )
