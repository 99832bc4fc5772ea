"""A citizen in a real browser (我的信用旅程): consents, takes it back, sees who looked – on a phone, by keyboard, in elder mode."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gongxin.spine.access.models import ConsentRow
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.journeys.conftest import Visitor
from tests.journeys.test_pages import WAY_NAMES, WAYS
from tests.journeys.test_pages import look as inspect
from tests.journeys.test_pages import seen as inspect_open

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


@pytest.mark.parametrize(("width", "elder"), WAYS, ids=WAY_NAMES)
def test_ones_own_pages_are_free_of_faults(
    width: int, elder: bool, visit: Callable[..., Visitor], citizen: str, pictures: Path
) -> None:
    officer = visit()
    officer.sign_in("officer")
    number = ask(officer)
    officer.page.goto("/desk/check/")
    person = visit(width)
    if elder:
        person.elder()
    way = f"{width}{'-elder' if elder else ''}"
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
        wrong += inspect(officer, address, pictures, "1440")
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
