"""Fourteen checks on each row (逐行校验): per row with python-stdnum, and on whole columns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import polars as pl
from stdnum.cn import ric
from stdnum.cn import uscc as stdnum_uscc

from bench import files
from bench.measure import Job
from gongxin.doors.cli.sampling.templates import PENALTY
from gongxin.kernel.dates import read_date_column
from gongxin.kernel.identifiers import (
    check_citizen_column,
    check_orgcode_column,
    check_regno_column,
    check_uscc_column,
    orgcode,
    regno,
)
from gongxin.kernel.money import read_money_column

PEER_ROWS = 50_000
CODES = ("uscc", "taxno", "authority_code", "source_code")
DAYS = ("decided_on", "valid_until")
AMOUNTS = ("fine_wan", "confiscated_wan")
REQUIRED = ("subject_name", "document_no", "basis")


def faults_of(row: dict[str, Any]) -> list[str]:
    """What a team writes for one row: one value after another, with the field's library where it has the check."""
    faults = [name for name in CODES if row[name] and not stdnum_uscc.is_valid(row[name])]
    if row["person_id"] and not ric.is_valid(row["person_id"]):
        faults.append("person_id")
    if row["orgcode"] and not orgcode.is_orgcode(row["orgcode"]):
        faults.append("orgcode")
    if row["regno"] and not regno.is_regno(row["regno"]):
        faults.append("regno")
    for name in DAYS:
        if row[name]:
            try:
                if datetime.strptime(row[name], "%Y-%m-%d").date() > files.TODAY:
                    faults.append(name)
            except ValueError:
                faults.append(name)
    for name in AMOUNTS:
        if row[name]:
            try:
                if Decimal(row[name]) < 0:
                    faults.append(name)
            except InvalidOperation:
                faults.append(name)
    return faults + [name for name in REQUIRED if not row[name]]


def _row_by_row(rows: Iterable[dict[str, Any]]) -> int:
    return sum(len(faults_of(row)) for row in rows)


def _by_column(frame: pl.DataFrame, today: date) -> int:
    """The kernel: the same fourteen, with the reason and the hint for each value that fails."""
    faults = 0
    for name in CODES:
        faults += _missed(check_uscc_column(frame[name]))
    faults += _missed(check_citizen_column(frame["person_id"], as_of=today))
    faults += _missed(check_orgcode_column(frame["orgcode"]))
    faults += _missed(check_regno_column(frame["regno"]))
    for name in DAYS:
        faults += _missed(read_date_column(frame[name], latest=today))
    for name in AMOUNTS:
        faults += _missed(read_money_column(frame[name], unit=Decimal(10_000)))
    for name in REQUIRED:
        faults += frame[name].null_count()
    return faults


def _missed(answer: pl.DataFrame) -> int:
    problem = answer["problem"]
    return len(problem) - problem.null_count() - int(problem.str.ends_with("empty").sum())


def checks(folder: Path, rows: int) -> Job:
    """Measure both on the same file."""
    fields = {heading: name for name, heading in PENALTY.items()}
    frame = pl.read_csv(files.penalties(folder, rows), infer_schema=False).rename(fields)
    job = Job("checks", "Fourteen checks on each row", "≥ 60 × python-stdnum for each row")
    few = frame.head(PEER_ROWS).fill_null("").to_dicts()
    job.add("peer", "python-stdnum and strptime, row by row", len(few), lambda: _row_by_row(few), runs=1)
    job.add("ours", "kernel, column by column", frame.height, lambda: _by_column(frame, files.TODAY))
    # A faulty value is told with its reason and the likely code, which the peer does not look for.
    sound = frame.filter(pl.Series([not faults_of(row) for row in frame.fill_null("").iter_rows(named=True)]))
    job.add("ours", "the same on the rows without a fault", sound.height, lambda: _by_column(sound, files.TODAY))
    return job
