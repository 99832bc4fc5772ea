"""The town and its people, signed in (网页测试装置)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client, override_settings

from gongxin.rooms.measures import queue, sources
from gongxin.spine import secrets
from gongxin.spine.access.models import Account
from tests.doors.web import town as place


@dataclass(frozen=True)
class Town:
    """What the tests know of the town: its people, and the numbers of its records."""

    people: dict[str, Account]
    records: dict[str, int]


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """What a process remembers of one test must not reach the next."""
    sources.forget()
    queue.forget()
    yield


@pytest.fixture
def people(db: Any, on_day: Callable[[Any], None]) -> dict[str, Account]:
    """Bodies and accounts, on 2026-11-22."""
    on_day(place.TODAY)
    secrets.make_keys()
    return place.people()


@pytest.fixture
def town(people: dict[str, Account]) -> Town:
    """The whole town with its records."""
    return Town(people, place.settle())


@pytest.fixture(scope="module")
def standing_town(shared_store: None) -> Town:
    """The whole town once for a module all of whose tests stand on it; `from tests.doors.web.standing import …`."""
    with override_settings(GONGXIN_TODAY=place.TODAY.isoformat()):
        secrets.make_keys()
        return Town(place.people(), place.settle())


@pytest.fixture
def signed_in(people: dict[str, Account]) -> Callable[[str], Client]:
    """Return a browser in which somebody of this role is signed in; "" is the public."""

    def enter(role: str) -> Client:
        client = Client()
        if role:
            client.force_login(people[role], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter
