"""A great tree read in blocks (分块读取的默克尔树): RFC 6962 paths without reading every leaf.

Whole blocks of leaves are hashed once and their roots kept as tiles. A path then needs the leaves of one block, the
tiles, and the leaves after the last whole block: for ten million entries some ten thousand hashes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gongxin.spine.ledger import merkle
from gongxin.spine.proofs.models import Tile

BLOCK = 1024
"""Leaves of a tile; a power of two, so that a tile is a node of the tree."""
AT_ONCE = 64


class Leaves(Protocol):
    """Where the leaves of a tree come from (叶的来源)."""

    @property
    def name(self) -> str:
        """Return under what the tiles of the tree are kept."""

    def between(self, low: int, high: int) -> list[bytes]:
        """Return the hashes of the leaves with an index from `low` up to, not including, `high`."""


class Tree:
    """A tree over leaves of a store (树); its tiles are made as they are needed."""

    def __init__(self, leaves: Leaves) -> None:
        self.leaves = leaves
        self._tiles: list[bytes] = []

    def root(self, size: int) -> bytes:
        """Return the root of the first `size` leaves."""
        return merkle.EMPTY_ROOT if size == 0 else self._root_between(0, size)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the audit path (包含证明) of the leaf with an index, counted from 0, in the first `size` leaves."""
        if not 0 <= index < size:
            raise IndexError(f"the tree has {size} leaves, none has the index {index}")
        path: list[bytes] = []
        low, high = 0, size
        while high - low > 1:
            middle = low + (1 << ((high - low - 1).bit_length() - 1))
            if index < middle:
                path.append(self._root_between(middle, high))
                high = middle
            else:
                path.append(self._root_between(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, old: int, size: int) -> list[bytes]:
        """Return the proof (一致性证明) that the first `old` leaves are a beginning of the first `size`."""
        if not 0 < old <= size:
            raise IndexError(f"a tree of {size} leaves has no beginning of {old}")
        proof: list[bytes] = []
        low, high, whole = 0, size, True
        left = old
        while left != high - low:
            middle = 1 << ((high - low - 1).bit_length() - 1)
            if left <= middle:
                proof.append(self._root_between(low + middle, high))
                high = low + middle
            else:
                proof.append(self._root_between(low, low + middle))
                low, left, whole = low + middle, left - middle, False
        if not whole:
            proof.append(self._root_between(low, high))
        return proof[::-1]

    def _root_between(self, low: int, high: int) -> bytes:
        """Return the root over a range; every range RFC 6962 cuts begins where a block begins or lies within one."""
        if high - low < BLOCK or low % BLOCK:
            return merkle.root(self.leaves.between(low, high))
        first, last = low // BLOCK, high // BLOCK
        _, frontier = merkle.extend(0, b"", self._tiles_until(last)[first:last])
        rest = self.leaves.between(last * BLOCK, high) if high % BLOCK else []
        _, edge = merkle.extend(0, b"", rest)
        return merkle.root_of(frontier + edge)

    def _tiles_until(self, last: int) -> Sequence[bytes]:
        if len(self._tiles) < last:
            kept = Tile.objects.filter(tree=self.leaves.name, index__lt=last).order_by("index")
            tiles = [(index, bytes(root)) for index, root in kept.values_list("index", "root")]
            # Tiles are kept without a gap; what comes after one is made anew.
            self._tiles = [root for place, (index, root) in enumerate(tiles) if index == place]
        while len(self._tiles) < last:
            start = len(self._tiles)
            stop = min(last, start + AT_ONCE)
            leaves = self.leaves.between(start * BLOCK, stop * BLOCK)
            if len(leaves) != (stop - start) * BLOCK:
                raise LookupError(f"leaves are missing in {self.leaves.name}")
            made = [merkle.root(leaves[at : at + BLOCK]) for at in range(0, len(leaves), BLOCK)]
            Tile.objects.bulk_create(
                [Tile(tree=self.leaves.name, index=start + at, root=root) for at, root in enumerate(made)],
                ignore_conflicts=True,
            )
            self._tiles += made
        return self._tiles

    def forget(self) -> None:
        """Throw the tiles away, so that they are made anew from the leaves."""
        Tile.objects.filter(tree=self.leaves.name).delete()
        self._tiles = []
