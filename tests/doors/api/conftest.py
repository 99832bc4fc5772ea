"""Keys of the invented city, and a way to call with them (接口测试装置)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gongxin.doors.api import keys
from gongxin.doors.api.rates import Rates
from gongxin.spine.access.models import ApiKey
from tests.rooms.measures import city
from tests.rooms.measures.conftest import bodies, clerk, enter, forgetful, officer, on_the_day

__all__ = ["bodies", "clerk", "enter", "forgetful", "officer", "on_the_day"]


@pytest.fixture(autouse=True)
def fresh_counters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Counters and remembered keys of one test must not reach the next."""
    counters = Rates(tmp_path / "rates")
    monkeypatch.setattr(keys, "_rates", [counters])
    keys.keyring.forget()
    yield
    counters.close()


@pytest.fixture
def issue(bodies: None) -> Callable[..., str]:
    """Return a way to issue a key: `issue("checks:write", body=city.CENTRE, rate=600)`."""

    def issued(*scopes: str, body: str = city.CENTRE, rate: int = 600, **rest: Any) -> str:
        secret, prefix, digest = ApiKey.new_secret()
        ApiKey.objects.create(
            body_id=body,
            label="业务系统",
            prefix=prefix,
            digest=digest,
            scopes=list(scopes),
            rate_per_minute=rate,
            **rest,
        )
        return secret

    return issued


class Caller:
    """A department's system with its key."""

    def __init__(self, secret: str | None) -> None:
        self._client = Client()
        self._headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}

    def get(self, path: str, **headers: str) -> Any:
        return self._client.get(f"/api/v1{path}", headers={**self._headers, **headers})

    def post(self, path: str, content: Any, **headers: str) -> Any:
        return self._client.post(
            f"/api/v1{path}", content, content_type="application/json",
            headers={**self._headers, **{name.replace("_", "-"): value for name, value in headers.items()}},
        )  # fmt: skip

    def upload(self, path: str, content: dict[str, Any], **headers: str) -> Any:
        return self._client.post(
            f"/api/v1{path}", content,
            headers={**self._headers, **{name.replace("_", "-"): value for name, value in headers.items()}},
        )  # fmt: skip


@pytest.fixture
def caller(issue: Callable[..., str]) -> Caller:
    """A caller who may check."""
    return Caller(issue("checks:write"))
