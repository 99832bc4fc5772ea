"""Errors in English (英文错误说明): for callers that ask for it, on both ways, with the same codes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gongxin.doors.api import english, errors
from tests.doors.api.test_error_shape import PATHS, in_shape

CHINESE = re.compile("[\u4e00-\u9fff]")
PACKAGE = Path(errors.__file__).parents[2]
WITHIN = (
    "doors/api", "rooms/measures/check.py", "rooms/measures/outcomes.py", "spine/access/gate.py", "law/matters.py",
    "rooms/disclosure/search.py",
)  # fmt: skip
"""Where the refusals and problems come from that this door can give."""


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [
        (None, False), ("", False), ("zh-CN,zh;q=0.9,en;q=0.8", False), ("en", True), ("en-GB,en;q=0.9,zh;q=0.1", True),
        ("fr,en;q=0.5", True), ("*", False), ("zh;q=0.1,en;q=0.9", True), (";;;,,\\", False), ("en" * 400, False),
    ],
)  # fmt: skip
def test_who_wants_english(accepted: str | None, wanted: bool) -> None:
    assert english.wanted(accepted) == wanted


@pytest.mark.parametrize(("verb", "path", "keyed"), PATHS)
@pytest.mark.django_db
def test_every_path_tells_a_bad_key_in_english(verb: str, path: str, keyed: bool, client: Any) -> None:
    headers = {"Authorization": "Bearer wrong", "Accept-Language": "en"}
    response = client.generic(verb, f"/api/v1{path}", headers=headers)
    told = in_shape(response)
    assert told["code"] == "key.invalid"
    assert not CHINESE.search(told["message"] + told["way_forward"])
    assert response["Content-Language"] == "en" and "Accept-Language" in response["Vary"]


@pytest.mark.django_db
def test_chinese_stays_what_is_told_to_who_does_not_say(client: Any) -> None:
    told = in_shape(client.get("/api/v1/nothing-here"))
    assert CHINESE.search(told["message"]) and CHINESE.search(told["way_forward"])


@pytest.mark.django_db
def test_a_wrong_request_is_told_field_by_field(client: Any, issue: Callable[..., str]) -> None:
    headers = {"Authorization": f"Bearer {issue('checks:write')}", "Accept-Language": "en"}
    asked = {"matter": 3, "as_of": "tomorrow"}
    response = client.post("/api/v1/checks", asked, content_type="application/json", headers=headers)
    told = in_shape(response)
    assert {each["column"].rpartition(".")[2] for each in told["issues"]} >= {"code", "as_of"}
    assert not [each for each in told["issues"] if CHINESE.search(each["message"])]
    assert not [each for each in told["issues"] if "said_en" in each]


@pytest.mark.django_db
def test_a_wrong_code_is_told_in_english_with_its_suggestion(client: Any, issue: Callable[..., str]) -> None:
    headers = {"Authorization": f"Bearer {issue('checks:write')}", "Accept-Language": "en"}
    asked = {"code": "123", "matter": "procurement"}
    response = client.post("/api/v1/checks", asked, content_type="application/json", headers=headers)
    [found] = in_shape(response)["issues"]
    assert found["message"] == "A unified social credit code has 18 characters"


def codes() -> set[str]:
    """Every code that a problem or a refusal of these places is made with."""
    made = re.compile(r'(?:Problem|Refusal|_refusal|refusal)\(\s*(?:\d{3},\s*)?"([a-z_.]+)"')
    found: set[str] = set()
    for place in WITHIN:
        files = [PACKAGE / place] if place.endswith(".py") else sorted((PACKAGE / place).rglob("*.py"))
        for file in files:
            found |= set(made.findall(file.read_text(encoding="utf-8")))
    return found


def test_every_code_has_its_english() -> None:
    found = codes() - {"search.nothing"}
    assert len(found) > 15
    assert not sorted(found - set(english.SAID)), "give each code its English sentence in doors/api/english.py"


def test_the_english_is_english() -> None:
    for code, (message, way_forward) in english.SAID.items():
        assert message and way_forward and not CHINESE.search(message + way_forward), code
    problem = errors.too_many(60, 3)
    assert "60" in problem.as_dict(in_english=True)["error"]["message"]
    assert "3 seconds" in problem.as_dict(in_english=True)["error"]["way_forward"]
