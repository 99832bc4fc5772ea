"""Fixtures of intake's tests (归集测试装置)."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gongxin.rooms.intake import gathering
from gongxin.rooms.intake.examining import Desk
from tests.rooms.intake.making import TODAY


@pytest.fixture(autouse=True)
def frozen_day(on_day: Callable[[str], None]) -> None:
    """All of these tests happen on one day, unless they travel."""
    on_day(TODAY)


@pytest.fixture
def desk() -> Desk:
    """Return what checking stands on without any store."""
    return gathering.plain_desk(date.fromisoformat(TODAY))


@pytest.fixture
def finance(db: Any) -> Any:
    """Return a department that reports."""
    from gongxin.spine.access.models import Body

    return Body.objects.create(code="11130100000000001A", name="石家庄市财政局")


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Return a way to write a CSV file: `table(rows)` with the headings of the first row's keys."""

    def write(rows: list[dict[str, str]], name: str = "file.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write
