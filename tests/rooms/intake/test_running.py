"""Who runs a batch (处理占用): a killed run is always resumed, a live one is never doubled, whatever numbers they bear."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gongxin.rooms.intake import batches, running
from gongxin.rooms.intake.batches import NotNow
from gongxin.rooms.intake.models import Batch
from gongxin.rooms.intake.work import pending, run_pending
from gongxin.spine import home
from tests.rooms.intake.making import penalty

pytestmark = pytest.mark.django_db

HOLDER = """
import fcntl, os, sys
hold = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(hold, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def batch(table: Callable[..., Path], finance: Any) -> Batch:
    path = table([penalty(number) for number in range(1, 11)])
    return batches.receive(path, file_name=path.name, provider=finance.pk, via="test", actor="王敏")


def interrupted(batch: Batch, monkeypatch: pytest.MonkeyPatch, claim: str) -> Batch:
    """Run a batch into a fault after its first chunk, and leave it as a killed process would have, with this claim."""
    from gongxin.rooms.intake import entering

    real = entering.hold

    def failing(*given: Any) -> None:
        real(*given)
        if given[1].chunk == 1:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(entering, "hold", failing)
        with pytest.raises(KeyboardInterrupt):
            batches.run(batch.pk, size=4)
    Batch.objects.filter(pk=batch.pk).update(claim=claim)
    batch.refresh_from_db()
    assert (batch.state, batch.received) == ("running", 4)
    return batch


@pytest.mark.parametrize("number", ["of this very process", "of a living stranger", "of nobody"])
def test_a_dead_run_is_resumed_whoever_has_its_number_now(
    batch: Batch, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    given = {"of this very process": os.getpid(), "of a living stranger": os.getppid(), "of nobody": 2**22 + 1}[number]
    left = interrupted(batch, monkeypatch, f"{socket.gethostname()}:{given}:0")
    assert batches.is_abandoned(left)
    assert list(pending()) == [left]
    (done,) = run_pending()
    assert (done.state, done.received, done.accepted) == ("done", 10, 10)


def test_a_live_run_is_left_alone_until_its_process_is_killed(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    left = interrupted(batch, monkeypatch, f"{socket.gethostname()}:1:0")
    command = [sys.executable, "-c", HOLDER, str(home.running() / f"{batch.pk}.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert running.is_running(batch.pk)
        assert not batches.is_abandoned(left)
        assert run_pending() == []
        with pytest.raises(NotNow, match="另一进程"):
            batches.run(batch.pk)
        holder.send_signal(signal.SIGKILL)
    assert batches.is_abandoned(left)
    assert [each.accepted for each in run_pending()] == [10]


def test_a_second_run_in_the_same_process_is_refused_and_the_first_ends_well(batch: Batch) -> None:
    refused = []

    def meanwhile(now: Batch) -> None:
        assert not batches.is_abandoned(Batch.objects.get(pk=now.pk))
        with pytest.raises(NotNow):
            batches.run(now.pk)
        refused.append(now.received)

    done = batches.run(batch.pk, meanwhile, size=4)
    assert refused == [4, 8, 10]
    assert (done.accepted, done.duplicates) == (10, 0)


def test_a_run_that_has_ended_leaves_no_lock(batch: Batch) -> None:
    batches.run(batch.pk)
    assert not (home.running() / f"{batch.pk}.lock").exists()
    assert not running.is_running(batch.pk)


def test_those_who_look_at_a_lock_never_keep_a_run_from_it(batch: Batch) -> None:
    with running.held(batch.pk):
        pass
    place = home.running() / f"{batch.pk}.lock"
    place.touch()
    # Two looks at once: neither takes the other for a run.
    import fcntl

    with place.open("r+") as look:
        fcntl.flock(look, fcntl.LOCK_SH)
        assert not running.is_running(batch.pk)


def test_a_claim_of_another_machine_counts_until_it_has_been_silent_for_long(
    batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = interrupted(batch, monkeypatch, "another-machine:1:0")
    assert not batches.is_abandoned(left)
    with pytest.raises(NotNow):
        batches.run(batch.pk)
    Batch.objects.filter(pk=batch.pk).update(beat=None)
    assert batches.run(batch.pk).accepted == 10
