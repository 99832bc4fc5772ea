"""Government debt (地方政府债务): balances by debtor and year of maturity equal to those computed apart; internal, each look logged."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gongxin.kernel.issues import Refusal
from gongxin.law import debt as law_of_debt
from gongxin.rooms.oversight import debt
from gongxin.rooms.oversight.models import DebtHolding
from gongxin.spine import shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Look
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.finding import said_first
from tests.rooms.promises import complaints_town as town

pytestmark = pytest.mark.django_db
OFFICE = Viewer(None, "陈立衡", "OFFICE", "supervisor", "web")
HEAD = "代码,名称,债务主体,发行总额 [单位]亿元,债券余额 [日期]2018-12-28,到期日期,票面利率(发行时),主体地区\n"
GOOD = "1.SZ,冀债01,河北省人民政府,20,19.9072,2022-02-28 00:00:00,3.5,河北省\n"


@pytest.fixture(autouse=True)
def day(on_day: Callable[[Any], None]) -> None:
    on_day("2026-11-23")


@pytest.mark.shared_data
def test_balances_equal_those_computed_apart(shared_data: Path) -> None:
    path = shared_data / "gov_debt" / "local_gov_bonds_20181228.csv"
    text = path.read_text(encoding="utf-8-sig")
    done = debt.take_in(text, stock_day=None, source=path.name)
    assert isinstance(done, debt.Taken), done
    assert (done.rows, done.added, done.untold, done.unplaced) == (8443, 8443, 24, 33) and done.stock_day == date(
        2018, 12, 28
    )
    apart: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    debtors: dict[str, set[str]] = defaultdict(set)
    for row in csv.DictReader(text.splitlines()):
        short = {"北京": "北京市", "天津": "天津市", "上海": "上海市", "重庆": "重庆市"}
        debtors[short.get(row["主体地区"], row["主体地区"])].add(row["债务主体"])
        if row["债券余额 [日期]2018-12-28"]:
            apart[row["债务主体"]][row["到期日期"][:4]] += Decimal(row["债券余额 [日期]2018-12-28"]) * 10**8
    compared = 0
    for code, name in shelf.division_names().items():
        if not code.endswith("0000") or name not in debtors:
            continue
        told = debt.look(OFFICE, code)
        assert isinstance(told, debt.Told), told
        found = {each["debtor"]: each["by_year_of_maturity"] for each in debt.as_dict(told)["debtors"]}
        assert found == {
            debtor: {year: f"{amount:.2f}" for year, amount in sorted(apart[debtor].items())}
            for debtor in debtors[name]
        }
        compared += len(found)
    assert compared == 32
    again = debt.take_in(text, stock_day=None, source=path.name)
    assert isinstance(again, debt.Taken) and (again.added, again.present) == (0, 8443)


def test_a_file_is_taken_in_whole_or_not_at_all_and_nothing_is_rewritten() -> None:
    bad = "2.SZ,冀债02,河北省人民政府,20,约 3 亿,2022-02-30,3.5,冀北\n"
    no = debt.take_in(HEAD + GOOD + bad, stock_day=None, source="t")
    assert isinstance(no, Refusal) and no.code == "debt.rows" and "3（到期日期、债券余额、主体地区）" in no.message
    assert not DebtHolding.objects.exists()
    assert debt.take_in("代码,名称\n", stock_day=None, source="t").code == "debt.headings"  # type: ignore[union-attr]
    undated = (HEAD + GOOD).replace(" [日期]2018-12-28", "")
    assert debt.take_in(undated, stock_day=None, source="t").code == "debt.day"  # type: ignore[union-attr]
    assert isinstance(debt.take_in(HEAD + GOOD, stock_day=None, source="t"), debt.Taken)
    for changed in (GOOD.replace("19.9072", "18"), GOOD + GOOD):
        again = debt.take_in(HEAD + changed, stock_day=None, source="t")
        assert isinstance(again, Refusal) and again.code == "debt.rewritten"
    later = debt.take_in(HEAD + GOOD.replace("19.9072", "18"), stock_day=date(2019, 12, 31), source="t")
    assert isinstance(later, debt.Taken)
    for asked, yuan in ((date(2019, 1, 1), "1990720000.00"), (None, "1800000000.00")):
        told = debt.look(OFFICE, "130000", stock_day=asked)
        assert isinstance(told, debt.Told) and debt.as_dict(told)["balance_yuan"] == yuan


def test_a_city_that_reports_later_does_not_hide_its_province() -> None:
    debt.take_in(HEAD + GOOD, stock_day=None, source="t")
    city = GOOD.replace("1.SZ", "9.SZ").replace("河北省\n", "130100\n").replace("河北省人民政府", "石家庄市人民政府")
    assert isinstance(debt.take_in(HEAD + city, stock_day=date(2020, 12, 31), source="t"), debt.Taken)
    told = debt.look(OFFICE, "130000")
    assert isinstance(told, debt.Told) and told.stock_day == date(2018, 12, 28)
    answer = debt.as_dict(told)
    assert [each["debtor"] for each in answer["debtors"]] == ["河北省人民政府"], "not counted twice"
    assert [(each["code"], each["stock_day"]) for each in answer["reported_apart"]] == [("130100", date(2020, 12, 31))]


def test_it_is_internal_and_each_look_is_logged() -> None:
    debt.take_in(HEAD + GOOD, stock_day=None, source="t")
    for role in ("steward", "officer", "subject", "administrator"):
        no = debt.look(Viewer(None, "x", "B", role, "web"), "130000")
        assert isinstance(no, Refusal) and no.code == "debt.internal"
    assert not Look.objects.exists()
    assert debt.look(OFFICE, "110000").code == "debt.none"  # type: ignore[union-attr]
    told = debt.look(OFFICE, "130000", resources=debt.fen("10"))
    assert isinstance(told, debt.Told) and Look.objects.get(number=told.look).subject == "debt:130000"
    answer = debt.as_dict(told)
    assert answer["ratio_percent"] == "199.07" and answer["band"]["id"] == "yellow"
    assert {row["certainty"] for row in (answer["band"], *answer["levels"])} == {"unverified"}, "never a verdict"


def test_a_bound_belongs_to_the_band_above_it() -> None:
    law = shelf.book().on(date(2026, 11, 23))
    for balance, wanted in (
        (300, "red"),
        (299, "orange"),
        (200, "orange"),
        (199, "yellow"),
        (120, "yellow"),
        (119, "green"),
        (0, "green"),
    ):
        row = law_of_debt.band(balance, 100, law=law)
        assert row is not None and row.id == wanted
    assert law_of_debt.band(1, 0, law=law) is None


def test_a_warning_is_a_question_to_a_body_with_a_clock() -> None:
    debt.take_in(HEAD + GOOD, stock_day=None, source="t")
    people = town.people()
    told = debt.look(people["office"], "130000")
    assert isinstance(told, debt.Told)
    assert town.no(debt.ask(people["office"], told, town.PROVINCE, "请说明")) == "task.above"
    assert town.no(debt.ask(people["office"], told, town.DISTRICT, " ")) == "case.needs"
    done = town.did(debt.ask(people["office"], told, town.DISTRICT, "请说明 2022 年到期怎样偿还"))
    assert told.look in str(said_first(done.case)["text"]) and done.standing.next_clock() is not None
    answered = {"findings": "已列入预算", "decided_by": "安如山（副区长）"}
    town.did(engine.act(people["district"], done.case.number, "answer", answered))
    assert town.did(engine.act(people["office"], done.case.number, "close", {})).case.closed_on is not None


def test_from_the_warning_to_the_plan_its_proof_and_a_referral(on_day: Callable[[Any], None]) -> None:
    debt.take_in(HEAD + GOOD, stock_day=None, source="t")
    people = town.people()
    office, district = people["office"], people["district"]
    told = debt.look(office, "130000")
    assert isinstance(told, debt.Told)
    number = town.did(debt.ask(office, told, town.DISTRICT, "请说明到期怎样偿还")).case.number
    by = {"decided_by": "柳成蹊（督查科科长）"}
    wanted = {"reason": "没有列明资金来源", "due": "2026-12-10", **by}
    assert town.no(engine.act(office, number, "demand-plan", wanted)) == "case.act", "the body answers first"
    answered = {"findings": "资金尚未落实", "decided_by": "安如山（副区长）"}
    town.did(engine.act(district, number, "answer", answered))
    level = {"level": "IV", "findings": "单个区县本期未能偿付", "document_no": "平政办〔2026〕8 号", **by}
    assert town.no(engine.act(office, number, "grade", {**level, "level": "V"})) == "debt.level"
    assert town.no(engine.act(office, number, "grade", {**level, "decided_by": "7"})) == "case.person"
    town.did(engine.act(office, number, "grade", level))
    assert town.no(engine.act(office, number, "demand-plan", {**wanted, "due": "2026-11-01"})) == "task.due"
    town.did(engine.act(office, number, "demand-plan", wanted))
    plan = {"text": "压减支出两千万元", "post": "财政局局长", "due": "2027-06-30", "decided_by": "安如山（副区长）"}
    assert town.no(engine.act(district, number, "plan", {**plan, "post": ""})) == "case.needs", "a post answers for it"
    town.did(engine.act(district, number, "plan", plan))
    done = {"progress": "已偿还", "evidence": "—"}
    assert town.no(engine.act(district, number, "carried-out", done)) == "task.evidence"
    on_day("2027-07-02")
    standing = finding.show(office, number)
    assert isinstance(standing, finding.Shown)
    assert [each.rule.id for each in standing.standing.clocks if each.overdue_on(date(2027, 7, 2))] == ["carry"]
    referral = {"reason": "未按方案执行", "reported_to": "区纪委监委", "document_no": "平财函〔2027〕5 号", **by}
    town.did(engine.act(office, number, "refer", referral))
    assert town.no(engine.act(office, number, "refer", referral)) == "case.act", "once"
    town.did(engine.act(district, number, "carried-out", {**done, "evidence": "国库支付凭证 27-0630"}))
    closed = town.did(engine.act(office, number, "confirm", {"findings": "核对了凭证", **by}))
    assert closed.standing.state.id == "verified" and closed.case.closed_on == date(2027, 7, 2)
