"""Promises of government (政府承诺): last days and interest equal to tables made by hand; closed by evidence or change alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.kernel.issues import Refusal
from gongxin.law import payments, promisekinds, promises
from gongxin.law.book import Book
from gongxin.law.payments import Contract, Node
from gongxin.law.standing import Act, fold
from gongxin.spine import shelf

MADE = date(2026, 1, 15)


@pytest.fixture(scope="module")
def book() -> Book:
    return shelf.book()


# Delivered, agreed days, acceptance, the last day. Made by hand with a calendar of the years: the first day is not
# counted; what ends on a day off ends on the next working day.
DUE = [
    ("2025-08-01", None, None, "2025-09-01"),  # 08-31 is a Sunday
    ("2025-09-01", None, None, "2025-10-09"),  # 10-01 to 10-08 National Day and Mid-Autumn
    ("2026-09-01", None, None, "2026-10-08"),  # 10-01 to 10-07 National Day
    ("2026-09-05", None, None, "2026-10-08"),  # 10-05 within it
    ("2026-09-10", None, None, "2026-10-10"),  # a Saturday that is worked
    ("2026-08-21", None, None, "2026-09-20"),  # a Sunday that is worked
    ("2026-08-03", 60, None, "2026-10-08"),  # 10-02
    ("2026-06-01", 90, None, "2026-07-31"),  # ninety are too many: sixty
    ("2024-01-30", None, None, "2024-02-29"),  # a leap day is a day
    ("2023-01-30", None, None, "2023-03-01"),
    ("2026-01-16", None, None, "2026-02-24"),  # 02-15 to 02-23 Spring Festival
    ("2026-03-02", 20, "2026-03-10", "2026-03-30"),  # counted from acceptance
]


@pytest.mark.parametrize(("delivered", "days", "accepted", "expected"), DUE)
def test_last_days_equal_the_table(
    book: Book, delivered: str, days: int | None, accepted: str | None, expected: str
) -> None:
    contract = Contract(
        date(2025, 7, 1), True, date.fromisoformat(delivered), date.fromisoformat(accepted) if accepted else None, days
    )
    node = Node(1, Decimal(100), "", after=payments.ACCEPTANCE if accepted else payments.DELIVERY)
    told = payments.due(node, contract, law=book.on(date(2026, 11, 1)), calendar=shelf.calendar())
    assert told.day == date.fromisoformat(expected)
    assert told.shortened == (days == 90)
    assert told.clause is not None and told.clause.key() == "SME-2025/9"


# Sum, last day, what was paid when, as of, the interest. Five in ten thousand a day unless a yearly rate is agreed.
INTEREST = [
    ("100000", "2026-02-27", [], "2026-02-27", "0", None),
    ("100000", "2026-02-27", [], "2026-02-28", "50.00", None),
    ("100000", "2024-02-28", [], "2024-03-01", "100.00", None),  # 02-29 is one of the days
    ("100000", "2023-02-28", [], "2023-03-01", "50.00", None),
    ("1000000", "2026-09-30", [("2026-10-10", "400000")], "2026-10-20", "8000.00", None),
    ("1000000", "2026-09-30", [("2026-10-08", "1000000")], "2026-12-31", "4000.00", None),
    ("1000000", "2026-09-30", [("2026-09-30", "1000000")], "2026-12-31", "0", None),
    ("1000000", "2026-01-01", [], "2026-04-11", "10000.00", "3.65"),
    ("365000", "2026-01-01", [], "2026-01-11", "300.00", "2"),  # below the floor of 3 %
]


@pytest.mark.parametrize(("owed", "due_on", "paid", "as_of", "expected", "rate"), INTEREST)
def test_interest_equals_the_table(
    book: Book, owed: str, due_on: str, paid: list[tuple[str, str]], as_of: str, expected: str, rate: str | None
) -> None:
    signed = date(2025, 7, 1)
    contract = Contract(signed, True, rate=Decimal(rate) if rate else None)
    daily = payments.rate_of(contract, law=book.on(signed))
    assert daily is not None
    known = [(date.fromisoformat(day), Decimal(amount)) for day, amount in paid]
    runs = payments.interest(
        Decimal(owed), date.fromisoformat(due_on), known, rate=daily, as_of=date.fromisoformat(as_of)
    )
    assert sum((run.interest for run in runs), Decimal(0)) == Decimal(expected)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 400)), max_size=5),
    st.integers(1, 1000),
    st.integers(0, 250),
)
def test_interest_is_that_of_each_day(paid: list[tuple[int, int]], owed: int, after: int) -> None:
    """The runs say what counting day by day says; a payment takes nothing back for its own day."""
    start = date(2026, 1, 1).toordinal()
    rate = payments.Rate(Decimal("0.0005"), False, None, "verified")
    known = [(date.fromordinal(start + day), Decimal(amount * 100)) for day, amount in paid]
    runs = payments.interest(
        Decimal(owed * 100), date.fromordinal(start + 30), known, rate=rate, as_of=date.fromordinal(start + after)
    )
    expected = Decimal(0)
    for number in range(start + 31, start + after + 1):
        before = sum((amount for day, amount in known if day.toordinal() < number), Decimal(0))
        expected += max(Decimal(0), Decimal(owed * 100) - before) * rate.daily
    assert abs(sum((run.interest for run in runs), Decimal(0)) - expected) <= Decimal("0.05")


def test_plans_are_read_or_refused() -> None:
    plan = payments.read_plan("2026-06-30 120万元 预付款；交付后30日 80.5 尾款；验收合格后 5000元 质保金")
    assert not isinstance(plan, Refusal)
    told = [(node.on, node.after, node.days, node.amount) for node in plan]
    assert told == [
        (date(2026, 6, 30), "", None, Decimal(1_200_000)),
        (None, "delivery", 30, Decimal(805_000)),
        (None, "acceptance", None, Decimal(5000)),
    ]
    assert payments.refused_total(plan, Decimal(2_010_000)) is None
    assert isinstance(payments.refused_total(plan, Decimal(2_000_000)), Refusal)
    for text in ("六月底 120万元", "2026-06 120", "2026-06-30 若干", "交付后30日"):
        assert isinstance(payments.read_plan(text), Refusal)


STATED = {
    "promise_kind": "procurement", "promise_title": "校舍维修", "promise_content": "维修三所小学校舍", "document_no": "采〔2026〕1号",
    "decided_on": "2026-01-15", "beneficiary_kind": "organisation", "beneficiary": "平陵筑安建筑有限公司", "amount_wan": "200",
    "payments": "2026-03-31 120 预付款；交付后30日 80 尾款", "small_business": "yes", "subject_name": "局", "uscc": "1",
}  # fmt: skip


def test_a_kind_says_what_it_needs(book: Book) -> None:
    law = book.on(date(2026, 6, 1))
    assert promisekinds.refusals(STATED, law=law) == ()
    for changed, code in (
        ({"payments": ""}, "promise.needs"),
        ({"payments": "2026-03-31 120 预付款"}, "payment.total"),
        ({"payments": "月底付清"}, "payment.plan"),
        ({"performed": "yes"}, "promise.decided"),
        ({"beneficiary_kind": "person", "beneficiary": "张三", "promise_content": "给张三发补贴"}, "promise.person"),
        ({"promise_kind": "policy"}, "promise.needs"),
        ({"promise_kind": "ppp", "milestones": "2026-06-30 项目筹备"}, "promise.posts"),
        ({"promise_kind": "ppp", "milestones": "年底完成"}, "promise.milestones"),
    ):
        found = promisekinds.refusals({**STATED, **changed}, law=law)
        assert code in [each.code for each in found], changed
        assert all(each.way_forward for each in found)
    assert len(promisekinds.kinds(law)) >= 13
    services = law.item("government-promise").get_field("services").choices
    assert len(services) == 15


def held(book: Book, *acts: Act, as_of: str, **stated: str) -> promises.PromiseStanding:
    first = Act(1, "record", 1, "government-contract", "uscc:X", MADE, payload={**STATED, **stated})
    line = fold([first, *acts], book=book, as_of=date.fromisoformat(as_of))
    assert line is not None
    return promises.standing(line, book=book, calendar=shelf.calendar())


def act(seq: int, kind: str, on: str, **payload: str) -> Act:
    return Act(seq, kind, 1, "government-contract", "uscc:X", date.fromisoformat(on), payload=payload)


CHANGE: Mapping[str, Any] = {
    "ground": "public-interest", "procedure": "经政府常务会议集体讨论", "authority": "市人民政府", "document_no": "平政〔2026〕9号",
    "compensation": "补偿停工损失 3 万元", "reason": "学校布局调整", "effect": "amended",
    "payments": "2026-09-30 120 预付款；交付后30日 80 尾款",
}  # fmt: skip


def test_overdue_is_a_fact_and_broken_a_decision(book: Book) -> None:
    assert not held(book, as_of="2026-03-31").overdue
    late = held(book, as_of="2026-04-01")
    assert (late.overdue, late.overdue_days, late.state, late.open) == (True, 1, "pending", True)
    assert late.interest == Decimal("600.00")
    paid = act(2, "progress", "2026-04-10", paid_wan="120", done_on="2026-04-10", evidence="付款凭证 1")
    after = held(book, paid, as_of="2026-05-01")
    assert not after.overdue and after.due is None and after.interest == Decimal("6000.00")
    delivered = act(3, "progress", "2026-09-01", delivered_on="2026-09-01", evidence="交付单")
    again = held(book, paid, delivered, as_of="2026-10-08")
    assert again.due == date(2026, 10, 8) and not again.overdue
    broken = act(4, "finding", "2026-11-02", outcome="broken", reason="拒不支付", case="CX-2026-000001")
    found = held(book, paid, delivered, broken, as_of="2026-11-02")
    assert found.state == "broken" and found.open and found.line.facts.performed == "no"
    assert held(book, paid, delivered, broken, as_of="2026-11-01").state == "pending"


def test_closing_needs_evidence_and_every_part(book: Book) -> None:
    said = {"outcome": "late", "performed_on": "2026-10-01", "evidence": "付款凭证", "findings": "已付清"}
    one = act(2, "progress", "2026-04-10", paid_wan="120", done_on="2026-04-10", evidence="付款凭证 1")
    two = act(3, "progress", "2026-10-01", paid_wan="80", done_on="2026-10-01", evidence="付款凭证 2")
    assert refused(held(book, one, two, as_of="2026-10-02"), said) == ""
    assert refused(held(book, one, two, as_of="2026-10-02"), {**said, "evidence": " "}) == "promise.evidence"
    assert refused(held(book, one, two, as_of="2026-10-02"), {**said, "outcome": "kept"}) == "promise.late"
    assert refused(held(book, one, as_of="2026-10-02"), said) == "promise.undone"
    assert refused(held(book, one, two, as_of="2026-10-02"), {**said, "performed_on": "2026-10-03"}) == "promise.day"
    done = act(4, "finding", "2026-10-02", **said)
    closed = held(book, one, two, done, as_of="2026-10-02")
    assert closed.state == "late" and not closed.open
    assert refused(closed, said) == "promise.closed"
    reopened = act(5, "finding", "2026-10-05", outcome="reopened", reason="质保金未付", case="CY-2026-000001")
    assert held(book, one, two, done, reopened, as_of="2026-10-05").open


def refused(standing: promises.PromiseStanding, said: Mapping[str, Any]) -> str:
    no = promises.refused_finding(standing, said)
    return no.code if no is not None else ""


def test_a_change_says_everything_and_leaves_what_was(book: Book) -> None:
    law = book.on(date(2026, 6, 1))
    before = held(book, as_of="2026-03-01")
    assert promises.refused_change(before, CHANGE, law=law) is None
    for field in ("ground", "procedure", "authority", "document_no", "compensation", "reason", "effect", "payments"):
        assert promises.refused_change(before, {**CHANGE, field: ""}, law=law) is not None, field
    assert promises.refused_change(before, {**CHANGE, "ground": "换届"}, law=law) is not None
    amended = act(2, "change", "2026-03-10", **CHANGE)
    after = held(book, amended, as_of="2026-04-01")
    assert after.state == "changed" and after.open and after.due == date(2026, 9, 30)
    assert held(book, amended, as_of="2026-03-09").due == date(2026, 3, 31)
    [change] = after.decided
    assert [(each.term, each.before, each.after) for each in change.replaced] == [
        ("payments", STATED["payments"], CHANGE["payments"])
    ], "the earlier plan stands beside the later one"
    assert change.overdue_days == 0
    late = held(book, act(2, "change", "2026-04-20", **CHANGE), as_of="2026-05-01")
    assert not late.overdue and (late.decided[0].overdue_days, late.decided[0].interest) == (20, Decimal("12000.00")), (
        "a new day undoes no delay"
    )
    more = {**CHANGE, "amount_wan": "250", "payments": "2026-09-30 250 全款"}
    third = held(book, amended, act(3, "change", "2026-03-15", **more), as_of="2026-04-01").decided[1]
    assert [each.before for each in third.replaced] == ["200", CHANGE["payments"]]
    short = promises.refused_change(before, {**CHANGE, "payments": "2026-09-30 120 预付款"}, law=law)
    assert short is not None and short.code == "payment.total"
    paid = held(
        book,
        act(2, "progress", "2026-03-02", paid_wan="120", done_on="2026-03-02", evidence="凭证"),
        as_of="2026-03-03",
    )
    less = promises.refused_change(paid, {**CHANGE, "amount_wan": "100", "payments": "2026-09-30 100 全款"}, law=law)
    assert less is not None and less.code == "payment.paid"
    ended = act(3, "change", "2026-03-20", **{**CHANGE, "effect": "ended", "payments": ""})
    assert not held(book, amended, ended, as_of="2026-03-20").open


def test_warnings_come_before_on_and_after(book: Book) -> None:
    law = book.on(date(2026, 6, 1))
    told = {
        day: [each.stage for each in promises.warnings(held(book, as_of=day), law=law)]
        for day in ("2026-03-01", "2026-03-02", "2026-03-21", "2026-03-31", "2026-04-01", "2026-04-02")
    }
    assert list(told.values()) == [["before"], [], ["before"], ["on"], ["after"], []]


def test_a_person_who_benefits_is_not_named() -> None:
    assert promises.shown_beneficiary({"beneficiary": "张三丰", "beneficiary_kind": "person"}) == "张*"
    assert promises.shown_beneficiary({"beneficiary": "张三丰", "beneficiary_kind": None}) == "张*"
    assert promises.shown_beneficiary({"beneficiary": "全体居民", "beneficiary_kind": "public"}) == "全体居民"
