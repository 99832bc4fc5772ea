"""Sealed files (密封文件): what is handed in lies sealed, comes out whole, and any change to it is noticed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxin.spine import sealed_files
from gongxin.spine.sealed_files import FRAME, MARK, SALT, TAG, opened, plain_pieces, seal_file
from gongxin.spine.secrets import SealFault

AT_EDGES = [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME, 3 * FRAME + 17]


def sealed(path: Path, data: bytes, piece: int = 1 << 20) -> Path:
    with path.open("wb") as target:
        seal_file((data[start : start + piece] for start in range(0, len(data), piece)), target)
    return path


@pytest.mark.parametrize("size", AT_EDGES)
def test_a_file_comes_out_as_it_went_in_and_lies_in_no_plain_text(tmp_path: Path, size: int) -> None:
    data = (b"\xe5\xbc\xa0\xe4\xb8\x89,13010219900101123X\n" * (size // 24 + 1))[:size]
    path = sealed(tmp_path / "file", data)
    kept = path.read_bytes()
    assert kept.startswith(MARK)
    assert b"130102" not in kept
    assert b"".join(plain_pieces(path)) == data
    with opened(path) as plain:
        assert plain.read_bytes() == data


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=200), cuts=st.lists(st.integers(1, 90), max_size=5), frame=st.integers(1, 40))
def test_however_a_file_is_cut_it_comes_out_whole(tmp_path: Path, data: bytes, cuts: list[int], frame: int) -> None:
    def pieces() -> Iterator[bytes]:
        rest = data
        for cut in cuts:
            yield rest[:cut]
            rest = rest[cut:]
        yield rest

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sealed_files, "FRAME", frame)
        path = tmp_path / "file"
        with path.open("wb") as target:
            seal_file(pieces(), target)
        assert b"".join(plain_pieces(path)) == data


@pytest.mark.parametrize("harm", ["changed", "cut off", "frames exchanged", "last frame gone", "another file's frame"])
def test_a_file_that_was_touched_is_not_read(tmp_path: Path, harm: str) -> None:
    path = sealed(tmp_path / "file", os.urandom(3 * FRAME))
    whole = path.read_bytes()
    start, frame = len(MARK) + SALT, FRAME + TAG
    first, second, third = (whole[start + number * frame : start + (number + 1) * frame] for number in range(3))
    other = sealed(tmp_path / "other", os.urandom(3 * FRAME)).read_bytes()[start : start + frame]
    bodies = {
        "changed": bytes([first[0] ^ 1]) + first[1:] + second + third,
        "cut off": first + second + third[:-5],
        "frames exchanged": second + first + third,
        "last frame gone": first + second,
        "another file's frame": other + second + third,
    }
    path.write_bytes(whole[:start] + bodies[harm])
    with pytest.raises(SealFault), opened(path):
        pass


def test_a_file_of_an_earlier_version_is_read_as_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(b"a,b\n1,2\n")
    with opened(path) as plain:
        assert plain == path
    assert b"".join(plain_pieces(path)) == b"a,b\n1,2\n"


@pytest.mark.parametrize("in_memory", [0, 64 << 20])
def test_the_opened_copy_has_no_name_and_is_gone_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    from gongxin.spine import home

    monkeypatch.setattr(sealed_files, "IN_MEMORY", in_memory)
    path = sealed(tmp_path / "file", b"a,b\n1,2\n")
    before = set(home.running().iterdir())
    with opened(path) as plain:
        assert plain.read_bytes() == b"a,b\n1,2\n"
        assert set(home.running().iterdir()) == before, "the copy has no name in the folder"
    assert not plain.exists()


def test_where_the_system_has_no_such_files_the_copy_is_private_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed_files, "_DESCRIPTORS", tmp_path / "none")
    path = sealed(tmp_path / "file", b"a,b\n1,2\n")
    with opened(path) as plain:
        assert plain.read_bytes() == b"a,b\n1,2\n"
        assert plain.stat().st_mode & 0o077 == 0
        assert plain.parent.stat().st_mode & 0o077 == 0
    assert not plain.parent.exists()
