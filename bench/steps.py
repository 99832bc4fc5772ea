"""Where an intake's time goes (分步耗时): the same intake with nothing overlapped, each step timed by itself.

The steps run one after the other in one thread, so that their seconds add up; a real intake overlaps them and takes less.
What the secondary indexes cost is found by writing the very same rows once more, with them and without.
"""

from __future__ import annotations

import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection, transaction

from bench import files, taking_in
from bench.measure import Job
from gongxin.rooms.intake import batches, bodies, checking, entering, examining, gathering, textfiles
from gongxin.spine import columnar, packing, secrets
from gongxin.spine.ledger import append, head, merkle, sealing
from gongxin.spine.projections import standings, upkeep

MOST_ROWS = 200_000
"""More rows would only repeat the same shares."""
LEDGER = ("ledger_payload", "ledger_entry")
STANDING = "projections_standing"

WATCHED: tuple[tuple[str, tuple[tuple[Any, str], ...]], ...] = (
    ("read: the file kept under seal, opened, its text cut into columns", (
        (batches, "receive"), (batches, "survey"), (textfiles, "_strict"),
        (textfiles, "_regular"), (textfiles, "_damaged"), (textfiles, "_last_record_end"), (examining, "shape"),
    )),
    ("check: every value, order of days, lateness, names within the file", ((examining, "check"),)),
    ("resolve: subjects and names the store knows", (
        (gathering, "known_names"), (upkeep, "prepare_records"), (checking, "check_subjects"),
    )),
    ("repeats: documents known from this file and from the ledger", (
        (examining, "_repeated"), (entering, "documents"), (entering, "_beside_papers"), (entering, "_beside_settled"),
        (entering, "_apart_from_namesakes"),
    )),
    ("payload: the text that is kept, sensitive values sealed", (
        (bodies, "payload_columns"), (bodies, "body_column"), (bodies, "document_column"), (bodies, "content_column"),
        (sealing, "seal_bodies"),
    )),
    ("hash: document, content and paper keyed, salted digest, leaf, tree", (
        (secrets, "keyed_hash64_many"), (entering, "paper_hashes"), (append, "digests_of"), (append, "leaves_of_records"),
        (merkle, "extend"),
    )),
    ("law: the days of each record", ((standings, "clocks_columns"),)),
    ("projections: subjects, names and their grams, freshness", ((upkeep, "after_records"),)),
    ("held rows: refused and waiting ones with all their issues", (
        (entering, "hold"), (entering, "_lay_before_stewards"),
    )),
    ("between: rows parted, columns laid together, transactions opened", (
        (entering, "with_keys"), (entering, "enter"), (entering, "append_frame"), (batches, "_enter"),
    )),
    ("log: signed checkpoint, progress", ((head, "sign"), (batches, "_count"))),
    ("pack: frames into what the store takes", ((columnar, "_copy_text"),)),
)  # fmt: skip


class Watch:
    """Seconds of each step (计时), without those of the steps inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.own: dict[str, float] = defaultdict(float)
        """Of these, seconds of this process's own processor time; the others are waiting, or the store's server."""
        self._inner = [(0.0, 0.0)]
        self._undo: list[Callable[[], None]] = []

    def run(self, step: str, act: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Run an act as this step."""
        began, own = time.perf_counter(), time.process_time()
        self._inner.append((0.0, 0.0))
        try:
            return act(*given, **named)
        finally:
            spent, worked = time.perf_counter() - began, time.process_time() - own
            waited, used = self._inner.pop()
            self.seconds[step] += spent - waited
            self.own[step] += worked - used
            waited, used = self._inner[-1]
            self._inner[-1] = (waited + spent, used + worked)

    def over(self, place: Any, name: str, step: str) -> None:
        """Time every call of this function."""
        act = getattr(place, name)
        self.put(place, name, lambda *given, **named: self.run(step, act, *given, **named))

    def put(self, place: Any, name: str, act: Any) -> None:
        """Set something in the place of another until the end."""
        before = getattr(place, name)
        self._undo.append(lambda: setattr(place, name, before))
        setattr(place, name, act)

    def end(self) -> None:
        """Put everything back."""
        while self._undo:
            self._undo.pop()()


def steps(folder: Path, rows: int) -> Job:
    """Take a file in with every step timed, then write its rows again with and without secondary indexes."""
    rows = min(rows, MOST_ROWS)
    path = files.penalties(folder, rows)
    job = Job("steps", "Where the time of an intake goes", "told, no goal of its own", connection.vendor)
    taking_in.register(folder, rows)
    watch, written = Watch(), []
    _set(watch, written)
    try:
        job.add("ours", "intake in one thread, nothing overlapped", rows, lambda: _whole(watch, path), runs=1)
    finally:
        watch.end()
    total = job.timings[0].median
    with_indexes, without = (_again(written, indexed=indexed) for indexed in (True, False))
    for step, seconds in sorted(watch.seconds.items(), key=lambda each: -each[1]):
        job.remarks.append(f"{seconds:.2f} s ({seconds / total:.0%}), own processor {watch.own[step]:.2f} s: {step}")
    job.remarks.append(
        f"the same rows of the ledger and of the standings written once more: {with_indexes:.2f} s, "
        f"without secondary indexes {without:.2f} s"
    )
    return job


def _whole(watch: Watch, path: Path) -> None:
    watch.run("rest: what none of these steps names", taking_in.take_in, path, "penalty")


def _set(watch: Watch, written: list[tuple[str, pl.DataFrame]]) -> None:
    for step, places in WATCHED:
        for place, name in places:
            watch.over(place, name, step)
    watch.put(batches, "ahead", _one_after_the_other)
    write = columnar._write

    def timed(vendor: str, raw: Any, table: str, frame: pl.DataFrame) -> None:
        step = f"write: {'the ledger' if table in LEDGER else 'standings' if table == STANDING else 'other tables'}"
        if table in (*LEDGER, STANDING):
            written.append((table, frame))
        watch.run(step, write, vendor, raw, table, frame)

    watch.put(columnar, "_write", timed)
    watch.put(columnar.Writer, "put", lambda self, table, frame: columnar._write(self._vendor, self._raw, table, frame))
    packed = packing.statements
    pack = WATCHED[-1][0]
    watch.put(packing, "statements", lambda table, frame: watch.run(pack, lambda: list(packed(table, frame))))
    watch.over(connection, "_commit", "commit: the pages made durable")


def _one_after_the_other(parts: Callable[[Any], Iterator[Any]], answer: Any) -> Iterator[Any]:
    yield from parts(answer)


def _again(written: list[tuple[str, pl.DataFrame]], *, indexed: bool) -> float:
    """Write these rows into empty tables of the same make; return the seconds, the commit included."""
    if connection.vendor == "postgresql":
        return _again_copied(written, indexed=indexed)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tbl_name, type, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
        )
        made = [(kind, sql) for table, kind, sql in cursor.fetchall() if table in (*LEDGER, STANDING)]
    place = Path(connection.settings_dict["NAME"]).with_name(f"again-{indexed}.sqlite3")
    other = sqlite3.connect(place, isolation_level=None)
    other.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536")
    for kind, sql in sorted(made, reverse=True):
        if kind == "table" or indexed:
            other.execute(sql)
    began = time.perf_counter()
    other.execute("BEGIN IMMEDIATE")
    for table, frame in written:
        for statement, bound in packing.statements(table, frame):
            other.execute(statement, bound)
    other.execute("COMMIT")
    seconds = time.perf_counter() - began
    other.close()
    return seconds


def _again_copied(written: list[tuple[str, pl.DataFrame]], *, indexed: bool) -> float:
    including = "INCLUDING INDEXES" if indexed else ""
    with connection.cursor() as cursor:
        for table in (*LEDGER, STANDING):
            cursor.execute(f"CREATE TABLE again_{table} (LIKE {table} {including})")
            if not indexed:
                cursor.execute(
                    f"ALTER TABLE again_{table} ADD PRIMARY KEY ({'record' if table == STANDING else 'seq'})"
                )
        began = time.perf_counter()
        with transaction.atomic():
            for table, frame in written:
                columnar.write_frame(f"again_{table}", frame)
        seconds = time.perf_counter() - began
        for table in (*LEDGER, STANDING):
            cursor.execute(f"DROP TABLE again_{table}")
    return seconds
