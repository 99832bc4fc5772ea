"""A citizen in a real browser (我的信用旅程): consents, takes it back, sees who looked – on a phone, by keyboard, in elder mode."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from gongxin.rooms.disclosure.reports import signing, verifying
from gongxin.rooms.disclosure.reports.models import Report
from gongxin.spine.access.models import ApiKey, ConsentRow
from gongxin.spine.cases.models import Case
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.journeys.conftest import Visitor
from tests.journeys.inspection import MODES
from tests.journeys.inspection import look as inspect
from tests.journeys.inspection import seen as inspect_open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
UNTIL = "2026-12-12"


@pytest.fixture
def citizen(city: Town) -> str:
    return place.citizen().username


def ask(officer: Visitor) -> str:
    """The officer asks for a consent through the form; returns its number."""
    page = officer.page
    page.goto("/desk/consents/?matter=consented-service")
    page.fill("#code", place.CITIZEN_NUMBER)
    page.fill("#purpose", "公租房资格复核")
    for name in ("违法行为", "处罚决定日期", "处罚机关"):
        boxes = page.locator("label.pick", has_text=name)
        if boxes.count():
            boxes.first.click()
    if not page.locator("input[name=field]:checked").count():
        page.locator("input[name=field]").first.check()
    page.fill("#uses", "3")
    page.fill("#until", UNTIL)
    page.click("main form .actions button")
    page.wait_for_selector(".notice.good")
    return ConsentRow.objects.latest("id").number


def look(officer: Visitor, number: str) -> str:
    page = officer.page
    page.goto("/desk/check/")
    page.select_option("#matter", "consented-service")
    page.fill("#code", place.CITIZEN_NUMBER)
    page.fill("#case_no", "PL-GZF-2026-31")
    page.fill("#consent", number)
    page.click("main form .actions button")
    page.wait_for_load_state("networkidle")
    return str(page.inner_text("main"))


def test_a_citizen_takes_a_consent_back_and_the_next_look_is_refused(
    visit: Callable[..., Visitor], citizen: str, pictures: Path
) -> None:
    officer, person = visit(), visit(390)
    officer.sign_in("officer")
    number = ask(officer)
    person.sign_in(citizen)
    page = person.page
    page.goto("/mine/consents/")
    assert not page.locator("input:checked").count()
    yes, no = page.locator("button[value=grant]").bounding_box(), page.locator("button[value=refuse]").bounding_box()
    assert yes and no and (yes["width"], yes["height"]) == (no["width"], no["height"]), "equal buttons"
    page.screenshot(path=str(pictures / "mine-request-390.png"), full_page=True)
    for box in page.locator("input[name=field]").all():
        box.check()
    page.click("button[value=grant]")
    page.wait_for_selector(".notice.good")
    assert "无证从事食品小摊点经营" in look(officer, number)
    page.goto("/mine/looks/")
    assert "您授权" in page.inner_text("main") and number in page.inner_text("main")
    page.screenshot(path=str(pictures / "mine-looks-390.png"), full_page=True)
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    person.tab_to(".grants button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice.good")
    refused = look(officer, number)
    assert "本人已经撤回授权" in refused and "无证从事食品小摊点经营" not in refused
    assert not person.outside and not officer.outside


def test_a_citizen_reads_why_nothing_is_erased_and_renews_a_forgotten_password(
    visit: Callable[..., Visitor], citizen: str, pictures: Path
) -> None:
    """On a phone: asked, decided at the office, the decision read; then the password, with the link of the counter."""
    person, office = visit(390), visit()
    person.sign_in(citizen)
    page = person.page
    page.goto("/mine/")
    record = str(page.locator("main a[href*='/mine/records/']").first.get_attribute("href")).strip("/").split("/")[-1]
    page.goto("/mine/cases/new/?kind=erasure")
    page.check("input[value=achieved]")
    page.fill("[name=text]", "处罚已履行")
    page.check(f"[name=record][value='{record}']")
    page.screenshot(path=str(pictures / "erasure-form-390.png"), full_page=True)
    page.click("main form button.primary")
    page.wait_for_load_state("networkidle")
    number = Case.objects.get(kind="erasure").number
    assert number in page.inner_text("main")

    office.sign_in("operator")
    desk = office.page
    desk.goto(f"/cases/{number}/")
    form = desk.locator("form[action$='/refuse/']")
    form.locator("xpath=ancestor::details[1]/summary").click()
    form.locator("[name=reason]").fill("法定保存期未满")
    form.locator("[name=decided_by]").fill("陆远（平台运行科）")
    form.locator("button").last.click()
    desk.wait_for_load_state("networkidle")

    page.goto(f"/cases/{number}/documents/2/")
    paper = page.inner_text("main")
    for words in ("不予删除决定书", "处罚已履行", "法定保存到 2031-08-03", "第四十七条", "60 日内", "6 个月内", "陆远"):
        assert words in paper, words
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    page.screenshot(path=str(pictures / "erasure-decision-390.png"), full_page=True)

    desk.goto("/desk/persons/")
    for name, value in (("username", citizen), ("number", place.CITIZEN_NUMBER), ("seen", "居民身份证原件")):
        desk.fill(f"#renew-{name}", value)
    desk.click("button[value=renew]")
    address = desk.locator("dd", has_text="?c=").inner_text()
    again = visit(390)
    page = again.page
    page.goto(address)
    for name, value in (("username", citizen), ("password", "eight-herons-2026"), ("again", "eight-herons-2026")):
        page.fill(f"#{name}", value)
    page.screenshot(path=str(pictures / "renew-390.png"), full_page=True)
    again.tab_to("main form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/login/")
    page.fill("#id_login", citizen)
    page.fill("#id_password", "eight-herons-2026")
    page.click("main form button")
    page.goto("/mine/identity/")
    assert "用链接重设了密码" in page.inner_text("main")
    person.page.goto("/mine/")
    assert "/accounts/login/" in person.page.url, "whoever was signed in with the old password is out"
    assert not person.outside and not office.outside and not again.outside


def called(address: str, key: str, path: str, **body: object) -> tuple[int, dict[str, Any]]:
    """Call the machine interface as an agency's system does."""
    given = json.dumps(body).encode() if body else None
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    try:
        with urlopen(Request(address + "/api/v1" + path, data=given, headers=headers), timeout=60) as answer:
            return answer.status, json.load(answer)
    except HTTPError as no:
        return no.code, json.load(no)


def test_an_agency_has_a_report_by_consent_until_it_is_taken_back(visit: Callable[..., Visitor], city: Town) -> None:
    """Asked for by a system, granted on the page, the report fetched; taken back on the page, and the next is refused."""
    key, prefix, digest = ApiKey.new_secret()
    ApiKey.objects.create(
        body_id=place.AGENCY, label="贷款系统", prefix=prefix, digest=digest, rate_per_minute=600,
        scopes=["reports:write", "consents:write"],
    )  # fmt: skip
    firm = visit()
    wanted = {"code": place.FIRM, "matter": "credit-service", "purpose": "经营贷款审批", "case_no": "DK-2026-8"}
    status, no = called(firm.address, key, "/reports", **wanted)
    assert status == 403, no
    names = ["document_no", "violation", "penalty_kinds", "penalty_content", "decided_on", "authority"]
    status, asked = called(
        firm.address, key, "/consents/requests", code=place.FIRM, matter="credit-service", purpose="经营贷款审批",
        fields={"penalty": names}, uses=3, until=UNTIL,
    )  # fmt: skip
    assert (status, asked["state"]) == (201, "requested"), asked
    firm.sign_in("subject")
    page = firm.page
    page.goto("/mine/consents/")
    assert "安达信用评估有限公司" in page.inner_text("main")
    for box in page.locator("input[name=field]").all():
        box.check()
    page.click("button[value=grant]")
    page.wait_for_selector(".notice.good")
    token = called(firm.address, key, f"/consents/{asked['number']}")[1]["token"]
    status, made = called(firm.address, key, "/reports", **wanted, consent=token)
    assert status == 201, made
    pdf = b64decode(made["pdf"])
    assert verifying.verify(pdf, signing.trusted()).content == made["content"]
    assert made["content"]["asked"]["ground"] == "consent"
    found = {entry["document"] for table in made["content"]["tables"] for entry in table["entries"]}
    assert found == {"平环罚〔2026〕117 号"}, "what was consented to, and nothing else"
    page.goto("/mine/looks/")
    assert "安达信用评估有限公司" in page.inner_text(".seen")
    assert asked["number"] in page.inner_text("main")
    firm.tab_to(".grants button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice.good")
    status, no = called(firm.address, key, "/reports", **wanted, consent=token)
    assert (status, "pdf" in no) == (403, False)
    assert no["error"]["code"] == "access.consent_revoked" and "撤回" in no["error"]["way_forward"], no
    assert Report.objects.count() == 1
    assert not firm.outside


@MODES
def test_ones_own_pages_are_free_of_faults(
    elder: bool, visit: Callable[..., Visitor], citizen: str, pictures: Path
) -> None:
    officer = visit()
    officer.sign_in("officer")
    number = ask(officer)
    officer.page.goto("/desk/check/")
    person = visit(elder=elder)
    way = "elder" if elder else "plain"
    person.sign_in(citizen)
    wrong = []
    for address in (
        "/mine/", "/mine/looks/", "/mine/consents/", "/mine/consents/new/", "/mine/consents/new/?matter=credit-service",
        "/mine/delegations/", "/mine/identity/", "/mine/family/", f"/mine/consents/{number}/", "/oversight/looks/",
    ):  # fmt: skip
        wrong += inspect(person, address, pictures, way)
    person.page.goto("/mine/")
    person.page.click("article h3 a")
    person.page.wait_for_url("**/mine/records/**")
    wrong += inspect_open(person, "/mine/records/one/", pictures, way)
    for address in ("/desk/consents/", "/desk/consents/?matter=consented-service"):
        wrong += inspect(officer, address, pictures, way)
    assert not wrong, "\n".join(wrong)
    assert not person.outside and not person.complaints


def test_who_looked_by_keyboard_alone(visit: Callable[..., Visitor], city: Town) -> None:
    officer, firm = visit(), visit()
    officer.sign_in("officer")
    page = officer.page
    page.goto("/desk/check/")
    page.select_option("#matter", "procurement")
    page.fill("#code", place.FIRM)
    page.click("main form .actions button")
    page.wait_for_selector("text=核查编号")
    firm.sign_in("subject")
    firm.page.goto("/mine/looks/")
    assert "待您确认" in firm.page.inner_text(".seen > li.awaiting")
    firm.tab_to(".awaiting button[value=confirmed]")
    firm.page.keyboard.press("Enter")
    firm.page.wait_for_selector(".notice.good")
    assert not firm.page.locator(".awaiting").count()
    assert "您已确认是自己办的事" in firm.page.inner_text(".seen")
