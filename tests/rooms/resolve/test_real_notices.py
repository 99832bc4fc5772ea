"""Real notices against a real register (真实公告): what a steward is offered for codes that fail, and for names alone."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from gongxin.kernel.identifiers.uscc import is_uscc
from gongxin.kernel.names import comparison_form
from gongxin.rooms.resolve.evidence import Described
from gongxin.rooms.resolve.proposals import for_row
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append

pytestmark = [pytest.mark.django_db, pytest.mark.shared_data]

MEANT_FIRST = 1.0
"""Of the rows whose company is in the register, all must have it as the first proposal once one character is wrong."""


@pytest.fixture
def register(shared_data: Path, on_day) -> dict[str, str]:
    on_day(date(2026, 6, 20))
    with (shared_data / "procurement_violations" / "registry_rows.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if is_uscc(row["统一社会信用代码"])]
    acts = {}
    for row in rows:
        payload = {
            "subject_name": row["企业名称"],
            "uscc": row["统一社会信用代码"],
            "address": row["注册地址"],
            "legal_rep": row["法人代表"],
            "established_on": row["注册日期"],
        }
        acts[payload["uscc"]] = NewAct("record", "registration", f"uscc:{payload['uscc']}", "register", payload, "登记")
    append(list(acts.values()))
    return {key: str(act.payload["subject_name"]) for key, act in acts.items()}


def notices(shared_data: Path) -> list[dict[str, str]]:
    with (shared_data / "procurement_violations" / "violations.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_wrong_last_character_leads_to_the_registered_company(register, shared_data):
    asked = found = 0
    for notice in notices(shared_data):
        code = notice["SSN"].strip()
        if code not in register:
            continue
        asked += 1
        typed = code[:-1] + ("0" if code[-1] != "0" else "1")
        described = Described(notice["company_name"], typed, address=notice["company_address"])
        offered = for_row(described)
        found += bool(offered) and offered[0].code == code
    assert asked > 10
    assert found / asked >= MEANT_FIRST


def test_a_name_alone_is_offered_with_its_evidence_and_never_taken(register, shared_data):
    asked = 0
    for code, name in register.items():
        offered = for_row(Described(name))
        assert offered, name
        same = [each for each in offered if comparison_form(each.name) == comparison_form(name)]
        assert code in {each.code for each in same}
        assert all(each.evidence for each in offered)
        assert offered == sorted(offered, key=lambda each: (-each.total, each.key))
        asked += 1
    assert asked > 40
