"""`make test` (全部测试): runs every test this machine can run, and says plainly what it left out.

The suite runs on the embedded database. When PostgreSQL's programs are installed, a throwaway server is started on a
socket of its own and every test that may open the store runs on it as well, beside the first where there are two processors.
With GONGXIN_REQUIRE_ALL=1 a missing part is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
OPTIONAL = {
    "PostgreSQL": (
        "postgresql",
        lambda: any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb"),
    ),
    "Chromium": ("chromium", lambda: shutil.which("chromium")),
    "Chinese fonts": ("fonts-noto-cjk", lambda: Path("/usr/share/fonts/opentype/noto").exists()),
}
EMBEDDED = "embedded database (SQLite)"
NOTHING_TO_RUN = 5
"""What pytest returns when none was left: of tests chosen by hand, perhaps none asks the store."""
ON_BOTH_STORES = ["tests/spine", "tests/rooms", "tests/doors"]
SHARED_DATA = Path(os.environ.get("GONGXIN_SHARED_DATA", ROOT.parent / "shared" / "data"))


def start_pytest(arguments: list[str], environment: dict[str, str], home: str, output: IO[str] | None) -> Popen[str]:
    """Start pytest in a fresh process with an empty home for the store; its words go to the terminal, or into a file."""
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "--durations=8", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment, "GONGXIN_HOME": home},
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        text=True,
    )


def run_suites(arguments: list[str], postgresql: bool) -> dict[str, int]:
    """Run the suite on the embedded database and, where it is there, on PostgreSQL; return the exit codes.

    With a second processor both run at once: the second one's words are kept and told when the first has ended.
    """
    at_once = (os.cpu_count() or 1) > 1
    with ExitStack() as stack:
        homes = [stack.enter_context(tempfile.TemporaryDirectory(prefix="gongxin-test-")) for _each in range(2)]
        said = stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8"))
        other: list[Popen[str]] = []

        def start_other() -> None:
            from tests.throwaway_postgres import throwaway_postgres

            address = stack.enter_context(throwaway_postgres())
            other_arguments = ["-m", "not browser", "--asking-the-store", *(arguments or ON_BOTH_STORES)]
            other.append(start_pytest(other_arguments, {"GONGXIN_DATABASE_URL": address}, homes[1], said))
            stack.callback(other[0].kill)

        if postgresql and at_once:
            print("== PostgreSQL runs beside; its words follow at the end", flush=True)
            start_other()
        print(f"\n== {EMBEDDED}", flush=True)
        results = {EMBEDDED: start_pytest(arguments, {}, homes[0], None).wait()}
        if postgresql:
            if not other:
                start_other()
            code = other[0].wait()
            results["PostgreSQL"] = 0 if code == NOTHING_TO_RUN and arguments else code
            said.seek(0)
            print("\n== PostgreSQL", flush=True)
            shutil.copyfileobj(said, sys.stdout)
        return results


def main() -> int:
    """Return 0 when every suite that could run has passed and nothing required is missing."""
    missing = {part: package for part, (package, present) in OPTIONAL.items() if not present()}
    required = os.environ.get("GONGXIN_REQUIRE_ALL") == "1"
    if missing and required:
        print(f"missing, and GONGXIN_REQUIRE_ALL=1: {', '.join(missing)}", file=sys.stderr)
        return 1

    results = run_suites(sys.argv[1:], "PostgreSQL" not in missing)

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
