"""Bars in random order on the real store (虚假材料认定状态机): no effect before service and hearing, none after its last day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from gongxin.rooms.remedy import repairs
from gongxin.spine import clock
from gongxin.spine.cases import engine
from gongxin.spine.cases.engine import Done
from gongxin.spine.outbox import service
from gongxin.spine.standing import lines_of
from tests.examples import how_many
from tests.rooms.machines import OnItsOwnDay, fifth_workday
from tests.rooms.remedy import city
from tests.rooms.remedy.city import DECIDER, did
from tests.spine import making

START = date(2026, 9, 20)
VERBS = ("serve", "hear", "bar", "serve-finding", "drop")


class Bars(OnItsOwnDay):
    """One case of a bar; every act tried by everybody on whichever day. The model is the few lines that say when."""

    reached = 0
    """How often a bar was looked at in force or ended: a machine that never gets there proves nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.go_to(START)
        self.people = city.people()
        self.record = city.penalty()
        said = {"ground": "performed", "commitment": "yes", "performed_on": "2026-05-20", "proof": "缴款书 1 号"}
        did(engine.open_case(self.people["subject"], engine.Request("repair", making.key(1), said, record=self.record)))
        told = {"ground": "false-material", "reason": "凭证不实", "decided_by": DECIDER}
        request = engine.Request("repair-bar", making.key(1), told, record=self.record)
        self.case = did(engine.open_case(self.people["steward"], request)).case
        self.served: date | None = None
        self.heard = self.found = self.ended = False
        self.barred_from: date | None = None

    @rule(days=st.sampled_from((1, 2, 5, 9, 400, 700)))
    def days_pass(self, days: int) -> None:
        self.go(days)

    @rule(
        verb=st.sampled_from(VERBS),
        who=st.sampled_from(("steward", "steward", "steward", "subject", "office", "stranger", "centre")),
        way=st.sampled_from(("personal", "post", "post", "portal", "shouting")),
        back=st.sampled_from((0, 0, 0, 1, 3, -1)),
        proof=st.sampled_from((True, True, False)),
    )
    def act(self, verb: str, who: str, way: str, back: int, proof: bool) -> None:
        on = self.day - timedelta(days=back)
        fields: dict[str, Any] = {
            "serve": {"method": way, "served_on": on.isoformat(), **({"proof": "回证 1"} if proof else {})},
            "hear": {"text": "凭证由银行出具"}, "bar": {"findings": "经查属实", "decided_by": DECIDER},
            "drop": {"reason": "经核实凭证真实"},
        }.get(verb, {})  # fmt: skip
        if verb == "serve-finding":
            fields = {"method": way, "served_on": on.isoformat(), **({"proof": "回证 2"} if proof else {})}
        done = engine.act(self.people[who], self.case.number, verb, fields)
        expected = self.may(verb, who, way, on, proof)
        assert isinstance(done, Done) == expected, (verb, who, way, on, self.day, done)
        if expected:
            self.happened(verb, on)

    @rule()
    def the_next_lawful_step(self) -> None:
        """Random attempts alone would hardly ever come to an end: here the body does what it may do next, or waits."""
        if self.ended:
            return
        if self.found:
            self.act("serve-finding", "steward", "personal", 0, True)
        elif self.heard or self.term_over():
            self.act("bar", "steward", "personal", 0, True)
        elif self.served is None:
            self.act("serve", "steward", "post", 0, True)
        else:
            self.go(9)

    def may(self, verb: str, who: str, way: str, on: date, proof: bool) -> bool:
        if self.ended:
            return False
        if verb == "hear":
            return who in {"subject", "office"} and not self.heard and not self.found
        if who != "steward":
            return False
        # Nobody opens notices in the portal here, so that way proves nothing.
        proven = way in {"personal", "post"} and proof
        if verb == "serve":
            return self.served is None and not self.heard and proven and START <= on <= self.day
        if verb == "bar":
            return not self.found and (self.heard or self.term_over())
        if verb == "serve-finding":
            return self.found and proven and self.found_on <= on <= self.day
        return not self.found

    def term_over(self) -> bool:
        if self.served is None:
            return False
        return self.day > fifth_workday(self.served)

    def happened(self, verb: str, on: date) -> None:
        if verb == "serve":
            self.served = on
        elif verb == "hear":
            self.heard = True
        elif verb == "bar":
            self.found, self.found_on = True, self.day
        elif verb == "serve-finding":
            self.ended, self.barred_from = True, on
        else:
            self.ended = True

    @invariant()
    def barred_only_between_service_and_its_last_day(self) -> None:
        until = service.barred_until([making.key(1)], clock.today())
        if self.barred_from is None:
            assert until is None
            assert service.served_on("bar-finding", case=self.case.number) is None
            return
        leap = (self.barred_from.month, self.barred_from.day) == (2, 29)
        last = (self.barred_from - timedelta(days=leap)).replace(year=self.barred_from.year + 3)
        Bars.reached += 1
        assert until == (last if self.day <= last else None)
        line = next(each for each in lines_of(making.key(1), as_of=self.day) if each.record == self.record)
        if self.day <= last and line.clocks.used_on(self.day):
            assert repairs.outlook(line).state == "barred"


@pytest.mark.django_db
def test_no_order_of_acts_and_days_bars_too_early_or_too_long() -> None:
    checks = list(HealthCheck)
    run_state_machine_as_test(
        Bars,
        settings=settings(
            max_examples=how_many(40),
            stateful_step_count=20,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=checks,
        ),
    )
    assert Bars.reached
