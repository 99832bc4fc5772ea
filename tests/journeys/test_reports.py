"""A report's way in a real browser (信用报告旅程): made, opened, fetched, verified; wide, narrow and in elder mode."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gongxin.rooms.disclosure.reports import signing, verifying
from tests.doors.web.conftest import Town
from tests.journeys.conftest import Visitor
from tests.journeys.inspection import MODES, look, seen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@MODES
def test_made_opened_verified(
    city: Town, visit: Callable[..., Visitor], pictures: Path, elder: bool, tmp_path: Path
) -> None:
    way = "elder" if elder else "plain"

    def opened(role: str = "") -> Visitor:
        visitor = visit(elder=elder, accept_downloads=True)
        if role:
            visitor.sign_in(role)
        return visitor

    firm = opened("subject")
    wrong = look(firm, "/mine/reports/", pictures, way)
    page = firm.page
    page.fill("#purpose", "参加招标")
    page.click("main form button.primary")
    page.wait_for_url("**/mine/reports/BG-*/")
    wrong += seen(firm, "/mine/reports/one/", pictures, way)
    text = page.inner_text("main")
    assert "平环罚〔2026〕117 号" in text
    number = re.search(r"BG-[0-9A-Z-]+", text)
    assert number is not None
    with page.expect_download() as fetched:
        page.click("a.button.primary")
    file = tmp_path / "report.pdf"
    fetched.value.save_as(file)
    assert verifying.verify(file.read_bytes(), signing.trusted()).number == number.group(0)
    page.click("main a[href*='verify/?n=']")
    wrong += seen(firm, "/verify/genuine/", pictures, way)
    assert "真：签名和登记一致" in page.inner_text("main")

    public = opened()
    wrong += look(public, "/verify/", pictures, way)
    spoilt = bytearray(file.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    file.write_bytes(bytes(spoilt))
    public.page.set_input_files("#file", str(file))
    public.page.click("main form button.primary")
    wrong += seen(public, "/verify/false/", pictures, way)
    assert "假" in public.page.inner_text("main h2")

    counter = opened("operator")
    wrong += look(counter, "/desk/reports/", pictures, way)
    assert wrong == []
