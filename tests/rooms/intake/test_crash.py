"""A process killed in the middle (中途被杀): nothing lost, nothing doubled, and the work goes on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.rooms.intake.making import TODAY, penalty

KILLED_AFTER = """
import os, signal, sys
import pytest  # the settings take a frozen day only from a demonstration or a test
os.environ["DJANGO_SETTINGS_MODULE"] = "gongxin.site.settings"
import django
django.setup()
from gongxin.rooms.intake import batches, entering, gathering
chunk, moment, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
real = entering.hold
def hold(batch, examined, item, entered):
    real(batch, examined, item, entered)
    if moment == "inside" and examined.chunk == chunk:
        os.kill(os.getpid(), signal.SIGKILL)
entering.hold = hold
batches.ENTERED_AT_ONCE = 30
def progress(batch):
    if moment == "between" and batch.next_chunk == chunk:
        os.kill(os.getpid(), signal.SIGKILL)
from pathlib import Path
batch = batches.receive(Path(path), file_name="file.csv", provider=gathering.default_office().pk, via="test", actor="test")
batches.run(batch.pk, progress, size=50)
"""


def environment_of(home: Path) -> dict[str, str]:
    """Return the surroundings of an installation in this folder, on the embedded database."""
    return {
        **{name: text for name, text in os.environ.items() if name != "GONGXIN_DATABASE_URL"},
        "GONGXIN_HOME": str(home), "GONGXIN_DEMO": "1", "GONGXIN_TODAY": TODAY,
    }  # fmt: skip


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation as `gongxin init` makes it; each test goes on with a copy."""
    home = tmp_path_factory.mktemp("fresh") / "home"
    command = [sys.executable, "-m", "gongxin.doors.cli", "init"]
    done = subprocess.run(command, env=environment_of(home), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return home


@pytest.mark.parametrize(("chunk", "moment"), [(2, "inside"), (0, "inside"), (3, "between")])
def test_kill_and_go_on(tmp_path: Path, fresh: Path, table: Callable[..., Path], chunk: int, moment: str) -> None:
    rows = [penalty(number) for number in range(1, 351)]
    rows += [penalty(5), penalty(351, 违法事实=""), penalty(352, 统一社会信用代码="")]
    path = table(rows)
    home = tmp_path / "home"
    shutil.copytree(fresh, home)
    environment = environment_of(home)

    def gongxin(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gongxin.doors.cli", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=Path.cwd())

    script = [sys.executable, "-c", KILLED_AFTER, str(chunk), moment, str(path)]
    killed = subprocess.run(script, env=environment, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    resumed = gongxin("work", "--once", "--json")
    assert resumed.stdout, f"work ended with {resumed.returncode} and no report: {resumed.stderr}"
    report: dict[str, Any] = json.loads(resumed.stdout)
    expected = {"received": 353, "accepted": 350, "duplicates": 1, "refused": 1, "waiting": 1}
    assert {key: report[key] for key in expected} == expected, resumed.stderr

    checked = json.loads(gongxin("fsck", "--json").stdout)
    assert checked["ok"] is True
    assert checked["size"] == 350

    again = json.loads(gongxin("intake", str(path), "--json").stdout)
    assert (again["accepted"], again["duplicates"]) == (0, 351)
    assert json.loads(gongxin("fsck", "--json").stdout)["size"] == 350
