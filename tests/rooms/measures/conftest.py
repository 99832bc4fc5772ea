"""An invented city's few bodies and records, for checks (核查的测试数据)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from gongxin.rooms.measures import queue, sources
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from tests.rooms.measures import city

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """What a process remembers of one test must not reach the next."""
    sources.forget()
    queue.forget()
    yield


@pytest.fixture
def on_the_day(on_day: Callable[[str], None]) -> None:
    """Make it 2026-11-23."""
    on_day(TODAY.isoformat())


@pytest.fixture
def bodies(db: Any) -> None:
    """The bodies of the city."""
    for each in city.BODIES:
        Body.objects.create(**each)


@pytest.fixture
def officer(bodies: None) -> Viewer:
    """An officer of the trading centre."""
    return Viewer(account_id=7, name="何敏之", body=city.CENTRE, role="officer", via="web")


@pytest.fixture
def clerk(bodies: None) -> Viewer:
    """An officer of an organ, who also recruits."""
    return Viewer(account_id=8, name="沈知行", body=city.ORGAN, role="officer", via="web")


@pytest.fixture
def enter(bodies: None, on_the_day: None) -> Callable[..., int]:
    """Return a way to enter one record: `enter("penalty", city.FIRM, decided_on="2026-05-20", …)`."""

    def entered(item: str, subject: str, **payload: Any) -> int:
        return append(
            [NewAct("record", item, subject, city.BUREAU, {**city.DEFAULTS[item], **payload}, "测试", on=TODAY)]
        )[0]

    return entered
