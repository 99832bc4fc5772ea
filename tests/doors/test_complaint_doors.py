"""Complaints by command and interface (投诉命令和接口): the same path as on the page, and nothing more is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongxin.doors import cli
from gongxin.doors.api import keys
from gongxin.spine.access.models import ApiKey
from tests.rooms.promises import complaints_town as town


@pytest.fixture
def place(db: Any, on_day: Callable[[Any], None]) -> None:
    on_day("2026-11-22")
    town.people()
    keys.keyring.forget()


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    code = cli.main(["complaints", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def asked(path: str, body: dict[str, Any], **headers: str) -> tuple[int, Any]:
    answer = Client().post(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)
    return answer.status_code, json.loads(answer.content)


def test_from_the_counter_to_the_rating_by_command(
    place: None, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, told = said(capsys, "open", "11NOBODY", f"text={town.TEXT}")
    assert code == 1 and told["error"]["code"] == "complaint.body"
    code, told = said(capsys, "open", town.BUREAU, f"text={town.TEXT}", f"name={town.NAME}", "--paper")
    assert code == 0
    number, receipt = told["number"], told["receipt"]
    referral = ["category=subsidy", f"handler={town.DISTRICT}", f"decided_by={town.DECIDER}"]
    code, told = said(capsys, "act", number, "refer", *referral[:1], f"handler={town.BUREAU}", referral[2])
    assert code == 1 and told["error"]["code"] == "complaint.own"
    assert said(capsys, "act", number, "refer", *referral)[0] == 0
    code, told = said(capsys, "show", number, "--account", "bureau")
    assert code == 1 and told["error"]["code"] == "case.none"
    paper = tmp_path / "证据.pdf"
    assert cli.main(["complaints", "attach", number, str(paper), "--receipt", receipt]) == 1
    paper.write_bytes(b"%PDF-1.7\n")
    capsys.readouterr()
    assert said(capsys, "attach", number, str(paper), "--receipt", receipt)[1]["kind"] == "pdf"
    code, told = said(capsys, "attach", number, str(paper), "--receipt", "ABCDEFGHJKMN")
    assert code == 1 and told["error"]["code"] == "case.none"
    assert said(capsys, "retaliation", number, "text=被无故检查", "--receipt", receipt)[1]["kind"] == "retaliation"
    answer = ["outcome=mending", f"findings={town.FINDINGS}", f"decided_by={town.DECIDER}"]
    assert said(capsys, "act", number, "answer", *answer, "--account", "district")[0] == 0
    assert (
        said(capsys, "complainant", number, "--reason", "核对拨付对象", "--account", "district")[1]["name"] == town.NAME
    )
    assert said(capsys, "act", number, "rate", "rating=fair", "--receipt", receipt)[1]["state"] == "rated"
    published = ["text=某企业反映补贴没有到", f"answer={town.FINDINGS}", f"confirmed_by={town.DECIDER}"]
    assert said(capsys, "act", number, "publish", *published)[0] == 0
    assert said(capsys, "list", "--published")[1]["published"][0]["number"] == number
    assert said(capsys, "figures")[1]["together"]["ratings"] == {"fair": 1}


def test_without_a_key_one_complains_and_follows_it_by_receipt(place: None) -> None:
    status, told = asked("/complaints", {"against": town.BUREAU, "text": town.TEXT, "name": town.NAME})
    assert status == 201
    holder = {"number": told["number"], "receipt": told["receipt"]}
    assert asked("/complaints/mine", {**holder, "receipt": "ABCDEFGHJKMN"})[0] == 404
    status, told = asked("/complaints/mine", holder)
    assert status == 200 and told["state"] == "received" and told["allowed"] == ["withdraw"]
    assert asked("/complaints/mine/acts/not-solved", {**holder, "fields": {"reason": "早了"}})[0] == 409
    status, told = asked("/complaints/mine/retaliation", {**holder, "text": "被无故检查三次"})
    assert status == 201 and told["kind"] == "retaliation"
    for receipt, expected in (("ABCDEFGHJKMN", 404), (holder["receipt"], 201)):
        file = SimpleUploadedFile("证据.pdf", b"%PDF-1.7\n")
        sent = {"number": holder["number"], "receipt": receipt, "file": file}
        assert Client().post("/api/v1/complaints/mine/attachments", sent).status_code == expected
    secret, prefix, digest = ApiKey.new_secret()
    ApiKey.objects.create(body_id=town.BUREAU, label="业务系统", prefix=prefix, digest=digest, scopes=["cases:write"])
    key = {"Authorization": f"Bearer {secret}"}
    assert Client().get(f"/api/v1/cases/{holder['number']}", headers=key).status_code == 404
    publication = {"text": "某企业反映", "confirmed_by": town.DECIDER}
    assert asked(f"/complaints/{holder['number']}/publication", publication, **key)[0] == 404
    figures = json.loads(Client().get("/api/v1/complaints/figures").content)
    assert figures["together"]["count"] == 1 and town.NAME not in json.dumps(figures)
    assert asked("/complaints/mine/acts/withdraw", holder)[1]["closed"]
