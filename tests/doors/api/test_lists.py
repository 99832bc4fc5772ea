"""Lists over the interface and at the terminal (名单接口与命令): from the rules of a list to an entry, and off it again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from gongxin.doors import cli
from gongxin.spine.access.gate import Viewer
from tests.doors.api.conftest import Caller
from tests.rooms.measures import lists_town as town
from tests.spine import making


@pytest.fixture
def bodies(people: dict[str, Viewer]) -> None:
    """The bodies that list instead of those of the checks."""


@pytest.fixture
def people(db: Any, on_day: Callable[[str], None]) -> dict[str, Viewer]:
    on_day("2026-09-21")
    return town.people()


def act(caller: Caller, number: str, verb: str, fields: dict[str, str]) -> dict[str, Any]:
    done = caller.post(f"/cases/{number}/acts/{verb}", {"fields": fields})
    assert done.status_code == 200, done.content
    return dict(done.json())


def test_from_the_proposal_to_the_exit(issue: Callable[..., str], capsys: pytest.CaptureFixture[str]) -> None:
    bureau = Caller(issue("cases:write", body=town.LABOUR))
    company = Caller(issue("cases:write", body=making.uscc(1)))
    asked = {**town.PROPOSED, "code": making.uscc(1)}
    opened = bureau.post("/lists/wage-defaulters/proposals", asked, Idempotency_Key="m-1")
    assert opened.status_code == 201, opened.content
    number = opened.json()["number"]
    assert bureau.post("/lists/wage-defaulters/proposals", asked, Idempotency_Key="m-1").json()["number"] == number
    assert bureau.post("/lists/wage-defaulters/proposals", asked).status_code == 409
    assert company.get(f"/cases/{number}").status_code == 404
    act(bureau, number, "notify", town.NOTICED)
    act(bureau, number, "serve-notice", town.served("2026-09-21"))
    act(company, number, "state-defence", town.DEFENCE)
    act(bureau, number, "decide", town.DECIDED)
    assert Caller(None).get("/lists/wage-defaulters").json()["on_display"] == 0
    entries = act(bureau, number, "serve-decision", town.served("2026-09-21"))["entries"]
    shown = Caller(None).get("/lists/wage-defaulters/entries").json()
    assert [line["record"] for line in shown["lines"]] == entries
    assert shown["lines"][0]["fields"]["exit_conditions"] == town.DECIDED["exit_conditions"]
    assert "proof_of_service" not in shown["lines"][0]["fields"]
    assert Caller(None).get("/lists/work-safety/entries").json()["total"] == 0
    assert cli.main(["lists", "show", "wage-defaulters", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["lists"][0]
    assert told["on_display"] == 1 and told["in_effect"] and told["term"]["months"] == 36
    leaving = {"ground": "cured", "reason": "已付清", "decided_by": town.DECIDER}
    no = bureau.post(f"/lists/entries/{entries[0]}/exit", {"fields": leaving})
    assert no.status_code == 422 and no.json()["error"]["code"] == "list.day"
    done = bureau.post(f"/lists/entries/{entries[0]}/exit", {"fields": {**leaving, "cured_on": "2026-09-20"}})
    assert done.status_code == 201, done.content
    assert Caller(None).get("/lists/wage-defaulters/entries").json()["total"] == 0


def test_refusals_come_with_their_reason_in_both_languages(issue: Callable[..., str]) -> None:
    bureau = Caller(issue("cases:write", body=town.LABOUR))
    child = {**town.PROPOSED, "code": town.citizen("20100101")}
    for list_id, asked, code in (
        ("judgment-defaulters", child, "list.authority"), ("wage-defaulters", child, "list.minor"),
        ("social-insurance", child, "list.unverified"), ("no-such-list", child, "list.unknown"),
    ):  # fmt: skip
        no = bureau.post(f"/lists/{list_id}/proposals", asked, Accept_Language="en")
        told = no.json()["error"]
        assert (no.status_code in {403, 422}, told["code"]) == (True, code)
        assert not re.search("[\u4e00-\u9fff]", told["message"] + told["way_forward"]), told
        assert asked["code"] not in no.content.decode()


def test_the_terminal_proposes_and_acts(people: Any, capsys: pytest.CaptureFixture[str]) -> None:
    said = [f"{name}={value}" for name, value in town.PROPOSED.items()]
    asked = ["lists", "propose", "wage-defaulters", making.uscc(1), *said, "--json"]
    assert cli.main(asked) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "case.side"
    assert cli.main([*asked, "--account", "labour"]) == 0
    number = json.loads(capsys.readouterr().out)["number"]
    assert (
        cli.main(["lists", "act", number, "drop", "reason=已付清", f"decided_by={town.DECIDER}", "--account", "labour"])
        == 0
    )
    assert "不予列入" in capsys.readouterr().out
    assert cli.main(["lists", "cases", "--account", "labour", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"cases": []}
    assert cli.main(["lists", "list"]) == 0
    assert "research-integrity" in capsys.readouterr().out
    assert cli.main(["lists", "watch", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"found": []}
