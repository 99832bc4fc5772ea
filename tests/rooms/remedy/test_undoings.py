"""A repair undone (撤销信用修复): nothing before the decision was served, what was left of the term and no more, told to all."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.law.undoing import undoable
from gongxin.rooms.disclosure import mine, profile
from gongxin.rooms.measures import check
from gongxin.spine import clock, public, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.cases import engine
from gongxin.spine.outbox import notices
from gongxin.spine.outbox.models import Event, Notice
from gongxin.spine.standing import lines_of
from tests.rooms.remedy import city
from tests.rooms.remedy.city import DECIDER, did, no
from tests.spine import making

People = dict[str, Viewer]
NOTICE = {"ground": "false-material", "reason": "缴款书系伪造", "basis": "甲法第一条", "decided_by": DECIDER}
DECISION = {"findings": "经查，缴款书系伪造", "performance": "untrue", "decided_by": DECIDER}


def served(day: str) -> dict[str, str]:
    return {"method": "post", "served_on": day, "proof": "邮件号 1"}


def repaired(people: People) -> int:
    """A general penalty of May whose repair was granted in September, after an officer had used it."""
    record = city.penalty(decided_on="2026-05-06")
    assert isinstance(check.check(people["officer"], making.uscc(1), "procurement", None, "标段一"), dict)
    said = {"ground": "performed", "commitment": "yes", "performed_on": "2026-05-20", "proof": "缴款书 1 号"}
    case = did(engine.open_case(people["subject"], engine.Request("repair", making.key(1), said, record=record))).case
    did(engine.act(people["steward"], case.number, "accept", {}))
    did(engine.act(people["steward"], case.number, "confirm-performance", {"performed_on": "2026-05-20"}))
    did(engine.act(people["steward"], case.number, "grant-repair", {"reason": "查验属实", "decided_by": DECIDER}))
    return record


def opened(viewer: Viewer, record: int, **said: str) -> Any:
    return engine.open_case(viewer, engine.Request("repair-undoing", making.key(1), {**NOTICE, **said}, record=record))


def line_of(record: int) -> Any:
    return next(line for line in lines_of(making.key(1), as_of=clock.today()) if line.record == record)


def everywhere(record: int) -> set[bool]:
    """Whether each place shows or uses it; one answer, or something is wrong."""
    day = clock.today()
    page = profile.profile(making.uscc(1), day)
    return {
        page is not None and any(event.record == record for event in page.timeline),
        record in {line.record for line in public.public_lines(making.key(1), day)},
        bool(public.public_counts(day).get("penalty")),
        line_of(record).usable,
    }


def words(template: str, to: str) -> dict[str, Any]:
    return notices.words_of(Notice.objects.filter(template=template, to=to).latest("id"))


def test_step_by_step_until_it_stands_again(people: People, on_day: Callable[[str], None]) -> None:
    record = repaired(people)
    assert everywhere(record) == {False}
    assert no(opened(people["centre"], record)) == "case.side", "the body that granted it, and nobody else"
    assert no(opened(people["steward"], record, decided_by="1")) == "case.person"
    number = did(opened(people["steward"], record)).case.number
    told = words("undoing.notified", making.key(1))["text"]
    assert all(part in told for part in ("缴款书系伪造", "甲法第一条", "2027-05-06", "陈述申辩")), told
    assert no(engine.act(people["steward"], number, "undo", DECISION)) == "case.act", "not before the notice was served"
    did(engine.act(people["steward"], number, "serve", served("2026-09-28")))
    assert no(engine.act(people["steward"], number, "undo", DECISION)) == "undoing.early"
    did(engine.act(people["subject"], number, "hear", {"text": "1. 缴款书由银行出具\n2. 已另行补缴"}))
    assert no(engine.act(people["steward"], number, "undo", DECISION)) == "case.points", "each point is answered"
    decided = {**DECISION, "findings": "1. 银行函复没有该笔\n2. 没有补缴记录"}
    assert (
        no(engine.act(people["steward"], number, "undo", {**decided, "performance": "perhaps"}))
        == "undoing.performance"
    )
    did(engine.act(people["steward"], number, "undo", decided))
    assert everywhere(record) == {False}, "decided is not served"
    assert {way["id"] for way in words("undoing.decided", making.key(1))["ways"]} == {
        "decision-review",
        "decision-litigation",
    }
    on_day("2026-10-12")
    did(engine.act(people["steward"], number, "serve-decision", served("2026-10-10")))
    assert everywhere(record) == {True}
    line = line_of(record)
    assert (line.undone_on, line.clocks.display_until) == (date(2026, 10, 12), date(2027, 5, 6))
    assert line.facts.performed_on is None, "what was untrue is no performance"
    event = json.loads(Event.objects.filter(record=record).latest("id").body)
    assert (event["event"], event["state"], event["let_go"]) == ("repair-undone", "effective", [])
    assert event["display_until"] == "2027-05-06"
    assert "2027-05-06" in words("undoing.users-told", city.CENTRE)["text"]
    own = mine.mine(people["subject"], making.key(1))
    answered = check.check(people["officer"], making.uscc(1), "procurement", None, "标段二")
    assert not isinstance(own, Refusal) and isinstance(answered, dict)
    said = own.entries[0].undone
    entry = next(each for each in (*answered["must_act"], *answered["for_reference"]) if each["record"] == record)
    assert said is not None and said[0].rstrip("。") in entry["effect"], "the same words to officer and subject"
    assert no(opened(people["steward"], record)) == "undoing.none", "once"
    on_day("2026-09-30")
    assert line_of(record).state == "repaired", "the past is what it was"


def test_dropped_it_stays_repaired_and_past_its_term_nothing_comes_back(
    people: People, on_day: Callable[[str], None]
) -> None:
    record = repaired(people)
    number = did(opened(people["steward"], record)).case.number
    did(engine.act(people["steward"], number, "drop", {"reason": "凭证属实"}))
    assert everywhere(record) == {False} and words("undoing.dropped", making.key(1))
    before = shelf.book().on(date(2026, 3, 31))
    assert undoable(line_of(record), law=before, today=clock.today()).state == "law", "no basis, no undoing"
    on_day("2027-05-06")
    second = did(opened(people["steward"], record)).case.number
    did(engine.act(people["steward"], second, "serve", served("2027-05-06")))
    did(engine.act(people["subject"], second, "hear", {"text": "凭证由银行出具"}))
    on_day("2027-05-07")
    assert no(engine.act(people["steward"], second, "undo", DECISION)) == "undoing.over"
    did(engine.act(people["steward"], second, "drop", {"reason": "原定期限已经届满"}))
    assert no(opened(people["steward"], record)) == "undoing.over"
