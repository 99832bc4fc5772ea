"""Putting on a list: who is refused and why, what the subject learns when, and one decision never stored twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from gongxin.rooms.intake import bodies, papers
from gongxin.rooms.measures.lists import listing
from gongxin.rooms.remedy import documents
from gongxin.spine import public, secrets, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body
from gongxin.spine.cases import engine, finding, telling
from gongxin.spine.cases.models import Case
from gongxin.spine.ledger.acts import person_key
from gongxin.spine.ledger.append import append
from gongxin.spine.ledger.documents import document_keys
from gongxin.spine.ledger.models import Entry
from gongxin.spine.outbox import notices
from gongxin.spine.outbox.models import Event, Notice
from gongxin.spine.standing import lines_of
from tests.rooms.measures import lists_town as town
from tests.rooms.measures.lists_town import did, no
from tests.spine import making

TAX = "11PL0203"
DAY = "2026-09-21"
TODAY = date.fromisoformat(DAY)


@pytest.fixture
def people(db: Any, on_day: Any) -> dict[str, Viewer]:
    on_day(DAY)
    return town.people()


def proposed(people: dict[str, Viewer], who: str = "labour", **said: str) -> Any:
    return listing.propose(people[who], "wage-defaulters", making.uscc(1), {**town.PROPOSED, **said})


def decided(people: dict[str, Viewer], number: str, **said: str) -> Any:
    did(engine.act(people["labour"], number, "notify", town.NOTICED))
    did(engine.act(people["labour"], number, "serve-notice", town.served(DAY)))
    did(engine.act(people["subject"], number, "state-defence", town.DEFENCE))
    return engine.act(people["labour"], number, "decide", {**town.DECIDED, **said})


@pytest.mark.parametrize(
    ("who", "list_id", "code", "said", "expected"),
    [
        ("court", "judgment-defaulters", town.citizen("20080921"), {}, "list.minor"),
        ("court", "judgment-defaulters", town.citizen("20080920"), {}, None),
        ("court", "judgment-defaulters", making.uscc(1), {"excluded_case": "security"}, "list.excluded"),
        ("court", "judgment-defaulters", making.uscc(1), {"excluded_case": "none"}, None),
        ("labour", "judgment-defaulters", making.uscc(1), {}, "list.authority"),
        ("labour", "social-insurance", making.uscc(1), {}, "list.unverified"),
        ("labour", "procurement-serious-violations", making.uscc(1), {}, "list.unknown"),
        ("labour", "wage-defaulters", "91131500MA0000000X", {}, "case.code"),
        ("labour", "wage-defaulters", making.uscc(1), {"evidence": " "}, "case.needs"),
        ("subject", "wage-defaulters", making.uscc(2), {}, "case.side"),
        ("office", "wage-defaulters", making.uscc(2), {}, "case.side"),
    ],
)
def test_who_may_propose_whom(people, who, list_id, code, said, expected):
    done = listing.propose(people[who], list_id, code, {**town.PROPOSED, **said})
    if expected is None:
        assert did(done).standing.state.id == "proposed"
    else:
        assert no(done) == expected
        assert done.way_forward
        assert not Case.objects.exists()


def test_the_subject_learns_nothing_before_the_notice_and_everything_with_it(people):
    number = did(proposed(people)).case.number
    assert no(finding.show(people["subject"], number)) == "case.none"
    assert not Notice.objects.filter(to_kind="subject").exists()
    did(engine.act(people["labour"], number, "notify", town.NOTICED))
    assert not isinstance(finding.show(people["subject"], number), type(None))
    assert set(Notice.objects.filter(to_kind="subject").values_list("template", flat=True)) == {
        "listing.noticed", "case.done",
    }  # fmt: skip


def test_notice_and_decision_can_be_printed_and_name_whom_what_and_how_to_go_on(people):
    number = did(proposed(people)).case.number
    did(decided(people, number))
    notice, decision = (documents.document(people["subject"], number, n) for n in (2, 5))
    assert notice == replace(documents.document(people["labour"], number, 2), facts=notice.facts), "one answer for both"
    assert notice.to == decision.to == town.PROPOSED["subject_name"] and notice.heard and notice.to_serve
    assert notice.said["facts"] == town.NOTICED["facts"] and "听证" in notice.act.told
    assert dict(decision.terms)["事实"] == town.NOTICED["facts"] and decision.said["exit_conditions"]
    assert {way.id for way in decision.ways} == {"decision-review", "decision-litigation"} and decision.to_serve
    assert no(documents.document(people["stranger"], number, 2)) == "case.none"


def test_a_second_case_or_entry_of_the_same_list_is_refused(people, on_day):
    number = did(proposed(people)).case.number
    assert no(proposed(people)) == "case.open"
    did(decided(people, number))
    did(engine.act(people["labour"], number, "serve-decision", town.served(DAY)))
    assert no(proposed(people)) == "list.listed"
    on_day("2029-09-22")
    assert did(proposed(people)).standing.state.id == "proposed"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"decided_by": " "}, "case.needs"),
        ({"decided_by": "7"}, "case.person"),
        ({"exit_conditions": " "}, "case.needs"),
        ({"findings": "属实"}, "case.points"),
        ({"effective_on": "2026-09-20"}, "list.day"),
        ({"ends_on": "2026-09-20"}, "list.day"),
        ({"ends_on": "下月"}, "list.day"),
        ({"ends_on": "2029-09-22"}, "list.term"),
    ],
)
def test_what_a_decision_must_hold(people, said, code):
    number = did(proposed(people)).case.number
    assert no(decided(people, number, **said)) == code


def test_service_is_never_backdated_before_the_decision_nor_told_of_tomorrow(people, on_day):
    number = did(proposed(people)).case.number
    on_day("2026-09-22")
    did(decided_on_another_day(people, number))
    for day in ("2026-09-21", "2026-09-23"):
        assert no(engine.act(people["labour"], number, "serve-decision", town.served(day))) == "service.day"
    assert no(engine.act(people["labour"], number, "serve-decision", town.served("2026-09-22", ""))) == "service.proof"
    assert not Entry.objects.exists()


def decided_on_another_day(people, number):
    did(engine.act(people["labour"], number, "notify", town.NOTICED))
    did(engine.act(people["subject"], number, "state-defence", town.DEFENCE))
    return engine.act(people["labour"], number, "decide", town.DECIDED)


def test_a_later_effective_day_is_kept_and_shown_by_the_day_alone(people, on_day):
    number = did(proposed(people)).case.number
    did(decided(people, number, effective_on="2026-10-01", ends_on="2026-12-31"))
    did(engine.act(people["labour"], number, "serve-decision", town.served(DAY)))
    for day, shown in (("2026-09-30", 0), ("2026-10-01", 1), ("2026-12-31", 1), ("2027-01-01", 0)):
        on_day(day)

        assert public.public_counts(date.fromisoformat(day)).get("list-entry", 0) == shown, day


def test_a_person_is_never_public_and_the_number_lies_sealed(people):
    number = town.citizen("19800101")
    done = did(
        listing.propose(people["court"], "judgment-defaulters", number, {**town.PROPOSED, "subject_name": "林某"})
    )
    told = str(telling.whole(finding.show(people["court"], done.case.number)))
    assert number not in told
    assert secrets.SEAL_MARK not in told
    did(engine.act(people["court"], done.case.number, "notify", town.NOTICED))
    did(engine.act(people["court"], done.case.number, "serve-notice", town.served(DAY)))
    assert no(engine.act(people["court"], done.case.number, "decide", town.DECIDED)) == "list.early"


def test_the_entry_is_known_again_when_the_same_document_is_handed_in(people):
    item = shelf.book().items["list-entry"]
    payload = {
        "list": "wage-defaulters", "authority": "平陵市人力资源和社会保障局", "authority_code": town.LABOUR,
        "document_no": "平人社列〔2026〕1号", "subject_name": "甲", "uscc": making.uscc(1),
    }  # fmt: skip
    frame = pl.DataFrame([payload])
    subject = pl.Series([making.key(1)])
    fields = bodies.payload_columns(frame, item, {})
    body = bodies.body_column(fields)
    document, content, paper = document_keys(item, making.key(1), payload)
    texts = [
        bodies.document_column(fields, item, subject, body)[0],
        bodies.content_column(item, subject, body)[0],
    ]
    assert [secrets.keyed_hash64(text.encode()) for text in texts] == [document, content]
    assert papers.paper_hashes(frame, item)[0] == paper


def test_an_entry_taken_off_ends_the_same_day_and_holders_are_told(people):
    number = did(proposed(people)).case.number
    did(decided(people, number))
    record = did(engine.act(people["labour"], number, "serve-decision", town.served(DAY))).case.record
    (line,) = lines_of(making.key(1), as_of=TODAY)
    assert (line.record, line.usable, line.payload["exit_conditions"]) == (
        record,
        True,
        town.DECIDED["exit_conditions"],
    )
    cured = {"ground": "cured", "reason": "已付清", "cured_on": DAY, "decided_by": town.DECIDER}
    did(engine.open_case(people["labour"], engine.Request("list-exit", making.key(1), cured, record=record)))
    (line,) = lines_of(making.key(1), as_of=TODAY)
    assert (line.state, line.usable) == ("removed", False)
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == ["removal"]


def test_a_persons_case_is_keyed_by_the_blind_index(people):
    number = town.citizen("19800101")
    done = did(listing.propose(people["court"], "judgment-defaulters", number, town.PROPOSED))
    assert done.case.subject == person_key(number)


@pytest.mark.parametrize(
    ("code", "name", "said", "expected"),
    [
        (making.uscc(1), "平陵市第 1 商贸有限公司", {}, None),
        (making.uscc(1), "平陵市第2商贸有限公司", {}, "list.name"),
        (making.uscc(3), "平陵市第3商贸有限公司", {}, "list.name_unknown"),
        (making.uscc(3), "平陵市第3商贸有限公司", {"name_evidence": "营业执照副本"}, None),
        (making.uscc(4), "平陵市第四商贸有限公司", {}, None),
        (making.uscc(4), "别家报送的名称", {}, "list.name"),
        (town.citizen("19800101"), "林某", {}, None),
    ],
)
def test_the_name_that_goes_on_display_is_one_the_code_is_known_by(people, code, name, said, expected):
    registered = making.record(4, item="registration", subject_name="平陵市第四商贸有限公司")
    append([making.record(4, subject_name="别家报送的名称"), registered])
    done = listing.propose(
        people["court"], "judgment-defaulters", code, {**town.PROPOSED, "subject_name": name, **said}
    )
    if expected is None:
        assert did(done)
    else:
        assert no(done) == expected
        assert expected != "list.name" or ("商贸有限公司" in done.way_forward and done.way_forward)


def test_a_company_renamed_meanwhile_stands_on_the_list_under_its_registered_name(people):
    number = did(proposed(people)).case.number
    did(decided(people, number))
    append([making.record(1, item="registration", subject_name="平陵市甲商贸有限公司")])
    did(engine.act(people["labour"], number, "serve-decision", town.served(DAY)))
    (line,) = [each for each in lines_of(making.key(1), as_of=TODAY) if each.item == "list-entry"]
    assert line.payload["subject_name"] == "平陵市甲商贸有限公司"


def test_a_hearing_is_told_in_time_before_it_is_held(people, on_day):
    number = did(proposed(people)).case.number
    did(engine.act(people["labour"], number, "notify", town.NOTICED))
    did(engine.act(people["labour"], number, "serve-notice", town.served(DAY)))
    called = {"hearing_on": "2026-09-28", "place": "行政中心 2 号楼 301", "decided_by": town.DECIDER}
    assert no(engine.act(people["labour"], number, "call-hearing", called)) == "list.early", "they may still speak"
    did(engine.act(people["subject"], number, "request-hearing", town.DEFENCE))
    held = {"held_on": DAY, "minutes": "双方到场", "decided_by": town.DECIDER}
    assert no(engine.act(people["labour"], number, "hold-hearing", held)) == "list.hearing_told"
    short = engine.act(people["labour"], number, "call-hearing", {**called, "hearing_on": "2026-09-27"})
    assert no(short) == "list.hearing_day" and "2026-09-28" in short.way_forward
    did(engine.act(people["labour"], number, "call-hearing", called))
    assert "2026-09-28" in str(notices.words_of(Notice.objects.get(template="listing.hearing"))["text"])
    on_day("2026-09-28")
    assert no(engine.act(people["labour"], number, "hold-hearing", held)) == "list.hearing_day"
    did(engine.act(people["labour"], number, "hold-hearing", {**held, "held_on": "2026-09-28"}))
    did(engine.act(people["labour"], number, "decide", town.DECIDED))


def test_a_list_counted_from_publication_begins_and_ends_by_the_day_published(people, on_day):
    Body.objects.create(code=TAX, name="国家税务总局平陵市税务局", kind="organ", region="131500")
    tax = Viewer(None, "税", TAX, "steward", "web")
    number = did(listing.propose(tax, "major-tax-violations", making.uscc(1), town.PROPOSED)).case.number
    did(engine.act(tax, number, "notify", town.NOTICED))
    did(engine.act(people["subject"], number, "state-defence", town.DEFENCE))
    did(engine.act(tax, number, "decide", town.DECIDED))
    for day in ("2026-09-20", "2026-10-16"):
        refused = engine.act(tax, number, "serve-decision", {**town.served(DAY), "announced_on": day})
        assert no(refused) == "list.announced" and "2026-10-15" in refused.way_forward
    did(engine.act(tax, number, "serve-decision", {**town.served(DAY), "announced_on": "2026-10-10"}))
    for day, shown in (("2026-10-09", 0), ("2026-10-10", 1), ("2029-10-10", 1), ("2029-10-11", 0)):
        on_day(day)
        assert public.public_counts(date.fromisoformat(day)).get("list-entry", 0) == shown, day
