"""What a service leaves behind when it is killed (服务被强行结束): nothing; and what a new day asks for."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gongxin.doors.cli import work
from gongxin.doors.cli.serve import end_with_service
from gongxin.spine.projections.models import Epoch

CHILD = (
    "import os, signal, sys\n"
    "from gongxin.doors.cli.serve import end_with_service\n"
    "end_with_service(os.getppid(), signal.SIGTERM)\n"
    "os.write(1, b'x')\n"
    "signal.pause()\n"
)
PARENT = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {CHILD!r}]).wait()\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_a_worker_ends_when_its_service_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pipe = parent.stdout.fileno()
    assert os.read(pipe, 1) == b"x"
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    # The child holds the other end of the pipe; it is closed when the child has ended.
    assert select.select([pipe], [], [], 30)[0]
    assert os.read(pipe, 1) == b""


def test_whoever_was_not_started_by_the_service_goes_on() -> None:
    end_with_service(1 if os.getppid() != 1 else 2, signal.SIGKILL)


@pytest.mark.django_db
def test_a_new_day_finds_the_projections_of_its_epoch() -> None:
    Epoch.objects.all().delete()
    work.keep()
    assert Epoch.objects.count() == 1


def test_a_store_that_was_never_made_is_told_how_to_be_made(tmp_path: Path) -> None:
    environment = {**os.environ, "GONGXIN_HOME": str(tmp_path), "GONGXIN_LANG": "zh"}
    environment.pop("GONGXIN_DATABASE_URL", None)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    done = subprocess.run(
        [sys.executable, "-m", "gongxin.doors.cli", "serve", "--port", port],
        capture_output=True, text=True, env=environment, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1 and "gongxin init" in done.stderr


def test_a_wish_to_stop_is_heeded_where_nothing_is_half_done() -> None:
    """In the midst of a question to the store it would come out as a fault of the store, and the wish would be lost."""
    before = signal.getsignal(signal.SIGINT)
    with work.Stopping() as stopping:
        stopping.heed()
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            stopping.heed()
        with pytest.raises(KeyboardInterrupt):
            stopping.sleep(60)
        with pytest.raises(KeyboardInterrupt):
            # The second one insists.
            os.kill(os.getpid(), signal.SIGINT)
            signal.sigtimedwait([], 1)
    assert signal.getsignal(signal.SIGINT) is before
