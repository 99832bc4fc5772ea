"""Asking what has been taken in (查询): part of a name, a list of codes, and the standings of a new law book."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
from django.db import connection, transaction

from bench import files
from bench.measure import Job, Timing, percentile

QUESTIONS = 300
SCANS = 20


def search(folder: Path, rows: int) -> Job:
    """Parts of names, two to four characters, as people type them."""
    from gongxin.spine.projections.search import search_names

    job = Job(
        "search", "Part of a name, 2 to 4 characters", "p99 ≤ 5 ms on SQLite, ≤ 50 ms on PostgreSQL", connection.vendor
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM projections_subjectname")
        count = cursor.fetchone()[0]
        cursor.execute("SELECT plain FROM projections_subjectname ORDER BY id LIMIT 20000")
        names = [name for (name,) in cursor.fetchall() if len(name) > 6]
    luck = random.Random(7)
    parts = []
    for _ in range(QUESTIONS):
        name, width = luck.choice(names), luck.choice((2, 3, 4))
        start = luck.randrange(0, len(name) - width)
        parts.append(name[start : start + width])

    def scan(part: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT subject FROM projections_subjectname WHERE plain LIKE %s LIMIT 20", [f"%{part}%"])
            cursor.fetchall()
            cursor.execute("SELECT count(*) FROM projections_subjectname WHERE plain LIKE %s", [f"%{part}%"])
            cursor.fetchall()

    for role, name, act, asked in (
        ("peer", "column scan with LIKE", scan, parts[:SCANS]),
        ("ours", "grams of two and three characters", lambda part: search_names(part, 20, as_of=files.TODAY), parts),
    ):
        # Asked for the first time, a part waits for pages of the store that nobody has read since the load.
        first = _timed(act, asked)
        seconds = _timed(act, asked)
        worst, cold = percentile(seconds, 0.99) * 1000, percentile(first, 0.99) * 1000
        told = f"one question; p99 {worst:.1f} ms, asked the first time {cold:.1f} ms"
        job.timings.append(Timing(role, name, 1, [statistics.median(seconds)], told))  # type: ignore[arg-type]
    job.remarks.append(f"{count:,} names")
    return job


def _timed(act: Callable[[str], object], asked: Sequence[str]) -> list[float]:
    """Return what each question took, in seconds (逐问用时)."""
    seconds = []
    for part in asked:
        began = time.perf_counter()
        act(part)
        seconds.append(time.perf_counter() - began)
    return seconds


def _visible(standings: pl.LazyFrame) -> pl.LazyFrame:
    today = files.TODAY
    return standings.filter(
        (pl.col("state") == "effective")
        & (pl.col("audience") != "none")
        & (pl.col("display_from").is_null() | (pl.col("display_from") <= today))
        & (pl.col("share_until").is_null() | (pl.col("share_until") >= today))
    )


def screen(folder: Path, rows: int) -> Job:
    """A list of codes against all standings: the store's join, the bare columnar join, and ours."""
    from gongxin.spine.projections import resident

    job = Job("screen", "Screen a list of codes", "≤ 3 × the resident join", connection.vendor)
    keys = resident.present().frame["subject"].unique(maintain_order=True)
    return _against_all(job, keys.sample(fraction=0.5, seed=1))


SUBJECTS_FOR_A_ROW = 12
"""At the usual 100,000 rows: as many bidders, against 1,200,000 subjects."""


def bidders(folder: Path, rows: int) -> Job:
    """A bidder list against a province's register, the real notices of procurement violations among it, in one run."""
    from bench import taking_in
    from gongxin.doors.cli.sampling.city import sample_folder
    from gongxin.spine.projections import resident

    taking_in.register(folder, rows * SUBJECTS_FOR_A_ROW * files.ROWS_FOR_A_SUBJECT)
    taking_in.take_in(sample_folder() / "notices" / "procurement.csv", "procurement-violation")
    job = Job("bidders", "Screen a bidder list against a whole register", "≤ 3 × the resident join", connection.vendor)
    whole = resident.present().frame["subject"].unique(maintain_order=True)
    codes = whole.filter(whole.str.starts_with("uscc:"))
    job = _against_all(job, codes.sample(n=min(rows, len(codes)), seed=2))
    job.remarks.append(f"{len(whole):,} subjects")
    return job


def _against_all(job: Job, keys: pl.Series) -> Job:
    """Measure one list in every way (各种做法对照)."""
    from gongxin.spine.projections import resident

    whole = resident.present().frame
    asked = keys.to_frame("subject")
    standings = whole.lazy()

    def in_store() -> int:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE asked (subject varchar(80))")
            try:
                if connection.vendor == "postgresql":
                    with connection.connection.cursor().copy("COPY asked FROM STDIN") as copy:
                        copy.write("\n".join(keys.to_list()) + "\n")
                else:
                    cursor.executemany("INSERT INTO asked VALUES (%s)", [(key,) for key in keys.to_list()])
                cursor.execute(
                    "SELECT s.* FROM projections_standing s JOIN asked a ON a.subject = s.subject WHERE s.state = 'effective'"
                    " AND s.audience <> 'none' AND (s.display_from IS NULL OR s.display_from <= %s)"
                    " AND (s.share_until IS NULL OR s.share_until >= %s)",
                    [files.TODAY, files.TODAY],
                )
                return len(cursor.fetchall())
            finally:
                cursor.execute("DROP TABLE asked")

    job.add("peer", "join in the store, rows fetched", len(keys), in_store)
    job.add(
        "limit", "bare join of columns in memory", len(keys),
        lambda: _visible(standings).join(asked.lazy(), on="subject").collect().height,
    )  # fmt: skip
    listed = keys.filter(keys.str.starts_with("uscc:")).str.slice(5).alias("统一社会信用代码")
    source = Path(tempfile.mkdtemp()) / "codes.csv"
    listed.to_frame().write_csv(source)
    job.add(
        "ours", "gongxin screen: file in, law asked, looks sealed in the log, file out", len(listed),
        lambda: _screened(source),
    )  # fmt: skip
    job.add("ours", "its join alone", len(keys), lambda: resident.effective(keys, files.TODAY).height)
    job.remarks.append(f"{whole.height:,} standings")
    return job


def _screened(source: Path) -> int:
    from gongxin.rooms.measures.screen import Screened, Screening, screen
    from gongxin.spine.access.gate import Viewer
    from gongxin.spine.access.models import Body, BodyKind, Role

    Body.objects.get_or_create(code="BENCH", defaults={"name": "bench", "kind": BodyKind.ORGAN})
    viewer = Viewer(account_id=None, name="bench", body="BENCH", role=Role.OFFICER.value, via="cli")
    answer = screen(viewer, source, source.with_suffix(".out.csv"), Screening("procurement"))
    if not isinstance(answer, Screened):
        raise RuntimeError(f"the screening was refused: {answer}")
    return answer.subjects


def refresh(folder: Path, rows: int) -> Job:
    """All standings made anew, as a new edition of the law asks; the passing of a day asks for nothing."""
    from gongxin.spine import shelf
    from gongxin.spine.projections import epoch, rebuilding

    job = Job(
        "refresh", "Make every standing anew", "≤ 3 × Polars over Parquet; expiry needs no job", connection.vendor
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM projections_standing")
        count = cursor.fetchone()[0]
        cursor.execute("SELECT body FROM ledger_payload WHERE body IS NOT NULL")
        bodies = pl.DataFrame({"body": [body for (body,) in cursor.fetchall()]})
    kept = Path(tempfile.mkdtemp()) / "bodies.parquet"
    bodies.write_parquet(kept)

    def over_parquet() -> None:
        body = pl.col("body")
        told = pl.scan_parquet(kept).select(
            *(
                body.str.json_path_match(f"$.{name}").alias(name)
                for name in ("decided_on", "penalty_kinds", "fine_wan")
            ),
        )
        day = pl.col("decided_on").str.to_date("%Y-%m-%d", strict=False)
        told.with_columns(until=day.dt.offset_by("12mo"), shown=day.is_not_null()).sink_parquet(
            kept.with_name("standings.parquet")
        )

    job.add("limit", "Polars over Parquet: payloads read, one term computed, written", count, over_parquet)

    def another_edition() -> None:
        with transaction.atomic():
            rebuilding.redraw_standings(book=shelf.book(), as_of=files.TODAY)

    job.add("ours", "another edition governs: standings and their indexes", count, another_edition, runs=1)
    job.add("ours", "another book: names, links and freshness as well", count, epoch.rebuild, runs=1)
    return job
