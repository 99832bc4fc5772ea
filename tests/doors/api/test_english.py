"""Errors in English (英文错误说明): for callers that ask for it, on both ways, with the same codes."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gongxin.doors.api import english, errors
from tests.doors.api.test_error_shape import PATHS, in_shape

pytestmark = pytest.mark.words

CHINESE = re.compile("[\u4e00-\u9fff]")
CITED = re.compile("国办发〔2020〕49号|[A-Z]+-[0-9]+-[0-9]+/[一二三四五六七八九十]+（[一二三四五六七八九十]+）")
"""Numbers of documents and marks of clauses are the same in both languages."""
PACKAGE = Path(errors.__file__).parents[2]


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


def texts() -> Iterator[tuple[str, str, ast.expr]]:
    """Every text a refusal or a problem of any floor is made with: where, under which code, and how it is written."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = getattr(call.func, "id", getattr(call.func, "attr", "")) if isinstance(call, ast.Call) else ""
            if name not in {"Refusal", "_refusal", "Problem"} or not isinstance(call, ast.Call):
                continue
            code, *rest = call.args[1:] if name == "Problem" else call.args or [ast.Constant("")]
            said = str(code.value) if isinstance(code, ast.Constant) else ""
            for text in [*rest, *(each.value for each in call.keywords if each.arg in {"message", "way_forward"})]:
                yield f"{file.relative_to(PACKAGE)}:{call.lineno} {name}", said, text


def bare(text: ast.expr) -> bool:
    """Whether a text holds Chinese words that neither the catalogue nor a sentence of two languages translates."""
    if isinstance(text, ast.Call) and getattr(text.func, "id", "") in {"_", "sentence", "Sentence"}:
        return False
    if isinstance(text, ast.IfExp):
        return bare(text.body) or bare(text.orelse)
    if isinstance(text, ast.BinOp):
        return bare(text.left)
    words = [each.value for each in ast.walk(text) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return bool(CHINESE.search(CITED.sub("", "".join(words))))


def test_every_refusal_knows_its_english() -> None:
    """Of every refusal on every floor, either a sentence knows its English or the catalogue does (see test_language)."""
    swept = [(place, text) for place, _code, text in texts() if not place.endswith("Problem")]
    assert len(swept) > 300
    assert not [place for place, text in swept if bare(text)], "write _(…), or sentence(…) where no framework may be"


def test_every_problem_of_this_door_has_its_english() -> None:
    found = {code for place, code, _text in texts() if place.endswith("Problem") and code}
    assert len(found) > 15
    assert not sorted(found - set(english.SAID)), "give each code its English sentence in doors/api/english.py"


def sentences() -> Iterator[tuple[str, str, str]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "sentence":
                chinese, told = (ast.literal_eval(each) for each in call.args)
                yield f"{file.name}:{call.lineno}", chinese, told


def test_a_sentence_says_the_same_in_both_languages() -> None:
    listed = list(sentences())
    assert len(listed) > 100
    for place, chinese, told in listed:
        assert told and not CHINESE.search(told), place
        assert CHINESE.search(chinese) or "{" in chinese, place
        assert sorted(re.findall(r"{\w+}", chinese)) == sorted(re.findall(r"{\w+}", told)), place


def test_a_refusal_by_law_is_told_in_the_callers_language() -> None:
    from gongxin.kernel.issues import Refusal
    from gongxin.kernel.sentences import Sentence, listed, sentence

    names = listed([Sentence("政府采购", "Procurement"), "甲"])
    no = Refusal(
        "x.y", sentence("没有“{id}”", "There is no “{id}”", id="z"), None, sentence("可选：{n}", "Choose: {n}", n=names)
    )
    told = errors.from_refusal(no)
    assert told.as_dict()["error"]["way_forward"] == "可选：政府采购、甲"
    assert told.as_dict(in_english=True)["error"] == {
        "code": "x.y", "message": "There is no “z”", "way_forward": "Choose: Procurement, 甲",
    }  # fmt: skip
    assert pickle.loads(pickle.dumps(no)).told(english=True) == no.told(english=True)
    assert Refusal("x", "没有这个").told(english=True).message == "没有这个", "what knows no English stays as it is"


def test_the_english_is_english() -> None:
    for code, (message, way_forward) in english.SAID.items():
        assert message and way_forward and not CHINESE.search(message + way_forward), code
    problem = errors.too_many(60, 3)
    assert "60" in problem.as_dict(in_english=True)["error"]["message"]
    assert "3 seconds" in problem.as_dict(in_english=True)["error"]["way_forward"]
