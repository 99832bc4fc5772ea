"""Consent by the law book (授权规则): narrow, dying, and never more than the law leaves open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gongxin.kernel.terms import add_months
from gongxin.law.consents import ConsentAct, Terms, fold_consent, may_consent, narrowed
from tests.law.conftest import BOOK, overlay

TODAY = date(2026, 11, 22)
LAW = BOOK.on(TODAY)
TERMS = Terms(
    "person:" + "ab" * 16, "91130102MA0000201X", "credit-service", "个人经营贷款审批",
    {"penalty": ("violation", "decided_on"), "honour": ("honour_name",)}, 2, date(2026, 12, 10),
)  # fmt: skip


def standing(*acts: ConsentAct, on: date):
    return fold_consent(acts, law=LAW, today=on)


def test_the_last_day_counts_and_the_day_after_does_not():
    acts = (ConsentAct(1, "grant", TODAY, TERMS), ConsentAct(2, "use", TODAY, look="HC-1"))
    assert standing(*acts, on=TERMS.until).active
    assert standing(*acts, on=TERMS.until + timedelta(days=1)).state == "expired"
    assert standing(*acts, on=TODAY - timedelta(days=1)) is None


def test_one_that_is_never_used_dies_of_it():
    days = LAW.parameter("consent.unused.days").number()
    long = replace(TERMS, until=TODAY + timedelta(days=days + 60))
    granted = ConsentAct(1, "grant", TODAY, long)
    assert standing(granted, on=TODAY + timedelta(days=days)).active
    assert standing(granted, on=TODAY + timedelta(days=days + 1)).state == "unused"
    used = ConsentAct(2, "use", TODAY + timedelta(days=1), look="HC-1")
    assert standing(granted, used, on=TODAY + timedelta(days=days + 1)).active


def test_a_request_nobody_answers_lapses_and_was_never_a_yes():
    days = LAW.parameter("consent.request.days").number()
    asked = ConsentAct(1, "request", TODAY, TERMS)
    assert standing(asked, on=TODAY + timedelta(days=days)).state == "requested"
    assert standing(asked, on=TODAY + timedelta(days=days + 1)).state == "lapsed"
    assert not standing(asked, on=TODAY).active
    assert standing(asked, ConsentAct(2, "refuse", TODAY, TERMS), on=TODAY).state == "refused"


def test_used_up_and_revoked():
    grant = ConsentAct(1, "grant", TODAY, TERMS)
    uses = [ConsentAct(n, "use", TODAY, look=f"HC-{n}") for n in (2, 3)]
    assert standing(grant, uses[0], on=TODAY).left == 1
    assert standing(grant, *uses, on=TODAY).state == "used-up"
    assert standing(grant, ConsentAct(2, "revoke", TODAY), on=TODAY).state == "revoked"


def test_what_comes_after_the_end_changes_nothing():
    grant, revoked = ConsentAct(1, "grant", TODAY, TERMS), ConsentAct(2, "revoke", TODAY)
    late = standing(grant, revoked, ConsentAct(3, "use", TODAY, look="HC-3"), on=TODAY)
    assert (late.state, late.used) == ("revoked", 0)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"matter": "procurement"}, "consent.matter"),
        ({"matter": "no-such-matter"}, "consent.matter"),
        ({"matter": "consented-service", "subject": "uscc:91130102MA0000201X"}, "consent.subject"),
        ({"purpose": "  "}, "consent.purpose"),
        ({"fields": {}}, "consent.fields"),
        ({"fields": {"penalty": ("legal_rep_id",)}}, "consent.fields"),
        ({"fields": {"licence": ("licence_content",)}}, "consent.fields"),
        ({"uses": 0}, "consent.uses"),
        ({"uses": 10_000}, "consent.uses"),
        ({"until": TODAY - timedelta(days=1)}, "consent.until"),
        ({"until": add_months(TODAY, LAW.parameter("consent.term.max").number()) + timedelta(days=1)}, "consent.until"),
    ],
)
def test_nothing_can_be_consented_to_that_the_law_forbids(changed, code):
    refused = may_consent(replace(TERMS, **changed), law=LAW, today=TODAY)
    assert refused is not None and refused.code == code
    assert refused.message and refused.way_forward


def test_what_is_within_can_be_consented_to():
    assert may_consent(TERMS, law=LAW, today=TODAY) is None
    longest = add_months(TODAY, LAW.parameter("consent.term.max").number())
    assert may_consent(replace(TERMS, until=longest), law=LAW, today=TODAY) is None


def test_a_forbidden_kind_of_data_stays_forbidden_whatever_is_signed():
    """Should a local book ever give an item a field for illness, no consent opens it."""
    book = overlay(
        {
            "items": {
                "penalty": {
                    "overrides": "penalty", "precedence": 1,
                    "fields": {"illness": {"name": "病史", "kind": "text"}},
                }
            },
            "matters": {
                "credit-service": {
                    "overrides": "credit-service", "precedence": 1, "sees": {"penalty": ["violation", "illness"]},
                }
            },
        }
    )  # fmt: skip
    refused = may_consent(replace(TERMS, fields={"penalty": ("illness",)}), law=book.on(TODAY), today=TODAY)
    assert refused is not None and refused.code == "consent.forbidden"


def test_a_matter_sees_only_what_was_consented_to():
    matter = narrowed(LAW.matter("credit-service"), TERMS)
    assert dict(matter.sees) == {"penalty": ("violation", "decided_on"), "honour": ("honour_name",)}
    assert {trigger.item for trigger in matter.triggers} == {"penalty", "honour"}
    nothing = narrowed(LAW.matter("credit-service"), replace(TERMS, fields={}))
    assert nothing.sees == {} and nothing.triggers == ()
