"""Promises in random order on the real store (承诺状态机): none is lost by a change of people, bodies or names, none closed unproved.

The model is a set of numbers: a promise leaves it by a finding with evidence or by a lawful end, and by nothing else.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.conf import settings as site
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from gongxin.kernel.issues import Refusal
from gongxin.rooms.promises import acting, handover
from gongxin.spine import duties
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body
from gongxin.spine.bodies import posts, register
from gongxin.spine.ledger.acts import LedgerFault, NewAct
from gongxin.spine.ledger.append import append
from tests.examples import how_many
from tests.rooms.machines import OnItsOwnDay
from tests.rooms.promises import promises_town as town

TODAY = date(2026, 6, 1)
BODIES = (town.BUREAU, town.OTHER, town.TOWNSHIP)
OFFICE = Viewer(None, "信用办", "OFFICE", "operator", "cli")
LAWFUL = {
    "ground": "public-interest", "procedure": "集体讨论", "authority": "市人民政府", "document_no": "平政〔2026〕1号",
    "compensation": "无人受损，已听取意见", "reason": "规划调整", "effect": "ended",
}  # fmt: skip


class Promises(OnItsOwnDay):
    """A few promises; people change, bodies merge, split and are renamed, and everybody tries to be rid of them."""

    closed = merged = refused = 0

    def __init__(self) -> None:
        super().__init__()
        site.GONGXIN_TODAY = TODAY.isoformat()
        town.people()
        for n, body in enumerate(BODIES):
            posts.establish(f"post-{n}", body, "负责人", on=date(2020, 1, 1), actor="测试")
        self.owed = {
            town.promise("government-promise", {**town.GRANT, "uscc": body, "due_on": "2026-05-01"}) for body in BODIES
        }
        self.all = tuple(sorted(self.owed))

    def _noted(self, done: Any) -> bool:
        Promises.refused += isinstance(done, Refusal)
        return not isinstance(done, Refusal)

    @rule(which=st.sampled_from((0, 1, 2)), name=st.sampled_from("甲乙丙"))
    def another_official_comes(self, which: int, name: str) -> None:
        posts.appoint(posts.Appointing(f"post-{which}", TODAY, name), actor="测试")

    @rule(which=st.sampled_from(BODIES), name=st.sampled_from(("民生局", "发展局")))
    def a_body_is_renamed(self, which: str, name: str) -> None:
        self._noted(
            register.enter(register.Change(which, "renamed", TODAY, name, document="编〔2026〕1号"), actor="测试")
        )

    @rule(
        which=st.sampled_from(BODIES),
        into=st.sampled_from((*BODIES, town.GOVERNMENT)),
        verb=st.sampled_from(("merged", "abolished", "split")),
    )
    def a_body_ends(self, which: str, into: str, verb: str) -> None:
        to = {"merged": (into,), "abolished": (), "split": (into, town.GOVERNMENT)}[verb]
        change = register.Change(which, verb, TODAY, to=to, document="编〔2026〕2号")
        Promises.merged += self._noted(register.enter(change, actor="测试"))

    @rule(
        n=st.sampled_from((0, 1, 2)),
        outcome=st.sampled_from(("late", "kept", "late", "partly", "broken")),
        evidence=st.sampled_from(("凭证 1", "", "凭证 1")),
    )
    def somebody_finds_it_performed(self, n: int, outcome: str, evidence: str) -> None:
        record = self.all[n]
        said = {"outcome": outcome, "performed_on": "2026-05-20", "evidence": evidence, "findings": "已发放"}
        duty = duties.whole(record, TODAY)
        assert duty is not None
        above = acting.find(OFFICE, record, said)
        assert isinstance(above, Refusal), "what others find of a body is heard first, in a case"
        done = self._noted(acting.find(Viewer(None, "专员", duty.bearer, "steward", "cli"), record, said))
        assert not done or (evidence and outcome in {"late", "partly"}), (
            "in May it was late, and never without evidence"
        )
        if done and outcome == "late":
            self.owed.discard(record)
            Promises.closed += 1

    @rule(
        n=st.sampled_from((0, 1, 2)), missing=st.sampled_from(("", "ground", "procedure", "authority", "compensation"))
    )
    def somebody_ends_it(self, n: int, missing: str) -> None:
        record = self.all[n]
        done = self._noted(acting.change(OFFICE, record, {**LAWFUL, missing: ""} if missing else LAWFUL))
        assert not (done and missing)
        if done:
            self.owed.discard(record)

    @rule(
        n=st.sampled_from((0, 1, 2)),
        kind=st.sampled_from(("withdrawal", "removal", "repair", "performance", "suspension")),
    )
    def somebody_takes_it_away(self, n: int, kind: str) -> None:
        duty = duties.whole(self.all[n], TODAY)
        assert duty is not None
        line = duty.standing.line
        with pytest.raises(LedgerFault):
            append([NewAct(kind, line.item, line.subject, duty.body, {}, "测试", record=line.record)])

    @invariant()
    def whatever_is_owed_stands_under_exactly_one_body_that_goes_on(self) -> None:
        known = register.register()
        found: dict[int, list[str]] = {}
        for body in Body.objects.exclude(code="OFFICE"):
            if known.ended_on(body.code) is not None:
                continue
            told = handover.listing(OFFICE, body.code, TODAY)
            assert not isinstance(told, Refusal)
            for duty in told.open:
                found.setdefault(duty.record, []).append(body.code)
        assert set(found) == self.owed
        assert all(len(bearers) == 1 for bearers in found.values())

    @invariant()
    def the_list_that_grows_says_what_each_promise_says_read_anew(self) -> None:
        assert {duty.record for duty in duties.open_ones(TODAY)} == self.owed
        for duty in duties.shown(TODAY):
            anew = duties.whole(duty.record, TODAY)
            assert anew is not None
            assert (anew.standing.state, anew.standing.due) == (duty.standing.state, duty.standing.due)
            assert len(anew.standing.line.acts) == len(duty.standing.line.acts)


@pytest.mark.django_db
def test_no_order_of_events_loses_a_promise() -> None:
    run_state_machine_as_test(
        Promises,
        settings=settings(
            max_examples=how_many(10),
            stateful_step_count=14,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Promises.closed
    assert Promises.merged
    assert Promises.refused
