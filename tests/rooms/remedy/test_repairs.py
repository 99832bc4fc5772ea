"""Credit repair (信用修复): refused before its first day, granted everywhere at one instant, minor ones at once, bars heard first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from gongxin.kernel.issues import Refusal
from gongxin.rooms.disclosure import mine
from gongxin.rooms.remedy import repairs
from gongxin.spine import clock, public
from gongxin.spine.access import gate
from gongxin.spine.access.gate import Viewer
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.engine import Done
from gongxin.spine.ledger.append import append
from gongxin.spine.outbox import notices, service
from gongxin.spine.outbox.models import Event, Notice
from gongxin.spine.standing import lines_of
from tests.rooms.remedy import city
from tests.rooms.remedy.city import DECIDER, did, no
from tests.spine import making

People = dict[str, Viewer]
PERFORMED = {"performed_on": "2026-05-20", "proof": "缴款书 2026-0451 号"}
SAID = {"ground": "performed", "commitment": "yes", **PERFORMED}
REASON = {"reason": "已缴清罚没款并整改，查验属实", "decided_by": DECIDER}


def apply(viewer: Viewer, record: int, **said: Any) -> Done | Refusal:
    """Apply for the repair of an entry of the first company."""
    fields = {name: value for name, value in {**SAID, **said}.items() if value}
    return engine.open_case(viewer, engine.Request("repair", making.key(1), fields, record=record))


def act(viewer: Viewer, done: Done, verb: str, **fields: Any) -> Done | Refusal:
    return engine.act(viewer, done.case.number, verb, fields)


def state_of(record: int) -> str:
    lines = lines_of(making.key(1), as_of=clock.today())
    return next(line.state for line in lines if line.record == record)


def line_of(record: int) -> Any:
    return next(each for each in lines_of(making.key(1), as_of=clock.today()) if each.record == record)


def verbs_of(done: Done) -> list[str]:
    return [each.verb for each in done.case.acts.order_by("n")]


def words(template: str) -> dict[str, Any]:
    return dict(notices.words_of(Notice.objects.filter(template=template).latest("id")))


def test_refused_until_the_day_before_with_the_day_and_taken_on_it(
    people: People, on_day: Callable[[str], None]
) -> None:
    record = city.penalty()
    on_day("2026-08-05")
    refused = apply(people["subject"], record)
    assert isinstance(refused, Refusal)
    assert refused.code == "repair.later" and refused.clause
    assert "2026-08-06" in refused.message and "2026-08-06" in (refused.way_forward or "")
    assert not finding.listing(people["subject"]).exists(), "a refusal leaves no case behind"
    on_day("2026-08-06")
    assert did(apply(people["subject"], record)).standing.state.id == "submitted"


def test_granted_everything_ends_and_holders_are_told(people: People, on_day: Callable[[str], None]) -> None:
    record = city.penalty()
    day = clock.today()
    assert public.lines_of_records([record], day)
    done = did(apply(people["subject"], record))
    did(act(people["steward"], done, "accept"))
    did(act(people["steward"], done, "grant-repair", **REASON))
    assert public.lines_of_records([record], day) == []
    assert state_of(record) == "repaired"
    told = Event.objects.get(record=record, kind="repair")
    assert '"state":"repaired"' in told.body and "缴款书" not in told.body and "柳成蹊" not in told.body
    assert words("repair.granted")["record"] == record
    line = next(each for each in lines_of(making.key(1), as_of=day) if each.record == record)
    assert [each.kind for each in line.acts] == ["record", "performance", "repair"], (
        "performance is kept, never asked again"
    )
    assert line.facts.performed_on is not None and line.facts.performed_on.isoformat() == "2026-05-20"
    assert no(apply(people["subject"], record)) == "repair.ended"


def test_bodies_that_used_it_are_told_when_it_is_repaired(people: People) -> None:
    record = city.penalty()
    ground = gate.Ground(matter="tendering", case_no="PL-ZB-1")
    looked = gate.read(people["officer"], ground, making.key(1), as_of=clock.today())
    assert isinstance(looked, gate.Reading)
    done = did(apply(people["subject"], record))
    did(act(people["steward"], done, "accept"))
    did(act(people["steward"], done, "grant-repair", **REASON))
    told = Notice.objects.get(template="repair.users-told")
    assert (told.to_kind, told.to) == ("body", city.CENTRE)
    assert looked.number in str(notices.words_of(told)["text"])


def test_a_minor_entry_is_repaired_at_once_when_performance_is_on_record(people: People) -> None:
    record = city.penalty(penalty_kinds="警告", penalty_content="警告", confiscated_wan=None, decided_on="2026-09-01")
    append([making.upon(record, "performance", performed_on="2026-09-02")])
    done = did(apply(people["subject"], record, performed_on="", proof=""))
    assert done.case.state == done.standing.state.id == "granted" and state_of(record) == "repaired"
    assert verbs_of(done) == ["submit", "grant-repair"]
    last = done.case.acts.latest("n")
    assert (last.account, last.side, last.body) == (None, "authority", city.AUTHORITY)


def test_a_minor_entry_waits_for_the_body_where_nothing_is_on_record(people: People) -> None:
    record = city.penalty(penalty_kinds="警告", penalty_content="警告", confiscated_wan=None, decided_on="2026-09-01")
    assert no(apply(people["subject"], record, performed_on="", proof="")) == "repair.documents"
    done = did(apply(people["subject"], record, performed_on="2026-09-03", proof="整改报告"))
    assert done.case.state == "submitted", "what the applicant says alone grants nothing"
    did(act(people["steward"], done, "confirm-performance", performed_on="2026-09-03"))
    done.case.refresh_from_db()
    assert done.case.state == "granted" and state_of(record) == "repaired"
    assert verbs_of(done) == ["submit", "confirm-performance", "grant-repair"]


def test_a_general_entry_is_never_granted_by_a_machine(people: People) -> None:
    record = city.penalty()
    append([making.upon(record, "performance", performed_on="2026-05-20")])
    done = did(apply(people["subject"], record, performed_on="", proof=""))
    assert done.case.state == "submitted" and state_of(record) == "effective"


def test_what_is_known_is_never_asked_for_again(people: People) -> None:
    record = city.penalty()
    append([making.upon(record, "performance", performed_on="2026-05-20")])
    done = did(apply(people["subject"], record, performed_on="", proof=""))
    asked = act(people["steward"], done, "request-material", reason="核对", wanted="请补交缴款书复印件")
    assert no(asked) == "repair.known"
    asked = act(people["steward"], done, "request-material", reason="核对", wanted="请补交信用承诺书")
    assert no(asked) == "repair.known"
    did(act(people["steward"], done, "request-material", reason="核对", wanted="请说明整改涉及的门店"))
    did(act(people["subject"], done, "supply", text="只有总店"))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"performed_on": "2026-09-29"}, "repair.day"),
        ({"performed_on": "九月"}, "repair.day"),
        ({"proof": ""}, "repair.documents"),
        ({"performed_on": ""}, "repair.documents"),
        ({"commitment": ""}, "case.needs"),
        ({"commitment": "no"}, "repair.commitment"),
        ({"ground": "reorganisation-plan"}, "repair.court"),
    ],
)
def test_an_application_says_what_is_missing(people: People, said: dict[str, str], code: str) -> None:
    refused = apply(people["subject"], city.penalty(), **said)
    assert no(refused) == code
    assert isinstance(refused, Refusal) and refused.way_forward


def test_a_refusal_names_what_is_missing_when_and_which_ways_are_open(people: People) -> None:
    record = city.penalty()
    done = did(apply(people["subject"], record))
    assert no(act(people["steward"], done, "refuse-repair", reason="罚款未缴清", decided_by="x")) == "case.person"
    did(act(people["steward"], done, "refuse-repair", reason="罚款未缴清", decided_by=DECIDER))
    told = words("repair.refused")
    assert "罚款未缴清" in str(told["text"]) and told["again_from"] == "2026-09-28"
    assert {way["id"] for way in told["ways"]} >= {"decision-review", "decision-litigation"} and told["clause"]
    assert state_of(record) == "effective"
    assert did(apply(people["subject"], record)).standing.state.id == "submitted", "and may be asked again"


def test_only_the_body_that_decided_may_grant(people: People) -> None:
    done = did(apply(people["subject"], city.penalty()))
    for name in ("office", "centre", "officer", "subject", "stranger", "auditor"):
        assert isinstance(act(people[name], done, "grant-repair", **REASON), Refusal), name


def test_the_counter_and_paper_bring_the_same_case(people: People) -> None:
    record = city.penalty()
    asked = engine.Request("repair", making.key(1), SAID, record=record, channel="paper")
    assert no(engine.open_case(people["office"], asked)) == "case.applicant"
    named = engine.Request("repair", making.key(1), SAID, record=record, channel="paper", applicant="经办人孔")
    done = did(engine.open_case(people["office"], named))
    assert done.receipt and finding.by_receipt(done.case.number, done.receipt) is not None


def test_reorganisation_is_shielded_then_repaired_on_the_courts_word(people: People) -> None:
    record = city.penalty(penalty_kinds="责令停产停业", decided_on="2026-08-01")
    ruling = {"court_document": "（2026）冀01破3号之二"}
    said = {"ground": "reorganisation-plan", "performed_on": "", "proof": "", **ruling}
    done = did(apply(people["subject"], record, **said))
    assert no(act(people["steward"], done, "grant-repair", **REASON)) == "repair.ground"
    did(act(people["steward"], done, "shield", decided_by=DECIDER, **ruling))
    assert state_of(record) == "suspended" and public.lines_of_records([record], clock.today()) == []
    assert no(act(people["subject"], done, "report-completion")) == "case.needs"
    did(act(people["subject"], done, "report-completion", court_document="（2027）冀01破3号之五"))
    did(act(people["steward"], done, "grant-repair", **REASON))
    assert state_of(record) == "repaired"


def test_a_plan_that_failed_shows_the_entry_again(people: People) -> None:
    record = city.penalty()
    ruling = {"court_document": "（2026）冀01破3号之二"}
    done = did(apply(people["subject"], record, ground="reorganisation-plan", performed_on="", proof="", **ruling))
    did(act(people["steward"], done, "shield", decided_by=DECIDER, **ruling))
    did(act(people["steward"], done, "release", reason="人民法院裁定终止重整计划的执行", decided_by=DECIDER))
    assert state_of(record) == "effective" and public.lines_of_records([record], clock.today())
    assert "人民法院裁定终止" in str(words("repair.refused")["text"])


def test_shielding_needs_its_own_ground(people: People) -> None:
    done = did(apply(people["subject"], city.penalty()))
    refused = act(people["steward"], done, "shield", court_document="（2026）冀01破3号", decided_by=DECIDER)
    assert no(refused) == "repair.ground"


def test_abnormal_operation_is_removed_by_its_body_without_waiting(people: People) -> None:
    payload = {
        "subject_name": "平陵市第1商贸有限公司", "uscc": making.uscc(1), "reason": "未按期公示年度报告",
        "decided_on": "2026-09-20", "authority": "平陵市市场监督管理局",
    }  # fmt: skip
    from gongxin.spine.ledger.acts import NewAct

    record = append([NewAct("record", "abnormal-operation", making.key(1), making.PROVIDER, payload, "甲")])[0]
    done = did(apply(people["subject"], record, performed_on="2026-09-25", proof="年报已补报"))
    did(act(people["steward"], done, "grant-repair", **REASON))
    assert state_of(record) == "removed" and public.lines_of_records([record], clock.today()) == []


def test_commitments_are_public_while_open_and_tell_nothing_of_the_entry(people: People) -> None:
    record = city.penalty()
    done = did(apply(people["subject"], record, commitment="我公司保证不再犯，经理王某"))
    found = repairs.commitments()
    assert [each["code"] for each in found] == [making.uscc(1)]
    assert [set(each) for each in found] == [{"code", "since", "text"}] and "王某" not in str(found)
    did(act(people["steward"], done, "grant-repair", **REASON))
    assert repairs.commitments() == [], "after a repair nothing says that there was something to repair"


def notify(people: People, record: int) -> Done:
    fields = {"ground": "false-material", "reason": "缴款书系伪造，经财政部门核实", "decided_by": DECIDER}
    return did(engine.open_case(people["steward"], engine.Request("repair-bar", making.key(1), fields, record=record)))


def test_no_bar_before_service_hearing_and_service(people: People, on_day: Callable[[str], None]) -> None:
    record, other = city.penalty(), city.penalty(1, 2)
    done = did(apply(people["subject"], record))
    did(act(people["steward"], done, "refuse-repair", reason="材料不实", decided_by=DECIDER))
    bar = notify(people, record)
    found = {"findings": "经查属实", "decided_by": DECIDER}
    assert no(act(people["steward"], bar, "bar", **found)) == "case.act", "nobody has been served"
    assert "陈述申辩" in str(words("bar.notified")["text"])
    served = {"method": "post", "served_on": "2026-09-28"}
    assert no(act(people["steward"], bar, "serve", **served)) == "service.proof"
    assert no(act(people["steward"], bar, "serve", **{**served, "method": "shouting"}, proof="x")) == "service.method"
    assert no(act(people["steward"], bar, "serve", method="post", served_on="2026-09-27", proof="x")) == "service.day"
    assert no(act(people["steward"], bar, "serve", method="portal", served_on="2026-09-28")) == "service.unopened"
    did(act(people["steward"], bar, "serve", **served, proof="邮件 1234，本人签收"))
    assert words("bar.served")["due"] == "2026-10-10", "five working days: 29, 30 September, 8, 9, 10 October"
    assert did(apply(people["subject"], other)).case.state == "submitted", "a notice bars nobody"
    assert no(act(people["steward"], bar, "bar", **found)) == "bar.early"
    on_day("2026-10-10")
    assert no(act(people["steward"], bar, "bar", **found)) == "bar.early", "the last day is still theirs"
    on_day("2026-10-12")
    did(act(people["steward"], bar, "bar", **found))
    third = city.penalty(1, 3)
    assert repairs.outlook(line_of(third)).state == "open", "what was not served bars nobody"
    on_day("2026-10-14")
    did(act(people["steward"], bar, "serve-finding", method="personal", served_on="2026-10-13", proof="回证 88"))
    refused = apply(people["subject"], third)
    assert isinstance(refused, Refusal) and refused.code == "repair.barred"
    assert "2029-10-14" in refused.message, "three years from service, its last day included"
    assert repairs.outlook(line_of(third)).state == "barred"
    told = mine.mine(people["subject"], making.key(1))
    assert isinstance(told, mine.Mine)
    seen = told.find(third)
    assert seen is not None and seen.outlook.opens == date(2029, 10, 14), "one's own page says it before one applies"
    proofs = service.evidence_of(bar.case.number)
    assert [each["what"] for each in proofs if each["outcome"] == "served"] == ["bar-notice", "bar-finding"]
    assert "邮件 1234" not in str(proofs) and all(
        each["proof_digest"] for each in proofs if each["outcome"] == "served"
    )


def test_opening_the_notice_in_the_portal_proves_service(people: People) -> None:
    record = city.penalty()
    did(apply(people["subject"], record))
    bar = notify(people, record)
    opened = notices.of("subject", making.key(1)).filter(template="bar.notified")
    notices.mark_read(opened, "")
    did(act(people["steward"], bar, "serve", method="portal", served_on="2026-09-28"))
    assert service.served_on("bar-notice", case=bar.case.number) == clock.today()
    assert "opened" in {each["outcome"] for each in service.evidence_of(bar.case.number)}


def test_a_service_once_entered_cannot_be_changed(people: People) -> None:
    record = city.penalty()
    did(apply(people["subject"], record))
    bar = notify(people, record)
    did(act(people["steward"], bar, "serve", method="personal", served_on="2026-09-28", proof="回证 7"))
    for table in ("UPDATE outbox_served SET method = 'post'", "DELETE FROM outbox_served"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(table)


def test_after_being_heard_the_body_may_drop_it(people: People) -> None:
    record = city.penalty()
    did(apply(people["subject"], record))
    bar = notify(people, record)
    did(act(people["subject"], bar, "hear", text="缴款书由银行出具，可向银行核实"))
    did(act(people["steward"], bar, "drop", reason="经银行核实，缴款书真实"))
    assert repairs.outlook(line_of(record)).state != "barred"


def test_nobody_is_barred_for_an_entry_that_was_never_asked_to_be_repaired(people: People) -> None:
    fields = {"ground": "false-material", "reason": "无", "decided_by": DECIDER}
    asked = engine.Request("repair-bar", making.key(1), fields, record=city.penalty())
    assert no(engine.open_case(people["steward"], asked)) == "bar.none"
