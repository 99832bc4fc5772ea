"""Other cases in a real browser (其他案件旅程): a shield, a bar, a repair undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gongxin.spine.cases.models import Case
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.journeys.conftest import Visitor
from tests.journeys.inspection import look as inspect
from tests.journeys.test_cases import REPAIRABLE, do

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DECIDER = "法制科科长 郑文澜"
SERVED = {"method": "personal", "served_on": place.TODAY.isoformat(), "proof": "送达回证 7 号"}
RULING = "（2026）冀 01 破 3 号"


def send(visitor: Visitor, kind: str, *, record: int | None = None, about: str = "", **said: str) -> str:
    """Fill in the form of a new case and send it; returns its number."""
    page = visitor.page
    address = "/desk/cases/own-decision/" if kind in {"repair-bar", "repair-undoing"} else "/mine/cases/new/"
    page.goto(f"{address}?kind={kind}" + (f"&record={record}" if record else "") + (f"&look={about}" if about else ""))
    for name, value in said.items():
        field = page.locator(f"main form [name='{name}']")
        if field.first.get_attribute("type") == "radio":
            page.check(f"main form [name='{name}'][value='{value}']")
        elif field.first.get_attribute("type") == "checkbox":
            field.check()
        else:
            field.fill(value)
    page.click("main form .actions button")
    page.wait_for_selector("text=请记下回执码")
    return Case.objects.order_by("-opened_at").first().number  # type: ignore[union-attr]


def paper(visitor: Visitor, number: str, name: str) -> str:
    """Open a document from the case's page and return what it says."""
    visitor.page.goto(f"/cases/{number}/")
    visitor.page.click(f"ol.case-steps a:has-text('{name}')")
    visitor.page.wait_for_selector(".addressee")
    return str(visitor.page.inner_text("main"))


def sound(visitor: Visitor, addresses: tuple[str, ...], pictures: Path, way: str) -> None:
    """Each of these pages is free of faults wide and narrow, asks for nothing elsewhere and complains of nothing."""
    wrong = [fault for address in addresses for fault in inspect(visitor, address, pictures, way)]
    assert not wrong, "\n".join(wrong)
    assert not visitor.outside and not visitor.complaints


def test_shielded_while_a_plan_runs_then_repaired(visit: Callable[..., Visitor], city: Town, pictures: Path) -> None:
    record = city.records["penalty"]
    firm, bureau, public = visit(390), visit(390), visit()
    firm.sign_in("subject")
    number = send(
        firm, "repair", record=record, ground="reorganisation-plan", commitment="yes", court_document=RULING
    )  # fmt: skip
    bureau.sign_in("steward")
    do(bureau, number, "shield", court_document=RULING, decided_by=DECIDER)
    public.page.goto(f"/subjects/{place.FIRM}/")
    assert REPAIRABLE not in public.page.inner_text("main"), "out of sight while the plan runs"
    told = paper(firm, number, "暂时屏蔽决定书")
    assert RULING in told and "执行完毕后" in told
    do(firm, number, "report-completion", court_document=RULING + "之二")
    do(bureau, number, "grant-repair", reason="裁定确认执行完毕", decided_by=DECIDER)
    public.page.reload()
    assert REPAIRABLE not in public.page.inner_text("main")
    sound(firm, (f"/cases/{number}/", f"/cases/{number}/documents/2/"), pictures, "shield")


def test_a_repair_got_on_false_material_is_undone_and_a_bar_is_told(
    visit: Callable[..., Visitor], city: Town, pictures: Path
) -> None:
    record = city.records["penalty"]
    firm, bureau, public = visit(390), visit(390), visit()
    firm.sign_in("subject")
    bureau.sign_in("steward")
    said = {"ground": "performed", "commitment": "yes", "performed_on": "2026-07-02", "proof": "缴款书 1 号"}
    repaired = send(firm, "repair", record=record, **said)
    do(bureau, repaired, "grant-repair", reason="查验属实", decided_by=DECIDER, performed_on="2026-07-02")
    undoing = send(
        bureau, "repair-undoing", record=record, ground="false-material", reason="缴款书系伪造", basis="行政许可法第六十九条（参照）",
        decided_by=DECIDER,
    )  # fmt: skip
    do(bureau, undoing, "serve", **SERVED)
    firm.page.goto("/desk/notices/")
    assert "拟撤销准予信用修复的决定" in firm.page.inner_text("main") and "陈述申辩" in firm.page.inner_text("main")
    do(firm, undoing, "hear", text="凭证由银行出具")
    do(bureau, undoing, "undo", findings__1="银行函复没有该笔", performance="untrue", decided_by=DECIDER)
    public.page.goto(f"/subjects/{place.FIRM}/")
    assert REPAIRABLE not in public.page.inner_text("main"), "decided is not served"
    do(bureau, undoing, "serve-decision", **SERVED)
    public.page.reload()
    shown = public.page.inner_text("main")
    assert REPAIRABLE in shown and "2027-06-14" in shown, "until its original last day"
    told = paper(firm, undoing, "撤销信用修复决定书")
    assert "至 2027-06-14 为止" in told and "行政复议" in told and "银行函复没有该笔" in told
    firm.page.goto(f"/mine/records/{record}/")
    assert "该决定已依法撤销" in firm.page.inner_text("main") and "撤销信用修复" in firm.page.inner_text("main")

    bar = send(bureau, "repair-bar", record=record, ground="false-material", reason="缴款书系伪造", decided_by=DECIDER)
    do(bureau, bar, "serve", **SERVED)
    do(firm, bar, "hear", text="没有意见")
    do(bureau, bar, "bar", findings__1="银行函复没有该笔", decided_by=DECIDER)
    do(bureau, bar, "serve-finding", **SERVED)
    firm.page.goto("/mine/")
    own = firm.page.inner_text("main")
    assert "不能再次申请信用修复" in own and bar in own and "2029-11-23" in own
    public.page.reload()
    assert "不得再次申请" not in public.page.inner_text("main") and bar not in public.page.inner_text("main")
    sound(
        firm, ("/mine/", f"/mine/records/{record}/", f"/cases/{bar}/", f"/cases/{undoing}/", f"/cases/{undoing}/documents/4/"),
        pictures, "bar",
    )  # fmt: skip
    sound(bureau, ("/desk/repair-notices/", f"/cases/{bar}/"), pictures, "bar-steward")
