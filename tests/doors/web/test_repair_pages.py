"""The notice of repair and the public commitments on the page (信用修复告知书、公开承诺)."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from tests.doors.web import town as place
from tests.doors.web.conftest import Town
from tests.doors.web.standing import people, town

__all__ = ["people", "town"]


def test_the_subject_prints_its_notice_with_days_remedies_and_no_fee(
    town: Town, signed_in: Callable[[str], Client]
) -> None:
    record = town.records["penalty"]
    client = signed_in("subject")
    address = reverse("web:mine-repair-notice", args=[record])
    assert address in client.get(reverse("web:mine-record", args=[record])).content.decode()
    page = client.get(address).content.decode()
    for words in (
        "信用修复告知书",
        "最早可以申请",
        "2026-09-14",
        "不收费",
        "行政复议",
        "信用承诺书",
        "不服或者认为有误",
    ):
        assert words in page, words
    assert page.count("<h1") == 1 and "None" not in page


def test_the_department_prints_it_for_its_own_records_alone(town: Town, signed_in: Callable[[str], Client]) -> None:
    address = reverse("web:repair-notice", args=[town.records["penalty"]])
    assert "两书" not in Client().get(address).content.decode()
    assert Client().get(address).status_code == 302
    assert signed_in("officer").get(address).status_code == 403
    assert signed_in("subject").get(address).status_code == 403
    page = signed_in("operator").get(address)
    assert page.status_code == 200 and "与决定书一并送达" in page.content.decode()


def test_a_strangers_record_has_no_notice(town: Town, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("subject")
    other = next(number for name, number in town.records.items() if name not in {"penalty", "licence", "honour"})
    unknown = client.get(reverse("web:mine-repair-notice", args=[10**9]))
    assert client.get(reverse("web:mine-repair-notice", args=[other])).status_code == unknown.status_code == 404


def test_no_notice_for_what_is_not_adverse(town: Town, signed_in: Callable[[str], Client]) -> None:
    answer = signed_in("operator").get(reverse("web:repair-notice", args=[town.records["licence"]]))
    assert answer.status_code == 409 and "不是失信信息" in answer.content.decode()


def test_commitments_stand_in_public_while_open_without_the_entry(
    town: Town, signed_in: Callable[[str], Client]
) -> None:
    address = reverse("web:commitments")
    assert place.FIRM not in Client().get(address).content.decode()
    client = signed_in("subject")
    said = {
        "kind": "repair", "subject": f"uscc:{place.FIRM}", "record": town.records["penalty"], "ground": "performed",
        "commitment": "yes", "performed_on": "2026-07-01", "proof": "缴款书 2026-88 号",
    }  # fmt: skip
    assert client.post(reverse("web:new-case"), said).status_code == 200
    page = Client().get(address).content.decode()
    assert place.FIRM in page and "燕北精密机械有限公司" in page and "平环罚" not in page and "缴款书" not in page
