"""The notice of repair (信用修复告知书): facts, clause, days, conditions, where, free of charge, remedies – and only to whom it concerns."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.rooms.remedy import repair_notice
from gongxin.rooms.remedy.repair_notice import Notice
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Look
from gongxin.spine.cases import engine
from gongxin.spine.ledger.append import append
from tests.rooms.remedy import city
from tests.rooms.remedy.city import no
from tests.spine import making

People = dict[str, Viewer]


def made(viewer: Viewer, record: int) -> Notice:
    """Return a notice; a refusal fails the test."""
    found = repair_notice.notice(viewer, record)
    assert isinstance(found, Notice), found
    return found


def test_it_names_facts_clause_days_documents_and_remedies(people: People) -> None:
    record = city.penalty(decided_on="2026-08-31")
    told = repair_notice.as_dict(made(people["steward"], record))
    assert told["subject"] == "平陵市第1商贸有限公司" and told["body"] == "平陵市市场监督管理局"
    assert any("没收违法所得" in value for value in told["facts"].values()) and told["clauses"]
    # Three months after 31 August is the month's end of November; the last day a year after is 31 August.
    assert str(told["days"]["first_possible"]) == "2026-11-30"
    assert str(told["days"]["display_until"]) == "2027-08-31"
    assert [each["id"] for each in told["repair"]["documents"]] == ["performance", "commitment"]
    assert "不收费" in told["free"] and len(told["where"]) == 3
    assert {each["id"] for each in told["remedies"]} == {"objection", "review", "litigation"}
    assert all(each["text"] and each["text_en"] for each in told["remedies"])
    assert told["waiting_for_review"] is (told["certainty"] == "unverified")
    json.dumps(told, default=str)


def test_the_days_of_the_body_count_over_national_day(people: People, on_day: Callable[[str], None]) -> None:
    record = city.penalty()
    on_day("2026-09-30")
    steps = {step.name: step for step in made(people["subject"], record).steps}
    # By hand: 8, 9 and the worked Saturday 10 October; ten days: 8, 9, 10, 12, 13, 14, 15, 16, 19, 20 October.
    assert str(steps["受理"].until) == "2026-10-10"
    assert str(steps["办结反馈"].until) == "2026-10-20"
    on_day("2026-02-13")
    early = city.penalty(
        1, 2, penalty_kinds="警告", penalty_content="警告", confiscated_wan=None, decided_on="2026-02-02"
    )
    steps = {step.name: step for step in made(people["subject"], early).steps}
    # The worked Saturday 14 February, then 24 and 25 after Spring Festival.
    assert str(steps["受理"].until) == "2026-02-25"


def test_what_is_known_is_not_asked_for(people: People) -> None:
    record = city.penalty()
    append([making.upon(record, "performance", performed_on="2026-05-20")])
    held = {each.id: each.held for each in made(people["subject"], record).told.documents}
    assert held == {"performance": True, "commitment": False}


def test_it_says_what_the_case_would_say(people: People, on_day: Callable[[str], None]) -> None:
    record = city.penalty()
    said = {"ground": "performed", "commitment": "yes", "performed_on": "2026-05-20", "proof": "缴款书"}
    asked = engine.Request("repair", making.key(1), said, record=record)
    for day in ("2026-08-05", "2026-08-06"):
        on_day(day)
        told = made(people["subject"], record).told
        assert told.possible is not isinstance(engine.open_case(people["subject"], asked), Refusal)
        assert str(told.from_day) == "2026-08-06"


def test_a_running_ban_is_said_and_not_shortened(people: People) -> None:
    notice = made(people["steward"], city.ban())
    told = notice.told
    assert notice.waiting, "that a running ban makes repair wait has not been verified, and the notice says so"
    assert not told.possible and any(limit.effect == "waits" for limit in told.limits)
    assert str(told.from_day) == "2027-03-03", "the day after a ban of one year"


def test_only_for_whom_it_concerns_and_every_reading_leaves_a_look(people: People) -> None:
    record = city.penalty()
    for name in ("stranger", "centre", "officer", "auditor"):
        assert no(repair_notice.notice(people[name], record)) == "notice.record", name
    assert no(repair_notice.notice(people["subject"], 10**12)) == "notice.record"
    before = Look.objects.count()
    assert made(people["subject"], record).look == Look.objects.latest("id").number
    assert Look.objects.count() == before + 1


def test_no_notice_where_nothing_is_to_be_repaired(people: People) -> None:
    licence: dict[str, Any] = {"item": "registration", "uscc": making.uscc(1)}
    assert no(repair_notice.notice(people["steward"], append([making.record(1, 5, **licence)])[0])) == "notice.none"
    record = city.penalty()
    append([making.upon(record, "repair", repaired_on="2026-09-28")])
    assert no(repair_notice.notice(people["subject"], record)) == "notice.ended"


def test_the_text_says_the_same_without_a_screen(people: People) -> None:
    lines = repair_notice.as_text(made(people["steward"], city.penalty(decided_on="2026-08-31")))
    text = "\n".join(lines)
    for words in ("信用修复告知书", "2026-11-30", "2027-08-31", "不收费", "行政复议", "信用承诺书"):
        assert words in text, words
