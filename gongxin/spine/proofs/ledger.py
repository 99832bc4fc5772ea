"""Proofs about the ledger (台账证明): an entry is in it, and an earlier checkpoint is a beginning of a later one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.spine import secrets, sm2
from gongxin.spine.ledger import merkle
from gongxin.spine.ledger.canonical import checkpoint_note, moment_text
from gongxin.spine.ledger.models import Checkpoint, Entry
from gongxin.spine.proofs.models import LogCheckpoint
from gongxin.spine.proofs.tree import Tree

FORM = "gongxin-proof-1"
NAME = "ledger"
Signed = Checkpoint | LogCheckpoint
"""A row of either tree's signed checkpoints."""


class ProofFault(RuntimeError):
    """What lies in the store does not lead to the signed root (台账与检查点不符): no proof can be given, fsck says where."""

    message = sentence(
        "台账内容与已签名的检查点不符，不能出具证明；请运行 gongxin fsck 查看从哪一条起不符",
        "The ledger does not lead to the signed checkpoint, no proof can be given; gongxin fsck says from which entry on",
    )

    def __init__(self) -> None:
        super().__init__(self.message)


@dataclass(frozen=True)
class Entries:
    """The ledger's leaves (台账的叶)."""

    name: str = NAME

    def between(self, low: int, high: int) -> list[bytes]:
        """Return the leaf hashes of the entries numbered low + 1 to high."""
        rows = Entry.objects.filter(seq__gt=low, seq__lte=high).order_by("seq").values_list("leaf", flat=True)
        return [bytes(leaf) for leaf in rows]


def tree() -> Tree:
    """Return the ledger's tree."""
    return Tree(Entries())


def checkpoint(size: int | None = None) -> dict[str, Any] | None:
    """Return a signed checkpoint (检查点), the latest without a size, or None where there is none of that size."""
    found = Checkpoint.objects.order_by("-size")
    row = (found if size is None else found.filter(size=size)).first()
    return None if row is None else note(NAME, row)


def checkpoints(after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
    """Return the checkpoints after a size, oldest first (检查点序列)."""
    rows = Checkpoint.objects.filter(size__gt=after).order_by("size")[:limit]
    return [note(NAME, row) for row in rows]


def note(tree_name: str, row: Signed, words: bytes = b"") -> dict[str, Any]:
    """Return a checkpoint as it is handed out: what was signed, by whom, and that one's public key.

    Where an office has switched SM2 on, a second signature over the same words stands beside the first (国密签名).
    """
    beside = sm2.detached(words or checkpoint_note(row.size, bytes(row.root), row.at))
    return {
        **({"sm2": beside} if beside is not None else {}),
        "tree": tree_name,
        "size": row.size,
        "root": bytes(row.root).hex(),
        "at": moment_text(row.at),
        "signature": bytes(row.signature).hex(),
        "key": row.key,
        "public_key": secrets.public_keys().get(row.key, b"").hex(),
    }


def entry_proof(seq: int) -> dict[str, Any] | Refusal:
    """Return the proof that an entry is in the ledger as of its latest checkpoint (条目包含证明).

    It holds the entry's leaf and no word of the entry itself; whoever has the entry can make the leaf and compare.
    """
    latest = checkpoint()
    if latest is None or not 0 < seq <= latest["size"]:
        return Refusal(
            "proof_unknown",
            sentence("台账中没有第 {seq} 条", "The ledger has no entry {seq}", seq=seq),
            None,
            sentence("请核对条目编号", "Check the number of the entry"),
        )
    size, root = int(latest["size"]), bytes.fromhex(latest["root"])
    leaf = bytes(Entry.objects.values_list("leaf", flat=True).get(seq=seq))
    whole = tree()
    path = checked(
        whole,
        lambda: whole.inclusion(seq - 1, size),
        lambda found: merkle.verify_inclusion(leaf, seq - 1, size, found, root),
    )
    return {
        "form": FORM,
        "kind": "entry",
        "seq": seq,
        "leaf": leaf.hex(),
        "path": [step.hex() for step in path],
        "checkpoint": latest,
    }


def consistency_proof(old: int, new: int | None = None) -> dict[str, Any] | Refusal:
    """Return the proof that one checkpoint is a beginning of another (一致性证明)."""
    first, second = checkpoint(old), checkpoint(new)
    if first is None or second is None or not 0 < old <= second["size"]:
        return Refusal(
            "proof_unknown",
            sentence("没有这样的检查点", "There are no such checkpoints"),
            None,
            sentence("请从检查点序列中选两个，先小后大", "Choose two of the sequence, the smaller first"),
        )
    return {
        "form": FORM,
        "kind": "consistency",
        "from": first,
        "to": second,
        "path": [step.hex() for step in path_between(first, second)],
    }


def path_between(first: dict[str, Any], second: dict[str, Any]) -> list[bytes]:
    """Return the path from one checkpoint to a later one; raises ProofFault where history was rewritten."""
    whole = tree()
    old, size = int(first["size"]), int(second["size"])
    roots = bytes.fromhex(first["root"]), bytes.fromhex(second["root"])
    return checked(
        whole,
        lambda: whole.consistency(old, size),
        lambda found: merkle.verify_consistency(old, size, found, *roots),
    )


def checked(whole: Tree, make: Callable[[], list[bytes]], good: Callable[[list[bytes]], bool]) -> list[bytes]:
    """Return a path that was verified before it leaves; stale tiles are made anew once, then it is a fault of the store."""
    for again in (False, True):
        try:
            found = make()
        except LookupError:
            found = None
        if found is not None and good(found):
            return found
        if not again:
            whole.forget()
    raise ProofFault
