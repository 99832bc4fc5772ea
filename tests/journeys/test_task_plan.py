"""A plan of work in a real browser (任务分工旅程): given by division, broken down, proved, inspected, appraised – and the bulletin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gongxin.spine.access.models import Account, Body
from gongxin.spine.cases.models import Case
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.journeys.conftest import Visitor
from tests.journeys.inspection import look, seen
from tests.journeys.test_cases import do

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOWNSHIP = place.code("11", 120, "130123")
PLAN, TASK, DECIDER = "hebei-2013-90", "hebei-2013-90/4-3", "督查科科长 柳成蹊"
PROOF = {"progress": "接口已联通，四个部门的数据已汇聚", "evidence": "青信办〔2026〕3 号"}


@pytest.fixture
def county(city: Town) -> None:
    """A county's government and a township under it, with a steward each."""
    bodies = (
        (place.COUNTY, "青砚县人民政府", "130123", "government"),
        (TOWNSHIP, "青溪镇人民政府", "130123100", "township"),
    )
    for code, name, region, kind in bodies:
        body = Body.objects.create(code=code, name=name, region=region, kind=kind)
        account = Account.objects.create(username=kind, role="steward", body=body, last_name=name)
        account.set_password(place.PASSWORD)
        account.save()


def test_a_plan_from_the_table_to_the_bulletin(
    visit: Callable[..., Visitor], county: None, on_day: Callable[[object], None], pictures: Path
) -> None:
    office, above, below, public = visit(), visit(), visit(390), visit(390)
    for visitor, name in ((office, "operator"), (above, "government"), (below, "township")):
        visitor.sign_in(name)

    page = office.page
    page.goto("/desk/tasks/")
    page.click("main a:has-text('下达任务')")
    page.select_option("#region", "130123")
    page.click("form:has(#region) button")
    page.select_option("#n-task", TASK)
    page.fill("#n-text", "接入全市共享平台，汇聚本县各部门信用信息")
    page.fill("#n-due", "2026-12-18")
    page.check("input[name=whole]")
    wrong = seen(office, "task-give", pictures, "plain")
    page.click("main form .actions button")
    page.wait_for_url("**/desk/tasks/")
    number = Case.objects.get(kind="task", body=place.COUNTY).number
    assert Case.objects.filter(kind="task", body=TOWNSHIP).count() == 1, "the whole division was given it"

    page = above.page
    page.goto(f"/cases/{number}/")
    assert "区域统一信息共享平台" in page.inner_text("main"), "in the plan's words"
    page.click("a:has-text('分解给下级单位')")
    assert page.input_value("#n-part_of") == number and page.input_value("#n-task") == TASK
    page.fill("#n-text", "报送本镇公开承诺数据")
    page.fill("#n-due", "2026-12-10")
    page.check(f"input[name=body][value='{TOWNSHIP}']")
    page.click("main form .actions button")
    page.wait_for_url("**/desk/tasks/")
    part = Case.objects.get(kind="task", body=TOWNSHIP, brought_by=place.COUNTY).number
    do(below, part, "progress", **PROOF)
    do(below, part, "finish", **PROOF)
    do(above, part, "confirm", findings="核对了报送记录", decided_by=DECIDER)
    wrong += look(above, f"/cases/{number}/", pictures, "task-broken-down")
    assert "下达 1，完成 1，逾期 0" in above.page.inner_text("main")

    do(office, number, "inspect", findings="接口联调滞后，建议十二月上旬完成", decided_by=DECIDER)
    do(above, number, "reply", text="已增派人员")
    on_day(date(2026, 12, 24))
    office.page.goto("/desk/tasks/")
    assert "逾期 6 日" in office.page.locator("tbody tr").first.inner_text(), "the overdue stand before all else"
    wrong += seen(office, "task-desk", pictures, "plain")
    do(above, number, "finish", **PROOF)
    do(office, number, "confirm", findings="核对了联通记录", decided_by=DECIDER)

    page = office.page
    page.goto("/desk/tasks/")
    page.select_option("#b-body", place.COUNTY)
    page.click("button[value=inspect]")
    page.check("input[name=checklist][value=government-integrity]")
    page.fill("#n-text", "承诺和账款")
    page.click("main form .actions button")
    page.wait_for_url("**/cases/DC-*/")
    inspection = Case.objects.get(kind="inspection").number
    items = {f"findings__{n}": "已查，没有问题" for n in range(1, 5)}
    do(above, inspection, "self-check", **items, evidence="自查表")
    do(office, inspection, "find", **{**items, "findings__2": "一笔工程款逾期"}, due="2026-12-31", decided_by=DECIDER)
    do(above, inspection, "rectify", measures_taken="已付清", evidence="国库支付凭证 26-1228")
    do(office, inspection, "verify", findings="核对了凭证", decided_by=DECIDER)

    page.goto("/desk/tasks/")
    page.select_option("#b-body", place.COUNTY)
    page.click("button[value=appraise]")
    assert inspection in page.inner_text("main"), "what the inspection found stands beside the figures"
    wrong += seen(office, "task-appraise", pictures, "plain", (390,))
    page.fill("#n-text", f"{number} 比期限晚 6 日完成")
    page.check("input[name=result][value=mostly]")
    page.fill("#n-decided_by", DECIDER)
    page.click("main form .actions button")
    page.wait_for_url("**/cases/KH-*/")
    appraisal = Case.objects.get(kind="task-appraisal").number
    do(above, appraisal, "speak", text="接口标准十二月才定")
    do(office, appraisal, "decide", findings__1="接口标准确实晚定，仍应提前衔接", result="mostly", decided_by=DECIDER)
    public.page.goto(f"/plans/{PLAN}/2026/")
    assert "青砚县" not in public.page.inner_text("main"), "nobody is named before it is final"
    on_day(date(2027, 2, 1))
    do(office, appraisal, "settle")

    page = public.page
    page.goto("/plans/")
    page.click(f"main a[href='/plans/{PLAN}/']")
    page.wait_for_load_state()
    page.click(f"main a[href='/plans/{PLAN}/2026/']")
    page.wait_for_load_state()
    told = page.inner_text("main")
    assert "青砚县人民政府" in told and "基本完成" in told and "仍应提前衔接" in told
    public.context.add_cookies([{"name": "django_language", "value": "en", "url": public.address}])
    wrong += look(public, f"/plans/{PLAN}/2026/", pictures, "task-en", (390,))
    assert not wrong, "\n".join(wrong)
    for each in (office, above, below, public):
        assert not each.outside and not each.complaints, each.complaints
