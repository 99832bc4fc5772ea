"""Loading 27 columns into the store (入库): Django's bulk_create, the store's own fastest way, and ours."""

from __future__ import annotations

import io
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection, models, transaction

from bench import files
from bench.measure import Job
from gongxin.doors.cli.sampling.templates import PENALTY
from gongxin.spine import columnar

TABLE = "bench_penalty"
PIECE = 50_000
PEER_ROWS = 50_000


def _table(table: str) -> str:
    return f"CREATE TABLE {table} ({', '.join(f'{name} text' for name in PENALTY)})"


def _model() -> type[models.Model]:
    """A plain model over the same columns, as an application would declare it."""
    fields: dict[str, Any] = {name: models.TextField(null=True) for name in PENALTY}
    meta = type("Meta", (), {"app_label": "intake", "managed": False, "db_table": TABLE})
    fields["basis"].primary_key = False
    return type("BenchPenalty", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})


def _emptied() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(
            _table(TABLE).replace("(", "(id integer, " if connection.vendor == "sqlite" else "(id serial, ", 1)
        )


def load(folder: Path, rows: int) -> Job:
    """Measure on the store of this process."""
    fields = {heading: name for name, heading in PENALTY.items()}
    frame = pl.read_csv(files.penalties(folder, rows), infer_schema=False).rename(fields)
    job = Job("load", "Load 27 columns", "≥ 0.9 × raw COPY of the same bytes", connection.vendor)
    model = _model()
    few = frame.head(PEER_ROWS).to_dicts()

    def with_django() -> None:
        with transaction.atomic():
            made = [model(pk=number, **row) for number, row in enumerate(few, start=1)]
            model.objects.bulk_create(made, batch_size=1000)  # type: ignore[attr-defined]

    def with_ours() -> None:
        with transaction.atomic(), columnar.Writer() as writer:
            for piece in frame.iter_slices(PIECE):
                writer.put(TABLE, piece)

    _emptied()
    job.add("peer", "Django bulk_create", len(few), with_django, runs=1)
    name, act = _raw_copy(frame) if connection.vendor == "postgresql" else _insert_select(frame)
    for role, told, run in (("limit", name, act), ("ours", "spine.columnar.Writer", with_ours)):
        seconds: list[float] = []
        for _ in range(3):
            _emptied()
            one = Job("", "", "")
            one.add("ours", "", frame.height, run, runs=1)
            seconds += one.timings[0].seconds
        job.add(role, told, frame.height, lambda: None, runs=1)  # type: ignore[arg-type]
        job.timings[-1].seconds = seconds
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")
    return job


def _raw_copy(frame: pl.DataFrame) -> tuple[str, Any]:
    """COPY of bytes that already lie in memory."""
    written = io.BytesIO()
    frame.write_csv(written, include_header=False)
    content = written.getvalue()

    def act() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            raw = cursor.connection if hasattr(cursor, "connection") else connection.connection
            with raw.cursor().copy(f"COPY {TABLE} ({', '.join(PENALTY)}) FROM STDIN (FORMAT csv)") as copy:
                for start in range(0, len(content), 1 << 20):
                    copy.write(content[start : start + (1 << 20)])

    return "raw COPY of the same bytes", act


def _insert_select(frame: pl.DataFrame) -> tuple[str, Any]:
    """INSERT … SELECT from another database file: what SQLite can do when nothing has to be converted."""
    source = Path(tempfile.mkdtemp()) / "source.sqlite3"
    with sqlite3.connect(source) as other:
        other.execute(_table("source"))
        marks = ", ".join("?" for _ in PENALTY)
        other.executemany(f"INSERT INTO source VALUES ({marks})", frame.iter_rows())
    other.close()

    def act() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ATTACH DATABASE '{source}' AS source")
            try:
                with transaction.atomic():
                    names = ", ".join(PENALTY)
                    cursor.execute(f"INSERT INTO {TABLE} ({names}) SELECT {names} FROM source.source")
            finally:
                cursor.execute("DETACH DATABASE source")

    return "INSERT … SELECT from another file", act
