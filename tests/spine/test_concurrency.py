"""Several writers at once (并发入账): numbers without gaps, one chain of checkpoints, nothing lost and nothing twice."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, transaction

from gongxin.spine.access.gate import OWN, Ground, Reading, Viewer, read
from gongxin.spine.access.models import Look
from gongxin.spine.clock import today
from gongxin.spine.ledger.append import append, append_frame
from gongxin.spine.ledger.fsck import fsck
from gongxin.spine.ledger.models import Checkpoint, Entry
from tests.spine.making import PROVIDER, frame_of, key, penalty, record, uscc

ROOT = Path(__file__).resolve().parent.parent.parent
WRITERS, TURNS = 4, 6


@pytest.mark.django_db(transaction=True)
def test_writers_take_turns() -> None:
    def write(writer: int) -> list[int]:
        try:
            numbers: list[int] = []
            for turn in range(TURNS):
                if turn % 3 == 2:
                    rows = [penalty(writer * 10 + each, turn) for each in range(3)]
                    frame = frame_of(rows, [key(writer * 10 + each) for each in range(3)])
                    numbers += append_frame(frame, item="penalty", provider=PROVIDER, batch=writer, actor="甲")
                else:
                    with transaction.atomic():
                        numbers += append([record(writer, turn), record(writer + 100, turn)])
            return numbers
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        taken = [number for numbers in pool.map(write, range(1, WRITERS + 1)) for number in numbers]
    assert sorted(taken) == list(range(1, len(taken) + 1))
    assert Entry.objects.count() == len(taken)
    assert Checkpoint.objects.count() == WRITERS * TURNS
    assert fsck().ok


@pytest.mark.django_db(transaction=True)
def test_looks_of_several_threads_form_one_chain() -> None:
    append([record(1, 1)])

    def look(_: int) -> str:
        try:
            found = read(Viewer(1, "戊", uscc(1), "subject", "web"), Ground(purpose=OWN), key(1), as_of=today())
            assert isinstance(found, Reading)
            return found.number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = set(pool.map(look, range(24)))
    assert len(numbers) == 24
    assert set(Look.objects.values_list("number", flat=True)) == numbers
    assert fsck().ok


KILLED = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "gongxin.site.settings"
import django
django.setup()
from gongxin.spine.opening import open_installation
from gongxin.spine.ledger import head
from gongxin.spine.ledger.append import append, append_frame
from tests.spine.making import PROVIDER, frame_of, key, penalty, record
open_installation()
append([record(1, 1)])
real = head.sign
def sign(*given):
    # The process dies after every row is written and before the transaction is: the worst moment.
    os.kill(os.getpid(), 9)
if sys.argv[1] == "die":
    head.sign = sign
append_frame(frame_of([penalty(2, 2), penalty(3, 3)], [key(2), key(3)]), item="penalty", provider=PROVIDER, batch=1, actor="a")
"""


def test_a_killed_writer_leaves_nothing_half_done(tmp_path: Path) -> None:
    """On a store of its own: kill -9 in the middle, then the next process goes on as if nothing had been begun."""
    environment = {
        **os.environ,
        "GONGXIN_HOME": str(tmp_path),
        "GONGXIN_DATABASE_URL": f"sqlite:///{tmp_path}/own.sqlite3",
    }
    outcomes = []
    for fate in ("die", "live"):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, fate], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        outcomes.append(done.returncode)
    assert outcomes == [-9, 0]
    checked = subprocess.run(
        [sys.executable, "-m", "gongxin.doors.cli", "fsck", "--json"], cwd=ROOT, env=environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    # One record of each run, and the frame of the run that lived.
    assert '"size": 4' in checked.stdout
