"""Judgements (主体判断): by a named person, with effect on nobody before, undone to exactly what was before."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from django.db import transaction
from hypothesis import settings as quick
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gongxin.kernel.issues import Refusal
from gongxin.rooms.resolve import judgements, mentions, proposals
from gongxin.rooms.resolve.determinations import undecided
from gongxin.rooms.resolve.history import made
from gongxin.rooms.resolve.queue import Filter, group_of, queue, waiting_count
from gongxin.spine import clock, public
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Look, LookBatch
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections.models import Mention
from gongxin.spine.standing import lines_of
from tests.examples import how_many
from tests.rooms.disclosure.world import ACME, BUREAU, DINER, QUIET, enter_penalty, penalty

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 20)
DECIDED = date(2026, 6, 14)
OFFICE = Viewer(1, "王工", "office", "operator", "web")
STEWARD = Viewer(2, "李工", BUREAU, "steward", "web")
REASON = "核对了处罚决定书原件"


@pytest.fixture(autouse=True)
def _day(on_day):
    on_day(TODAY)


def wait(name: str, reported: str, number: int = 1, **more: str) -> Mention:
    payload = penalty(name, reported, DECIDED, document_no=f"平环罚〔2026〕{number}号", **more)
    return Mention.objects.create(
        batch=None,
        row=number,
        subject_name=name,
        reported_code=reported,
        problem="uscc.check_digit",
        item="penalty",
        provider=more.get("provider", BUREAU),
        body=json.dumps(payload, ensure_ascii=False),
        document=number,
        content=1000 + number,
        opened=clock.now(),
    )


def register(uscc: str, name: str, **more: str) -> None:
    payload = {"subject_name": name, "uscc": uscc, **more}
    append([NewAct("record", "registration", f"uscc:{uscc}", BUREAU, payload, "登记")])


def standing_of(key: str) -> list[tuple[int, str, str]]:
    return [(line.record, line.state, line.subject) for line in lines_of(key, as_of=TODAY)]


def slip(uscc: str) -> str:
    return uscc[:-1] + ("A" if uscc[-1] != "A" else "B")


def test_a_judgement_joins_the_row_and_its_undoing_parts_it_again():
    enter_penalty("燕北精密机械有限公司", ACME, DECIDED, document_no="平环罚〔2026〕9号")
    key = f"uscc:{ACME}"
    before = standing_of(key), public.public_lines(key, TODAY), public.public_counts(TODAY)
    waiting = wait("燕北精密机械有限公司", slip(ACME))
    done = judgements.judge(OFFICE, f"mention:{waiting.pk}", key, "same", REASON)
    assert done.records
    assert len(standing_of(key)) == 2
    waiting.refresh_from_db()
    assert waiting.state == "settled"
    assert waiting.settled_seq == done.records[0]
    assert "王工" in waiting.settled_by
    assert {line.record for line in public.public_lines(key, TODAY)} >= set(done.records)
    undone = judgements.undo(OFFICE, done.seqs[-1], "看错了一行")
    assert undone.judgement == "undone"
    assert (standing_of(key), public.public_lines(key, TODAY), public.public_counts(TODAY)) == before
    waiting.refresh_from_db()
    assert waiting.state == "open"
    again = judgements.judge(OFFICE, f"mention:{waiting.pk}", key, "same", REASON)
    assert again.records == done.records


def test_a_row_kept_without_subject_is_seen_by_nobody():
    waiting = wait("无名商行", "")
    kept = judgements.keep_unresolved(OFFICE, [waiting.pk], "查不到登记")
    assert len(kept.records) == 1
    assert public.public_counts(TODAY) == {}
    assert public.public_page("penalty", TODAY).lines == []
    assert public.public_lines(mentions.row_key(waiting), TODAY) == []
    assert sum(frame.height for frame in public.public_frame(TODAY)) == 0
    enter_penalty("燕北精密机械有限公司", ACME, DECIDED, document_no="平环罚〔2026〕9号")
    joined = judgements.judge(OFFICE, mentions.row_key(waiting), f"uscc:{ACME}", "same", REASON)
    assert not isinstance(joined, Refusal)
    assert public.public_counts(TODAY) == {"penalty": 2}


def test_giving_back_enters_nothing_and_tells_why():
    waiting = wait("无名商行", "123")
    given = judgements.give_back(STEWARD, [waiting.pk], "代码只有三位，请补正")
    assert given.records == ()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.settled_seq, waiting.reason) == ("settled", None, "代码只有三位，请补正")
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("viewer", "code"),
    [
        (Viewer(None, "机器", "office", "operator", "api"), "resolve.unnamed"),
        (Viewer(3, "  ", "office", "operator", "web"), "resolve.unnamed"),
        (Viewer(3, "赵工", BUREAU, "officer", "web"), "resolve.role"),
        (Viewer(3, "孙工", "another", "steward", "web"), "resolve.scope"),
    ],
)
def test_nobody_else_judges(viewer, code):
    waiting = wait("燕北精密机械有限公司", slip(ACME))
    done = judgements.judge(viewer, f"mention:{waiting.pk}", f"uscc:{ACME}", "same", REASON)
    assert isinstance(done, Refusal)
    assert done.code == code
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("right", "judgement", "reason", "code"),
    [
        (f"uscc:{ACME}", "same", "  ", "resolve.reason"),
        (f"uscc:{ACME}", "perhaps", REASON, "resolve.judgement"),
        (f"uscc:{slip(ACME)}", "same", REASON, "resolve.no_subject"),
        ("person:" + "0" * 32, "same", REASON, "resolve.person"),
    ],
)
def test_what_is_no_judgement_is_refused(right, judgement, reason, code):
    waiting = wait("燕北精密机械有限公司", slip(ACME))
    done = judgements.judge(OFFICE, f"mention:{waiting.pk}", right, judgement, reason)
    assert isinstance(done, Refusal)
    assert done.code == code
    assert not Entry.objects.exists()


def test_a_natural_person_is_never_matched_by_name():
    waiting = wait("钱某某", "", subject_kind="person")
    assert proposals.for_mention(waiting) == []
    done = judgements.judge(OFFICE, f"mention:{waiting.pk}", f"uscc:{ACME}", "same", REASON)
    assert done.code == "resolve.person"


def test_different_keeps_waiting_and_is_remembered():
    register(ACME, "燕北精密机械有限公司")
    waiting = wait("燕北精密机械有限公司", slip(ACME))
    judgements.judge(OFFICE, f"mention:{waiting.pk}", f"uscc:{ACME}", "different", "地址和法定代表人都不同")
    waiting.refresh_from_db()
    assert waiting.state == "open"
    found = proposals.for_mention(waiting)
    assert found[0].judged == "different"
    refused = judgements.judge(OFFICE, f"mention:{waiting.pk}", f"uscc:{ACME}", "unsure", REASON)
    assert refused.judgement == "unsure"


def test_a_chain_that_joins_what_was_held_different_is_refused_whole():
    for uscc, name in ((ACME, "甲有限公司"), (QUIET, "乙有限公司")):
        register(uscc, name)
    judgements.judge(OFFICE, f"uscc:{ACME}", f"uscc:{QUIET}", "different", "两家公司")
    waiting = wait("甲有限公司", slip(ACME))
    judgements.judge(OFFICE, f"mention:{waiting.pk}", f"uscc:{ACME}", "same", REASON)
    size = Entry.objects.count()
    done = judgements.judge(OFFICE, mentions.row_key(waiting), f"uscc:{QUIET}", "same", REASON)
    assert isinstance(done, Refusal)
    assert done.code == "resolve.contradiction"
    assert Entry.objects.count() == size


def test_the_history_tells_who_said_what_and_why_and_what_holds():
    register(ACME, "甲有限公司")
    register(QUIET, "乙有限公司")
    first = judgements.judge(OFFICE, f"uscc:{ACME}", f"uscc:{QUIET}", "unsure", "档案还没调来").seqs[0]
    second = judgements.judge(OFFICE, f"uscc:{ACME}", f"uscc:{QUIET}", "different", "档案不同").seqs[0]
    undone = judgements.undo(OFFICE, second, "档案拿错了").seqs[0]
    told = made(OFFICE)
    assert [line.said.seq for line in told.lines] == [undone, second, first]
    assert [line.said.reason for line in told.lines] == ["档案拿错了", "档案不同", "档案还没调来"]
    assert [line.holds for line in told.lines] == [False, False, True]
    assert told.lines[0].undoing
    assert told.lines[0].said.undoes == second
    assert {told.lines[0].left_name, told.lines[0].right_name} == {"甲有限公司", "乙有限公司"}
    assert made(STEWARD).total == 0
    assert made(Viewer(9, "赵工", BUREAU, "officer", "web")).code == "resolve.role"
    assert judgements.undo(OFFICE, second, "再撤一次").code == "resolve.no_judgement"


def test_every_list_leaves_a_look_in_which_the_subjects_are_findable():
    register(ACME, "燕北精密机械有限公司")
    waiting = wait("燕北精密机械有限公司", slip(ACME))
    enter_penalty("平陵静水文化传媒有限公司", QUIET, DECIDED, penalty_kinds="other")
    seen = Look.objects.count()
    assert queue(STEWARD).rows == 1
    own = Look.objects.order_by("-at", "-n").first()
    assert (Look.objects.count(), own.subject, own.reference) == (seen + 1, "mentions", 1)
    assert queue(OFFICE).rows == 1
    assert undecided(OFFICE).total == 1
    sealed = [set(pl.read_ipc(bytes(each.subjects))["subject"]) for each in LookBatch.objects.order_by("number")]
    assert sealed == [{mentions.row_key(waiting)}, {f"uscc:{QUIET}"}]
    # A page that shows nobody looks at nobody.
    before = Look.objects.count()
    assert queue(OFFICE, Filter(text="没有这一家")).lines == ()
    assert Look.objects.count() == before


def test_proposals_find_the_code_with_one_slip_and_say_why():
    register(ACME, "燕北精密机械有限公司", legal_rep="赵敏", established_on="2016-03-18")
    register(QUIET, "燕北精密机械销售有限公司", legal_rep="钱进", established_on="2026-06-19")
    waiting = wait("燕北精密机械有限公司", slip(ACME))
    first, second = proposals.for_mention(waiting)[:2]
    assert first.key == f"uscc:{ACME}"
    assert "代码只差一处" in first.found_by
    assert any(each.feature == "legal_representative" and each.agrees for each in first.evidence)
    assert first.total > second.total
    assert any(each.feature == "dates" and each.agrees is False for each in second.opposing)


def test_an_older_code_leads_across():
    register(ACME, "燕北精密机械有限公司", orgcode=ACME[8:17])
    waiting = wait("燕北机械厂", ACME[8:17])
    found = proposals.for_mention(waiting)
    assert found[0].key == f"uscc:{ACME}"
    assert any(each.feature == "code" and each.agrees for each in found[0].evidence)


def test_the_queue_groups_rows_and_counts_them():
    for number in range(3):
        wait("燕北精密机械有限公司", slip(ACME), number)
    wait("小王饭店", "", 7)
    wait("别局的行", "", 8, provider="another")
    shown = queue(OFFICE)
    assert (shown.rows, shown.groups) == (5, 3)
    assert shown.lines[0].rows == 3
    assert queue(STEWARD).rows == 4
    assert waiting_count(STEWARD) == 4
    assert waiting_count(Viewer(5, "周工", BUREAU, "officer", "web")) == 0
    assert queue(OFFICE, Filter(text="小王")).rows == 1
    group = group_of(OFFICE, shown.lines[0].mention)
    assert len(group) == 3
    register(ACME, "燕北精密机械有限公司")
    done = judgements.judge_mentions(OFFICE, [one.pk for one in group], f"uscc:{ACME}", "same", REASON)
    assert len(done.records) == 3
    assert queue(OFFICE).rows == 2


class Resolver(RuleBasedStateMachine):
    """Any sequence of judgements and undoings: standing is always that of the judgements not taken back."""

    def __init__(self):
        super().__init__()
        self.trial = transaction.atomic()
        self.trial.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.trial.__exit__(None, None, None)

    @initialize()
    def begin(self):
        self.subjects = [f"uscc:{each}" for each in (ACME, DINER, QUIET)]
        self.rows = [wait(f"商行{number}", "", self.next_number()) for number in range(3)]
        for each in self.rows:
            judgements.keep_unresolved(OFFICE, [each.pk], "先存着")
        self.held, self.corrected = [], {}
        self.apart = [standing_of(key) for key in self.subjects]

    def next_number(self):
        return Mention.objects.count() + 1

    @rule(row=st.integers(0, 2), subject=st.integers(0, 2), judgement=st.sampled_from(["same", "different", "unsure"]))
    def judge(self, row, subject, judgement):
        pair = mentions.row_key(self.rows[row]), self.subjects[subject]
        done = judgements.judge(OFFICE, *pair, judgement, REASON)
        if not isinstance(done, Refusal):
            self.held.append((done.seqs[-1], pair, judgement))

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def undo(self, data):
        chosen = data.draw(st.sampled_from(self.held))
        latest = max(seq for seq, pair, _ in self.held if pair == chosen[1])
        done = judgements.undo(OFFICE, chosen[0], "撤回")
        if chosen[0] != latest:
            assert isinstance(done, Refusal)
        elif not isinstance(done, Refusal):
            self.held.remove(chosen)

    @precondition(lambda self: len(self.corrected) < len(self.rows))
    @rule(row=st.integers(0, 2), subject=st.integers(0, 2), withdrawn=st.booleans())
    def its_department_corrects_or_withdraws_it(self, row, subject, withdrawn):
        """The document comes again with a code of its own, or is taken back; neither asks a steward any more."""
        mention = Mention.objects.get(pk=self.rows[row].pk)
        if row in self.corrected or mention.state != "settled":
            return
        key = mentions.row_key(mention)
        record = Entry.objects.get(subject=key, kind="record").seq
        if withdrawn:
            append([NewAct("withdrawal", "penalty", key, BUREAU, {"reason": "撤销"}, "报送", record=record)])
        else:
            code = self.subjects[subject].partition(":")[2]
            said = penalty(f"商行{row}", code, DECIDED, document_no=f"平环罚〔2026〕{row + 1}号")
            append([NewAct("correction", "penalty", self.subjects[subject], BUREAU, said, "报送", record=record)])
        self.corrected[row] = None if withdrawn else self.subjects[subject]

    @invariant()
    def nothing_waits_that_is_decided(self):
        for row, each in enumerate(self.rows):
            each.refresh_from_db()
            key = mentions.row_key(each)
            held = [judgement for pair, judgement in self.links().items() if key in pair and judgement == "same"]
            if row in self.corrected or held:
                assert each.state == "settled"

    def links(self):
        return {pair: judgement for _, pair, judgement in self.held}

    @invariant()
    def standing_is_that_of_what_is_held(self):
        for subject, apart in zip(self.subjects, self.apart, strict=True):
            reached, grown = {subject}, True
            while grown:
                more = {key for pair, judgement in self.links().items() if judgement == "same" and reached & set(pair)
                        for key in pair}  # fmt: skip
                grown = not more <= reached
                reached |= more
            found = {record for record, _, _ in standing_of(subject)}
            expected = {record for record, _, _ in apart}
            for row, each in enumerate(self.rows):
                if (self.corrected.get(row) or mentions.row_key(each)) in reached:
                    expected |= {Entry.objects.get(subject=mentions.row_key(each), kind="record").seq}
            assert found == expected

    @invariant()
    def what_is_different_never_lies_in_one_subject(self):
        for pair, judgement in self.links().items():
            if judgement == "different":
                assert not {r for r, _, _ in standing_of(pair[0])} & {r for r, _, _ in standing_of(pair[1])}


def test_an_undone_judgement_reopens_no_row_whose_department_has_named_the_subject_itself():
    register(ACME, "燕北精密机械有限公司")
    waiting = wait("燕北精密机械有限公司", slip(ACME))
    done = judgements.judge(OFFICE, f"mention:{waiting.pk}", f"uscc:{ACME}", "same", REASON)
    said = penalty("燕北精密机械有限公司", ACME, DECIDED, document_no="平环罚〔2026〕1号")
    append([NewAct("correction", "penalty", f"uscc:{ACME}", BUREAU, said, "报送", record=done.records[0])])
    assert not isinstance(judgements.undo(OFFICE, done.seqs[-1], "另有更正"), Refusal)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.settled_seq) == ("settled", done.records[0])
    assert queue(OFFICE).rows == 0
    # The correction named the code itself, so the record goes on standing where it was.
    assert done.records[0] in {line.record for line in public.public_lines(f"uscc:{ACME}", TODAY)}


def test_any_sequence_of_judgements():
    run_state_machine_as_test(Resolver, settings=quick(max_examples=how_many(8), stateful_step_count=10, deadline=None))
