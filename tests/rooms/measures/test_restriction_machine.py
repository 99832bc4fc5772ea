"""Restrictions in random order on the real store (限制措施状态机): none before service and hearing, none past its term, its cause or its clause."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gongxin.kernel.issues import Refusal
from gongxin.rooms.measures import check, outcomes, restrictions
from gongxin.rooms.measures.models import Outcome, Restriction
from gongxin.rooms.measures.outcomes import Statement
from gongxin.spine.cases import engine
from gongxin.spine.cases.engine import Done
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from tests.examples import how_many
from tests.rooms.machines import OnItsOwnDay, fifth_workday
from tests.rooms.remedy import city
from tests.rooms.remedy.city import DECIDER
from tests.spine import making

START = date(2026, 9, 20)
BAN_ENDS = date(2027, 3, 2)
REPEALED = date(2026, 12, 31)
OVERLAY = f"instruments: {{GPL-2014: {{overrides: GPL-2014, precedence: 1, to: {REPEALED}}}}}\n"
VERBS = ("serve", "hear", "decide", "serve-decision", "defend", "lift", "annul", "drop", "close")
SERVICES = ("serve", "serve-decision")


class Restrictions(OnItsOwnDay):
    """One check, its outcome, and every act tried by everybody on whichever day."""

    reached: set[str] = set()
    """How it stood when it was looked at: a machine that never gets there proves nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.day = START
        self.served: date | None = None
        self.decided: date | None = None
        self.effective: date | None = None
        self.defended: date | None = None
        self.gone: date | None = None
        self.over = False

    @initialize(repealed=st.booleans())
    def a_check_finds_a_ban(self, repealed: bool) -> None:
        self.repealed = repealed
        if repealed:
            site.GONGXIN_LAWBOOK = [*site.GONGXIN_LAWBOOK, str(_overlay())]
        self.go(0)
        self.people = city.people()
        self.record = city.ban()
        answered: Any = check.check(self.people["officer"], making.uscc(1), "procurement")
        assert answered["must_act"][0]["measure"] == "market-access.procurement-ban"
        stated = outcomes.record(self.people["officer"], answered["check"], Statement("restricted"))
        assert isinstance(stated, Outcome), stated
        [self.case] = stated.restrictions

    @rule(days=st.sampled_from((1, 3, 9, 40, 120)))
    def days_pass(self, days: int) -> None:
        self.go(days)

    @precondition(lambda self: self.gone is None and self.effective is not None)
    @rule(kind=st.sampled_from(("withdrawal", "repair")))
    def the_entry_goes(self, kind: str) -> None:
        payload = {"reason": "决定已撤销" if kind == "withdrawal" else "已修复"}
        append(
            [NewAct(kind, "procurement-violation", making.key(1), city.AUTHORITY, payload, "测试", record=self.record)]
        )
        self.gone = self.day

    @rule(
        verb=st.sampled_from(VERBS), who=st.sampled_from(("officer", "officer", "subject", "stranger", "steward")),
        back=st.sampled_from((0, 0, 1, -1)), proof=st.sampled_from((True, True, False)),
    )  # fmt: skip
    def act(self, verb: str, who: str, back: int, proof: bool) -> None:
        on = self.day - timedelta(days=back)
        told = {"reason": "仍有必要", "decided_by": DECIDER}
        fields: dict[str, Any] = {
            "hear": {"text": "期限计算有误"}, "defend": told, "lift": told, "annul": told, "drop": {"reason": "项目终止"},
            "decide": {"findings": "1. 期限无误", "document_no": "平交易限〔2026〕1 号", "decided_by": DECIDER}, "close": {},
        }.get(verb, {"method": "post", "served_on": on.isoformat(), **({"proof": "回证 1"} if proof else {})})  # fmt: skip
        expected = self.may(verb, who, on, proof)
        done = engine.act(self.people[who], self.case, verb, fields)
        assert isinstance(done, Done) == expected, (verb, who, on, self.day, done)
        if expected:
            self.happened(verb, on)

    @rule()
    def the_next_lawful_step(self) -> None:
        """Random attempts alone would hardly ever come to an end: here the body does what it may do next, or waits."""
        if self.over or not self.stands():
            return
        if self.served is None:
            self.act("serve", "officer", 0, True)
        elif self.decided is None:
            if self.day <= fifth_workday(self.served):
                self.go(9)
            if self.stands():
                self.act("decide", "officer", 0, True)
        elif self.effective is None:
            self.act("serve-decision", "officer", 0, True)
        else:
            self.go(30)

    def stands(self) -> bool:
        """Whether what the restriction rests on stands today."""
        return self.gone is None and self.day <= BAN_ENDS and not (self.repealed and self.day > REPEALED)

    def may(self, verb: str, who: str, on: date, proof: bool) -> bool:
        if self.over:
            return False
        running = self.effective is not None
        if verb == "hear":
            return who == "subject" and self.decided is None
        if who != "officer":
            return False
        if verb in SERVICES:
            made = START if verb == "serve" else self.decided
            turn = self.served is None if verb == "serve" else self.decided is not None and not running
            return turn and proof and made is not None and made <= on <= self.day and self.stands()
        if verb == "decide":
            ready = self.served is not None and self.decided is None
            return ready and self.day > fifth_workday(self.served or START) and self.stands()
        if verb == "drop":
            return not running
        if verb in {"lift", "annul"}:
            return running
        if verb == "defend":
            return running and self.state() != "ended"
        return running and self.state() == "ended"

    def happened(self, verb: str, on: date) -> None:
        if verb == "serve":
            self.served = on
        elif verb == "decide":
            self.decided = self.day
        elif verb == "serve-decision":
            self.effective = on
        elif verb not in {"hear", "defend"}:
            self.over = True
            self.closed_by = verb

    def state(self) -> str:
        """The few lines that say when it runs; the review of twelve months never falls within this ban."""
        if self.effective is None:
            return "none"
        closed = self.over and self.closed_by in {"lift", "annul"}
        return "ended" if closed or not self.stands() else "running"

    @invariant()
    def both_see_it_only_while_it_may_run(self) -> None:
        if not hasattr(self, "case"):
            return
        expected = self.state()
        Restrictions.reached.add(expected)
        officer = restrictions.listing(self.people["officer"], self.day, ended=True)
        subject = restrictions.of_subject([making.key(1)], self.day)
        assert officer == subject, "one answer for officer and subject"
        assert [each["state"] for each in subject] == ([] if expected == "none" else [expected])
        assert restrictions.listing(self.people["steward"], self.day, ended=True) == []
        assert Restriction.objects.count() == (self.effective is not None)
        wrong = restrictions.damages(self.day)
        annulled = self.over and getattr(self, "closed_by", "") == "annul"
        # The withdrawal of the entry may come before or after; a repair wrongs nobody.
        assert len([each for each in wrong if each["kind"] == "annulled"]) == annulled


def _overlay() -> Path:
    folder = Path(tempfile.gettempdir()) / "gongxin-overlay-repealed"
    folder.mkdir(exist_ok=True)
    (folder / "repealed.yaml").write_text(OVERLAY, encoding="utf-8")
    return folder


@pytest.mark.django_db
def test_no_order_of_acts_and_days_shows_a_restriction_too_early_or_too_long() -> None:
    run_state_machine_as_test(
        Restrictions,
        settings=settings(
            max_examples=how_many(20), stateful_step_count=18, derandomize=True, database=None, deadline=None,
            suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
        ),
    )  # fmt: skip
    assert Restrictions.reached == {"none", "running", "ended"}


@pytest.mark.django_db
def test_attempts_are_refused_each_with_its_reason(on_day: Any) -> None:
    on_day("2026-09-20")
    people = city.people()
    record = city.ban()
    city.ban(2, 901)
    answered: Any = check.check(people["officer"], making.uscc(1), "procurement")
    look = answered["check"]

    def tried(subject: int = 1, about: str = look, who: str = "officer", **said: str) -> str:
        fields = {"measure": "market-access.procurement-ban", "records": str(record), **said}
        done = engine.open_case(people[who], engine.Request("restriction", making.key(subject), fields, about=about))
        assert isinstance(done, Refusal), done
        assert done.message and (done.way_forward or done.clause)
        return done.code

    assert tried(measure="made-up.by-the-officer") == "measure.unknown"
    assert tried(measure="honours.awards") == "measure.no_effect", "nobody confirmed it"
    assert tried(measure="market-access.tendering-ban") == "measure.scope"
    assert tried(records="999999") == "measure.no_cause"
    assert tried(subject=2, relation="family") == "measure.spill"
    assert tried(subject=2, relation="successor") == "measure.spill"
    assert tried(subject=2) == "measure.relation"
    assert tried(until="2029-01-01") == "measure.long"
    assert tried(who="centre", about="HC-2026-0920-ZZ") == "case.look"
    assert tried(who="steward") == "case.look", "another body's check"
    for measure, code in (("made-up.by-the-officer", "measure.unknown"), ("honours.awards", "measure.no_effect")):
        wrong = outcomes.record(people["officer"], look, Statement("restricted", measure=measure))
        assert isinstance(wrong, Refusal) and wrong.code == code, "the real reason, not what a form lacks"
    stated = outcomes.record(people["officer"], look, Statement("restricted"))
    assert isinstance(stated, Outcome)
    [case] = stated.restrictions
    backdated = {"method": "post", "served_on": "2026-09-01", "proof": "回证 1"}
    refused = engine.act(people["officer"], case, "serve", backdated)
    assert isinstance(refused, Refusal) and refused.code == "service.day"
    again: Any = check.check(people["officer"], making.uscc(1), "procurement")
    twice = outcomes.record(people["officer"], again["check"], Statement("restricted"))
    assert isinstance(twice, Outcome) and twice.restrictions == [case], "one measure, one case"


@pytest.mark.django_db
def test_without_a_clause_nothing_is_restricted(on_day: Any) -> None:
    on_day("2026-09-20")
    people = city.people()
    city.penalty()
    answered: Any = check.check(people["officer"], making.uscc(1), "procurement")
    assert [each["weighing"] for each in answered["for_reference"]] == ["none"]
    refused = outcomes.record(people["officer"], answered["check"], Statement("restricted"))
    assert isinstance(refused, Refusal) and refused.code == "outcome.no_clause"
    assert not Outcome.objects.exists()
