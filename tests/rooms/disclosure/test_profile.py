"""The subject page (主体信用页): identity, tiles, timeline with chips and term, sources; nothing that is not public."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gongxin.rooms.disclosure.profile import profile
from gongxin.rooms.disclosure.search import search
from gongxin.spine.ledger.append import append
from tests.rooms.disclosure.world import ACME, BUREAU, QUIET, act, enter_penalty

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
NAME = "燕北精密机械有限公司"


@pytest.fixture(autouse=True)
def _subject(on_day):
    on_day(TODAY)
    register = {
        "subject_name": NAME,
        "uscc": ACME,
        "orgcode": ACME[8:17],
        "org_type": "有限责任公司",
        "legal_rep": "赵敏",
        "established_on": "2016-03-18",
        "status": "active",
    }
    honour = {
        "subject_name": "燕北精密机械 有限公司",
        "uscc": ACME,
        "honour_name": "守合同重信用企业",
        "decided_on": "2026-08-06",
        "authority": "平陵市市场监督管理局",
    }
    append([act("record", "registration", f"uscc:{ACME}", register)])
    append([act("record", "honour", f"uscc:{ACME}", honour, provider="market")])
    enter_penalty(NAME, ACME, date(2026, 6, 14), legal_rep_id="130102199003070019")


def test_the_page_says_who_what_on_which_clause_and_until_when():
    page = profile(ACME, TODAY)
    assert (page.identity.name, page.identity.org_type, page.identity.legal_rep) == (NAME, "有限责任公司", "赵敏")
    assert (page.identity.kind_name, page.identity.status) == ("企业", "存续")
    assert page.identity.other_names == ()
    tiles = {tile.item: tile for tile in page.tiles}
    assert len(page.tiles) == 6
    assert (tiles["penalty"].count, tiles["penalty"].tone) == (1, "adverse")
    assert (tiles["honour"].count, tiles["honour"].tone) == (1, "good")
    assert (tiles["licence"].count, tiles["licence"].tone) == (0, "plain")
    assert "信用良好" not in tiles["procurement-violation"].note
    assert [event.item for event in page.timeline] == ["honour", "penalty"]
    event = page.timeline[1]
    assert event.chips
    assert event.remedy
    assert event.authority == "平陵市生态环境局"
    assert event.document == "平环罚〔2026〕1号"
    assert ("处罚类别", "没收违法所得") in event.summary
    term = event.term
    assert term.starts <= term.repair_from <= TODAY <= term.ends
    assert term.repair_open
    assert term.days_left == (term.ends - TODAY).days
    assert 0 < term.repair_percent < term.passed_percent < 100
    assert term.ends.isoformat() in term.sentence
    assert [event.record for event in page.repairable] == [event.record]
    assert {source.provider: source.count for source in page.sources} == {BUREAU: 2, "market": 1}
    assert all(source.updated for source in page.sources)
    assert "130102199003070019" not in str(page)


def test_an_older_code_leads_to_the_same_page():
    assert profile(ACME[8:17], TODAY).timeline == profile(ACME, TODAY).timeline
    assert [hit.code for hit in search(ACME[8:17], 1, TODAY).hits] == [ACME]


def test_a_day_that_has_not_come_is_not_foretold():
    later = TODAY + timedelta(days=3650)
    assert profile(ACME, later).as_of == TODAY
    assert search(NAME, 1, later).as_of == TODAY


def test_an_unknown_code_and_a_subject_gone_are_one_answer():
    assert profile("91130102MA0009999X", TODAY) is None


def test_a_name_met_elsewhere_is_shown_beside_the_subjects_own():
    enter_penalty("燕北精蜜机械有限公司", ACME, date(2026, 6, 15), document_no="平环罚〔2026〕2号")
    hit = search("精蜜", 1, TODAY).hits[0]
    assert (hit.name, hit.matched) == (NAME, "燕北精蜜机械有限公司")
    assert profile(ACME, TODAY).identity.other_names == ("燕北精蜜机械有限公司",)


def test_a_name_typed_by_mistake_and_withdrawn_names_nobody(on_day):
    slip = enter_penalty("唐山港口装卸有限公司", QUIET, date(2026, 6, 1))
    enter_penalty("平陵静水文化传媒有限公司", QUIET, date(2026, 6, 2), document_no="平环罚〔2026〕2号")
    append([act("withdrawal", "penalty", f"uscc:{QUIET}", {"reason": "代码填错"}, record=slip)])
    assert [hit.name for hit in search("静水", 1, TODAY).hits] == ["平陵静水文化传媒有限公司"]
    assert search("港口装卸", 1, TODAY).hits == ()
    assert profile(QUIET, TODAY).identity.name == "平陵静水文化传媒有限公司"
