"""Proofs about the log of looks (查阅日志证明): one small signed root covers every segment, and each look in it.

Each segment is a tree over the links of its chain; the heads of all segments, in the order of their names, are the
leaves of one more tree, whose root is signed. A proof leads from a look's link to its segment's root, and from there to
the signed one; the looks around it stay unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import sentence
from gongxin.spine import clock, secrets
from gongxin.spine.access.looks import FIRST_CHAIN
from gongxin.spine.access.models import Look
from gongxin.spine.ledger import merkle
from gongxin.spine.ledger.canonical import SEPARATOR, moment_text
from gongxin.spine.proofs.ledger import FORM, checked, note
from gongxin.spine.proofs.models import LogCheckpoint
from gongxin.spine.proofs.tree import Tree

NAME = "log"


@dataclass(frozen=True)
class Links:
    """The links of one segment's chain as leaves (一段日志的叶)."""

    segment: str

    @property
    def name(self) -> str:
        return f"log:{self.segment}"

    def between(self, low: int, high: int) -> list[bytes]:
        """Return the leaf hashes of the looks numbered low + 1 to high in the segment."""
        rows = Look.objects.filter(segment=self.segment, n__gt=low, n__lte=high).order_by("n")
        return [look_leaf(self.segment, n, bytes(chain)) for n, chain in rows.values_list("n", "chain")]


def look_leaf(segment: str, n: int, chain: bytes) -> bytes:
    """Return the leaf of a look: its place and its link, which commits to it and to every look before it."""
    return merkle.leaf_hash(f"gongxin look{SEPARATOR}{segment}{SEPARATOR}{n}{SEPARATOR}".encode() + chain)


def segment_leaf(segment: str, n: int, root: bytes, chain: bytes) -> bytes:
    """Return the leaf of a segment: how long it is, the root over its links, and its head."""
    return merkle.leaf_hash(f"gongxin segment{SEPARATOR}{segment}{SEPARATOR}{n}{SEPARATOR}".encode() + root + chain)


def log_note(size: int, root: bytes, at: str) -> bytes:
    """Return the words a log checkpoint's signature is over; `at` as it is written in the checkpoint."""
    return f"gongxin log\n{size}\n{root.hex()}\n{at}\n".encode()


def checkpoint() -> dict[str, Any]:
    """Return a signed checkpoint of the log as it is now (日志检查点), made when looks have been added since the last."""
    heads = _heads()
    size = sum(n for _, n, _ in heads)
    found = LogCheckpoint.objects.filter(size=size).first()
    if found is None:
        segments = [
            {"segment": segment, "n": n, "root": Tree(Links(segment)).root(n).hex(), "chain": chain.hex()}
            for segment, n, chain in heads
        ]
        at = clock.now()
        root = joined(segments)
        signature = secrets.sign(log_note(size, root, moment_text(at)))
        try:
            with transaction.atomic():
                found = LogCheckpoint.objects.create(
                    size=size, root=root, segments=segments, at=at, signature=signature, key=secrets.signing_key_id()
                )
        except IntegrityError:
            found = LogCheckpoint.objects.get(size=size)
    return as_dict(found)


def as_dict(row: LogCheckpoint) -> dict[str, Any]:
    """Return a log checkpoint as it is handed out, with its segments."""
    told = note(NAME, row, log_note(row.size, bytes(row.root), moment_text(row.at)))
    return {**told, "segments": row.segments}


def checkpoints(after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
    """Return the log's checkpoints after a size, oldest first."""
    return [as_dict(row) for row in LogCheckpoint.objects.filter(size__gt=after).order_by("size")[:limit]]


def joined(segments: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the root over the heads of all segments (各段合并的根)."""
    return merkle.root(_segment_leaves(segments))


def look_proof(number: str) -> dict[str, Any] | Refusal:
    """Return the proof that a look is in the log (查阅记录包含证明); no word of what was looked at."""
    look = Look.objects.filter(number=number).first()
    if look is None:
        return Refusal(
            "proof_unknown",
            sentence("日志中没有编号 {number}", "The log has no look {number}", number=number),
            None,
            sentence("请核对查阅编号", "Check the number of the look"),
        )
    latest = _covering(look)
    segments = latest["segments"]
    place = next(at for at, each in enumerate(segments) if each["segment"] == look.segment)
    head = segments[place]
    leaf = look_leaf(look.segment, look.n, bytes(look.chain))
    whole, n, root = Tree(Links(look.segment)), int(head["n"]), bytes.fromhex(head["root"])
    path = checked(
        whole,
        lambda: whole.inclusion(look.n - 1, n),
        lambda found: merkle.verify_inclusion(leaf, look.n - 1, n, found, root),
    )
    latest = {key: value for key, value in latest.items() if key != "segments"}
    return {
        "form": FORM,
        "kind": "look",
        "number": number,
        "segment": look.segment,
        "n": look.n,
        "chain": bytes(look.chain).hex(),
        "path": [step.hex() for step in path],
        "head": head,
        "place": place,
        "heads": len(segments),
        "head_path": [step.hex() for step in merkle.inclusion_proof(place, _segment_leaves(segments))],
        "checkpoint": latest,
    }


def _covering(look: Look) -> dict[str, Any]:
    """Return the latest checkpoint when the look is in it already, else a new one: proofs do not pile up checkpoints."""
    last = LogCheckpoint.objects.order_by("-size").first()
    if last is not None and any(each["segment"] == look.segment and each["n"] >= look.n for each in last.segments):
        return as_dict(last)
    return checkpoint()


def consistency(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return a path for each segment of the old checkpoint (日志一致性证明); raises ProofFault where it was rewritten."""
    later = {each["segment"]: each for each in new["segments"]}
    paths = {}
    for each in old["segments"]:
        now = later.get(each["segment"], each)
        first, second = int(each["n"]), int(now["n"])
        roots = bytes.fromhex(each["root"]), bytes.fromhex(now["root"])
        whole = Tree(Links(each["segment"]))

        def make(whole: Tree = whole, first: int = first, second: int = second) -> list[bytes]:
            return whole.consistency(first, second) if second >= first else []

        def good(
            found: list[bytes], first: int = first, second: int = second, roots: tuple[bytes, bytes] = roots
        ) -> bool:
            return merkle.verify_consistency(first, second, found, *roots)

        paths[str(each["segment"])] = [step.hex() for step in checked(whole, make, good)]
    return paths


def _heads() -> list[tuple[str, int, bytes]]:
    """Return each segment with its length and head; read from the end of each, so that none is counted half."""
    ends = Look.objects.values("segment").annotate(last=Max("n")).order_by("segment")
    heads = []
    for end in ends:
        chain = Look.objects.filter(segment=end["segment"], n=end["last"]).values_list("chain", flat=True).first()
        heads.append((str(end["segment"]), int(end["last"]), bytes(chain) if chain is not None else FIRST_CHAIN))
    return heads


def _segment_leaves(segments: Sequence[Mapping[str, Any]]) -> list[bytes]:
    return [
        segment_leaf(str(each["segment"]), int(each["n"]), bytes.fromhex(each["root"]), bytes.fromhex(each["chain"]))
        for each in segments
    ]
