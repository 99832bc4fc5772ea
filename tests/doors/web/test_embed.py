"""The check in an old system's page (嵌入核查): one ticket, one question, once; framed where it was registered alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongxin.doors.cli import main
from gongxin.rooms.measures import check as checking
from gongxin.spine.access import looks, tickets
from gongxin.spine.access.models import ApiKey, Look
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.doors.web.standing import people, town

__all__ = ["people", "town"]

pytestmark = pytest.mark.django_db
ORIGIN = "https://approval.example.gov.cn"


@pytest.fixture
def ticket(town: Town) -> Callable[..., str]:
    """Return a way to get a ticket as an old system's server gets one."""
    secret, prefix, digest = ApiKey.new_secret()
    ApiKey.objects.create(
        body_id=place.CENTRE, label="老审批系统", prefix=prefix, digest=digest, scopes=[tickets.SCOPE]
    )  # fmt: skip

    def issued(code: str = place.BUILDER, matter: str = "procurement", **rest: str) -> str:
        asked = {"code": code, "matter": matter, "officer": "heminzhi", "case_no": "PL-9", **rest}
        told = Client().post(
            "/api/v1/embed/tickets", json.dumps(asked), content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )  # fmt: skip
        assert told.status_code == 201, told.content
        assert told.json()["address"].startswith("http://testserver/embed/check?ticket=")
        return str(told.json()["ticket"])

    return issued


def ancestors(page: Any) -> str:
    policy = page["Content-Security-Policy"]
    return next(part for part in policy.split("; ") if part.startswith("frame-ancestors"))


def test_a_ticket_is_for_one_question_once_and_soon(
    ticket: Callable[..., str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["staff", "add-origin", place.CENTRE, ORIGIN + "/"]) == 0
    assert main(["staff", "add-origin", place.CENTRE, "https://*.gov.cn"]) == 1
    assert "通配符" in capsys.readouterr().err
    browser, given = Client(enforce_csrf_checks=True), ticket()
    before = Look.objects.count()
    page = browser.get("/embed/check", {"ticket": given})
    assert page.status_code == 200 and ancestors(page) == f"frame-ancestors {ORIGIN}"
    assert "X-Frame-Options" not in page and "default-src 'self'" in page["Content-Security-Policy"]
    # The plain form of an old page opens the question too; neither is a look.
    assert browser.post("/embed/check", {"ticket": given}).status_code == 200
    assert Look.objects.count() == before
    answer = browser.post("/embed/check", {"ticket": given, "do": "ask"}).content.decode()
    look = Look.objects.latest("id")
    assert look.number in answer and "须依法处理" in answer
    assert (look.via, look.viewer, look.case_no) == ("embed", "密钥 老审批系统（heminzhi）", "PL-9")
    again = browser.post("/embed/check", {"ticket": given, "do": "ask"})
    assert again.status_code == 403 and "用过一次" in again.content.decode() and ancestors(again).endswith(ORIGIN)
    changed = browser.get("/embed/check", {"ticket": given[:-4] + "AAAA"})
    assert changed.status_code == 403 and ancestors(changed) == "frame-ancestors 'none'"
    late = ticket()
    real = tickets.time.time()
    monkeypatch.setattr(tickets.time, "time", lambda: real + tickets.GOOD_FOR + 1)
    assert "过期" in browser.get("/embed/check", {"ticket": late}).content.decode()
    monkeypatch.undo()
    english = browser.get("/embed/check", {"ticket": ticket(language="en")}).content.decode()
    assert 'lang="en"' in english and "办理事项" not in english
    ApiKey.objects.update(revoked=Look.objects.latest("id").at)
    assert "停用" in browser.get("/embed/check", {"ticket": late}).content.decode()
    assert ancestors(browser.get("/")) == "frame-ancestors 'none'" and Look.objects.count() == before + 1


def test_where_nobody_is_registered_nobody_frames(ticket: Callable[..., str]) -> None:
    assert ancestors(Client().get("/embed/check", {"ticket": ticket()})) == "frame-ancestors 'none'"
    assert main(["staff", "add-origin", place.CENTRE, ORIGIN]) == 0
    assert main(["staff", "end-origin", place.CENTRE, ORIGIN]) == 0
    assert ancestors(Client().get("/embed/check", {"ticket": ticket()})) == "frame-ancestors 'none'"
    guide = Client().get(reverse("web:help-embed")).content.decode()
    assert "embed.js" in guide and "http://testserver/api/v1/embed/tickets" in guide


def test_a_platform_that_cannot_answer_gives_the_ticket_back(
    ticket: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = ticket()

    def full(_draft: object) -> None:
        raise looks.LogUnavailable("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(looks, "write", full)
        told = Client().post("/embed/check", {"ticket": given, "do": "ask"})
        assert told.status_code == 503 and told["Retry-After"] == str(checking.Unanswerable.AGAIN_AFTER)
        assert "不表示没有记录" in told.content.decode()
    assert Client().post("/embed/check", {"ticket": given, "do": "ask"}).status_code == 200
