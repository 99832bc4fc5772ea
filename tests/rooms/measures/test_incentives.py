"""Incentives in the room: an organisation's from what is public today, a partner's one word by consent, one's own by oneself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gongxin.kernel.issues import Refusal
from gongxin.law.consents import Terms
from gongxin.rooms.measures import incentives
from gongxin.rooms.measures.incentives import Entitled
from gongxin.spine import shelf
from gongxin.spine.access import consents
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Body, Look
from tests.rooms.measures import city

Enter = Callable[..., int]
AGENCY = "AGENCY"


def sees() -> dict[str, tuple[str, ...]]:
    """Everything the matter looks at: less than the whole vouches for nothing."""
    return {item: tuple(names) for item, names in shelf.book().on(date(2026, 11, 22)).matter("incentive").sees.items()}


def is_entitled(told: Any, incentive: str) -> bool:
    assert isinstance(told, Entitled), told
    return next(each.entitled for each in told.each if each.incentive.id == incentive)


@pytest.mark.parametrize(("day", "entitled"), [("2027-05-20", False), ("2027-05-21", True)])
def test_an_ended_penalty_bars_from_nothing(
    enter: Enter, on_day: Callable[[str], None], day: str, entitled: bool
) -> None:
    """What is no longer on display is nobody's reason any more: the day after its term the convenience is open."""
    enter("penalty", city.FIRM)
    on_day(day)
    assert is_entitled(incentives.for_organisation(city.FIRM_CODE), "green-channel") is entitled


def test_a_person_is_not_asked_about_in_public(enter: Enter) -> None:
    refused = incentives.for_organisation(city.PERSON_NUMBER)
    assert isinstance(refused, Refusal)
    assert city.PERSON_NUMBER not in refused.message
    assert not Look.objects.exists()


@pytest.fixture
def firm(bodies: None) -> Viewer:
    Body.objects.create(code=city.FIRM_CODE, name="恒砾建筑", kind="company", region="130100")
    Body.objects.create(code=AGENCY, name="安达信用", kind="agency", region="130100")
    account = Account.objects.create_user("firm", role="subject", body_id=city.FIRM_CODE)
    return Viewer(account.pk, "恒砾", city.FIRM_CODE, "subject", "web")


def test_a_partner_learns_yes_or_nothing_and_only_while_consent_lasts(enter: Enter, firm: Viewer) -> None:
    partner = Viewer(20, "安达", AGENCY, "officer", "api")
    terms = Terms(city.FIRM, AGENCY, "incentive", "免押金", sees(), 5, date(2026, 12, 20))
    given = consents.grant(firm, terms)
    assert not isinstance(given, Refusal), given
    assert incentives.confirm(partner, "partner-benefits", city.FIRM, given.number)
    assert Look.objects.filter(body=AGENCY, matter="incentive").count() == 1
    assert not incentives.confirm(partner, "green-channel", city.FIRM, given.number)
    partly = consents.grant(firm, replace(terms, fields={"honour": sees()["honour"]}))
    assert not isinstance(partly, Refusal)
    assert not incentives.confirm(partner, "partner-benefits", city.FIRM, partly.number)
    adverse = [item for item in shelf.book().on(date(2026, 11, 22)).items() if item.polarity == "adverse"]
    assert {item.id for item in adverse if not item.confined} <= set(sees()), "nobody is clean by what is not asked"
    assert not {item.id for item in adverse if item.confined} & set(sees()), "a partner learns nothing of an official"
    record = enter("penalty", city.FIRM)
    assert not incentives.confirm(partner, "partner-benefits", city.FIRM, given.number)
    told = incentives.own(firm, city.FIRM)
    assert isinstance(told, Entitled)
    reasons = next(each.reasons for each in told.each if each.incentive.id == "partner-benefits")
    assert reasons[0].records == (record,)
    consents.revoke(firm, given.number)
    assert not incentives.confirm(partner, "partner-benefits", city.FIRM, given.number)
