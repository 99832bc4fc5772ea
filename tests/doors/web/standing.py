"""The town built once for a module (模块共用小城): the same names as the town built for each test.

    from tests.doors.web.standing import people, town

takes the place of the folder's own fixtures in a module all of whose tests stand on the whole town.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gongxin.spine.access.models import Account
from tests.doors.web import town as place
from tests.doors.web.conftest import Town


@pytest.fixture
def people(standing_town: Town, db: Any, on_day: Callable[[Any], None]) -> dict[str, Account]:
    """The accounts as the store holds them, on the town's day."""
    on_day(place.TODAY)
    return {account.username: account for account in Account.objects.all()}


@pytest.fixture
def town(standing_town: Town, people: dict[str, Account]) -> Town:
    """The whole town with its records."""
    return Town(people, dict(standing_town.records))
