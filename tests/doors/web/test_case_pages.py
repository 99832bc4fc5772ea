"""Cases on the page (案件页面): brought by a company, marked at once, answered by the body, found again by a receipt."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from gongxin.rooms.remedy.models import Case, CaseAct
from gongxin.spine.access.models import Look
from gongxin.spine.outbox.models import Notice
from tests.doors.web import town as place
from tests.doors.web.conftest import Town

MARK = "异议处理中"
SAID = {"ground": "facts", "text": "1. 罚没数额写错\n2. 决定日期不对"}


@pytest.fixture
def brought(town: Town, signed_in: Callable[[str], Client]) -> tuple[str, str]:
    """The company has objected to its penalty: number and receipt."""
    answer = signed_in("subject").post(
        reverse("web:new-case"),
        {"kind": "objection", "subject": f"uscc:{place.FIRM}", "record": town.records["penalty"], **SAID},
    )
    page = answer.content.decode()
    assert answer.status_code == 200 and "请记下回执码" in page
    number = Case.objects.get().number
    receipt = re.search(r'class="mono">([0-9A-Z]{12})<', page)
    assert receipt is not None
    return number, receipt[1]


def test_nothing_is_chosen_beforehand_and_what_is_missing_is_named(
    town: Town, signed_in: Callable[[str], Client]
) -> None:
    subject = signed_in("subject")
    address = reverse("web:new-case") + f"?kind=objection&record={town.records['penalty']}"
    page = subject.get(address).content.decode()
    assert "平环罚" not in page.split("<main")[0] and "checked" not in page
    answer = subject.post(address, {"kind": "objection", "subject": f"uscc:{place.FIRM}", "text": "第一点"})
    assert answer.status_code == 422
    again = answer.content.decode()
    assert "请填写或者选择：理由" in again and "第一点" in again, "what was typed is not lost"
    assert not Case.objects.exists()


def test_the_entry_is_marked_at_once_for_everybody(
    brought: tuple[str, str], town: Town, signed_in: Callable[[str], Client]
) -> None:
    assert MARK in Client().get(f"/subjects/{place.FIRM}/").content.decode()
    officer = signed_in("officer")
    answer = officer.post(reverse("web:check"), {"matter": "procurement", "code": place.FIRM})
    assert MARK in answer.content.decode()


def test_each_side_sees_its_own_buttons(brought: tuple[str, str], signed_in: Callable[[str], Client]) -> None:
    number, _receipt = brought
    verbs = {}
    for role in ("subject", "operator", "steward"):
        page = signed_in(role).get(reverse("web:case", args=[number])).content.decode()
        verbs[role] = set(re.findall(rf'action="/cases/{number}/([a-z-]+)/"', page))
    assert verbs["subject"] == {"withdraw"}
    assert verbs["operator"] == {"forward", "request-material"}
    assert {"uphold", "reject"} <= verbs["steward"] and "withdraw" not in verbs["steward"]


def test_the_clerk_is_named_to_staff_and_not_to_the_applicant(
    brought: tuple[str, str], signed_in: Callable[[str], Client]
) -> None:
    number, _receipt = brought
    signed_in("operator").post(reverse("web:case-act", args=[number, "forward"]), {})
    assert "陆远" in signed_in("steward").get(reverse("web:case", args=[number])).content.decode()
    page = signed_in("subject").get(reverse("web:case", args=[number])).content.decode()
    assert "转送作出单位" in page and "陆远" not in page


def test_reading_the_case_leaves_a_look_with_its_number(
    brought: tuple[str, str], signed_in: Callable[[str], Client]
) -> None:
    number, _receipt = brought
    before = Look.objects.count()
    signed_in("steward").get(reverse("web:case", args=[number]))
    assert Look.objects.count() == before + 1
    assert Look.objects.latest("id").case_no == number


def test_what_is_not_allowed_is_said_and_changes_nothing(
    brought: tuple[str, str], signed_in: Callable[[str], Client]
) -> None:
    number, _receipt = brought
    answer = signed_in("operator").post(
        reverse("web:case-act", args=[number, "uphold"]), {"findings": "1. 对", "decided_by": "甲"}
    )
    assert answer.status_code == 422 and "现在不能这样办理" in answer.content.decode()
    assert CaseAct.objects.count() == 1


def test_a_strangers_case_does_not_exist(
    brought: tuple[str, str], town: Town, signed_in: Callable[[str], Client]
) -> None:
    number, _receipt = brought
    known = signed_in("officer").get(reverse("web:case", args=[number]))
    unknown = signed_in("officer").get(reverse("web:case", args=["YY-2026-999999"]))
    assert known.status_code == unknown.status_code == 404
    assert known.content.decode().replace(number, "") == unknown.content.decode().replace("YY-2026-999999", "")


def test_a_receipt_finds_the_case_and_tells_nothing_said_in_it(brought: tuple[str, str]) -> None:
    number, receipt = brought
    page = (
        Client().post(reverse("web:progress"), {"number": number.lower(), "receipt": receipt.lower()}).content.decode()
    )
    assert "已提交，待转办" in page and "罚没数额" not in page and "燕北" not in page
    wrong = Client().post(reverse("web:progress"), {"number": number, "receipt": "AAAAAAAAAAAA"})
    assert wrong.status_code == 422 and "对不上" in wrong.content.decode()


def test_the_counter_enters_a_case_for_somebody(town: Town, signed_in: Callable[[str], Client]) -> None:
    said = {
        "kind": "objection",
        "code": place.FIRM,
        "record": town.records["penalty"],
        "applicant": "宋知远",
        "paper": "1",
        **SAID,
    }
    answer = signed_in("operator").post(reverse("web:counter-case"), said)
    assert answer.status_code == 200 and "请记下回执码" in answer.content.decode()
    case = Case.objects.get()
    assert case.channel == "paper" and "宋知远" not in case.applicant, "the applicant's name lies sealed"


def test_whose_turn_it_is_gets_a_notice(brought: tuple[str, str], signed_in: Callable[[str], Client]) -> None:
    number, _receipt = brought
    operator = signed_in("operator")
    page = operator.get(reverse("web:notices")).content.decode()
    assert number in page and "轮到您办理" in page and "未读" in page
    operator.post(reverse("web:notices"), {})
    assert Notice.objects.get(to_kind="role", to="operator").read_at is not None
    operator.post(reverse("web:case-act", args=[number, "forward"]), {})
    assert number in signed_in("steward").get(reverse("web:notices")).content.decode()
    assert number in signed_in("subject").get(reverse("web:notices")).content.decode()


def test_the_case_prints_with_its_number(brought: tuple[str, str], signed_in: Callable[[str], Client]) -> None:
    number, _receipt = brought
    page = signed_in("subject").get(reverse("web:case-paper", args=[number])).content.decode()
    assert number in page and "申请人签名" in page
