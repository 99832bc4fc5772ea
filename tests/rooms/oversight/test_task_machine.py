"""Tasks in random order on the real store (任务状态机): none is closed without evidence, none is lost by a merger or a new name.

The model is the few lines that say when; whether a task is overdue is told by a comparison of days, not by the platform.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings as site
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from gongxin.rooms.oversight.tasks import giving, reading
from gongxin.rooms.oversight.tasks.giving import Order
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Body
from gongxin.spine.bodies import register
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.engine import Done
from gongxin.spine.cases.models import Case, CaseAct
from tests.examples import how_many
from tests.rooms.promises import complaints_town as town
from tests.rooms.remedy.test_machine import undone
from tests.spine import making

START = date(2026, 3, 2)
HEIR = making.organ(2)
ABOUT = "hebei-2013-90/4-3"
DECIDER = "柳成蹊（督查科科长）"
EVIDENCE = st.sampled_from(["平信办〔2026〕3 号", "1. 验收单\n2. 上线截图", "", "  \n—\n"])
NAMES = st.sampled_from([DECIDER, "", "机"])
DAYS = st.integers(1, 40)
FROM = {
    "progress": {"assigned", "working"}, "finish": {"assigned", "working"}, "return": {"reported"}, "confirm": {"reported"},
    "inspect": {"assigned", "working"}, "postpone": {"assigned", "working"}, "lift": {"assigned", "working", "reported"},
}  # fmt: skip
TO = {"progress": "working", "finish": "reported", "return": "working", "confirm": "done", "lift": "lifted"}
ABOVE = frozenset({"return", "confirm", "inspect", "postpone", "lift"})


def moved(day: date) -> date:
    """The next working day of spring and summer 2026, counted by hand."""
    off = {date(2026, 4, n) for n in (4, 5, 6)} | {date(2026, 5, n) for n in range(1, 6)}
    off |= {date(2026, 6, n) for n in (19, 20, 21)}
    while day in off or (day.weekday() >= 5 and day != date(2026, 5, 9)):
        day += timedelta(days=1)
    return day


def steward(code: str, name: str) -> Viewer:
    account = Account.objects.create(username=name, first_name=name, body_id=code, role="steward")
    return Viewer(account.pk, name, code, "steward", "web")


class Tasks(RuleBasedStateMachine):
    """One task; every act tried by everybody; the bureau is renamed and merged on the way."""

    reached: set[str] = set()

    def __init__(self) -> None:
        super().__init__()
        self._undone = undone()
        self._undone.__enter__()
        self._day_before = getattr(site, "GONGXIN_TODAY", None)
        self.day = START
        self.go(0)
        self.people = town.people()
        Body.objects.create(code=HEIR, name="陵东区经济发展局", region="131502", kind="organ", parent_id=town.DISTRICT)
        self.people["heir"] = steward(HEIR, "heir")
        due = START + timedelta(days=30)
        given = giving.give(self.people["office"], Order(ABOUT, "接入全市共享平台", due.isoformat()), [town.BUREAU])
        assert isinstance(given, tuple), given
        self.number, self.state, self.due = given[0].case.number, "assigned", moved(due)
        self.merged, self.evidence = False, False

    def teardown(self) -> None:
        site.GONGXIN_TODAY = self._day_before
        self._undone.__exit__(None, None, None)

    @rule(days=DAYS)
    def go(self, days: int) -> None:
        if self.day + timedelta(days=days) <= date(2026, 8, 31):
            self.day += timedelta(days=days)
        site.GONGXIN_TODAY = self.day.isoformat()

    @rule(name=st.sampled_from(["陵东区工业局", "陵东区工信局"]))
    def rename(self, name: str) -> None:
        if not self.merged:
            register.enter(
                register.Change(town.BUREAU, "renamed", self.day, name, document="陵编〔2026〕1 号"), actor="t"
            )

    @rule()
    def merge(self) -> None:
        if not self.merged:
            done = register.enter(
                register.Change(town.BUREAU, "merged", self.day, to=(HEIR,), document="陵编〔2026〕2 号"), actor="t"
            )
            assert not hasattr(done, "message"), done
            self.merged = True

    @rule(
        verb=st.sampled_from(sorted(FROM)), who=st.sampled_from(["office", "bureau", "heir", "city", "district"]),
        evidence=EVIDENCE, name=NAMES, days=DAYS,
    )  # fmt: skip
    def anybody(self, verb: str, who: str, evidence: str, name: str, days: int) -> None:
        self.act(verb, who, evidence, name, days)

    def act(self, verb: str, who: str, evidence: str, name: str, days: int) -> None:
        due = self.day + timedelta(days=days)
        said: dict[str, Any] = {
            "progress": {"progress": "已接入", "evidence": evidence}, "finish": {"progress": "已完成", "evidence": evidence},
            "return": {"reason": "缺验收", "due": due.isoformat(), "decided_by": name},
            "confirm": {"findings": "核对了验收单", "decided_by": name}, "inspect": {"findings": "进度偏慢", "decided_by": name},
            "postpone": {"reason": "接口未定", "due": due.isoformat(), "document_no": "平信办〔2026〕9 号", "decided_by": name},
            "lift": {"reason": "任务调整", "document_no": "平政〔2026〕8 号", "decided_by": name},
        }[verb]  # fmt: skip
        done = engine.act(self.people[who], self.number, verb, said)
        its = {"bureau", "heir"} if self.merged else {"bureau"}
        allowed = who == "office" if verb in ABOVE else who in its
        proven = any(sign.isalnum() for sign in evidence) if "evidence" in said else name == DECIDER
        fresh = verb != "postpone" or due != self.due
        expected = allowed and self.state in FROM[verb] and proven and fresh
        assert isinstance(done, Done) == expected, (verb, who, self.state, said, done)
        if not expected:
            return
        self.state = TO.get(verb, self.state)
        self.evidence = self.evidence or "evidence" in said
        if verb in {"return", "postpone"}:
            self.due = moved(due)
        type(self).reached.add(self.state)

    @rule(n=st.integers(0, 9), days=DAYS)
    def go_on_properly(self, n: int, days: int) -> None:
        """What people mostly do: an act the state allows, by whom it falls to, with what it needs."""
        open_to = sorted(verb for verb in FROM if self.state in FROM[verb] and verb != "lift")
        if open_to:
            verb = open_to[n % len(open_to)]
            who = "office" if verb in ABOVE else "heir" if self.merged else "bureau"
            self.act(verb, who, "平信办〔2026〕3 号", DECIDER, days)

    @invariant()
    def stands_as_the_model_says(self) -> None:
        (held,) = reading.held(self.day)
        assert held.standing.state == self.state and held.standing.due == self.due
        late = (self.day - self.due).days if self.state in {"assigned", "working"} else 0
        assert held.standing.overdue_days == max(0, late)
        assert held.bearer == (HEIR if self.merged else town.BUREAU)

    @invariant()
    def is_lost_to_nobody(self) -> None:
        bearer = self.people["heir" if self.merged else "bureau"]
        closed = self.state in {"done", "lifted"}
        assert finding.listing(bearer, closed=closed).filter(number=self.number).exists()
        assert [each.number for each in reading.of_viewer(bearer)] == [self.number]
        waits = self.number in finding.inbox(bearer).values_list("number", flat=True)
        assert waits == (self.state in {"assigned", "working"})

    @invariant()
    def is_closed_by_evidence_and_a_person_alone(self) -> None:
        case = Case.objects.get(number=self.number)
        if self.state == "done":
            standing = reading.standing_of(case, self.day, said=True)
            assert standing is not None and standing.evidence and standing.verified_by == DECIDER and self.evidence
        # The day before it began there was none; the day it was given it stood as given.
        assert not reading.held(START - timedelta(days=1))
        assert CaseAct.objects.filter(case=case).count() >= 1


@pytest.mark.django_db
def test_no_task_is_closed_without_evidence_or_lost_by_a_merger() -> None:
    Tasks.reached = set()
    run_state_machine_as_test(
        Tasks,
        settings=settings(
            max_examples=how_many(6), stateful_step_count=20, deadline=None, derandomize=True,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )  # fmt: skip
    assert {"reported", "done"} <= Tasks.reached
