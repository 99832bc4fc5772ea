"""`make test` (全部测试): runs every test this machine can run, and says plainly what it left out.

The suite runs on the embedded database. When PostgreSQL's programs are installed, every test that may open the store runs
on throwaway servers as well, each on a socket of its own. The suite is cut into parts, and as many of them run at once as
there are processors. With GONGXIN_REQUIRE_ALL=1 a missing part is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
OPTIONAL = {
    "PostgreSQL": (
        "postgresql",
        lambda: any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb"),
    ),
    "Chromium": ("chromium", lambda: shutil.which("chromium")),
    "pdftotext": ("poppler-utils", lambda: shutil.which("pdftotext")),
    "Chinese fonts": ("fonts-noto-cjk", lambda: Path("/usr/share/fonts/opentype/noto").exists()),
}
EMBEDDED, POSTGRESQL = "embedded database (SQLite)", "PostgreSQL"
NOTHING_TO_RUN = 5
"""What pytest returns when none was left: of tests chosen by hand, perhaps none asks the store."""
SHARED_DATA = Path(os.environ.get("GONGXIN_SHARED_DATA", ROOT.parent / "shared" / "data"))


@dataclass(frozen=True)
class Part:
    """A part of the suite (测试分组): on which store which tests run, in a process of their own."""

    store: str
    arguments: tuple[str, ...]
    by_hand: bool = False

    @property
    def name(self) -> str:
        """Return how the part is called in what is told."""
        return f"{self.store}: {' '.join(self.arguments)}" if self.arguments else self.store


NO_BROWSER, BROWSER = ("-m", "not browser"), ("-m", "browser")
PARTS = (
    Part(EMBEDDED, BROWSER),
    Part(EMBEDDED, ("tests/doors", *NO_BROWSER)),
    Part(POSTGRESQL, ("tests/rooms", "tests/spine")),
    Part(POSTGRESQL, ("tests/doors",)),
    Part(EMBEDDED, ("tests/rooms",)),
    Part(EMBEDDED, (*NO_BROWSER, "--ignore=tests/doors", "--ignore=tests/rooms")),
)
"""The whole suite, the longest first: two processors are then busy to the end. What no part names is in the last one."""


def run_part(part: Part, said: IO[str]) -> int:
    """Run one part with an empty home, and on PostgreSQL with a server of its own; its words go into the file."""
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="gongxin-test-"))
        environment = {**os.environ, "GONGXIN_HOME": home}
        more: list[str] = []
        if part.store == POSTGRESQL:
            from tests.throwaway_postgres import throwaway_postgres

            environment["GONGXIN_DATABASE_URL"] = stack.enter_context(throwaway_postgres())
            more = [*NO_BROWSER, "--asking-the-store"]
        command = [sys.executable, "-m", "pytest", "-q", "--durations=8", *more, *part.arguments]
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT, text=True)
        stack.callback(running.kill)
        code = running.wait()
        return 0 if code == NOTHING_TO_RUN and part.by_hand else code


def run_parts(parts: Sequence[Part]) -> dict[str, int]:
    """Run the parts, as many at once as there are processors, and tell each one's words when it has ended."""
    results: dict[str, int] = {}
    telling = threading.Lock()

    def run(part: Part) -> None:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
            print(f"· {part.name}", flush=True)
            code = run_part(part, said)
            with telling:
                said.seek(0)
                print(f"\n== {part.name}", flush=True)
                shutil.copyfileobj(said, sys.stdout)
                sys.stdout.flush()
                results[part.name] = code

    with ThreadPoolExecutor(min(os.cpu_count() or 1, len(parts))) as pool:
        for done in [pool.submit(run, part) for part in parts]:
            done.result()
    return results


def main() -> int:
    """Return 0 when every suite that could run has passed and nothing required is missing."""
    missing = {part: package for part, (package, present) in OPTIONAL.items() if not present()}
    required = os.environ.get("GONGXIN_REQUIRE_ALL") == "1"
    if missing and required:
        print(f"missing, and GONGXIN_REQUIRE_ALL=1: {', '.join(missing)}", file=sys.stderr)
        return 1

    chosen = tuple(sys.argv[1:])
    parts = (Part(EMBEDDED, chosen), Part(POSTGRESQL, chosen, by_hand=True)) if chosen else PARTS
    results = run_parts([part for part in parts if part.store == EMBEDDED or POSTGRESQL not in missing])

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
