"""One's own pages (我的信用页面): for an organisation, for a person, for a delegate; equal buttons, nothing chosen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongxin.spine.access import consents, delegations, identities
from gongxin.spine.access.models import Account, ConsentRow, IdentityAct, Look, LookReply
from gongxin.spine.ledger.acts import NewAct, person_key
from gongxin.spine.ledger.append import append
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.doors.web.standing import people, town

__all__ = ["people", "town"]

BACKEND = "django.contrib.auth.backends.ModelBackend"
UNTIL = (place.TODAY + timedelta(days=20)).isoformat()
REQUEST = {
    "matter": "consented-service", "code": place.CITIZEN_NUMBER, "purpose": "便民服务核验",
    "field": ["penalty:violation", "penalty:decided_on"], "uses": "2", "until": UNTIL,
}  # fmt: skip


def plain(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page.content.decode()))


@pytest.fixture
def citizen(town: Town) -> Client:
    client = Client()
    client.force_login(place.citizen(), backend=BACKEND)
    return client


@pytest.fixture
def firm(town: Town, signed_in: Callable[[str], Client]) -> Client:
    return signed_in("subject")


@pytest.fixture
def officer(town: Town, signed_in: Callable[[str], Client]) -> Client:
    return signed_in("officer")


def test_everything_held_in_plain_words(firm: Client, town: Town) -> None:
    page = plain(firm.get(reverse("web:mine")))
    for words in (
        "超过大气污染物排放标准排放",
        "平环罚〔2026〕117 号",
        "谁看得到",
        "公众",
        "保存",
        "销毁",
        "信用修复",
        "我认为有误",
    ):
        assert words in page, words
    one = plain(firm.get(reverse("web:mine-record", args=[town.records["penalty"]])))
    for words in ("等级和期限是怎么来的", "理由：", "在办事中会怎样", "政府采购", "法规书版本", "台账第"):
        assert words in one, words
    assert firm.get(reverse("web:mine-record", args=[town.records["ban"]])).status_code == 404


def test_expired_entries_are_there_for_oneself_alone(firm: Client, town: Town) -> None:
    account = Account.objects.get(username="subject")
    Account.objects.filter(pk=account.pk).update(body=_body(place.QUIET, "平陵静水文化传媒有限公司"))
    page = plain(firm.get(reverse("web:mine")))
    assert "已过公示期的旧处罚" in page and "仅您可见" in page and "公示期满" in page
    assert "已过公示期的旧处罚" not in Client().get(reverse("web:subject", args=[place.QUIET])).content.decode()


def test_a_copy_is_in_the_log_as_what_it_is(firm: Client) -> None:
    answer = firm.get(reverse("web:mine-copy", args=["json"]))
    assert answer["Content-Disposition"].startswith("attachment")
    told = json.loads(answer.content)
    assert Look.objects.get(number=told["look"]).ground == "own copy-json"
    assert "下载副本（JSON）" in plain(firm.get(reverse("web:mine-looks")))
    assert firm.get(reverse("web:mine-copy", args=["exe"])).status_code == 404


def test_what_waits_for_ones_word_stands_first(firm: Client, officer: Client) -> None:
    officer.post(reverse("web:check"), {"matter": "procurement", "code": place.FIRM, "case_no": "PL-1"})
    number = Look.objects.latest("id").number
    firm.get(reverse("web:mine"))
    page = firm.get(reverse("web:mine-looks"))
    text = page.content.decode()
    assert text.index(number) < text.index("您本人") and "待您确认" in text and "招标管理科" in text
    assert "何敏之" not in text
    answer = firm.post(reverse("web:mine-look", args=[number]), {"verb": "confirmed"}, follow=True)
    assert "您已确认是自己办的事" in plain(answer) and 'class="awaiting"' not in answer.content.decode()
    asked = firm.post(reverse("web:mine-look", args=[number]), {"verb": "contested"})
    assert asked.status_code == 302 and "kind=inquiry" in asked.url and number in asked.url
    assert LookReply.objects.count() == 2
    form = firm.get(asked.url)
    assert form.status_code == 200 and number in form.content.decode()
    brought = firm.post(
        reverse("web:new-case"),
        {"kind": "inquiry", "look": number, "ground": "why", "text": "请说明办理的是什么事"},
        follow=True,
    )
    assert brought.status_code == 200 and "CX-" in brought.content.decode(), (
        "the body has been asked, under a case number"
    )
    assert firm.post(reverse("web:mine-look", args=["HC-2026-1122-A999"]), {"verb": "confirmed"}).status_code == 404


def test_from_a_request_to_the_revocation(officer: Client, citizen: Client) -> None:
    asked = officer.post(reverse("web:consents"), REQUEST, follow=True)
    assert "已发出" in plain(asked) and place.CITIZEN_NUMBER not in asked.content.decode()
    number = ConsentRow.objects.get().number
    page = citizen.get(reverse("web:mine-consents")).content.decode()
    assert "checked" not in page, "nothing is chosen beforehand"
    yes, no = re.findall(r'<button class="([^"]+)" name="verb" value="(?:grant|refuse)">', page)
    assert yes == no, "consent and refusal are equally easy"
    address = reverse("web:mine-consent-answer", args=[number])
    empty = citizen.post(address, {"verb": "grant"})
    assert empty.status_code == 422 and consents.get(number).state == "requested"
    citizen.post(address, {"verb": "grant", "field": ["penalty:violation"]})
    look = {"matter": "consented-service", "code": place.CITIZEN_NUMBER, "consent": number}
    seen = officer.post(reverse("web:check"), look)
    assert "无证从事食品小摊点经营" in seen.content.decode() and "0.2 万元" not in seen.content.decode()
    assert "还能用 1 次" in plain(citizen.get(reverse("web:mine-looks")))
    done = citizen.post(reverse("web:mine-consent-revoke", args=[number]), follow=True)
    assert "从现在起对方不能再查" in plain(done)
    refused = officer.post(reverse("web:check"), look)
    assert refused.status_code == 422 and "本人已经撤回授权" in plain(refused)
    assert "无证从事食品小摊点经营" not in refused.content.decode()
    receipt = plain(citizen.get(reverse("web:mine-consent", args=[number])))
    assert "对方使用" in receipt and "您撤回" in receipt


def test_a_refusal_is_as_easy_and_ends_it(officer: Client, citizen: Client) -> None:
    officer.post(reverse("web:consents"), REQUEST)
    number = ConsentRow.objects.get().number
    done = citizen.post(reverse("web:mine-consent-answer", args=[number]), {"verb": "refuse"}, follow=True)
    assert "已登记不同意" in plain(done)
    assert "本人没有同意" in plain(officer.get(reverse("web:consents")))
    assert citizen.post(reverse("web:mine-consent-answer", args=[number]), {"verb": "maybe"}).status_code == 404


def test_another_subjects_consent_does_not_exist(firm: Client, officer: Client, citizen: Client) -> None:
    officer.post(reverse("web:consents"), REQUEST)
    number = ConsentRow.objects.get().number
    for address in (reverse("web:mine-consent", args=[number]), reverse("web:mine-consent", args=["SQ-NONE"])):
        assert firm.get(address).status_code == 404
    for name in ("answer", "revoke"):
        assert firm.post(reverse(f"web:mine-consent-{name}", args=[number]), {"verb": "grant"}).status_code == 404
    assert consents.get(number).state == "requested"


def test_a_consent_given_on_ones_own_account(firm: Client) -> None:
    form = {
        "matter": "credit-service", "body": place.AGENCY, "purpose": "经营贷款", "field": ["penalty:violation"],
        "uses": "1", "until": UNTIL,
    }  # fmt: skip
    wrong = firm.post(reverse("web:mine-consent-new"), form | {"uses": "9999"})
    assert wrong.status_code == 422 and "使用次数" in plain(wrong)
    done = firm.post(reverse("web:mine-consent-new"), form, follow=True)
    assert "授权回执" in plain(done) and "gxc1." in plain(done)


def test_who_is_not_verified_sees_nothing_but_the_way(people: Any) -> None:
    fresh = Account.objects.create(username="fresh", role="subject")
    client = Client()
    client.force_login(fresh, backend=BACKEND)
    assert client.get(reverse("web:mine")).url == reverse("web:mine-identity")
    page = client.get(reverse("web:mine-identity"))
    assert "还没有核验" in plain(page) and "虚构的身份证号码" not in plain(page)
    client.post(reverse("web:mine-identity"), {"number": place.CITIZEN_NUMBER})
    assert not IdentityAct.objects.exists(), "outside a demonstration nobody says who they are by typing a number"


def test_the_counter_verifies_and_keeps_no_number(people: Any, signed_in: Callable[[str], Client]) -> None:
    fresh = Account.objects.create(username="fresh", role="subject")
    counter = signed_in("operator")
    wrong = counter.post(reverse("web:persons"), {"username": "fresh", "number": "123", "verb": "bind"})
    assert wrong.status_code == 422
    counter.post(reverse("web:persons"), {"username": "fresh", "number": place.CITIZEN_NUMBER, "verb": "bind"})
    assert identities.person_of(fresh.pk) == person_key(place.CITIZEN_NUMBER)
    assert place.CITIZEN_NUMBER not in repr(IdentityAct.objects.values().get())
    refused = counter.post(reverse("web:persons"), {"username": "officer", "number": place.CITIZEN_NUMBER})
    assert refused.status_code == 422
    counter.post(reverse("web:persons"), {"username": "fresh", "verb": "release"})
    assert identities.person_of(fresh.pk) is None


def test_a_delegate_acts_for_the_company_until_it_is_over(firm: Client, citizen: Client) -> None:
    form = {"username": "citizen", "scope": ["view", "looks"], "until": UNTIL}
    nobody = firm.post(reverse("web:mine-delegations"), form | {"username": "officer"})
    assert nobody.status_code == 422
    firm.post(reverse("web:mine-delegations"), form)
    (made,) = delegations.given_by(f"uscc:{place.FIRM}", place.TODAY)
    citizen.post(reverse("web:mine-delegation-act", args=[made.number, "accept"]))
    citizen.post(reverse("web:mine-acting"), {"number": made.number})
    page = plain(citizen.get(reverse("web:mine")))
    assert "您正在代燕北精密机械有限公司办理" in page and "超过大气污染物排放标准排放" in page
    assert "受托人" in plain(firm.get(reverse("web:mine-looks"))), "what a delegate does is seen by the company"
    refused = citizen.post(
        reverse("web:mine-consent-new"),
        {"matter": "credit-service", "body": place.AGENCY, "purpose": "x", "field": ["penalty:violation"], "uses": "1",
         "until": UNTIL},
    )  # fmt: skip
    assert refused.status_code == 422 and not ConsentRow.objects.exists()
    firm.post(reverse("web:mine-delegation-act", args=[made.number, "revoke"]))
    assert "超过大气污染物排放标准排放" not in plain(citizen.get(reverse("web:mine")))
    assert citizen.post(reverse("web:mine-acting"), {"number": made.number}).status_code == 404


def test_a_delegation_is_nobody_elses_to_end(firm: Client, citizen: Client, town: Town) -> None:
    firm.post(reverse("web:mine-delegations"), {"username": "citizen", "scope": ["view"], "until": UNTIL})
    (made,) = delegations.given_by(f"uscc:{place.FIRM}", place.TODAY)
    stranger = Client()
    stranger.force_login(Account.objects.create(username="x", role="subject"), backend=BACKEND)
    for verb in ("accept", "decline", "revoke", "end", "nonsense"):
        assert stranger.post(reverse("web:mine-delegation-act", args=[made.number, verb])).status_code == 404
    assert delegations.find(made.number).state == "invited"  # type: ignore[union-attr]


def test_the_auditor_asks_and_the_public_counts(officer: Client, signed_in: Callable[[str], Client]) -> None:
    for _ in range(3):
        officer.post(reverse("web:check"), {"matter": "procurement", "code": place.BUILDER})
    auditor = signed_in("auditor")
    page = auditor.get(reverse("web:unusual"))
    assert "没有写办件编号" in plain(page) and "要问清楚的事，不是结论" in plain(page)
    address = re.search(r'action="(/desk/looks/unusual/[0-9a-f]{64}/)"', page.content.decode()).group(1)  # type: ignore[union-attr]
    done = auditor.post(address, follow=True)
    assert "已向查阅单位提出" in plain(done)
    counts = plain(Client().get(reverse("web:oversight-looks")))
    assert "没有写办件编号 1 1 0" in counts and "公共资源交易中心" not in counts


def _body(code: str, name: str) -> Any:
    from gongxin.spine.access.models import Body

    return Body.objects.create(code=code, name=name, kind="company")


def test_what_ended_early_does_not_say_it_is_public_until_later(firm: Client, town: Town) -> None:
    record = town.records["penalty"]
    assert "这一天以后，公众看不到" in plain(firm.get(f"/mine/records/{record}/"))
    append(
        [
            NewAct(
                "withdrawal",
                "penalty",
                f"uscc:{place.FIRM}",
                place.ENVIRONMENT,
                {"reason": "决定撤销"},
                "甲",
                record=record,
            )
        ]
    )
    page = plain(firm.get(f"/mine/records/{record}/"))
    assert "已经停止" in page and "这一天以后，公众看不到" not in page


def test_nothing_is_said_to_be_undone_that_never_was(people: Any, signed_in: Callable[[str], Client]) -> None:
    Account.objects.create(username="fresh", role="subject")
    answer = signed_in("operator").post(reverse("web:persons"), {"username": "fresh", "verb": "release"})
    assert answer.status_code == 422 and "没有核验过" in plain(answer)
