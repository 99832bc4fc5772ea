"""`gongxin looks`, `consent` and `audit` (命令行授权与留痕): one document, plain words, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from gongxin.doors.cli import build_parser
from gongxin.spine import clock
from gongxin.spine.access.models import Account, Body, Look
from gongxin.spine.access.traces import traces_of
from tests.rooms.measures import city
from tests.rooms.measures.conftest import bodies, enter, forgetful, on_the_day

__all__ = ["bodies", "enter", "forgetful", "on_the_day"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bodies")]
Enter = Callable[..., int]
AGENCY = "91AGENCY00000001"


def run(*arguments: str) -> int:
    parsed = build_parser(arguments[0]).parse_args(arguments)
    return int(parsed.run(parsed))


def said(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def firm() -> None:
    Body.objects.create(code=AGENCY, name="安达信用评估有限公司", kind="agency")
    Body.objects.create(code=city.FIRM_CODE, name="平陵某公司", kind="company")
    Account.objects.create(username="firm", role="subject", body_id=city.FIRM_CODE)


def terms() -> list[str]:
    until = (clock.today() + timedelta(days=20)).isoformat()
    return ["--body", AGENCY, "--matter", "credit-service", "--purpose", "贷款", "--field", "penalty:violation",
            "--uses", "1", "--until", until]  # fmt: skip


def test_a_consent_from_paper_to_its_end(firm: None, enter: Enter, capsys: pytest.CaptureFixture[str]) -> None:
    enter("penalty", city.FIRM)
    assert run("consent", "request", city.FIRM_CODE, *terms(), "--json") == 0
    number = said(capsys)["number"]
    paper = ["--account", "firm", "--paper", "书-1", "--json"]
    assert run("consent", "grant", number, *paper) == 0
    assert said(capsys)["state"] == "active"
    assert run("consent", "list", city.FIRM_CODE, "--json") == 0
    assert [each["number"] for each in said(capsys)] == [number]
    assert run("consent", "revoke", number, *paper) == 0
    assert said(capsys)["state"] == "revoked"
    assert run("consent", "revoke", number, *paper) == 1
    assert said(capsys)["error"]["code"] == "consent.state"
    assert run("consent", "grant", *terms(), *paper) == 0
    assert said(capsys)["state"] == "active"
    assert run("consent", "list", "--body", AGENCY, "--json") == 0
    assert len(said(capsys)) == 2
    assert "书-1" in traces_of(f"uscc:{city.FIRM_CODE}")[0][0].look.viewer


def test_what_cannot_be_is_refused(firm: None, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = [word if word != "credit-service" else "procurement" for word in terms()]
    assert run("consent", "request", city.FIRM_CODE, *wrong, "--json") == 1
    assert said(capsys)["error"]["code"] == "consent.matter"
    assert run("consent", "request", "not-a-code", *terms()) == 1
    assert run("consent", "grant", *terms(), "--account", "nobody", "--paper", "1") == 1
    capsys.readouterr()


def test_who_looked_and_a_notice_that_comes_later(firm: None, enter: Enter, capsys: pytest.CaptureFixture[str]) -> None:
    enter("penalty", city.FIRM)
    assert run("check", city.FIRM_CODE, "--matter", "procurement", "--json") == 0
    number = said(capsys)["check"]
    assert run("looks", city.FIRM_CODE, "--json") == 0
    told = said(capsys)
    assert told["total"] == 1 and told["looks"][0]["number"] == number
    assert Look.objects.latest("id").subject == f"looks:uscc:{city.FIRM_CODE}"
    later = (clock.today() + timedelta(days=3)).isoformat()
    order = ["--withhold", "investigation", "--until", later, "--ordered-by", "批准人", "--json"]
    assert run("looks", number, *order) == 0
    assert said(capsys)["release"] == later
    assert run("looks", number, *order) == 1
    capsys.readouterr()
    assert run("looks", city.FIRM_CODE, "--json") == 0
    assert said(capsys)["total"] == 0
    assert run("looks", city.FIRM_CODE) == 0
    assert "0 次" in capsys.readouterr().out
    assert run("looks", "not-a-code", "--json") == 1
    capsys.readouterr()


def test_the_auditor_gets_questions_and_everybody_counts(
    firm: None, enter: Enter, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(4):
        assert run("check", city.FIRM_CODE, "--matter", "procurement") == 0
    capsys.readouterr()
    assert run("audit", "looks", "--json") == 0
    told = said(capsys)
    assert [each["rule"] for each in told["findings"]] == ["no-case"]
    assert {each["rule"]: each["standing"] for each in told["counts"]}["no-case"] == 1
    assert run("audit", "looks", "--counts", "--json") == 0
    assert "findings" not in said(capsys)
    assert run("audit", "looks") == 0
    assert "没有写办件编号" in capsys.readouterr().out
