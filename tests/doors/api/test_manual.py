"""The manual (接口说明): made from the interface, served from this host, without any script."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from gongxin.doors.api import manual
from gongxin.doors.api.urls import api
from gongxin.spine.access.scopes import SCOPES

ROOT = Path(__file__).resolve().parents[3]


def test_the_written_manual_is_current() -> None:
    written = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert written == manual.markdown(api), "run: .venv/bin/python -m gongxin.doors.api"


def test_no_two_shapes_have_one_name() -> None:
    """同名的两个结构在接口说明里只剩一个，另一个的调用就说错了自己的答复。"""
    named: dict[str, set[str]] = {}
    for path in (ROOT / "gongxin" / "doors" / "api").glob("*.py"):
        for name in re.findall(r"^class (\w+(?:In|Out))\(", path.read_text(encoding="utf-8"), re.MULTILINE):
            named.setdefault(name, set()).add(path.name)
    assert len(named) > 100
    assert not {name: places for name, places in named.items() if len(places) > 1}


def test_the_page_needs_no_script_and_no_other_host(client: Any) -> None:
    page = client.get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "<script" not in text
    assert " style=" not in text
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert client.get("/api/v1/manual.css")["Content-Type"].startswith("text/css")


def test_every_call_is_explained() -> None:
    for _, calls in manual.groups(api):
        for call in calls:
            assert call.title, call.path
            assert call.text, call.path
            assert not call.scope or call.scope in SCOPES


def test_every_anchor_is_one_place(client: Any) -> None:
    anchors = re.findall(r' id="([^"]+)"', client.get("/api/v1/docs").content.decode())
    assert len(anchors) == len(set(anchors))


@pytest.mark.django_db
def test_the_openapi_document_is_the_same_every_time(client: Any) -> None:
    assert client.get("/api/v1/openapi.json").json() == client.get("/api/v1/openapi.json").json()
