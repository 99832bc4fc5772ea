"""Signing in (登录): by password, with a second factor where it is on, and back to where one came from."""

from __future__ import annotations

import re
from typing import Any

from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse

from tests.doors.web import town as place
from tests.doors.web.test_house_rules import Page


def now_code(secret: str) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def test_a_password_signs_in_and_leads_back(people: Any) -> None:
    client = Client()
    wanted = reverse("web:check")
    asked = client.get(wanted)
    assert asked.status_code == 302
    answer = client.post(asked.url, {"login": "officer", "password": place.PASSWORD, "next": wanted})
    assert answer.url == wanted
    assert client.get(wanted).status_code == 200
    assert "何敏之" in client.get(reverse("web:desk")).content.decode()


def test_a_wrong_password_is_told_in_a_summary(people: Any) -> None:
    page = Client().post(reverse("account_login"), {"login": "officer", "password": "wrong"}).content.decode()
    assert 'class="summary-of-errors"' in page and "没有登录成功" in page
    assert "wrong" not in re.sub(r'class="[^"]*"', "", page)


def test_no_way_by_e_mail_is_offered_that_nobody_goes(people: Any) -> None:
    for address, place_ in (
        ("password/reset/", "web:renew"),
        ("password/set/", "web:renew"),
        ("email/", "web:notices"),
    ):
        assert Client().get(f"/accounts/{address}").url == reverse(place_), address
    for address in ("confirm-email/", "confirm-email/a:b/", "password/reset/done/", "login/code/confirm/"):
        assert Client().get(f"/accounts/{address}").status_code == 404, address


def test_the_settings_rename_no_body_and_say_where_it_is_done(people: Any) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": "administrator", "password": place.PASSWORD})
    address = reverse("admin:access_body_change", args=[place.FINANCE])
    page = client.get(address).content.decode()
    assert 'name="name_en"' in page and 'name="name"' not in page and "机构和岗位" in page


def test_signing_out_ends_it(people: Any) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": "officer", "password": place.PASSWORD})
    assert "退出" in client.get(reverse("account_logout")).content.decode()
    client.post(reverse("account_logout"))
    assert client.get(reverse("web:desk")).status_code == 302


def test_a_second_factor_can_be_turned_on_and_is_then_asked_for(people: Any) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": "steward", "password": place.PASSWORD})
    assert "再确认一次身份" in client.get(reverse("mfa_activate_totp"), follow=True).content.decode()
    again = {"password": place.PASSWORD, "next": reverse("mfa_activate_totp")}
    opened = client.post(reverse("account_reauthenticate"), again, follow=True).content.decode()
    assert not Page(opened).inline
    secret = re.search(r'id="secret"[^>]*value="([A-Z2-7]+)"', opened)
    assert secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": now_code(secret.group(1))}, follow=True)
    assert answer.status_code == 200
    for name in ("mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        page = client.get(reverse(name), follow=True)
        assert page.status_code == 200 and not Page(page.content.decode()).inline, name
    codes = re.findall(r"<li>(\w{8})</li>", client.get(reverse("mfa_view_recovery_codes")).content.decode())
    assert codes
    client.post(reverse("account_logout"))

    halfway = client.post(reverse("account_login"), {"login": "steward", "password": place.PASSWORD}, follow=True)
    assert "第二步验证" in halfway.content.decode()
    assert client.get(reverse("web:desk")).status_code == 302, "a password alone no longer opens the workbench"
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert client.get(reverse("web:desk")).status_code == 200

    client.post(reverse("account_logout"))
    client.post(reverse("account_login"), {"login": "steward", "password": place.PASSWORD})
    for guess in range(5):
        client.post(reverse("mfa_authenticate"), {"code": f"00000{guess}"})
    client.post(reverse("mfa_authenticate"), {"code": codes[1]})
    assert client.get(reverse("web:desk")).status_code == 302, "whoever knows the password guesses no code"


def test_a_password_can_be_changed(people: Any) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": "officer", "password": place.PASSWORD})
    fresh = "another-long-phrase-2026"
    sent = {"oldpassword": place.PASSWORD, "password1": fresh, "password2": fresh}
    client.post(reverse("account_change_password"), sent)
    assert Client().post(reverse("account_login"), {"login": "officer", "password": fresh}).status_code == 302


def test_opening_a_page_renews_the_session_and_asking_for_news_does_not(people: Any) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": "officer", "password": place.PASSWORD})
    assert "sessionid" in client.get(reverse("web:desk")).cookies
    assert "sessionid" in client.get(reverse("web:alive")).cookies
    assert "sessionid" not in client.get(reverse("web:desk"), HTTP_HX_REQUEST="true").cookies
