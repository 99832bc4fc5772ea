"""Every address for everybody (全站权限扫描): who may open what, what must not be told, and what junk does.

The addresses are read from the router, so that a new page is swept as soon as it is routed; what it is expected to do
must be stated in `expected`, or the sweep fails and names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings as chosen
from django.contrib import admin
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from gongxin.doors.web.rights import RIGHTS
from gongxin.doors.web.urls import urlpatterns
from gongxin.rooms.intake import batches
from gongxin.rooms.intake.models import HeldRow
from gongxin.spine.access.models import Account, Look
from gongxin.spine.ledger.acts import NewAct, person_key
from gongxin.spine.ledger.append import append
from tests.doors.web import expected
from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.doors.web.files import penalties
from tests.doors.web.standing import people
from tests.examples import SECOND_STORE

PATTERNS = {pattern.name: pattern for pattern in urlpatterns if isinstance(pattern, URLPattern) and pattern.name}
TAKING = sorted(name for name, pattern in PATTERNS.items() if pattern.pattern.converters)

PERSON = "110101199003070011"
NOBODY = "110101199003070003"
PERSON_NAME = "钱守拙"
HIDDEN = {
    "undecided": "由人认定程度的处罚",
    "expired": "已过公示期的旧处罚",
    "person": "无证经营小食品店",
    "person's name": PERSON_NAME,
}
"""Words of records that are not public: they may stand on a page only when a look was written for it."""

WITHIN = {200, 204, 302}
JUNK = ("nothing", "\0", "<b>甲</b>", "9" * 400, "-1", PERSON)
JUNK_INTEGERS = (0, 999_999_999, 2**63, 10**30)
JUNK_TEXTS = ("nothing", "'; DROP TABLE access_look; --", "<script>", "%00", "\0", "..", "甲" * 300, PERSON)
JUNK_FIELDS = (
    "matter", "code", "case_no", "project", "kind", "document_no", "decided_on", "reason", "act", "other", "severity",
    "ban_until", "ban_months", "no_ban", "basis", "record", "item", "provider", "page", "q", "text", "problem", "span",
    "number", "body", "subject", "next",
)  # fmt: skip


__all__ = ["people"]


@dataclass(frozen=True)
class Place:
    """The town as the sweep finds it (扫描场景): numbers of its rows and records."""

    found: dict[str, Any]

    def address(self, name: str, **instead: Any) -> str:
        return reverse(f"web:{name}", kwargs=expected.arguments(name, self.found) | instead)


@pytest.fixture(scope="module")
def place_of_all(standing_town: Town, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A batch with held rows, a waiting mention, a check, a person's record, an entry past its term; built once."""
    said = {
        "subject_name": PERSON_NAME, "subject_kind": "person", "person_id": PERSON, "document_no": "平市监罚〔2026〕9 号",
        "violation": HIDDEN["person"], "facts": "未取得许可", "basis": "《中华人民共和国食品安全法》",
        "penalty_kinds": "confiscate-income", "penalty_content": "没收违法所得 0.1 万元", "confiscated_wan": "0.1",
        "decided_on": "2026-06-01", "authority": "平陵市生态环境局", "authority_code": place.ENVIRONMENT,
        "source": "平陵市生态环境局", "source_code": place.ENVIRONMENT,
    }  # fmt: skip
    with override_settings(GONGXIN_TODAY=place.TODAY.isoformat()):
        append([NewAct("record", "penalty", person_key(PERSON), place.ENVIRONMENT, said, "王工@市局")])
        owed = place.owed(place.ENVIRONMENT, "平陵市生态环境局", PERSON_NAME)
        received = batches.receive(
            penalties(tmp_path_factory.mktemp("swept") / "penalties.csv"), file_name="十一月行政处罚.csv",
            provider=place.ENVIRONMENT, via="web", actor="郑文澜",
        )  # fmt: skip
        batch = batches.run(received.pk)
        held = HeldRow.objects.filter(batch=batch, outcome="refused").order_by("id")[0]
        officer = Client()
        officer.force_login(standing_town.people["officer"], backend="django.contrib.auth.backends.ModelBackend")
        officer.post(reverse("web:check"), {"matter": "procurement", "code": place.BUILDER})
        return Place(
            {
                "batch": batch.pk,
                "promise": owed,
                "row": held.pk,
                "mention": HeldRow.objects.exclude(mention=None).values_list("mention", flat=True)[0],
                "check": Look.objects.exclude(matter="").latest("id").number,
                "undecided": standing_town.records["undecided"],
                "own": standing_town.records["penalty"],
                "consent": place.consent(standing_town.people["subject"]),
            }
        )


@pytest.fixture
def swept(place_of_all: Place, people: dict[str, Account]) -> Place:
    """The place as it was built, whatever an earlier test did in it."""
    return place_of_all


def test_every_address_says_what_it_is_expected_to_do() -> None:
    stated = expected.PUBLIC | set(expected.GUARDED)
    assert not expected.PUBLIC & set(expected.GUARDED)
    missing = sorted(set(PATTERNS) - stated)
    assert not missing, f"state in tests/doors/web/expected.py who may open: {missing}"
    assert not stated - set(PATTERNS), f"no such address any more: {sorted(stated - set(PATTERNS))}"
    unnamed = [p for p in urlpatterns if not getattr(p, "name", None) and "favicon" not in str(p.pattern)]
    assert not unnamed, f"an address without a name cannot be swept: {unnamed}"


def test_every_guard_asks_for_the_stated_right() -> None:
    guards = {name: getattr(pattern.callback, "right", None) for name, pattern in PATTERNS.items()}
    assert {name: right for name, right in guards.items() if right} == expected.GUARDED


def test_every_right_belongs_to_the_stated_roles() -> None:
    assert {name: set(right.roles) for name, right in RIGHTS.items()} == expected.MAY


def test_every_address_that_takes_something_is_told_what() -> None:
    found = dict.fromkeys(("promise", "batch", "row", "mention", "undecided", "own"), 1) | {
        "check": "HC-1",
        "consent": "SQ-1",
    }
    for name, pattern in PATTERNS.items():
        given = set(expected.arguments(name, found))
        assert given == set(pattern.pattern.converters), f"state in expected.arguments with what {name} is opened"


def test_nothing_else_is_routed() -> None:
    """Machine interface, sign-in and settings have sweeps of their own; a fifth door would need one too."""
    roots = {str(each.pattern) for each in get_resolver().url_patterns}
    assert roots == {"api/v1/", "accounts/", "settings/", ""}


@pytest.mark.parametrize("role", expected.ROLES)
def test_who_may_open_what(role: str, swept: Place, signed_in: Callable[[str], Client]) -> None:
    client = signed_in(role)
    account = Account.objects.filter(username=role).first()
    for name in PATTERNS:
        if SECOND_STORE and role and role not in allowed(name)[:2]:
            # Who is turned away was read on the first store; here each page is opened for two who may, and for the public.
            continue
        address = swept.address(name)
        before = Look.objects.latest("id").pk
        answer = client.post(address) if name in expected.POST_ONLY else client.get(address)
        told = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = told.decode("utf-8", "replace")
        said = f"{role or 'public'} {name} {address} → {answer.status_code}"
        right = expected.GUARDED.get(name)
        shown = [what for what, words in HIDDEN.items() if words in text]
        assert PERSON not in text, f"{said}: an identity number is never written out"
        if right is None:
            assert answer.status_code in ({404} if name in expected.NOT_THERE else {200, 302}), said
            assert not shown, f"{said} tells {shown}"
        elif not role:
            assert answer.status_code == 302 and answer.url.startswith(reverse("account_login")), said
            assert not shown, f"{said} tells {shown}"
        elif role not in expected.MAY[right]:
            assert answer.status_code == 403, said
            assert not shown, f"{said} tells {shown}"
        else:
            refused = expected.REFUSED_WITHIN.get((name, role))
            fine = {refused} if refused else WITHIN | ({404, 422} if name in expected.POST_ONLY else set())
            fine |= {404} if name in expected.NOT_THERE else set()
            assert answer.status_code in fine, said
            assert "no-store" in answer.headers["Cache-Control"], f"{said} may be kept by a cache"
            written = Look.objects.filter(pk__gt=before, account=account.pk if account else None)
            assert not shown or written.exists(), f"{said} tells {shown} without a look in the log"


def test_a_persons_existence_is_told_to_nobody_in_public(swept: Place, signed_in: Callable[[str], Client]) -> None:
    """Whoever tries a person's number, key or name learns exactly what a number or name of nobody tells."""
    tried = ((PERSON, NOBODY), (person_key(PERSON), person_key(NOBODY)), (PERSON_NAME, "赵无其"))
    for role in expected.ROLES:
        client = signed_in(role)
        for real, unreal in tried:
            for name in ("subject", "subject-data"):
                one, other = (client.get(swept.address(name, code=each)) for each in (real, unreal))
                assert one.status_code == other.status_code == 404, (role, name, real)
                assert same(one, other, real, unreal), f"{role} {name}: the answers differ for {real}"
            one, other = (client.get(reverse("web:search"), {"q": each}) for each in (real, unreal))
            assert same(one, other, real, unreal), f"{role}: the search tells something about {real}"


def same(one: Any, other: Any, real: str, unreal: str) -> bool:
    def plain(answer: Any, word: str) -> str:
        text = without_token(answer)
        for form in (word, quote(word), quote(quote(word)), quote(word, safe=""), f"{word[:3]}***********{word[-4:]}"):
            text = text.replace(form, "")
        return text

    return one.status_code == other.status_code and plain(one, real) == plain(other, unreal)


def test_an_officer_who_may_not_ask_about_people_learns_nothing(
    swept: Place, signed_in: Callable[[str], Client]
) -> None:
    officer = signed_in("officer")
    asked = {"matter": "procurement", "case_no": "PL-1", "project": ""}
    one, other = (officer.post(reverse("web:check"), asked | {"code": each}) for each in (PERSON, NOBODY))
    assert HIDDEN["person"] not in one.content.decode() and PERSON_NAME not in one.content.decode()
    assert same(one, other, PERSON, NOBODY)


def allowed(name: str) -> list[str]:
    """Return the roles that may open a page, in the order of the sweep (可打开的角色)."""
    right = expected.GUARDED.get(name)
    return [each for each in expected.ROLES if right is None or each in expected.MAY[right]]


def junk_for(name: str, swept: Place) -> Iterator[str]:
    """Addresses of one kind with things in them that are not there or cannot be."""
    kinds = {key: type(converter).__name__ for key, converter in PATTERNS[name].pattern.converters.items()}
    for key, kind in kinds.items():
        for value in JUNK_INTEGERS if kind == "IntConverter" else JUNK_TEXTS:
            yield swept.address(name, **{key: value})


@pytest.mark.parametrize("role", expected.ROLES)
def test_junk_in_an_address_is_no_fault(role: str, swept: Place, signed_in: Callable[[str], Client]) -> None:
    client = signed_in(role)
    client.raise_request_exception = False
    for name in TAKING:
        may = allowed(name)
        # What becomes of it lies with the page: the first who may open it tries every kind, everybody else one in turn.
        # Whoever lacks the right is turned away before the address is looked at.
        if SECOND_STORE and may and role != may[0]:
            continue
        kinds = list(junk_for(name, swept))
        turn = expected.ROLES.index(role) if role in may else 0
        for address in kinds if may and role == may[0] else [kinds[turn % len(kinds)]]:
            answer = client.post(address) if name in expected.POST_ONLY else client.get(address)
            assert answer.status_code < 500, f"{role or 'public'} {address} → {answer.status_code}"
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert not [what for what, words in HIDDEN.items() if words.encode() in text] or name in {
                "fix", "identity", "determination",
            }, f"{role} {address}"  # fmt: skip


def junk_given(name: str, role: str) -> tuple[str, ...]:
    """Which junk a role gives to a page: all of it the first role that may, one kind in turn everybody else.

    What becomes of junk lies with the page; who gives it shows itself with any kind. Whoever lacks the right is turned away
    before anything is read. On the second store the page alone is asked: who is let in was read on the first.
    """
    may = allowed(name)
    if may and role == may[0]:
        return JUNK
    if SECOND_STORE:
        return ()
    turn = expected.ROLES.index(role) + list(PATTERNS).index(name) if role in may else 0
    return (JUNK[turn % len(JUNK)],)


@pytest.mark.parametrize("role", expected.ROLES)
@pytest.mark.parametrize("junk", JUNK)
def test_junk_in_a_question_or_a_form_is_no_fault(
    junk: str, role: str, swept: Place, signed_in: Callable[[str], Client]
) -> None:
    client = signed_in(role)
    client.raise_request_exception = False
    given = dict.fromkeys(JUNK_FIELDS, junk)
    for name in PATTERNS:
        right = expected.GUARDED.get(name)
        if junk not in junk_given(name, role):
            continue
        address = swept.address(name)
        if name not in expected.POST_ONLY:
            answer = client.get(address, given)
            assert answer.status_code < 500, f"{role or 'public'} GET {address} {junk!r} → {answer.status_code}"
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content
            if right is None or role not in expected.MAY[right]:
                assert not [what for what, words in HIDDEN.items() if words.encode() in text], f"{role} {address}"
        answer = client.post(address, given)
        assert answer.status_code < 500, f"{role or 'public'} POST {address} {junk!r} → {answer.status_code}"
        if name in expected.PUBLIC - expected.FORMS_FROM_EVERYBODY:
            assert answer.status_code in {302, 404, 405}, f"{address} takes a form from everybody: state why"


def settings_addresses() -> Iterator[str]:
    """Addresses of the staff settings that need nothing to be opened."""
    for pattern in admin.site.get_urls():
        inner = pattern.url_patterns if isinstance(pattern, URLResolver) else [pattern]
        for each in inner:
            if not each.pattern.regex.groups and getattr(each, "name", None):
                yield reverse(f"admin:{each.name}")


@pytest.mark.parametrize("role", [role for role in expected.ROLES if role != "administrator"])
def test_settings_are_the_administrators_alone(role: str, swept: Place, signed_in: Callable[[str], Client]) -> None:
    client = signed_in(role)
    listed = list(settings_addresses())
    assert len(listed) > 4
    for address in listed:
        answer = client.get(address)
        assert answer.status_code in {302, 403, 404} or "/login/" in address or "jsi18n" in address, (role, address)


def test_settings_take_over_nobodys_own_account(swept: Place, signed_in: Callable[[str], Client]) -> None:
    """主体自己的账号：可以停用，不能改密码、改角色；二次验证不能代建；登录只有一个入口；单位代码不能改、不能删。"""
    chief, citizen = signed_in("administrator"), Account.objects.get(username="subject")
    change = reverse("admin:access_account_change", args=[citizen.pk])
    page = chief.get(change).content.decode()
    assert 'name="is_active"' in page and "password" not in page.split("<main")[-1] and 'name="role"' not in page
    assert chief.get(reverse("admin:auth_user_password_change", args=[citizen.pk])).status_code == 403
    chief.post(change, {"role": "administrator", "username": "mine", "is_superuser": "on"})
    citizen.refresh_from_db()
    assert (citizen.username, citizen.role, citizen.is_superuser, citizen.is_active) == (
        "subject",
        "subject",
        False,
        False,
    )
    assert chief.get(reverse("admin:mfa_authenticator_add")).status_code == 403
    body = reverse("admin:access_body_change", args=[place.FIRM])
    assert 'name="code"' not in chief.get(body).content.decode()
    assert chief.post(reverse("admin:access_body_delete", args=[place.FIRM]), {"post": "yes"}).status_code == 403
    sign_in = Client().get(reverse("admin:login"), {"next": "/settings/"})
    assert sign_in.status_code == 302 and reverse("account_login") in sign_in["Location"]
    assert {model.__module__.split(".")[0] for model in admin.site._registry} == {"gongxin", "allauth"}
    # Whoever is made an administrator here can work here, and nobody else is let in by a tick.
    made = {"username": "chief2", "password1": "nine-egrets-2026", "password2": "nine-egrets-2026", "role": "administrator",
            "body": place.OFFICE, "first_name": "甲", "post": "乙", "usable_password": "true"}  # fmt: skip
    chief.post(reverse("admin:access_account_add"), made)
    assert Account.objects.get(username="chief2").is_staff
    Account.objects.filter(pk=citizen.pk).update(is_active=True)


def test_signing_in_needs_no_right_and_tells_nothing(swept: Place) -> None:
    """A wrong password and an unknown account read the same, so that accounts cannot be probed."""
    client = Client()
    login = reverse("account_login")
    known = client.post(login, {"login": "officer", "password": "not-this-one-1"})
    unknown = client.post(login, {"login": "nobody1", "password": "not-this-one-1"})
    assert known.status_code == unknown.status_code == 200
    assert plain_form(known) == plain_form(unknown)
    assert chosen.SESSION_COOKIE_NAME not in client.cookies


def plain_form(answer: Any) -> str:
    return without_token(answer).replace("officer", "").replace("nobody1", "")


def without_token(answer: Any) -> str:
    """The page without the token that differs each time (去除表单令牌)."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
