"""What the terminal says (命令行用语): wrong usage in words, in Chinese or in English as the surroundings ask."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import pytest
from django.utils import translation

from gongxin.doors.cli import COMMANDS, build_parser
from gongxin.doors.cli.language import chosen, speak
from tests.doors.test_check_cli import run
from tests.rooms.measures import city
from tests.rooms.measures.conftest import bodies, enter, forgetful, on_the_day

__all__ = ["bodies", "enter", "forgetful", "on_the_day"]
pytestmark = [pytest.mark.django_db, pytest.mark.words]
ENGLISH = "en_US.UTF-8"


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """What one test lets the process speak must not reach the next."""
    with translation.override(translation.get_language()):
        yield


def wrong(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what is said of a wrong command, which ends with exit code 2."""
    with pytest.raises(SystemExit) as ended:
        build_parser(arguments[0] if arguments[0] in COMMANDS else None).parse_args(arguments)
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert not told.out
    return told.err


@pytest.mark.parametrize(
    ("arguments", "chinese", "english"),
    [
        (("check", "9", "--matter", "x", "--as-of", "2026-02-30"), "没有 2026-02-30 这一天", "no day 2026-02-30"),
        (("check", "9", "--matter", "x", "--as-of", "明天"), "请写成 2026-11-22", "write it as 2026-11-22"),
        (("check", "9"), "缺少必填的 --matter", "required: --matter"),
        (("check", "9", "--matter"), "后面要写一个值", "expected one argument"),
        (("standing", "9", "--known-at", "x"), "不能读作整数", "not a whole number"),
        (("search", "平陵", "--page", "0"), "至少是 1", "at least 1"),
        (("search", "平陵", "--pge", "2"), "是不是 --page", "Did you mean --page"),
        (("chek", "9"), "是不是 check", "Did you mean check"),
        (("serve", "--workers", "0"), "至少是 1", "at least 1"),
        (("law",), "缺少必填的 TASK", "required: TASK"),
        (("staff", "add-key", "X", "--label", "a", "--scope", "everything"), "没有 'everything'", "invalid choice"),
    ],
)
def test_wrong_usage_says_what_and_how_to_go_on(
    arguments: tuple[str, ...], chinese: str, english: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("GONGXIN_LANG", "zh")
    speak()
    told = wrong(capsys, *arguments)
    assert chinese in told and "--help" in told and "用法：" in told
    assert not re.search(r"\b(invalid|required|expected|error|usage)\b", told), told
    monkeypatch.setenv("GONGXIN_LANG", "en")
    speak()
    told = wrong(capsys, *arguments)
    assert english in told and "--help" in told
    assert not re.findall("[\u4e00-\u9fff]", told.replace("明天", "").replace("平陵", "")), told


@pytest.mark.parametrize(
    ("surroundings", "language"),
    [
        ({}, "zh-hans"),
        ({"LANG": "C.UTF-8"}, "zh-hans"),
        ({"LANG": ENGLISH}, "en"),
        ({"LANG": ENGLISH, "LC_ALL": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8", "GONGXIN_LANG": "en"}, "en"),
        ({"LANG": ENGLISH, "GONGXIN_LANG": "zh"}, "zh-hans"),
    ],
)
def test_the_surroundings_choose_the_language(surroundings: dict[str, str], language: str) -> None:
    assert chosen(surroundings) == language


def test_an_answer_in_english(
    enter: object, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter("procurement-violation", city.FIRM)  # type: ignore[operator]
    monkeypatch.setenv("GONGXIN_LANG", "en")
    speak()
    assert run("check", city.FIRM_CODE, "--matter", "procurement") == 0
    told = capsys.readouterr().out
    assert "1 to be acted on, 0 for reference" in told
    assert "no statement of good credit" in told and "须依法处理" not in told
    assert "administrative review can be applied for within 60 days" in told
    assert run("check", "123", "--matter", "procurement") == 1
    assert "has 18 characters" in capsys.readouterr().err


def test_help_is_in_the_language_of_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for language, words, options in (("zh", "核查一个主体", "选项"), ("en", "Check one subject", "options")):
        monkeypatch.setenv("GONGXIN_LANG", language)
        speak()
        with pytest.raises(SystemExit) as ended:
            build_parser("check").parse_args(["check", "--help"])
        assert ended.value.code == 0
        told = capsys.readouterr().out
        assert words in told and options in told


def test_a_place_where_nobody_can_listen_is_told_before_serving(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server would fall with a trace, or share the port of another."""
    monkeypatch.setenv("GONGXIN_LANG", "zh")
    speak()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for place in ("99999", str(taken.getsockname()[1])):
            assert run("serve", "--port", place, "--no-batches") == 1
            said = capsys.readouterr().err
            assert place in said and re.search("请写|换一个", said), said
