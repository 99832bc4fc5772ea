"""The ledger's tree (默克尔树) after RFC 6962: a leaf for each entry, a root that commits to all of them in their order.

Appending needs only the compact frontier: the roots of the full subtrees on the tree's right edge, largest first, one
for each 1 in the size written in binary. Adding n leaves costs n hashes and reads nothing but the last checkpoint.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

LEAF, NODE = b"\x00", b"\x01"
"""RFC 6962 section 2.1: leaves and nodes are hashed apart, so that no leaf can pass for a node."""

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf (叶散列)."""
    return sha256(LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children (节点散列)."""
    return sha256(NODE + left + right).digest()


def extend(size: int, frontier: bytes, leaves: Sequence[bytes]) -> tuple[int, bytes]:
    """Return size and frontier of the tree after these leaf hashes are added (追加)."""
    peaks = _peaks_by_height(size, frontier)
    kept: dict[int, bytes] = {}
    row, height = list(leaves), 0
    while row or height <= max(peaks, default=-1):
        if height in peaks:
            row.insert(0, peaks[height])
        if len(row) % 2:
            kept[height] = row.pop()
        pairs = iter(row)
        row = [sha256(NODE + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
        height += 1
    return size + len(leaves), b"".join(kept[height] for height in sorted(kept, reverse=True))


def root_of(frontier: bytes) -> bytes:
    """Return the root of the tree with this frontier (根)."""
    peaks = _split(frontier)
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over all these leaf hashes."""
    return root_of(extend(0, b"", leaves)[1])


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the audit path (包含证明) of the leaf with this index, counted from 0."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"the tree has {len(leaves)} leaves, none has the index {index}")
    path: list[bytes] = []
    low, high = 0, len(leaves)
    while high - low > 1:
        middle = low + _split_point(high - low)
        if index < middle:
            path.append(root(leaves[middle:high]))
            high = middle
        else:
            path.append(root(leaves[low:middle]))
            low = middle
    return path[::-1]


def consistency_proof(old_size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return the proof (一致性证明) that the tree of `old_size` leaves is a beginning of this one."""
    if not 0 < old_size <= len(leaves):
        raise IndexError(f"a tree of {len(leaves)} leaves has no beginning of {old_size}")
    proof: list[bytes] = []
    low, high, whole = 0, len(leaves), True
    while old_size != high - low:
        middle = _split_point(high - low)
        if old_size <= middle:
            proof.append(root(leaves[low + middle : high]))
            high = low + middle
        else:
            proof.append(root(leaves[low : low + middle]))
            low, old_size, whole = low + middle, old_size - middle, False
    if not whole:
        proof.append(root(leaves[low:high]))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], tree_root: bytes) -> bool:
    """Tell whether the proof leads from the leaf to the root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            found = node_hash(step, found)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == tree_root


def verify_consistency(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Tell whether the proof shows one tree to be a beginning of the other (RFC 9162 section 2.1.4.2)."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    steps = list(proof)
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    place, last = old_size - 1, new_size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _split_point(size: int) -> int:
    """Return the largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)


def _split(frontier: bytes) -> list[bytes]:
    return [frontier[at : at + HASH_SIZE] for at in range(0, len(frontier), HASH_SIZE)]


def _peaks_by_height(size: int, frontier: bytes) -> dict[int, bytes]:
    heights = [height for height in range(size.bit_length() - 1, -1, -1) if size >> height & 1]
    return dict(zip(heights, _split(frontier), strict=True))
