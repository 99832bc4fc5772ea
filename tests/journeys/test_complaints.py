"""A complaint in a real browser (投诉旅程): a firm complains, the superior refers and settles, the body pays, the firm confirms."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gongxin.spine.access.models import Account, Body
from gongxin.spine.cases.models import Case
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.journeys.conftest import Visitor
from tests.journeys.inspection import look as inspect
from tests.journeys.test_cases import do

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GOVERNMENT = place.code("11", 110)
DECIDER = "督查室主任 柳成蹊"
NAME, CONTACT = "燕北精密机械有限公司", "13900001234"
TEXT = "1. 2025 年技改补贴 30 万元至今没有拨付\n2. 多次催问没有答复"


@pytest.fixture
def bodies(city: Town) -> None:
    """The government above the finance bureau, and a steward at each."""
    government = Body.objects.create(code=GOVERNMENT, name="平陵市人民政府", kind="organ", region="130100")
    Body.objects.filter(code=place.FINANCE).update(parent=government)
    for name, body in (("government", GOVERNMENT), ("finance", place.FINANCE)):
        account = Account.objects.create(username=name, role="steward", body_id=body, last_name=name)
        account.set_password(place.PASSWORD)
        account.save()


def test_a_firm_complains_the_superior_refers_the_body_pays_the_firm_confirms(
    visit: Callable[..., Visitor], bodies: None, pictures: Path
) -> None:
    firm, office, above, below, small = visit(), visit(), visit(), visit(), visit(390)
    page = firm.page
    page.goto("/")
    page.click(".callout a.call")
    page.fill("#n-body", "平陵市财政局")
    page.fill("#n-text", TEXT)
    page.fill("#n-name", NAME)
    page.fill("#n-contact", CONTACT)
    page.click("main form .actions button")
    number, code = page.inner_text(".notice.good .mono").split()
    wrong = inspect(small, "/complaints/new/", pictures, "complaint-new-390")

    office.sign_in("operator")
    office.page.goto("/desk/cases/")
    office.page.click(f"a[href='/cases/{number}/']")
    assert "补贴" in office.page.inner_text("main"), "the words that speak for a category are told"
    wrong += inspect(office, f"/cases/{number}/", pictures, "complaint-office")
    do(office, number, "refer", category="subsidy", handler=GOVERNMENT, decided_by=DECIDER)

    above.sign_in("government")
    above.page.goto(f"/cases/{number}/")
    assert NAME not in above.page.inner_text("main")
    do(above, number, "order", order="1. 请核实 2025 年技改补贴是否拨付\n2. 请说明催问为什么没有答复")
    order = Case.objects.get(kind="complaint-order").number

    below.sign_in("finance")
    below.page.goto(f"/cases/{number}/")
    assert number not in below.page.inner_text("main"), "the complaint is not there for the body complained of"
    below.complaints.clear()
    below.page.goto("/desk/cases/")
    below.page.click(f"a[href='/cases/{order}/']")
    assert NAME not in below.page.content()
    wrong += inspect(below, f"/cases/{order}/", pictures, "complaint-order")
    do(
        below, order, "report", findings__1="属实，已拨付 30 万元", findings__2="经办人调整，已约谈", decided_by="局长 程立",
        mended_on=place.TODAY.isoformat(), proof="国库支付凭证 26-1122",
    )  # fmt: skip
    do(above, order, "accept")
    do(
        above, number, "answer", outcome="mended", findings__1="属实，财政局已于今日拨付 30 万元", findings__2="已约谈经办人",
        decided_by=DECIDER, mended_on=place.TODAY.isoformat(),
    )  # fmt: skip

    page = small.page
    page.goto("/complaints/mine/")
    page.fill("#number", number)
    page.fill("#receipt", code)
    page.click("main form button")
    assert "财政局已于今日拨付" in page.inner_text("main")
    assert "平陵市人民政府" in page.inner_text("main"), "who looked is told"
    page.screenshot(path=str(pictures / "complaint-mine-390.png"), full_page=True)
    page.click("details:has(input[value=confirm]) summary")
    page.check("details:has(input[value=confirm]) input[name=rating][value=content]")
    page.click("details:has(input[value=confirm]) .actions button")
    assert "已解决" in page.inner_text(".notice.good")

    office.page.goto(f"/desk/complaints/{number}/publication/")
    drafted = office.page.input_value("#p-text")
    assert not re.search(f"{NAME}|{CONTACT}", drafted)
    office.page.fill("#p-by", DECIDER)
    wrong += inspect(office, f"/desk/complaints/{number}/publication/", pictures, "complaint-publish")
    office.page.fill("#p-by", DECIDER)
    office.page.click("main form .actions button.primary")
    office.page.wait_for_url(f"**/cases/{number}/")
    wrong += inspect(firm, "/complaints/", pictures, "complaints")
    assert "属实，已履行" in firm.page.inner_text("main")
    assert NAME not in firm.page.content()
    assert not wrong, "\n".join(wrong)
    for each in (firm, office, above, below, small):
        assert not each.outside and not each.complaints, each.complaints
