"""One check over HTTP with its durable log entry (联机核查): 32 clients on loopback, beside the ORM and beside no log.

    python -m bench.check_http [--requests N] [--store sqlite|postgresql|both]

Each way is served by granian with two workers in processes of their own and asked by a generator in another; every way
gets the same store, the same subjects in the same order, and a warm start. Numbers of requests are bounded.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.measure import Job, Role, Timing

ROOT = Path(__file__).resolve().parent.parent
CLIENTS, WORKERS, RUNS = 32, 2, 3
SUBJECTS = 20_000
"""Subjects in the store; the questions go round all of them, so that most are asked for the first time by a worker."""


@dataclass(frozen=True)
class Way:
    """One way of answering: the application, its interface, how many requests a run."""

    role: Role
    name: str
    application: str
    interface: str
    share: float


WAYS = (
    Way("peer", "Django ORM, one log row per check, granian WSGI", "bench.check_peers:orm", "wsgi", 0.3),
    Way("limit", "our short way without any log", "bench.check_peers:unlogged", "asginl", 1.0),
    Way(
        "ours",
        "gongxin serve: short way, durable look before each answer",
        "gongxin.site.asgi:application",
        "asgi",
        1.0,
    ),
)


def measure(rows: int, requests: int = 6000, store: str = "both") -> list[Job]:
    """Measure on each store this machine has; returns one job a store."""
    jobs = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gongxin-http-")))
        if store in ("sqlite", "both"):
            jobs.append(_measure("sqlite", folder / "sqlite", {}, min(rows, SUBJECTS), requests))
        if store in ("postgresql", "both"):
            address = _postgres(stack)
            if address is not None:
                environment = {"GONGXIN_DATABASE_URL": address}
                jobs.append(_measure("postgresql", folder / "postgresql", environment, min(rows, SUBJECTS), requests))
    return jobs


def _measure(store: str, home: Path, extra: dict[str, str], subjects: int, requests: int) -> Job:
    environment = {name: value for name, value in os.environ.items() if name != "GONGXIN_DATABASE_URL"}
    environment |= {"GONGXIN_HOME": str(home), "GONGXIN_LOG": "ERROR", **extra}
    bodies = home.with_suffix(".bodies")
    command = [sys.executable, "-m", "bench.check_http", "--prepare", str(bodies), "--subjects", str(subjects)]
    prepared = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    key = prepared.stdout.strip().splitlines()[-1]
    job = Job("check-http", "One check over HTTP", "≥ 6 × the ORM way, ≥ 0.7 × the same path without the log", store)
    runs: dict[str, list[dict[str, Any]]] = {way.role: [] for way in WAYS}
    with ExitStack() as stack:
        urls = {way.role: stack.enter_context(_served(way, environment)) for way in WAYS}
        for turn in range(RUNS + 1):
            # Taking turns spreads over all ways whatever else the machine is doing; the first turn only warms up.
            for way in WAYS:
                run = _asked(urls[way.role], bodies, key, int(requests * way.share) // (1 if turn else 3))
                if set(run["statuses"]) != {"200"}:
                    raise RuntimeError(f"{way.name}: not every request was answered: {run}")
                if turn:
                    runs[way.role].append(run)
    for way in WAYS:
        p99 = sorted(run["p99_ms"] for run in runs[way.role])[RUNS // 2]
        seconds = [run["requests"] / run["per_second"] for run in runs[way.role]]
        job.timings.append(Timing(way.role, way.name, int(requests * way.share), seconds, f"p99 {p99:.0f} ms"))
    ours = job.ours().rate
    rates = {timing.role: timing.rate for timing in job.timings}
    job.remarks = [
        f"{ours / rates['peer']:.1f} × the ORM way; {ours / rates['limit']:.2f} × the same path without the log",
        f"{CLIENTS} clients, {WORKERS} workers, {subjects:,} subjects asked about in turn; server and generator share the machine",
    ]
    return job


def _asked(url: str, bodies: Path, key: str, count: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.load", url, "--clients", str(CLIENTS), "--requests", str(count),
               "--bodies", str(bodies), "--key", key]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@contextmanager
def _served(way: Way, environment: dict[str, str]) -> Iterator[str]:
    """Serve one way until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", way.interface, "--host", "127.0.0.1", "--port", str(port),
               "--workers", str(WORKERS), "--no-ws", "--http", "1", "--log-level", "error", way.application]  # fmt: skip
    if way.interface == "wsgi":
        # As many threads as a worker has clients: each keeps a connection, as a team would set it up.
        command[-1:-1] = ["--blocking-threads", str(CLIENTS // WORKERS)]
    settings = "bench.check_peers_settings" if way.application.startswith("bench.") else "gongxin.site.settings"
    server = subprocess.Popen(
        command, cwd=ROOT, env={**environment, "DJANGO_SETTINGS_MODULE": settings}, start_new_session=True
    )
    try:
        _wait(port)
        yield f"http://127.0.0.1:{port}/api/v1/checks"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/checks", timeout=2)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server did not start within a minute")


def _postgres(stack: ExitStack) -> str | None:
    from tests.throwaway_postgres import PostgresMissing, throwaway_postgres

    try:
        return stack.enter_context(throwaway_postgres("gongxin"))
    except PostgresMissing:
        return None


def prepare(bodies: Path, subjects: int) -> str:
    """Open an installation with so many subjects, one to three records each; write the questions, return a key."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxin.site.settings")
    import django

    django.setup()
    import polars as pl

    from gongxin.kernel.identifiers import orgcode, uscc
    from gongxin.spine.access.models import ApiKey, Body
    from gongxin.spine.ledger.append import append_frame
    from gongxin.spine.ledger.canonical import body_text
    from gongxin.spine.opening import open_installation

    open_installation()
    Body.objects.get_or_create(
        code="CENTRE", defaults={"name": "交易中心", "kind": "trading-centre", "region": "130100"}
    )
    chance = random.Random(20261123)
    codes = []
    for number in range(subjects):
        inner = f"MA{number:06d}"
        seventeen = "91130100" + inner + orgcode.check_character(inner)
        codes.append(seventeen + uscc.check_character(seventeen))
    rows: dict[str, list[tuple[str, dict[str, str]]]] = {"penalty": [], "procurement-violation": []}
    for number, code in enumerate(codes):
        who = {"subject_name": f"平陵第{number}号贸易有限公司", "subject_kind": "organisation", "uscc": code}
        for turn in range(chance.choice((1, 1, 2, 3))):
            day = f"2026-{chance.randint(4, 10):02d}-{chance.randint(1, 28):02d}"
            if chance.random() < 0.15:
                said = {"violation": "提供虚假材料谋取中标", "basis": "《中华人民共和国政府采购法》第七十七条第一款",
                        "penalty_content": "列入不良行为记录名单，一年内禁止参加政府采购活动", "decided_on": day,
                        "announced_on": day, "authority": "平陵市财政局"}  # fmt: skip
                rows["procurement-violation"].append((code, {**who, **said}))
            else:
                said = {"document_no": f"平市监罚〔2026〕{number}-{turn}号", "violation": "未按规定明码标价",
                        "facts": "经查，当事人在经营场所销售商品未按规定明码标价，责令改正后仍未改正。",
                        "basis": "《中华人民共和国价格法》第四十二条", "penalty_kinds": "罚款;没收违法所得",
                        "penalty_content": f"罚款{chance.randint(1, 90)}万元", "fine_wan": str(chance.randint(1, 90)),
                        "confiscated_wan": "1", "decided_on": day, "authority": "平陵市市场监督管理局"}  # fmt: skip
                rows["penalty"].append((code, {**who, **said}))
    for item, listed in rows.items():
        columns = sorted({name for _, said in listed for name in said})
        frame = pl.DataFrame(
            {
                "subject": [f"uscc:{code}" for code, _ in listed],
                "body": [body_text(said) for _, said in listed],
                "document": list(range(len(listed))),
                "content": list(range(len(listed))),
                **{name: [said.get(name) for _, said in listed] for name in columns},
            }
        )
        append_frame(frame, item=item, provider="CENTRE", batch=None, actor="bench")
    secret, prefix, digest = ApiKey.new_secret()
    ApiKey.objects.create(
        body_id="CENTRE", label="bench", prefix=prefix, digest=digest, scopes=["checks:write"], rate_per_minute=10**9
    )
    chance.shuffle(codes)
    bodies.write_text("".join(json.dumps({"code": code, "matter": "procurement"}) + "\n" for code in codes))
    return secret


def main() -> None:
    """Measure and print, or make a store ready for a measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=6000)
    parser.add_argument("--subjects", type=int, default=SUBJECTS)
    parser.add_argument("--store", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--prepare", type=Path, metavar="BODIES", help=argparse.SUPPRESS)
    given = parser.parse_args()
    # Whoever ends a measurement must not leave servers behind: leaving by an exception closes them.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if given.prepare is not None:
        print(prepare(given.prepare, given.subjects))
        return
    for job in measure(given.subjects, given.requests, given.store):
        print(f"{job.title} · {job.store}")
        for timing in job.timings:
            print(f"  {timing.role:5} {timing.rate:8,.0f}/s  {timing.note:12} {timing.name}")
        for remark in job.remarks:
            print(f"  {remark}")


if __name__ == "__main__":
    main()
