"""A district that broke a promise, the city above it, the province, and who complains (投诉测试素材)."""

from __future__ import annotations

from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.rooms.promises.complaints import filing
from gongxin.rooms.promises.complaints.filing import Complaint
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Body
from gongxin.spine.cases.engine import Done
from tests.spine import making

BUREAU = making.organ(1)
"""The code of the body complained of (被投诉单位)."""
DISTRICT, CITY, PROVINCE, OFFICE = "11PL1502", "11PL1500", "11PL1300", "OFFICE"
BODIES: tuple[dict[str, Any], ...] = (
    {"code": PROVINCE, "name": "省发展改革委", "region": "130000"},
    {"code": CITY, "name": "平陵市人民政府", "region": "131500"},
    {"code": DISTRICT, "name": "陵东区人民政府", "region": "131502", "parent_id": CITY},
    {"code": BUREAU, "name": "陵东区工业和信息化局", "region": "131502", "parent_id": DISTRICT},
    {"code": OFFICE, "name": "平陵市信用办", "region": "131500", "kind": "office", "parent_id": CITY},
)
NAME, CONTACT = "燕北精密机械有限公司", "13900001234"
TEXT = "1. 2025 年技改补贴 30 万元至今没有拨付\n2. 多次催问没有答复"
COMPLAINT = Complaint(BUREAU, TEXT, requested="尽快拨付", name=NAME, contact=CONTACT)
DECIDER = "柳成蹊（督查科科长）"
FINDINGS = "1. 经查属实，已责令拨付\n2. 已约谈"


def people() -> dict[str, Viewer]:
    """Return the people: stewards of the bodies, the bureau's own account as a subject, the office."""
    for body in BODIES:
        Body.objects.create(**{"kind": "organ", **body})
    posts = {
        "bureau": (BUREAU, "steward"), "bureau-subject": (BUREAU, "subject"), "district": (DISTRICT, "steward"),
        "city": (CITY, "steward"), "province": (PROVINCE, "steward"), "office": (OFFICE, "operator"),
    }  # fmt: skip
    found = {}
    for name, (body, role) in posts.items():
        account = Account.objects.create(username=name, first_name=name, body_id=body, role=role)
        found[name] = Viewer(account.pk, name, body, role, "web")
    return found


def filed(complaint: Complaint = COMPLAINT) -> tuple[str, Viewer]:
    """File a complaint without an account; returns its number and whoever holds its receipt."""
    done = did(filing.file(filing.anybody("web"), complaint))
    holder = filing.holder(done.case.number, done.receipt, "web")
    assert holder is not None
    return done.case.number, holder


def did(outcome: Done | Refusal) -> Done:
    """Return what was done; a refusal fails the test."""
    assert isinstance(outcome, Done), outcome
    return outcome


def no(outcome: Any) -> str:
    """Return the code of a refusal; anything else fails the test."""
    assert isinstance(outcome, Refusal), outcome
    return outcome.code
