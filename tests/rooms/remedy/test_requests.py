"""Inquiries, erasures, guardians, statements, corrections by the body itself (其他案件种类)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from gongxin.rooms.measures import check
from gongxin.rooms.remedy import documents, keeping
from gongxin.spine import clock, public
from gongxin.spine.access import delegations, traces
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Look
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.models import Case
from gongxin.spine.ledger import due
from gongxin.spine.ledger.acts import NewAct, person_key
from gongxin.spine.ledger.append import append
from gongxin.spine.ledger.fsck import fsck
from gongxin.spine.ledger.models import Entry, Payload
from gongxin.spine.outbox.models import Notice
from tests.rooms.remedy import city
from tests.rooms.remedy.city import DECIDER, did, no
from tests.spine import making

People = dict[str, Viewer]
PERSON = person_key("110101199003071233")


def person_record(decided: str = "2021-09-10") -> int:
    """Enter an invented person's penalty, which the law keeps for five years."""
    payload = making.penalty(7, 7, subject_name="苏映雪", subject_kind="person", uscc=None, decided_on=decided)
    return append([NewAct("record", "penalty", PERSON, city.AUTHORITY, payload, "甲", document=71)])[0]


def opened(viewer: Viewer, kind: str, subject: str, fields: dict[str, str], **rest: Any) -> Case:
    return did(engine.open_case(viewer, engine.Request(kind, subject, fields, **rest))).case


# -- inquiries ---------------------------------------------------------------------------------------------------------


def looked(people: People) -> str:
    """Let the trading centre's officer look, and return the look's number."""
    answered = check.check(people["officer"], making.uscc(1), "procurement", None, "标段一")
    assert isinstance(answered, dict), answered
    return str(answered["check"])


def test_an_inquiry_goes_to_the_body_that_looked(people: People) -> None:
    city.ban()
    number = looked(people)
    case = opened(people["subject"], "inquiry", making.key(1), {"ground": "not-mine"}, about=number)
    assert (case.body, case.turn) == (city.CENTRE, "authority")
    assert traces.replies_of(making.key(1))[number].case == case.number
    # The one who looked does not answer for the look; a number of somebody has no place in the answer.
    said = {"findings": "该企业为标段一投标人", "decided_by": "采购科 白简"}
    assert no(engine.act(people["officer"], case.number, "answer", said)) == "case.own-look"
    third = {**said, "findings": "另一投标人 110101199003071233 误录"}
    assert no(engine.act(people["centre"], case.number, "answer", third)) == "case.numbers"
    did(engine.act(people["centre"], case.number, "answer", said))
    paper = documents.document(people["subject"], case.number, 2)
    assert isinstance(paper, documents.Paper)
    # What was looked at, when, by whom, in which matter and case; to what it is the answer; where one can go from it.
    assert {number, "平陵市公共资源交易中心", "政府采购", "标段一"} <= {value for _name, value in paper.facts}
    assert paper.asked == {"ground": "not-mine"} and paper.asked_on == clock.today() and len(paper.ways) == 2
    assert finding.show(people["auditor"], case.number).side == "auditor"  # type: ignore[union-attr]


def test_another_ones_look_does_not_exist(people: People) -> None:
    city.ban()
    number = looked(people)
    strange = engine.Request("inquiry", making.key(2), {"ground": "why"}, about=number)
    missing = engine.Request("inquiry", making.key(2), {"ground": "why"}, about="HC-2026-0101-A9")
    assert no(engine.open_case(people["stranger"], strange)) == no(engine.open_case(people["stranger"], missing))
    assert Case.objects.count() == 0


def test_what_was_improper_goes_to_the_auditor(people: People) -> None:
    city.ban()
    case = opened(people["subject"], "inquiry", making.key(1), {"ground": "why"}, about=looked(people))
    said = {"findings": "经办人无此业务", "decided_by": "监察室 秦望舒", "measures_taken": "停用账号"}
    did(engine.act(people["centre"], case.number, "admit", said))
    assert Notice.objects.filter(to_kind="role", to="auditor", template="case.improper-look").exists()
    assert list(finding.inbox(people["auditor"]).values_list("number", flat=True)) == [case.number]
    did(engine.act(people["auditor"], case.number, "review", {"findings": "属实，已通报"}))


def test_where_only_the_looker_could_answer_the_head_of_the_body_does(people: People) -> None:
    """单位只有查阅人一个账号：由负责人书面答复，信用办代录；别人能答复的不代录，查阅人换成纸面也不能答复自己。"""
    city.ban()
    case = opened(people["subject"], "inquiry", making.key(1), {"ground": "not-mine"}, about=looked(people))
    said = {"findings": "该企业为标段一投标人", "decided_by": "中心主任 白简", "document_no": "平交函〔2026〕5 号"}
    assert no(engine.act(people["office"], case.number, "enter-answer", said)) == "case.able"
    Account.objects.filter(pk=people["centre"].account_id).update(is_active=False)
    own = {**said, "decided_by": "officer（主任）"}
    assert no(engine.act(people["office"], case.number, "enter-answer", own)) == "case.own-look"
    assert no(engine.act(people["officer"], case.number, "enter-answer", said)) == "case.act"
    improper = {**said, "measures_taken": "停用账号"}
    assert did(engine.act(people["office"], case.number, "enter-admission", improper)).case.turn == "auditor"
    assert Notice.objects.filter(to_kind="role", to="auditor", template="case.improper-look").exists()
    paper = documents.document(people["subject"], case.number, 2)
    assert isinstance(paper, documents.Paper) and "平交函〔2026〕5 号" in paper.said.values()


# -- erasure and retention ---------------------------------------------------------------------------------------------


def test_what_the_law_keeps_is_not_erased(people: People) -> None:
    record = person_record("2023-09-10")
    case = opened(
        people["office"], "erasure", PERSON, {"ground": "achieved", "text": "早已履行", "record": str(record)},
        applicant="苏映雪",
    )  # fmt: skip
    grant = {"reason": "保存期满", "decided_by": DECIDER}
    assert no(engine.act(people["office"], case.number, "grant", grant)) == "case.kept"
    assert Payload.objects.get(seq=record).body
    assert no(engine.act(people["office"], case.number, "grant", {**grant, "records": "999"})) == "case.records"
    did(engine.act(people["office"], case.number, "refuse", grant))
    paper = documents.document(people["office"], case.number, 2)
    assert isinstance(paper, documents.Paper) and paper.asked["text"] == "早已履行" and paper.ways
    # The last day of lawful keeping is the law's, with its clause, whatever the reason typed.
    ((name, kept),) = paper.terms
    assert str(record) in name and "2028-09-10" in kept and "第四十七条" in kept
    strange = engine.Request(
        "erasure", PERSON, {"ground": "achieved", "text": "甲", "record": "999"}, applicant="苏映雪"
    )
    assert no(engine.open_case(people["office"], strange)) == "case.records"


def test_destroyed_on_its_day_and_not_before(people: People, on_day: Callable[[str], None]) -> None:
    record = person_record()
    # Decided on 10 September 2021, kept for sixty months: the last day is 10 September 2026.
    on_day("2026-09-10")
    assert due.to_destroy(clock.today()) == [] and keeping.keep().destroyed == ()
    on_day("2026-09-11")
    assert keeping.keep().destroyed == (record,)
    assert keeping.keep().destroyed == ()
    assert Payload.objects.get(seq=record).body is None and Payload.objects.get(seq=record).salt is None
    assert Entry.objects.filter(kind="destruction", record=record).count() == 1
    assert fsck().ok
    request = engine.Request("objection", PERSON, {"ground": "facts", "text": "甲"}, record=record, applicant="苏映雪")
    assert no(engine.open_case(people["office"], request)) == "case.record"


def test_an_open_case_keeps_what_is_argued_about(people: People, on_day: Callable[[str], None]) -> None:
    on_day("2026-09-10")
    record = person_record()
    case = opened(
        people["office"], "objection", PERSON, {"ground": "facts", "text": "不是我"}, record=record, applicant="苏映雪"
    )
    on_day("2026-09-14")
    kept = keeping.keep()
    assert kept.destroyed == () and kept.spared == (record,)
    did(engine.act(people["steward"], case.number, "reject", {"findings": "经核无误", "decided_by": DECIDER}))
    did(engine.act(people["office"], case.number, "close", {}))
    assert keeping.keep().destroyed == (record,)


def test_what_was_unlawful_and_withdrawn_is_erased(people: People) -> None:
    record = person_record("2026-05-06")
    fields = {"ground": "void", "reason": "决定被确认无效", "decided_on": "2026-09-25", "remedy_kind": "withdrawal"}
    case = opened(people["steward"], "correction", PERSON, fields, record=record)
    did(engine.act(people["steward"], case.number, "carry-out", {"reason": "决定被确认无效", "decided_by": DECIDER}))
    asked = opened(
        people["office"],
        "erasure",
        PERSON,
        {"ground": "unlawful", "text": "请删除", "record": str(record)},
        applicant="苏映雪",
    )
    did(engine.act(people["office"], asked.number, "grant", {"reason": "违法处理", "decided_by": DECIDER}))
    assert Payload.objects.get(seq=record).body is None
    assert fsck().ok


# -- corrections by the body itself ------------------------------------------------------------------------------------


def test_a_revoked_decision_is_hidden_at_once_and_withdrawn(people: People, on_day: Callable[[str], None]) -> None:
    record = city.penalty()
    on_day("2026-10-09")
    fields = {
        "ground": "revoked", "reason": "行政复议决定撤销", "decided_on": "2026-09-30", "remedy_kind": "withdrawal",
        "document_no": "平政复决〔2026〕8号",
    }  # fmt: skip
    request = engine.Request("correction", making.key(1), fields, record=record)
    assert no(engine.open_case(people["centre"], request)) == "case.side"
    case = opened(people["steward"], "correction", making.key(1), fields, record=record)
    assert case.due == date(2026, 10, 10)
    assert not public.lines_of_records([record], clock.today())
    done = did(
        engine.act(people["steward"], case.number, "carry-out", {"reason": "行政复议决定撤销", "decided_by": DECIDER})
    )
    assert Entry.objects.filter(seq__in=done.entries, kind="withdrawal").count() == 1
    assert done.case.closed_on == date(2026, 10, 9) and not done.standing.find_clock("withdraw").late()  # type: ignore[union-attr]
    later = {**fields, "decided_on": "2027-01-01"}
    assert (
        no(engine.open_case(people["steward"], engine.Request("correction", making.key(1), later, record=record)))
        == "case.day"
    )


# -- guardians, copies, statements -------------------------------------------------------------------------------------


def test_a_guardian_acts_from_the_decision_until_its_day(people: People, on_day: Callable[[str], None]) -> None:
    case = opened(people["stranger"], "guardian", PERSON, {"ground": "minor", "text": "本人是其母亲"})
    assert finding.side_of(people["stranger"], case) == "applicant"
    assert not finding.represents(people["stranger"], PERSON)
    admit = {"reason": "核对户口簿", "decided_by": DECIDER, "until": "2026-12-31"}
    assert (
        no(engine.act(people["office"], case.number, "admit", {**admit, "until": "2036-12-31"})) == "delegation.until"
    )
    assert Case.objects.get().closed_on is None, "what could not be appointed was not decided either"
    did(engine.act(people["office"], case.number, "admit", admit))
    assert [each.basis for each in delegations.given_by(PERSON, clock.today())] == [case.number]
    account = people["stranger"].account_id
    assert account is not None and delegations.may_act(account, PERSON, "view", date(2026, 12, 31))
    assert not delegations.may_act(account, PERSON, "view", date(2027, 1, 1))


def test_a_statement_stands_beside_the_entry_until_removed(people: People) -> None:
    record = city.penalty()
    bad = engine.Request("statement", making.key(1), {"text": "找 110101199003071233 核实"}, record=record)
    assert no(engine.open_case(people["subject"], bad)) == "case.numbers"
    long = engine.Request("statement", making.key(1), {"text": "甲" * 201}, record=record)
    assert no(engine.open_case(people["subject"], long)) == "case.long"
    case = opened(people["subject"], "statement", making.key(1), {"text": "已足额缴纳，并更换供应商"}, record=record)
    line = public.lines_of_records([record], clock.today())[0]
    assert line.statements == () and line.marks == ()
    did(engine.act(people["office"], case.number, "admit", {"decided_by": DECIDER}))
    assert public.lines_of_records([record], clock.today())[0].statements == ("已足额缴纳，并更换供应商",)
    did(engine.act(people["subject"], case.number, "remove", {}))
    assert public.lines_of_records([record], clock.today())[0].statements == ()


def test_a_copy_is_given(people: People) -> None:
    case = opened(people["subject"], "copy", making.key(1), {"ground": "own"})
    did(engine.act(people["office"], case.number, "give", {"decided_by": DECIDER}))
    paper = documents.document(people["subject"], case.number, 2)
    assert isinstance(paper, documents.Paper) and paper.asked == {"ground": "own"} and paper.asked_on == clock.today()
    assert Notice.objects.filter(template="case.copy", to=making.key(1)).exists()


@pytest.mark.parametrize("who", ["stranger", "steward", "officer", "auditor"])
def test_nobody_opens_for_another(people: People, who: str) -> None:
    for kind, fields in (("erasure", {"ground": "achieved", "text": "甲"}), ("copy", {"ground": "own"})):
        assert no(engine.open_case(people[who], engine.Request(kind, making.key(1), fields))) == "case.side"
    assert Look.objects.count() == 0
