"""The files measured on (测试数据): the sample city at the wanted scale, made once for a run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from gongxin.doors.cli.sampling.city import City, found_city
from gongxin.doors.cli.sampling.plan import write_plain

TODAY = date.today()
"""The store's own clock decides what is visible, so the files are sent on the day of the measurement."""

ROWS_FOR_A_SUBJECT = 3
"""Penalties of the sample for one subject of its register."""


def _city(rows: int) -> City:
    return found_city(seed=1, subjects=max(rows // ROWS_FOR_A_SUBJECT, 100), today=TODAY)


def penalties(folder: Path, rows: int, form: str = "csv") -> Path:
    """Return a file of penalties, 27 columns, with its share of slips."""
    path = folder / f"penalties-{rows}.{form}"
    if not path.exists():
        draft = folder / "draft"
        draft.mkdir(exist_ok=True)
        write_plain(_city(rows), draft, ["penalty"], form, rows)
        (draft / f"penalty.{form}").rename(path)
    return path


def register(folder: Path, rows: int) -> Path:
    """Return the register of the subjects those penalties concern."""
    path = folder / f"register-{rows}.csv"
    if not path.exists():
        draft = folder / "draft"
        draft.mkdir(exist_ok=True)
        write_plain(_city(rows), draft, ["registration"], "csv")
        (draft / "registration.csv").rename(path)
    return path
