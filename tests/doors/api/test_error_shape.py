"""One shape of error (统一的错误格式): asserted in a loop over every path the interface has, and some it has not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gongxin.doors.api.urls import api
from gongxin.rooms.disclosure import search
from tests.doors.api.conftest import Caller


class Filling(dict[str, str]):
    """What a path is filled with; a part that a new call names for itself gets a number."""

    def __missing__(self, key: str) -> str:
        return "0"


FILLED = Filling({"number": "HC-0", "batch_id": "1", "code": "0", "item_id": "nothing", "instrument_id": "NOTHING"})


def paths() -> Iterator[tuple[str, str, bool]]:
    """Yield verb, path and whether a key is needed, for every call the interface declares."""
    for path, verbs in api.get_openapi_schema(path_prefix="/")["paths"].items():
        for verb, operation in verbs.items():
            yield verb.upper(), path.format_map(FILLED), "x-scope" in operation


PATHS = list(paths())


def in_shape(response: Any) -> dict[str, Any]:
    """Insist on the shape and return what it holds."""
    assert response["Content-Type"].startswith("application/json")
    told = response.json()
    assert set(told) == {"error"}
    error: dict[str, Any] = told["error"]
    assert {"code", "message", "way_forward"} <= set(error) <= {
        "code", "message", "way_forward", "clause", "issues", "ticket",
    }  # fmt: skip
    assert error["message"].strip()
    assert error["way_forward"].strip()
    return error


def test_there_are_paths() -> None:
    assert len(PATHS) >= 15
    assert sum(keyed for _, _, keyed in PATHS) >= 7


@pytest.mark.parametrize(("verb", "path", "keyed"), PATHS)
@pytest.mark.django_db
def test_a_bad_key_is_told_in_shape_everywhere(verb: str, path: str, keyed: bool, client: Any) -> None:
    response = client.generic(verb, f"/api/v1{path}", headers={"Authorization": "Bearer wrong"})
    assert response.status_code == 401
    assert in_shape(response)["code"] == "key.invalid"


@pytest.mark.parametrize(("verb", "path", "keyed"), PATHS)
@pytest.mark.django_db
def test_a_wrong_verb_is_told_in_shape_everywhere(verb: str, path: str, keyed: bool, client: Any) -> None:
    response = client.generic("PATCH", f"/api/v1{path}")
    assert response.status_code == 405
    assert in_shape(response)["code"] == "method"
    assert verb in response["Allow"]


@pytest.mark.parametrize("path", ["/", "/nothing", "/checks/", "/checks/a/b", "/law", "/openapi.json/x", "/../v2"])
@pytest.mark.django_db
def test_an_unknown_path_is_told_in_shape(path: str, client: Any) -> None:
    response = client.get(f"/api/v1{path}")
    if path != "/../v2":
        assert response.status_code == 404
        in_shape(response)


@pytest.mark.parametrize(("verb", "path", "keyed"), [each for each in PATHS if each[2]])
@pytest.mark.django_db
def test_a_key_without_the_scope_is_told_in_shape(
    verb: str, path: str, keyed: bool, issue: Callable[..., str], client: Any
) -> None:
    response = client.generic(verb, f"/api/v1{path}", headers={"Authorization": f"Bearer {issue()}"})
    assert response.status_code == 403
    assert in_shape(response)["code"] == "key.scope"


@pytest.mark.parametrize(
    "path", ["/search", "/search?text=", "/search?text=a&page=0", "/open-data?as_of=2027-01-01", "/subjects/0",
             "/subjects/91130100MA0DEM0H4J?as_of=yesterday", "/catalogue/items/none", "/templates/none.xlsx",
             "/law/instruments/NONE", "/catalogue/items?as_of=x"],
)  # fmt: skip
@pytest.mark.django_db
def test_what_is_wrong_with_a_question_is_told_in_shape(path: str, on_the_day: None, client: Any) -> None:
    response = client.get(f"/api/v1{path}")
    assert response.status_code in {404, 422}
    in_shape(response)


@pytest.mark.django_db
def test_the_public_rate_is_told_in_shape(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongxin.doors.api.keys.PUBLIC_RATE", 1)
    assert client.get("/api/v1/law/matters").status_code == 200
    response = client.get("/api/v1/law/matters")
    assert response.status_code == 429
    in_shape(response)
    assert int(response["Retry-After"]) >= 1


@pytest.mark.django_db
def test_a_fault_of_ours_has_a_ticket_and_tells_nothing_else(
    client: Any, on_the_day: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(search, "search", broken)
    response = client.get("/api/v1/search?text=平陵")
    assert response.status_code == 500
    assert in_shape(response)["ticket"].startswith("GZ-")
    assert "secret" not in response.content.decode()


def test_a_caller_is_made_without_a_key() -> None:
    assert Caller(None)._headers == {}
