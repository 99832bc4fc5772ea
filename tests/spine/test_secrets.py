"""Secrets stay secret (密钥与密封)."""

from __future__ import annotations

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongxin.spine import home, secrets


@given(st.text(max_size=60))
def test_what_is_sealed_opens_to_itself_and_never_looks_the_same_twice(text: str) -> None:
    sealed = secrets.seal(text)
    assert secrets.unseal(sealed) == text
    assert sealed != secrets.seal(text)
    assert secrets.is_sealed(sealed)


def test_a_changed_seal_does_not_open() -> None:
    sealed = secrets.seal("3301021990")
    swapped = sealed[:-3] + ("A" if sealed[-3] != "A" else "B") + sealed[-2:]
    with pytest.raises(secrets.SealFault):
        secrets.unseal(swapped)
    with pytest.raises(secrets.SealFault):
        secrets.unseal("3301021990")


def test_the_blind_index_is_keyed_and_steady() -> None:
    assert secrets.blind("a") == secrets.blind("a") != secrets.blind("b")
    assert len(secrets.blind("a")) == secrets.BLIND_LENGTH


@given(st.lists(st.binary(max_size=30), max_size=20))
def test_many_hashes_are_the_single_ones(rows: list[bytes]) -> None:
    many = secrets.keyed_hash64_many(rows)
    assert many == [secrets.keyed_hash64(row) for row in rows]
    assert all(-(2**63) <= value < 2**63 for value in many)


def test_a_signature_holds_for_its_message_and_its_key_alone() -> None:
    signature, key = secrets.sign(b"one"), secrets.signing_key_id()
    assert secrets.verify(b"one", signature, key)
    assert not secrets.verify(b"two", signature, key)
    assert not secrets.verify(b"one", signature, "0" * 16)


def test_the_keys_are_the_owners_alone() -> None:
    folder = secrets.make_keys()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("sealing", "blinding", "hashing", "signing"):
        assert stat.S_IMODE((home.keys() / name).stat().st_mode) == 0o600
