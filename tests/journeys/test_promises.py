"""Promises in a real browser (承诺旅程): a new mayor sees what he inherits; a citizen reads the township's promises on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gongxin.spine.access.models import Account, Body
from gongxin.spine.bodies import posts
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.journeys.conftest import Visitor
from tests.journeys.inspection import seen
from tests.rooms.promises.promises_town import LIVELIHOOD, TOWNSHIP

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def township(city: Town) -> int:
    """A township with a promise whose first milestone has passed, a mayor who left and one who came."""
    body = Body.objects.create(code=TOWNSHIP, name="清溪镇人民政府", kind="township", region="130123100")
    account = Account.objects.create(username="mayor", role="steward", body=body, last_name="钟毓秀")
    account.set_password(place.PASSWORD)
    account.save()
    posts.establish("mayor", TOWNSHIP, "镇长", on=date(2020, 1, 1), actor="测试")
    posts.appoint(posts.Appointing("mayor", date(2021, 1, 1), "章怀远"), actor="测试")
    posts.appoint(posts.Appointing("mayor", date(2026, 11, 1), "钟毓秀"), actor="测试")
    return append([NewAct("record", "government-promise", f"uscc:{TOWNSHIP}", TOWNSHIP, LIVELIHOOD, "测试")])[0]


def test_a_new_mayor_inherits_and_a_citizen_reads_it_on_a_phone(
    visit: Callable[..., Visitor], township: int, pictures: Path
) -> None:
    mayor = visit()
    mayor.sign_in("mayor")
    assert not seen_at(mayor, "/desk/promises/handover/", pictures, "handover")
    told = mayor.page.inner_text("main")
    assert "章怀远" in told and "钟毓秀" in told and "老年食堂" in told and "逾期 1 项" in told
    assert not seen_at(mayor, f"/desk/promises/{township}/", pictures, "act")
    mayor.page.click("#f-progress summary")
    mayor.page.check("#f-progress input[value='完成选址']")
    mayor.page.fill("#progress-done_on", "2026-11-20")
    mayor.page.click("#f-progress button")
    mayor.page.wait_for_selector(".summary-of-errors")
    assert "证明材料" in mayor.page.inner_text(".summary-of-errors"), "nothing is entered without evidence"
    mayor.complaints.clear()
    assert mayor.page.is_checked("#f-progress input[value='完成选址']"), "nothing that was chosen is lost"
    mayor.page.fill("#progress-evidence", "选址意见书 3 号，存民政办")
    mayor.page.click("#f-progress button")
    mayor.page.wait_for_load_state()
    assert "已完成" in mayor.page.inner_text("main")

    by_keyboard(mayor)

    citizen = visit(390, elder=True)
    citizen.page.goto("/")
    assert "老年食堂" in citizen.page.inner_text("main"), "the home page shows what government promised"
    assert not seen_at(citizen, f"/bodies/{TOWNSHIP}/", pictures, "body")
    citizen.page.click(f"main a[href='/promises/{township}/']")
    citizen.page.wait_for_load_state()
    shown = citizen.page.inner_text("main")
    assert "2026-12-20" in shown and "镇长" in shown and "选址意见书" not in shown
    assert not seen(citizen, f"/promises/{township}/", pictures, "promise")
    citizen.page.click("main a[href^='/complaints/new/']")
    citizen.page.wait_for_load_state()
    assert str(township) in citizen.page.url
    assert not seen_at(citizen, "/promises/", pictures, "list")


def by_keyboard(mayor: Visitor) -> None:
    """What is owed is signed for, and a promise entered, without a mouse (键盘操作): what was chosen is not lost on the way."""
    page, keys = mayor.page, mayor.page.keyboard
    page.goto("/desk/promises/handover/")
    mayor.tab_to("form[action$='/issue/'] button")
    keys.press("Enter")
    page.wait_for_url("**/handover/YJ-*/")
    mayor.tab_to("input[name=capacity][value=from]")
    keys.press("ArrowDown")
    mayor.tab_to("#sign-name")
    keys.type("钟毓秀（镇长）")
    keys.press("Enter")
    page.wait_for_load_state()
    assert "钟毓秀（镇长）" in page.inner_text("[aria-labelledby=signed]")
    page.goto("/desk/promises/new/")
    mayor.tab_to("a[href*='kind=livelihood']")
    keys.press("Enter")
    page.wait_for_url("**kind=livelihood**")
    for field, typed in (("promise_title", "村口路灯"), ("promise_content", "在村口装十盏路灯")):
        mayor.tab_to(f"#p-{field}")
        keys.type(typed)
    for field, day in (("decided_on", "2026-11-01"), ("due_on", "2027-03-31")):
        mayor.tab_to(f"#p-{field}")
        # In which order a day is typed is the browser's own affair.
        page.fill(f"#p-{field}", day)
    mayor.tab_to("input[name=services][value=convenience]")
    keys.press("Space")
    mayor.tab_to("#p-beneficiary")
    keys.type("村民")
    mayor.tab_to("main form .button.primary")
    keys.press("Enter")
    page.wait_for_selector(".summary-of-errors")
    assert "受益人类别" in page.inner_text(".summary-of-errors")
    mayor.complaints.clear()
    assert page.is_checked("input[name=services][value=convenience]") and page.input_value("#p-beneficiary") == "村民"
    mayor.tab_to("input[name=beneficiary_kind]")
    keys.press("Space")
    mayor.tab_to("main form .button.primary")
    keys.press("Enter")
    page.wait_for_url(re.compile(r"/desk/promises/\d+/$"))
    assert "村口路灯" in page.inner_text("main h1")


def seen_at(visitor: Visitor, address: str, pictures: Path, way: str) -> list[str]:
    visitor.page.goto(address, wait_until="load")
    return seen(visitor, address, pictures, way)
