"""Repairs in random order on the real engine and the real store (修复状态机): whatever is done, by whomever, on whichever day.

The worst that could happen: an entry is repaired before its first day, or without performance; a machine decides where a
person must; one reader still has what all others have let go; a shield outlives its case.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from gongxin.kernel.issues import Refusal
from gongxin.law import casework
from gongxin.law.standing import Line
from gongxin.rooms.disclosure import mine, profile, search
from gongxin.rooms.measures import check
from gongxin.spine import public, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.models import Case, CaseAct
from gongxin.spine.ledger.append import append
from gongxin.spine.projections import resident
from gongxin.spine.standing import lines_of
from tests.rooms.machines import OnItsOwnDay
from tests.rooms.remedy import city
from tests.rooms.remedy.city import DECIDER, did
from tests.spine import making

People = dict[str, Viewer]
START = date(2026, 9, 20)
MINOR, GENERAL, SERIOUS = 0, 1, 2
MADE: tuple[dict[str, Any], ...] = (
    {"penalty_kinds": "警告", "penalty_content": "警告", "confiscated_wan": None, "decided_on": "2026-09-18"},
    {"decided_on": "2026-06-30"},
    {
        "penalty_kinds": "责令停产停业",
        "penalty_content": "责令停产停业",
        "confiscated_wan": None,
        "decided_on": "2025-10-15",
    },
)
FIRST_DAY = {MINOR: date(2026, 9, 18), GENERAL: date(2026, 9, 30), SERIOUS: date(2026, 10, 15)}
"""Reckoned by hand: the day itself for a minor one, three months for a general one, a year for a serious one."""
LAST_DAY = {MINOR: date(2026, 12, 18), GENERAL: date(2027, 6, 30), SERIOUS: date(2028, 10, 15)}
"""Of the original terms: three months, a year, three years. Nothing that is undone lengthens one."""
RULING = "（2026）冀01破3号之二"
SAID = {
    "reason": "查验属实", "decided_by": DECIDER, "wanted": "请说明整改涉及的门店", "text": "只有总店",
    "court_document": RULING, "note": "",
}  # fmt: skip
ROLES = ("subject", "steward", "office", "stranger", "officer", "auditor")


class Repairs(OnItsOwnDay):
    """Acts by all sides, performance, objections and days that pass, over three records of one company."""

    undone = 0
    """How often a repair was undone: a machine that never gets there proves nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.go_to(START)
        self.people = city.people()
        self.records = [city.penalty(1, n + 1, **made) for n, made in enumerate(MADE)]
        self.performed: dict[int, date] = {}

    @rule(days=st.integers(1, 12))
    def time_passes(self, days: int) -> None:
        self.go_to(self.day + timedelta(days=days))

    @rule(which=st.sampled_from([MINOR, GENERAL, SERIOUS]))
    def perform(self, which: int) -> None:
        """The body reports that all duties are performed."""
        if self.line(which).state not in {"effective", "held", "suspended"}:
            return
        append([making.upon(self.records[which], "performance", performed_on=self.day.isoformat())])
        self.performed.setdefault(which, self.day)

    @rule(
        which=st.sampled_from([MINOR, GENERAL, SERIOUS]),
        ground=st.sampled_from(["performed", "performed", "reorganisation-plan", "reorganisation-done"]),
        proof=st.booleans(),
    )
    def apply(self, which: int, ground: str, proof: bool) -> None:
        fields = {"ground": ground, "commitment": "yes", "court_document": RULING}
        if proof:
            fields |= {"performed_on": self.day.isoformat(), "proof": "缴款书"}
        before, state = Case.objects.count(), self.line(which).state
        asked = engine.Request("repair", making.key(1), fields, record=self.records[which])
        done = engine.open_case(self.people["subject"], asked)
        early = ground == "performed" and self.day < FIRST_DAY[which]
        unproven = ground == "performed" and not proof and which not in self.performed
        if (early or unproven or state in {"repaired", "expired"}) and not self.undone_of(self.records[which]):
            assert isinstance(done, Refusal) and done.way_forward, (which, self.day)
            assert Case.objects.count() == before
            if early and state != "repaired" and done.code != "case.open":
                assert FIRST_DAY[which].isoformat() in done.message
        elif not self.undone_of(self.records[which]):
            assert not isinstance(done, Refusal) or done.code == "case.open", done

    @precondition(lambda self: Case.objects.filter(kind="repair").exists())
    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        """Whatever the table has, by whomever; what it does not offer changes nothing."""
        case = data.draw(st.sampled_from(list(Case.objects.filter(kind="repair").order_by("number"))), "case")
        who = data.draw(st.sampled_from(ROLES), "who")
        rules = casework.rules_of("repair", law=shelf.book().on(case.opened_on))
        verb = data.draw(st.sampled_from(sorted(rules.acts)), "verb")
        shown = finding.show(self.people[who], case.number)
        offered = set() if isinstance(shown, Refusal) else {each.id for each in shown.allowed}
        assume(verb in offered or data.draw(st.booleans(), "wrong button"))
        told = SAID | {"performed_on": self.day.isoformat()}
        count = case.acts.count()
        done = engine.act(
            self.people[who], case.number, verb, {name: told[name] for name in rules.acts[verb].needs if name in told}
        )
        if isinstance(done, Refusal):
            assert verb not in offered or done.code.startswith("repair.") or done.code == "case.needs", (verb, done)
            assert case.acts.count() == count
        else:
            assert verb in offered and (who == "steward" or verb in {"withdraw", "supply", "report-completion"})

    @rule(which=st.sampled_from([MINOR, GENERAL, SERIOUS]))
    def object(self, which: int) -> None:
        """An objection beside a repair: neither undoes the other."""
        if self.line(which).state != "repaired":
            fields = {"ground": "facts", "text": "1. 金额写错", "new_material": "收据"}
            asked = engine.Request("objection", making.key(1), fields, record=self.records[which])
            engine.open_case(self.people["subject"], asked)

    @rule(which=st.sampled_from([MINOR, GENERAL]))
    def the_lawful_way(self, which: int) -> None:
        """Random attempts alone hardly ever come to a grant: here the company performs and applies, and the body grants."""
        self.perform(which)
        self.go_to(max(self.day, FIRST_DAY[which]))
        self.apply(which, "performed", False)
        for case in Case.objects.filter(kind="repair", record=self.records[which], state="submitted"):
            engine.act(
                self.people["steward"], case.number, "grant-repair", {"reason": "查验属实", "decided_by": DECIDER}
            )

    @rule(which=st.sampled_from([MINOR, GENERAL, SERIOUS]), data=st.data())
    def undo(self, which: int, data: st.DataObject) -> None:
        """A repair is undone step by step, with days between; what is not the next lawful step changes nothing."""
        record = self.records[which]
        if not Case.objects.filter(kind="repair-undoing", record=record, closed_on__isnull=True).exists():
            said = {"ground": "false-material", "reason": "缴款书系伪造", "basis": "甲法第一条", "decided_by": DECIDER}
            asked = engine.Request("repair-undoing", making.key(1), said, record=record)
            done = engine.open_case(self.people["steward"], asked)
            left = self.day <= LAST_DAY[which]
            granted = any(act.case.record == record for act in self.granted())
            if isinstance(done, Refusal):
                assert self.line(which).state != "repaired" or not granted or not left, done
                return
            assert granted and left
        case = Case.objects.get(kind="repair-undoing", record=record, closed_on__isnull=True)
        served = {"method": "personal", "served_on": self.day.isoformat(), "proof": "回证 1"}
        told: dict[str, dict[str, str]] = {
            "serve": served, "serve-decision": served, "hear": {"text": "凭证由银行出具"}, "drop": {"reason": "查无实据"},
            "undo": {
                "findings": "经核，系伪造", "decided_by": DECIDER,
                "performance": data.draw(st.sampled_from(["kept", "untrue"]), "performance"),
            },
        }  # fmt: skip
        steps = ["serve", "hear", "undo", "serve-decision"]
        verbs = data.draw(st.sampled_from([steps, steps, [*steps[:2], "drop"], ["undo"], ["serve-decision"]]), "verbs")
        for verb in verbs:
            before = self.line(which).state
            who = "subject" if verb == "hear" else "steward"
            done = engine.act(self.people[who], case.number, verb, told[verb])
            if isinstance(done, Refusal) or verb != "serve-decision":
                assert self.line(which).state == before, "no effect before service"
            else:
                Repairs.undone += 1

    def undone_of(self, record: int) -> list[CaseAct]:
        return list(CaseAct.objects.filter(case__kind="repair-undoing", case__record=record, verb="serve-decision"))

    def line(self, which: int) -> Line:
        return next(line for line in lines_of(making.key(1), as_of=self.day) if line.record == self.records[which])

    def granted(self) -> list[CaseAct]:
        return list(CaseAct.objects.filter(case__kind="repair", verb="grant-repair").select_related("case"))

    @invariant()
    def never_before_the_first_day_and_never_without_performance(self) -> None:
        for act in self.granted():
            if self.undone_of(int(act.case.record or 0)):
                continue
            which = self.records.index(int(act.case.record or 0))
            first = act.case.acts.order_by("n")[0]
            verbs = set(act.case.acts.values_list("verb", flat=True))
            line = self.line(which)
            if "report-completion" in verbs or engine_ground(first) == "reorganisation-done":
                continue  # the court has said that what the plan asks for is done
            assert act.on >= FIRST_DAY[which], (which, act.on)
            assert line.facts.performed_on is not None and line.facts.performed_on <= act.on

    @invariant()
    def a_machine_grants_only_what_is_minor_and_performed(self) -> None:
        for act in self.granted():
            if act.account is None:
                assert act.case.record == self.records[MINOR]
        against = CaseAct.objects.filter(case__kind="repair", side="authority", account__isnull=True)
        assert not against.exclude(verb="grant-repair").exists()

    @invariant()
    def repaired_if_and_only_if_granted(self) -> None:
        granted = {
            act.case.record
            for act in self.granted()
            if all(undone.at < act.at for undone in self.undone_of(int(act.case.record or 0)))
        }
        for which, record in enumerate(self.records):
            line = self.line(which)
            if self.undone_of(record) and record not in granted:
                assert line.clocks.display_until <= LAST_DAY[which] and line.clocks.share_until <= LAST_DAY[which]
                assert line.undone_on is not None and line.state in {"effective", "held", "suspended", "expired"}
            assert (line.state == "repaired") == (record in granted), (which, line.state)
            shields = Case.objects.filter(kind="repair", record=record, state__in=["shielded", "completed"])
            held = any(hold.id == "reorganisation" for hold in line.holds)
            assert held == shields.exists(), (which, line.holds)

    @invariant()
    def everybody_has_let_go_or_nobody(self) -> None:
        """Page, list, count, search, columns, check, report of one's own: one standing at one instant."""
        lines = {record: self.line(which) for which, record in enumerate(self.records)}
        visible = {record for record, line in lines.items() if line.visible}
        usable = {record for record, line in lines.items() if line.usable}
        gone = {record for record, line in lines.items() if line.state == "repaired"}
        assert not gone & (visible | usable)
        page = profile.profile(making.uscc(1), self.day)
        assert ({event.record for event in page.timeline} if page is not None else set()) == visible
        assert {line.record for line in public.public_lines(making.key(1), self.day)} == visible
        assert {line.record for line in public.public_page("penalty", self.day).lines} == visible
        assert sum(public.public_counts(self.day).values()) == len(visible)
        assert {int(n) for frame in public.public_frame(self.day) for n in frame["record"].to_list()} == visible
        assert bool(search.search(making.uscc(1)).hits) == bool(visible)
        keys = pl.Series("key", [making.key(1)])
        assert set(resident.effective(keys, self.day)["record"].to_list()) == usable
        answered = check.check(self.people["officer"], making.uscc(1), "procurement", None, "标段一")
        assert isinstance(answered, dict)
        told = {entry["record"] for entry in (*answered["must_act"], *answered["for_reference"])}
        assert told <= usable
        own = mine.mine(self.people["subject"], making.key(1))
        assert not isinstance(own, Refusal)
        held = {entry.record: entry for entry in own.entries}
        assert set(held) == set(self.records), "its subject sees everything, always"
        assert all(held[record].only_you and held[record].outlook.state == "none" for record in gone)

    @invariant()
    def rows_say_what_the_fold_says(self) -> None:
        for case in Case.objects.filter(kind="repair"):
            rules = casework.rules_of(case.kind, law=shelf.book().on(case.opened_on))
            standing = finding.standing_of(case, rules)
            assert (case.state, case.closed_on is not None) == (standing.state.id, standing.state.closed)


def engine_ground(act: CaseAct) -> str:
    """Return the ground on which a case was brought."""
    from gongxin.spine.cases.finding import said_first

    return str(said_first(act.case)["ground"])


@pytest.mark.django_db(transaction=True)
def test_repairs_in_random_order() -> None:
    run_state_machine_as_test(
        Repairs,
        settings=settings(
            max_examples=14, stateful_step_count=12, derandomize=True, database=None, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert Repairs.undone


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("applied", "accept", "decide"),
    [
        # Before Mid-Autumn and National Day: 20 September and 10 October are worked, 25–27 September and 1–7 October are off.
        ("2026-09-18", "2026-09-22", "2026-10-09"),
        ("2026-09-30", "2026-10-10", "2026-10-20"),
        # Lodged on a holiday: the same as on its eve, since the first day is never counted.
        ("2026-10-03", "2026-10-10", "2026-10-20"),
        # Before Spring Festival: 14 and 28 February are worked, 15–23 are off.
        ("2026-02-13", "2026-02-25", "2026-03-05"),
        ("2026-02-20", "2026-02-26", "2026-03-06"),
        # Qingming: 4–6 April are off.
        ("2026-04-03", "2026-04-09", "2026-04-20"),
    ],
)
def test_the_clocks_are_those_of_a_table_made_by_hand(
    on_day: Callable[[str], None], applied: str, accept: str, decide: str
) -> None:
    on_day(applied)
    people = city.people()
    clocks = {clock.rule.id: str(clock.due) for clock in applied_for(people, decided="2025-11-01").standing.clocks}
    assert clocks == {"accept": accept, "decide": decide}


@pytest.mark.django_db
def test_a_request_for_material_pauses_and_an_extension_adds(on_day: Callable[[str], None]) -> None:
    on_day("2026-09-28")
    people = city.people()
    number = applied_for(people).case.number
    on_day("2026-09-30")
    said = {"reason": "看不清", "wanted": "请说明整改涉及的门店"}
    did(engine.act(people["steward"], number, "request-material", said))
    on_day("2026-10-09")
    done = did(engine.act(people["subject"], number, "supply", {"text": "只有总店"}))
    # Two working days were spent (29, 30); one of three and eight of ten are left: 10; 10, 12–16, 19, 20 October.
    assert {clock.rule.id: str(clock.due) for clock in done.standing.clocks} == {
        "accept": "2026-10-10",
        "decide": "2026-10-20",
    }
    on_day("2026-10-10")
    did(engine.act(people["steward"], number, "accept", {}))
    done = did(engine.act(people["steward"], number, "extend", {"reason": "需实地核查"}))
    clock = done.standing.find_clock("decide")
    # Ten more: 21–23, 26–30 October, 2 and 3 November.
    assert clock is not None and str(clock.due) == "2026-11-03"


def applied_for(people: People, decided: str = "2026-05-06") -> engine.Done:
    """Apply for the repair of a general penalty of the first company."""
    record = city.penalty(1, 1, decided_on=decided)
    append([making.upon(record, "performance", performed_on=decided)])
    fields = {"ground": "performed", "commitment": "yes"}
    return did(engine.open_case(people["subject"], engine.Request("repair", making.key(1), fields, record=record)))
