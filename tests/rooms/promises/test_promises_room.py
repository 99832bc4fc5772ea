"""Promises of government (政府承诺): taken in with their plan, closed by evidence alone, outliving people, bodies and names."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gongxin.doors.cli import main
from gongxin.kernel.issues import Refusal
from gongxin.rooms.promises import (
    acting,
    falling_due,
    following,
    handing_over,
    handover,
    listing,
    telling,
    warning,
    yearly,
)
from gongxin.rooms.promises.findings import CONTEST, FINDING
from gongxin.rooms.promises.models import HandoverPaper
from gongxin.rooms.remedy import documents
from gongxin.spine import duties, secrets
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Look
from gongxin.spine.bodies import posts, register
from gongxin.spine.cases import engine, finding
from gongxin.spine.cases.engine import Done, Request
from gongxin.spine.cases.models import CaseAct
from gongxin.spine.ledger.acts import LedgerFault, NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.ledger.correcting import corrected
from gongxin.spine.outbox.models import Notice
from tests.rooms.promises import promises_town as town

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)
DECIDER = "柳成蹊（督查科科长）"


@pytest.fixture(autouse=True)
def the_day(on_day: Callable[[str], None]) -> None:
    on_day(TODAY.isoformat())


@pytest.fixture
def people() -> dict[str, Viewer]:
    return town.people()


def test_a_file_goes_in_with_its_plan_and_changes_nothing_when_sent_again(
    people: dict[str, Viewer], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {**town.CONTRACT, "document_no": "平采〔2026〕2号", "payments": "2026-03-31 120 预付款"}
    business = {**town.CONTRACT, "document_no": "平采〔2026〕3号", "uscc": "91130100MA0DEM0H4J"}
    path = town.as_file(tmp_path / "合同.csv", town.CONTRACT, wrong, business)
    assert (
        main(["promises", "import", str(path), "--item", "government-contract", "--provider", town.BUREAU, "--json"])
        == 1
    )
    told = json.loads(capsys.readouterr().out)
    assert (told["accepted"], told["refused"]) == (1, 2)
    assert {"payment.total", "promise.holder"} <= {each["code"] for each in told["issues"]}
    assert main(["promises", "list", "--json"]) == 0
    [row] = json.loads(capsys.readouterr().out)["promises"]
    assert row["overdue"] and row["due"] == "2026-03-31" and row["interest_yuan"] == "37200.00"
    assert "合同正本" not in json.dumps(row, ensure_ascii=False)
    # Reported anew with a later day: a promise is not changed like that.
    later = {**town.CONTRACT, "payments": "2026-12-31 120 预付款；交付后30日 80 尾款"}
    path = town.as_file(tmp_path / "再报.csv", later)
    assert (
        main(["promises", "import", str(path), "--item", "government-contract", "--provider", town.BUREAU, "--json"])
        == 1
    )
    told = json.loads(capsys.readouterr().out)
    assert [each["code"] for each in told["issues"] if each["severity"] == "error"] == ["promise.reported_anew"]
    assert main(["promises", "show", str(row["record"]), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["parts"][0]["due"] == "2026-03-31"


def test_nothing_but_a_finding_or_a_change_touches_it(people: dict[str, Viewer]) -> None:
    record = town.promise("government-contract", town.CONTRACT)
    key = f"uscc:{town.BUREAU}"
    for kind in ("withdrawal", "removal", "repair", "performance", "suspension", "objection"):
        with pytest.raises(LedgerFault):
            append([NewAct(kind, "government-contract", key, town.BUREAU, {}, "测试", record=record)])
    with pytest.raises(LedgerFault):
        append([corrected(record, {"payments": "2027-01-01 200 全款"}, actor="测试", provider=town.BUREAU)])
    asked = engine.open_case(
        people["office"],
        Request("objection", key, {"text": "写错了", "ground": "facts"}, record=record, applicant="局"),
    )
    assert isinstance(asked, Refusal) and asked.code == "case.binding"


def test_progress_and_findings_need_evidence_and_the_right_body(people: dict[str, Viewer]) -> None:
    record = town.promise("government-contract", town.CONTRACT)
    paid = {"paid_wan": "120万元", "done_on": "2026-5-20", "evidence": "国库支付凭证 0520"}
    stranger = acting.progress(people["other"], record, paid)
    assert isinstance(stranger, Refusal) and stranger.code == "promise.body"
    for changed, code in (
        ({"evidence": ""}, "promise.evidence"),
        ({"paid_wan": "500"}, "promise.overpaid"),
        ({"done_on": "2026-06-02"}, "promise.day"),
        ({"paid_wan": "很多"}, "promise.amount"),
        ({"outcome": "kept"}, "case.field"),
    ):
        no = acting.progress(people["bureau"], record, {**paid, **changed})
        assert isinstance(no, Refusal) and no.code == code
    done = acting.progress(people["bureau"], record, paid)
    assert not isinstance(done, Refusal)
    # Sixty-one days past 31 March on the first of June became fifty on the day of payment; the interest stands still.
    assert str(done.duty.standing.interest) == "30000.00" and not done.duty.standing.overdue
    said = {"outcome": "late", "performed_on": "2026-05-20", "evidence": "凭证", "findings": "已付"}
    undone = acting.find(people["bureau"], record, said)
    assert isinstance(undone, Refusal) and undone.code == "promise.undone"
    broken = acting.find(people["bureau"], record, {**said, "outcome": "broken"})
    assert isinstance(broken, Refusal) and broken.code == "promise.outcome"
    assert isinstance(
        acting.progress(people["bureau"], record, {"delivered_on": "2026-05-25", "evidence": "验收单"}), acting.Entered
    )
    assert isinstance(
        acting.progress(people["bureau"], record, {"paid_wan": "80", "done_on": "2026-06-01", "evidence": "凭证 2"}),
        acting.Entered,
    )
    closed = acting.find(people["bureau"], record, said)
    assert isinstance(closed, acting.Entered) and closed.duty.standing.state == "late" and not closed.duty.standing.open


def test_a_change_is_lawful_or_refused(people: dict[str, Viewer], on_day: Callable[[str], None]) -> None:
    record = town.promise("government-promise", town.LIVELIHOOD)
    said = {
        "ground": "public-interest", "procedure": "镇长办公会集体讨论", "authority": "平陵市人民政府", "document_no": "平政〔2026〕5号",
        "compensation": "无人受损，原因：食堂改设邻村", "reason": "规划调整", "effect": "amended", "due_on": "2027年3月31日",
    }  # fmt: skip
    no = acting.change(people["township"], record, {**said, "ground": "镇长换届"})
    assert isinstance(no, Refusal) and no.code == "promise.ground"
    no = acting.change(people["township"], record, {**said, "compensation": " "})
    assert isinstance(no, Refusal) and no.code == "promise.change"
    done = acting.change(people["township"], record, said)
    assert isinstance(done, acting.Entered) and done.duty.standing.state == "changed" and done.duty.standing.open
    on_day("2027-01-01")
    after = duties.find(record, date(2027, 1, 1))
    assert after is not None and after.of("due_on") == "2027-03-31"
    assert telling.whole(after, register.register())["decided"][0]["authority"] == "平陵市人民政府"


def did(outcome: Done | Refusal) -> Done:
    assert isinstance(outcome, Done), outcome
    return outcome


def test_broken_is_found_after_hearing_the_body_and_works_from_service(
    people: dict[str, Viewer], on_day: Callable[[str], None]
) -> None:
    record = town.promise("government-contract", town.CONTRACT)
    above, body = people["government"], people["bureau"]
    asked = Request(FINDING, "", {"evidence": "合同和催款函"}, about=str(record))
    own = engine.open_case(body, asked)
    assert isinstance(own, Refusal) and own.code == "promise.above"
    number = did(engine.open_case(above, asked)).case.number
    assert isinstance(finding.show(body, number), Refusal)
    did(engine.act(above, number, "notify", {"reason": "预付款逾期未付", "decided_by": DECIDER}))
    assert Notice.objects.filter(to_kind="body", to=town.BUREAU, template="promise.noticed").exists()
    early = engine.act(
        above, number, "find-unkept", {"findings": "未付", "document_no": "平督〔2026〕1号", "decided_by": DECIDER}
    )
    assert isinstance(early, Refusal)
    did(
        engine.act(
            above, number, "serve-notice", {"method": "personal", "served_on": "2026-06-01", "proof": "送达回证 1"}
        )
    )
    did(engine.act(body, number, "state-defence", {"text": "局长换人，正在交接"}))
    did(
        engine.act(
            above,
            number,
            "find-unkept",
            {"findings": "换人不是理由", "document_no": "平督〔2026〕1号", "decided_by": DECIDER},
        )
    )
    held = duties.find(record, TODAY)
    assert held is not None and held.standing.state == "pending"
    did(
        engine.act(
            above, number, "serve-finding", {"method": "personal", "served_on": "2026-06-01", "proof": "送达回证 2"}
        )
    )
    held = duties.find(record, TODAY)
    assert held is not None and held.standing.state == "broken" and held.standing.open
    contested = did(engine.open_case(body, Request(CONTEST, "", {"text": "已在 5 月付清"}, about=str(record))))
    assert contested.case.body == town.GOVERNMENT
    made = CaseAct.objects.get(case=number, verb="find-unkept").n
    paper = documents.document(body, number, made)
    assert isinstance(paper, documents.Paper) and paper.to == "平陵市教育局" and paper.ways
    assert (
        dict(paper.facts)["承诺事项"] == "三所小学校舍维修" and "2026-03-31 到期" in dict(paper.facts)["到期没有履行的"]
    )
    lines = documents.as_text(paper)
    assert "逐点答复和认定理由：换人不是理由" in lines, "named as the form names it"
    did(engine.act(above, contested.case.number, "uphold", {"findings": "凭证属实", "decided_by": DECIDER}))
    held = duties.find(record, TODAY)
    assert held is not None and held.standing.state == "pending" and held.standing.line.facts.performed == "running"


def test_a_new_mayor_and_a_merger_change_nothing(people: dict[str, Viewer]) -> None:
    contract, grant = town.promise("government-contract", town.CONTRACT), town.promise("government-promise", town.GRANT)
    posts.establish("edu-1", town.BUREAU, "局长", on=date(2020, 1, 1), actor="测试")
    posts.appoint(posts.Appointing("edu-1", date(2022, 1, 1), "前任"), actor="测试")
    posts.appoint(posts.Appointing("edu-1", date(2026, 5, 1), "现任"), actor="测试")
    change = register.Change(town.BUREAU, "merged", date(2026, 5, 10), to=(town.OTHER,), document="平编〔2026〕3号")
    assert not isinstance(register.enter(change, actor="测试"), Refusal)
    rename = register.Change(town.OTHER, "renamed", date(2026, 5, 11), "平陵市教育和住房局", document="平编〔2026〕4号")
    assert not isinstance(register.enter(rename, actor="测试"), Refusal)
    told = handover.listing(people["other"], town.OTHER)
    assert not isinstance(told, Refusal)
    given = handover.as_dict(told)
    assert {each["record"] for each in given["promises"]} == {contract, grant} and given["overdue"] == 1
    assert given["inherited"][0]["name"] == "平陵市教育局" and given["body"]["name"] == "平陵市教育和住房局"
    assert given["posts"][0]["from"] == "前任" and given["posts"][0]["to"] == "现任"
    assert Look.objects.filter(subject=f"promises:{town.OTHER}").exists()
    assert "申屠明月" not in json.dumps(given, ensure_ascii=False, default=str) and "申屠*" in json.dumps(
        given, ensure_ascii=False, default=str
    )
    assert [each.record for each in handover.of_post(told.open, "财务处处长")] == [contract]
    # The one that is no more reads nothing any more; the successor may act.
    assert isinstance(handover.listing(people["township"], town.OTHER), Refusal)
    done = acting.progress(people["other"], contract, {"paid_wan": "1", "done_on": "2026-05-30", "evidence": "凭证"})
    assert isinstance(done, acting.Entered) and done.duty.bearer == town.OTHER and done.duty.body == town.BUREAU


def test_the_handover_is_a_signed_paper_told_to_whoever_comes_and_signed_for_once(people: dict[str, Viewer]) -> None:
    town.promise("government-contract", town.CONTRACT)
    bureau = people["bureau"]
    nobody = handing_over.issue(bureau, town.BUREAU)
    assert isinstance(nobody, Refusal) and nobody.code == "handover.nobody"
    posts.establish("edu-1", town.BUREAU, "局长", on=date(2020, 1, 1), actor="测试")
    posts.appoint(posts.Appointing("edu-1", date(2022, 1, 1), "前任"), actor="测试")
    posts.appoint(posts.Appointing("edu-1", date(2026, 5, 1), "现任", account=bureau.account_id), actor="测试")
    paper = handing_over.issue(bureau, town.BUREAU)
    assert isinstance(paper, handing_over.Paper) and paper.genuine
    assert paper.content["count"] == 1 and paper.content["posts"][0]["to"] == "现任"
    told = Notice.objects.filter(template="promise.handover")
    assert set(told.values_list("to_kind", "to")) == {("body", town.BUREAU), ("account", str(bureau.account_id))}
    assert handing_over.unsigned_count(town.BUREAU) == 1
    number = paper.row.number
    for who in ("other", "township"):
        no = handing_over.read(people[who], number)
        assert isinstance(no, Refusal) and no.code == "handover.none"
    signed = handing_over.sign(bureau, number, "to", "现任（局长）")
    assert isinstance(signed, handing_over.Paper)
    assert handing_over.unsigned_count(town.BUREAU) == 0
    again = handing_over.sign(bureau, number, "to", "现任（局长）")
    assert isinstance(again, Refusal) and again.code == "handover.signed"
    wrong = handing_over.sign(bureau, number, "mayor", "现任")
    assert isinstance(wrong, Refusal) and wrong.code == "handover.sign"
    # What becomes of the promise afterwards stands in a new list; the paper says what was handed over.
    done = acting.progress(
        bureau, paper.content["promises"][0]["record"], {"paid_wan": "1", "done_on": "2026-05-30", "evidence": "凭证"}
    )
    assert isinstance(done, acting.Entered)
    kept = handing_over.read(people["government"], number)
    assert isinstance(kept, handing_over.Paper) and kept.genuine
    assert kept.content == paper.content and [each.name for each in kept.signatures] == ["现任（局长）"]
    altered = replace(
        kept,
        row=HandoverPaper(
            content=secrets.seal("{}"), digest=kept.row.digest, signature=kept.row.signature, key=kept.row.key
        ),
    )
    assert not altered.genuine


def test_warnings_lists_figures_and_followers(people: dict[str, Viewer], on_day: Callable[[str], None]) -> None:
    record = town.promise("government-promise", town.LIVELIHOOD)
    town.promise(
        "government-debt-duty",
        {**town.GRANT, "promise_kind": "debt", "promise_title": "专项债还本", "beneficiary_kind": "public"},
    )
    on_day("2026-05-31")
    assert warning.warn() == 1 and warning.warn() == 0
    on_day("2026-07-01")
    assert warning.warn() == 1
    assert Notice.objects.filter(to=town.GOVERNMENT, template="promise.overdue").count() == 1
    day = date(2026, 7, 1)
    found = listing.public(listing.Narrowed(), day)
    assert [each.record for each in found] == [record]
    counted = listing.figures(found)
    assert (counted.total, counted.open, counted.overdue) == (1, 1, 1)
    for narrowed, hit in (
        (listing.Narrowed(region="131521100"), True), (listing.Narrowed(region="131500"), True),
        (listing.Narrowed(region="131502"), False), (listing.Narrowed(state="overdue"), True),
        (listing.Narrowed(state="kept"), False), (listing.Narrowed(kind="livelihood", words="食堂"), True),
        (listing.Narrowed(body=town.BUREAU), False),
    ):  # fmt: skip
        assert bool(listing.public(narrowed, day)) == hit, narrowed
    reader = Account.objects.create(username="reader", role="subject")
    following.follow(reader.pk, record=record)
    following.follow(reader.pk, record=record)
    said = {"node": "完成选址", "done_on": "2026-06-30", "evidence": "选址意见书"}
    whole = acting.progress(people["township"], record, said | {"node": ""})
    assert isinstance(whole, Refusal) and whole.code == "promise.stages" and "完成选址" in str(whole.way_forward)
    assert isinstance(acting.progress(people["township"], record, said), acting.Entered)
    assert Notice.objects.filter(to_kind="account", to=str(reader.pk), template="promise.moved").count() == 1
    inside = duties.inside(people["bureau"], town.BUREAU, day)
    assert not isinstance(inside, Refusal) and [each.of("promise_kind") for each in inside] == ["debt"]


def test_what_was_overdue_at_the_end_of_a_year_is_published(
    people: dict[str, Viewer], on_day: Callable[[str], None]
) -> None:
    record = town.promise("government-contract", town.CONTRACT)
    on_day("2027-02-01")
    told = yearly.as_dict(yearly.publication(2026))
    assert told["publish_by"] == date(2027, 3, 31) and not told["provisional"]
    [row] = told["bodies"]
    assert (row["contracts"], row["amount_yuan"], row["records"]) == (1, "1200000.00", [record])
    # 275 days from 1 April to 31 December at five in ten thousand of 1.2 million.
    assert row["interest_yuan"] == "165000.00"


def test_the_interface_and_the_command_say_the_same(
    people: dict[str, Viewer], capsys: pytest.CaptureFixture[str]
) -> None:
    record = town.promise("government-contract", town.CONTRACT)
    client = Client()
    shown = client.get(f"/api/v1/promises/{record}").json()
    assert main(["promises", "show", str(record), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == shown
    listed = client.get("/api/v1/promises", {"state": "overdue"}).json()
    assert [each["record"] for each in listed["promises"]] == [record]
    assert client.get("/api/v1/promises/999").status_code == 404
    assert client.get("/api/v1/promises/payments/2026").json()["provisional"]
    assert client.post(f"/api/v1/promises/{record}/find", {"fields": {}}, "application/json").status_code == 401
    given = _key()
    headers = {"authorization": f"Bearer {given}"}
    no = client.post(
        f"/api/v1/promises/{record}/find",
        {"fields": {"outcome": "kept", "performed_on": "2026-05-01"}},
        "application/json",
        headers=headers,
    )
    assert no.status_code == 422 and no.json()["error"]["code"] == "promise.evidence"
    assert client.get(f"/api/v1/promises/of/{town.BUREAU}/handover", headers=headers).json()["count"] == 1
    assert client.get("/api/v1/promises/of/due", headers=headers).json()["total"] == 1
    done = client.post(
        f"/api/v1/promises/{record}/progress",
        {"fields": {"paid_wan": "20", "done_on": "2026-05-01", "evidence": "凭证"}}, "application/json", headers=headers,
    )  # fmt: skip
    assert done.status_code == 201 and done.json()["parts"][0]["paid_yuan"] == "200000.00"
    assert main(["promises", "handover", town.BUREAU]) == 0
    assert main(["promises", "due", "--tell"]) == 0
    assert Look.objects.filter(subject=falling_due.ALL).exists(), "what is not public is in it, so the look is logged"
    assert main(["promises", "due", "--account", "p-township"]) == 0
    assert "三所小学" not in capsys.readouterr().out.rpartition("平陵市教育局")[2], "of one's own body alone"
    for wrong in (["handover", "NOBODY"], ["due", "--body", "NOBODY"], ["list", "--body", "NOBODY"], ["list", "--kind", "none"],
                  ["due", "--body", town.BUREAU, "--account", "p-township"]):  # fmt: skip
        assert main(["promises", *wrong]) == 1, wrong
    assert client.get("/api/v1/promises", {"state": "none"}).json()["error"]["code"] == "promise.state"
    assert client.get("/api/v1/promises/of/NOBODY/handover", headers=headers).status_code == 403
    assert main(["promises", "payments", "2026"]) == 0
    assert "平陵市教育局" in capsys.readouterr().out


def _key() -> Any:
    from gongxin.spine.access.models import ApiKey

    secret, prefix, digest = ApiKey.new_secret()
    ApiKey.objects.create(body_id=town.BUREAU, label="测试", prefix=prefix, digest=digest, scopes=["cases:write"])
    return secret
