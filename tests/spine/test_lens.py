"""Identity is a judgement (同一性): a DIFFERENT judgement never lies inside a cluster, and undoing restores what was."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gongxin.spine import clock
from gongxin.spine.ledger.append import append
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections import links
from gongxin.spine.projections.lens import Contradiction, Held, Lens, PairHistory, pair_of
from gongxin.spine.standing import lines_of, present_lines_of
from tests.spine.making import judged, key, record

KEYS = [f"row:{number:016x}" for number in range(5)]


class LensMachine(RuleBasedStateMachine):
    """Any sequence of judgements and undoings, also the forbidden ones."""

    def __init__(self) -> None:
        super().__init__()
        self.lens = Lens()
        self.histories: dict[tuple[str, str], PairHistory] = {}
        self.seq = 0

    @rule(
        one=st.sampled_from(KEYS),
        other=st.sampled_from(KEYS),
        judgement=st.sampled_from(["same", "different", "unsure"]),
    )
    def judge(self, one: str, other: str, judgement: Any) -> None:
        if one == other:
            return
        self.seq += 1
        history = self.histories.setdefault(pair_of(one, other), PairHistory())
        history.said.append((self.seq, judgement))
        before = dict(self.lens.links)
        try:
            self.lens.settle(pair_of(one, other), history.held())
        except Contradiction:
            history.said.pop()
            assert self.lens.links == before

    @precondition(lambda self: any(history.said for history in self.histories.values()))
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        pair = data.draw(st.sampled_from(sorted(pair for pair, history in self.histories.items() if history.said)))
        seq = data.draw(st.sampled_from([seq for seq, _ in self.histories[pair].said]))
        history = self.histories[pair]
        fresh = seq not in history.undone
        history.undone.add(seq)
        try:
            self.lens.settle(pair, history.held())
        except Contradiction:
            if fresh:
                history.undone.discard(seq)

    @invariant()
    def no_difference_inside_a_cluster(self) -> None:
        for (one, other), held in self.lens.links.items():
            if held.judgement == "different":
                assert other not in self.lens.cluster(one)

    @invariant()
    def clusters_part_the_keys(self) -> None:
        for one in KEYS:
            for other in self.lens.cluster(one):
                assert self.lens.cluster(other) == self.lens.cluster(one)


LensMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestLens = LensMachine.TestCase

steps = st.lists(
    st.tuples(
        st.sampled_from(KEYS[:4]), st.sampled_from(KEYS[:4]), st.sampled_from(["same", "different", "unsure", "undo"])
    ),
    max_size=9,
)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_the_store_holds_what_a_replay_of_the_ledger_holds(history: list[tuple[str, str, str]]) -> None:
    with transaction.atomic():
        said: list[tuple[int, str, str, str]] = []
        for one, other, act in history:
            try:
                if act == "undo" and said:
                    seq, left, right, judgement = said.pop()
                    append([judged(left, right, judgement, undoes=seq)])
                elif act != "undo" and one != other:
                    said.append((append([judged(one, other, act)])[0], one, other, act))
            except Contradiction:
                continue
            assert links.stored_links() == links.replay().links
        stored = links.stored_links()
        for (one, other), held in stored.items():
            if held.judgement == "different":
                assert other not in links.resolve_keys(one)
        for one in KEYS[:4]:
            assert links.resolve_keys(one) == links.replay().cluster(one)
            assert links.resolve_keys(one, known_at=Entry.objects.count()) == links.resolve_keys(one)
        links.rebuild()
        assert links.stored_links() == stored
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_undoing_a_judgement_restores_exactly_the_earlier_standing() -> None:
    append([record(1, 1), record(2, 2), record(3, 3, subject=KEYS[0])])
    today = clock.today()
    before = {each: present_lines_of(each, as_of=today) for each in (key(1), key(2), KEYS[0])}
    seq = append([judged(KEYS[0], key(1))])[0]
    joined = present_lines_of(key(1), as_of=today)
    assert [line.record for line in joined] == [1, 3]
    assert [line.subject for line in joined] == [key(1), KEYS[0]]
    assert present_lines_of(KEYS[0], as_of=today) == joined
    append([judged(KEYS[0], key(1), undoes=seq)])
    assert {each: present_lines_of(each, as_of=today) for each in before} == before
    # What was known in between can still be asked: the ledger forgets nothing.
    assert [line.record for line in lines_of(key(1), as_of=today, known_at=seq)] == [1, 3]
    assert [line.record for line in lines_of(key(1), as_of=today, known_at=seq - 1)] == [1]


@pytest.mark.django_db
def test_a_difference_stands_against_a_joining_by_detour() -> None:
    append([judged(key(1), key(2), "different"), judged(key(1), KEYS[0])])
    with pytest.raises(Contradiction):
        append([judged(key(2), KEYS[0])])
    with pytest.raises(Contradiction):
        append([judged(KEYS[0], key(3)), judged(key(3), key(2))])
    assert links.resolve_keys(key(1)) == {key(1), KEYS[0]}
    assert Entry.objects.count() == 2


@pytest.mark.django_db
def test_the_register_leads_from_an_old_code_to_the_new_one() -> None:
    append([record(1, item="registration", regno="110108000000001"), record(2, item="registration")])
    assert links.cross_walk(["regno:110108000000001", "regno:110108000000002"]) == {"regno:110108000000001": key(1)}
    orgcode = key(2).removeprefix("uscc:")[8:17]
    assert links.cross_walk([f"orgcode:{orgcode}"]) == {f"orgcode:{orgcode}": key(2)}
    append([record(5, 5, subject="regno:110108000000001")])
    assert [line.record for line in present_lines_of(key(1), as_of=clock.today()) if line.item == "penalty"] == [3]


@pytest.mark.django_db
def test_an_old_code_entered_for_two_subjects_leads_to_neither() -> None:
    append([record(1, item="registration", regno="110108000000001")])
    append([record(2, item="registration", regno="110108000000001")])
    assert links.cross_walk(["regno:110108000000001"]) == {}
    assert links.resolve_keys("regno:110108000000001") == {"regno:110108000000001"}
    seq = append([judged("regno:110108000000001", key(2))])[0]
    assert links.cross_walk(["regno:110108000000001"]) == {"regno:110108000000001": key(2)}
    append([judged("regno:110108000000001", key(2), undoes=seq)])
    assert links.cross_walk(["regno:110108000000001"]) == {}
    assert links.stored_links() == links.replay().links


def test_a_persons_word_counts_more_than_the_registers() -> None:
    history = PairHistory(register=(1, "same"))
    assert history.held() == Held("same", "register", 1)
    history.said.append((2, "different"))
    assert history.held() == Held("different", "judgement", 2)
    history.undone.add(2)
    assert history.held() == Held("same", "register", 1)


def test_nothing_is_compared_with_itself() -> None:
    with pytest.raises(ValueError, match="itself"):
        pair_of("a", "a")
