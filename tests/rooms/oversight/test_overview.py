"""The overview and the bulletin (监督总览、月报): figures are the sum of rows, as of the month's end; doors say the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gongxin.doors.api import keys
from gongxin.doors.cli import main
from gongxin.kernel.issues import Refusal
from gongxin.rooms.intake.models import Batch
from gongxin.rooms.oversight import bulletin, bulletin_paper, monitoring, overview
from gongxin.rooms.oversight.overview import Month, Overview
from gongxin.rooms.promises import acting
from gongxin.rooms.promises.complaints.filing import Complaint
from gongxin.spine import clock, divisions
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, ApiKey, Body
from gongxin.spine.cases import engine
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from tests.rooms.promises.complaints_town import filed
from tests.rooms.promises.promises_town import BUREAU, CONTRACT, GRANT, LIVELIHOOD, TOWNSHIP, people, promise
from tests.spine import making

TODAY = date(2026, 11, 5)
OCTOBER = "2026-10"


@pytest.fixture
def records(db: Any, on_day: Callable[[Any], None]) -> dict[str, int]:
    """A bureau and a township that promised; a payment, a grant and a milestone have passed their day by November."""
    on_day("2026-03-02")
    people()
    made = {name: promise(item, said) for name, item, said in (
        ("contract", "government-contract", CONTRACT), ("grant", "government-promise", GRANT),
        ("canteen", "government-promise", LIVELIHOOD),
    )}  # fmt: skip
    on_day(TODAY)
    for day, refused, late in ((date(2026, 9, 9), 0, 0), (date(2026, 10, 8), 0, 5), (date(2026, 10, 20), 3, 0)):
        Batch.objects.create(
            item="penalty", provider=BUREAU, via="cli", actor="甲", file_name="a.csv", file_hash="0", size=1, state="done",
            day=day, created=clock.now(), received=100, accepted=100 - refused, refused=refused, late=late,
        )  # fmt: skip
    return made


def told(month: str = OCTOBER, region: str = "131500") -> Overview:
    found = overview.month_of(month)
    assert isinstance(found, Month), found
    return overview.read(found, region)


def test_figures_are_sums_of_rows_as_of_the_months_end(records: dict[str, int], on_day: Callable[[Any], None]) -> None:
    october = told()
    assert {row.link for row in october.rows("unkept")} == {f"promise:{records[name]}" for name in ("grant", "canteen")}
    assert [row.link for row in october.rows("arrears")] == [f"promise:{records['contract']}#0"], (
        "what hangs on delivery is not due"
    )
    assert (october.figure("timely").good, october.figure("timely").count) == (192, 197)
    assert (october.figure("first-pass").good, october.figure("first-pass").count) == (1, 2)
    assert {each.body.code: each.figure.count for each in october.bodies("unkept")} == {BUREAU: 1, TOWNSHIP: 1}
    places = {each.division.code: each for each in october.places("unkept")}
    assert places["131521"].figure.count == 1 and places["131500"].figure.count == 1, (
        "the city's own level is told apart"
    )
    assert sum(each.figure.count for each in places.values()) == october.figure("unkept").count
    assert places["131500"].returned == 1 and str(places["131500"].division.said) == "131500本级"
    june = told("2026-06")
    assert june.rows("unkept") == (), "on 30 June the milestone was due and had not passed"
    assert [row.link for row in told("2026-07").rows("unkept")] == [f"promise:{records['canteen']}"]
    assert told(region="131521").figure("arrears").count == 0 and told(region="130000").figure("unkept").count == 2
    assert {f"{month:%m}": fallen for month, fallen, _mended in october.kept_words() if fallen} == {
        "04": 1,
        "07": 1,
        "09": 1,
    }
    on_day("2026-11-06")
    done = acting.progress(
        people_again("p-township"), records["canteen"],
        {"node": "完成选址", "done_on": "2026-11-05", "evidence": "选址意见书"},
    )  # fmt: skip
    assert not isinstance(done, Refusal), done
    assert told().figure("unkept").count == 2 and told("2026-11").figure("unkept").count == 1, (
        "October stays what it was"
    )
    assert told("2026-11").moved("unkept") == (0, 1)
    assert told("2026-11").kept_words()[-1][1:] == (0, 1)


def people_again(username: str) -> Viewer:
    """Return one of the town's people by the account's name."""
    account = Account.objects.get(username=username)
    return Viewer(account.pk, str(account), account.body_id or "", account.role, "web")


def test_what_has_passed_its_day_is_asked_with_its_rows(records: dict[str, int]) -> None:
    found = {(each["signal"], each["body"]): each for each in monitoring.told(TODAY)}
    assert set(found) == {("overdue-promise", BUREAU), ("overdue-promise", TOWNSHIP), ("overdue-payment", BUREAU)}
    grant = found["overdue-promise", BUREAU]
    assert (
        grant["rows"] == [f"promise:{records['grant']}"] and grant["longest_days"] == 65 and grant["false_alarms"] == 0
    )
    assert "不是认定" in grant["text"] and "no finding" in grant["text_en"] and grant["method_en"]
    assert len(told().questions) == 3, "as of the first day after October"
    assert [each["key"] for each in told(region="131521").questions] == [found["overdue-promise", TOWNSHIP]["key"]]


def test_a_basis_that_had_been_replaced_and_a_body_on_a_list_are_asked_about(records: dict[str, int]) -> None:
    Body.objects.create(code=making.PROVIDER, name="平陵市市场监督管理局", kind="organ", region="131500")
    basis = "《中华人民共和国环境保护法》第五十四条"
    made = append(
        [
            making.record(1, 1, decided_on="2026-08-14", basis=basis), making.record(1, 2, decided_on="2026-09-01", basis=basis),
            making.record(1, 3, decided_on="2026-09-02", facts="曾违反《环境保护法》"), debtor(BUREAU),
        ]
    )  # fmt: skip
    november = told("2026-11")
    assert [(row.body, row.link) for row in november.rows("ended-bases")] == [(making.PROVIDER, f"record:{made[1]}")], (
        "only what names it as its basis, the day after it ended"
    )
    assert [(row.body, row.link) for row in november.rows("debtors")] == [(BUREAU, f"integrity:{BUREAU}#{made[3]}")]
    found = {each["signal"]: each for each in monitoring.told(TODAY)}
    assert found["ended-basis"]["rows"] == [f"record:{made[1]}"] and found["debtor-body"]["body"] == BUREAU
    assert told("2026-08").rows("ended-bases") == ()


def debtor(code: str) -> NewAct:
    """An entry of the court's list of judgment debtors about a public body."""
    said = {
        "list": "judgment-defaulters", "subject_name": "平陵市教育局", "subject_kind": "organisation", "uscc": code,
        "facts": "未履行", "basis": "规定第一条", "document_no": "（2026）平执1号", "decided_on": "2026-09-01",
        "served_on": "2026-09-03", "effective_on": "2026-09-03", "authority": "平陵市人民法院",
        "exit_conditions": "履行完毕", "proof_of_service": "回证 1",
    }  # fmt: skip
    return NewAct("record", "list-entry", f"uscc:{code}", making.PROVIDER, said, "测试", document=900)


def test_complaints_count_for_whom_they_are_about_and_whoever_handles_them(
    records: dict[str, int], on_day: Callable[[Any], None]
) -> None:
    on_day("2026-10-09")
    number, _holder = filed(Complaint(BUREAU, "1. 尾款没有支付"))
    on_day("2026-10-12")
    said = {
        "category": "subsidy",
        "handler": Body.objects.get(name="平陵市人民政府").code,
        "decided_by": "业务科科长 方澄",
    }
    done = engine.act(people_again("p-office"), number, "refer", said)
    assert not isinstance(done, Refusal), done
    on_day("2026-11-20")
    october, november = told(), told("2026-11")
    assert [row.link for row in october.rows("complaints")] == [f"case:{number}"] and october.rows(
        "complaint-time"
    ) == ()
    (row,) = november.rows("complaint-time")
    assert row.missed and row.open and row.body == said["handler"] and row.on == date(2026, 11, 11)
    late = next(each for each in monitoring.told(date(2026, 11, 20)) if each["signal"] == "complaint-overdue")
    assert (late["body"], late["rows"], late["longest_days"]) == (said["handler"], [f"case:{number}"], 9)


def test_a_month_that_is_none_or_ahead_is_refused(records: dict[str, int], capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("2026-12", "2026-13", "1999-01", "October", "2026-1"):
        assert isinstance(overview.month_of(text), Refusal), text
    this = overview.month_of()
    assert isinstance(this, Month) and (str(this), this.until, this.running) == ("2026-11", TODAY, True)
    assert main(["bulletin", "--month", "2027-01", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "overview.month"
    assert main(["monitor", "figures", "--gauge", "nothing"]) == 1
    capsys.readouterr()
    for command, code in (
        (["monitor", "figures", "--region", "999999"], "overview.region"), (["bulletin", "--region", "139900"], "overview.region"),
        (["monitor", "figures", "--gauge", "unkept", "--body", "NOBODY"], "overview.body"),
        (["monitor", "run", "--body", "NOBODY"], "monitor.body"),
    ):  # fmt: skip
        assert main([*command, "--json"]) == 1 and json.loads(capsys.readouterr().out)["error"]["code"] == code, command
    assert main(["assess", "government-integrity", "--set", "PJ-2026-0009"]) == 1
    assert "政务诚信指导意见 三（三）" in capsys.readouterr().err, "a clause by its name, not by its address"


def test_divisions_below_one(db: Any) -> None:
    province = divisions.under("130000", ["130123", "130682", "131500", "130000", "110101"])
    assert [each.code for each in province[:2]] == ["130700", "130800"], "by row and column of the diagram"
    assert [each.code for each in province[-2:]] == ["131500", "130000"], "without a place, then the level itself"
    codes = [each.code for each in province]
    assert divisions.of("130682", "130000", codes) == "130682", "governed by the province itself"
    assert divisions.of("130623", "130000", codes) == "130600" and divisions.of("110101", "130000", codes) == ""
    assert divisions.of("131521100", "131500", ["131521"]) == "131521"
    assert [each.code for each in divisions.under("131521", ["131521100", "131521"])] == ["131521100", "131521"]


def test_the_bulletin_by_page_command_and_call_is_the_same(
    records: dict[str, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["bulletin", "--month", OCTOBER, "--region", "131500"]
    assert main([*command, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["month"], data["as_of"], data["running"]) == (OCTOBER, "2026-10-31", False)
    figures = {each["gauge"]: each for each in data["figures"]}
    assert (figures["unkept"]["value"], figures["timely"]["value"]) == (2, 97.5) and figures["outcomes"][
        "value"
    ] is None
    assert all(each["method"] and each["method_en"] and each["certainty"] == "unverified" for each in data["figures"])
    assert {each["signal"] for each in data["questions"]} == {"overdue-promise", "overdue-payment"}
    assert all(each["false_alarms"] in {0, 0.005} for each in data["methods"]) and len(data["coverage"]) == 4
    assert data["known"]["ledger_size"] == 3
    assert main(command) == 0 and "未兑现的政府承诺　2 项" in capsys.readouterr().out
    asked = overview.month_of(OCTOBER)
    assert isinstance(asked, Month)
    typeset = bulletin_paper.filled(bulletin.make(asked, "131500"))
    numbers = [
        "—" if each["value"] is None else f"{each['value']:,.{int(each['kind'] == 'share')}f}"
        for each in data["figures"]
    ]
    assert [row[1].removesuffix("%") for row in typeset["figures"]["rows"]] == numbers, (
        "the paper says the data's numbers"
    )
    assert [row[1:] for row in typeset["promises"]["rows"]] == [
        [str(each["fallen_overdue"]), str(each["made_good"])] for each in data["promises"]
    ]
    paper = tmp_path / "october.pdf"
    assert main([*command, "--pdf", str(paper)]) == 0 and paper.read_bytes().startswith(b"%PDF")
    secret, prefix, digest = ApiKey.new_secret()
    ApiKey.objects.create(body_id="OFFICE", label="督查系统", prefix=prefix, digest=digest, scopes=["monitor:read"])
    keys.keyring.forget()
    caller = Client(headers={"Authorization": f"Bearer {secret}"})
    called = caller.get(f"/api/v1/bulletins/{OCTOBER}?region=131500").json()
    assert {**called, "made_at": ""} == {**data, "made_at": ""}
    assert caller.get(f"/api/v1/bulletins/{OCTOBER}/pdf").content.startswith(b"%PDF")
    assert caller.get("/api/v1/bulletins/2027-01").json()["error"]["code"] == "overview.month"
    rows = caller.get(f"/api/v1/monitoring/figures/unkept/{TOWNSHIP}?month={OCTOBER}").json()["rows"]
    assert [row["link"] for row in rows] == [f"promise:{records['canteen']}"] and rows[0]["on"] == "2026-06-30"
    assert caller.get("/api/v1/monitoring/figures/nothing").status_code == 404
    given = {"body": BUREAU, "item": "penalty", "since": "2026-01-01", "numbers": ["平教罚〔2026〕1号"]}
    told_of = caller.post("/api/v1/monitoring/hidden", given, content_type="application/json").json()
    assert (told_of["handed_in"], told_of["missing"], told_of["estimate"]) == (0, given["numbers"], None)
    assert (
        caller.post("/api/v1/monitoring/hidden", {**given, "item": "none"}, content_type="application/json").status_code
        == 422
    )
    assert len(caller.get("/api/v1/monitoring/figures").json()["figures"]) == len(data["figures"])
    assert Client().get(f"/api/v1/bulletins/{OCTOBER}").status_code == 401
