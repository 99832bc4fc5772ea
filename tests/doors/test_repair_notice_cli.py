"""`gongxin case notice` (命令行告知书): the same words as on the page, one JSON document, exit codes."""

from __future__ import annotations

import json

import pytest

from gongxin.doors.cli import build_parser
from gongxin.spine.access.gate import Viewer
from tests.rooms.remedy import city
from tests.rooms.remedy.conftest import forgetful, people

__all__ = ["forgetful", "people"]


def run(*arguments: str) -> int:
    parsed = build_parser(arguments[0]).parse_args(arguments)
    return int(parsed.run(parsed))


def test_it_prints_days_and_remedies_and_refuses_what_is_not_there(
    people: dict[str, Viewer], capsys: pytest.CaptureFixture[str]
) -> None:
    record = str(city.penalty(decided_on="2026-08-31"))
    assert run("case", "notice", record) == 0
    text = capsys.readouterr().out
    assert "信用修复告知书" in text and "2026-11-30" in text and "行政复议" in text
    assert run("case", "notice", record, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["days"]["first_possible"] == "2026-11-30" and told["remedies"]
    assert run("case", "notice", "999999", "--json") == 1
