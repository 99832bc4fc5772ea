"""One check for a case, and watching its answer (一案一查、关注): told once, to one, nothing but that it changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connections

from gongxin.doors.notices import webhooks
from gongxin.kernel.issues import Refusal
from gongxin.rooms.disclosure import wholooked
from gongxin.rooms.measures import check, outcomes, watching
from gongxin.rooms.measures.models import CaseCheck, Watch
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Look
from gongxin.spine.outbox import subscribers
from gongxin.spine.outbox.models import Delivery, Event
from tests.doors.test_subscribers import Holder, holder
from tests.rooms.measures import city
from tests.rooms.measures.conftest import TODAY, bodies, enter, forgetful, on_the_day

__all__ = ["bodies", "enter", "forgetful", "holder", "on_the_day"]

CASE = "PL-ZB-2026-0917"
SYSTEM = Viewer(None, "密钥 交易系统", city.CENTRE, "officer", "api")
COLLEAGUE = Viewer(7, "何敏之", city.CENTRE, "officer", "web")


def asked(viewer: Viewer = SYSTEM, code: str = city.FIRM_CODE, case_no: str = CASE) -> dict[str, Any]:
    answered = check.check(viewer, code, "procurement", case_no=case_no)
    assert isinstance(answered, dict), answered
    return answered


@pytest.mark.django_db
def test_a_case_has_one_check_until_the_standing_changes(enter: Callable[..., int]) -> None:
    enter("penalty", city.FIRM)
    first = asked()
    assert "repeated" not in first and "changed_since" not in first
    again = asked(COLLEAGUE)
    assert again["check"] == first["check"]
    assert again["repeated"]["look"] != first["check"]
    # Both looks are there for the subject to read, each under its own number.
    seen = wholooked.looked(city.FIRM, TODAY)
    assert {first["check"], again["repeated"]["look"]} == {one.number for one in seen.seen}
    assert asked(case_no="PL-ZB-2026-0918")["check"] != first["check"]
    enter("procurement-violation", city.FIRM)
    changed = asked()
    assert changed["changed_since"] == first["check"] != changed["check"]
    once_more = asked()
    assert once_more["check"] == changed["check"]
    # One outcome is owed, for the check that found something to act on; its repeat leads to it.
    assert [one.number for one in outcomes.pending(city.CENTRE, TODAY)] == [changed["check"]]
    stated = outcomes.record(SYSTEM, once_more["repeated"]["look"], outcomes.Statement("restricted"))
    assert isinstance(stated, outcomes.Outcome) and stated.check_number == changed["check"]
    assert outcomes.pending(city.CENTRE, TODAY) == []


@pytest.mark.django_db
def test_what_may_be_watched_and_for_how_long(enter: Callable[..., int], on_day: Callable[[Any], None]) -> None:
    number = asked()["check"]
    refused = watching.watch(SYSTEM, number, date(2026, 12, 31))
    assert isinstance(refused, Refusal) and refused.code == "watch.subscriber"
    subscribers.add(city.CENTRE, "平陵市公共资源交易中心", "checker")
    stranger = Viewer(None, "密钥", city.BUREAU, "officer", "api")
    assert getattr(watching.watch(stranger, number, date(2026, 12, 31)), "code", "") == "watch.check_unknown"
    uncased = check.check(SYSTEM, city.FIRM_CODE, "procurement")
    assert isinstance(uncased, dict)
    assert getattr(watching.watch(SYSTEM, uncased["check"], date(2026, 12, 31)), "code", "") == "watch.case"
    for day in (date(2026, 11, 22), date(2028, 1, 1)):
        assert isinstance(watching.watch(SYSTEM, number, day), list)
    begun = watching.watch(SYSTEM, number, date(2026, 12, 1))
    assert isinstance(begun, Watch)
    assert watching.watch(SYSTEM, number, date(2026, 12, 1)) == begun
    # The subject reads of the watch, until when, and over which check.
    [shown] = [one for one in wholooked.looked(city.FIRM, TODAY).seen if one.via == "watch"]
    assert "2026-12-01" in shown.ground and number in shown.ground and shown.case_no == CASE
    on_day("2026-12-01")
    assert watching.look_after()["asked"] == 1
    on_day("2026-12-02")
    assert watching.look_after()["ended"] == 1
    enter("procurement-violation", city.FIRM, decided_on="2026-11-20", announced_on="2026-11-21")
    assert watching.look_after()["asked"] == 0
    assert not Event.objects.filter(kind="answer").exists()


@pytest.mark.django_db(transaction=True)
def test_a_bidder_listed_between_opening_and_award(
    enter: Callable[..., int], holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receiver is down, slow, and served by two workers at once; it learns of the change once."""
    subscribers.add(city.CENTRE, "平陵市公共资源交易中心", "checker", endpoint=holder.address)
    subscribers.add(city.BUREAU, "平陵市财政局", "department", endpoint=holder.address)
    opening = asked()
    watched = watching.watch(SYSTEM, opening["check"], date(2026, 12, 31))
    assert isinstance(watched, Watch)
    assert watching.look_after() == {"ended": 0, "asked": 1, "changed": 0, "failed": 0}
    enter("penalty", city.OTHER, uscc=city.OTHER_CODE)
    assert watching.look_after()["asked"] == 0
    looked = Look.objects.count()
    enter("procurement-violation", city.FIRM)

    def at_once(work: Callable[[], Any]) -> list[Any]:
        def one(_n: int) -> Any:
            try:
                return work()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(one, range(2)))

    done = at_once(watching.look_after)
    assert sum(each.get("changed", 0) for each in done) == 1
    [event] = Event.objects.filter(kind="answer")
    assert Look.objects.count() == looked + 1
    said = json.loads(event.body)
    assert (said["check"], said["case_no"]) == (opening["check"], CASE)
    assert city.FIRM_CODE not in event.body and "禁止" not in event.body
    # Nobody else is told, and a new holder of copies is not told later either.
    assert [each.subscriber.body for each in Delivery.objects.filter(event=event)] == [city.CENTRE]
    subscribers.add("LATER", "后来的", "department")
    assert subscribers.lay_missed(subscribers.get("LATER")) == Event.objects.exclude(kind="answer").count()

    holder.manner = "down"
    assert webhooks.deliver().failed == 1
    holder.manner, holder.taken[:] = "slow", []
    monkeypatch.setattr(webhooks, "TIMEOUT", 0.3)
    subscribers.retry()
    assert webhooks.deliver().failed == 1
    monkeypatch.setattr(webhooks, "TIMEOUT", 10.0)
    holder.manner, holder.taken[:] = "good", []
    subscribers.retry()
    at_once(webhooks.deliver)
    assert {told["id"] for told in holder.taken} == {event.pk}
    assert Delivery.objects.get(event=event).state == "acknowledged"
    holder.taken.clear()
    watching.look_after()
    assert webhooks.deliver().acknowledged == 0 and not holder.taken

    award = asked()
    assert award["changed_since"] == opening["check"] and len(award["must_act"]) == 1
    assert watching.of(SYSTEM, opening["check"]).state == "changed"  # type: ignore[union-attr]
    assert CaseCheck.objects.count() == 2


@pytest.mark.django_db
def test_a_day_that_passes_changes_an_answer_too(enter: Callable[..., int], on_day: Callable[[Any], None]) -> None:
    """A ban that ends between opening and award is a change in the bidder's favour; the officer reads a notice of it."""
    enter("procurement-violation", city.FIRM, decided_on="2025-12-01", announced_on="2025-12-02")
    opening = asked(COLLEAGUE)
    assert len(opening["must_act"]) == 1
    assert isinstance(watching.watch(COLLEAGUE, opening["check"], date(2026, 12, 31)), Watch)
    on_day("2026-12-01")
    assert watching.look_after()["changed"] == 0
    on_day("2026-12-02")
    assert watching.look_after()["changed"] == 1
    assert watching.look_after() == {}
    from gongxin.spine.outbox import notices

    [notice] = notices.of("account", "7")
    assert notice.template == "check.changed" and notices.words_of(notice)["case_no"] == CASE
    assert asked(COLLEAGUE)["must_act"] == []
