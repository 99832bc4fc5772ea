"""`make bench` (性能对照): our path beside the peer and the limit, in one run, told as ratios.

    python -m bench.run [SECTION ...] [--rows N] [--store sqlite|postgresql|both] [--out PAGE]

Sections: read checks load intake steps check-http xlsx search screen refresh bidders. Writes docs/benchmarks.md when
all of them ran. What each part took is told while it runs. Names by the million have a measurement of their own, `bench.naming`.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import Job, job_from

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
PURE = ("read", "checks", "xlsx")
STORED = ("load", "intake", "search", "screen", "refresh", "bidders")
ALONE = ("steps",)
"""Sections with an installation of their own: they enter the same file as another."""
ALL = ("read", "checks", "load", "intake", "steps", "check-http", "xlsx", "search", "screen", "refresh", "bidders")


def main(arguments: list[str] | None = None) -> int:
    """Measure and tell; 0 done, 1 a part could not be measured, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description="measure beside peers and limits")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=" ".join(ALL))
    parser.add_argument("--rows", type=int, default=100_000, help="penalties; 1000000 for the full scale")
    parser.add_argument("--store", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--out", type=Path, help=f"the page to write (all sections: {PAGE.relative_to(ROOT)})")
    args = parser.parse_args(arguments)
    # Whoever ends a measurement must not leave servers behind: leaving by an exception closes them.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    unknown = [name for name in args.sections if name not in ALL]
    if unknown:
        print(f"no section {', '.join(unknown)}; there are: {', '.join(ALL)}", file=sys.stderr)
        return 2
    wanted = args.sections or list(ALL)
    jobs, left_out = measure(wanted, args.rows, args.store)
    page = args.out or (PAGE if set(wanted) == set(ALL) else None)
    told = written(jobs, left_out, args)
    if page is not None:
        page.write_text(told, encoding="utf-8")
    print(told)
    return 1 if left_out else 0


def measure(wanted: list[str], rows: int, store: str) -> tuple[list[Job], list[str]]:
    """Run every section in processes of their own, one installation for each store."""
    jobs: list[Job] = []
    left_out: list[str] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gongxin-bench-")))
        pure = [name for name in wanted if name in PURE]
        if pure:
            jobs += child(folder, rows, pure, {}, left_out)
        stored = [name for name in STORED if name in wanted]
        for names in (stored, *([name] for name in ALONE if name in wanted)):
            if names and store in ("sqlite", "both"):
                jobs += child(folder, rows, names, {}, left_out)
            if names and store in ("postgresql", "both"):
                address = _postgres(stack, left_out)
                if address is not None:
                    jobs += child(folder, rows, names, {"GONGXIN_DATABASE_URL": address}, left_out)
        if "check-http" in wanted:
            jobs += check_http(rows, left_out)
    jobs.sort(key=lambda job: (ALL.index(job.section), job.store))
    return jobs, left_out


def child(folder: Path, rows: int, names: list[str], store: dict[str, str], left_out: list[str]) -> list[Job]:
    """Measure in another process, so that memory and settings are its own."""
    environment = {name: value for name, value in os.environ.items() if name != "GONGXIN_DATABASE_URL"}
    environment |= {"PYTHONUNBUFFERED": "1", "GONGXIN_HOME": str(folder / f"home-{len(store)}-{names[0]}"), **store}
    command = [sys.executable, "-m", "bench.child", str(folder), str(rows), ",".join(names)]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    jobs = [job_from(json.loads(line)) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode:
        failed = [name for name in names if name not in {job.section for job in jobs}]
        left_out.append(f"{', '.join(failed)}: the measuring process ended with {done.returncode}")
    return jobs


def check_http(rows: int, left_out: list[str]) -> list[Job]:
    """One check over HTTP with its durable log entry; measured by its own module."""
    if importlib.util.find_spec("bench.check_http") is None:
        left_out.append("check-http: bench/check_http.py is not there")
        return []
    from bench import check_http as module

    return [job if isinstance(job, Job) else job_from(job) for job in module.measure(rows)]


def _postgres(stack: ExitStack, left_out: list[str]) -> str | None:
    from tests.throwaway_postgres import PostgresMissing, throwaway_postgres

    try:
        return stack.enter_context(throwaway_postgres())
    except PostgresMissing as missing:
        left_out.append(f"PostgreSQL: {missing}")
        return None


def _seconds(value: float) -> str:
    return f"{value * 1000:.2f} ms" if value < 0.1 else f"{value:.2f} s"


def _ratio(job: Job, role: str, rate: float) -> str:
    ours = job.ours().rate
    if role == "peer":
        return f"ours is {ours / rate:.1f} × as fast"
    return f"ours takes {rate / ours:.2f} × as long"


def written(jobs: list[Job], left_out: list[str], args: argparse.Namespace) -> str:
    """Return the page: machine, command, and one table for each job."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    sections = " ".join(args.sections)
    lines = [
        "# Benchmarks (性能对照)",
        "",
        "Written by `make bench`; do not edit. Machines differ, so read the ratios: each job is measured in one run beside what a team",
        "would otherwise do (peer) and beside what the machine allows (limit). Seconds are medians; slow peers run on fewer rows and are",
        "compared by rows a second.",
        "",
        f"- Command: `python -m bench.run{' ' + sections if sections else ''} --rows {args.rows} --store {args.store}`",
        f"- Day: {datetime.now(UTC):%Y-%m-%d}; Python {platform.python_version()}; {os.cpu_count()} cores, {memory:.0f} GiB of memory",
        f"- Other load when the page was written: {os.getloadavg()[2]:.1f} processes waiting or running; far more than 1 disturbs the ratios",
        "- Data: `gongxin sample`, penalties of 27 columns with slips of the usual kinds in some 3 % of the rows",
        "",
    ]
    for job in jobs:
        lines += [f"## {job.title}{f' · {job.store}' if job.store else ''}", "", f"Goal: {job.goal}.", ""]
        lines += ["| | way | rows | median | rows/s | ratio |", "|---|---|---|---|---|---|"]
        for timing in job.timings:
            ratio = "" if timing.role == "ours" else _ratio(job, timing.role, timing.rate)
            note = f" ({timing.note})" if timing.note else ""
            lines.append(
                f"| {timing.role} | {timing.name}{note} | {timing.rows:,} | {_seconds(timing.median)} |"
                f" {timing.rate:,.0f} | {ratio} |"
            )
        lines += ["", *(f"- {remark}" for remark in job.remarks), ""]
    if left_out:
        lines += ["## Not measured", "", *(f"- {reason}" for reason in left_out), ""]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    sys.exit(main())
