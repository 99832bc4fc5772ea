"""The whole intake (归集全程): read, check, report, hash, find duplicates, match, append, project, index."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import sqlite3
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction

from bench import files
from bench.checking import faults_of
from bench.measure import Job, peak_megabytes
from gongxin.doors.cli.sampling.templates import PENALTY

PEER_ROWS = 20_000
WRITTEN = (
    "ledger_entry",
    "ledger_payload",
    "projections_standing",
    "projections_subject",
    "projections_subjectname",
)
"""The tables that an intake fills; the limit is to load their very bytes and to build their very indexes."""


def take_in(path: Path, item: str) -> dict[str, Any]:
    """Take a file in as `gongxin intake` does and return its report."""
    from gongxin.rooms.intake import batches, gathering

    office = gathering.default_office()
    batch = batches.receive(path, file_name=path.name, provider=office.pk, via="cli", actor="bench", item=item)
    return batches.report(batches.run(batch.pk), issues=False)


def register(folder: Path, rows: int) -> None:
    """Let the city's register be there before its penalties come."""
    take_in(files.register(folder, rows), "registration")


def intake(folder: Path, rows: int) -> Job:
    """Measure an intake of penalties against a register, once, since a ledger only grows."""
    path = files.penalties(folder, rows)
    job = Job("intake", "Whole intake of penalties", "≤ 1.5 × the limit, ≥ 15 × the Django way", connection.vendor)
    register(folder, rows)
    before = _sizes()
    report = job.add("ours", "gongxin intake", rows, lambda: take_in(path, "penalty"), runs=1)
    job.remarks.append(
        "received {received:,} = accepted {accepted:,} + duplicates {duplicates:,} + refused {refused:,} + waiting {waiting:,}".format(
            **report
        )
    )
    job.remarks.append(f"most memory held: {peak_megabytes()} MB")
    _limit(job, rows, before)
    _django_way(job, path)
    return job


def _sizes() -> dict[str, int]:
    with connection.cursor() as cursor:
        sizes = {}
        for table in WRITTEN:
            cursor.execute(f"SELECT count(*) FROM {table}")
            sizes[table] = cursor.fetchone()[0]
    return sizes


def _limit(job: Job, rows: int, before: dict[str, int]) -> None:
    """The bytes the intake wrote, loaded with nothing else to do, and the same indexes built after."""
    added = {table: size - before[table] for table, size in _sizes().items()}
    if connection.vendor == "postgresql":
        job.add("limit", "raw COPY of what was written + the same indexes", rows, _copied(added), runs=1)
    else:
        job.add("limit", "INSERT … SELECT of what was written + the same indexes", rows, _selected(added), runs=1)


def _newest(table: str, count: int, where: str = "") -> str:
    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, table)}
    order = next(name for name in ("seq", "record", "id", "first_seq") if name in columns)
    return f"SELECT * FROM {where}{table} ORDER BY {order} DESC LIMIT {count}"


def _copied(added: dict[str, int]) -> Any:
    """Copy the new rows out first; loading them back is what is measured."""
    raw = connection.connection
    held: dict[str, bytes] = {}
    indexes: list[str] = []
    with raw.cursor() as cursor:
        for table, count in added.items():
            content = io.BytesIO()
            with cursor.copy(f"COPY ({_newest(table, count)}) TO STDOUT (FORMAT binary)") as copy:
                for part in copy:
                    content.write(part)
            held[table] = content.getvalue()
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [table])
            indexes += [
                definition.replace(f" ON public.{table} ", f" ON limit_{table} ").replace(" INDEX ", " INDEX limit_", 1)
                for (definition,) in cursor.fetchall()
            ]

    def act() -> None:
        with transaction.atomic(), raw.cursor() as cursor:
            for table, content in held.items():
                cursor.execute(f"CREATE TABLE limit_{table} AS SELECT * FROM {table} WHERE false")
                with cursor.copy(f"COPY limit_{table} FROM STDIN (FORMAT binary)") as copy:
                    copy.write(content)
            for definition in indexes:
                cursor.execute(definition)

    return act


def _selected(added: dict[str, int]) -> Any:
    """The same on SQLite: from the store into a file of its own, then the indexes."""
    target = Path(tempfile.mkdtemp()) / "limit.sqlite3"
    source = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        indexes = [sql for table, sql in cursor.fetchall() if table in added]

    def act() -> None:
        other = sqlite3.connect(target)
        other.execute(f"ATTACH DATABASE '{source}' AS store")
        for table, count in added.items():
            other.execute(f"CREATE TABLE {table} AS {_newest(table, count, 'store.')}")
        for sql in indexes:
            other.execute(sql)
        other.commit()
        other.close()

    return act


class _Way:
    """What a team writes with Django alone: a model with its indexes, and one for what was refused."""

    def __init__(self) -> None:
        fields: dict[str, Any] = {name: models.TextField(blank=True) for name in PENALTY}
        fields["uscc"] = models.CharField(max_length=18, db_index=True)
        fields["document_no"] = models.CharField(max_length=128, db_index=True)
        fields["day"] = models.DateField(null=True, db_index=True)
        fields["digest"] = models.CharField(max_length=64, db_index=True)
        self.model: Any = self._model("BenchWay", fields)
        refused = {"row": models.IntegerField(), "said": models.TextField(), "faults": models.TextField()}
        self.refused: Any = self._model("BenchRefused", refused)

    @staticmethod
    def _model(name: str, fields: dict[str, Any]) -> Any:
        meta = type("Meta", (), {"app_label": "intake", "db_table": name.lower()})
        return type(name, (models.Model,), {**fields, "Meta": meta, "__module__": __name__})

    def make(self) -> None:
        with connection.schema_editor() as editor:
            editor.create_model(self.model)
            editor.create_model(self.refused)

    def drop(self) -> None:
        with connection.schema_editor() as editor:
            editor.delete_model(self.model)
            editor.delete_model(self.refused)


def _django_way(job: Job, path: Path) -> None:
    """The same checks for each row, a hash, the repeats, the known subjects, the index, the report of what was refused.

    What ours does beside it and this does not: ledger, tree and signature, names against the register, standings by the
    law's terms, lateness by working days, grams of names, other spellings of days and amounts, identity numbers in texts.
    """
    from gongxin.spine.projections.models import Subject

    way = _Way()
    way.make()
    fields = {heading: name for name, heading in PENALTY.items()}

    def batch(rows: list[tuple[int, dict[str, str]]]) -> None:
        known = Subject.objects.in_bulk([f"uscc:{row['uscc']}" for _, row in rows])
        numbers = [row["document_no"] for _, row in rows]
        there = {
            (document, code): digest
            for document, code, digest in way.model.objects.filter(document_no__in=numbers).values_list(
                "document_no", "uscc", "digest"
            )
        }
        made, refused = [], []
        for number, row in rows:
            said = json.dumps(row, ensure_ascii=False, sort_keys=True)
            digest = hashlib.sha256(said.encode()).hexdigest()
            faults = faults_of(row)
            if f"uscc:{row['uscc']}" not in known:
                faults.append("subject")
            before = there.get((row["document_no"], row["uscc"]))
            if before is not None:
                faults.append("repeated" if before == digest else "conflict")
            if faults:
                refused.append(way.refused(row=number, said=said, faults=",".join(faults)))
                continue
            there[row["document_no"], row["uscc"]] = digest
            day = datetime.strptime(row["decided_on"], "%Y-%m-%d").date() if row["decided_on"] else None
            made.append(way.model(day=day, digest=digest, **row))
        way.model.objects.bulk_create(made, batch_size=1000)
        way.refused.objects.bulk_create(refused, batch_size=1000)

    def act() -> None:
        with path.open(encoding="utf-8", newline="") as file, transaction.atomic():
            rows: list[tuple[int, dict[str, str]]] = []
            for number, row in enumerate(csv.DictReader(file)):
                if number == PEER_ROWS:
                    break
                rows.append((number, {fields[heading]: value for heading, value in row.items()}))
                if len(rows) == 1000:
                    batch(rows)
                    rows = []
            if rows:
                batch(rows)

    job.add(
        "peer",
        "Django: the same fourteen checks with python-stdnum, hash, repeats, match, bulk_create, refused rows kept",
        PEER_ROWS,
        act,
        runs=1,
        note="without ledger, standings, lateness, names compared, other spellings read",
    )
    way.drop()
    job.remarks.append(f"processor cores seen: {os.cpu_count()}")
