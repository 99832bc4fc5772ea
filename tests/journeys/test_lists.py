"""Listing in a real browser (名单旅程): proposed, noticed, heard, decided, served, public – and left early by application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gongxin.rooms.measures.lists import watch
from gongxin.spine.access.models import Account, Body
from gongxin.spine.cases.models import Case
from gongxin.spine.outbox import rounds
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.journeys.conftest import Visitor
from tests.journeys.inspection import look as inspect
from tests.journeys.inspection import seen as inspect_open
from tests.journeys.test_by_keyboard import sign_in_by_keyboard
from tests.journeys.test_cases import do
from tests.rooms.measures.test_list_watch import entered

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LABOUR = place.code("11", 107)
LIST = "/lists/wage-defaulters/"
TODAY = place.TODAY.isoformat()
DECIDER = "劳动监察科科长 叶知秋"
SERVED = {"method": "personal", "served_on": TODAY, "proof": "送达回证 12 号"}


@pytest.fixture
def bureau(visit: Callable[..., Visitor], city: Town) -> Visitor:
    """The labour bureau's steward, signed in."""
    body = Body.objects.create(code=LABOUR, name="平陵市人力资源和社会保障局", kind="organ", region="130100")
    account = Account.objects.create(username="labour", role="steward", body=body, last_name="叶知秋")
    account.set_password(place.PASSWORD)
    account.save()
    visitor = visit()
    visitor.sign_in("labour")
    return visitor


def propose(bureau: Visitor) -> str:
    page = bureau.page
    page.goto("/desk/lists/")
    page.click("a[href='/desk/lists/wage-defaulters/propose/']")
    page.fill("#n-subject_name", "燕北精密机械有限公司")
    page.fill("#n-facts", "拖欠农民工工资 12 万元，责令限期支付逾期未支付")
    page.fill("#n-basis", "拖欠农民工工资失信联合惩戒对象名单管理暂行办法第五条")
    page.fill("#n-evidence", "责令改正指令书及送达回证")
    page.fill("#n-code", "91130100MA0000000X")
    page.click("main form .actions button")
    page.wait_for_selector(".summary-of-errors")
    assert page.input_value("#n-evidence") == "责令改正指令书及送达回证", "nothing that was typed is lost"
    bureau.complaints.clear()
    page.fill("#n-code", place.FIRM)
    page.click("main form .actions button")
    page.wait_for_url("**/cases/MD-*/")
    return Case.objects.get().number


def test_nobody_stands_on_a_list_before_service_and_one_can_leave_it_early(
    visit: Callable[..., Visitor], bureau: Visitor, on_day: Callable[[object], None], pictures: Path
) -> None:
    number = propose(bureau)
    firm, public = visit(390), visit()
    firm.sign_in("subject")
    firm.page.goto("/mine/cases/")
    assert number not in firm.page.inner_text("main"), "nothing is seen before the notice"
    do(bureau, number, "notify", facts="拖欠工资", basis="欠薪名单办法第五条", decided_by=DECIDER)
    do(bureau, number, "serve-notice", **SERVED)
    firm.page.goto("/mine/cases/")
    firm.page.click(f"a[href='/cases/{number}/']")
    do(firm, number, "state-defence", text="1. 工资已经付清\n2. 数额算错了")
    do(
        bureau, number, "decide", findings__1="经查，工资至今没有付清", findings__2="数额与考勤表一致", decided_by=DECIDER,
        document_no="平人社列〔2026〕1号", exit_conditions="改正满六个月并作出守信承诺，可以申请提前移出",
    )  # fmt: skip
    public.page.goto(LIST)
    assert "在公示 0 条" in public.page.inner_text("main"), "decided, and not served: no effect"
    do(bureau, number, "serve-decision", **SERVED)
    public.page.reload()
    shown = public.page.inner_text("main")
    assert "燕北精密机械有限公司" in shown and "2029-11-22" in shown and "送达回证" not in shown
    wrong = [*inspect(public, LIST, pictures, "lists-public"), *inspect(public, "/lists/", pictures, "lists-all")]
    for address in ("/desk/lists/", "/desk/lists/wage-defaulters/propose/", f"/cases/{number}/"):
        wrong += inspect(bureau, address, pictures, "lists-desk")
    record = Case.objects.get().record
    for address in (f"/cases/{number}/", "/mine/", f"/mine/records/{record}/"):
        wrong += inspect(firm, address, pictures, "lists-firm")
    assert not wrong, "\n".join(wrong)

    on_day(date(2027, 6, 1))
    page = firm.page
    page.goto(f"/mine/cases/new/?kind=repair&record={record}")
    page.check("input[name=ground][value=performed]")
    page.check("input[name=commitment]")
    page.fill("#n-performed_on", "2026-12-01")
    page.fill("#n-proof", "工资支付凭证 26-1201")
    page.click("main form .actions button")
    page.wait_for_selector("text=请记下回执码")
    exit_number = Case.objects.exclude(number=number).get().number
    do(bureau, exit_number, "accept")
    do(bureau, exit_number, "grant-repair", reason="工资已付清满六个月", decided_by=DECIDER)
    public.page.goto(LIST)
    assert "在公示 0 条" in public.page.inner_text("main"), "gone in the same instant"
    for each in (bureau, firm, public):
        assert not each.outside and not each.complaints, each.complaints


def test_what_was_found_about_a_listed_body_is_written_by_keyboard(
    visit: Callable[..., Visitor], city: Town, pictures: Path
) -> None:
    record = entered(f"uscc:{place.ENVIRONMENT}", uscc=place.ENVIRONMENT)
    office = visit()
    page, keyboard = office.page, office.page.keyboard
    sign_in_by_keyboard(office, "operator")
    assert "今天还没有运行" in page.inner_text("main"), "that nothing was matched today is seen"
    page.goto("/desk/lists/")
    assert "今天还没有比对" in page.inner_text("main")
    watch.run()
    rounds.mark(rounds.WATCH)
    page.reload()
    assert "今天已比对" in page.inner_text("main")
    wrong = inspect(office, "/desk/lists/", pictures, "lists-found")
    office.tab_to(f"a[href='/desk/lists/bodies/{record}/']")
    keyboard.press("Enter")
    page.wait_for_url(f"**/desk/lists/bodies/{record}/")
    wrong += inspect_open(office, f"/desk/lists/bodies/{record}/", pictures, "lists-settle")
    office.tab_to("#n-findings")
    keyboard.type("向法院核实，判决确定的款项没有付清")
    office.tab_to("main form .actions button")
    keyboard.press("Enter")
    page.wait_for_selector(".summary-of-errors")
    office.complaints.clear()
    assert page.input_value("#n-findings").startswith("向法院核实"), "nothing that was typed is lost"
    wrong += inspect_open(office, f"/desk/lists/bodies/{record}/", pictures, "lists-settle-wrong")
    office.tab_to("input[name=ground]")
    keyboard.press("Space")
    for field, text in (("#n-decided_by", DECIDER), ("#n-reported_to", "平陵市人民政府")):
        office.tab_to(field)
        keyboard.type(text)
    office.tab_to("main form .actions button")
    keyboard.press("Enter")
    page.wait_for_url("**/cases/HS-*/")
    assert "已核实，办结" in page.inner_text("main")
    assert not wrong, "\n".join(wrong)
    assert not office.outside and not office.complaints, office.complaints
