"""Tasks and debt by command and interface (任务、债务命令和接口): the same path as on the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gongxin.doors import cli
from gongxin.doors.api import keys
from gongxin.spine.access.models import ApiKey
from tests.rooms.oversight.test_debt import GOOD, HEAD
from tests.rooms.promises import complaints_town as town

PLAN, DECIDER = "hebei-2013-90", "decided_by=柳成蹊（督查科科长）"


@pytest.fixture(autouse=True)
def place(db: Any, on_day: Callable[[Any], None]) -> None:
    on_day("2026-11-22")
    town.people()


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = cli.main([*arguments, "--json"])
    told = json.loads(capsys.readouterr().out)
    if code == 0:
        # What is told to machines is told to people, too.
        again = cli.main([*arguments]) if arguments[1] in {"plan", "plans", "list", "show", "bulletin"} else 0
        assert again == 0
        capsys.readouterr()
    return code, told


def test_a_task_from_the_plan_to_the_bulletin_by_command(capsys: pytest.CaptureFixture[str]) -> None:
    office, bureau = ("--account", "office"), ("--account", "bureau")
    assert [each["id"] for each in said(capsys, "tasks", "plans")[1]["plans"]] == [PLAN]
    given = ("tasks", "assign", f"{PLAN}/4-3", "text=接入", "due=2026-11-20", "--region", "131502", *office)
    code, told = said(capsys, *given)
    assert code == 1 and told["error"]["code"] == "task.due"
    code, told = said(capsys, *(each.replace("11-20", "12-31") for each in given))
    assert code == 0 and len(told["cases"]) == 2
    listed = said(capsys, "tasks", "list", *bureau)[1]["given"]
    assert [each["bearer"]["code"] for each in listed] == [town.BUREAU]
    number = listed[0]["number"]
    code, told = said(capsys, "tasks", "report", number, "progress=好了", "evidence=—", "--done", *bureau)
    assert code == 1 and told["error"]["code"] == "task.evidence"
    assert said(capsys, "tasks", "report", number, "progress=好了", "evidence=验收单", "--done", *bureau)[0] == 0
    assert cli.main(["tasks", "act", number, "confirm", "findings=核对了", DECIDER, *office]) == 0
    assert number in capsys.readouterr().out, "told in words, too"
    assert said(capsys, "tasks", "show", number, *bureau)[1]["state"] == "done"
    counts = {each["id"]: each["counts"] for each in said(capsys, "tasks", "plan", PLAN)[1]["tasks"]}
    assert counts["4-3"]["given"] == 2 and counts["4-3"]["done"] == 1
    assert (
        said(capsys, "tasks", "inspect", PLAN, "2026", town.BUREAU, "checklist=six-fields", "text=承诺", *office)[0]
        == 0
    )
    appraisal = ("tasks", "appraise", PLAN, "2026", town.BUREAU, "result=done", "text=按期", DECIDER, *office)
    assert said(capsys, *appraisal)[0] == 0
    told = said(capsys, "tasks", "bulletin", PLAN, "2026")[1]
    assert told["counts"]["given"] == 2 and told["opinions"] == [], "nobody is named before it is final"


def test_plans_and_bulletins_are_open_and_the_rest_needs_a_key() -> None:
    client = Client()
    plan = client.get(f"/api/v1/plans/{PLAN}").json()
    assert len(plan["tasks"]) == 14 and len(plan["heads"]) == 5
    assert client.get("/api/v1/plans").json()[0]["id"] == PLAN
    assert client.get(f"/api/v1/plans/{PLAN}/bulletins/2026").json()["opinions"] == []
    assert client.get("/api/v1/plans/none").status_code == 404
    for path in ("/api/v1/tasks", "/api/v1/debt/130000"):
        assert client.get(path).status_code == 401


def test_debt_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "余额.csv"
    path.write_text(HEAD + GOOD, encoding="utf-8")
    assert said(capsys, "debt", "import", str(path))[1]["added"] == 1
    code, told = said(capsys, "debt", "130000", "--resources", "10", "--account", "office")
    assert (
        code == 0
        and told["band"]["id"] == "yellow"
        and told["debtors"][0]["by_year_of_maturity"] == {"2022": "1990720000.00"}
    )
    assert cli.main(["debt", "130000", "--account", "office"]) == 0 and "1990720000.00" in capsys.readouterr().out
    code, told = said(capsys, "debt", "130000", "--account", "bureau")
    assert code == 1 and told["error"]["code"] == "debt.internal"
    assert cli.main(["debt", "130000", str(path)]) == 2


def test_an_office_gives_and_looks_by_key(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    keys.keyring.forget()
    held = {}
    for body in (town.OFFICE, town.BUREAU):
        secret, prefix, digest = ApiKey.new_secret()
        ApiKey.objects.create(body_id=body, label="业务系统", prefix=prefix, digest=digest, scopes=["cases:write"])
        held[body] = {"Authorization": f"Bearer {secret}"}

    def sent(path: str, body: dict[str, Any], key: str = town.OFFICE) -> tuple[int, Any]:
        answer = Client().post(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=held[key])
        return answer.status_code, answer.json()

    order = {"task": f"{PLAN}/4-3", "bodies": [town.BUREAU], "text": "接入", "due": "2026-12-31"}
    assert sent("/tasks", {**order, "task": f"{PLAN}/9"})[0] == 422
    assert sent("/tasks", order, town.BUREAU)[0] == 403
    status, told = sent("/tasks", order)
    assert status == 201
    number = told["cases"][0]["number"]
    mine = Client().get("/api/v1/tasks", headers=held[town.BUREAU]).json()
    assert [each["number"] for each in mine["tasks"]] == [number]
    said_ = {"fields": {"progress": "好了", "evidence": "验收单"}}
    assert sent(f"/cases/{number}/acts/finish", said_, town.BUREAU)[1]["state"] == "reported"
    inspected = {"plan": PLAN, "year": 2026, "body": town.BUREAU, "checklist": "none", "text": "承诺"}
    assert sent("/tasks/inspections", inspected)[0] == 422
    assert sent("/tasks/inspections", {**inspected, "checklist": "six-fields"})[0] == 201
    appraised = {
        "plan": PLAN,
        "year": 2026,
        "body": town.BUREAU,
        "result": "done",
        "text": "按期",
        "decided_by": "柳成蹊（科长）",
    }
    assert [sent("/tasks/appraisals", appraised)[0] for _ in range(2)] == [201, 409]
    path = tmp_path / "余额.csv"
    path.write_text(HEAD + GOOD, encoding="utf-8")
    assert said(capsys, "debt", "import", str(path))[0] == 0
    assert Client().get("/api/v1/debt/130000", headers=held[town.OFFICE]).json()["balance_yuan"] == "1990720000.00"
    assert Client().get("/api/v1/debt/130000", headers=held[town.BUREAU]).status_code == 403
