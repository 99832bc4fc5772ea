"""The OpenAPI document is a promise (接口契约): schemathesis asks every call what nobody would, and compares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, reset_queries
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gongxin.doors.api.urls import api
from gongxin.spine.access.scopes import SCOPES
from gongxin.spine.ledger.acts import person_key
from tests.examples import how_many
from tests.rooms.measures import city

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def one_connection() -> Iterator[None]:
    """A request must not close the connection of the test's transaction."""
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    signals.request_started.disconnect(reset_queries)
    yield
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)
    signals.request_started.connect(reset_queries)


@pytest.fixture(scope="module")
def document(one_connection: None) -> Any:
    """The document as the interface hands it out, read once: it is the same for every call."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.fixture
def promised(enter: Callable[..., int], document: Any) -> Any:
    """The document, over a city with a few records."""
    enter("penalty", city.FIRM)
    enter("procurement-violation", city.FIRM)
    enter("honour", city.TRADER, uscc=city.TRADER_CODE)
    enter("penalty", person_key(city.PERSON_NUMBER), subject_kind="person", uscc="", person_id=city.PERSON_NUMBER)
    return document


OPERATIONS = [
    (path, verb) for path, verbs in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items() for verb in verbs
]


@pytest.mark.parametrize(("path", "verb"), OPERATIONS)
def test_every_call_keeps_its_promise(path: str, verb: str, promised: Any, issue: Callable[..., str]) -> None:
    secret = issue(*SCOPES, rate=1_000_000)

    @settings(
        max_examples=how_many(12),
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=promised[path][verb].as_strategy())
    def asked(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=CHECKS)

    asked()
