"""Complaints in random order on the real store (投诉状态机): the complainant is nowhere, the body complained of sees nothing.

The model is the few lines that say when; due days come from a table of its own, counted without the platform's calendar.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from gongxin.rooms.promises.complaints import filing, identity, publishing
from gongxin.rooms.promises.complaints.models import Docket
from gongxin.spine.access.models import Look
from gongxin.spine.cases import engine, finding, telling
from gongxin.spine.cases.engine import Done
from gongxin.spine.cases.models import Case, CaseAct
from gongxin.spine.ledger import head
from gongxin.spine.outbox import notices
from gongxin.spine.outbox.models import Notice
from tests.examples import how_many
from tests.rooms.machines import OnItsOwnDay
from tests.rooms.promises import complaints_town as town

START = date(2026, 8, 10)
OFF = {date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))}
WORKED = {date(2026, 9, 20), date(2026, 10, 10)}
VERBS = ("refer", "order", "extend", "answer", "not-solved", "confirm", "close", "withdraw", "decline")
WHO = ("office", "district", "city", "province", "bureau", "bureau-subject", "holder", "stranger")


def works(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def workdays_on(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= works(day)
    return day


def days_on(day: date, count: int) -> date:
    day += timedelta(days=count)
    while not works(day):
        day += timedelta(days=1)
    return day


class Complaints(OnItsOwnDay):
    """One complaint; every act tried by everybody on whichever day."""

    reopened = ordered = published = 0

    def __init__(self) -> None:
        super().__init__()
        self.go_to(START)
        self.people = town.people()
        self.empty = head.read().size
        self.number, self.people["holder"] = town.filed()
        _other, self.people["stranger"] = town.filed()
        self.state, self.handler, self.before = "received", "", []
        self.again = False
        self.extended = 0
        self.referred: date | None = None
        self.started = {"refer": START}

    @rule(days=st.sampled_from((1, 3, 12, 20)))
    def days_pass(self, days: int) -> None:
        if self.day < date(2026, 9, 15):
            self.go(days)

    @rule(
        verb=st.sampled_from(VERBS),
        who=st.sampled_from(WHO),
        handler=st.sampled_from(("district", "city", "province", "bureau", "office")),
        leaking=st.sampled_from((False, False, True)),
        thorough=st.sampled_from((True, True, False)),
    )
    def act(self, verb: str, who: str, handler: str, leaking: bool, thorough: bool) -> None:
        fields = self.said(verb, handler, leaking, thorough)
        expected = self.may(verb, who, handler, leaking, thorough)
        done = engine.act(self.people[who], self.number, verb, fields)
        assert isinstance(done, Done) == expected, (verb, who, handler, self.state, self.day, done)
        if expected:
            self.happened(verb, handler)

    @rule()
    def the_next_lawful_step(self) -> None:
        """Random attempts alone would hardly ever reach an answer."""
        ways = {
            "received": ("refer", "office", "district"), "referred": ("answer", self.handler, "city"),
            "answered": ("confirm" if self.again else "not-solved", "holder", "city"),
            "reopened": ("refer", "office", "city"),
        }  # fmt: skip
        if self.state == "referred" and not self.orders():
            self.act("order", self.handler, "city", False, True)
        elif self.state in ways:
            if self.state == "answered":
                self.somebody_publishes(leaking=False, who="office")
            verb, who, handler = ways[self.state]
            self.act(verb, who, handler, False, True)

    def said(self, verb: str, handler: str, leaking: bool, thorough: bool) -> dict[str, Any]:
        leak = f"投诉人是{' '.join(town.NAME)}" if leaking else ""
        code = {
            "district": town.DISTRICT,
            "city": town.CITY,
            "province": town.PROVINCE,
            "bureau": town.BUREAU,
            "office": town.OFFICE,
        }
        findings = (
            (town.FINDINGS if not self.again else f"{town.FINDINGS}\n3. 已全部拨付") if thorough else "1. 经查属实"
        )
        told: dict[str, dict[str, Any]] = {
            "refer": {"category": "subsidy", "handler": code[handler], "decided_by": town.DECIDER},
            "order": {"order": f"请核实 2025 年技改补贴是否拨付。{leak}"},
            "extend": {"reason": "需要审计", "decided_by": town.DECIDER},
            "answer": {"outcome": "mending", "findings": findings + leak, "decided_by": town.DECIDER},
            "not-solved": {"reason": "钱还没有到"}, "confirm": {"rating": "content"}, "close": {"reason": "期满"},
            "withdraw": {}, "decline": {"reason": "不属于承诺", "decided_by": town.DECIDER},
        }  # fmt: skip
        return told[verb]

    def orders(self) -> list[Case]:
        return list(Case.objects.filter(kind="complaint-order", about=self.number))

    def may(self, verb: str, who: str, handler: str, leaking: bool, thorough: bool) -> bool:
        if verb in {"not-solved", "confirm"}:
            return who == "holder" and self.state == "answered" and not (verb == "not-solved" and self.again)
        if verb == "withdraw":
            return who == "holder" and self.state in {"received", "referred", "answered", "reopened"}
        if verb == "close":
            late = self.state == "answered" and self.day > workdays_on(self.started["rate"], 10)
            return late and who in {"office", self.handler}
        if verb == "decline":
            return who == "office" and self.state == "received"
        if verb == "refer":
            right = {"district", "city", "province"} if not self.before else {"city", "province"} - set(self.before)
            return self.state in {"received", "reopened"} and who == "office" and handler in right
        if self.state != "referred" or who != self.handler:
            return False
        if verb == "order":
            return not leaking and not any(each.closed_on is None for each in self.orders())
        if verb == "extend":
            return self.extended < 2 or self.day > days_on(self.started["settle"], 30 * (1 + self.extended))
        return not leaking and thorough

    def happened(self, verb: str, handler: str) -> None:
        self.state = {
            "refer": "referred", "order": "referred", "extend": "referred", "answer": "answered", "confirm": "solved",
            "not-solved": "reopened", "close": "ended", "withdraw": "withdrawn", "decline": "declined",
        }[verb]  # fmt: skip
        if verb == "refer":
            self.handler = handler
            self.before.append(handler)
            self.started["settle"], self.extended = self.day, 0
        elif verb == "answer":
            self.started["rate"] = self.day
        elif verb == "extend":
            self.extended += self.day <= days_on(self.started["settle"], 30 * (1 + self.extended))
        elif verb == "not-solved":
            self.again, self.started["refer"], self.handler = True, self.day, ""
            Complaints.reopened += 1
        Complaints.ordered += verb == "order"

    @rule(reason=st.sampled_from(("", "需要核实身份")), who=st.sampled_from(WHO))
    def somebody_asks_who_it_is(self, reason: str, who: str) -> None:
        """Whoever handles it may, for a reason, and it is logged; nobody else learns anything."""
        before = Look.objects.filter(fields=identity.FIELDS).count()
        told = identity.reveal(self.people[who], self.number, reason)
        expected = bool(reason) and who in {"office", self.handler or "office"}
        assert isinstance(told, identity.Revealed) == expected, (who, told)
        assert Look.objects.filter(fields=identity.FIELDS).count() == before + expected

    @rule(
        leaking=st.sampled_from((False, False, True)),
        who=st.sampled_from(("office", "office", "district", "bureau", "holder")),
    )
    def somebody_publishes(self, leaking: bool, who: str) -> None:
        """What gives the complainant away is refused; nothing is published by itself."""
        text = f"{town.NAME}：补贴没有到" if leaking else "某企业反映补贴没有到"
        done = publishing.publish(self.people[who], self.number, text, "已责令拨付", town.DECIDER)
        docket = Docket.objects.get(case=self.number)
        expected = not leaking and who in {"office", self.handler or "office"} and docket.referred_on is not None
        assert (not hasattr(done, "code")) == expected, (who, leaking, done)
        Complaints.published += expected

    @invariant()
    def the_body_complained_of_sees_nothing_of_it(self) -> None:
        case = Case.objects.get(number=self.number)
        for name in ("bureau", "bureau-subject", "stranger"):
            viewer = self.people[name]
            assert finding.side_of(viewer, case) == ""
            assert self.number not in set(finding.listing(viewer).values_list("number", flat=True))
            assert not hasattr(finding.show(viewer, self.number), "case")

    @invariant()
    def the_complainant_is_in_nothing_that_is_kept_or_shown(self) -> None:
        shown = [json.dumps(telling.row(each), default=str) for each in Case.objects.all()]
        for name in ("office", self.handler or "office"):
            told = finding.show(self.people[name], self.number)
            shown.append(json.dumps(telling.whole(told), ensure_ascii=False, default=str))  # type: ignore[arg-type]
        for order in self.orders():
            told = finding.show(self.people["bureau"], order.number)
            shown.append(json.dumps(telling.whole(told), ensure_ascii=False, default=str))  # type: ignore[arg-type]
        shown += [json.dumps(notices.words_of(each), ensure_ascii=False, default=str) for each in Notice.objects.all()]
        shown += [f"{each.viewer}{each.ground}{each.subject}{each.fields}" for each in Look.objects.all()]
        shown += [f"{each.actor}{each.body}" for each in CaseAct.objects.all()]
        found = publishing.listed()
        assert publishing.page(0, len(found) + 1) == found and publishing.count() == len(found)
        assert [publishing.find(each.docket.case) for each in found] == found
        shown += [f"{each.text}{each.answer}" for each in found]
        for text in shown:
            assert town.NAME not in text
            assert town.CONTACT not in text

    @invariant()
    def nothing_of_a_complaint_has_an_effect_on_anybody(self) -> None:
        assert head.read().size == self.empty

    @invariant()
    def clocks_are_those_of_the_table(self) -> None:
        case = Case.objects.get(number=self.number)
        assert case.state == self.state
        due = {
            "received": lambda: workdays_on(self.started["refer"], 10),
            "reopened": lambda: workdays_on(self.started["refer"], 10),
            "referred": lambda: days_on(self.started["settle"], 30 * (1 + self.extended)),
            "answered": lambda: workdays_on(self.started["rate"], 10),
        }.get(self.state)
        assert case.due == (due() if due is not None else None), (self.state, self.started, self.extended)

    @invariant()
    def reopened_once_only(self) -> None:
        assert CaseAct.objects.filter(case=self.number, verb="not-solved").count() == self.again


@pytest.mark.django_db
def test_no_order_of_acts_gives_a_complainant_away_or_reopens_twice() -> None:
    run_state_machine_as_test(
        Complaints,
        settings=settings(
            max_examples=how_many(8),
            stateful_step_count=18,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Complaints.reopened
    assert Complaints.ordered
    assert Complaints.published


def test_the_receipt_alone_opens_a_complaint(db: Any, on_day: Any) -> None:
    on_day(START)
    town.people()
    number, _holder = town.filed()
    assert filing.holder(number, "ABCDEFGHJKMN", "web") is None
    assert filing.holder("TS-2026-999999", "ABCDEFGHJKMN", "web") is None
