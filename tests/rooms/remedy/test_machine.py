"""Objections in random order on the real engine and the real store (异议状态机): whatever is done, on whichever day.

The worst that could happen: an entry under freeze is used, a wrongly held entry stays held, a closed case is opened, a
button is drawn that the engine refuses, or one place still shows what another has hidden.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
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
from gongxin.law import casework
from gongxin.law.standing import fold
from gongxin.rooms.disclosure import profile, search
from gongxin.rooms.measures import check
from gongxin.rooms.remedy import keeping
from gongxin.spine import clock, public, shelf
from gongxin.spine.access import gate
from gongxin.spine.access.gate import CASEWORK, Ground
from gongxin.spine.cases import engine, finding, reminding
from gongxin.spine.cases.models import Case, CaseAct
from gongxin.spine.ledger import head
from gongxin.spine.projections import rebuilding, resident
from tests.examples import how_many
from tests.rooms.machines import OnItsOwnDay, undone
from tests.rooms.remedy import city
from tests.rooms.remedy.city import DECIDER, FINDINGS, TEXT
from tests.spine import making

FIRST = date(2026, 9, 20)
SAID = {
    "ground": "facts", "text": TEXT, "reason": "核对无误", "wanted": "原件", "findings": FINDINGS, "decided_by": DECIDER,
    "remedy_kind": "withdrawal", "note": "转办",
}  # fmt: skip

CASE_ACTS = frozenset({"objection", "objection-end", "suspension", "release", "statement"})
"""What a case enters beside an entry: it holds and frees it, and changes nothing else of it."""


class Objections(OnItsOwnDay):
    """Acts by all sides and days that pass, over two records of one company."""

    def __init__(self) -> None:
        super().__init__()
        self.go_to(FIRST)
        self.people = city.people()
        self.records = [city.ban(1, 901), city.penalty(1, 902)]

    @initialize(ground=st.sampled_from(["facts", "identity"]))
    def first(self, ground: str) -> None:
        self.object(0, ground)

    @rule(days=st.integers(1, 25))
    def time_passes(self, days: int) -> None:
        self.go_to(self.day + timedelta(days=days))

    @rule(which=st.integers(0, 1), ground=st.sampled_from(["facts", "identity", "term"]))
    def object(self, which: int, ground: str) -> None:
        request = engine.Request(
            "objection", making.key(1), {"ground": ground, "text": TEXT, "new_material": "新证据"},
            record=self.records[which],
        )  # fmt: skip
        open_before = self.open_cases(self.records[which])
        line = self.line(self.records[which])
        done = engine.open_case(self.people["subject"], request)
        if isinstance(done, Refusal):
            assert open_before or line is None or line.state == "withdrawn", done
        else:
            assert not open_before

    def buttons(self, *, offered: bool) -> list[tuple[str, str, str]]:
        """Return every (case, who, verb) that is drawn as a button, or every one that is not."""
        rules = casework.rules_of("objection", law=shelf.book().on(self.day))
        found = []
        for case in Case.objects.filter(kind="objection").order_by("number"):
            for who in ("subject", "steward", "office", "stranger", "officer"):
                shown = finding.show(self.people[who], case.number)
                drawn = set() if isinstance(shown, Refusal) else {each.id for each in shown.allowed}
                found += [(case.number, who, verb) for verb in sorted(rules.acts) if (verb in drawn) == offered]
        return found

    def press(self, number: str, who: str, verb: str) -> Any:
        act = casework.rules_of("objection", law=shelf.book().on(self.day)).acts[verb]
        return engine.act(self.people[who], number, verb, {name: SAID[name] for name in act.needs})

    @precondition(lambda self: self.buttons(offered=True))
    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        """A button that is drawn is accepted; only the day or the record's own end may still refuse it."""
        number, who, verb = data.draw(st.sampled_from(self.buttons(offered=True)), "button")
        case = Case.objects.get(number=number)
        done = self.press(number, who, verb)
        if isinstance(done, Refusal):
            assert done.code in {"case.early", "case.ended", "case.record", "case.reviewed"}, (verb, done)
        assert case.closed_on is None

    @precondition(lambda self: Case.objects.exists())
    @rule(data=st.data())
    def wrong(self, data: st.DataObject) -> None:
        """What is not drawn is refused and leaves nothing behind."""
        number, who, verb = data.draw(st.sampled_from(self.buttons(offered=False)), "no button")
        size = head.read().size
        count = CaseAct.objects.count()
        assert isinstance(self.press(number, who, verb), Refusal)
        assert (head.read().size, CaseAct.objects.count()) == (size, count)

    @rule()
    def nightly(self) -> None:
        """The day's work changes nothing that anybody sees."""
        before = self.seen()
        reminding.remind()
        keeping.keep()
        assert self.seen() == before
        assert reminding.remind() == 0

    def open_cases(self, record: int) -> list[Case]:
        return list(
            Case.objects.filter(record=record, kind="objection", closed_on__isnull=True).exclude(state="rejected")
        )

    def line(self, record: int) -> Any:
        ground = Ground(purpose=CASEWORK, clause="GBF-2020-49", case_no="状态机")
        reading = gate.read(self.people["office"], ground, making.key(1), as_of=self.day)
        assert not isinstance(reading, Refusal)
        return next((line for line in reading.lines if line.record == record), None)

    def seen(self) -> dict[int, tuple[bool, tuple[str, ...]]]:
        lines = {line.record: line for line in public.lines_of_records(self.records, self.day)}
        return {
            record: (record in lines, tuple(mark.id for mark in lines[record].marks) if record in lines else ())
            for record in self.records
        }

    @invariant()
    def rows_say_what_the_fold_says(self) -> None:
        for case in Case.objects.all():
            rules = casework.rules_of(case.kind, law=shelf.book().on(case.opened_on))
            standing = finding.standing_of(case, rules)
            upcoming = standing.next_clock()
            assert (case.state, case.turn) == (standing.state.id, standing.state.turn)
            assert case.due == (upcoming.due if upcoming else None)
            assert (case.closed_on is not None) == standing.state.closed
            assert not standing.state.closed or not any(standing.allowed(side) for side in casework.SIDES)

    @invariant()
    def marked_held_and_freed_by_the_cases_alone(self) -> None:
        """What every reader sees follows from the open cases and the day, and from nothing else."""
        for record in self.records:
            line = self.line(record)
            if line.state == "withdrawn":
                assert not line.visible and not line.usable
                continue
            cases = self.open_cases(record)
            expected = set()
            for case in cases:
                expected.add("objected")
                rules = casework.rules_of(case.kind, law=shelf.book().on(case.opened_on))
                answer = engine.answer_by(finding.standing_of(case, rules), rules)
                if answer is not None and self.day > answer:
                    expected.add("silence")
                verbs = set(case.acts.values_list("verb", flat=True))
                if "uphold" in verbs:
                    expected.add("upheld")
                elif engine.kinds and self.ground_of(case) == "identity":
                    expected.add("identity")
            assert {hold.id for hold in line.holds} == expected, (record, self.day)
            # As if no case had ever touched it, but for what the law book lets these holds do.
            free = fold([act for act in line.acts if act.kind not in CASE_ACTS], book=shelf.book(), as_of=self.day)
            does = {row["id"]: row for row in shelf.book().on(self.day).parameter("standing.holds").table()}
            assert line.usable == (free.usable and all(does[hold]["used"] for hold in expected)), (record, self.day)
            assert line.visible == (free.visible and all(does[hold]["shown"] for hold in expected)), (record, self.day)

    def ground_of(self, case: Case) -> str:
        from gongxin.spine.cases.finding import said_first

        return str(said_first(case)["ground"])

    @invariant()
    def everybody_sees_the_same(self) -> None:
        """Page, list, search, count, check, columns: one standing."""
        lines = {record: self.line(record) for record in self.records}
        visible = {record for record, line in lines.items() if line.visible}
        page = profile.profile(making.uscc(1), self.day)
        assert {event.record for event in page.timeline} == visible if page is not None else not visible
        assert {line.record for line in public.public_lines(making.key(1), self.day)} == visible
        counted = public.public_counts(self.day)
        assert sum(counted.values()) == len(visible)
        for item in ("procurement-violation", "penalty"):
            listed = public.public_page(item, self.day)
            assert {line.record for line in listed.lines} == {r for r in visible if lines[r].item == item}
        hits = search.search(making.uscc(1)).hits
        assert bool(hits) == bool(visible)
        assert not hits or hits[0].marked == sum(bool(lines[record].holds) for record in visible)
        usable = {record for record, line in lines.items() if line.usable}
        keys = pl.Series("key", [making.key(1)])
        assert set(resident.effective(keys, self.day)["record"].to_list()) == usable
        answered = check.check(self.people["officer"], making.uscc(1), "procurement", None, "标段一")
        assert isinstance(answered, dict)
        told = {entry["record"]: entry for entry in (*answered["must_act"], *answered["for_reference"])}
        assert set(told) <= usable
        for record, entry in told.items():
            assert [mark["id"] for mark in entry["marks"]] == [hold.id for hold in lines[record].holds]
        held = {record for record in usable if lines[record].holds}
        assert not held & {entry["record"] for entry in answered["must_act"]}

    @invariant()
    def the_past_is_what_it_was(self) -> None:
        """What was entered today does not change what yesterday's readers saw."""
        yesterday = FIRST - timedelta(days=1)
        for record in self.records:
            line = self.line(record)
            assert fold(line.acts, book=shelf.book(), as_of=yesterday).holds == ()  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_objections_in_random_order() -> None:
    run_state_machine_as_test(
        Objections,
        settings=settings(
            max_examples=how_many(18),
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_projections_follow_from_the_ledger_after_a_run() -> None:
    """A long fixed run: open, pass the term, uphold, withdraw; the projections are rebuilt to the same bytes."""
    with undone():
        machine_day = getattr(site, "GONGXIN_TODAY", None)
        try:
            site.GONGXIN_TODAY = "2026-09-28"
            people = city.people()
            record = city.ban()
            number = city.objection(people["subject"], record, ground="identity").case.number
            site.GONGXIN_TODAY = "2026-11-02"
            engine.act(
                people["steward"],
                number,
                "uphold",
                {name: SAID[name] for name in ("findings", "decided_by", "remedy_kind")},
            )
            before = rebuilding.digest()
            rebuilding.rebuild(book=shelf.book(), as_of=clock.today())
            assert rebuilding.digest() == before
        finally:
            site.GONGXIN_TODAY = machine_day
