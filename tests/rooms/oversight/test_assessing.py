"""Assessing: figures come from what is on display today, every look leaves its trace, a result is contested by its own case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from gongxin.kernel.issues import Refusal
from gongxin.rooms.oversight import assessing
from gongxin.rooms.oversight.assessing import Assessed
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Body, Look
from gongxin.spine.cases import engine
from gongxin.spine.cases.engine import Done, Request
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from tests.rooms.measures import city

SYSTEM = "public-comprehensive"


@pytest.fixture
def officer(db: Any, on_day: Callable[[str], None]) -> Viewer:
    on_day("2026-11-28")
    for each in city.BODIES:
        Body.objects.create(**each)
    return Viewer(7, "何敏之", city.ORGAN, "officer", "web")


def enter(item: str, **payload: Any) -> int:
    acts = [
        NewAct("record", item, city.FIRM, city.BUREAU, {**city.DEFAULTS[item], **payload}, "测试", on=date(2026, 11, 1))
    ]
    return append(acts)[0]


def figure(asked: Any, indicator: str) -> Any:
    assert isinstance(asked, Assessed), asked
    return next(each for each in asked.result.figures if each.indicator.id == indicator)


def test_each_figure_names_its_records_and_the_look_is_logged(officer: Viewer) -> None:
    record = enter("penalty")
    asked = assessing.assess(officer, SYSTEM, city.FIRM_CODE, case_no="2026-抽查-3")
    assert figure(asked, "general-penalties").records == (record,)
    assert isinstance(asked, Assessed)
    told = assessing.as_dict(asked)
    assert told["trial"] is True
    look = Look.objects.get(number=asked.number)
    assert (look.matter, look.body, look.case_no) == ("supervision", city.ORGAN, "2026-抽查-3")


@pytest.mark.parametrize(("day", "counted"), [("2027-05-20", 1), ("2027-05-21", 0)])
def test_on_the_day_after_its_display_a_penalty_is_gone_from_the_figure(
    officer: Viewer, on_day: Callable[[str], None], day: str, counted: int
) -> None:
    enter("penalty")
    on_day(day)
    assert figure(assessing.assess(officer, SYSTEM, city.FIRM_CODE), "general-penalties").value == counted


def test_a_person_is_refused_whoever_asks_and_nothing_is_logged(officer: Viewer) -> None:
    refused = assessing.assess(officer, SYSTEM, city.PERSON_NUMBER)
    assert isinstance(refused, Refusal)
    assert refused.code == "assess.person"
    assert not Look.objects.exists()


def test_nobody_else_reads_a_result(officer: Viewer) -> None:
    steward = Viewer(9, "邻局专员", city.BUREAU, "steward", "web")
    assert isinstance(assessing.assess(steward, SYSTEM, city.FIRM_CODE), Refusal)
    Body.objects.create(code=city.OTHER_CODE, name="别家公司", kind="company", region="130100")
    stranger = Viewer(10, "别家", city.OTHER_CODE, "subject", "web")
    assert isinstance(assessing.assess(stranger, SYSTEM, city.FIRM_CODE), Refusal)


def test_a_result_is_contested_by_its_own_case_and_answered_point_by_point(officer: Viewer) -> None:
    Body.objects.create(code=city.FIRM_CODE, name="恒砾建筑", kind="company", region="130100")
    account = Account.objects.create_user("firm", role="subject", body_id=city.FIRM_CODE)
    firm = Viewer(account.pk, "恒砾", city.FIRM_CODE, "subject", "web")
    office = Viewer(11, "信用办", city.OFFICE, "operator", "web")
    asked = assessing.assess(firm, SYSTEM, city.FIRM_CODE)
    assert isinstance(asked, Assessed)
    fields = {"ground": "data", "text": "一、少算了一项荣誉\n二、承诺已经履行"}
    none = engine.open_case(firm, Request("assessment-objection", city.FIRM, fields, about="x@1@2026-11-28"))
    assert isinstance(none, Refusal)
    done = engine.open_case(firm, Request("assessment-objection", city.FIRM, fields, about=asked.address))
    assert isinstance(done, Done), done
    answer = {"findings": "一、已补入", "decided_by": "周岚 科长"}
    assert isinstance(engine.act(office, done.case.number, "reject", answer), Refusal)
    answer["findings"] += "\n二、未到期，不计"
    assert isinstance(engine.act(office, done.case.number, "reject", answer), Done)
