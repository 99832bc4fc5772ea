"""Publishing debt (公布政府债务): by the finance authority alone, on a document, by a named person; frozen as it was published."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongxin.doors.cli import main
from gongxin.rooms.oversight import debt
from gongxin.rooms.oversight.debtbook import authorities, publishing
from gongxin.rooms.oversight.debtbook.models import Publication
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Body, Look
from gongxin.spine.append_only import AppendOnlyFault
from tests.rooms.oversight.test_debt import GOOD, HEAD
from tests.rooms.promises import complaints_town as town

pytestmark = pytest.mark.django_db
BY = "安如山（预算处处长）"


@pytest.fixture(autouse=True)
def day(on_day: Callable[[Any], None]) -> None:
    on_day("2026-11-23")


@pytest.fixture
def finance() -> Viewer:
    Body.objects.create(code="11CZ1300", name="省财政厅", region="130000", kind="organ")
    account = Account.objects.create(username="caizheng", body_id="11CZ1300", role="steward")
    return Viewer(account.pk, "财政", "11CZ1300", "steward", "web")


def test_only_the_finance_authority_publishes_and_what_it_published_stays_as_it_was(
    finance: Viewer, capsys: pytest.CaptureFixture[str]
) -> None:
    people = town.people()
    debt.take_in(HEAD + GOOD, stock_day=None, source="t")
    assert town.no(publishing.publish(finance, "130000", None, "冀财债〔2026〕1号", BY)) == "debt.authority"
    assert town.no(debt.look(finance, "130000")) == "debt.internal"
    assert town.no(authorities.enter(people["province"], "130000", finance.body, "三定")) == "debt.office"
    for region, body, document, code in (
        ("139999", finance.body, "三定", "debt.region"), ("130000", "NOBODY", "三定", "body.unknown"),
        ("130000", finance.body, " ", "debt.paper"),
    ):  # fmt: skip
        assert town.no(authorities.enter(people["office"], region, body, document)) == code
    assert main(["debt", "130000", "--authority", finance.body, "--document", "冀编〔2024〕1号"]) == 0
    looks = Look.objects.count()
    assert isinstance(debt.look(finance, "130000"), debt.Told) and Look.objects.count() == looks + 1
    for who, number, by, code in (
        (people["office"], "1号", BY, "debt.publisher"), (people["province"], "1号", BY, "debt.publisher"),
        (finance, "", BY, "debt.paper"), (finance, "1号", "7", "debt.paper"),
    ):  # fmt: skip
        assert town.no(publishing.publish(who, "130000", None, number, by)) == code
    assert town.no(publishing.publish(finance, "130000", date(2020, 1, 1), "1号", BY)) == "debt.none"
    client = Client()
    assert client.get(reverse("web:debt", args=["130000"])).status_code == 302
    assert client.get("/api/v1/debt/published/130000").status_code == 404
    assert "1,990,720,000" not in client.get(reverse("web:area", args=["debt"])).content.decode()
    done = ["debt", "130000", "--publish", "冀财债〔2026〕1号", "--by", BY, "--account", "caizheng"]
    assert main(done) == 0
    # Another bond of the same day, reported later, was not published with it.
    more = GOOD.replace("1.SZ", "2.SZ")
    debt.take_in(HEAD + more, stock_day=None, source="t")
    capsys.readouterr()
    assert main(["debt", "130000", "--published", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["balance_yuan"] == said["debtors"][0]["balance_yuan"] == "1990720000.00"
    assert (
        said["debtors"][0]["by_year_of_maturity"] == {"2022": "1990720000.00"}
        and said["document"] == "冀财债〔2026〕1号"
    )
    assert client.get("/api/v1/debt/published/130000").json() == said
    assert client.get(reverse("web:debt-data", args=["130000"])).json() == said
    page = client.get(reverse("web:debt", args=["130000"])).content.decode()
    assert "1,990,720,000" in page and "省财政厅" in page and "债务率" not in page
    assert client.get("/api/v1/debt/published").json()["published"][0]["region"]["code"] == "130000"
    assert "冀财债〔2026〕1号" in client.get(reverse("web:area", args=["debt"])).content.decode()
    entry = Publication.objects.get()
    with pytest.raises(AppendOnlyFault):
        Publication.objects.filter(pk=entry.pk).delete()
    assert town.no(publishing.withdraw(people["office"], "130000", None, "有误", BY)) == "debt.publisher"


def test_the_desk_shows_what_would_be_published_and_takes_it_back(finance: Viewer) -> None:
    people = town.people()
    debt.take_in(HEAD + GOOD, stock_day=None, source="t")
    authorities.enter(people["office"], "130000", finance.body, "冀编〔2024〕1号")
    client = Client()
    client.force_login(Account.objects.get(pk=finance.account_id), backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("web:desk-debt")
    assert "1,990,720,000" in client.get(address).content.decode()
    sent = {
        "act": "publish",
        "region": "130000",
        "stock_day": "2018-12-28",
        "document_no": "冀财债〔2026〕1号",
        "confirmed_by": BY,
    }
    assert client.post(address, {**sent, "confirmed_by": ""}).status_code == 422
    assert client.post(address, sent).status_code == 302 and len(publishing.published()) == 1
    taken = {"act": "withdraw", "region": "130000", "stock_day": "2018-12-28", "reason": "口径有误", "confirmed_by": BY}
    assert client.post(address, taken).status_code == 302 and publishing.published() == ()
    assert Publication.objects.count() == 2
    stranger = Client()
    stranger.force_login(Account.objects.get(username="city"), backend="django.contrib.auth.backends.ModelBackend")
    assert "1,990,720,000" not in stranger.get(address).content.decode()
