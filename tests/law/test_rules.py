"""Properties of the rules, and the rules that have no golden cases of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gongxin.kernel.calendar import WorkCalendar
from gongxin.kernel.issues import Refusal
from gongxin.law.bans import mentions_ban, read_ban
from gongxin.law.clocks import clocks, unverified_side_rules
from gongxin.law.facts import amount_of, facts_of, read_kinds
from gongxin.law.grading import SEVERITIES, grade
from gongxin.law.lateness import report_due
from gongxin.law.matters import effect, sees, who_may_ask
from gongxin.law.transition import law_day
from tests.law.conftest import BOOK, overlay
from tests.law.strategies import ASKED, DAYS, ITEMS, PAYLOADS

NOW = BOOK.on(date(2026, 5, 1))
PENALTY = NOW.item("penalty")


@settings(max_examples=150, deadline=None)
@given(PAYLOADS, st.sampled_from(ITEMS), ASKED)
def test_a_persons_record_is_never_public(payload, item_id, as_of):
    law = BOOK.on(as_of)
    facts = facts_of(law.item(item_id), payload, law=law)
    if facts.subject_kind not in ("organisation", "sole-trader"):
        assert not clocks(facts, law=law).shown_on(as_of)


@settings(max_examples=150, deadline=None)
@given(PAYLOADS, st.sampled_from(ITEMS), ASKED)
def test_the_clocks_keep_their_order(payload, item_id, as_of):
    law = BOOK.on(as_of)
    answer = clocks(facts_of(law.item(item_id), payload, law=law), law=law)
    if answer.undecided is not None:
        assert answer.audience == "none"
        assert (answer.display_from, answer.display_until, answer.share_until) == (None, None, None)
        return
    if answer.retain_until is not None and answer.share_until is not None:
        assert answer.share_until <= answer.retain_until
    if answer.destroy_at is not None:
        assert answer.retain_until is not None
        assert answer.retain_until < answer.destroy_at
    if item_id == "penalty":
        assert answer.repair_from <= answer.display_until


@settings(max_examples=100, deadline=None)
@given(PAYLOADS, st.sampled_from(["吊销许可证件", "责令关闭", "没收违法所得", "罚款", "警告"]))
def test_a_further_kind_never_makes_a_penalty_lighter(payload, more):
    """The heaviest kind counts: adding one never lowers a grade the law had fixed."""
    assume(
        payload["procedure"] != "简易程序"
        and "当场" not in (payload["document_no"] or "") + (payload["document_name"] or "")
    )
    lighter = grade(facts_of(PENALTY, payload, law=NOW), law=NOW)
    heavier = grade(
        facts_of(PENALTY, {**payload, "penalty_kinds": f"{payload['penalty_kinds']}；{more}"}, law=NOW), law=NOW
    )
    if lighter.severity is not None and heavier.severity is not None:
        assert SEVERITIES.index(heavier.severity) >= SEVERITIES.index(lighter.severity)


@settings(max_examples=100, deadline=None)
@given(PAYLOADS, st.sampled_from(SEVERITIES), ASKED)
def test_a_determination_always_settles_and_never_lowers(payload, severity, as_of):
    law = BOOK.on(as_of)
    assume(law.find_parameter("grading.tiers") is not None)
    facts = facts_of(PENALTY, payload, law=law)
    before, after = grade(facts, law=law), grade(replace(facts, severity=severity), law=law)
    assert after.severity is not None
    if before.severity is not None:
        assert SEVERITIES.index(after.severity) >= SEVERITIES.index(before.severity)


@settings(max_examples=100, deadline=None)
@given(PAYLOADS, st.sampled_from(ITEMS), st.sampled_from(sorted(BOOK.matters)), ASKED)
def test_what_binds_carries_clause_end_and_remedy(payload, item_id, matter_id, as_of):
    law = BOOK.on(as_of)
    facts = facts_of(law.item(item_id), payload, law=law)
    answer = clocks(facts, law=law)
    got = effect(law.matter(matter_id), facts, answer, law=law, as_of=as_of, regions=("广东省", "深圳市"))
    if got.kind == "none":
        assert got.clause is None
        return
    assert answer.used_on(as_of)
    assert got.clause is not None
    assert got.text
    if got.kind == "must_act":
        assert got.remedy.text
        assert got.until is not None
        assert got.until >= as_of


@given(
    st.text(alphabet="一二三两十年个月内禁止参加政府采购活动取消资格自至2022，。；（）- 深圳市代理投标", max_size=60),
    DAYS,
)
@settings(max_examples=300, deadline=None)
def test_any_words_are_read_or_left_to_a_person(text, decided_on):
    ban = read_ban(text, "", decided_on, law=NOW)
    assert (ban.until is None) == (ban.months is None)
    if ban.until is not None:
        assert ban.undecided is None
        assert ban.scope is not None
        longest = NOW.parameter(f"ban.{ban.scope}.max").number()
        shortest = NOW.parameter(f"ban.{ban.scope}.min").number()
        assert shortest <= ban.months <= longest
    assert mentions_ban(text) == (ban.scope is not None)


@settings(deadline=None)
@given(
    st.sampled_from(["一年", "1年", "12个月", "十二个月"]),
    DAYS,
    st.sampled_from(["在{}内禁止参加政府采购活动", "禁止参加政府采购活动{}"]),
)
def test_one_year_is_one_year_however_it_is_written(written, decided_on, pattern):
    plain = read_ban("一年内禁止参加政府采购活动", "", decided_on, law=NOW)
    assert read_ban(pattern.format(written), "", decided_on, law=NOW).until == plain.until


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("罚款", {"fine"}),
        ("警告；罚款、没收违法所得", {"warning", "fine", "confiscate-income"}),
        ("没收违法所得、没收非法财物", {"confiscation"}),
        ("罚款,暂扣或者吊销许可证、暂扣或者吊销执照", {"fine", "permit"}),
        ("罚款 并处吊销营业执照", {"fine", "revoke-permit"}),
        ("fine;order-stop", {"fine", "order-stop"}),
        ("谈话", {"unread"}),
        ("罚款和约谈", {"fine", "unread"}),
        ("", set()),
    ],
)
def test_kinds_are_read_longest_name_first(text, kinds):
    assert read_kinds(PENALTY.get_field("penalty_kinds"), text) == kinds


@pytest.mark.parametrize(
    ("text", "yuan"),
    [("0.5", 5000), ("1,200", 12_000_000), ("", None), ("三万", None), ("-1", None), (None, None), ("2e3", None)],
)
def test_amounts_are_exact(text, yuan):
    assert amount_of(text) == (None if yuan is None else Decimal(yuan))


def test_amounts_prove_kinds():
    facts = facts_of(PENALTY, {"penalty_kinds": "警告", "fine_wan": "0.5", "confiscated_wan": "2"}, law=NOW)
    assert facts.kinds == {"warning", "fine", "confiscation"}


def test_a_field_with_its_own_standard_needs_no_person():
    standard = {
        "parameters": {
            "grading.small-fine.procurement": {
                "unit": "text",
                "values": [{"value": "minor", "source": "CK-2022-3", "certainty": "secondary"}],
            },
            "fine.huge.procurement": {
                "unit": "yuan",
                "values": [{"value": 10_000_000, "source": "CK-2022-3", "certainty": "secondary"}],
            },
        }
    }
    law = overlay(standard).on(date(2026, 5, 1))

    def graded(wan: str) -> str | None:
        payload = {"penalty_kinds": "罚款", "fine_wan": wan, "basis": "《政府采购法》第七十七条"}
        return grade(facts_of(PENALTY, payload, law=law), law=law).severity

    assert [graded(wan) for wan in ("199.99", "200", "999.99", "1000")] == ["minor", "general", "general", "serious"]


KEEP = overlay(
    {
        "parameters": {
            "transition.stock": {
                "overrides": "transition.stock",
                "precedence": 1,
                "values": [{"from": date(2026, 4, 1), "value": "keep"}],
            }
        }
    }
)


@settings(deadline=None)
@given(DAYS, ASKED)
def test_the_transition_recomputes_or_keeps(decided_on, as_of):
    facts = facts_of(PENALTY, {"decided_on": decided_on.isoformat()}, law=NOW)
    assert law_day(facts, as_of, book=BOOK)[0] == as_of
    day, clause = law_day(facts, as_of, book=KEEP)
    change = date(2026, 4, 1)
    assert day == (change - timedelta(days=1) if as_of >= change and decided_on < change else as_of)
    assert (clause is not None) == (as_of >= change)


@pytest.mark.parametrize(
    ("item_id", "authority", "basis", "decided", "due", "days"),
    [
        ("penalty", "某市财政局", "", date(2026, 9, 30), date(2026, 10, 15), 7),
        ("penalty", "石家庄市市场监督管理局", "", date(2026, 9, 30), date(2026, 11, 3), 20),
        ("penalty", "某市应急管理局", "《安全生产法》第九十七条", date(2026, 9, 30), date(2026, 10, 15), 7),
        ("licence", "石家庄市市场监督管理局", "", date(2026, 2, 13), date(2026, 3, 2), 7),
        ("honour", "某市文明办", "", date(2026, 9, 30), None, None),
    ],
)
def test_lateness(calendar: WorkCalendar, item_id, authority, basis, decided, due, days):
    item = NOW.item(item_id)
    got = report_due(item, decided, law=NOW, calendar=calendar, authority=authority, basis=basis)
    assert (got.day, got.workdays) == (due, days)
    if due is not None:
        assert got.clause is not None
        assert not got.is_late(due)
        assert got.is_late(due + timedelta(days=1))
    else:
        assert not got.is_late(date(2030, 1, 1))


def test_an_unknown_year_is_said_not_guessed(calendar: WorkCalendar):
    beyond = max(calendar.years) + 1
    got = report_due(PENALTY, date(beyond, 6, 1), law=NOW, calendar=calendar)
    assert got.day is None
    assert got.problem is not None
    assert str(beyond) in got.problem


def test_who_may_ask():
    procurement, recruitment = NOW.matter("procurement"), NOW.matter("recruitment")
    assert who_may_ask(procurement, "officer", "organ") is True
    assert who_may_ask(procurement, "officer", "trading-centre") is True
    refused = who_may_ask(procurement, "steward", "organ")
    assert isinstance(refused, Refusal)
    assert refused.clause
    assert refused.way_forward
    assert not who_may_ask(recruitment, "officer", "trading-centre")
    assert not who_may_ask(recruitment, "officer", None)
    assert recruitment.ground == "case"


def test_a_matter_sees_no_more_than_it_needs():
    sight = sees(NOW.matter("recruitment"))
    # A list entry is seen since article 26 of the Civil Servants Law bars who stands on one.
    assert set(sight.items()) == {"penalty", "honour", "list-entry"}
    assert "person_id" not in sight.fields["penalty"]
    assert "procurement-violation" not in sees(NOW.matter("licensing")).items()


def test_side_rules_that_wait_for_the_legal_office_are_named():
    assert "display.end_rule" in unverified_side_rules(NOW)
