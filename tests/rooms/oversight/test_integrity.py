"""Records of broken faith in random order (政务失信状态机): nothing before service, nothing after it was put right; leniency; feed.

The model is the few lines that say when a record stands.
"""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from gongxin.doors.cli import main
from gongxin.kernel.issues import Refusal
from gongxin.rooms.intake import batches
from gongxin.rooms.measures import check, sources
from gongxin.rooms.oversight import good_faith, integrity
from gongxin.rooms.remedy import documents
from gongxin.spine import public
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import ApiKey, Body, Look
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.engine import Done
from gongxin.spine.cases.models import Case, CaseAct
from gongxin.spine.ledger import head
from gongxin.spine.outbox.models import Notice
from tests.examples import how_many
from tests.rooms.machines import OnItsOwnDay, fifth_workday
from tests.rooms.promises import complaints_town as town
from tests.rooms.promises.complaints_town import did, no
from tests.rooms.promises.test_areas import signed
from tests.spine import making

START = date(2026, 10, 12)
PROPOSED = {
    "source": "judgment", "facts": "生效判决确认未按协议拨付补贴 30 万元，逾期未履行", "basis": "国发〔2016〕76号第四条第（二）项",
    "evidence": "民事判决书", "document_no": "（2026）冀 15 民终 31 号",
}  # fmt: skip
DECIDED = {
    "findings": "1. 机构调整不是不履行的理由\n2. 已核对账目", "document_no": "平政信〔2026〕1 号", "measures": "explain,rectify,honours",
    "decided_by": town.DECIDER, "barred_until": "2027-03-31",
}  # fmt: skip
VERBS = (
    "notify",
    "serve-notice",
    "state-defence",
    "decide",
    "serve-decision",
    "explain",
    "rectify",
    "verify",
    "exempt",
    "drop",
)
WHO = ("district", "district", "bureau", "bureau", "city", "office")


class Records(OnItsOwnDay):
    """One case; every act tried by everybody on whichever day."""

    recorded = repaired = exempted = 0

    def __init__(self) -> None:
        super().__init__()
        self.go_to(START)
        self.people = town.people()
        self.empty = head.read().size
        self.number = did(integrity.propose(self.people["district"], town.BUREAU, PROPOSED)).case.number
        self.state, self.served, self.spoken, self.explained = "proposed", None, False, False
        self.made = self.day

    @rule(days=st.sampled_from((1, 4, 9)))
    def days_pass(self, days: int) -> None:
        self.go(days)

    @rule(
        verb=st.sampled_from(VERBS), who=st.sampled_from(WHO), proof=st.sampled_from((True, True, False)),
        thorough=st.sampled_from((True, True, False)), ahead=st.sampled_from((0, 0, 1)),
    )  # fmt: skip
    def act(self, verb: str, who: str, proof: bool, thorough: bool, ahead: int) -> None:
        on = (self.day + timedelta(days=ahead)).isoformat()
        served = {"method": "personal", "served_on": on, **({"proof": "回证 1"} if proof else {})}
        told: dict[str, dict[str, Any]] = {
            "notify": {"facts": PROPOSED["facts"], "basis": PROPOSED["basis"], "decided_by": town.DECIDER},
            "serve-notice": served, "serve-decision": served, "state-defence": {"text": "1. 机构调整\n2. 账目有误"},
            "decide": {**DECIDED, **({} if thorough else {"measures": "exile"})},
            "explain": {"text": "预算没有安排", "decided_by": "局长 程立"},
            "rectify": {"text": "已拨付", "performed_on": on, "proof": "国库凭证 1", "decided_by": "局长 程立"},
            "verify": {"findings": "属实", "decided_by": town.DECIDER},
            "exempt": {"findings": "1. 属实\n2. 属实", "corrected_on": on, "decided_by": town.DECIDER},
            "drop": {"reason": "证据不足", "decided_by": town.DECIDER},
        }  # fmt: skip
        expected = self.may(verb, who, proof, thorough, ahead)
        done = engine.act(self.people[who], self.number, verb, told[verb])
        assert isinstance(done, Done) == expected, (verb, who, self.state, self.day, done)
        if expected:
            self.happened(verb)

    @rule()
    def the_next_lawful_step(self) -> None:
        steps = {
            "proposed": ("notify", "district"), "noticed": ("serve-notice", "district"), "heard": ("decide", "district"),
            "decided": ("serve-decision", "district"), "recorded": ("rectify", "bureau"), "rectified": ("verify", "district"),
            "served": ("state-defence", "bureau"),
        }  # fmt: skip
        if self.state in steps:
            verb, who = steps[self.state]
            self.act(verb, who, True, True, 0)

    def may(self, verb: str, who: str, proof: bool, thorough: bool, ahead: int) -> bool:
        since = {
            "notify": {"proposed"}, "serve-notice": {"noticed"}, "state-defence": {"noticed", "served"},
            "decide": {"served", "heard"}, "serve-decision": {"decided"}, "explain": {"recorded"}, "rectify": {"recorded"},
            "verify": {"rectified"}, "exempt": {"served", "heard"},
            "drop": {"proposed", "noticed", "served", "heard", "decided"},
        }[verb]  # fmt: skip
        concerned = verb in {"state-defence", "explain", "rectify"}
        if self.state not in since or who != ("bureau" if concerned else "district"):
            return False
        if verb in {"serve-notice", "serve-decision"}:
            return proof and not ahead
        heard = self.spoken or (self.served is not None and self.day > fifth_workday(self.served))
        if verb == "decide":
            return heard and thorough
        if verb == "exempt":
            return heard and not ahead
        return not (verb == "explain" and self.explained) and not (verb == "rectify" and ahead)

    def happened(self, verb: str) -> None:
        self.state = {
            "notify": "noticed", "serve-notice": "served", "state-defence": "heard", "decide": "decided",
            "serve-decision": "recorded", "explain": "recorded", "rectify": "rectified", "verify": "repaired",
            "exempt": "exempted", "drop": "dropped",
        }[verb]  # fmt: skip
        if verb == "serve-notice":
            self.served = self.day
        self.spoken |= verb == "state-defence"
        self.explained |= verb == "explain"
        Records.recorded += verb == "serve-decision"
        Records.repaired += verb == "verify"
        Records.exempted += verb == "exempt"

    @invariant()
    def a_record_stands_from_service_until_it_was_put_right(self) -> None:
        stands = self.state in {"recorded", "rectified"}
        if not stands and self.state != "repaired":
            assert head.read().size == self.empty, "nothing is entered before service"
        told = good_faith.of_body(town.BUREAU)
        assert told is not None
        assert bool(told.records) == stands
        assert public.public_counts(self.day).get("government-dishonesty", 0) == stands
        assert [each.body.code for each in good_faith.feed("130000")] == [town.BUREAU] * stands
        assert not list(good_faith.feed("131600")), "another city's feed has nothing of it"

    @invariant()
    def the_body_sees_it_from_the_notice_on(self) -> None:
        case = Case.objects.get(number=self.number)
        seen = "" if self.state == "proposed" or (self.state == "dropped" and not self.served) else "applicant"
        if self.state != "dropped":
            assert finding.side_of(self.people["bureau"], case) == seen
        assert finding.side_of(self.people["city"], case) == ""
        if self.state == "proposed":
            assert not Notice.objects.filter(to=town.BUREAU).exists()


@pytest.mark.django_db
def test_no_order_of_acts_records_before_service_or_after_it_was_put_right() -> None:
    run_state_machine_as_test(
        Records,
        settings=settings(
            max_examples=how_many(10), stateful_step_count=20, derandomize=True, database=None, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert Records.recorded
    assert Records.repaired


def test_only_what_the_book_lists_and_only_a_body_above_and_a_breach_only_where_nothing_was_mended(
    db: Any, on_day: Any
) -> None:
    on_day(START)
    people = town.people()
    assert no(integrity.propose(people["bureau"], town.BUREAU, PROPOSED)) == "integrity.decider"
    assert (
        no(integrity.propose(people["district"], town.BUREAU, {**PROPOSED, "source": "gossip"})) == "integrity.source"
    )
    bare = {name: value for name, value in PROPOSED.items() if name != "document_no"}
    assert no(integrity.propose(people["district"], town.BUREAU, bare)) == "integrity.document"
    breach = {**bare, "source": "breach"}
    assert no(integrity.propose(people["district"], town.BUREAU, breach)) == "integrity.unproven"
    number, _holder = town.filed()
    referral = {"category": "subsidy", "handler": town.DISTRICT, "decided_by": town.DECIDER}
    did(engine.act(people["office"], number, "refer", referral))
    assert (
        no(integrity.propose(people["district"], town.BUREAU, {**breach, "complaint": number})) == "integrity.unproven"
    )
    answer = {"outcome": "refused", "findings": town.FINDINGS, "decided_by": town.DECIDER}
    did(engine.act(people["district"], number, "answer", answer))
    told = {**breach, "complaint": number, "facts": f"{town.NAME}的补贴没有拨付"}
    assert no(integrity.propose(people["district"], town.BUREAU, told)) == "complaint.identity"
    done = did(integrity.propose(people["district"], town.BUREAU, {**breach, "complaint": number}))
    assert done.case.about == number
    assert no(integrity.propose(people["district"], town.BUREAU, {**breach, "complaint": number})) == "case.open"


def test_the_body_objects_to_its_record_like_anybody_and_is_shown_as_disputed(db: Any, on_day: Any) -> None:
    on_day(START)
    people = town.people()
    number = did(integrity.propose(people["district"], town.BUREAU, PROPOSED)).case.number
    served = {"method": "personal", "served_on": START.isoformat(), "proof": "回证 1"}
    noticed = {"facts": PROPOSED["facts"], "basis": PROPOSED["basis"], "decided_by": town.DECIDER}
    steps = (
        ("district", "notify", noticed), ("district", "serve-notice", served),
        ("bureau", "state-defence", {"text": "1. 机构调整\n2. 账目有误"}), ("district", "decide", DECIDED),
        ("district", "serve-decision", served),
    )  # fmt: skip
    address = reverse("web:case", args=[number])
    # The notice says again what was proposed: it stands in its form already.
    assert f"{PROPOSED['facts']}</textarea>" in signed(people["district"]).get(address).content.decode()
    for who, verb, said in steps:
        did(engine.act(people[who], number, verb, said))
    record = Case.objects.get(number=number).record
    page = signed(people["bureau"]).get(address).content.decode()
    assert "不服怎么办" in page and f"对记录 {record} 提出异议" in page, "served is not settled"
    asked = engine.Request(
        "objection", f"uscc:{town.BUREAU}", {"ground": "facts", "text": "1. 判决已履行"}, record=record
    )
    objection = did(engine.open_case(people["bureau-subject"], asked))
    assert objection.case.body == town.DISTRICT, "the body that decided answers"
    told = good_faith.of_body(town.BUREAU)
    assert told is not None
    assert told.records[0].marks, "every reader sees that it is disputed"


def test_consequences_are_those_ordered_with_their_end_and_a_correction_is_answered(db: Any, on_day: Any) -> None:
    on_day(START)
    people = town.people()
    number = did(integrity.propose(people["district"], town.BUREAU, PROPOSED)).case.number
    served = {"method": "personal", "served_on": START.isoformat(), "proof": "回证 1"}
    did(
        engine.act(
            people["district"],
            number,
            "notify",
            {"facts": PROPOSED["facts"], "basis": PROPOSED["basis"], "decided_by": town.DECIDER},
        )
    )
    did(engine.act(people["district"], number, "serve-notice", served))
    spoken = {"text": "1. 机构调整\n2. 账目有误", "corrected_on": "2026-10-01"}
    did(engine.act(people["bureau"], number, "state-defence", spoken))
    decided = {**DECIDED, "leniency": "已拨付一半，从轻，只取消评选资格到年度结束"}
    for changed, why in (
        ({"barred_until": ""}, "integrity.barred"), ({"barred_until": "2026-10-11"}, "integrity.barred"),
        ({"barred_until": "2027-10-13"}, "integrity.barred"), ({"measures": "explain"}, "integrity.barred"),
        ({"barred_until": "明年"}, "case.day"), ({"leniency": ""}, "integrity.leniency"),
    ):  # fmt: skip
        wrong = {name: value for name, value in {**decided, **changed}.items() if value}
        assert no(engine.act(people["district"], number, "decide", wrong)) == why, changed
    did(engine.act(people["district"], number, "decide", {**decided, "barred_until": "2027-10-12"}))
    paper = documents.document(people["bureau"], number, CaseAct.objects.get(case=number, verb="decide").n)
    assert not isinstance(paper, Refusal)
    assert "到 2027-10-12 为止" in dict(paper.terms)["取消参加荣誉评选资格"]
    assert "四（三）" in dict(paper.terms)["取消参加荣誉评选资格"]
    assert not told_in_honours(), "no effect before service"
    did(engine.act(people["district"], number, "serve-decision", served))
    notice = documents.document(people["bureau"], number, CaseAct.objects.get(case=number, verb="notify").n)
    assert not isinstance(notice, Refusal) and notice.to == "陵东区工业和信息化局"
    assert dict(notice.facts)["来源"] == "司法判决", "what was put forward"
    assert "平政信" not in str(notice.facts), "a notice knows nothing of the decision that came later"
    (entry,) = told_in_honours()
    assert (entry["effect_until"], entry["measure"]) == ("2027-10-12", "government-faith.honours")
    assert entry["remedy"] and entry["clause"]
    criticism = {"text": "拖欠补贴两年", "document_no": "平政信通〔2026〕1 号", "decided_by": town.DECIDER}
    assert no(engine.act(people["district"], number, "criticise", criticism)) == "integrity.criticism"
    performed = {"text": "已拨付", "performed_on": START.isoformat(), "proof": "国库凭证 1", "decided_by": "局长 程立"}
    did(engine.act(people["bureau"], number, "rectify", performed))
    did(engine.act(people["district"], number, "verify", {"findings": "属实", "decided_by": town.DECIDER}))
    assert not told_in_honours(), "it ends the same day"


def test_criticism_stands_beside_the_record_and_goes_with_it(db: Any, on_day: Any) -> None:
    on_day(START)
    people = town.people()
    number = did(integrity.propose(people["district"], town.BUREAU, PROPOSED)).case.number
    served = {"method": "personal", "served_on": START.isoformat(), "proof": "回证 1"}
    ordered = {**DECIDED, "measures": "rectify,criticism"}
    ordered.pop("barred_until")
    criticism = {
        "text": "拖欠补贴两年，至今没有拨付",
        "document_no": "平政信通〔2026〕1 号",
        "decided_by": town.DECIDER,
    }
    performed = {"text": "已拨付", "performed_on": START.isoformat(), "proof": "国库凭证 1", "decided_by": "局长 程立"}
    noticed = {"facts": PROPOSED["facts"], "basis": PROPOSED["basis"], "decided_by": town.DECIDER}
    for who, verb, said in (
        ("district", "notify", noticed), ("district", "serve-notice", served), ("bureau", "state-defence", {"text": "1. 机构调整\n2. 账目有误"}),
        ("district", "decide", ordered), ("district", "serve-decision", served), ("district", "criticise", criticism),
    ):  # fmt: skip
        did(engine.act(people[who], number, verb, said))
    assert no(engine.act(people["district"], number, "criticise", criticism)), "once"
    told = good_faith.of_body(town.BUREAU)
    assert told is not None
    assert [(each.document, each.text) for each in told.criticisms] == [(criticism["document_no"], criticism["text"])]
    assert not told_in_honours(must=True), "a criticism bars nobody"
    did(engine.act(people["bureau"], number, "rectify", performed))
    did(engine.act(people["district"], number, "verify", {"findings": "属实", "decided_by": town.DECIDER}))
    told = good_faith.of_body(town.BUREAU)
    assert told is not None
    assert not told.criticisms


def told_in_honours(*, must: bool = True) -> list[dict[str, Any]]:
    """What a body that awards must act on (评选单位核查): the entries of a check in the matter of honours."""
    sources.forget()
    viewer = Viewer(99, "评选办", town.CITY, "officer", "web")
    answer = check.check(viewer, town.BUREAU, "honours", case_no="评 1")
    assert isinstance(answer, dict), answer
    return list(answer["must_act" if must else "for_reference"])


def test_a_county_rolls_up_to_its_city_and_the_city_to_its_province(
    db: Any, on_day: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the county's platform wrote is taken in here by the intake, written on word for word, and ends here as it ended there."""
    on_day("2026-11-23")
    bureau, district, office, elsewhere = (making.organ(n) for n in (1, 2, 3, 4))
    for code, name, region, kind in (
        (district, "陵东区人民政府", "131502", "government"), (office, "平陵市信用办", "131500", "office"),
        (bureau, "陵东区工业和信息化局", "131502", "organ"), (elsewhere, "陵西区人民政府", "131503", "government"),
    ):  # fmt: skip
        Body.objects.create(code=code, name=name, region=region, kind=kind)
    Body.objects.filter(code=bureau).update(parent=district)
    row = {
        "单位名称": "陵东区工业和信息化局", "统一社会信用代码": bureau, "来源": "judgment", "失信事实": "生效判决确定的补贴至今没有拨付",
        "认定依据": "国发〔2016〕76号第四条第（二）项", "认定决定书文号": "陵政信〔2026〕1 号", "认定日期": "2026-10-20", "送达日期": "2026-10-22",
        "认定单位": "陵东区人民政府", "决定机关统一社会信用代码": district,
    }  # fmt: skip

    def sent(provider: str, **changed: str) -> Any:
        text = json.dumps({**row, **changed}, ensure_ascii=False) + "\n"
        file = io.BytesIO(text.encode())
        batch = batches.receive(
            file, file_name="逐级归集.jsonl", provider=provider, via="cli", actor="市信用办", item=integrity.ITEM
        )
        return batches.run(batch.pk)

    def why(batch: Any) -> set[str]:
        return {each["code"] for each in batches.issues_of(batch)}

    for provider, changed, code in (
        (bureau, {}, "integrity.reporter"), (elsewhere, {}, "integrity.reporter"),
        (office, {"决定机关统一社会信用代码": elsewhere}, "integrity.decider"), (bureau, {"决定机关统一社会信用代码": bureau}, "integrity.decider"),
        (office, {"统一社会信用代码": making.organ(9)}, "integrity.unregistered"),
        # Whoever leaves out who decided does not get past the question.
        (bureau, {"决定机关统一社会信用代码": ""}, "integrity.unregistered"),
        (elsewhere, {"决定机关统一社会信用代码": " "}, "integrity.unregistered"),
    ):  # fmt: skip
        batch = sent(provider, **changed)
        assert batch.accepted == 0 and code in why(batch), (changed, why(batch))
    batch = sent(office)
    assert batch.accepted == 1, batches.issues_of(batch)
    told = good_faith.of_body(bureau)
    assert told is not None and [each.document for each in told.records] == ["陵政信〔2026〕1 号"]
    (up,) = good_faith.rows("131500")
    assert {name: up[name] for name in row} == row, "the province is told what the county said"
    assert main(["integrity", bureau, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert Client().get(f"/api/v1/integrity/{bureau}").json() == said and said["promises"]["total"] == 0
    assert Client().get("/api/v1/integrity/rows?region=131500").status_code == 401, "a key of whoever holds copies"
    for holder, status in ((elsewhere, 403), (office, 200)):
        secret, prefix, digest = ApiKey.new_secret()
        ApiKey.objects.create(
            body_id=holder, label="上级平台", prefix=prefix, digest=digest, scopes=["events:read"], rate_per_minute=600
        )
        answered = Client().get("/api/v1/integrity/rows?region=131500", headers={"Authorization": f"Bearer {secret}"})
        assert answered.status_code == status, answered.content
    assert json.loads(answered.content) == up
    looks = Look.objects.filter(subject="integrity:131500")
    assert looks.count() == 1, "what has ended is among the rows, so whoever reads them leaves a trace"
    assert main(["integrity", "139999", "--feed"]) == 1
    written = tmp_path / "up.jsonl"
    assert main(["integrity", "131500", "--feed", "--out", str(written)]) == 0
    assert [json.loads(line) for line in written.read_text(encoding="utf-8").splitlines()] == [up]
    page = Client().get("/integrity/?region=131500").content.decode()
    assert (
        "陵东区工业和信息化局" in page
        and "陵东区工业和信息化局" not in Client().get("/integrity/?region=131503").content.decode()
    )
    assert sent(office).accepted == 0, "sent again, it is known already"
    ended = sent(office, 停止公示日期="2026-11-20", 停止公示原因="整改经核实")
    assert ended.accepted == 1, batches.issues_of(ended)
    told = good_faith.of_body(bureau)
    assert told is not None and not told.records, "it ended here as it ended there"
    (up,) = good_faith.rows("131500")
    assert up["停止公示日期"] == "2026-11-20", "and the province is told so"
    assert row["失信事实"] not in str(up), "but no more of what it said"
    assert not list(good_faith.rows("131503"))
