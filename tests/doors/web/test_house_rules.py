"""What holds on every page (每页的规矩): no other host, no inline script or style, one heading, one language, headers."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.doors.web import town as place
from tests.doors.web.conftest import Town

pytestmark = pytest.mark.words

WEB = Path(__file__).resolve().parents[3] / "gongxin" / "doors" / "web"
PUBLIC = (
    "/", "/search", "/search?q=平陵", "/search?q=没有这一家单位", "/search?q=x", "/lists/", "/lists/procurement-violation/",
    "/lists/penalty/", "/lists/wage-defaulters/",
    "/lists/research-integrity/", "/promises/", "/open-data/", "/law/", "/law/APL-2021/", "/law/APL-2021/48/", "/catalogue/", "/measures/",
    "/measures/market-access.procurement-ban/",
    "/catalogue/penalty/", "/catalogue/commitment/", "/help/", "/help/remedy/", "/help/complaint/", "/help/report/",
    "/help/accessibility/", "/help/privacy/", "/help/sitemap/", "/oversight/looks/", "/accounts/login/", "/accounts/signup/", "/account/open/",
    f"/subjects/{place.FIRM}/", f"/subjects/{place.SHOP}/", f"/subjects/{place.FIRM}/?item=penalty", "/nothing-here/",
)  # fmt: skip
STAFF = {
    "steward": ("/desk/", "/desk/intake/", "/desk/intake/records/", "/desk/intake/open/", "/desk/intake/templates/",
                "/desk/identities/", "/desk/identities/judgements/", "/desk/determinations/", "/desk/quality/",
                "/desk/account/", "/desk/lists/",
                "/desk/lists/market-serious-violations/propose/", "/desk/check/", "/accounts/logout/",
                "/accounts/2fa/", "/accounts/password/change/"),
    "officer": ("/desk/", "/desk/consents/", "/desk/check/", "/desk/checks/", "/desk/checks/open/", "/desk/looks/withheld/"),
    "operator": ("/desk/", "/desk/persons/", "/desk/organisations/", "/desk/intake/", "/desk/identities/names/", "/desk/determinations/"),
    "auditor": ("/desk/looks/", "/desk/looks/unusual/", "/desk/looks/withheld/"),
    "subject": ("/desk/", "/mine/", "/mine/looks/", "/mine/consents/", "/mine/consents/new/",
                "/mine/consents/new/?matter=credit-service", "/mine/delegations/", "/mine/identity/", "/mine/family/"),
}  # fmt: skip


class Page(HTMLParser):
    """Reads what the rules ask about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.addresses: list[str] = []
        self.headings: list[int] = []
        self.language = ""
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.inputs: list[dict[str, str | None]] = []
        self.scripts_with_text = 0
        self._script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if "id" in given:
            self.ids.append(given["id"] or "")
        self.inline += [f"{tag} {name}" for name, _ in attrs if name == "style" or name.startswith("on")]
        self.addresses += [
            value or "" for name, value in attrs if name in {"href", "src", "action", "srcset", "poster"}
        ]
        if tag == "style":
            self.inline.append("style")
        self._script = tag == "script" and "src" not in given

    def handle_data(self, data: str) -> None:
        if self._script and data.strip():
            self.inline.append("script")

    def handle_endtag(self, tag: str) -> None:
        self._script = False


def check(address: str, client: Client) -> None:
    answer = client.get(address)
    assert answer.status_code in {200, 404, 403, 422}, f"{address} {answer.status_code}"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy and "http" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    page = Page(answer.content.decode())
    assert not page.inline, f"{address}: {page.inline}"
    outside = [
        one for one in page.addresses if re.match(r"(?:[a-z]+:)?//|https?:", one) and not one.startswith("data:")
    ]
    assert not outside, f"{address}: {outside}"
    assert page.language == "zh-Hans", address
    assert page.headings.count(1) == 1, f"{address}: {page.headings}"
    for earlier, later in zip(page.headings, page.headings[1:], strict=False):
        assert later <= earlier + 1, f"{address}: a heading skips a level {page.headings}"
    repeated = {one for one in page.ids if page.ids.count(one) > 1}
    assert not repeated, f"{address}: {repeated}"


def test_every_public_page_keeps_the_rules(town: Town) -> None:
    for address in PUBLIC:
        check(address, Client())


@pytest.mark.parametrize("role", STAFF)
def test_every_page_of_the_workbench_keeps_the_rules(role: str, town: Town, signed_in: Callable[[str], Client]) -> None:
    client = signed_in(role)
    for address in STAFF[role]:
        check(address, client)


def test_the_footer_has_what_it_must_have(people: Any, settings: Any) -> None:
    page = Client().get("/").content.decode()
    for words in ("网站标识码", "ICP", "公安备案", "网站地图", "无障碍说明", "个人信息保护", "政府网站找错"):
        assert words in page, words
    assert "测试环境" in page, "an office that lacks a number may not call itself the formal environment"


def test_a_demonstration_says_that_its_data_are_invented(people: Any, settings: Any) -> None:
    settings.GONGXIN_DEMO = True
    assert "演示环境，页面数据均为虚构" in Client().get("/").content.decode()


def test_nothing_in_the_styles_asks_another_host() -> None:
    for path in (WEB / "static").rglob("*"):
        if path.suffix in {".css", ".svg"} or path.name == "gongxin.js":
            text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
            assert not re.findall(r"https?://|@import|url\(\s*['\"]?//", text), path.name


def test_what_is_not_ours_says_its_licence() -> None:
    assert "Zero-Clause BSD" in (WEB / "static/web/vendor/htmx.LICENSE").read_text(encoding="utf-8")
    assert "ISC" in (WEB / "static/web/vendor/lucide.LICENSE").read_text(encoding="utf-8")


def test_the_pages_use_no_word_the_guide_forbids() -> None:
    """界面设计指南 §6：不用“黑名单”“老赖”“污点”；§7：不用感叹号。"""
    for path in sorted((WEB / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for word in ("黑名单", "老赖", "污点", "红黑榜", "操作成功", "系统繁忙", "点击这里", "！"):
            assert word not in text, f"{path.name}: {word}"


def test_a_lost_page_tells_nothing_of_what_was_there(town: Town) -> None:
    gone, never = Client().get(f"/subjects/{place.code('91', 999)}/"), Client().get("/subjects/NOTHING/")
    assert gone.status_code == never.status_code == 404
    assert gone.content == never.content.replace(b"NOTHING", place.code("91", 999).encode())


def test_an_address_to_return_to_never_leaves_the_site(people: Any) -> None:
    for target in ("https://example.org/", "//example.org/", "javascript:alert(1)", "\\\\example.org"):
        answer = Client().get(reverse("web:language", args=["en"]), {"next": target})
        assert answer.url == "/"
    assert Client().get(reverse("web:elder", args=["on"]), {"next": "/lists/?page=2"}).url == "/lists/?page=2"
