"""Parts of names among very many (名称检索): generated names entered straight into the projections, then asked for.

    python -m bench.naming [--names N] [--store sqlite|postgresql|both] [--place FOLDER]

Names are made as companies are named: region, one to three characters of their own, trade, legal form. One subject in
ten has a second name; one entry in ten has passed its term. Nothing is in the ledger, which a search does not read for
names whose record stands as it was entered.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from bench.measure import Job, Timing, job_from, percentile

ROOT = Path(__file__).resolve().parent.parent
GOALS = {"sqlite": "p99 ≤ 5 ms", "postgresql": "p99 ≤ 50 ms"}
AT_ONCE = 500_000
QUESTIONS = 400
NAMES = 1_000_000

REGIONS = [
    "平陵市",
    "安远县",
    "云台区",
    "望海市",
    "临川县",
    "青石区",
    "河间市",
    "白沙县",
    "长宁区",
    "松山市",
    "北流县",
    "高台区",
    "金岭市",
    "东溪县",
    "西岭区",
    "南浦市",
]
TRADES = [
    "商贸",
    "科技",
    "建筑工程",
    "食品",
    "机械制造",
    "网络科技",
    "物流",
    "医药",
    "教育咨询",
    "餐饮管理",
    "装饰工程",
    "电子",
    "农业发展",
    "文化传播",
    "汽车销售",
    "化工",
]
FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "合伙企业（有限合伙）", "经营部")


def fill(count: int, today: date) -> None:
    """Enter so many names with their subjects' standings, in pieces."""
    from django.db import connection, transaction

    chance = np.random.default_rng(20261123)
    own = np.array([chr(0x4E00 + 7 * step % 0x5000) for step in range(2500)])
    for start in range(0, count, AT_ONCE):
        with transaction.atomic():
            _fill_piece(start, min(AT_ONCE, count - start), today, chance, own)
        print(f"  {min(start + AT_ONCE, count):,}", file=sys.stderr, flush=True)
    with connection.cursor() as cursor:
        # PostgreSQL does this by itself within a minute of a great load.
        cursor.execute("ANALYZE projections_subjectname")
        cursor.execute("ANALYZE projections_standing")


def _fill_piece(start: int, size: int, today: date, chance: np.random.Generator, own: np.ndarray) -> None:
    from django.db import connection

    from gongxin.kernel.names import comparison_column
    from gongxin.spine.columnar import write_frame
    from gongxin.spine.projections import grams, standings

    numbers = np.arange(start + 1, start + size + 1)
    # Every tenth name is a second one of the subject before it.
    subjects = pl.Series("subject", numbers - (numbers % 10 == 0)).cast(pl.String).str.zfill(16)
    subjects = ("uscc:91" + subjects).alias("subject")
    # Characters of names are unevenly common, as in life.
    picked = own[np.minimum(chance.zipf(1.3, (size, 3)), len(own)) - 1]
    width = chance.integers(1, 4, size)
    names = pl.Series(
        "name",
        [
            f"{REGIONS[r]}{''.join(p[:w])}{TRADES[t]}{FORMS[f]}"
            for p, w, r, t, f in zip(
                picked, width, chance.integers(0, len(REGIONS), size), chance.integers(0, len(TRADES), size),
                chance.integers(0, len(FORMS), size), strict=True,
            )
        ],
    )  # fmt: skip
    forms = grams.plain_column(names)
    rows = pl.DataFrame(
        [
            pl.Series("id", numbers), subjects, names, comparison_column(names).alias("form"),
            forms.alias("plain"), pl.Series("first_seq", numbers),
        ]
    )  # fmt: skip
    if connection.vendor == "postgresql":
        rows = rows.with_columns(grams.array_texts(forms).alias("grams"))
    rows = rows.unique(["subject", "name"], keep="first", maintain_order=True)
    write_frame("projections_subjectname", rows)
    grams.index_names(connection, rows["id"].to_list(), rows["plain"])
    past = pl.Series("past", chance.random(size) < 0.1)
    stand = pl.DataFrame({"record": numbers, "seq": numbers, "subject": subjects, "past": past}).with_columns(
        item=pl.lit("penalty"), provider=pl.lit("BENCH"), decided=pl.lit(today - timedelta(days=200)),
        display_from=pl.lit(today - timedelta(days=200)),
        display_until=pl.when("past").then(pl.lit(today - timedelta(days=1))).otherwise(pl.lit(today + timedelta(days=165))),
        audience=pl.lit("public"), certainty=pl.lit("verified"), state=pl.lit("effective"), title=pl.lit("罚款"),
    )  # fmt: skip
    stand = stand.with_columns(pl.col("display_until").alias("share_until"))
    empty = [
        (pl.lit("") if name == "marks" else pl.lit(None, dtype=kind)).alias(name)
        for name, kind in standings.SCHEMA.items()
        if name not in stand.columns
    ]
    write_frame("projections_standing", stand.with_columns(empty).select(list(standings.SCHEMA)))


def questions(today: date) -> dict[str, list[str]]:
    """Return parts of names as people type them, and the commonest of all."""
    from django.db import connection

    luck = random.Random(7)
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM projections_subjectname")
        last = cursor.fetchone()[0]
        names = []
        while len(names) < QUESTIONS:
            cursor.execute("SELECT plain FROM projections_subjectname WHERE id = %s", [luck.randint(1, last)])
            row = cursor.fetchone()
            names += [row[0]] if row else []
    parts = []
    for name in names:
        width = luck.choice((2, 3, 4))
        start = luck.randrange(0, max(1, len(name) - width + 1))
        parts.append(name[start : start + width])
    common = [
        "公司",
        "有限",
        "有限公司",
        "限公",
        *TRADES,
        *(f"{trade}有" for trade in TRADES),
        *REGIONS,
        *(region[:2] for region in REGIONS),
    ]
    return {"any part of a name": parts, "the commonest parts": [part[:4] for part in common]}


def _asked(parts: list[str]) -> list[float]:
    """Return the seconds each part took."""
    from gongxin.spine.projections.search import search_names

    spent = []
    for part in parts:
        start = time.perf_counter()
        search_names(part, 20)
        spent.append(time.perf_counter() - start)
    return spent


def measured(names: int) -> Job:
    """Fill the store of this process, ask, and return the figures."""
    from django.db import connection

    from gongxin.spine import clock
    from gongxin.spine.projections.search import search_names

    today = clock.today()
    began = time.perf_counter()
    fill(names, today)
    print(f"  filled in {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    job = Job(
        "search-names",
        f"Part of a name among {names:,} names, 2 to 4 characters",
        GOALS[connection.vendor],
        connection.vendor,
    )
    for title, parts in questions(today).items():
        for part in parts[:40]:
            search_names(part, 20)
        first, again = _asked(parts), _asked(parts)
        told = ", ".join(
            f"p99 {percentile(spent, 0.99) * 1000:.1f} ms {when}"
            for spent, when in ((first, "asked for the first time"), (again, "asked again"))
        )
        job.timings.append(Timing("ours", f"{title}, {len(parts)} questions", 1, [statistics.median(first)], told))
    return job


def measure(names: int, store: str = "both", place: Path | None = None) -> list[Job]:
    """Measure on each store this machine has, in processes of their own."""
    from tests.throwaway_postgres import PostgresMissing, throwaway_postgres

    jobs = []
    with ExitStack() as stack:
        folder = place or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gongxin-names-")))
        stores: dict[str, dict[str, str]] = {}
        if store in ("sqlite", "both"):
            stores["sqlite"] = {}
        if store in ("postgresql", "both"):
            try:
                stores["postgresql"] = {"GONGXIN_DATABASE_URL": stack.enter_context(throwaway_postgres("gongxin"))}
            except PostgresMissing as missing:
                print(f"PostgreSQL: {missing}", file=sys.stderr)
        for name, extra in stores.items():
            environment = {key: value for key, value in os.environ.items() if key != "GONGXIN_DATABASE_URL"}
            environment |= {"GONGXIN_HOME": str(folder / name), "GONGXIN_LOG": "ERROR", **extra}
            command = [sys.executable, "-m", "bench.naming", "--names", str(names), "--here"]
            done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            jobs.append(job_from(json.loads(done.stdout.splitlines()[-1])))
    return jobs


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=NAMES)
    parser.add_argument("--store", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--place", type=Path, help="keep the stores in this folder")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongxin.site.settings")
        import django

        django.setup()
        from gongxin.spine.opening import open_installation

        open_installation()
        print(json.dumps(measured(given.names).as_dict(), ensure_ascii=False))
        return
    for job in measure(given.names, given.store, given.place):
        print(f"{job.title} · {job.store} (goal {job.goal})")
        for timing in job.timings:
            print(f"  {timing.name}: median {timing.median * 1000:.2f} ms, {timing.note}")


if __name__ == "__main__":
    main()
