"""Cases in a real browser (异议与修复旅程): a company finds a wrong penalty and wins; another repairs on its first day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from gongxin.spine.cases.models import Case
from gongxin.spine.outbox import subscribers
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.journeys.conftest import Visitor
from tests.journeys.inspection import MODES
from tests.journeys.inspection import look as inspect
from tests.journeys.inspection import seen as inspect_open
from tests.journeys.test_by_keyboard import sign_in_by_keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REPAIRABLE = "平环罚〔2026〕117 号"
FIRST_DAY = date(2026, 9, 14)
"""Three months after the decision of 14 June 2026."""


def check_somebody(officer: Visitor) -> None:
    officer.sign_in("officer")
    page = officer.page
    page.goto("/desk/check/")
    page.select_option("#matter", "procurement")
    page.fill("#code", place.FIRM)
    page.click("main form .actions button")
    page.wait_for_selector("text=核查编号")


def do(visitor: Visitor, number: str, verb: str, **said: str) -> str:
    """Open an act of a case, fill it in, do it; returns what the page says then."""
    page = visitor.page
    page.goto(f"/cases/{number}/")
    form = f"form[action='/cases/{number}/{verb}/']"
    box = page.locator("details.act", has=page.locator(form))
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    for name, value in said.items():
        field = page.locator(f"{form} [name='{name.replace('__', '-')}']")
        if field.first.get_attribute("type") == "radio":
            page.check(f"{form} [name='{name}'][value='{value}']")
        else:
            field.fill(value)
    page.click(f"{form} button")
    page.wait_for_selector(".notice.good")
    return str(page.inner_text("main"))


def uphold(visit: Callable[..., Visitor], number: str) -> None:
    """The office forwards; the body that decided upholds point by point and corrects the amount."""
    office, bureau = visit(), visit()
    office.sign_in("operator")
    do(office, number, "forward")
    bureau.sign_in("steward")
    do(
        bureau, number, "uphold", findings__1="核对决定书原件，应为 1.2 万元", findings__2="已列入更正告知",
        decided_by="法制科科长 郑文澜", remedy_kind="correction",
    )  # fmt: skip
    do(bureau, number, "carry-out", reason="报送时小数点错位", **{"correct__confiscated_wan": "1.2"})
    assert not office.outside and not bureau.outside


def outcome(firm: Visitor, number: str) -> None:
    """The company sees it corrected and who had used it, and the public page bears no mark any longer."""
    page = firm.page
    page.goto(f"/cases/{number}/")
    told = page.inner_text("main")
    assert "已更正或者撤回" in told and "核对决定书原件" in told
    assert "1 个单位在 1 次查阅中用过它" in told and "平陵市公共资源交易中心" in told
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto(f"/subjects/{place.FIRM}/")
    assert "异议处理中" not in page.inner_text("main")


def test_a_company_finds_a_wrong_penalty_and_wins_by_keyboard_alone(
    visit: Callable[..., Visitor], city: Town, pictures: Path
) -> None:
    check_somebody(visit())
    firm = visit()
    keyboard = firm.page.keyboard
    sign_in_by_keyboard(firm, "subject")
    firm.page.goto("/mine/")
    firm.tab_to(f"a[href*='kind=objection'][href*='record={city.records['penalty']}']")
    keyboard.press("Enter")
    firm.page.wait_for_url("**/mine/cases/new/**")
    firm.tab_to("input[name=ground]")
    keyboard.press("Space")
    firm.tab_to("#n-text")
    keyboard.type("1. 没收数额应为 1.2 万元")
    keyboard.press("Enter")
    keyboard.type("2. 请告知用过这条记录的单位")
    firm.tab_to("main form .actions button")
    keyboard.press("Enter")
    firm.page.wait_for_selector("text=请记下回执码")
    number = Case.objects.get().number
    firm.page.goto(f"/subjects/{place.FIRM}/")
    assert "异议处理中" in firm.page.inner_text("main"), "marked at once for everybody"
    uphold(visit, number)
    outcome(firm, number)
    firm.page.goto("/desk/notices/")
    assert "用过它的 1 个单位（1 次查阅）都已告知" in firm.page.inner_text("main")
    assert not firm.outside and not firm.complaints


def test_a_company_wins_on_a_phone(visit: Callable[..., Visitor], city: Town, pictures: Path) -> None:
    check_somebody(visit())
    firm = visit(390)
    firm.sign_in("subject")
    page = firm.page
    page.goto("/mine/cases/new/")
    page.click("a[href='?kind=objection']")
    page.click(f".entries a[href*='record={city.records['penalty']}']")
    page.check("input[name=ground][value=facts]")
    page.fill("#n-text", "1. 没收数额应为 1.2 万元\n2. 请告知用过这条记录的单位")
    page.screenshot(path=str(pictures / "objection-filled-390.png"), full_page=True)
    page.click("main form .actions button")
    page.wait_for_selector("text=请记下回执码")
    receipt = page.inner_text(".notice.good .mono")
    number = Case.objects.get().number
    page.goto("/progress/")
    page.fill("#number", number)
    page.fill("#receipt", receipt)
    page.click("main form .actions button")
    page.wait_for_selector("#answer")
    assert "已提交" in page.inner_text("main")
    uphold(visit, number)
    outcome(firm, number)
    page.screenshot(path=str(pictures / "objection-won-390.png"), full_page=True)


@pytest.mark.parametrize(("width", "elder"), [(1440, False), (390, True)], ids=["1440", "390-elder"])
def test_a_general_penalty_is_repaired_on_its_first_possible_day(
    width: int, elder: bool, visit: Callable[..., Visitor], city: Town, on_day: Callable[[object], None], pictures: Path
) -> None:
    record = city.records["penalty"]
    subscribers.add(place.AGENCY, "安达信用评估有限公司", "agency")
    firm, bureau = visit(width), visit(width)
    if elder:
        firm.elder()
    on_day(FIRST_DAY - timedelta(days=1))
    firm.sign_in("subject")
    page = firm.page
    page.goto("/mine/")
    assert FIRST_DAY.isoformat() in page.inner_text(f"#r{record}"), "the day is told in advance"
    assert not page.locator(f"a[href*='kind=repair'][href*='record={record}']").count()
    page.goto(f"/mine/cases/new/?kind=repair&record={record}")
    early = page.inner_text("main")
    assert "现在还不能申请" in early and FIRST_DAY.isoformat() in early
    assert not page.locator("input[name=commitment]").count(), "no form before its day"
    page.screenshot(path=str(pictures / f"repair-early-{width}.png"), full_page=True)

    on_day(FIRST_DAY)
    page.goto("/mine/")
    page.locator(f"#r{record} a[href*='kind=repair']").click()
    page.wait_for_url("**/mine/cases/new/**")
    assert not page.locator("input:checked").count()
    page.check("input[name=ground][value=performed]")
    page.check("input[name=commitment]")
    if page.locator("#n-performed_on").count():
        page.fill("#n-performed_on", "2026-07-02")
        page.fill("#n-proof", "非税收入缴款书 1301-2026-0702")
    page.screenshot(path=str(pictures / f"repair-filled-{width}.png"), full_page=True)
    page.click("main form .actions button")
    page.wait_for_selector("text=请记下回执码")
    number = Case.objects.get().number
    public = visit(width)
    public.page.goto(f"/subjects/{place.FIRM}/")
    assert REPAIRABLE in public.page.inner_text("main"), "applying alone changes nothing"

    bureau.sign_in("steward")
    do(bureau, number, "accept")
    do(bureau, number, "grant-repair", reason="违法所得已缴清，公示已满最短期限", decided_by="法制科科长 郑文澜")
    public.page.reload()
    assert REPAIRABLE not in public.page.inner_text("main"), "gone in the same instant"
    public.page.goto("/search?q=117")
    assert REPAIRABLE not in public.page.inner_text("main")
    page.goto(f"/cases/{number}/")
    assert "准予修复" in page.inner_text("main")
    page.goto(f"/mine/records/{record}/")
    told = page.inner_text("main")
    assert "仅您可见" in told and "安达信用评估有限公司" in told and "没有确认" in told
    for each in (firm, bureau, public):
        assert not each.outside
        assert each.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@MODES
def test_pages_of_cases_are_free_of_faults(
    elder: bool, visit: Callable[..., Visitor], city: Town, pictures: Path
) -> None:
    way = "elder" if elder else "plain"
    subscribers.add(place.AGENCY, "安达信用评估有限公司", "agency", endpoint="https://agency.example/events")
    record = city.records["penalty"]

    def opened(role: str) -> Visitor:
        visitor = visit(elder=elder)
        if role:
            visitor.sign_in(role)
        return visitor

    firm = opened("subject")
    firm.page.goto(f"/mine/cases/new/?kind=objection&record={record}")
    firm.page.check("input[name=ground][value=facts]")
    firm.page.fill("#n-text", "1. 数额不对\n2. 日期不对")
    firm.page.click("main form .actions button")
    firm.page.wait_for_selector("text=请记下回执码")
    number = Case.objects.get().number
    pages = {
        "subject": (
            "/mine/cases/", "/mine/cases/new/", "/mine/cases/new/?kind=objection", "/mine/cases/new/?kind=repair",
            f"/mine/cases/new/?kind=repair&record={record}", f"/mine/cases/new/?kind=statement&record={record}",
            "/mine/cases/new/?kind=inquiry", "/mine/cases/new/?kind=erasure", "/mine/cases/new/?kind=review",
            f"/cases/{number}/", f"/cases/{number}/paper/", "/desk/notices/",
        ),
        "operator": (
            "/desk/cases/", "/desk/cases/all/", "/desk/cases/new/", f"/cases/{number}/", "/desk/subscribers/",
            "/desk/notices/",
        ),
        "steward": ("/desk/cases/", "/desk/cases/own-decision/", f"/cases/{number}/"),
        "": ("/oversight/clocks/", "/oversight/subscribers/", "/progress/", "/help/remedy/"),
    }  # fmt: skip
    wrong = []
    for role, addresses in pages.items():
        visitor = firm if role == "subject" else opened(role)
        for address in addresses:
            wrong += inspect(visitor, address, pictures, f"case-{role or 'public'}-{way}")
        if role == "steward":
            for box in visitor.page.locator("details.act > summary").all():
                if box.evaluate("each => !each.parentElement.open"):
                    box.click()
            visitor.page.click("form[action$='/uphold/'] button")
            visitor.page.wait_for_selector(".summary-of-errors")
            visitor.complaints.clear()
            wrong += inspect_open(visitor, "/cases/refused/", pictures, way)
        assert not visitor.outside
        assert not visitor.complaints, visitor.complaints
    assert not wrong, "\n".join(wrong)
