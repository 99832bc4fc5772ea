"""Objections (异议): marked at once and everywhere, silence with a consequence, points answered, users told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from gongxin.law import matters
from gongxin.rooms.disclosure import profile, search
from gongxin.rooms.measures import check
from gongxin.spine import clock, gauges, public, shelf, users
from gongxin.spine.access import gate
from gongxin.spine.access.gate import Ground, Viewer
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.models import Case
from gongxin.spine.outbox import notices
from gongxin.spine.outbox.models import Notice
from gongxin.spine.projections import rebuilding
from tests.rooms.remedy import city
from tests.rooms.remedy.city import DECIDER, FINDINGS, did, no, objection
from tests.spine import making

People = dict[str, Viewer]
PROCUREMENT = "government-procurement"


def marks(record: int) -> list[str]:
    """Return the marks under which the public sees a record; fails where it is not shown."""
    lines = public.lines_of_records([record], clock.today())
    assert lines, "not on display"
    return [mark.id for mark in lines[0].marks]


def shown(record: int) -> bool:
    return bool(public.lines_of_records([record], clock.today()))


def matter_of(record: int) -> str:
    """Return a matter in which a procurement ban must be acted on."""
    law = shelf.book().on(clock.today())
    matter = law.matter("procurement")
    assert any(each.item == "procurement-violation" for each in matter.triggers)
    return matter.id


def asked(people: People) -> dict[str, object]:
    """Return the answer the trading centre's officer gets about the company."""
    answered = check.check(people["officer"], making.uscc(1), matter_of(0), None, "标段一")
    assert isinstance(answered, dict), answered
    return answered


def test_marked_at_once_everywhere_and_unmarked_with_the_case(people: People) -> None:
    record = city.ban()
    assert asked(people)["must_act"]
    done = objection(people["subject"], record)
    day = clock.today()
    assert marks(record) == ["objected"]
    page = profile.profile(making.uscc(1), day)
    assert page is not None and [mark.id for mark in page.timeline[0].marks] == ["objected"]
    assert search.search(making.uscc(1)).hits[0].marked == 1
    frame = next(iter(public.public_frame(day)))
    assert "异议处理中" in frame["marks"][0]
    assert [mark.id for mark in public.public_page("procurement-violation", day).lines[0].marks] == ["objected"]
    answer = asked(people)
    # Under objection nobody has to act on it: it is for reference, and says why.
    assert not answer["must_act"]
    entry = answer["for_reference"][0]  # type: ignore[index]
    assert entry["marks"][0]["id"] == "objected"
    assert "异议处理中，只供参考" in entry["effect"] and entry["marks"][0]["text_en"]
    assert entry["marks"][0]["text"] not in entry["effect"], "a mark is said once"
    did(engine.act(people["subject"], done.case.number, "withdraw", {}))
    assert marks(record) == []
    assert search.search(making.uscc(1)).hits[0].marked == 0
    assert asked(people)["must_act"]


def test_it_is_not_me_hides_and_freezes_at_once(people: People) -> None:
    record = city.ban()
    done = objection(people["subject"], record, ground="identity")
    assert not shown(record)
    assert profile.profile(making.uscc(1), clock.today()) is None
    assert not search.search(making.uscc(1)).hits
    answer = asked(people)
    assert not answer["must_act"] and not answer["for_reference"]
    did(engine.act(people["steward"], done.case.number, "reject", {"findings": FINDINGS, "decided_by": DECIDER}))
    assert marks(record) == []
    assert asked(people)["must_act"]


def test_silence_holds_on_the_day_after_by_the_day_alone(people: People, on_day: Callable[[str], None]) -> None:
    record = city.ban()
    done = objection(people["subject"], record)
    # 28 September + 7 working days over National Day (10 October is worked): 29, 30, 8, 9, 10, 12, 13.
    assert done.case.answer_by == date(2026, 10, 13)
    assert done.standing.next_clock().due == date(2026, 9, 30)  # type: ignore[union-attr]
    on_day("2026-10-13")
    assert marks(record) == ["objected"] and asked(people)["for_reference"]
    on_day("2026-10-14")
    assert marks(record) == ["objected", "silence"]
    answer = asked(people)
    assert not answer["must_act"] and not answer["for_reference"]
    assert screened(record) == []
    # The late answer frees the entry in the same instant.
    did(engine.act(people["steward"], done.case.number, "reject", {"findings": FINDINGS, "decided_by": DECIDER}))
    assert marks(record) == [] and asked(people)["must_act"]
    assert screened(record) == [record]


def test_the_overview_tells_each_its_own_lateness(people: People, on_day: Callable[[str], None]) -> None:
    number = objection(people["subject"], city.penalty()).case.number
    on_day("2026-10-08")

    def told(until: str) -> list[tuple[str, int, bool]]:
        day = date.fromisoformat(until)
        return [(row.body, row.good, row.open) for row in gauges.rows("objections", day.replace(day=1), day)]

    assert told("2026-09-30") == [], "two working days to forward end on 30 September"
    assert told("2026-10-08") == [(city.OFFICE, 0, True)], "the body that decides has not been asked yet"
    did(engine.act(people["office"], number, "forward", {}))
    on_day("2026-10-12")
    did(engine.act(people["steward"], number, "reject", {"findings": FINDINGS, "decided_by": DECIDER}))
    assert sorted(told("2026-10-12")) == sorted([(city.AUTHORITY, 1, False), (city.OFFICE, 0, False)])


def screened(record: int) -> list[int]:
    """Return the record where the columnar way still has it in use."""
    import polars as pl

    from gongxin.spine.projections import resident

    found = resident.effective(pl.Series("key", [making.key(1)]), clock.today())
    return [each for each in found["record"].to_list() if each == record]


def test_material_pauses_the_clock_and_moves_the_silence(people: People, on_day: Callable[[str], None]) -> None:
    record = city.penalty()
    number = objection(people["subject"], record).case.number
    on_day("2026-09-30")
    did(engine.act(people["steward"], number, "request-material", {"reason": "看不清", "wanted": "决定书"}))
    on_day("2026-11-02")
    assert marks(record) == ["objected"], "nobody is silent while the applicant is asked"
    done = did(engine.act(people["subject"], number, "supply", {"text": "附上"}))
    # Two of seven working days were spent; five are left: 3, 4, 5, 6, 9 November.
    assert done.case.answer_by == date(2026, 11, 9)
    assert no(engine.act(people["steward"], number, "request-material", {"reason": "又", "wanted": "又"})) == "case.act"
    on_day("2026-11-10")
    assert marks(record) == ["objected", "silence"]


def test_each_point_is_answered_by_a_named_person(people: People) -> None:
    number = objection(people["subject"], city.penalty()).case.number
    one = {"findings": "1. 对象无误", "decided_by": DECIDER}
    assert no(engine.act(people["steward"], number, "reject", one)) == "case.points"
    assert no(engine.act(people["steward"], number, "reject", {**one, "findings": "1. \n2. 无误"})) == "case.points"
    machine = {"findings": FINDINGS, "decided_by": "007"}
    assert no(engine.act(people["steward"], number, "reject", machine)) == "case.person"
    did(engine.act(people["steward"], number, "reject", {"findings": FINDINGS, "decided_by": DECIDER}))
    told = [notices.words_of(each) for each in Notice.objects.filter(template="case.rejected")]
    assert {"decision-review", "decision-litigation"} <= {way["id"] for way in told[0]["ways"]}  # type: ignore[attr-defined]


def test_upheld_is_hidden_until_corrected_and_every_user_is_told(people: People) -> None:
    record = city.ban()
    first = asked(people)["check"]
    # Later looks, and those that could not see it, do not count.
    other = gate.read(
        people["office"], Ground(purpose="casework", clause="x", case_no="1"), making.key(1), as_of=clock.today()
    )
    assert not isinstance(other, type(None))
    number = objection(people["subject"], record).case.number
    fields = {"findings": FINDINGS, "decided_by": DECIDER, "remedy_kind": "withdrawal"}
    did(engine.act(people["steward"], number, "uphold", fields))
    assert not shown(record) and not asked(people)["for_reference"], "known to be wrong, used by nobody"
    done = did(engine.act(people["steward"], number, "carry-out", {"reason": "处罚对象登记错误"}))
    assert done.case.closed_on is not None and not shown(record)
    told = Notice.objects.filter(template="case.record-wrong")
    assert [(each.to_kind, each.to) for each in told] == [("body", city.CENTRE)]
    assert first in notices.words_of(told[0])["looks"]  # type: ignore[operator]
    counted = notices.words_of(Notice.objects.get(template="case.users-told"))
    assert counted["bodies"] == 1 and counted["looks"] == len(notices.words_of(told[0])["looks"])  # type: ignore[arg-type]


def test_a_correction_changes_the_words_and_frees_in_the_same_instant(people: People) -> None:
    record = city.penalty()
    number = objection(people["subject"], record, ground="identity").case.number
    fields = {"findings": FINDINGS, "decided_by": DECIDER, "remedy_kind": "correction"}
    did(engine.act(people["steward"], number, "uphold", fields))
    wrong = {"reason": "录入有误", "correction": "没有这项：甲"}
    assert no(engine.act(people["steward"], number, "carry-out", wrong)) == "case.correction"
    code = {"reason": "录入有误", "correction": f"uscc：{making.uscc(2)}"}
    assert no(engine.act(people["steward"], number, "carry-out", code)) == "case.correction"
    assert not shown(record)
    did(
        engine.act(
            people["steward"],
            number,
            "carry-out",
            {"reason": "录入有误", "correction": "penalty_content：没收违法所得贰仟元\ndecided_on：2026年5月7日"},
        )
    )
    line = public.lines_of_records([record], clock.today())[0]
    assert line.fields["penalty_content"] == "没收违法所得贰仟元" and line.decided == date(2026, 5, 7)
    assert line.marks == () and line.fields["violation"] == "销售不符合标准的产品"


def test_the_same_objection_again_goes_to_review(people: People) -> None:
    record = city.penalty()
    number = objection(people["subject"], record).case.number
    did(engine.act(people["steward"], number, "reject", {"findings": FINDINGS, "decided_by": DECIDER}))
    again = engine.Request("objection", making.key(1), {"ground": "facts", "text": "还是不对"}, record=record)
    assert no(engine.open_case(people["subject"], again)) == "case.repeat"
    # Saying that it comes from a review does not help: only a review that sent it back does.
    forged = engine.Request(
        "objection", making.key(1), {"ground": "facts", "text": "还是不对"}, record=record, about=number
    )
    assert no(engine.open_case(people["subject"], forged)) == "case.repeat"
    assert Case.objects.count() == 1 and marks(record) == []
    did(engine.act(people["subject"], number, "ask-review", {"text": "没有看我的材料"}))
    review = Case.objects.get(kind="review")
    assert review.about == number and review.turn == "office"
    kept = {"findings": "原核查有遗漏", "decided_by": "办公室 许知远"}
    # Nobody reviews what they decided themselves, however the name is spaced.
    own = {**kept, "decided_by": " ".join(DECIDER)}
    assert no(engine.act(people["office"], review.number, "keep", own)) == "review.reviewer"
    did(engine.act(people["office"], review.number, "send-back", kept))
    fresh = Case.objects.get(kind="objection", closed_on__isnull=True)
    assert fresh.record == record and fresh.account == people["subject"].account_id
    assert marks(record) == ["objected"], "sent back, it is under objection again"
    assert finding.show(people["subject"], fresh.number).side == "applicant"  # type: ignore[union-attr]


def test_new_material_opens_another(people: People) -> None:
    record = city.penalty()
    number = objection(people["subject"], record).case.number
    did(engine.act(people["steward"], number, "reject", {"findings": FINDINGS, "decided_by": DECIDER}))
    objection(people["subject"], record, new_material="公安机关出具的证明")
    assert marks(record) == ["objected"]


@pytest.mark.parametrize("who", ["stranger", "centre", "officer", "auditor"])
def test_a_stranger_learns_nothing(people: People, who: str) -> None:
    number = objection(people["subject"], city.penalty()).case.number
    assert no(finding.show(people[who], number)) == no(finding.show(people[who], "YY-2026-999999")) == "case.none"
    assert no(engine.act(people[who], number, "reject", {"findings": FINDINGS, "decided_by": DECIDER})) == "case.none"
    assert not finding.listing(people[who]).exists()
    strange = engine.Request("objection", making.key(1), {"ground": "facts", "text": "甲"}, record=1)
    assert no(engine.open_case(people[who], strange)) == "case.side"


def test_projections_are_rebuilt_to_the_same_bytes_under_holds(people: People, on_day: Callable[[str], None]) -> None:
    first, second, third = city.penalty(1, 1), city.penalty(1, 2), city.ban()
    objection(people["subject"], first)
    objection(people["subject"], second, ground="identity")
    number = objection(people["subject"], third).case.number
    fields = {"findings": FINDINGS, "decided_by": DECIDER, "remedy_kind": "withdrawal"}
    did(engine.act(people["steward"], number, "uphold", fields))
    on_day("2026-10-20")
    before = rebuilding.digest()
    rebuilding.rebuild(book=shelf.book(), as_of=clock.today())
    assert rebuilding.digest() == before


def test_users_are_those_whose_answer_held_it(people: People) -> None:
    record = city.ban()
    number = objection(people["subject"], record, ground="identity").case.number
    asked(people)  # it was frozen: this answer did not hold it
    did(engine.act(people["steward"], number, "reject", {"findings": FINDINGS, "decided_by": DECIDER}))
    assert users.of_record(read(people, record), shelf.book()).looks_shown == 0
    asked(people)
    assert users.of_record(read(people, record), shelf.book()).looks_shown == 1


def read(people: People, record: int):  # type: ignore[no-untyped-def]
    """Return the line of a record as the office reads it."""
    ground = Ground(purpose="casework", clause="GBF-2020-49", case_no="测试")
    reading = gate.read(people["office"], ground, making.key(1), as_of=clock.today())
    return next(line for line in reading.lines if line.record == record)  # type: ignore[union-attr]


def test_under_holds_nothing_binds(people: People) -> None:
    law = shelf.book().on(clock.today())
    record = city.ban()
    objection(people["subject"], record)
    line = read(people, record)
    for matter in law.matters():
        assert matters.effect_of(matter, line, law=law).kind != "must_act"


def test_an_entry_is_not_hidden_again_and_again_by_withdrawing(people: People) -> None:
    record = city.penalty()
    done = city.objection(people["subject"], record, ground="identity")
    city.did(engine.act(people["subject"], done.case.number, "withdraw", {}))
    again = engine.Request("objection", making.key(1), {"ground": "identity", "text": city.TEXT}, record=record)
    assert no(engine.open_case(people["subject"], again)) == "case.repeat"
    facts = engine.Request("objection", making.key(1), {"ground": "facts", "text": city.TEXT}, record=record)
    city.did(engine.open_case(people["subject"], facts))
