"""The tree is RFC 6962's (默克尔树): held against an independent implementation, and every proof verifies."""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from gongxin.spine.ledger import merkle

data = st.lists(st.binary(max_size=8), max_size=70)


def leaves_of(entries: list[bytes]) -> list[bytes]:
    return [merkle.leaf_hash(entry) for entry in entries]


@given(data)
def test_the_root_is_that_of_an_independent_implementation(entries: list[bytes]) -> None:
    tree = InmemoryTree(algorithm="sha256")
    for entry in entries:
        tree.append_entry(entry)
    assert merkle.root(leaves_of(entries)) == (tree.get_state() if entries else sha256(b"").digest())


@given(data, st.lists(st.integers(min_value=0, max_value=70), max_size=5))
def test_appending_in_any_portions_gives_the_same_frontier(entries: list[bytes], cuts: list[int]) -> None:
    leaves = leaves_of(entries)
    edges = sorted({0, len(leaves), *(min(cut, len(leaves)) for cut in cuts)})
    size, frontier = 0, b""
    for start, end in pairwise(edges):
        size, frontier = merkle.extend(size, frontier, leaves[start:end])
    assert (size, frontier) == merkle.extend(0, b"", leaves)
    assert len(frontier) == merkle.HASH_SIZE * size.bit_count()


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_every_leaf_is_proved_and_no_other_one(entries: list[bytes], draw: st.DataObject) -> None:
    leaves = leaves_of(entries)
    index = draw.draw(st.integers(min_value=0, max_value=len(leaves) - 1))
    root = merkle.root(leaves)
    proof = merkle.inclusion_proof(index, leaves)
    assert merkle.verify_inclusion(leaves[index], index, len(leaves), proof, root)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"another"), index, len(leaves), proof, root)
    if len(leaves) > 1:
        assert not merkle.verify_inclusion(leaves[index], index, len(leaves), proof[:-1], root)
    tree = InmemoryTree(algorithm="sha256")
    for entry in entries:
        tree.append_entry(entry)
    # pymerkle counts from 1 and checks its own proof; both must reach the same root.
    verify_inclusion(leaves[index], root, tree.prove_inclusion(index + 1, len(leaves)))


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_a_beginning_is_proved_and_a_rewritten_one_is_not(entries: list[bytes], draw: st.DataObject) -> None:
    leaves = leaves_of(entries)
    old = draw.draw(st.integers(min_value=1, max_value=len(leaves)))
    old_root, root = merkle.root(leaves[:old]), merkle.root(leaves)
    proof = merkle.consistency_proof(old, leaves)
    assert merkle.verify_consistency(old, len(leaves), proof, old_root, root)
    rewritten = merkle.root([merkle.leaf_hash(b"rewritten"), *leaves[1:old]])
    if rewritten != old_root:
        assert not merkle.verify_consistency(old, len(leaves), proof, rewritten, root)
    tree = InmemoryTree(algorithm="sha256")
    for entry in entries:
        tree.append_entry(entry)
    verify_consistency(old_root, root, tree.prove_consistency(old, len(leaves)))


def test_there_is_no_proof_of_what_is_not_there() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof(3, leaves_of([b"a", b"b", b"c"]))
    with pytest.raises(IndexError):
        merkle.consistency_proof(0, leaves_of([b"a"]))
