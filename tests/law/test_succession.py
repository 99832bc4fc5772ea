"""Bodies and posts through time (机构沿革): a duty always has somebody who bears it, whatever became of its body."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.law import succession
from gongxin.law.succession import BodyEvent, PostAct

DAY = date(2020, 1, 1)
PARENTS = {"A": "G", "B": "G", "C": "G", "D": "G"}
STORY = (
    BodyEvent(1, "A", "registered", date(1900, 1, 1), "工商局", ("G",)),
    BodyEvent(2, "A", "merged", date(2019, 3, 1), "", ("B",)),
    BodyEvent(3, "B", "renamed", date(2019, 3, 1), "市场监督管理局"),
    BodyEvent(4, "C", "split", date(2021, 5, 1), "", ("D", "B")),
    BodyEvent(5, "D", "abolished", date(2023, 1, 1)),
    BodyEvent(6, "B", "placed", date(2022, 1, 1), "", ("H",)),
)


@pytest.mark.parametrize(
    ("code", "day", "expected"),
    [
        ("A", date(2019, 2, 28), "A"),
        ("A", date(2019, 3, 1), "B"),
        ("C", date(2021, 4, 30), "C"),
        ("C", date(2021, 5, 1), "D"),
        ("C", date(2023, 1, 1), "G"),
        ("G", date(2023, 1, 1), "G"),
    ],
)
def test_who_bears_what_a_body_owed(code: str, day: date, expected: str) -> None:
    assert succession.successor(code, STORY, parents=PARENTS, as_of=day) == expected


def test_names_superiors_heirs_and_predecessors_are_those_of_the_day() -> None:
    day = date(2022, 1, 1)
    assert succession.name_of("B", "质监局", STORY, as_of=date(2019, 2, 28)) == "质监局"
    assert succession.name_of("B", "质监局", STORY, as_of=day) == "市场监督管理局"
    assert succession.superior("B", STORY, parents=PARENTS, as_of=date(2021, 12, 31)) == "G"
    assert succession.superior("B", STORY, parents=PARENTS, as_of=day) == "H"
    assert succession.superior("A", STORY, parents={}, as_of=DAY) == "G"
    assert succession.heirs("C", STORY, parents=PARENTS, as_of=day) == ("D", "B")
    assert succession.predecessors("B", STORY, parents=PARENTS, as_of=day) == ("B", "A")
    assert succession.predecessors("D", STORY, parents=PARENTS, as_of=day) == ("D", "C")
    assert succession.ended_on("A", STORY, as_of=day) == date(2019, 3, 1)


def test_a_post_is_held_left_and_vacant() -> None:
    acts = (
        PostAct(1, "P", "established", date(2018, 1, 1), "A", "局长"),
        PostAct(2, "P", "held", date(2018, 2, 1), holder="甲"),
        PostAct(3, "P", "held", date(2020, 2, 1), holder="乙"),
        PostAct(4, "P", "moved", date(2021, 1, 1), "B"),
        PostAct(5, "P", "left", date(2021, 6, 1)),
    )
    assert succession.holder("P", acts, as_of=date(2018, 1, 31)) is None
    held = succession.holder("P", acts, as_of=date(2020, 2, 1))
    assert held is not None and held.holder == "乙"
    assert succession.holder("P", acts, as_of=date(2021, 6, 1)) is None
    told = [(each.holder, each.until) for each in succession.tenures("P", acts, as_of=date(2022, 1, 1))]
    assert told == [("甲", date(2020, 2, 1)), ("乙", date(2021, 6, 1))]
    assert succession.body_of("P", acts, as_of=date(2020, 12, 31)) == "A"
    assert succession.body_of("P", acts, as_of=date(2021, 1, 1)) == "B"


CODES = "ABCDEFGH"


@st.composite
def histories(draw: st.DrawFn) -> list[BodyEvent]:
    """Mergers, splits and ends that lead from earlier letters to later ones, entered in any order, on any days."""
    events = []
    for n, code in enumerate(CODES[:-1]):
        verb = draw(st.sampled_from(("merged", "split", "abolished", "renamed", "none")))
        later = draw(st.permutations(CODES[n + 1 :]))
        to = {"merged": tuple(later[:1]), "split": tuple(later[:2])}.get(verb, ())
        if verb != "none":
            events.append(BodyEvent(0, code, verb, DAY + timedelta(draw(st.integers(0, 40))), "新", to))
    shuffled = draw(st.permutations(events))
    return [BodyEvent(n, e.body, e.verb, e.on, e.name, e.to) for n, e in enumerate(shuffled, 1)]


@settings(max_examples=60)
@given(histories(), st.integers(0, 45))
def test_no_duty_falls_to_nobody(events: list[BodyEvent], after: int) -> None:
    """Every body's duties stand under exactly one body that goes on, and each is found again from its side."""
    day = DAY + timedelta(after)
    parents = dict.fromkeys(CODES[:-1], "H")
    for code in CODES:
        bearer = succession.successor(code, events, parents=parents, as_of=day)
        assert succession.ended_on(bearer, events, as_of=day) is None
        assert code in succession.predecessors(bearer, events, parents=parents, as_of=day)
        assert bearer in succession.heirs(code, events, parents=parents, as_of=day)
