"""By keyboard alone, and without a script (键盘与无脚本): hand in, put right, check, register."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from gongxin.rooms.intake import batches
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.rooms.measures.models import Outcome
from gongxin.spine.access.models import Look
from tests.doors.web import files
from tests.doors.web import town as place
from tests.journeys.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in_by_keyboard(visitor: Visitor, role: str) -> None:
    keyboard = visitor.page.keyboard
    visitor.page.goto("/accounts/login/")
    visitor.tab_to("#id_login")
    keyboard.type(role)
    keyboard.press("Tab")
    keyboard.type(place.PASSWORD)
    keyboard.press("Enter")
    visitor.page.wait_for_url("**/desk/")


def test_the_first_stop_is_the_content(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.page.goto("/")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.className") == "skip"
    visitor.page.keyboard.press("Enter")
    assert visitor.page.evaluate("document.activeElement.id") == "main"


def test_search_to_subject_to_law_by_keyboard(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.page
    page.goto("/")
    visitor.tab_to("#q")
    page.keyboard.type("精密")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    visitor.tab_to(".hits a")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/subjects/{place.FIRM}/")
    visitor.tab_to(".adverse .chip")
    page.keyboard.press("Enter")
    page.wait_for_url("**/law/**")
    assert page.locator("h1").count() == 1


def test_hand_in_and_put_right_by_keyboard(visit: Callable[..., Visitor], tmp_path: Path) -> None:
    visitor = visit()
    page = visitor.page
    # From now on the browser hands its chooser of files to us. Asked only at the key, it may hear of it after the key.
    page.on("filechooser", lambda chooser: None)
    sign_in_by_keyboard(visitor, "steward")
    visitor.tab_to('.side-nav a[href="/desk/intake/"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/intake/")
    visitor.tab_to("#file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(files.penalties(tmp_path / "十一月.csv"))
    visitor.tab_to("main form .button.primary")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=正在排队")
    batch = Batch.objects.get()
    batches.run(batch.pk)
    page.wait_for_selector("text=有 3 行暂时不能入库")

    row = HeldRow.objects.get(batch=batch, row=8)
    wanted = f"#row-{row.pk} input[name=decided_on]"
    visitor.tab_to(wanted)
    page.keyboard.press("Control+A")
    page.keyboard.type("2026-15-01")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{wanted}[aria-invalid=true]")
    expect(page.locator(wanted)).to_be_focused()
    assert page.input_value(wanted) == "2026-15-01", "what was typed is still there, and so is the focus"

    page.keyboard.press("Control+A")
    page.keyboard.type("2026-11-04")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#row-{row.pk}.fixed")
    expect(page.locator(f"#row-{row.pk} [data-focus]")).to_be_focused()
    expect(page.locator("#said")).to_contain_text("已改好")
    assert page.locator("#open-notice").inner_text().startswith("有 2 行")
    assert page.locator("#bottom").inner_text().startswith("6 ")
    row.refresh_from_db()
    assert row.state == HeldRow.State.ENTERED

    visitor.tab_to(f"#row-{HeldRow.objects.get(batch=batch, row=7).pk} input[name=uscc]")
    page.keyboard.press("Control+A")
    page.keyboard.type(place.code("91", 306))
    page.keyboard.press("Enter")
    page.wait_for_selector(".fixed >> nth=1")
    visitor.tab_to('#bottom a[href="/desk/intake/records/"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/intake/records/")
    assert Batch.objects.get().accepted == files.GOOD + 2
    assert not visitor.complaints and not visitor.outside


def test_check_and_register_by_keyboard(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.page
    sign_in_by_keyboard(visitor, "officer")
    visitor.tab_to('.side-nav a[href="/desk/check/"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/check/")
    visitor.tab_to("#matter")
    while page.input_value("#matter") != "procurement":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type(place.BUILDER)
    page.keyboard.press("Tab")
    page.keyboard.type("PL-ZB-2026-0917")
    visitor.tab_to("main .button.call")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=1 项须依法处理，1 项供参考")
    assert page.locator("input[name=kind]:checked").count() == 0
    visitor.tab_to("input[name=kind]")
    page.keyboard.press("Space")
    visitor.tab_to("#o-document_no")
    page.keyboard.type("平交易资审〔2026〕52 号")
    visitor.tab_to("#outcome .button.primary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#outcome >> text=已登记")
    expect(page.locator("#outcome")).to_be_focused()
    assert Outcome.objects.get().check_number == Look.objects.filter(matter="procurement").earliest("id").number
    assert page.locator("text=须依法处理").first.is_visible(), "the answer stays on the page"


def test_without_any_script(visit: Callable[..., Visitor], tmp_path: Path) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.page
    page.goto("/")
    page.fill("#q", "精密")
    page.click(".big-search button")
    page.click(".hits a")
    assert "燕北精密" in page.locator("h1").inner_text()
    visitor.sign_in("steward")
    page.goto("/desk/intake/")
    page.set_input_files("#file", files.penalties(tmp_path / "十一月.csv"))
    page.click("main form .button.primary")
    batch = Batch.objects.get()
    assert page.locator("text=看最新进度").count() == 1
    batches.run(batch.pk)
    page.goto(f"/desk/intake/{batch.pk}/")
    row = HeldRow.objects.get(batch=batch, row=8)
    page.fill(f"#row-{row.pk} input[name=decided_on]", "2026-11-04")
    page.click(f"#row-{row.pk} button")
    assert "已改好，已入库" in page.locator("main").inner_text()
    page.goto("/accounts/logout/")
    page.click("main form button")
    visitor.sign_in("officer")
    page.goto("/desk/check/")
    page.select_option("#matter", "procurement")
    page.fill("#code", place.BUILDER)
    page.click("main .button.call")
    page.check("input[name=kind][value=restricted]")
    page.click("#outcome .button.primary")
    assert "已登记" in page.locator("main").inner_text()


def test_the_menu_opens_and_closes_on_a_telephone(visit: Callable[..., Visitor]) -> None:
    visitor = visit(390)
    page = visitor.page
    page.goto("/")
    visitor.tab_to(".menu > summary")
    page.keyboard.press("Enter")
    assert page.locator('.menu a[href="/lists/"]').is_visible()
    page.keyboard.press("Escape")
    assert not page.locator('.menu a[href="/lists/"]').is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_elder_mode_makes_things_large(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.page
    page.goto("/")
    page.click("text=长者模式")
    page.wait_for_selector("html.elder")
    sizes = page.evaluate(
        "() => [...document.querySelectorAll('main p, main a, main td, main dt, main button, footer a, .strip a')]"
        ".filter(part => part.offsetParent && part.textContent.trim())"
        ".map(part => [parseFloat(getComputedStyle(part).fontSize), part.outerHTML.slice(0, 80)])"
    )
    small = [part for size, part in sizes if size < 20]
    assert not small, small[:5]
    low = page.evaluate(
        "() => [...document.querySelectorAll('main .button, nav.wide-only a, .strip a')]"
        ".filter(part => part.offsetParent).map(part => part.getBoundingClientRect().height).filter(high => high < 60)"
    )
    assert not low, low
