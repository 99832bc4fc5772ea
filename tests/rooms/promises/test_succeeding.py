"""Bodies and posts by page, command and interface (机构和岗位): an event with its document, and the handover list made with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from gongxin.doors.cli import main
from gongxin.kernel.issues import Refusal
from gongxin.rooms.promises import following, handing_over, handover, succeeding
from gongxin.rooms.promises.models import HandoverPaper
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Look
from gongxin.spine.bodies import register
from gongxin.spine.bodies.posts import Appointing
from gongxin.spine.bodies.register import Change
from gongxin.spine.outbox.models import Notice
from tests.rooms.promises import promises_town as town

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)


@pytest.fixture
def people(on_day: Callable[[str], None]) -> dict[str, Viewer]:
    on_day(TODAY.isoformat())
    return town.people()


def passed(outcome: Any) -> succeeding.Passed:
    assert isinstance(outcome, succeeding.Passed), outcome
    return outcome


def test_whoever_comes_is_given_the_list_with_the_entry_itself(people: dict[str, Viewer]) -> None:
    office, bureau = people["office"], people["bureau"]
    contract = town.promise("government-contract", town.CONTRACT)
    no = succeeding.establish(bureau, town.BUREAU, "局长", Appointing("", TODAY))
    assert isinstance(no, Refusal) and no.code == "body.office"
    post = passed(succeeding.establish(office, town.BUREAU, "局长", Appointing("", date(2020, 1, 1)))).entered
    assert passed(succeeding.establish(office, town.BUREAU, "副局长", Appointing("", TODAY))).entered.post != post.post
    first = passed(succeeding.appoint(office, Appointing(post.post, date(2022, 1, 1), "前任")))
    assert first.paper is None, "there was nobody to hand anything over"
    second = passed(succeeding.appoint(office, Appointing(post.post, TODAY, "现任", account=bureau.account_id)))
    assert second.paper is not None and second.paper.content["count"] == 1
    told = Notice.objects.filter(template="promise.handover", to_kind="account")
    assert list(told.values_list("to", flat=True)) == [str(bureau.account_id)]
    future = succeeding.appoint(office, Appointing(post.post, date(2026, 6, 2), "后任"))
    assert isinstance(future, Refusal) and HandoverPaper.objects.count() == 1
    merged = passed(
        succeeding.change(office, Change(town.BUREAU, "merged", TODAY, to=(town.OTHER,), document="平编 1"))
    )
    assert merged.paper is not None and merged.paper.row.body == town.OTHER
    assert [each["record"] for each in merged.paper.content["promises"]] == [contract]
    read = handing_over.read(people["other"], merged.paper.row.number)
    assert isinstance(read, handing_over.Paper), "whoever goes on for it reads it"
    renamed = Change(town.OTHER, "renamed", TODAY, "平陵市教育和住房局", document="平编 2")
    assert passed(succeeding.change(office, renamed)).paper is None, "a new name passes nothing to anybody"
    owed = handover.listing(people["other"], town.OTHER)
    assert not isinstance(owed, Refusal) and len(owed.open) == 1


def test_by_page_the_office_enters_what_becomes_of_a_body(people: dict[str, Viewer]) -> None:
    town.promise("government-contract", town.CONTRACT)
    desk = Client()
    desk.force_login(Account.objects.get(pk=people["office"].account_id))
    listed = desk.get("/desk/bodies/", {"words": "教育"}).content.decode()
    assert "平陵市教育局" in listed and "清溪镇" not in listed
    address = f"/desk/bodies/{town.BUREAU}/"
    on = {"on": "2026-06-01", "document": "平编〔2026〕3号"}
    for sent, why in (
        ({"act": "merge", "to": "没有的局", **on}, "没有找到单位“没有的局”"),
        ({"act": "merge", "to": "平陵市住房和城乡建设局", **on, "document": ""}, "没有写明依据文件"),
        ({"act": "rename", "name": "平陵市教育体育局", **on, "on": "下月"}, "没有写生效日，或者日期不对"),
        ({"act": "appoint", "holder": "钟毓秀", **on}, "没有选岗位"),
    ):  # fmt: skip
        answer = desk.post(address, sent)
        assert answer.status_code == 422 and why in answer.content.decode(), sent
        assert not sent.get("to") or sent["to"] in answer.content.decode(), "what was typed is not lost"
    assert desk.post(address, {"act": "add-post", "name": "局长", "on": "2020-01-01"}).status_code == 302
    post = f"{town.BUREAU}-1"
    for holder, day in (("章怀远", "2022-01-01"), ("钟毓秀", "2026-06-01")):
        answer = desk.post(address, {"act": "appoint", "post": post, "holder": holder, "on": day})
    paper = desk.get(answer.url)
    assert "/desk/promises/handover/YJ-2026-000001/" in answer.url and "三所小学校舍维修" in paper.content.decode()
    assert "章怀远" in desk.get(address).content.decode()
    assert Look.objects.filter(subject=f"posts:{town.BUREAU}").exists(), "who looked at who held a post is told"
    answer = desk.post(address, {"act": "merge", "to": "平陵市住房和城乡建设局", **on})
    assert "/desk/promises/handover/YJ-2026-000002/" in answer.url
    ended = desk.get(address).content.decode()
    assert "停止存续，承诺和合同由承继单位继续履行" in ended and 'id="f-merge"' not in ended
    public = Client().get(f"/bodies/{town.BUREAU}/").content.decode()
    assert "章怀远" not in public and "钟毓秀" not in public
    steward = Client()
    steward.force_login(Account.objects.get(pk=people["bureau"].account_id))
    assert steward.get(address).status_code == 403


def test_anybody_finds_a_body_down_to_the_township_and_follows_it(people: dict[str, Viewer]) -> None:
    record = town.promise("government-promise", town.LIVELIHOOD)
    listed = Client().get("/bodies/", {"region": "131521100"}).content.decode()
    assert f"/bodies/{town.TOWNSHIP}/" in listed and f"/bodies/{town.BUREAU}/" not in listed
    assert f'href="/bodies/{town.TOWNSHIP}/"' in Client().get(f"/subjects/{town.TOWNSHIP}/").content.decode()
    assert "/promises/data.csv" in Client().get("/open-data/").content.decode()
    told = Client().get("/api/v1/bodies", {"region": "131521"}).json()
    assert [(each["code"], each["superior"]["code"]) for each in told["bodies"]] == [(town.TOWNSHIP, town.GOVERNMENT)]
    moved = Change(town.BUREAU, "merged", date(2026, 5, 10), to=(town.OTHER,), document="平编")
    assert not isinstance(register.enter(moved, actor="测试"), Refusal)
    one = Client().get(f"/api/v1/bodies/{town.BUREAU}").json()
    assert one["ended_on"] == "2026-05-10" and one["successor"]["code"] == town.OTHER
    assert Client().get(f"/api/v1/bodies/{town.BUREAU}", {"as_of": "2026-05-09"}).json()["ended_on"] is None
    assert Client().get("/api/v1/bodies/NOBODY").status_code == 404
    reader = Client()
    reader.force_login(Account.objects.create(username="reader", role="subject"))
    assert reader.post(f"/bodies/{town.TOWNSHIP}/follow/", {"follow": "yes"}).status_code == 302
    assert reader.post(f"/promises/{record}/follow/", {"follow": "yes"}).status_code == 302
    mine = reader.get("/desk/following/").content.decode()
    assert "清溪镇人民政府" in mine and "老年食堂" in mine
    reader.post(f"/promises/{record}/follow/", {"follow": "no", "back": "1"})
    account = Account.objects.get(username="reader").pk
    assert following.follows(account, body=town.TOWNSHIP) and not following.follows(account, record=record)


def test_at_the_terminal_the_same_is_entered_with_the_same_list(
    people: dict[str, Viewer], capsys: pytest.CaptureFixture[str]
) -> None:
    town.promise("government-contract", town.CONTRACT)
    assert main(["bodies", "add-post", "edu-1", town.BUREAU, "局长", "--on", "2020-01-01"]) == 0
    assert main(["bodies", "appoint", "edu-1", "前任", "--on", "2022-01-01"]) == 0
    capsys.readouterr()
    assert main(["bodies", "appoint", "edu-1", "现任", "--on", "2026-06-01", "--json"]) == 0
    number = json.loads(capsys.readouterr().out)["handover"]
    assert main(["promises", "handed-over", number, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["content"]["posts"][0]["to"] == "现任"
    assert main(["bodies", "appoint", "edu-1", "他人", "--on", "2026-06-01", "--account", "p-bureau", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "body.office"
    arguments = ["merge", town.BUREAU, town.OTHER, "--document", "平编〔2026〕3号", "--on", "2026-06-01", "--json"]
    assert main(["bodies", *arguments]) == 0
    assert json.loads(capsys.readouterr().out)["handover"]
    assert main(["bodies", "show", town.BUREAU]) == 0
    assert "停止存续" in capsys.readouterr().out
