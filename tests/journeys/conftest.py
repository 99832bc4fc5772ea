"""A real browser before the town (浏览器旅程装置); left out plainly where Chromium is absent."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.doors.web import town as place
from tests.doors.web.conftest import Town, forgetful, people

__all__ = ["forgetful", "people"]

CHROMIUM = os.environ.get("GONGXIN_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("GONGXIN_REQUIRE_ALL") == "1"

# Playwright keeps an event loop in the test's thread; Django would otherwise refuse the store to that thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Chromium, started once."""
    if CHROMIUM is None:
        if REQUIRED:
            pytest.fail("Chromium is missing, and GONGXIN_REQUIRE_ALL=1 (apt-get install chromium)")
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def city(transactional_db: Any, people: Any) -> Town:
    """The whole town, seen by the live server too."""
    return Town(people, place.settle())


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where screenshots go: GONGXIN_SCREENSHOTS, or a folder that is thrown away."""
    folder = Path(os.environ.get("GONGXIN_SCREENSHOTS", tmp_path / "screens"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Visitor:
    """One browser window with its complaints: what it asked for elsewhere, and what it wrote on its console."""

    def __init__(self, browser: Any, address: str, **settings: Any) -> None:
        self.address = address
        self.context = browser.new_context(base_url=address, locale="zh-CN", **settings)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.outside: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", self._asked)
        self.page.on("console", lambda said: said.type in {"error", "warning"} and self.complaints.append(said.text))
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "about:", "blob:")):
            self.outside.append(request.url)

    def sign_in(self, role: str) -> None:
        """Sign in through the form, as people do."""
        self.page.goto("/accounts/login/")
        self.page.fill("#id_login", role)
        self.page.fill("#id_password", place.PASSWORD)
        self.page.click("main form button")
        self.page.wait_for_url("**/desk/")

    def elder(self) -> None:
        self.context.add_cookies([{"name": "gongxin_elder", "value": "1", "url": self.address}])

    def tab_to(self, selector: str, *, most: int = 150) -> None:
        """Press Tab until the focus stands on what is wanted, and see that one can see it there."""
        for _press in range(most):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(
                "wanted => !!document.activeElement && document.activeElement.matches(wanted)", selector
            ):
                seen = self.page.evaluate(
                    "() => { const style = getComputedStyle(document.activeElement);"
                    " return parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none'"
                    " || document.activeElement.type === 'radio' || document.activeElement.matches('.kinds input'); }"
                )
                assert seen, f"the focus on {selector} cannot be seen"
                return
        raise AssertionError(f"Tab never reached {selector}")


@pytest.fixture
def visit(chromium: Any, live_server: Any, city: Town) -> Iterator[Callable[..., Visitor]]:
    """Open a window on the live server."""
    opened: list[Visitor] = []

    def window(width: int = 1440, *, elder: bool = False, **settings: Any) -> Visitor:
        visitor = Visitor(chromium, live_server.url, viewport={"width": width, "height": 900}, **settings)
        if elder:
            visitor.elder()
        opened.append(visitor)
        return visitor

    yield window
    for visitor in opened:
        visitor.context.close()
