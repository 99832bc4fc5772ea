"""Fed back (反馈): wrong restrictions made good by a clock, overdue ones chased, requests between bodies, counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gongxin.kernel.issues import Refusal
from gongxin.rooms.measures import accounting, check, outcomes, restrictions
from gongxin.rooms.measures.models import Outcome, Redress
from gongxin.rooms.measures.outcomes import Statement
from gongxin.rooms.remedy import documents
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body, Look
from gongxin.spine.cases import engine, finding, reminding
from gongxin.spine.cases.engine import Request
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.outbox.models import Notice
from tests.rooms.remedy import city
from tests.rooms.remedy.city import DECIDER, did
from tests.spine import making

BAN = "market-access.procurement-ban"


@pytest.fixture
def people(db: Any, on_day: Callable[[str], None]) -> dict[str, Viewer]:
    """The people of the cases, on 2026-09-21."""
    on_day("2026-09-21")
    return city.people()


def restricted(people: dict[str, Viewer], on_day: Callable[[str], None]) -> tuple[str, int]:
    """Restrict through every step; return the case and the record it rests on, on 2026-10-12."""
    record = city.ban()
    answered: Any = check.check(people["officer"], making.uscc(1), "procurement")
    stated = outcomes.record(people["officer"], answered["check"], Statement("restricted"))
    assert isinstance(stated, Outcome)
    [case] = stated.restrictions
    did(engine.act(people["officer"], case, "serve", {"method": "post", "served_on": "2026-09-21", "proof": "回证 1"}))
    did(engine.act(people["subject"], case, "hear", {"text": "1. 期限有误\n2. 已停业整改"}))
    on_day("2026-10-10")
    told = {"document_no": "平交易限〔2026〕1 号", "decided_by": DECIDER}
    half = engine.act(people["officer"], case, "decide", {**told, "findings": "1. 期限无误"})
    assert isinstance(half, Refusal) and half.code == "case.points", "every point gets its answer"
    did(engine.act(people["officer"], case, "decide", {**told, "findings": "1. 期限无误\n2. 整改不影响禁止期限"}))
    on_day("2026-10-12")
    did(
        engine.act(
            people["officer"], case, "serve-decision", {"method": "post", "served_on": "2026-10-12", "proof": "2"}
        )
    )
    return case, record


def test_the_papers_name_the_facts_as_they_were_told_and_both_sides_read_the_same(
    people: dict[str, Viewer], on_day: Callable[[str], None]
) -> None:
    case, record = restricted(people, on_day)
    papers = [[documents.document(people[who], case, n) for n in (1, 4)] for who in ("subject", "officer", "office")]
    assert papers[0] == papers[1] == papers[2], "one answer for officer and subject"
    notice, decision = papers[0]
    assert isinstance(notice, documents.Paper) and isinstance(decision, documents.Paper)
    assert notice.to == decision.to == "平陵市第1商贸有限公司" and notice.heard and notice.to_serve and not notice.ways
    told = dict(notice.terms)
    assert told["措施"] == "一定期限内禁止参加政府采购活动" and not {"measure", "records"} & set(notice.said)
    for part in (str(record), "提供虚假材料谋取中标", "平陵市财政局", "2026-03-05 公告", "2026-03-02 认定"):
        assert part in told["事实"]
    assert told["执行到"] == "2027-03-02" and "政府采购法" in told["措施依据"] and told["怎样解除"]
    assert decision.terms == notice.terms, "a decision rests on nothing that was not told"
    english = {name.english: text.english for name, text in notice.terms}
    assert english["Measure"].isascii() and english["How it is lifted"].isascii()
    assert f"(record {record})" in english["Facts"] and "found on 2026-03-02" in english["Facts"]
    assert decision.ways and decision.said["document_no"] == "平交易限〔2026〕1 号"
    looked = Look.objects.get(case_no=case, via="notice")
    assert [part.partition(":")[0] for part in looked.fields.split(";")] == ["procurement-violation"], (
        "no more is read than the notice tells"
    )
    assert outcomes.find_check(people["officer"], looked.number) is None, "it is no check to be answered for"


def test_a_withdrawn_entry_ends_its_restriction_and_asks_how_it_was_made_good(
    people: dict[str, Viewer], on_day: Callable[[str], None]
) -> None:
    case, record = restricted(people, on_day)
    [running] = restrictions.of_subject([making.key(1)], on("2026-10-12"))
    assert (running["state"], running["until"], running["measure"]) == ("running", "2027-03-02", BAN)
    assert running["clauses"] and running["cure"] and running["document_no"] == "平交易限〔2026〕1 号"
    on_day("2026-10-20")
    [cause] = append(
        [
            NewAct(
                "withdrawal",
                "procurement-violation",
                making.key(1),
                city.AUTHORITY,
                {"reason": "撤销"},
                "测试",
                record=record,
            )
        ]
    )
    assert restrictions.of_subject([making.key(1)], on("2026-10-20"))[0]["end"] == "cause"
    [wrong] = restrictions.damages(on("2026-10-20"))
    assert (wrong["kind"], wrong["cause"], wrong["due"], wrong["overdue"]) == ("withdrawal", cause, "2026-11-03", False)
    assert accounting.chase(on("2026-11-03")) == 0
    assert accounting.chase(on("2026-11-04")) == 1
    assert accounting.chase(on("2026-11-05")) == 0, "each is told once"
    assert {notice.to_kind for notice in Notice.objects.filter(template="redress.overdue")} == {"body", "role"}
    on_day("2026-11-05")
    text = "已恢复投标资格，退还保证金"
    assert isinstance(restrictions.redress(people["steward"], case, cause, text, DECIDER), Refusal), "another body's"
    assert isinstance(restrictions.redress(people["officer"], case, cause, "", DECIDER), Refusal)
    assert isinstance(restrictions.redress(people["officer"], case, cause, text, DECIDER), Redress)
    assert isinstance(restrictions.redress(people["officer"], case, cause, text, DECIDER), Refusal), "once"
    told = accounting.statistics(on("2026-01-01"), on("2026-12-31"))
    assert (told["checks"], told["answered"], told["restrictions"], told["running"]) == (1, 1, 1, 0)
    assert (told["wrong"], told["made_good"], told["wrong_overdue"]) == (1, 1, 0)
    assert [(each["id"], each["count"]) for each in told["ended"]] == [("cause", 1)]


def test_an_objection_pauses_and_the_term_ends(people: dict[str, Viewer], on_day: Callable[[str], None]) -> None:
    case, record = restricted(people, on_day)
    row = restrictions.Restriction.objects.get(pk=case)
    append(
        [
            NewAct(
                "objection",
                "procurement-violation",
                making.key(1),
                city.AUTHORITY,
                {"case": "YY-1", "answer_by": "2026-10-15"},
                "测试",
                record=record,
            )
        ]
    )
    assert restrictions.standing_of(row, on("2026-10-15")).state in {"running", "paused"}
    assert restrictions.standing_of(row, on("2026-10-16")).state == "paused", "silence takes the entry out of use"
    append(
        [
            NewAct(
                "objection-end",
                "procurement-violation",
                making.key(1),
                city.AUTHORITY,
                {"case": "YY-1", "outcome": "rejected"},
                "测试",
                record=record,
            )
        ]
    )
    assert restrictions.standing_of(row, on("2026-10-16")).state == "running"
    assert restrictions.standing_of(row, on("2027-03-02")).state == "running"
    assert restrictions.standing_of(row, on("2027-03-03")).end == "term"


def test_an_outcome_nobody_registered_is_chased_once(people: dict[str, Viewer], on_day: Callable[[str], None]) -> None:
    city.ban()
    answered: Any = check.check(people["officer"], making.uscc(1), "procurement")
    [due] = outcomes.pending(city.CENTRE, on("2026-09-21"))
    assert accounting.chase(due.due) == 0
    late = on("2026-11-20")
    assert accounting.chase(late) == 1 and accounting.chase(late) == 0
    refused = outcomes.record(
        people["officer"], answered["check"], Statement("not_restricted", "已到期", ground="because")
    )
    assert isinstance(refused, list) and refused[0].column == "ground"
    stated = outcomes.record(
        people["officer"], answered["check"], Statement("not_restricted", "已到期", ground="ended")
    )
    assert isinstance(stated, Outcome)
    told = accounting.statistics(on("2026-01-01"), on("2026-12-31"))
    assert [(each["id"], each["count"]) for each in told["grounds"]] == [("ended", 1)]


def test_a_request_between_bodies_runs_with_clocks_and_the_subject_has_no_side(
    people: dict[str, Viewer], on_day: Callable[[str], None]
) -> None:
    asked = {
        "ground": "apply",
        "text": "请在采购活动中依法适用",
        "basis": "《中华人民共和国政府采购法》第七十七条",
        "measure": BAN,
    }
    request = Request("joint", making.key(1), asked, body=city.CENTRE)
    case = did(engine.open_case(people["steward"], request)).case
    assert (case.body, case.brought_by) == (city.CENTRE, city.AUTHORITY)
    assert isinstance(finding.show(people["subject"], case.number), Refusal), "no side before the body's own notice"
    assert not Notice.objects.filter(to_kind="subject").exists()
    early = engine.act(people["steward"], case.number, "press", {})
    assert isinstance(early, Refusal) and early.code == "joint.early"
    on_day("2026-10-20")
    assert reminding.remind() >= 1
    did(engine.act(people["steward"], case.number, "press", {"reason": "逾期未响应"}))
    did(engine.act(people["office"], case.number, "urge", {"note": "请三日内响应"}))
    did(engine.act(people["officer"], case.number, "respond", {"note": "由采购科办理"}))
    did(
        engine.act(people["officer"], case.number, "feed-back", {"findings": "已核查，另行告知", "decided_by": DECIDER})
    )
    done = did(engine.act(people["steward"], case.number, "confirm", {}))
    assert done.standing.state.closed
    assert done.standing.find_clock("respond").late()
    assert not Notice.objects.filter(to_kind="subject").exists()


def test_a_request_needs_a_measure_in_force_and_a_level_that_fits(people: dict[str, Viewer]) -> None:
    Body.objects.create(code="PROVINCE", name="某省市场监督管理局", kind="organ", region="130000")
    said = {"ground": "apply", "text": "请限制", "basis": "清单"}

    def tried(body: str, **more: str) -> str:
        done = engine.open_case(people["steward"], Request("joint", making.key(1), {**said, **more}, body=body))
        return done.code if isinstance(done, Refusal) else "opened"

    assert tried(city.CENTRE, measure="honours.awards") == "measure.no_effect"
    assert tried(city.AUTHORITY) == "joint.body"
    assert tried(city.CENTRE, ground="up") == "joint.level"
    assert tried("PROVINCE", ground="down") == "joint.level"
    assert tried("PROVINCE", ground="up") == "opened"


def on(day: str) -> Any:
    """A day as a date."""
    from datetime import date

    return date.fromisoformat(day)
