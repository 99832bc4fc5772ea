"""Opening an account (开户、核验、绑定单位): nothing is seen before somebody vouches; whoever was first is told and can object."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from gongxin.spine.access import identities, renewing, representing
from gongxin.spine.access.models import Account, Look, OrganisationAct
from gongxin.spine.outbox import notices
from gongxin.spine.outbox.models import Contact, Message
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.doors.web.standing import people, town
from tests.doors.web.test_sweep import without_token

__all__ = ["people", "town"]

OPEN = reverse("web:open-account")
PASSWORD = "seven-cranes-over-2026"
NUMBER = "110101199003077758"


def form(wish: str, **more: str) -> dict[str, str]:
    return {"wish": wish, "password": PASSWORD, "again": PASSWORD, "email": ""} | more


def opened(wish: str, **more: str) -> tuple[Client, Account]:
    """A browser in which somebody has just opened an account."""
    cache.clear()
    client = Client(enforce_csrf_checks=True)
    token = client.get(OPEN).cookies["csrftoken"].value
    answer = client.post(OPEN, form(wish, **more) | {"csrfmiddlewaretoken": token})
    assert answer.status_code == 302 and answer.url == reverse("web:mine-identity")
    account = Account.objects.latest("pk")
    assert account.username in client.get(answer.url).content.decode()
    browser = Client()
    browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return browser, account


def verified(wish: str, settings: Any, number: str = NUMBER) -> tuple[Client, Account]:
    settings.GONGXIN_DEMO = True
    client, account = opened(wish)
    assert client.post(reverse("web:mine-identity"), {"number": number}).status_code == 302
    return client, account


def told(account: Account) -> list[str]:
    return [each.template for each in notices.of("account", str(account.pk))]


def test_a_new_account_sees_nothing_of_anybody(town: Town) -> None:
    client, account = opened("lin", email="lin@example.cn")
    assert account.role == "subject" and not account.is_staff and account.body is None
    assert Contact.objects.get(account=account.pk).channel == "email"
    before = Look.objects.count()
    for name in ("mine", "mine-looks", "mine-consents", "mine-reports", "mine-delegations"):
        answer = client.get(reverse(f"web:{name}"))
        assert answer.status_code == 302 and answer.url == reverse("web:mine-identity"), name
    for name in ("intake", "check", "persons", "organisations", "looks", "quality", "cases"):
        assert client.get(reverse(f"web:{name}")).status_code == 403, name
    assert Look.objects.count() == before
    again = Client().post(reverse("account_login"), {"login": account.username, "password": PASSWORD})
    assert again.status_code == 302


def test_who_has_an_account_cannot_be_learnt_by_asking_for_names(people: Any) -> None:
    Account.objects.create(username="wang", role="subject")
    cache.clear()
    wrong = form("x", again="another-one-entirely-1")
    one, other = (Client().post(OPEN, wrong | {"wish": wish}) for wish in ("wang", "zhou"))
    assert one.status_code == other.status_code == 422
    assert without_token(one).replace("wang", "") == without_token(other).replace("zhou", "")
    for wish in ("wang", "operator", "zhou"):
        _client, account = opened(wish)
        assert re.fullmatch(rf"{wish}-[0-9]{{4}}", account.username)


def test_what_is_wrong_is_told_field_by_field_and_nothing_is_made(people: Any) -> None:
    cache.clear()
    count = Account.objects.count()
    bad = {"wish": "L", "password": "short", "again": "other", "email": "nobody"}
    page = Client().post(OPEN, bad).content.decode()
    assert all(f'href="#{field}"' in page for field in ("wish", "password", "again", "email"))
    assert "至少 10 个字符。" in page and "short" not in page and 'value="nobody"' in page, (
        "what was typed stays, but for the password"
    )
    assert "不要用手机号" in Client().post(OPEN, form("a13800000000")).content.decode()
    assert Client(enforce_csrf_checks=True).post(OPEN, form("lin")).status_code == 403
    assert Account.objects.count() == count


def test_opening_too_many_is_slowed_down(people: Any, settings: Any) -> None:
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"signup": "2/h/ip"}
    answers = [Client().post(OPEN, form("lin")).status_code for _ in range(3)]
    cache.clear()
    assert answers == [302, 302, 422]


def test_the_first_account_of_a_person_is_told_of_a_second_and_can_object(
    people: Any, settings: Any, signed_in: Callable[[str], Client]
) -> None:
    first_client, first = verified("lin", settings)
    Contact.objects.all().delete()
    second_client, second = verified("other", settings)
    assert told(first) == ["identity.second"] and told(second) == []
    page = first_client.get(reverse("web:mine-identity")).content.decode()
    assert f"{second.username[:2]}***" in page and second.username not in page
    assert second_client.get(reverse("web:mine")).status_code == 200

    # The second cannot turn the first out, nor can anybody else.
    stranger, _account = opened("stranger")
    for client, target in ((second_client, first), (stranger, second), (first_client, first)):
        address = reverse("web:mine-identity-object", args=[target.pk])
        assert client.post(address).status_code == 404
    assert first_client.post(reverse("web:mine-identity-object", args=[second.pk])).status_code == 302
    assert identities.person_of(second.pk) is None and identities.person_of(first.pk)
    assert second_client.get(reverse("web:mine")).status_code == 302
    assert told(second) == ["identity.objected"]
    assert notices.of("role", "operator").first().template == "identity.disputed"  # type: ignore[union-attr]

    # It cannot verify itself again; the counter can, having seen the document.
    again = second_client.post(reverse("web:mine-identity"), {"number": NUMBER})
    assert identities.person_of(second.pk) is None and again.status_code == 422
    counter = signed_in("operator")
    counter.post(reverse("web:persons"), {"username": second.username, "number": NUMBER, "verb": "bind"})
    assert identities.person_of(second.pk) == identities.person_of(first.pk)


def test_a_forgotten_password_is_renewed_by_a_link_of_the_counter_once(
    people: Any, settings: Any, signed_in: Callable[[str], Client]
) -> None:
    _client, lin = verified("lin", settings)
    _client, fresh = opened("fresh")
    renew, persons, counter = reverse("web:renew"), reverse("web:persons"), signed_in("operator")

    def asks(username: str, number: str, seen: str = "居民身份证原件") -> tuple[int, str]:
        answer = counter.post(persons, {"verb": "renew", "username": username, "number": number, "seen": seen})
        code = re.search(r"(?:[0-9A-Z]{4}-){4}[0-9A-Z]{4}", answer.content.decode())
        return answer.status_code, code.group() if code else ""

    # Another's document, no document, an account nobody was verified for, staff: no link, and nothing is noted.
    for wrong in (
        (lin.username, "110101199003070716"), (lin.username, place.FIRM), (lin.username, NUMBER, " "),
        (fresh.username, NUMBER), ("officer", NUMBER), ("subject", place.QUIET), ("nobody", NUMBER),
    ):  # fmt: skip
        assert asks(*wrong) == (422, ""), wrong
    assert told(lin) == [] and not renewing.history(lin.pk)
    assert signed_in("officer").post(persons, {"verb": "renew", "username": lin.username}).status_code == 403

    def sets(username: str, code: str, password: str) -> int:
        form = {"username": username, "code": code, "password": password, "again": password}
        return Client().post(renew, form).status_code

    (_, first), (status, code) = asks(lin.username, NUMBER), asks(lin.username, NUMBER)
    assert status == 200 and code in Client().get(f"{renew}?c={code}").content.decode()
    assert notices.of("role", "auditor").first().template == "password.noted"  # type: ignore[union-attr]

    def signs_in(password: str) -> tuple[Client, int]:
        client = Client()
        return client, client.post(reverse("account_login"), {"login": lin.username, "password": password}).status_code

    signed, status = signs_in(PASSWORD)
    assert status == 302 and signed.get(reverse("web:mine")).status_code == 200
    new = "eight-herons-over-2026"
    # The earlier link, another's name, a weak password; then once, in any case of letters, and never again.
    assert [sets(lin.username, first, new), sets(fresh.username, code, new), sets(lin.username, code, "short")] == [
        422
    ] * 3
    assert [sets(lin.username, code.lower(), new), sets(lin.username, code, PASSWORD)] == [302, 422]
    assert [signs_in(new)[1], signs_in(PASSWORD)[1]] == [302, 200]
    assert signed.get(reverse("web:mine")).status_code == 302, "whoever was signed in with the old password is out"
    assert told(lin) == ["password.renewed", "password.issued", "password.issued"]
    assert [act.verb for act in renewing.history(lin.pk)] == ["use", "issue", "issue"]
    # An organisation's account goes by its code; a link runs out by itself.
    status, code = asks("subject", place.FIRM, "营业执照、经办人身份证、委托书")
    settings.GONGXIN_TODAY = (place.TODAY + renewing.LASTS).isoformat()
    assert (status, sets("subject", code, new)) == (200, 422)
    settings.GONGXIN_TODAY = place.TODAY.isoformat()
    assert sets("subject", code, new) == 302


def claim(client: Client, code: str, capacity: str, **more: Any) -> str:
    client.post(reverse("web:mine-claim"), {"code": code, "capacity": capacity} | more)
    return OrganisationAct.objects.latest("id").number


def settle(counter: Client, number: str, verb: str, said: str = "营业执照原件、身份证件") -> int:
    return counter.post(reverse("web:organisations"), {"number": number, "verb": verb, "said": said}).status_code


def test_an_organisation_is_bound_by_the_counter_and_never_by_a_claim(
    town: Town, settings: Any, signed_in: Callable[[str], Client]
) -> None:
    client, account = verified("song", settings)
    number = claim(client, place.FIRM, "representative")
    assert not representing.represents(account.pk, f"uscc:{place.FIRM}")
    assert client.post(reverse("web:mine-acting"), {"number": number}).status_code == 404
    counter = signed_in("operator")
    assert number in counter.get(reverse("web:organisations")).content.decode()
    assert settle(counter, number, "confirm", said=" ") == 422, "what was seen must be said"
    assert settle(signed_in("officer"), number, "confirm") == 403
    assert settle(counter, number, "confirm") == 302
    assert told(account) == ["representing.confirmed"]
    assert told(town.people["subject"]) == ["representing.second"]

    assert client.post(reverse("web:mine-acting"), {"number": number}).status_code == 302
    page = client.get(reverse("web:mine")).content.decode()
    assert "平环罚〔2026〕117 号" in page and "代表燕北精密机械有限公司" in page
    given = {"username": "citizen", "scope": ["view"], "until": "2027-01-01"}
    place.citizen()
    assert client.post(reverse("web:mine-delegations"), given).status_code == 302, "an own account may delegate"
    seen = signed_in("subject").get(reverse("web:mine-looks")).content.decode()
    assert "窗口确认绑定单位" in seen, "who got a key stands in the organisation's own log"

    # The account the office opened objects: out of effect at once, until the counter has looked again.
    first = signed_in("subject")
    assert number in first.get(reverse("web:mine-identity")).content.decode()
    assert first.post(reverse("web:mine-claim-act", args=[number, "object"])).status_code == 302
    assert client.get(reverse("web:mine")).status_code == 200
    assert "平环罚〔2026〕117 号" not in client.get(reverse("web:mine")).content.decode()
    assert settle(counter, number, "confirm") == 302
    client.post(reverse("web:mine-acting"), {"number": number})
    assert "平环罚〔2026〕117 号" in client.get(reverse("web:mine")).content.decode()
    assert client.post(reverse("web:mine-claim-act", args=[number, "leave"])).status_code == 302
    assert not representing.represents(account.pk, f"uscc:{place.FIRM}")


def test_a_delegated_person_gets_a_delegation_and_no_more(
    town: Town, settings: Any, signed_in: Callable[[str], Client]
) -> None:
    client, account = verified("hezhi", settings)
    assert client.post(
        reverse("web:mine-claim"), {"code": place.FIRM, "capacity": "delegate"}
    ).status_code == 422, "affairs and a last day are needed"  # fmt: skip
    number = claim(client, place.FIRM, "delegate", scope=["view"], until="2026-12-31")
    counter = signed_in("operator")
    assert settle(counter, number, "refuse", said="委托书没有盖章") == 302
    assert "委托书没有盖章" in client.get(reverse("web:mine-identity")).content.decode()
    number = claim(client, place.FIRM, "delegate", scope=["view"], until="2026-12-31")
    assert settle(counter, number, "confirm") == 302
    [taken] = identities_taken(account)
    client.post(reverse("web:mine-acting"), {"number": taken})
    assert "平环罚〔2026〕117 号" in client.get(reverse("web:mine")).content.decode()
    assert client.get(reverse("web:mine-looks")).status_code == 403, "looks were not delegated"
    assert not representing.represents(account.pk, f"uscc:{place.FIRM}")


def identities_taken(account: Account) -> list[str]:
    from gongxin.spine.access import delegations
    from gongxin.spine.clock import today

    return [each.number for each in delegations.given_to(account.pk, today()) if each.active]


def test_a_claim_needs_a_person_a_valid_code_and_a_capacity(people: Any, settings: Any) -> None:
    client, _account = opened("lin")
    assert client.post(reverse("web:mine-claim"), {"code": place.FIRM, "capacity": "representative"}).status_code == 422
    client, _account = verified("lin", settings)
    for code, capacity in ((place.FIRM[:-1] + "9", "representative"), (place.FIRM, ""), (place.FIRM, "owner")):
        assert client.post(reverse("web:mine-claim"), {"code": code, "capacity": capacity}).status_code == 422
    assert not OrganisationAct.objects.exists()
    claim(client, place.FIRM, "representative")
    assert client.post(reverse("web:mine-claim"), {"code": place.FIRM, "capacity": "representative"}).status_code == 422


def test_messages_reach_persons_and_representatives(people: Any, settings: Any) -> None:
    client, account = verified("lin", settings)
    client.post(reverse("web:notices"), {"do": "add", "channel": "sms", "address": "13800000000"})
    notices.tell("subject", identities.person_of(account.pk) or "", "case.copy")
    assert Message.objects.filter(contact__account=account.pk).count() == 1


VERBS = ("confirm", "refuse", "withdraw", "object", "end")


@given(st.lists(st.sampled_from(VERBS), max_size=8))
def test_only_a_confirmation_brings_into_effect(verbs: list[str]) -> None:
    """Whatever order of acts: in effect only while the last that changed anything was a confirmation."""
    acts = [
        OrganisationAct(number="BD-1", n=n, verb=verb, organisation="uscc:X", account=1, capacity="representative")
        for n, verb in enumerate(("claim", *verbs), 1)
    ]
    states = [representing.fold(acts[: n + 1]).state for n in range(len(acts))]  # type: ignore[union-attr]
    for n, (before, after) in enumerate(itertools.pairwise(states)):
        if after == "active":
            assert before == "active" or verbs[n] == "confirm"
        if before in {"refused", "withdrawn", "ended"}:
            assert after == before, "what is settled stays settled"
