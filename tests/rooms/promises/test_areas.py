"""Key areas and their doors (重点领域): what bodies promised and lack, by page, call and command; one promise entered by a form."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from gongxin.doors.cli import main
from gongxin.kernel.issues import Refusal
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.rooms.promises import acting, areas, tracing
from gongxin.rooms.promises.complaints.models import Docket
from gongxin.spine import clock, duties, secrets
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Look
from gongxin.spine.bodies import posts, register
from gongxin.spine.cases.models import Case
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from tests.rooms.promises import promises_town as town
from tests.spine import making

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)
PPP = {
    **town.CONTRACT, "promise_kind": "ppp", "promise_title": "污水处理厂", "document_no": "平特〔2026〕1号", "amount_wan": "8000",
    "milestones": "2026-02-28 项目筹备（责任岗位：规划处处长）；2026-12-31 开工建设（责任岗位：工程处处长）", "payments": "",
}  # fmt: skip
INVESTMENT = {
    **town.LIVELIHOOD, "promise_kind": "policy", "promise_title": "技改补贴", "uscc": town.BUREAU, "subject_name": "平陵市教育局",
    "document_no": "平政〔2026〕1号", "fair_review_no": "平公审〔2026〕1号", "milestones": "", "services": "",
}  # fmt: skip
OPENED = {
    "subject_name": "清溪镇人民政府", "uscc": town.TOWNSHIP, "disclosure_kind": "finance", "period": "2026年第一季度",
    "disclosure_title": "一季度收支", "disclosure_content": "收入和支出", "income_wan": "120", "expenditure_wan": "98.5",
    "decided_on": "2026-04-10", "authority": "清溪镇人民政府",
}  # fmt: skip


@pytest.fixture(autouse=True)
def the_day(on_day: Callable[[str], None]) -> None:
    on_day(TODAY.isoformat())
    secrets.make_keys()


@pytest.fixture
def people() -> dict[str, Viewer]:
    return town.people()


def signed(viewer: Viewer) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=viewer.account_id), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_an_area_tells_what_bodies_promised_and_lack_in_the_same_words_everywhere(
    people: dict[str, Viewer], capsys: pytest.CaptureFixture[str]
) -> None:
    contract = town.promise("government-contract", {**town.CONTRACT, "delivered_on": "2026-03-01"})
    ppp, grant = town.promise("government-contract", PPP), town.promise("government-promise", INVESTMENT)
    town.promise("government-promise", town.LIVELIHOOD)
    town.promise("township-disclosure", OPENED)
    debt = {**town.GRANT, "promise_kind": "debt", "promise_title": "专项债还本", "beneficiary_kind": "public"}
    town.promise("government-debt-duty", debt)
    Docket.objects.create(
        case="TS-1", against=town.BUREAU, category="procurement", opened_on=TODAY, answered_on=TODAY, outcome="mended"
    )
    # Whatever category it was given, a complaint about a promise belongs where the promise does; one about nothing else does not.
    Docket.objects.create(case="TS-2", against=town.BUREAU, category="other", promise=ppp, opened_on=TODAY)
    Docket.objects.create(case="TS-3", against=town.BUREAU, category="other", opened_on=TODAY)
    known = register.register()
    told = {each.id: areas.told(each, TODAY, known) for each in areas.known(TODAY)}
    assert [(each["code"], each["missing"]) for each in told["procurement"]["bodies"]] == [(town.BUREAU, 1)]
    assert told["procurement"]["bodies"][0]["complaints"] == {"count": 1, "answered": 1, "outcomes": {"mended": 1}}
    assert told["ppp"]["bodies"][0]["complaints"] == {"count": 1, "answered": 0, "outcomes": {}}
    assert told["investment"]["bodies"][0]["missing"] == 0 and told["debt"]["bodies"] == []
    [street] = told["townships"]["bodies"]
    assert (street["code"], street["promises"]) == (town.TOWNSHIP, 1)
    # A body that entered nothing stands there as soon as a promise of the area is complained of, with the record that came of it.
    Docket.objects.create(case="TS-4", against=town.OTHER, category="investment", opened_on=TODAY)
    broken = {
        "subject_name": "某局", "subject_kind": "organisation", "uscc": town.OTHER, "source_kind": "breach", "facts": "补贴没有兑现",
        "basis": "国发〔2016〕76号", "document_no": "平政信〔2026〕1号", "decided_on": "2026-05-01", "served_on": "2026-05-06",
        "authority": "平陵市人民政府",
    }  # fmt: skip
    record = town.promise("government-dishonesty", broken)
    Case.objects.create(
        number="ZW-1", kind="integrity", subject=f"uscc:{town.OTHER}", about="TS-4", record=record, state="recorded",
        opened_on=TODAY, opened_at=clock.now(), body=town.BUREAU,
    )  # fmt: skip
    told["investment"] = areas.told(areas.find("investment", TODAY), TODAY, known)  # type: ignore[arg-type]
    assert {each["code"]: (each["promises"], each["complaints"]["count"], each["broken"]) for each in told["investment"]["bodies"]} == {
        town.BUREAU: (1, 0, 0), town.OTHER: (0, 1, 1),
    }  # fmt: skip
    client = Client()
    assert "平政信〔2026〕1号" in client.get(reverse("web:area-body", args=["investment", town.OTHER])).content.decode()
    for area, body, missing in (
        ("procurement", town.BUREAU, ["验收合格日期"]), ("ppp", town.BUREAU, ["招标投标", "政府采购", "融资"]),
        ("townships", town.TOWNSHIP, ["政务公开"]),
    ):  # fmt: skip
        assert main(["areas", area, "--body", body, "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        checks = [*said["checks"], *(one for each in said["promises"] for one in each["checks"])]
        assert [name for each in checks if each["state"] == "gap" for name in each["missing"]] == missing
        assert client.get(f"/api/v1/areas/{area}/{body}").json() == said
        page = client.get(reverse("web:area-body", args=[area, body])).content.decode()
        assert all(name in page for name in missing)
        assert client.get(f"/api/v1/areas/{area}").json()["bodies"] == json.loads(
            json.dumps(told[area]["bodies"], default=str)
        )
    assert said["records"][0]["title"] == "一季度收支"
    for name in ("areas", "area", "area-data"):
        answer = client.get(reverse(f"web:{name}", args=[] if name == "areas" else ["ppp"]))
        assert answer.status_code == 200
    assert client.get("/areas/nothing/").status_code == 404 and client.get("/api/v1/areas/nothing").status_code == 404
    # Inside, the duty to repay is there; outside nothing of it is.
    looks = Look.objects.count()
    inner = areas.inside(people["bureau"], town.BUREAU, TODAY, known)
    assert not isinstance(inner, Refusal) and Look.objects.count() == looks + 1
    assert [each.duty.of("promise_title") for each in inner["debt"].promises] == ["专项债还本"]
    assert isinstance(areas.inside(people["other"], town.BUREAU, TODAY, known), Refusal)
    assert "专项债还本" not in client.get(reverse("web:area-body", args=["debt", town.BUREAU])).content.decode()
    desk = signed(people["bureau"]).get(reverse("web:desk-areas")).content.decode()
    assert "专项债还本" in desk and reverse("web:desk-promise", args=[contract]) in desk
    assert grant and ppp and main(["areas", "ppp"]) == 0 and main(["areas"]) == 0


def test_each_stage_is_traced_back_to_who_held_its_post(
    people: dict[str, Viewer], capsys: pytest.CaptureFixture[str]
) -> None:
    record = town.promise("government-contract", PPP)
    for post, name in (("plan-1", "规划处处长"), ("works-1", "工程处处长")):
        posts.establish(post, town.BUREAU, name, on=date(2020, 1, 1), actor="测试")
    posts.appoint(posts.Appointing("plan-1", date(2022, 1, 1), "白一川"), actor="测试")
    posts.appoint(posts.Appointing("works-1", date(2022, 1, 1), "江行舟"), actor="测试")
    posts.appoint(posts.Appointing("works-1", date(2026, 4, 1), "谷雨生"), actor="测试")
    done = acting.progress(people["bureau"], record, {"node": "项目筹备", "done_on": "2026-03-05", "evidence": "批复"})
    assert isinstance(done, acting.Entered)
    change = register.Change(town.BUREAU, "merged", date(2026, 5, 10), to=(town.OTHER,), document="平编〔2026〕3号")
    assert not isinstance(register.enter(change, actor="测试"), Refusal)
    assert isinstance(tracing.trace(people["township"], record), Refusal)
    looks = Look.objects.count()
    told = tracing.trace(people["other"], record)
    assert isinstance(told, tracing.Trace) and Look.objects.count() == looks + 1
    given = tracing.as_dict(told)["stages"]
    assert [[one["holder"] for one in each["holders"]] for each in given] == [["白一川"], ["江行舟", "谷雨生"]]
    assert [(each["from"], each["to"]) for each in given] == [
        (date(2026, 1, 15), date(2026, 3, 5)),
        (date(2026, 3, 5), TODAY),
    ]
    public = Client().get(reverse("web:promise", args=[record])).content.decode()
    assert "工程处处长" in public and "谷雨生" not in public
    assert "谷雨生" in signed(people["other"]).get(reverse("web:desk-promise", args=[record])).content.decode()
    assert main(["promises", "trace", str(record)]) == 0 and "江行舟" in capsys.readouterr().out


def test_a_body_owes_only_what_its_kind_can_give_whatever_way_it_comes(
    people: dict[str, Viewer], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = town.as_file(tmp_path / "合同.csv", {**PPP, "uscc": town.TOWNSHIP, "subject_name": "清溪镇人民政府"})
    given = ["promises", "import", str(path), "--item", "government-contract", "--provider", town.TOWNSHIP, "--json"]
    assert main(given) == 1
    told = json.loads(capsys.readouterr().out)
    assert {each["code"] for each in told["issues"] if each["severity"] == "error"} == {"promise.holder-kind"}
    client = signed(people["township"])
    offered = client.get(reverse("web:desk-promise-new")).content.decode()
    assert "kind=livelihood" in offered and "kind=ppp" not in offered and "kind=debt" not in offered
    assert client.get(reverse("web:desk-promise-new"), {"body": town.BUREAU}).status_code == 403


def test_one_promise_is_entered_by_a_form_and_leaves_nothing_where_it_is_refused(
    people: dict[str, Viewer], capsys: pytest.CaptureFixture[str]
) -> None:
    client, address = signed(people["township"]), reverse("web:desk-promise-new")
    form = client.get(address, {"kind": "livelihood"}).content.decode()
    assert 'name="services"' in form and 'name="payments"' not in form and 'name="performed"' not in form
    filled = {
        "kind": "livelihood", "promise_title": "老年食堂", "promise_content": "开办一处老年食堂", "decided_on": "2026-05-20",
        "due_on": "2026-12-31", "services": ["elderly", "convenience"], "beneficiary_kind": "public", "beneficiary": "全镇居民",
        "milestones": "2026-08-31 完成选址（责任岗位：民政办主任）\n2026-12-20 开业", "responsible_post": "镇长",
    }  # fmt: skip
    bad = client.post(address, {**filled, "due_on": "", "beneficiary_kind": "person", "beneficiary": "全镇居民"})
    text = bad.content.decode()
    assert bad.status_code == 422 and 'href="#p-due_on">“履行期限”必填' in text and "开办一处老年食堂" in text
    assert not Batch.objects.exists() and not HeldRow.objects.exists()
    gone = client.post(address, filled)
    [duty] = duties.shown(TODAY)
    assert gone.status_code == 302 and gone.url == reverse("web:desk-promise", args=[duty.record])
    assert [part.text for part in duty.standing.parts][:2] == ["完成选址", "开业"] and duty.of(
        "services"
    ) == "elderly、convenience"
    batch = Batch.objects.get()
    assert (batch.provider, batch.via, batch.accepted, batch.item) == (town.TOWNSHIP, "web", 1, "government-promise")
    # Sent once more it is the same; with another day it is refused, as every promise reported anew.
    client.post(address, filled)
    assert len(duties.shown(TODAY)) == 1
    client.post(address, {**filled, "due_on": "2027-12-31"})
    assert duties.shown(TODAY)[0].of("due_on") == "2026-12-31"
    said = [
        "promises",
        "enter",
        "time-limit",
        town.BUREAU,
        "promise_title=一日办结",
        "promise_content=当日办结",
        "decided_on=2026-05-01",
    ]
    assert main([*said, "beneficiary_kind=public", "--json"]) == 1
    assert "promise.needs" in capsys.readouterr().out
    assert main([*said, "beneficiary_kind=public", "due_on=2026-12-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["record"] in {each.record for each in duties.shown(TODAY)}


def test_agencies_and_honest_townships_stand_in_their_areas(people: dict[str, Viewer]) -> None:
    firm = making.uscc(7)
    agency = {
        "subject_name": "平陵公采招标代理有限公司", "uscc": firm, "agency_services": "engineering、procurement", "registration_no": "平招代 7",
        "staff": "12", "decided_on": "2026-01-05", "valid_until": "2027-01-04", "authority": "平陵市住房和城乡建设局",
    }  # fmt: skip
    append([NewAct("record", "tender-agency", f"uscc:{firm}", town.OTHER, agency, "测试")])
    honest = {
        "subject_name": "清溪镇人民政府", "subject_kind": "organisation", "uscc": town.TOWNSHIP, "honour_name": "2025年度诚信乡镇",
        "decided_on": "2026-01-20", "authority": "平陵市人民政府", "document_no": "平政〔2026〕2号",
    }  # fmt: skip
    append([NewAct("record", "honour", f"uscc:{town.TOWNSHIP}", town.GOVERNMENT, honest, "测试")])
    tendering, townships = areas.find("tendering", TODAY), areas.find("townships", TODAY)
    assert tendering is not None and townships is not None
    assert dict(areas.registers(tendering, TODAY))["tender-agency"] == 1
    page = Client().get(reverse("web:area", args=["tendering"])).content.decode()
    assert reverse("web:list", args=["tender-agency"]) in page
    told = areas.of_body(townships, town.TOWNSHIP, TODAY, register.register())
    assert [each.title for each in told.honours] == ["2025年度诚信乡镇"] and not told.records
