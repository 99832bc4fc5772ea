"""Checks (核查): the day before and the day of, who may ask, what is held back, and what is never said."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from gongxin.kernel.issues import Refusal
from gongxin.rooms.measures import answer, check, queue
from gongxin.rooms.measures.faults import Unanswerable
from gongxin.spine.access import looks
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Look
from gongxin.spine.ledger.acts import NewAct, person_key
from gongxin.spine.ledger.append import append
from tests.rooms.measures import city

Enter = Callable[..., int]
KEYS = {"record", "item", "authority", "document", "decided", "display_until", "clause", "effect", "remedy"}


def asked(viewer: Viewer, matter: str = "procurement", code: str = city.FIRM_CODE, **rest: Any) -> dict[str, Any]:
    """Ask, and insist on an answer."""
    answered = check.check(viewer, code, matter, **rest)
    assert isinstance(answered, dict), answered
    return answered


def test_a_running_ban_must_be_acted_on(officer: Viewer, enter: Enter) -> None:
    record = enter("procurement-violation", city.FIRM)
    answered = asked(officer)
    [entry] = answered["must_act"]
    assert set(entry) >= KEYS
    assert entry["record"] == record
    assert entry["authority"] == "平陵市财政局"
    assert entry["document"]
    assert entry["clause"].startswith("政府采购法 第七十七条")
    assert "复议" in entry["remedy"]
    assert answered["for_reference"] == []


@pytest.mark.parametrize(("days", "kind"), [(0, "must_act"), (1, "none")])
def test_a_ban_binds_on_its_last_day_and_not_on_the_next(
    officer: Viewer, enter: Enter, on_day: Callable[[date], None], days: int, kind: str
) -> None:
    enter("procurement-violation", city.FIRM)
    last = date.fromisoformat(asked(officer)["must_act"][0]["effect_until"])
    on_day(last + timedelta(days=days))
    answered = asked(officer)
    assert bool(answered["must_act"]) is (kind == "must_act")


@pytest.mark.parametrize(("day", "shown"), [("2027-05-20", True), ("2027-05-21", False)])
def test_a_general_penalty_is_for_reference_until_its_last_day(
    officer: Viewer, enter: Enter, on_day: Callable[[str], None], day: str, shown: bool
) -> None:
    enter("penalty", city.FIRM)
    assert asked(officer)["for_reference"][0]["display_until"] == "2027-05-20"
    on_day(day)
    assert bool(asked(officer)["for_reference"]) is shown


def test_the_past_is_answered_as_it_was(officer: Viewer, enter: Enter) -> None:
    enter("penalty", city.FIRM)
    assert asked(officer, as_of=date(2026, 5, 20))["for_reference"]
    assert not asked(officer, as_of=date(2026, 5, 19))["for_reference"]


def test_no_day_ahead_can_be_asked_about(officer: Viewer, enter: Enter) -> None:
    refused = check.check(officer, city.FIRM_CODE, "procurement", date(2026, 11, 24))
    assert isinstance(refused, list)
    assert refused[0].column == "as_of"


def test_an_unknown_code_is_told_what_was_looked_for_and_never_praised(officer: Viewer, enter: Enter) -> None:
    enter("penalty", city.FIRM)
    answered = asked(officer, code=city.OTHER_CODE)
    assert answered["must_act"] == answered["for_reference"] == []
    penalty = next(each for each in answered["none"] if each["item"] == "penalty")
    assert penalty["sources"] == [{"provider": city.BUREAU, "name": "平陵市财政局"}]
    assert penalty["up_to"] == "2026-11-23"
    assert "不等于信用良好" in answered["note"]
    assert "信用良好" not in json.dumps(answered, ensure_ascii=False).replace("不等于信用良好", "")


def test_what_was_found_is_not_listed_as_not_found(officer: Viewer, enter: Enter) -> None:
    enter("penalty", city.FIRM)
    answered = asked(officer)
    assert "penalty" not in {each["item"] for each in answered["none"]}
    assert {each["item"] for each in answered["none"]} >= {"procurement-violation", "abnormal-operation"}


def test_each_look_is_in_the_log_with_the_digest_of_its_answer(officer: Viewer, enter: Enter) -> None:
    enter("procurement-violation", city.FIRM)
    answered = asked(officer, case_no="PL-ZB-2026-0917")
    look = Look.objects.get(number=answered["check"])
    assert (look.viewer, look.body, look.matter, look.case_no) == (
        "何敏之",
        city.CENTRE,
        "procurement",
        "PL-ZB-2026-0917",
    )
    assert (look.must, look.reference) == (1, 0)
    content = {key: value for key, value in answered.items() if key != "check"}
    assert look.answer_digest == answer.digest_of(answer.as_bytes(content))


def test_no_answer_without_its_log_entry(officer: Viewer, enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    enter("penalty", city.FIRM)

    def full(_draft: object) -> None:
        raise looks.LogUnavailable("disk full")

    monkeypatch.setattr(looks, "write", full)
    with pytest.raises(Unanswerable) as told:
        check.check(officer, city.FIRM_CODE, "procurement")
    assert told.value.ticket in told.value.way_forward
    assert "不表示没有记录" in told.value.way_forward


def test_an_undecided_entry_acts_on_nobody(officer: Viewer, enter: Enter) -> None:
    enter(
        "penalty", city.FIRM, penalty_kinds="行政拘留", fine_wan="", confiscated_wan="", penalty_content="行政拘留五日"
    )
    answered = asked(officer)
    assert answered["must_act"] == answered["for_reference"] == []


def test_a_withdrawn_entry_is_gone(officer: Viewer, enter: Enter) -> None:
    record = enter("procurement-violation", city.FIRM)
    append(
        [
            NewAct(
                "withdrawal", "procurement-violation", city.FIRM, city.BUREAU, {"reason": "撤销"}, "测试", record=record
            )
        ]
    )
    assert asked(officer)["must_act"] == []


@pytest.mark.parametrize("missing", ["authority"])
def test_an_entry_that_lacks_what_an_effect_needs_goes_to_the_office(
    officer: Viewer, enter: Enter, missing: str
) -> None:
    record = enter("procurement-violation", city.FIRM, **{missing: ""})
    answered = asked(officer)
    assert answered["must_act"] == answered["for_reference"] == []
    asked(officer)
    [waiting] = queue.waiting()
    assert (waiting.record, waiting.matter) == (record, "procurement")
    assert missing in waiting.missing
    assert queue.settle(record, "已请来源单位补正")
    assert queue.waiting() == []


def test_a_matter_shows_only_what_it_may_see(clerk: Viewer, enter: Enter) -> None:
    enter("procurement-violation", city.FIRM)
    answered = asked(clerk, "licensing")
    assert "procurement-violation" not in json.dumps(answered)


def test_who_may_ask(officer: Viewer, enter: Enter) -> None:
    for viewer, matter in (
        (Viewer(1, "甲", city.CENTRE, "steward", "web"), "procurement"),
        (Viewer(1, "甲", city.OFFICE, "officer", "web"), "procurement"),
        (Viewer(1, "甲", "NOBODY", "officer", "web"), "procurement"),
        (officer, "licensing"),
    ):
        refused = check.check(viewer, city.FIRM_CODE, matter)
        assert isinstance(refused, Refusal)
        assert refused.message
        assert refused.way_forward
    assert Look.objects.count() == 0


def test_an_unknown_matter_names_the_known_ones(officer: Viewer, enter: Enter) -> None:
    refused = check.check(officer, city.FIRM_CODE, "marriage")
    assert isinstance(refused, Refusal)
    assert "procurement" in (refused.way_forward or "")


@pytest.mark.parametrize("code", ["", "9113", "91130100MA0DEM0H4K", "恒砾建筑", "91130100MA0DEM0H4"])
def test_a_faulty_code_is_an_issue(officer: Viewer, enter: Enter, code: str) -> None:
    issues = check.check(officer, code, "procurement")
    assert isinstance(issues, list)
    assert issues[0].column == "code"
    assert issues[0].message


def test_a_loosely_written_code_is_understood(officer: Viewer, enter: Enter) -> None:
    enter("penalty", city.FIRM)
    assert asked(officer, code=" 91130100-ma0dem0h4j ")["for_reference"]


def test_a_person_needs_a_case_and_is_masked(clerk: Viewer, enter: Enter) -> None:
    enter(
        "penalty", person_key(city.PERSON_NUMBER), subject_name="沈某", subject_kind="person", uscc="",
        person_id=city.PERSON_NUMBER,
    )  # fmt: skip
    refused = check.check(clerk, city.PERSON_NUMBER, "recruitment")
    assert isinstance(refused, Refusal)
    assert "办件编号" in refused.message
    answered = asked(clerk, "recruitment", city.PERSON_NUMBER, case_no="PL-ZK-2026-3")
    assert len(answered["for_reference"]) == 1
    assert city.PERSON_NUMBER not in json.dumps(answered)
    assert answered["subject"].endswith("0015")
    assert Look.objects.get().subject == person_key(city.PERSON_NUMBER)


def test_a_persons_number_is_no_way_in_elsewhere(officer: Viewer, enter: Enter) -> None:
    refused = check.check(officer, city.PERSON_NUMBER, "procurement")
    assert isinstance(refused, list)
    assert city.PERSON_NUMBER not in str(refused)


def test_organisations_are_not_recruited(clerk: Viewer, enter: Enter) -> None:
    refused = check.check(clerk, city.FIRM_CODE, "recruitment", None, "PL-1")
    assert isinstance(refused, Refusal)


def test_a_ban_of_another_province_is_for_reference(officer: Viewer, enter: Enter) -> None:
    enter(
        "procurement-violation", city.FIRM,
        penalty_content="列入不良行为记录名单，一年内禁止参加湖南省政府采购活动",
    )  # fmt: skip
    answered = asked(officer)
    assert answered["must_act"] == []
    assert "湖南省" in answered["for_reference"][0]["effect"]


def test_a_mistyped_identity_number_is_not_given_back_as_a_hint(officer: Viewer) -> None:
    number = "130102199203070009"
    for matter in ("procurement", "consented-service"):
        [wrong] = check.check(officer, number, matter, consent="SQ-2026-0101-00000000")  # type: ignore[misc]
        assert wrong.suggestion is None and number not in repr(wrong)
    assert wrong.code == "citizen.check_digit"


def test_a_refusal_names_the_matter_in_words(officer: Viewer) -> None:
    refused = check.check(officer, "130102199203070008", "consented-service")
    assert isinstance(refused, Refusal) and refused.code == "access.consent"
    assert "便民服务核验" in refused.message and "consented-service" not in refused.message
