"""`gongxin check` and `gongxin screen` (命令行核查): one JSON document, plain words, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gongxin.doors.cli import build_parser
from gongxin.spine.access import looks
from gongxin.spine.access.models import Look
from gongxin.spine.ledger.acts import person_key
from tests.rooms.measures import city
from tests.rooms.measures.conftest import bodies, enter, forgetful, on_the_day

__all__ = ["bodies", "enter", "forgetful", "on_the_day"]
pytestmark = pytest.mark.django_db
Enter = Callable[..., int]
ENTRY = {"record", "item", "authority", "document", "decided", "display_until", "clause", "effect", "remedy"}


def run(*arguments: str) -> int:
    """Run one command as `main` would, in the test's own process."""
    parsed = build_parser(arguments[0]).parse_args(arguments)
    return int(parsed.run(parsed))


def test_a_check_as_json(enter: Enter, capsys: pytest.CaptureFixture[str]) -> None:
    enter("procurement-violation", city.FIRM)
    enter("penalty", city.FIRM)
    assert run("check", city.FIRM_CODE, "--matter", "procurement", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert {"check", "subject", "matter", "as_of", "must_act", "for_reference", "none"} <= set(told)
    assert told["subject"] == city.FIRM_CODE
    assert (len(told["must_act"]), len(told["for_reference"])) == (1, 1)
    for part in ("must_act", "for_reference", "none"):
        assert all(set(entry) >= ENTRY for entry in told[part])
    assert Look.objects.get().via == "cli"


def test_a_check_as_of_a_day(enter: Enter, capsys: pytest.CaptureFixture[str]) -> None:
    enter("penalty", city.FIRM)
    assert run("check", city.FIRM_CODE, "--matter", "procurement", "--as-of", "2026-05-19", "--json") == 0
    assert json.loads(capsys.readouterr().out)["for_reference"] == []


def test_a_check_in_words(enter: Enter, capsys: pytest.CaptureFixture[str]) -> None:
    enter("procurement-violation", city.FIRM)
    assert run("check", city.FIRM_CODE, "--matter", "procurement") == 0
    told = capsys.readouterr().out
    assert told.index("须依法处理") < told.index("已核对")
    assert "政府采购法 第七十七条" in told


def test_what_is_wrong_is_exit_code_1(enter: Enter, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "123", "--matter", "procurement", "--json") == 1
    assert json.loads(capsys.readouterr().out)["error"]["issues"]
    assert run("check", city.FIRM_CODE, "--matter", "marriage", "--json") == 1
    assert "procurement" in json.loads(capsys.readouterr().out)["error"]["way_forward"]
    assert run("check", city.FIRM_CODE, "--matter", "marriage") == 1
    assert "procurement" in capsys.readouterr().err


def test_wrong_usage_is_exit_code_2(enter: Enter) -> None:
    with pytest.raises(SystemExit) as told:
        run("check", city.FIRM_CODE)
    assert told.value.code == 2
    assert run("screen", "no such.csv", "--matter", "procurement", "--out", "out.csv") == 2
    assert run("screen", __file__, "--matter", "procurement", "--out", "no such folder/out.csv") == 2


def test_a_person_needs_a_case(enter: Enter, capsys: pytest.CaptureFixture[str]) -> None:
    enter("penalty", person_key(city.PERSON_NUMBER), subject_kind="person", uscc="", person_id=city.PERSON_NUMBER)
    assert run("check", city.PERSON_NUMBER, "--matter", "recruitment") == 1
    assert run("check", city.PERSON_NUMBER, "--matter", "recruitment", "--case-no", "PL-1") == 0
    told = capsys.readouterr()
    assert city.PERSON_NUMBER not in told.out + told.err


def test_no_answer_without_the_log(
    enter: Enter, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_draft: object) -> None:
        raise looks.LogUnavailable("disk full")

    monkeypatch.setattr(looks, "write", full)
    assert run("check", city.FIRM_CODE, "--matter", "procurement", "--json") == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["ticket"] in error["way_forward"]


def test_a_list_is_screened(enter: Enter, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    enter("procurement-violation", city.FIRM)
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(f"code\n{city.FIRM_CODE}\n{city.OTHER_CODE}\nx\n", encoding="utf-8")
    assert run("screen", str(source), "--matter", "procurement", "--out", str(out), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["subjects"], told["invalid"], told["must_act"]) == (3, 2, 1, 1)
    assert out.read_text(encoding="utf-8-sig").startswith("code,check,subject")
