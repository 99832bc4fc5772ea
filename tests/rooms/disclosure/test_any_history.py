"""Any history, any day (任意沿革): every public place says what the fold of the ledger says, no more and no less."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongxin.rooms.disclosure import lists
from gongxin.rooms.disclosure.export import export
from gongxin.rooms.disclosure.figures import figures
from gongxin.rooms.disclosure.profile import profile
from gongxin.rooms.disclosure.search import search
from gongxin.spine import public
from gongxin.spine.ledger.append import append
from gongxin.spine.standing import lines_of
from tests.examples import how_many
from tests.rooms.disclosure.world import ACME, DINER, QUIET, act, enter_penalty, enter_person

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 4, 1), date(2028, 12, 31)
SUBJECTS = {ACME: "燕北精密机械有限公司", DINER: "燕北小王饭店", QUIET: "燕北安静咨询有限公司"}
KINDS = ("confiscate-income", "warning", "order-stop", "other")

records = st.tuples(
    st.sampled_from(sorted(SUBJECTS)),
    st.integers(0, 300).map(lambda days: FIRST + timedelta(days=days)),
    st.sampled_from(KINDS),
    st.sampled_from(["", "withdrawal", "repair", "removal"]),
    st.integers(1, 500),
)


def enter(travel, found) -> list[int]:
    """Enter records and what later happened to them, each on its own day, in the order of the days."""
    steps = []
    for number, (uscc, decided, kind, ending, after) in enumerate(found):
        steps.append((decided, number, "record", uscc, kind))
        if ending:
            steps.append((decided + timedelta(days=after), number, ending, uscc, kind))
    entered: dict[int, int] = {}
    for day, number, step, uscc, kind in sorted(steps, key=lambda each: (each[0], each[1])):
        travel(day)
        if step == "record":
            entered[number] = enter_penalty(
                SUBJECTS[uscc],
                uscc,
                day,
                penalty_kinds=kind,
                document_no=f"平环罚〔2026〕{number}号",
                confiscated_wan=None,
            )
        else:
            append([act(step, "penalty", f"uscc:{uscc}", {"reason": "依法"}, record=entered[number])])
    return list(entered.values())


@settings(max_examples=how_many(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(records, min_size=1, max_size=5), st.integers(0, 1000))
def test_every_place_says_what_the_fold_says(on_day, tmp_path_factory, found, days):
    day = FIRST + timedelta(days=days)
    with transaction.atomic():
        enter(on_day, found)
        on_day(LAST)
        enter_person()
        expected = {
            uscc: {line.record for line in lines_of(f"uscc:{uscc}", as_of=day) if line.visible} for uscc in SUBJECTS
        }
        everything = set().union(*expected.values())
        assert {hit.code for hit in search("燕北", 1, day).hits} == {uscc for uscc, held in expected.items() if held}
        for uscc, held in expected.items():
            page = profile(uscc, day)
            assert (set() if page is None else {event.record for event in page.timeline}) == held
            assert bool(search(uscc, 1, day).hits) == bool(held)
        assert {line.record for line in lists.page("penalty", day).lines} == everything
        assert lists.page("penalty", day, 1, lists.Filter(region="1301")).total == len(everything)
        assert sum(public.public_counts(day).values()) == len(everything)
        assert figures(day).on_display == len(everything)
        written = export(tmp_path_factory.mktemp("open") / "out", day)
        lines = (written.directory / "penalty.jsonl").read_text(encoding="utf-8").split("\n")
        assert {int(json.loads(line)["record"]) for line in lines if line} == everything
        transaction.set_rollback(True)
