"""One process of measurements (测量进程) on one store: opens an installation of its own, measures, tells its jobs as JSON.

    python -m bench.child FOLDER ROWS SECTION[,SECTION]

The parent sets GONGXIN_HOME and GONGXIN_DATABASE_URL; nothing outside the folder is touched.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.measure import Job

Section = Callable[[Path, int], Job]


def sections() -> dict[str, Section]:
    """Return each section's measurement; imported late, because Django must stand first."""
    from bench import asking, checking, loading, reading, steps, taking_in

    return {
        "read": reading.read,
        "checks": checking.checks,
        "load": loading.load,
        "xlsx": reading.xlsx,
        "intake": taking_in.intake,
        "steps": steps.steps,
        "search": asking.search,
        "screen": asking.screen,
        "refresh": asking.refresh,
        "bidders": asking.bidders,
    }


NEEDS_RECORDS = frozenset({"search", "screen", "refresh", "bidders"})


def main(folder: Path, rows: int, wanted: list[str]) -> None:
    """Measure the wanted sections in their order; without an intake among them, one is done unmeasured."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxin.site.settings")
    import django

    django.setup()
    from bench import files, taking_in
    from gongxin.spine.opening import open_installation

    if set(wanted) - {"read", "checks", "xlsx"}:
        open_installation()
    if set(wanted) & NEEDS_RECORDS and "intake" not in wanted:
        taking_in.register(folder, rows)
        taking_in.take_in(files.penalties(folder, rows), "penalty")
    for name in wanted:
        print(f"· {name}", file=sys.stderr, flush=True)
        began = time.perf_counter()
        print(json.dumps(sections()[name](folder, rows).as_dict(), ensure_ascii=False), flush=True)
        print(f"  {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3].split(","))
