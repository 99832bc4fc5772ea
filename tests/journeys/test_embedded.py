"""Two origins in a real browser (嵌入核查的旅程): an old system's page frames the check; a stranger's page cannot."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from gongxin.spine.access import tickets
from gongxin.spine.access.models import ApiKey, EmbedOrigin, Look
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.journeys.conftest import Visitor
from tests.journeys.inspection import axe_faults

pytestmark = pytest.mark.browser


@pytest.fixture
def old_system() -> Iterator[Callable[[str], str]]:
    """Serve a page of another origin, and say where: `old_system("<html>…")`."""
    running: list[ThreadingHTTPServer] = []

    def serve(page: str) -> str:
        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200 if self.path == "/" else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(page.encode() if self.path == "/" else b"")

            def log_message(self, *args: Any) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield serve
    for server in running:
        server.shutdown()
        server.server_close()


def test_an_old_system_shows_the_check_and_a_stranger_cannot(
    visit: Callable[..., Visitor], city: Town, live_server: Any, old_system: Callable[[str], str], pictures: Any
) -> None:
    _secret, prefix, digest = ApiKey.new_secret()
    key = ApiKey.objects.create(
        body_id=place.CENTRE, label="老审批系统", prefix=prefix, digest=digest, scopes=[tickets.SCOPE]
    )  # fmt: skip

    def page() -> str:
        ticket = tickets.issue(tickets.Question(key.pk, "procurement", place.BUILDER, "PL-9", "heminzhi"))
        line = f'<script src="{live_server.url}/static/web/embed.js" data-ticket="{ticket}"></script>'
        return f"<!doctype html><html lang=zh><title>审批</title><h1>审批系统</h1>{line}</html>"

    own, stranger = old_system(page()), old_system(page())
    EmbedOrigin.objects.create(body_id=place.CENTRE, origin=own)
    for width in (1440, 390):
        visitor = visit(width)
        visitor.page.goto(stranger)
        visitor.page.wait_for_timeout(500)
        assert visitor.page.frames[-1].get_by_role("button", name="核查").count() == 0
    assert any("frame-ancestors" in said for said in visitor.complaints)
    visitor = visit(1440)
    visitor.page.goto(own)
    frame = visitor.page.frame_locator("iframe")
    frame.get_by_role("button", name="核查").focus()
    visitor.page.keyboard.press("Enter")
    frame.get_by_text("须依法处理").first.wait_for()
    visitor.page.screenshot(path=pictures / "embedded-1440.png", full_page=True)
    look = Look.objects.latest("id")
    assert look.via == "embed" and frame.get_by_text(look.number).count() == 1
    ticket = tickets.issue(tickets.Question(key.pk, "procurement", place.BUILDER, "PL-10", "heminzhi"))
    alone = visit(390)
    alone.page.goto(f"/embed/check?ticket={ticket}")
    alone.page.get_by_role("button", name="核查").click()
    alone.page.get_by_text("须依法处理").first.wait_for()
    assert alone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    alone.page.screenshot(path=pictures / "embedded-390.png", full_page=True)
    assert axe_faults(alone.page) == []


def test_an_officials_day(visit: Callable[..., Visitor], city: Town, pictures: Any) -> None:
    """Matter, code, answer, watch, outcome, and a list; printed, by keyboard where it matters, wide and narrow."""
    for width in (1440, 390):
        visitor = visit(width)
        visitor.sign_in("officer")
        page = visitor.page
        page.goto("/desk/check/")
        page.select_option("#matter", "procurement")
        page.fill("#code", place.BUILDER)
        page.fill("#case_no", f"PL-ZB-{width}")
        page.click("main form .button.call")
        page.get_by_role("heading", name="须依法处理").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert axe_faults(page) == []
        page.screenshot(path=pictures / f"answer-{width}.png", full_page=True)
        if width == 1440:
            page.pdf(path=pictures / "answer.pdf", format="A4")
        page.fill("#until", "2026-12-31")
        page.keyboard.press("Enter")
        page.get_by_text("停止关注").wait_for()
        page.check("input[name=kind][value=restricted]")
        page.click("#outcome .button.primary")
        page.get_by_text("已登记").first.wait_for()
        page.goto("/desk/check/many/")
        page.select_option("#matter", "procurement")
        page.fill("#codes", f"{place.BUILDER}\n{place.FIRM}")
        assert axe_faults(page) == []
        page.screenshot(path=pictures / f"many-{width}.png", full_page=True)
        page.click("main form .button.call")
        page.wait_for_url("**/desk/check/many/*/")
        from gongxin.rooms.measures import handed_in

        handed_in.run_waiting()
        page.reload()
        page.get_by_text("下载工作簿").wait_for()
        assert axe_faults(page) == []
        page.screenshot(path=pictures / f"list-{width}.png", full_page=True)
        assert not visitor.outside
