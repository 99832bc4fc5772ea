"""Fixtures of the spine's tests (脊柱测试装置)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

TODAY = "2026-06-01"


@pytest.fixture(autouse=True)
def frozen_day(on_day: Callable[[str], None]) -> None:
    """All of these tests happen on one day, unless they travel."""
    on_day(TODAY)
