"""`make test` (全部测试): runs every test this machine can run, and says plainly what it left out.

The suite runs first on the embedded database. When PostgreSQL's programs are installed, a throwaway server
is started on a socket of its own and everything that touches the store runs once more on it.
With GONGXIN_REQUIRE_ALL=1 a missing part is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONAL = {
    "PostgreSQL": (
        "postgresql",
        lambda: any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb"),
    ),
    "Chromium": ("chromium", lambda: shutil.which("chromium")),
    "Chinese fonts": ("fonts-noto-cjk", lambda: Path("/usr/share/fonts/opentype/noto").exists()),
}
ON_BOTH_STORES = ["tests/spine", "tests/rooms", "tests/doors"]
SHARED_DATA = Path(os.environ.get("GONGXIN_SHARED_DATA", ROOT.parent / "shared" / "data"))


def run_pytest(title: str, arguments: list[str], environment: dict[str, str]) -> int:
    """Run pytest in a fresh process with an empty home for the store; return its exit code."""
    print(f"\n== {title}", flush=True)
    with tempfile.TemporaryDirectory(prefix="gongxin-test-") as home:
        return subprocess.call(
            [sys.executable, "-m", "pytest", "-q", "--durations=8", *arguments],
            cwd=ROOT,
            env={**os.environ, **environment, "GONGXIN_HOME": home},
        )


def main() -> int:
    """Return 0 when every suite that could run has passed and nothing required is missing."""
    missing = {part: package for part, (package, present) in OPTIONAL.items() if not present()}
    required = os.environ.get("GONGXIN_REQUIRE_ALL") == "1"
    if missing and required:
        print(f"missing, and GONGXIN_REQUIRE_ALL=1: {', '.join(missing)}", file=sys.stderr)
        return 1

    results = {"embedded database (SQLite)": run_pytest("embedded database (SQLite)", sys.argv[1:], {})}
    if "PostgreSQL" not in missing:
        from tests.throwaway_postgres import throwaway_postgres

        with throwaway_postgres() as address:
            results["PostgreSQL"] = run_pytest(
                "PostgreSQL",
                ["-m", "not browser", *(sys.argv[1:] or ON_BOTH_STORES)],
                {"GONGXIN_DATABASE_URL": address},
            )

    print()
    for suite, code in results.items():
        print(f"{'passed' if code == 0 else 'FAILED'}: {suite}")
    for part, package in missing.items():
        print(f"left out: {part} (bring it with: apt-get install {package})")
    if not SHARED_DATA.exists():
        print(
            f"left out: tests on real data (no folder {SHARED_DATA.name} beside the checkout; see GONGXIN_SHARED_DATA)"
        )
    return max(results.values())


if __name__ == "__main__":
    sys.exit(main())
