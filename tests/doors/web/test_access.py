"""Whose rows and checks a page shows (页面范围): its own body's, and nobody else's; `test_sweep` asks who may open it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongxin.doors.web.rights import MENU, RIGHTS
from gongxin.rooms.intake import batches
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.spine.access.models import Account
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.doors.web.expected import ROLES
from tests.doors.web.files import penalties
from tests.doors.web.standing import people, town

__all__ = ["people", "town"]


@pytest.fixture
def batch(town: Town, tmp_path: Any) -> Batch:
    """A file of the steward's body, taken in: some rows good, some refused, one waiting for a person."""
    path = penalties(tmp_path / "penalties.csv")
    received = batches.receive(
        path, file_name="十一月行政处罚.csv", provider=place.ENVIRONMENT, via="web", actor="郑文澜"
    )
    return batches.run(received.pk)


@pytest.mark.parametrize("role", ROLES[1:])
def test_the_menu_shows_what_the_role_may_do_and_nothing_else(
    role: str, town: Town, signed_in: Callable[[str], Client]
) -> None:
    page = signed_in(role).get(reverse("web:desk")).content.decode()
    for _label, entries in MENU:
        for entry in entries:
            shown = f'href="{reverse(entry.url)}"' in page
            assert shown == (role in RIGHTS[entry.right].roles), (role, entry.url)


def test_another_bodys_batch_does_not_exist_for_a_steward(
    town: Town, batch: Batch, signed_in: Callable[[str], Client]
) -> None:
    Batch.objects.filter(pk=batch.pk).update(provider=place.FINANCE)
    client = signed_in("steward")
    held = HeldRow.objects.filter(batch=batch)[0]
    missing = client.get(reverse("web:batch", args=[999_999]))
    hidden = client.get(reverse("web:batch", args=[batch.pk]))
    assert missing.status_code == hidden.status_code == 404
    assert client.get(reverse("web:fix", args=[batch.pk, held.pk])).status_code == 404
    assert client.get(reverse("web:rejects", args=[batch.pk])).status_code == 404
    assert "十一月行政处罚" not in client.get(reverse("web:intake-records")).content.decode()
    assert "十一月行政处罚" in signed_in("operator").get(reverse("web:intake-records")).content.decode()


def test_another_bodys_check_does_not_exist_for_an_officer(
    town: Town, people: dict[str, Any], signed_in: Callable[[str], Client]
) -> None:
    signed_in("officer").post(reverse("web:check"), {"matter": "procurement", "code": place.BUILDER})
    people["officer"].body_id = place.FINANCE
    people["officer"].save()
    client = signed_in("officer")
    assert client.get(reverse("web:one-check", args=["HC-2026-1122-A1"])).status_code == 404
    answer = client.post(reverse("web:record-outcome", args=["HC-2026-1122-A1"]), {"kind": "restricted"})
    assert answer.status_code == 404


def test_an_account_without_a_body_is_told_so(people: dict[str, Any], signed_in: Callable[[str], Client]) -> None:
    people["officer"].body = None
    people["officer"].save()
    answer = signed_in("officer").get(reverse("web:check"))
    assert answer.status_code == 403
    assert "还没有归到一个单位" in answer.content.decode()


def test_a_stewards_quality_page_holds_its_own_body_alone(
    town: Town, batch: Batch, signed_in: Callable[[str], Client]
) -> None:
    other = Batch.objects.get(pk=batch.pk)
    other.pk, other.provider = None, place.FINANCE
    other.save()
    own = signed_in("steward").get(reverse("web:quality")).content.decode()
    assert "平陵市生态环境局" in own
    assert '<th scope="row" data-label="单位"><span>平陵市财政局' not in own
    assert "平陵市财政局" in signed_in("supervisor").get(reverse("web:quality")).content.decode()


def test_nobody_signs_up_but_where_accounts_are_opened(db: Any) -> None:
    """The framework's own form stays closed: it would ask nobody's identity. It leads to the page that does."""
    address = reverse("account_signup")
    assert reverse("web:open-account") in Client().get(address).content.decode()
    Client().post(address, {"username": "visitor", "password1": "x" * 14, "password2": "x" * 14})
    assert not Account.objects.filter(username="visitor").exists()


def test_repeated_wrong_passwords_suspend_sign_in(people: dict[str, Any], settings: Any) -> None:
    client = Client()
    wrong = {"login": "officer", "password": "not-this-one"}
    for attempt in range(settings.AXES_FAILURE_LIMIT):
        # However the name is written, it is one name with one number of tries.
        said = wrong["login"].upper() if attempt % 2 else f" {wrong['login'].title()} "
        client.post(reverse("account_login"), {**wrong, "login": said})
    answer = client.post(reverse("account_login"), {"login": "officer", "password": place.PASSWORD})
    assert answer.status_code == 429
    assert "暂停登录" in answer.content.decode()
    assert client.post(reverse("account_login"), {"login": "OFFICER", "password": place.PASSWORD}).status_code == 429
