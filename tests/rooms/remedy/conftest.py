"""The people and the day of cases (案件测试装置)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gongxin.rooms.measures import queue, sources
from gongxin.spine.access.gate import Viewer
from tests.rooms.remedy import city

TODAY = "2026-09-28"


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """What a process remembers of one test must not reach the next."""
    sources.forget()
    queue.forget()
    yield


@pytest.fixture
def people(db: Any, on_day: Callable[[str], None]) -> dict[str, Viewer]:
    """The people of the cases, on 28 September 2026: the week before National Day."""
    on_day(TODAY)
    return city.people()
