"""What a check is measured beside must still start (性能对照可运行): settings change, and a bench nobody runs breaks unseen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_peers_of_a_check_start_with_the_settings_of_today(tmp_path: Path) -> None:
    """The peer's application is put together, all its models are known, and it refuses a call without a key."""
    asked = (
        "from bench import check_peers; from django.test import RequestFactory;"
        "print(check_peers.check(RequestFactory().post('/', '{}', content_type='application/json')).status_code)"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GONGXIN_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, env={**environment, "GONGXIN_HOME": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip().endswith("401"), done.stderr[-2000:]
