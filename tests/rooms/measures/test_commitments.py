"""Commitments: not verified before they fall due, broken only after notice, hearing, finding and service, kept at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from gongxin.kernel.issues import Refusal
from gongxin.rooms.measures import incentives, verifying
from gongxin.rooms.measures.incentives import Entitled
from gongxin.spine import standing
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Body, Look
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.engine import Done, Request
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.outbox import notices
from tests.rooms.measures import city

COMMITMENT = {
    "subject_name": "恒砾建筑工程有限公司", "subject_kind": "organisation", "uscc": city.FIRM_CODE,
    "commitment_kind": "tolerance", "commitment_content": "十五日内补交消防验收意见", "document_no": "平承〔2026〕8号",
    "decided_on": "2026-11-02", "due_on": "2026-11-20", "performed": "running", "authority": "平陵市财政局",
}  # fmt: skip


@pytest.fixture
def record(bodies: None, on_day: Callable[[str], None]) -> int:
    on_day("2026-11-20")
    Body.objects.create(code=city.FIRM_CODE, name="恒砾建筑", kind="company", region="130100")
    act = NewAct("record", "commitment", city.FIRM, city.BUREAU, COMMITMENT, "测试", on=date(2026, 11, 3))
    return append([act])[0]


@pytest.fixture
def steward(bodies: None) -> Viewer:
    return Viewer(5, "沈知白", city.BUREAU, "steward", "web")


@pytest.fixture
def firm(record: int) -> Viewer:
    account = Account.objects.create_user("firm", role="subject", body_id=city.FIRM_CODE)
    return Viewer(account.pk, "恒砾", city.FIRM_CODE, "subject", "web")


def performed(record: int, day: str) -> str | None:
    lines = standing.present_lines_of(city.FIRM, as_of=date.fromisoformat(day))
    return next(line.facts.performed for line in lines if line.record == record)


def opened(steward: Viewer, record: int) -> Any:
    return engine.open_case(
        steward, Request("commitment-check", city.FIRM, {"evidence": "现场核查表 3 号"}, record=record)
    )


def test_what_has_fallen_due_is_found_by_the_body_that_took_it(
    steward: Viewer, firm: Viewer, record: int, on_day: Callable[[str], None]
) -> None:
    due = date.fromisoformat(COMMITMENT["due_on"])
    on_day(due.isoformat())
    assert not verifying.waiting(steward), "on its last day it can still be kept"
    on_day((due + timedelta(days=1)).isoformat())
    [found] = verifying.waiting(steward)
    assert verifying.as_dict(found) == {"record": record, "code": city.FIRM_CODE, "due_on": due, "days": 1}
    assert {look.subject for look in Look.objects.all()} == {"commitments-due"}, "each view is noted"
    assert not verifying.waiting(firm) and not verifying.waiting(replace(steward, body="ELSEWHERE"))
    told = notices.of("body", city.BUREAU).filter(template=verifying.TEMPLATE)
    for day, reminded in ((1, 1), (1, 1), (7, 1), (8, 2), (8, 2)):
        on_day((due + timedelta(days=day)).isoformat())
        verifying.remind()
        assert told.count() == reminded, "at once, then each week as long as it waits"
    assert notices.words_of(told[0])["records"] == [record] and COMMITMENT["commitment_content"] not in str(
        told[0].words
    )
    assert isinstance(opened(steward, record), Done)
    assert not verifying.waiting(steward), "what is in a case waits no longer"
    on_day((due + timedelta(days=30)).isoformat())
    assert not verifying.remind()


def test_it_is_not_verified_on_its_last_day_but_on_the_next(
    steward: Viewer, record: int, on_day: Callable[[str], None]
) -> None:
    early = opened(steward, record)
    assert isinstance(early, Refusal)
    assert early.code == "commitment.early"
    on_day("2026-11-21")
    assert isinstance(opened(steward, record), Done)


def test_broken_is_entered_only_with_the_service_of_the_finding(
    steward: Viewer, record: int, firm: Viewer, on_day: Callable[[str], None]
) -> None:
    on_day("2026-11-23")
    case = opened(steward, record).case.number
    assert isinstance(finding.show(firm, case), Refusal), "nothing is seen before the notice"

    def act(verb: str, **fields: str) -> Any:
        return engine.act(steward, case, verb, fields)

    assert isinstance(
        act("find-broken", findings="未补交", document_no="平认〔2026〕1号", decided_by="沈知白 科长"), Refusal
    )
    assert isinstance(act("notify", reason="期满未补交消防验收意见", decided_by="沈知白 科长"), Done)
    early = act("serve-notice", method="personal", served_on="2026-11-22", proof="回证 7 号")
    assert isinstance(early, Refusal), "a service before the notice was made is refused"
    assert isinstance(act("serve-notice", method="personal", served_on="2026-11-23", proof="回证 7 号"), Done)
    finding_fields = {"findings": "未补交", "document_no": "平认〔2026〕1号", "decided_by": "沈知白 科长"}
    on_day("2026-11-30")
    assert isinstance(act("find-broken", **finding_fields), Refusal), "the last day of the hearing is still open"
    on_day("2026-12-01")
    assert isinstance(act("find-broken", **finding_fields), Done)
    assert performed(record, "2026-12-01") == "running"
    assert isinstance(act("serve-finding", method="personal", served_on="2026-12-01", proof="回证 9 号"), Done)
    assert performed(record, "2026-12-01") == "no"
    told = incentives.for_organisation(city.FIRM_CODE)
    assert isinstance(told, Entitled)
    assert not next(each.entitled for each in told.each if each.incentive.id == "tolerance")


def test_each_point_is_answered_and_kept_is_entered_at_once(
    steward: Viewer, record: int, firm: Viewer, on_day: Callable[[str], None]
) -> None:
    on_day("2026-11-23")
    case = opened(steward, record).case.number
    engine.act(steward, case, "notify", {"reason": "期满未补交", "decided_by": "沈知白 科长"})
    engine.act(firm, case, "state-defence", {"text": "一、十八日已交窗口\n二、有回执"})
    fields = {"findings": "一、属实", "document_no": "平认〔2026〕1号", "decided_by": "沈知白 科长"}
    assert isinstance(engine.act(steward, case, "find-broken", fields), Refusal)
    kept = {"findings": "窗口已收", "performed_on": "2026-11-18", "decided_by": "沈知白 科长"}
    assert isinstance(engine.act(steward, case, "find-kept", kept | {"performed_on": "2026-11-24"}), Refusal)
    assert isinstance(engine.act(steward, case, "find-kept", kept), Done)
    assert performed(record, "2026-11-23") == "yes"
