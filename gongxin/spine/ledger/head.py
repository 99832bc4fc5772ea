"""The ledger's head (台账头): one writer at a time, numbers without gaps, a signed checkpoint for each transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from gongxin.spine import secrets
from gongxin.spine.ledger import merkle
from gongxin.spine.ledger.canonical import checkpoint_note
from gongxin.spine.ledger.models import Checkpoint

WRITER_LOCK = 0x676F6E67
"""The advisory lock of PostgreSQL that every writer of the ledger takes; SQLite's BEGIN IMMEDIATE does the same."""


@dataclass(frozen=True, slots=True)
class Head:
    """Size and frontier of the tree (树的大小与前沿)."""

    size: int
    frontier: bytes

    @property
    def root(self) -> bytes:
        """Return the root of the tree."""
        return merkle.root_of(self.frontier)

    def grown(self, leaves: Sequence[bytes]) -> Head:
        """Return the head after these leaves."""
        return Head(*merkle.extend(self.size, self.frontier, leaves))


def lock() -> Head:
    """Take the writer's lock for the rest of the transaction and return the head, which nobody else can move now."""
    if not connection.in_atomic_block:
        raise RuntimeError("the ledger is written inside a transaction only")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITER_LOCK])
    return read()


def read() -> Head:
    """Return the present head without a lock."""
    last = Checkpoint.objects.order_by("-size").values_list("size", "frontier").first()
    return Head(0, b"") if last is None else Head(last[0], bytes(last[1]))


def root_at(size: int) -> bytes:
    """Return the root that was signed at a size of the ledger (某一规模的根), or nothing where no checkpoint stands at it."""
    found = Checkpoint.objects.filter(size=size).values_list("root", flat=True).first()
    return b"" if found is None else bytes(found)


def sign(head: Head, at: datetime) -> Checkpoint:
    """Enter the signed checkpoint of this head."""
    note = checkpoint_note(head.size, head.root, at)
    return Checkpoint.objects.create(
        size=head.size,
        root=head.root,
        frontier=head.frontier,
        at=at,
        signature=secrets.sign(note),
        key=secrets.signing_key_id(),
    )
