"""Assessment of governments from the platform's own work (政务诚信评价): each figure by its rows, for any day; words beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gongxin.doors.cli import main
from gongxin.kernel.issues import Refusal
from gongxin.law.thirdparties import Line, Ratings
from gongxin.rooms.oversight import assessment_objections
from gongxin.rooms.oversight.governments import comparing, datasets, ratings, selfscores
from gongxin.rooms.oversight.governments.comparing import Assessed
from gongxin.rooms.oversight.governments.models import Content, Rating, SelfScore
from gongxin.rooms.oversight.tasks import giving
from gongxin.rooms.oversight.tasks.giving import Order
from gongxin.rooms.promises import acting
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Body
from gongxin.spine.append_only import AppendOnlyFault
from gongxin.spine.bodies import register
from gongxin.spine.cases import engine
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.projections.models import Standing
from tests.rooms.promises import complaints_town, promises_town
from tests.rooms.promises.complaints_town import did, no
from tests.spine import making

pytestmark = pytest.mark.django_db
SYSTEM, CITY, DISTRICT = "government-integrity", "131500", "131502"
BUREAU = complaints_town.BUREAU
UNIVERSITY = "12PLUNI1"
TODAY = "2026-11-20"


@pytest.fixture
def people(on_day: Callable[[str], None]) -> dict[str, Viewer]:
    """A year of work of one district's bureau: a promise kept and one overdue, a complaint, tasks, late reporting."""
    on_day("2026-03-02")
    found = complaints_town.people()
    Body.objects.create(code=UNIVERSITY, name="平陵大学", region="", kind="agency")
    account = Account.objects.create(username="uni", role="steward", body_id=UNIVERSITY)
    found["university"] = Viewer(account.pk, "平陵大学", UNIVERSITY, "steward", "web")
    said = {
        **promises_town.GRANT,
        "uscc": BUREAU,
        "subject_name": "陵东区工业和信息化局",
        "authority": "陵东区工业和信息化局",
    }
    kept = promises_town.promise("government-promise", {**said, "promise_title": "技改补贴", "due_on": "2026-06-30"})
    promises_town.promise("government-promise", {**said, "promise_title": "园区道路", "due_on": "2026-08-31"})
    order = Order("hebei-2013-90/4-3", "接入全市共享平台", "2026-06-30")
    given = giving.give(found["office"], order, [BUREAU])
    assert isinstance(given, tuple)
    number, holder = complaints_town.filed()
    on_day("2026-03-10")
    did(
        engine.act(
            found["office"],
            number,
            "refer",
            {"category": "subsidy", "handler": complaints_town.DISTRICT, "decided_by": complaints_town.DECIDER},
        )
    )
    on_day("2026-05-20")
    answer = {
        "outcome": "mended",
        "mended_on": "2026-05-18",
        "findings": complaints_town.FINDINGS,
        "decided_by": complaints_town.DECIDER,
    }
    did(engine.act(found["district"], number, "answer", answer))
    did(engine.act(holder, number, "confirm", {"rating": "content"}))
    on_day("2026-06-10")
    assert not isinstance(
        acting.progress(found["bureau"], kept, {"done_on": "2026-06-10", "evidence": "拨款凭证 1"}), Refusal
    )
    done = acting.find(
        found["bureau"],
        kept,
        {"outcome": "kept", "performed_on": "2026-06-10", "evidence": "拨款凭证 1", "findings": "已拨付"},
    )
    assert not isinstance(done, Refusal), done
    on_day("2026-10-15")
    append([NewAct("record", "penalty", making.key(1), BUREAU, making.penalty(decided_on="2026-09-01"), "测试")])
    on_day(TODAY)
    return found


def listing(code: str) -> NewAct:
    """An entry of the court's list of judgment debtors under a body's code."""
    said = {
        "list": "judgment-defaulters", "subject_name": "某单位", "subject_kind": "organisation", "uscc": code,
        "facts": "未履行", "basis": "规定第一条", "document_no": "（2026）平执1号", "decided_on": "2026-08-01",
        "served_on": "2026-08-03", "effective_on": "2026-08-03", "authority": "平陵市人民法院",
        "exit_conditions": "履行完毕", "proof_of_service": "回证 1",
    }  # fmt: skip
    return NewAct("record", "list-entry", f"uscc:{code}", making.PROVIDER, said, "测试", document=900)


def figures(assessed: Assessed | Refusal, unit: str) -> dict[str, Any]:
    assert isinstance(assessed, Assessed), assessed
    told = comparing.unit_dict(assessed, unit)
    assert told is not None
    return {
        each["indicator"]: (each["part"], each["whole"], [row["outcome"] for row in told["rows"][each["indicator"]]])
        for each in told["figures"]
    }


def test_every_figure_is_its_rows_and_any_day_can_be_asked(people: dict[str, Viewer]) -> None:
    now = comparing.assess(SYSTEM, DISTRICT)
    assert figures(now, BUREAU) == {
        "promises-kept": (1, 1, ["kept"]), "milestones-met": (1, 2, ["in-time", "overdue"]), "payments-in-time": (0, 0, []),
        "complaints-in-time": (0, 0, []), "complaints-mended": (1, 1, ["mended"]), "broken-faith": (0, 0, []),
        "judgment-debts": (0, 0, []), "tasks-in-time": (0, 1, ["overdue"]), "reports-in-time": (0, 1, ["late"]),
    }  # fmt: skip
    assert isinstance(now, Assessed) and now.system.in_effect is False
    assert figures(comparing.assess(SYSTEM, DISTRICT, date(2026, 6, 30)), BUREAU) == {
        "promises-kept": (1, 1, ["kept"]), "milestones-met": (1, 1, ["in-time"]), "payments-in-time": (0, 0, []),
        "complaints-in-time": (0, 0, []), "complaints-mended": (1, 1, ["mended"]), "broken-faith": (0, 0, []),
        "judgment-debts": (0, 0, []), "tasks-in-time": (0, 0, []), "reports-in-time": (0, 0, []),
    }  # fmt: skip
    # The district let its term pass before it answered; that is the district's figure and not the bureau's.
    assert figures(now, complaints_town.DISTRICT)["complaints-in-time"] == (0, 1, ["late"])
    found = now.find(BUREAU)
    assert found is not None and found[1].rank is None and found[1].why == "sample"
    # Under the city the same rows stand under the division, whatever body of it they came from.
    city = comparing.assess(SYSTEM, CITY)
    assert figures(city, DISTRICT)["complaints-in-time"][:2] == (0, 1) and figures(city, DISTRICT)["promises-kept"][
        :2
    ] == (1, 1)
    for told in (
        comparing.assess(SYSTEM, "440000"),
        comparing.assess("none", CITY),
        comparing.assess(SYSTEM, CITY, date(2027, 1, 1)),
    ):
        assert isinstance(told, Refusal)


def test_what_befell_before_a_merger_stands_under_whoever_goes_on(people: dict[str, Viewer]) -> None:
    before = figures(comparing.assess(SYSTEM, DISTRICT), BUREAU)
    change = register.Change(
        BUREAU, "merged", date(2026, 11, 1), to=(complaints_town.DISTRICT,), document="陵编〔2026〕3号"
    )
    assert not isinstance(register.enter(change, actor="测试"), Refusal)
    after = comparing.assess(SYSTEM, DISTRICT)
    assert isinstance(after, Assessed) and after.find(BUREAU) is None
    heir = figures(after, complaints_town.DISTRICT)
    assert all(heir[name] == told for name, told in before.items() if name != "complaints-in-time")
    assert figures(comparing.assess(SYSTEM, DISTRICT, date(2026, 10, 31)), BUREAU)["promises-kept"] == (1, 1, ["kept"])


def test_a_result_told_once_is_told_again_whatever_came_later(
    people: dict[str, Viewer], on_day: Callable[[str], None]
) -> None:
    """What is entered, corrected or handed on after a day changes no figure of that day, and does change today's."""
    said = {"category": "subsidy", "handler": complaints_town.DISTRICT, "decided_by": complaints_town.DECIDER}
    on_day("2026-08-03")
    number, holder = complaints_town.filed()
    did(engine.act(people["office"], number, "refer", said))
    entry = append([listing(making.organ(9))])[0]
    day = date(2026, 10, 31)
    on_day(str(day))
    before = comparing.assess(SYSTEM, CITY)
    told = figures(before, DISTRICT)
    assert told["reports-in-time"] == (0, 1, ["late"]) and told["complaints-in-time"][2].count("overdue") == 1
    assert figures(before, complaints_town.CITY)["complaints-in-time"] == (0, 0, [])

    on_day(TODAY)
    answer = {"outcome": "mending", "findings": complaints_town.FINDINGS, "decided_by": complaints_town.DECIDER}
    did(engine.act(people["district"], number, "answer", answer))
    did(engine.act(holder, number, "not-solved", {"reason": "1. 仍未拨付"}))
    did(engine.act(people["office"], number, "refer", {**said, "handler": complaints_town.CITY}))
    grant = {**promises_town.GRANT, "uscc": BUREAU, "promise_title": "补登的承诺", "due_on": "2026-07-31"}
    promises_town.promise("government-promise", grant)
    moved = listing(BUREAU).payload
    put_right = making.penalty(decided_on="2026-10-14")
    reported = Standing.objects.get(item="penalty", provider=BUREAU).record
    append([
        NewAct("correction", "list-entry", f"uscc:{BUREAU}", making.PROVIDER, moved, "测试", record=entry),
        NewAct("correction", "penalty", making.key(1), BUREAU, put_right, "测试", record=reported),
    ])  # fmt: skip
    again = comparing.assess(SYSTEM, CITY, day)
    assert isinstance(before, Assessed) and isinstance(again, Assessed)
    assert (
        comparing.as_dict(again)["groups"] == comparing.as_dict(before)["groups"] and figures(again, DISTRICT) == told
    )
    now = figures(comparing.assess(SYSTEM, CITY), DISTRICT)
    assert now["judgment-debts"][0] == 1 and now["milestones-met"][1] == told["milestones-met"][1] + 1
    assert now["reports-in-time"][2] == ["in-time"], "by the date of the decision as it is known now"


def test_own_scores_stand_beside_and_change_no_figure(people: dict[str, Viewer]) -> None:
    before = figures(comparing.assess(SYSTEM, DISTRICT), BUREAU)
    done = selfscores.enter(people["bureau"], SYSTEM, {"promises-kept": "95", "tasks-in-time": "100"}, "年度自查报告")
    assert not isinstance(done, Refusal) and done.total is None
    again = selfscores.enter(people["bureau"], SYSTEM, {"promises-kept": "90"}, "更正自查报告")
    assert not isinstance(again, Refusal)
    assert {name: float(each.points) for name, each in again.scores.items()} == {
        "promises-kept": 90,
        "tasks-in-time": 100,
    }
    assert SelfScore.objects.count() == 3, "what was said before stays"
    with pytest.raises(AppendOnlyFault):
        SelfScore.objects.all().delete()
    assert figures(comparing.assess(SYSTEM, DISTRICT), BUREAU) == before
    assert no(selfscores.enter(people["university"], SYSTEM, {"promises-kept": "90"}, "报告")) == "assess.own"
    assert no(selfscores.enter(people["bureau-subject"], SYSTEM, {"promises-kept": "90"}, "报告")) == "assess.own"
    assert (
        no(selfscores.enter(people["bureau"], SYSTEM, {"promises-kept": "90"}, "张某 110105194912310021"))
        == "case.numbers"
    )
    # A body contests its own result by its own people; the office answers point by point.
    now = comparing.assess(SYSTEM, DISTRICT)
    assert isinstance(now, Assessed)
    said = {"ground": "data", "text": "一、漏取了一件兑现的承诺"}
    case = did(
        engine.open_case(
            people["bureau"], engine.Request(assessment_objections.KIND, "uscc:x", said, about=now.address)
        )
    ).case
    assert (case.subject, case.brought_by) == (f"uscc:{BUREAU}", BUREAU)
    assert (
        no(
            engine.open_case(
                people["bureau"], engine.Request(assessment_objections.KIND, "", said, about="x@1@2026-11-20")
            )
        )
        == "assess.none"
    )
    assert no(engine.act(people["district"], case.number, "withdraw", {})) == "case.none"
    did(
        engine.act(
            people["office"],
            case.number,
            "reject",
            {"findings": "一、那件承诺还没有认定", "decided_by": complaints_town.DECIDER},
        )
    )


def test_a_third_party_rates_a_frozen_hashed_set_and_its_method_is_published(
    people: dict[str, Viewer], on_day: Callable[[str], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert no(datasets.freeze(people["bureau"], SYSTEM, DISTRICT, UNIVERSITY)) == "assess.office"
    assert no(datasets.freeze(people["office"], SYSTEM, DISTRICT, "NOBODY")) == "assess.rater"
    assert no(datasets.freeze(people["office"], SYSTEM, DISTRICT, BUREAU)) == "assess.judge"
    listed = append([listing(BUREAU)])[0]
    out = tmp_path / "set.json"
    assert main(["assess", SYSTEM, "--region", DISTRICT, "--freeze", UNIVERSITY, "--out", str(out), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    content = out.read_bytes()
    assert hashlib.sha256(content).hexdigest() == made["sha256"]
    said = json.loads(content)
    assert len(said["rows"]) == made["rows"] == 8
    assert not {"rank", "low", "high"} & set(json.dumps(said["groups"]).replace('"', " ").split()), "no result of ours"
    assert complaints_town.NAME not in content.decode() and complaints_town.TEXT[:8] not in content.decode()
    given = Ratings(made["sha256"], "专家打分与数据各半", "程立（课题负责人）", (Line(BUREAU, "良好", 70.0, 82.0),))
    assert no(ratings.hand_in(people["bureau"], made["number"], given)) == "assess.set"
    assert no(datasets.fetch(people["bureau"], made["number"])) == "assess.set"
    fetched = datasets.fetch(people["university"], made["number"])
    assert not isinstance(fetched, Refusal) and fetched[1] == content
    before = figures(comparing.assess(SYSTEM, DISTRICT), BUREAU)
    assert no(datasets.fetch_published(made["number"])) == "assess.set", "before a rating it is the third party's alone"
    told = ratings.hand_in(people["university"], made["number"], given)
    assert not isinstance(told, Refusal)
    visitor, address = Client(), f"/governments/sets/{made['number']}.json"
    assert hashlib.sha256(visitor.get(address).content).hexdigest() == made["sha256"] and told.offered
    assert visitor.get(f"/api/v1/assessment-sets/{made['number']}/published").content == content
    assert (
        f"sha256sum {made['number']}.json" in visitor.get(f"/governments/{SYSTEM}/?region={DISTRICT}").content.decode()
    )
    assert figures(comparing.assess(SYSTEM, DISTRICT), BUREAU) == before
    assert main(["assess", SYSTEM, "--region", DISTRICT, "--unit", BUREAU, "--json"]) == 0
    [shown] = json.loads(capsys.readouterr().out)["ratings"]
    assert (shown["method"], shown["sha256"], shown["results"][0]["rating"]) == (given.method, made["sha256"], "良好")
    # The day after it closes its content is destroyed; its digest and the rating stay.
    on_day("2027-02-18")
    assert datasets.forget_old() == 0 and visitor.get(address).status_code == 200
    append(
        [
            NewAct(
                "withdrawal", "list-entry", f"uscc:{BUREAU}", making.PROVIDER, {"reason": "撤回"}, "测试", record=listed
            )
        ]
    )
    assert visitor.get(address).status_code == 404, "what has left display leaves with the set that names it"
    assert not isinstance(datasets.fetch(people["university"], made["number"]), Refusal)
    on_day("2027-02-19")
    assert no(datasets.fetch(people["university"], made["number"])) == "assess.closed"
    assert no(ratings.hand_in(people["university"], made["number"], given)) == "assess.closed"
    assert datasets.forget_old() == 1 and not Content.objects.exists()
    assert Rating.objects.count() == 1 and len(ratings.published(SYSTEM, DISTRICT, date(2027, 2, 19))) == 1
