"""An official's day in a real browser (办事人员的一天): matter, code, answer, outcome, notice printed – lifted when repaired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gongxin.spine.cases.models import Case
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.journeys.conftest import Visitor
from tests.journeys.test_cases import do
from tests.journeys.test_other_cases import send, sound

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DECIDER = "招标管理科科长 何敏之"
DOCUMENT = "平环罚〔2025〕88 号"
MEASURE = "因重大违法记录不具备供应商资格"
HEARD = date(2026, 12, 14)
"""A day after the time to be heard has passed, whichever days are made up for."""


def served(day: date) -> dict[str, str]:
    return {"method": "personal", "served_on": day.isoformat(), "proof": "送达回证 31 号"}


def restrict(officer: Visitor) -> str:
    """Check, read the answer, state the outcome; returns the case that the page leads to."""
    page = officer.page
    page.goto("/desk/check/")
    page.select_option("#matter", "procurement")
    page.fill("#code", place.FIRM)
    page.fill("#case_no", "PL-CG-2026-0301")
    page.click("main .button.call")
    page.wait_for_selector("text=1 项须依法处理")
    assert DOCUMENT in page.inner_text("main") and MEASURE in page.inner_text("main")
    page.check("input[name=kind][value=restricted]")
    page.click("#outcome .button.primary")
    page.wait_for_selector("#outcome >> text=限制措施已立案")
    page.click("#outcome a.button.primary")
    page.wait_for_url("**/cases/XZ-*/")
    return Case.objects.get(kind="restriction").number


def document(visitor: Visitor, number: str) -> str:
    """The latest document of the case, opened from its page, as both sides read it."""
    visitor.page.goto(f"/cases/{number}/")
    visitor.page.click(".desk-head a[href*='/documents/']")
    visitor.page.wait_for_selector(".addressee")
    return str(visitor.page.inner_text("main"))


def rows(visitor: Visitor, address: str) -> list[str]:
    """What a page of restrictions says of each that was served, without the column in which the pages differ."""
    visitor.page.goto(address)
    found = visitor.page.locator("main table:has(th:text('怎样解除')) tbody tr")
    told = []
    for row in found.all():
        cells = row.locator("th, td").all_inner_texts()
        told.append("\n".join([cells[0].replace("了结", "").split("XZ-")[0].strip(), *cells[2:]]))
    return told


def test_from_the_check_to_the_end_with_its_cause(
    visit: Callable[..., Visitor], city: Town, on_day: Callable[[object], None], pictures: Path, tmp_path: Path
) -> None:
    record = place.penalty(
        place.FIRM, "燕北精密机械有限公司", "2025-09-01", document_no=DOCUMENT, penalty_kinds="order-stop",
        penalty_content="责令停产停业整顿十日", violation="擅自拆除污染防治设施",
    )  # fmt: skip
    officer, firm = visit(), visit(390)
    officer.sign_in("officer")
    firm.sign_in("subject")
    number = restrict(officer)
    notice = document(officer, number)
    for part in (
        "燕北精密机械有限公司：",
        MEASURE,
        DOCUMENT,
        "擅自拆除污染防治设施",
        "陈述和申辩",
        "怎样解除",
        "受送达人签收",
    ):
        assert part in notice, part
    assert document(firm, number) == notice, "one answer for officer and subject"
    printed = tmp_path / "notice.pdf"
    officer.page.goto(f"/cases/{number}/documents/1/")
    officer.page.pdf(path=printed, format="A4")
    assert printed.read_bytes()[:5] == b"%PDF-"
    assert (
        "没有任何限制" in notice and not rows(officer, "/desk/restrictions/") and not rows(firm, "/mine/restrictions/")
    )
    assert number in firm.page.inner_text("main"), "what is under way is told to the subject too"
    pages = (f"/cases/{number}/", f"/cases/{number}/documents/1/")
    sound(officer, ("/desk/restrictions/", *pages), pictures, "official-noticed-1440")
    sound(firm, ("/mine/restrictions/", *pages), pictures, "subject-noticed-390")

    do(officer, number, "serve", **served(place.TODAY))
    do(firm, number, "hear", text="已经整改完毕")
    on_day(HEARD)
    do(
        officer,
        number,
        "decide",
        findings__1="整改属实，不改变处罚",
        document_no="平交易限〔2026〕1 号",
        decided_by=DECIDER,
    )
    do(officer, number, "serve-decision", **served(HEARD))
    decision = document(firm, number)
    assert (
        "平交易限〔2026〕1 号" in decision and DOCUMENT in decision and "行政复议" in decision and DECIDER in decision
    )
    [running] = rows(officer, "/desk/restrictions/")
    assert rows(firm, "/mine/restrictions/") == [running] and MEASURE in running and "执行中" in running
    small = visit(390)
    small.sign_in("officer")
    sound(small, ("/desk/restrictions/", *pages), pictures, "official-running-390")

    said = {"ground": "performed", "commitment": "yes", "performed_on": "2025-10-20", "proof": "验收意见 12 号"}
    repair = send(firm, "repair", record=record, **said)
    bureau = visit()
    bureau.sign_in("steward")
    do(bureau, repair, "grant-repair", reason="查验属实", decided_by="法制科科长 郑文澜", performed_on="2025-10-20")
    [ended] = rows(officer, "/desk/restrictions/")
    assert rows(firm, "/mine/restrictions/") == [ended] and "同时解除" in ended, "it ended with its cause, that instant"
    sound(firm, ("/mine/restrictions/",), pictures, "subject-ended-390")
    officer.page.goto("/desk/restrictions/")
    officer.page.click("main a:has-text('了结')")
    do(officer, number, "close")
    officer.page.goto("/desk/restrictions/")
    assert "了结" not in officer.page.inner_text("main")
    sound(officer, ("/desk/restrictions/",), pictures, "official-ended-1440")
