"""Consents at the gate (凭授权查阅): narrow, counted, revocable at once; a state machine over any order of acts and days."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Event
from typing import Any

import pytest
from django.conf import settings as live
from django.db import DatabaseError, connection, connections, transaction
from hypothesis import HealthCheck
from hypothesis import settings as Bounds
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from gongxin.kernel.issues import Refusal
from gongxin.law.consents import Terms
from gongxin.spine import clock, shelf
from gongxin.spine.access import consents, identities
from gongxin.spine.access.consents import Consent
from gongxin.spine.access.gate import Ground, Reading, Viewer, read
from gongxin.spine.access.identities import Verified
from gongxin.spine.access.models import Account, Body, ConsentRow, Look
from gongxin.spine.access.traces import traces_of
from gongxin.spine.append_only import AppendOnlyFault
from gongxin.spine.ledger.acts import person_key
from gongxin.spine.ledger.append import append
from tests.examples import how_many
from tests.spine.making import record

NUMBER = "110101199003077758"
PERSON_PAYLOAD = {"subject_kind": "person", "uscc": None, "subject_name": "林某某", "legal_rep": "不应看到"}
AGENCY = "91AGENCY00000001"
FIELDS = {"penalty": ("violation", "decided_on", "authority")}
OFFICER = Viewer(None, "密钥 贷款系统", AGENCY, "officer", "api")


def city() -> Viewer:
    """An agency, a citizen with a verified account and one penalty; returns the citizen."""
    Body.objects.get_or_create(code=AGENCY, defaults={"name": "安达信用评估有限公司", "kind": "agency"})
    Body.objects.get_or_create(code="91AGENCY00000002", defaults={"name": "另一家机构", "kind": "agency"})
    account, _ = Account.objects.get_or_create(username="lin", defaults={"role": "subject", "first_name": "林某某"})
    key = identities.bind(account.pk, Verified("local", number=NUMBER, holder=NUMBER), actor="窗口")
    assert key == person_key(NUMBER)
    append([record(1, 1, subject=key, **PERSON_PAYLOAD)])
    return Viewer(account.pk, "林某某", "", "subject", "web", key)


def terms(**changed: Any) -> Terms:
    made = Terms(
        person_key(NUMBER), AGENCY, "credit-service", "个人经营贷款审批", FIELDS, 2, clock.today() + timedelta(days=20)
    )
    return replace(made, **changed)


def granted(citizen: Viewer, **changed: Any) -> Consent:
    made = consents.grant(citizen, terms(**changed))
    assert isinstance(made, Consent), made
    return made


def look(number: str | None, viewer: Viewer = OFFICER, matter: str = "credit-service") -> Reading | Refusal:
    return read(viewer, Ground(matter=matter, consent=number), person_key(NUMBER), as_of=clock.today())


@pytest.mark.django_db
def test_only_the_fields_consented_to_are_seen_and_the_look_names_the_consent() -> None:
    citizen = city()
    made = granted(citizen)
    seen = look(made.number)
    assert isinstance(seen, Reading)
    assert [set(line.payload) for line in seen.lines] == [set(FIELDS["penalty"])]
    assert "不应看到" not in repr(seen.lines)
    assert made.number in Look.objects.get(number=seen.number).ground
    trace = next(each for each in traces_of(person_key(NUMBER))[0] if each.look.number == seen.number)
    assert trace.consent == made.number
    assert consents.get(made.number).standing.left == 1


@pytest.mark.django_db
def test_the_very_next_look_after_a_revocation_is_refused() -> None:
    citizen = city()
    made = granted(citizen)
    assert isinstance(look(made.number), Reading)
    assert isinstance(consents.revoke(citizen, made.number), Consent)
    refused = look(made.number)
    assert isinstance(refused, Refusal) and refused.code == "access.consent_revoked"
    assert isinstance(look(made.token), Refusal), "the whole token is worth no more than its number"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("viewer", "matter"),
    [
        (replace(OFFICER, body="91AGENCY00000002"), "credit-service"),
        (replace(OFFICER, role="steward"), "credit-service"),
        (OFFICER, "consented-service"),
        (OFFICER, "recruitment"),
    ],
)
def test_a_consent_opens_nothing_for_others_and_nothing_else(viewer: Viewer, matter: str) -> None:
    made = granted(city())
    assert isinstance(look(made.number, viewer, matter), Refusal)
    assert consents.get(made.number).standing.used == 0


@pytest.mark.django_db
def test_without_a_consent_there_is_no_look_and_an_unknown_number_says_nothing() -> None:
    city()
    assert look(None).code == "access.consent"  # type: ignore[union-attr]
    unknown, others = look("SQ-2026-0601-00000000"), None
    Body.objects.get_or_create(code="91AGENCY00000002", defaults={"name": "另一家机构", "kind": "agency"})
    made = granted(Viewer(Account.objects.get().pk, "林某某", "", "subject", "web"), body="91AGENCY00000002")
    others = look(made.number)
    assert isinstance(unknown, Refusal) and unknown == others


@pytest.mark.django_db
def test_a_token_is_signed_and_a_changed_one_is_nothing() -> None:
    made = granted(city())
    told = consents.read_token(made.token)
    assert told is not None and told["number"] == made.number and NUMBER not in made.token
    head, _, tail = made.token.partition(".")
    assert consents.read_token(f"{head}.{'A' + tail[1:] if tail[0] != 'A' else 'B' + tail[1:]}") is None
    assert consents.read_token("gxc1.x.y.z") is None
    assert isinstance(look(made.token), Reading)


@pytest.mark.django_db
def test_a_row_changed_in_the_store_is_no_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    made = granted(city())
    row = ConsentRow.objects.get(number=made.number)
    row.terms["uses"] = 20
    assert not consents._is_genuine(row)
    for refused in (row.save, row.delete, ConsentRow.objects.all().delete):
        with pytest.raises(AppendOnlyFault):
            refused()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE access_consentrow SET verb = 'grant'")


@pytest.mark.django_db
def test_a_request_is_answered_by_its_subject_alone_with_less_if_it_likes() -> None:
    citizen = city()
    asked = consents.request(OFFICER, terms())
    assert isinstance(asked, Consent) and asked.state == "requested"
    assert isinstance(look(asked.number), Refusal)
    stranger = Viewer(999, "别人", "", "subject", "web")
    assert consents.answer(stranger, asked.number, yes=True) == consents.UNKNOWN
    made = consents.answer(citizen, asked.number, yes=True, fields={"penalty": ["decided_on", "facts"]})
    assert isinstance(made, Consent) and dict(made.terms.fields) == {"penalty": ("decided_on",)}
    seen = look(asked.number)
    assert isinstance(seen, Reading) and [set(line.payload) for line in seen.lines] == [{"decided_on"}]
    assert consents.answer(citizen, asked.number, yes=True).code == "consent.state"
    no = consents.request(OFFICER, terms())
    assert isinstance(no, Consent)
    assert consents.answer(citizen, no.number, yes=False).state == "refused"
    assert isinstance(look(no.number), Refusal)


@pytest.mark.django_db
def test_a_request_tells_nothing_about_whether_the_person_is_known() -> None:
    city()
    known, unknown = consents.request(OFFICER, terms()), consents.request(OFFICER, terms(subject="person:" + "cd" * 16))
    assert isinstance(known, Consent) and isinstance(unknown, Consent)
    assert replace(known.standing, terms=unknown.terms) == unknown.standing


@pytest.mark.django_db
def test_each_act_of_the_subject_stands_in_its_own_log() -> None:
    citizen = city()
    made = granted(citizen)
    consents.revoke(citizen, made.number)
    said = [each.look.ground for each in traces_of(person_key(NUMBER))[0]]
    assert said == [f"own consent-revoke {made.number}", f"own consent-grant {made.number}"]


class ConsentMachine(RuleBasedStateMachine):
    """Any order of grants, requests, uses, revocations and days (授权状态机)."""

    @initialize()
    def settle(self) -> None:
        live.GONGXIN_TODAY = "2026-06-01"
        self.citizen = city()
        self.day = date(2026, 6, 1)
        self.known: dict[str, dict[str, Any]] = {}

    def _remember(self, made: Any, on: date) -> None:
        assert isinstance(made, Consent), made
        told = made.terms
        self.known[made.number] = {"terms": told, "on": on, "seen": 0, "revoked": False}

    @rule(
        uses=st.integers(1, 3), days=st.integers(0, 45), fields=st.sets(st.sampled_from(FIELDS["penalty"]), min_size=1)
    )
    def grant(self, uses: int, days: int, fields: set[str]) -> None:
        made = consents.grant(
            self.citizen,
            terms(uses=uses, until=self.day + timedelta(days=days), fields={"penalty": tuple(sorted(fields))}),
        )
        self._remember(made, self.day)

    @rule(yes=st.booleans())
    def request(self, yes: bool) -> None:
        asked = consents.request(OFFICER, terms())
        assert isinstance(asked, Consent)
        answered = consents.answer(self.citizen, asked.number, yes=yes)
        if yes:
            self._remember(answered, self.day)
        else:
            assert isinstance(look(asked.number), Refusal)

    @rule(pick=st.integers(0, 9))
    def revoke(self, pick: int) -> None:
        if self.known:
            number = sorted(self.known)[pick % len(self.known)]
            ended = consents.revoke(self.citizen, number)
            if isinstance(ended, Consent):
                self.known[number]["revoked"] = True
            else:
                assert not consents.get(number).standing.active

    @rule(days=st.integers(1, 40))
    def pass_days(self, days: int) -> None:
        self.day += timedelta(days=days)
        live.GONGXIN_TODAY = self.day.isoformat()

    @rule(pick=st.integers(0, 9))
    def use(self, pick: int) -> None:
        if not self.known:
            return
        number = sorted(self.known)[pick % len(self.known)]
        about = self.known[number]
        unused_days = shelf.book().on(self.day).parameter("consent.unused.days").number()
        dead = (
            about["revoked"]
            or about["seen"] >= about["terms"].uses
            or self.day > about["terms"].until
            or (not about["seen"] and self.day > about["on"] + timedelta(days=unused_days))
        )
        seen = look(number)
        assert isinstance(seen, Refusal) == dead, (about, self.day, seen)
        if isinstance(seen, Reading):
            about["seen"] += 1
            allowed = set(about["terms"].fields["penalty"])
            for line in seen.lines:
                assert set(line.payload) <= allowed
                assert all(set(act.payload) <= allowed for act in line.acts)

    @invariant()
    def every_use_has_its_look_and_no_more(self) -> None:
        for number, about in getattr(self, "known", {}).items():
            assert about["seen"] <= about["terms"].uses
            used = list(ConsentRow.objects.filter(number=number, verb="use").values_list("look", flat=True))
            assert len(used) == about["seen"] == Look.objects.filter(number__in=used).count()


@pytest.mark.django_db
def test_any_order_of_acts_and_days(settings: Any) -> None:
    """Each run in a transaction of its own, which is rolled back."""

    class Run(ConsentMachine):
        def __init__(self) -> None:
            self._around = transaction.atomic()
            self._around.__enter__()
            super().__init__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self._around.__exit__(None, None, None)

    settings.GONGXIN_TODAY = "2026-06-01"
    run_state_machine_as_test(
        Run,
        settings=Bounds(
            max_examples=how_many(25), stateful_step_count=18, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def _in_threads(work: Callable[[], object], count: int) -> list[object]:
    """Return what each of several threads got, each with a connection of its own."""

    def tidily() -> object:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=count) as pool:
        return [each.result() for each in [pool.submit(tidily) for _ in range(count)]]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_use_it_more_often_than_it_says() -> None:
    made = granted(city(), uses=2)
    got = _in_threads(lambda: look(made.number), 6)
    assert sum(isinstance(each, Reading) for each in got) == 2
    assert consents.get(made.number).state == "used-up"
    assert ConsentRow.objects.filter(number=made.number, verb="use").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_revocation_in_flight_leaves_nothing_after_it() -> None:
    citizen = city()
    made = granted(citizen, uses=20)
    revoked = Event()

    def looking() -> list[bool]:
        after = []
        for _ in range(8):
            sure = revoked.is_set()
            seen = look(made.number)
            if sure:
                after.append(isinstance(seen, Reading))
        return after

    def revoking() -> list[bool]:
        assert isinstance(consents.revoke(citizen, made.number), Consent)
        revoked.set()
        return looking()

    turns = iter([looking, revoking, looking])
    got = _in_threads(lambda: next(turns)(), 3)  # noqa: PLW0108 -- each thread takes its own turn
    assert not any(any(each) for each in got)  # type: ignore[call-overload]
    verbs = list(ConsentRow.objects.filter(number=made.number).order_by("n").values_list("verb", flat=True))
    assert verbs[-1] == "revoke" and verbs.count("revoke") == 1
