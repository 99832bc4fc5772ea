"""Clocks of cases (案件时钟): a hand-made table over the holidays of 2026, pauses, extensions, months, unknown years."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.law import casework
from gongxin.law.casework import CaseFault, Step, due_after
from gongxin.spine import shelf

CALENDAR = shelf.calendar()
DAY = date(2026, 9, 28)


def rules(kind: str = "objection"):  # type: ignore[no-untyped-def]
    """Return the rules of a kind on an autumn day."""
    return casework.rules_of(kind, law=shelf.book().on(DAY))


def folded(*steps: Step, kind: str = "objection", region: str = "130100"):  # type: ignore[no-untyped-def]
    """Return the standing after these steps."""
    return casework.fold(steps, rules=rules(kind), calendar=CALENDAR, region=region)


@pytest.mark.parametrize(
    ("start", "count", "unit", "end", "provisional"),
    [
        # National Day: 1–7 October off, 20 September and 10 October worked.
        (date(2026, 9, 30), 3, "workdays", date(2026, 10, 10), False),
        (date(2026, 9, 30), 7, "workdays", date(2026, 10, 15), False),
        (date(2026, 9, 30), 10, "workdays", date(2026, 10, 20), False),
        (date(2026, 9, 18), 1, "workdays", date(2026, 9, 20), False),
        (date(2026, 9, 18), 2, "workdays", date(2026, 9, 21), False),
        (date(2026, 9, 24), 3, "workdays", date(2026, 9, 30), False),
        # The holiday itself: the first day counted is the first working day after it.
        (date(2026, 10, 3), 1, "workdays", date(2026, 10, 8), False),
        # Spring Festival: 15–23 February off, 14 and 28 February worked.
        (date(2026, 2, 13), 3, "workdays", date(2026, 2, 25), False),
        (date(2026, 2, 13), 1, "workdays", date(2026, 2, 14), False),
        (date(2026, 2, 14), 1, "workdays", date(2026, 2, 24), False),
        (date(2026, 2, 26), 2, "workdays", date(2026, 2, 28), False),
        # Natural days and months end on a working day (民法典 203).
        (date(2026, 9, 21), 10, "days", date(2026, 10, 8), False),
        (date(2026, 9, 1), 1, "months", date(2026, 10, 8), False),
        (date(2026, 1, 31), 1, "months", date(2026, 2, 28), False),
        (date(2026, 8, 31), 6, "months", date(2027, 3, 1), True),
        # The year that is not announced: weekends alone are known, and the day is marked so.
        (date(2026, 12, 30), 3, "workdays", date(2027, 1, 4), True),
        (date(2026, 12, 28), 3, "workdays", date(2026, 12, 31), False),
    ],
)
def test_a_table_made_by_hand(start: date, count: int, unit: str, end: date, provisional: bool) -> None:
    assert due_after(start, count, unit, CALENDAR) == (end, provisional)


def test_terms_by_jurisdiction() -> None:
    """The narrowest region that holds the body decides; an unverified term says that it is one."""
    found = {}
    for region in ("", "130100", "310000", "330100", "440300", "440100"):
        clock = folded(Step("submit", DAY, "applicant"), region=region).find_clock("answer")
        found[region] = (clock.term.count, clock.term.certainty)
    assert found == {
        "": (7, "unverified"), "130100": (7, "unverified"), "310000": (5, "verified"), "330100": (5, "verified"),
        "440300": (7, "unverified"), "440100": (7, "unverified"),
    }  # fmt: skip


def test_a_pause_keeps_what_is_left() -> None:
    asked = folded(Step("submit", DAY, "applicant"), Step("request-material", date(2026, 9, 30), "authority"))
    assert asked.find_clock("answer").due is None
    done = casework.after(asked, Step("supply", date(2026, 10, 12), "applicant"), calendar=CALENDAR, region="130100")
    clock = done.find_clock("answer")
    assert (clock.spent, clock.due) == (2, date(2026, 10, 19))


def test_the_bodys_own_term_runs_from_the_day_it_was_sent_on() -> None:
    """Days before are not the body's; asked for material before it was sent on, its term begins with the answer."""
    sent = folded(Step("submit", DAY, "applicant"), Step("forward", date(2026, 9, 30), "office"), region="440300")
    assert (sent.find_clock("verify").started, sent.find_clock("verify").term.count) == (date(2026, 9, 30), 2)
    assert sent.find_clock("answer").started == DAY, "the applicant's term waits for nobody"
    asked = folded(Step("submit", DAY, "applicant"), Step("request-material", DAY, "office"))
    assert asked.find_clock("verify") is None
    late = date(2026, 10, 12)
    went_on = casework.after(asked, Step("supply", late, "applicant"), calendar=CALENDAR)
    assert went_on.find_clock("verify").started == late
    asked = casework.after(sent, Step("request-material", date(2026, 10, 8), "authority"), calendar=CALENDAR)
    went_on = casework.after(asked, Step("supply", late, "applicant"), calendar=CALENDAR)
    assert [clock.due for clock in went_on.clocks if clock.rule.id == "verify"] == [date(2026, 10, 13)]


def test_what_is_late_stays_late() -> None:
    """Neither a question asked afterwards nor an extension takes lateness back."""
    late = date(2026, 10, 20)
    asked = folded(Step("submit", DAY, "applicant"), Step("request-material", late, "authority"))
    clock = asked.find_clock("answer")
    assert clock.running and clock.due == date(2026, 10, 13) and clock.overdue_on(late)
    answered = casework.after(asked, Step("supply", late, "applicant"), calendar=CALENDAR, region="130100")
    done = casework.after(answered, Step("reject", late, "authority"), calendar=CALENDAR, region="130100")
    assert done.find_clock("answer").late()


def test_an_extension_adds_its_term_once() -> None:
    steps = [Step("submit", DAY, "applicant"), Step("accept", DAY, "authority"), Step("extend", DAY, "authority")]
    standing = folded(*steps, kind="repair")
    plain = folded(*steps[:2], kind="repair").find_clock("decide").due
    assert standing.find_clock("decide").due > plain
    with pytest.raises(CaseFault):
        casework.after(standing, Step("extend", DAY, "authority"), calendar=CALENDAR)


def test_the_term_of_a_change_runs_from_the_change() -> None:
    """A decision revoked on 30 September is withdrawn by 10 October, whenever the body enters it."""
    step = Step("report", date(2026, 10, 9), "authority", since=date(2026, 9, 30))
    clock = folded(step, kind="correction").find_clock("withdraw")
    assert (clock.started, clock.due) == (date(2026, 9, 30), date(2026, 10, 10))


def kinds() -> list[str]:
    return [entry.id for entry in shelf.book().on(DAY).casework()]


@pytest.mark.parametrize("kind", kinds())
def test_every_state_leads_to_an_end(kind: str) -> None:
    """No state is a trap, and no closed state leads out again."""
    table = rules(kind)
    for state in table.states.values():
        reached, grown = {state.id}, True
        while grown:
            further = {act.to for act in table.acts.values() if act.to != "same" and reached & set(act.since)}
            grown = not further <= reached
            reached |= further
        assert any(table.states[each].closed for each in reached), state.id
        if state.closed:
            assert reached == {state.id}


@pytest.mark.parametrize("kind", kinds())
@settings(deadline=None)
@given(data=st.data())
def test_buttons_are_what_the_fold_accepts(kind: str, data: st.DataObject) -> None:
    """Whatever is done in whatever order: each side's buttons are what the fold takes, and everything else is refused."""
    table = rules(kind)
    day = DAY
    begin = table.acts[table.begins]
    standing = casework.opened(table, Step(begin.id, day, begin.sides[0]), calendar=CALENDAR)
    for _each in range(data.draw(st.integers(0, 8))):
        day = date.fromordinal(day.toordinal() + data.draw(st.integers(0, 40)))
        side = data.draw(st.sampled_from(casework.SIDES))
        verb = data.draw(st.sampled_from(sorted(table.acts)))
        offered = {act.id for act in standing.allowed(side)}
        if verb not in offered:
            with pytest.raises(CaseFault):
                casework.after(standing, Step(verb, day, side), calendar=CALENDAR)
            continue
        assert not standing.state.closed
        # A clock is known by its place: one ended and another begun on the same day are two clocks of one rule.
        before = standing.clocks
        standing = casework.after(standing, Step(verb, day, side), calendar=CALENDAR)
        assert [clock.rule.id for clock in standing.clocks[: len(before)]] == [clock.rule.id for clock in before]
        for earlier, later in zip(before, standing.clocks, strict=False):
            assert earlier.stopped is None or later == earlier, "a clock that has stopped does not start again"
        if standing.state.closed:
            assert all(clock.stopped is not None for clock in standing.clocks)
            assert not any(standing.allowed(each) for each in casework.SIDES)
