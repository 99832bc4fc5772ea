"""Standing as a machine: any acts in any order, and nothing shows or counts that should not."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gongxin.law.clocks import clocks
from gongxin.law.facts import facts_of
from gongxin.law.matters import effect_of
from gongxin.law.standing import ALLOWED, KINDS, STATES, Act, fold, may_follow
from gongxin.law.transition import law_day
from tests.law.conftest import BOOK
from tests.law.strategies import ASKED, DAYS, ITEMS, PAYLOADS

SUBJECT = "uscc:91130100MA08XHX30K"
GENERAL = {"subject_kind": "organisation", "penalty_kinds": "没收违法所得", "decided_on": "2026-05-04"}
OPEN = {"subject_kind": "organisation", "penalty_kinds": "罚款", "fine_wan": "3", "decided_on": "2026-05-04"}
NO_TERM = {"uscc": "91130100MA08XHX30K", "decided_on": "2026-05-04", "penalty_content": "取消参与某市政府采购的资格"}


def act(seq: int, kind: str, on: date, item: str = "penalty", **payload: object) -> Act:
    return Act(seq, kind, 1, item, SUBJECT, on, "张三", payload)


def line_of(*acts: Act, as_of: date):
    return fold(acts, book=BOOK, as_of=as_of)


DETERMINATIONS = st.fixed_dictionaries(
    {},
    optional={
        "severity": st.sampled_from(["minor", "general", "serious"]),
        "publication": st.just("necessary"),
        "ban_until": DAYS.map(date.isoformat) | st.just("none"),
    },
)


@st.composite
def histories(draw) -> list[Act]:
    """A record and whatever is said of it afterwards, sensible or not."""
    item = draw(st.sampled_from(ITEMS))
    acts = [Act(1, "record", 1, item, SUBJECT, draw(DAYS), "", draw(PAYLOADS))]
    for seq in range(2, draw(st.integers(2, 7))):
        kind = draw(st.sampled_from(KINDS[1:]))
        payload: dict[str, object] = {}
        if kind == "correction":
            payload = draw(PAYLOADS)
        elif kind == "determination":
            payload = draw(DETERMINATIONS)
        elif kind in ("removal", "performance") and draw(st.booleans()):
            payload = {"removed_on" if kind == "removal" else "performed_on": draw(DAYS).isoformat()}
        acts.append(Act(seq, kind, 1, item, SUBJECT, draw(DAYS), "张三", payload))
    return acts


@settings(max_examples=150, deadline=None)
@given(histories(), ASKED)
def test_nothing_is_visible_outside_its_terms(acts, as_of):
    line = fold(acts, book=BOOK, as_of=as_of)
    assert line is not None
    assert line.state in STATES
    if line.visible:
        answer = line.clocks
        assert answer.audience == "public"
        assert line.facts.subject_kind in ("organisation", "sole-trader")
        assert answer.undecided is None
        assert answer.display_from is None or answer.display_from <= as_of
        assert answer.display_until is None or as_of <= answer.display_until
        assert line.usable
    if line.state != "effective":
        assert not line.visible
        assert not line.usable


@settings(max_examples=80, deadline=None)
@given(histories(), ASKED, st.integers(0, 3000))
def test_what_has_passed_its_term_never_comes_back(acts, as_of, days):
    """Within one edition of the law, time alone brings nothing back once it was over."""
    later = as_of + timedelta(days=days)
    if BOOK.on(as_of) is not BOOK.on(later) or any(act.on > as_of for act in acts):
        return
    line = fold(acts, book=BOOK, as_of=as_of)
    if line.state in ("expired", "withdrawn", "repaired", "removed"):
        assert not fold(acts, book=BOOK, as_of=later).visible
        assert not fold(acts, book=BOOK, as_of=later).usable


@settings(max_examples=60, deadline=None)
@given(histories(), ASKED, st.integers(0, 10_000))
def test_the_order_of_handing_in_does_not_matter(acts, as_of, seed):
    shuffled = list(acts)
    Random(seed).shuffle(shuffled)
    assert fold(shuffled, book=BOOK, as_of=as_of) == fold(acts, book=BOOK, as_of=as_of)


@settings(max_examples=80, deadline=None)
@given(histories(), ASKED, st.sampled_from(["withdrawal", "repair"]))
def test_withdrawal_and_repair_end_everything_at_once(acts, as_of, kind):
    ending = Act(99, kind, 1, acts[0].item, SUBJECT, as_of, "张三", {"reason": "复议撤销"})
    line = fold([*acts, ending], book=BOOK, as_of=as_of)
    assert line.state in ("withdrawn", "repaired")
    assert not line.visible
    assert not line.usable
    # The day before, it still was what it was.
    before = as_of - timedelta(days=1)
    assert fold([*acts, ending], book=BOOK, as_of=before).state == fold(acts, book=BOOK, as_of=before).state


@settings(max_examples=80, deadline=None)
@given(PAYLOADS, PAYLOADS, st.sampled_from(ITEMS), ASKED)
def test_a_correction_replaces_as_if_it_had_always_been_so(wrong, right, item, as_of):
    corrected = fold(
        [act(1, "record", date(2026, 1, 1), item, **wrong), act(2, "correction", date(2026, 6, 1), item, **right)],
        book=BOOK,
        as_of=as_of,
    )
    plain = fold([act(1, "record", date(2026, 1, 1), item, **right)], book=BOOK, as_of=as_of)
    assert (corrected.state, corrected.clocks, corrected.facts) == (plain.state, plain.clocks, plain.facts)
    assert corrected.record == 1
    assert len(corrected.acts) == 2


@settings(max_examples=80, deadline=None)
@given(PAYLOADS, st.sampled_from(ITEMS), ASKED)
def test_a_lone_record_is_what_the_clocks_say(payload, item_id, as_of):
    line = fold([act(1, "record", date(2026, 1, 1), item_id, **payload)], book=BOOK, as_of=as_of)
    item = BOOK.items[item_id]
    day, _ = law_day(facts_of(item, payload, law=BOOK.on(as_of)), as_of, book=BOOK)
    law = BOOK.on(day)
    assert line.clocks == clocks(facts_of(item, payload, law=law), law=law)


def test_no_record_no_line():
    assert line_of(act(2, "repair", date(2026, 5, 5)), as_of=date(2026, 6, 1)) is None
    assert line_of(as_of=date(2026, 6, 1)) is None


def test_acts_of_another_record_are_a_fault():
    stray = Act(3, "repair", 2, "penalty", SUBJECT, date(2026, 5, 5))
    with pytest.raises(ValueError, match="belongs to record 2"):
        line_of(act(1, "record", date(2026, 5, 5), **GENERAL), stray, as_of=date(2026, 6, 1))


def test_a_determination_settles_what_the_law_leaves_open():
    opened = act(1, "record", date(2026, 5, 5), **OPEN)
    assert line_of(opened, as_of=date(2026, 6, 1)).state == "undecided"
    settled = act(2, "determination", date(2026, 6, 1), severity="general", reason="本市裁量标准")
    line = line_of(opened, settled, as_of=date(2026, 6, 1))
    assert (line.state, line.visible, line.clocks.display_until) == ("effective", True, date(2027, 5, 4))


def test_a_determination_cannot_talk_down_what_the_law_fixes():
    first = act(1, "record", date(2026, 5, 5), **{**GENERAL, "penalty_kinds": "责令关闭"})
    line = line_of(first, act(2, "determination", date(2026, 6, 1), severity="minor"), as_of=date(2026, 6, 1))
    assert line.clocks.severity == "serious"
    raised = act(2, "determination", date(2026, 6, 1), severity="serious", reason="屡罚不改")
    line = line_of(act(1, "record", date(2026, 5, 5), **GENERAL), raised, as_of=date(2026, 6, 1))
    assert line.clocks.severity == "serious"


def test_a_correction_asks_for_a_new_determination():
    acts = [
        act(1, "record", date(2026, 5, 5), **OPEN),
        act(2, "determination", date(2026, 6, 1), severity="general"),
        act(3, "correction", date(2026, 6, 2), **{**OPEN, "fine_wan": "30"}),
    ]
    assert line_of(*acts, as_of=date(2026, 6, 3)).state == "undecided"


def test_a_minor_penalty_is_shown_only_when_a_person_found_it_necessary():
    warned = act(1, "record", date(2026, 5, 5), **{**GENERAL, "penalty_kinds": "警告"})
    assert not line_of(warned, as_of=date(2026, 6, 1)).visible
    needed = act(2, "determination", date(2026, 6, 1), publication="necessary", reason="涉及公共安全")
    line = line_of(warned, needed, as_of=date(2026, 8, 4))
    assert line.visible
    assert not line_of(warned, needed, as_of=date(2026, 8, 5)).visible


def test_a_ban_read_by_a_person_has_effect():
    listed = act(1, "record", date(2026, 5, 5), "procurement-violation", **NO_TERM)
    assert line_of(listed, as_of=date(2026, 6, 1)).state == "undecided"
    read = act(2, "determination", date(2026, 6, 1), "procurement-violation", ban_until="2027-05-04")
    line = line_of(listed, read, as_of=date(2027, 5, 4))
    law = BOOK.on(date(2027, 5, 4))
    assert line.visible
    regions = ("某省", "某市")
    assert effect_of(law.matter("procurement"), line, law=law, regions=regions).kind == "must_act"
    assert not line_of(listed, read, as_of=date(2027, 5, 5)).visible
    none = act(2, "determination", date(2026, 6, 1), "procurement-violation", ban_until="none")
    line = line_of(listed, none, as_of=date(2026, 6, 1))
    assert (line.state, line.clocks.display_until) == ("effective", date(2029, 5, 4))
    assert effect_of(law.matter("procurement"), line, law=law, regions=regions).kind == "for_reference"


def test_removal_works_from_its_own_day():
    listed = {"uscc": "91130100MA08XHX30K", "decided_on": "2026-01-05", "reason": "未按期年报", "authority": "某局"}
    acts = [
        act(1, "record", date(2026, 1, 5), "abnormal-operation", **listed),
        act(2, "removal", date(2026, 6, 10), "abnormal-operation", removed_on="2026-06-09"),
    ]
    assert line_of(*acts, as_of=date(2026, 6, 9)).visible
    assert line_of(*acts, as_of=date(2026, 6, 10)).state == "removed"


def test_performance_ends_the_adverse_term_of_a_commitment():
    broken = {"subject_kind": "organisation", "decided_on": "2025-01-05", "due_on": "2025-07-05", "performed": "no"}
    acts = [
        act(1, "record", date(2025, 1, 5), "commitment", **broken),
        act(2, "performance", date(2026, 6, 10), "commitment", performed_on="2026-06-01"),
    ]
    assert line_of(*acts, as_of=date(2026, 6, 9)).clocks.display_until == date(2028, 7, 5)
    assert line_of(*acts, as_of=date(2026, 6, 10)).clocks.display_until is None
    assert line_of(*acts, as_of=date(2026, 6, 10)).facts.performed == "yes"


class Record(RuleBasedStateMachine):
    """A room that asks `may_follow` before it appends; the fold is asked on the last day anything happened."""

    def __init__(self) -> None:
        super().__init__()
        self.acts = [act(1, "record", date(2026, 5, 5), **GENERAL)]
        self.today = date(2026, 5, 5)
        self.ended: str | None = None

    def line(self):
        return fold(self.acts, book=BOOK, as_of=self.today)

    @rule(days=st.integers(0, 500))
    def time_passes(self, days):
        self.today = min(self.today + timedelta(days=days), date(2040, 1, 1))

    @rule(kind=st.sampled_from(KINDS[1:]), severity=st.sampled_from(["minor", "general", "serious"]))
    def try_any_act(self, kind, severity):
        state = self.line().state
        payload = {"correction": GENERAL, "determination": {"severity": severity}}.get(kind, {})
        if not may_follow(kind, state):
            assert state in STATES
            return
        self.acts.append(act(len(self.acts) + 1, kind, self.today, **payload))
        if kind == "withdrawal" or (kind == "repair" and self.ended != "withdrawn"):
            self.ended = "withdrawn" if kind == "withdrawal" else "repaired"
        elif kind == "repair-undone" and self.ended == "repaired":
            # A repair got on false material is the one end that a decided case can take back.
            self.ended = None

    @invariant()
    def an_ended_record_stays_ended(self):
        line = self.line()
        if self.ended is not None:
            assert line.state == self.ended
            assert not line.visible

    @invariant()
    def never_past_its_term(self):
        line = self.line()
        if line.visible:
            assert line.clocks.display_until is not None
            assert self.today <= line.clocks.display_until
            assert line.clocks.display_until <= date(2029, 5, 4)


TestRecord = Record.TestCase
TestRecord.settings = settings(max_examples=40, stateful_step_count=15, deadline=None)


def test_the_table_of_acts_knows_every_kind_and_state():
    assert set(ALLOWED) == set(KINDS) - {"record"}
    assert all(states <= set(STATES) for states in ALLOWED.values())
    assert not may_follow("record", "effective")


@given(histories(), st.booleans(), st.sampled_from(["kept", "untrue"]), ASKED)
def test_an_undone_repair_gives_back_what_was_left_and_no_more(
    history: list[Act], performed: bool, performance: str, day: date
) -> None:
    """Repaired and undone, an entry is shown and shared no longer than if its case had never been; before service not at all."""
    plain = [act for act in history if act.kind not in {"repair", "withdrawal"}]
    first = fold(plain, book=BOOK, as_of=date(2026, 7, 1))
    if first is None or first.state == "withdrawn":
        return
    head, last = plain[0], max(act.seq for act in plain)
    of_case = [
        Act(last + 1, "performance", head.record, head.item, head.subject, date(2026, 7, 1), "case:XF", {"performed_on": "2026-07-01"})
    ] if performed else []  # fmt: skip
    repair = Act(last + 2, "repair", head.record, head.item, head.subject, date(2026, 7, 1), "case:XF", {})
    said = {"performance": performance}
    undone = Act(last + 3, "repair-undone", head.record, head.item, head.subject, date(2026, 8, 1), "case:CD", said)
    line = fold([*plain, *of_case, repair, undone], book=BOOK, as_of=day)
    without = fold(plain, book=BOOK, as_of=day)
    assert line is not None and without is not None
    if date(2026, 7, 1) <= day < date(2026, 8, 1):
        assert line.state == "repaired" and not line.visible and not line.usable
    elif day >= date(2026, 8, 1):
        for mine, other in (
            (line.clocks.display_until, without.clocks.display_until), (line.clocks.share_until, without.clocks.share_until),
        ):  # fmt: skip
            assert other is None or (mine is not None and mine <= other)
        assert not line.usable or without.usable
        if performance == "untrue":
            assert (line.state, line.clocks) == (without.state, without.clocks)
