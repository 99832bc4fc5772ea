"""Own and delegated accounts, and notice that comes later (本人、委托与推迟告知): each end on its very day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from gongxin.kernel.issues import Refusal
from gongxin.kernel.terms import add_months
from gongxin.spine import clock, shelf
from gongxin.spine.access import delegations, identities, owning, withheld
from gongxin.spine.access.delegations import Delegation
from gongxin.spine.access.gate import OWN, Ground, Reading, Viewer, read
from gongxin.spine.access.identities import ClaimProvider, LocalProvider, Verified
from gongxin.spine.access.models import Account, Body, DelegationAct, IdentityAct, Look, Withheld
from gongxin.spine.access.traces import reply, traces_of
from gongxin.spine.ledger.acts import person_key
from gongxin.spine.ledger.append import append
from tests.spine.making import key, record, uscc

pytestmark = pytest.mark.django_db
NUMBER = "110101199003077758"
TODAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def bodies() -> None:
    Body.objects.create(code=uscc(1), name="平陵市第1商贸有限公司", kind="company")
    Body.objects.create(code="11PL0303", name="平陵市公共资源交易中心", kind="trading-centre")


def account(name: str, body: str | None = None, role: str = "subject") -> Account:
    return Account.objects.create(username=name, role=role, body_id=body, first_name=name)


def of(holder: Account, subject: str = "", body: str = "") -> Viewer:
    return Viewer(holder.pk, holder.username, body or holder.body_id or "", holder.role, "web", subject)


def opens(viewer: Viewer, subject: str) -> bool:
    return isinstance(read(viewer, Ground(purpose=OWN), subject, as_of=clock.today()), Reading)


def test_a_person_sees_its_own_record_and_no_other() -> None:
    lin = account("lin")
    person = person_key(NUMBER)
    append([record(1, 1, subject=person, subject_kind="person", uscc=None)])
    assert not opens(of(lin), person), "nobody is anybody before a provider says so"
    assert identities.bind(lin.pk, Verified("local", number=NUMBER, holder=NUMBER), actor="窗口") == person
    assert opens(of(lin), person) and opens(of(lin, person), person)
    assert not opens(of(lin), "person:" + "cd" * 16) and not opens(of(lin), key(1))
    assert identities.release(lin.pk, actor="窗口")
    assert not opens(of(lin, person), person)


def test_no_number_is_kept_anywhere() -> None:
    lin = account("lin")
    identities.bind(lin.pk, Verified("local", number=NUMBER, holder=NUMBER), actor="窗口")
    row = IdentityAct.objects.values().get()
    assert NUMBER not in repr(row)
    assert Account.objects.get(pk=lin.pk).person_key == row["person"] == person_key(NUMBER)
    assert identities.accounts_of(person_key(NUMBER)) == {lin.pk}


@pytest.mark.parametrize(("body", "role"), [("11PL0303", "officer"), (None, "auditor"), (None, "")])
def test_an_account_of_staff_is_never_a_citizens(body: str | None, role: str) -> None:
    staff = account("staff", body, role)
    refused = identities.bind(staff.pk, Verified("local", number=NUMBER), actor="窗口")
    assert isinstance(refused, Refusal) and refused.code == "identity.account"


def test_a_bound_account_stays_with_its_person() -> None:
    lin = account("lin")
    assert identities.bind(lin.pk, Verified("local", number=NUMBER), actor="窗口") == person_key(NUMBER)
    assert identities.bind(lin.pk, Verified("oidc", number=NUMBER), actor="认证") == person_key(NUMBER)
    other = identities.bind(lin.pk, Verified("local", pairwise="x|1"), actor="窗口")
    assert isinstance(other, Refusal) and other.code == "identity.other"


def test_what_providers_vouch_for() -> None:
    told = LocalProvider().verify({"number": f" {NUMBER} "})
    assert isinstance(told, Verified) and told.number == NUMBER
    assert isinstance(LocalProvider().verify({"number": "110101199003077751"}), Refusal)
    claims = ClaimProvider("id_number", "https://id.example")
    told = claims.verify({"sub": "u1", "id_number": NUMBER})
    assert isinstance(told, Verified) and told.number == NUMBER
    pairwise = ClaimProvider(issuer="https://id.example").verify({"sub": "u1"})
    assert isinstance(pairwise, Verified) and pairwise.pairwise == "https://id.example|u1" and not pairwise.number
    assert isinstance(claims.verify({"id_number": NUMBER}), Refusal)


def invited(principal: Account, delegate: Account, scopes: tuple[str, ...], until: date) -> Delegation:
    made = delegations.invite(of(principal), key(1), delegate.username, list(scopes), until)
    assert isinstance(made, Delegation), made
    return made


def test_a_delegate_acts_in_its_affairs_until_the_last_day_and_not_after(on_day: Callable[[date], None]) -> None:
    boss, helper = account("boss", uscc(1)), account("helper")
    append([record(1, 1)])
    until = TODAY + timedelta(days=10)
    made = invited(boss, helper, ("view", "looks"), until)
    acting = of(helper, key(1), uscc(1))
    assert not opens(acting, key(1)), "an invitation that is not accepted opens nothing"
    assert isinstance(delegations.accept(of(helper), made.number, yes=True), Delegation)
    assert opens(acting, key(1))
    assert owning.keys_of(acting, owning.LOOKS) == {key(1)}
    assert not owning.keys_of(acting, owning.CONSENTS) and not owning.keys_of(acting, owning.CASES)
    on_day(until)
    assert opens(acting, key(1))
    on_day(until + timedelta(days=1))
    assert not opens(acting, key(1))
    assert delegations.find(made.number).state == "ended"  # type: ignore[union-attr]


@pytest.mark.parametrize("by_principal", [True, False])
def test_a_delegation_ends_the_moment_either_side_says_so(by_principal: bool) -> None:
    boss, helper = account("boss", uscc(1)), account("helper")
    append([record(1, 1)])
    made = invited(boss, helper, ("view",), TODAY + timedelta(days=10))
    delegations.accept(of(helper), made.number, yes=True)
    acting = of(helper, key(1), uscc(1))
    assert opens(acting, key(1))
    delegations.revoke(of(boss if by_principal else helper), made.number, principal=by_principal)
    assert not opens(acting, key(1))
    again = delegations.revoke(of(boss), made.number, principal=True)
    assert isinstance(again, Refusal)
    said = [trace.look.ground.split(" ")[1] for trace in traces_of(key(1))[0] if " " in trace.look.ground]
    assert said == ["delegation-revoke", "delegation-accept", "delegation-invite"]


def test_nobody_accepts_or_ends_what_is_not_theirs() -> None:
    boss, helper, other = account("boss", uscc(1)), account("helper"), account("other")
    made = invited(boss, helper, ("view",), TODAY + timedelta(days=10))
    assert isinstance(delegations.accept(of(other), made.number, yes=True), Refusal)
    assert isinstance(delegations.revoke(of(other), made.number, principal=False), Refusal)
    assert not opens(of(other, key(1), uscc(1)), key(1))
    assert not opens(of(other, body=uscc(1), subject=key(1)), key(1)), "a body that is only claimed opens nothing"


@pytest.mark.parametrize(
    ("username", "scopes", "days", "code"),
    [
        ("nobody", ["view"], 10, "delegation.account"),
        ("officer", ["view"], 10, "delegation.account"),
        ("boss", ["view"], 10, "delegation.account"),
        ("helper", [], 10, "delegation.scopes"),
        ("helper", ["everything"], 10, "delegation.scopes"),
        ("helper", ["view"], -1, "delegation.until"),
        ("helper", ["view"], 4000, "delegation.until"),
    ],
)
def test_what_cannot_be_delegated(username: str, scopes: list[str], days: int, code: str) -> None:
    boss = account("boss", uscc(1))
    account("helper")
    account("officer", "11PL0303", "officer")
    refused = delegations.invite(of(boss), key(1), username, scopes, TODAY + timedelta(days=days))
    assert isinstance(refused, Refusal) and refused.code == code
    assert not DelegationAct.objects.exists() and not Look.objects.exists()


def test_a_representative_is_appointed_upon_a_case() -> None:
    office, helper = account("office", "11PL0303", "operator"), account("helper")
    child = "person:" + "cd" * 16
    made = delegations.appoint(of(office), child, "helper", ["view"], TODAY + timedelta(days=30), case="DL-2026-1")
    assert isinstance(made, Delegation) and made.active and made.basis == "DL-2026-1"
    assert opens(of(helper, child), child)


OFFICER = Viewer(7, "甲", "11PL0303", "officer", "web")


def looked(subject: str = key(1)) -> str:
    seen = read(OFFICER, Ground(matter="procurement", case_no="1"), subject, as_of=clock.today())
    assert isinstance(seen, Reading)
    return seen.number


def test_a_delayed_notice_releases_itself_on_its_day(on_day: Callable[[date], None]) -> None:
    number = looked()
    release = TODAY + timedelta(days=5)
    assert traces_of(key(1))[1] == 1
    made = withheld.withhold(OFFICER, number, "investigation", release, "批准人")
    assert isinstance(made, Withheld) and "个人信息保护法" in made.clause
    assert traces_of(key(1)) == ([], 0)
    assert reply(OFFICER, key(1), number, "contested") is None, "what is not told cannot be answered either"
    on_day(release - timedelta(days=1))
    assert traces_of(key(1))[1] == 0 and withheld.count(clock.today()) == (1, 1)
    on_day(release)
    assert traces_of(key(1))[1] == 1 and withheld.count(clock.today()) == (0, 1)


def test_there_is_no_never() -> None:
    number = looked()
    law = shelf.book().on(TODAY)
    months = int(law.parameter("withheld.grounds").table()[0]["months"])
    last = add_months(TODAY, months)
    for release, ground, person in (
        (last + timedelta(days=1), "investigation", "批准人"),
        (TODAY, "investigation", "批准人"),
        (date.max, "investigation", "批准人"),
        (last, "because", "批准人"),
        (last, "investigation", "  "),
    ):
        assert isinstance(withheld.withhold(OFFICER, number, ground, release, person), Refusal)
    assert isinstance(withheld.withhold(OFFICER, number, "secrecy", last, "批准人"), Withheld)
    again = withheld.withhold(OFFICER, number, "secrecy", last, "批准人")
    assert isinstance(again, Refusal) and again.code == "withheld.again"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE access_withheld SET release = '2999-01-01'")


def test_only_the_body_that_looked_can_delay_its_notice() -> None:
    number = looked()
    release = TODAY + timedelta(days=5)
    for viewer in (
        Viewer(8, "乙", "11PL9999", "officer", "web"),
        Viewer(8, "乙", "11PL0303", "steward", "web"),
        Viewer(8, "乙", "11PL0303", "auditor", "web"),
        Viewer(8, "乙", "", "officer", "web"),
    ):
        assert isinstance(withheld.withhold(viewer, number, "secrecy", release, "批准人"), Refusal)
    assert traces_of(key(1))[1] == 1
