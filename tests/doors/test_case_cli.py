"""`gongxin case` (案件命令): the statutory verbs, exit codes, one JSON document."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gongxin.doors import cli
from gongxin.spine.ledger.models import Payload
from tests.rooms.remedy import city
from tests.rooms.remedy.city import DECIDER, FINDINGS, TEXT
from tests.spine import making


@pytest.fixture
def record(db: Any, on_day: Callable[[str], None]) -> int:
    on_day("2026-09-28")
    city.people()
    return city.penalty()


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = cli.main(["case", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_from_the_counter_to_the_withdrawal(record: int, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    opening = ["open", "objection", making.uscc(1), "ground=facts", "--record", str(record), "--say", f"text={TEXT}"]
    code, told = said(capsys, *opening)
    assert code == 1 and told["error"]["code"] == "case.applicant"
    code, told = said(capsys, *opening, "--applicant", "林疏影", "--paper")
    assert code == 0 and told["receipt"]
    number = told["number"]
    assert said(capsys, "list")[1]["cases"][0]["number"] == number
    code, told = said(capsys, "act", number, "uphold", "findings=x", "--account", "stranger")
    assert code == 1 and told["error"]["code"] == "case.none"
    findings = tmp_path / "findings.txt"
    findings.write_text(FINDINGS, encoding="utf-8")
    decided = [f"findings=@{findings}", f"decided_by={DECIDER}", "remedy_kind=withdrawal"]
    code, told = said(capsys, "act", number, "uphold", *decided, "--account", "steward")
    assert code == 0 and told["state"] == "upheld"
    code, told = said(capsys, "act", number, "carry-out", "reason=登记错误", "--account", "steward")
    assert code == 0 and told["closed"] and len(told["entries"]) == 3
    code, told = said(capsys, "show", number)
    assert code == 0 and [each["verb"] for each in told["acts"]] == ["submit", "uphold", "carry-out"]
    assert said(capsys, "timeliness")[1]["timeliness"]


def test_what_is_filled_in_may_stand_after_an_option(record: int, capsys: pytest.CaptureFixture[str]) -> None:
    """As the program's own example writes it."""
    about = ["open", "objection", making.uscc(1), "--record", str(record), "--applicant", "林疏影"]
    code, told = said(capsys, *about, "ground=facts", f"text={TEXT}")
    assert code == 0 and told["kind"] == "objection"
    with pytest.raises(SystemExit) as wrong:
        cli.main(["case", *about, "ground=facts", "--no-such-option"])
    assert wrong.value.code == 2 and "--no-such-option" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        cli.main(["case", "show", "YY-2026-000001", "too", "much"])


def test_wrong_usage(record: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["case", "show", "YY-2026-000001"]) == 1
    assert cli.main(["case", "list", "--account", "nobody"]) == 2
    assert cli.main(["case", "open", "objection", making.uscc(1), "text"]) == 2
    assert cli.main(["case", "open", "objection", "不是代码", "text=x"]) == 1
    capsys.readouterr()


def test_a_person_reads_it_too(record: int, capsys: pytest.CaptureFixture[str]) -> None:
    said = ["ground=identity", "text=不是我", "--record", str(record), "--applicant", "林疏影"]
    done = cli.main(["case", "open", "objection", making.uscc(1), *said])
    out = capsys.readouterr().out
    assert done == 0 and "回执码" in out and "2026-10-13" in out
    assert cli.main(["standing", making.uscc(1)]) == 0
    out = capsys.readouterr().out
    assert "暂停公示和使用" in out and "核实之前停止公示和使用" in out


def test_the_days_work_destroys_and_reminds(
    record: int, capsys: pytest.CaptureFixture[str], on_day: Callable[[str], None]
) -> None:
    from gongxin.spine.ledger.acts import NewAct, person_key
    from gongxin.spine.ledger.append import append

    key = person_key("110101199003071233")
    payload = making.penalty(7, 7, subject_name="苏映雪", subject_kind="person", uscc=None, decided_on="2021-09-27")
    (person,) = append([NewAct("record", "penalty", key, city.AUTHORITY, payload, "甲", document=71)])
    assert cli.main(["work", "--once"]) == 0
    assert Payload.objects.get(seq=person).body is None
    assert Payload.objects.get(seq=record).body
    capsys.readouterr()
