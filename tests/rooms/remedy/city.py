"""An invented body, its record and the people of a case (案件测试素材)."""

from __future__ import annotations

from typing import Any

from gongxin.kernel.issues import Refusal
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Body
from gongxin.spine.cases import engine
from gongxin.spine.cases.engine import Done
from gongxin.spine.ledger.append import append
from tests.spine import making

AUTHORITY = making.PROVIDER
OFFICE, CENTRE = "OFFICE", "CENTRE"
BODIES = [
    {"code": AUTHORITY, "name": "平陵市市场监督管理局", "kind": "organ", "region": "130100"},
    {"code": OFFICE, "name": "平陵市信用办", "kind": "office", "region": "130100"},
    {"code": CENTRE, "name": "平陵市公共资源交易中心", "kind": "trading-centre", "region": "130100"},
]
DECIDER = "柳成蹊（法规科科长）"
TEXT = "1. 处罚对象不是我公司\n2. 金额写错"
FINDINGS = "1. 经核，对象无误，有送达回证\n2. 经核，金额与决定书一致"


def people() -> dict[str, Viewer]:
    """Return the people of the cases: subject, another subject, steward, office, officer, auditor."""
    for body in BODIES:
        Body.objects.create(**body)
    for number in (1, 2):
        Body.objects.create(code=making.uscc(number), name=f"平陵市第{number}商贸有限公司", kind="company")
    posts = {
        "subject": (making.uscc(1), "subject"),
        "stranger": (making.uscc(2), "subject"),
        "steward": (AUTHORITY, "steward"),
        "office": (OFFICE, "operator"),
        "officer": (CENTRE, "officer"),
        "centre": (CENTRE, "steward"),
        "auditor": (OFFICE, "auditor"),
    }
    found = {}
    for name, (body, role) in posts.items():
        account = Account.objects.create(username=name, first_name=name, body_id=body, role=role)
        found[name] = Viewer(account.pk, name, body, role, "web")
    return found


def penalty(number: int = 1, document: int = 1, **changed: Any) -> int:
    """Enter an invented penalty and return its record."""
    return append([making.record(number, document, **changed)])[0]


def ban(number: int = 1, document: int = 900) -> int:
    """Enter a ban from procurement, which an officer must act on."""
    payload = {
        "subject_name": f"平陵市第{number}商贸有限公司", "subject_kind": "organisation", "uscc": making.uscc(number),
        "violation": "提供虚假材料谋取中标", "penalty_content": "列入不良行为记录名单，一年内禁止参加政府采购活动",
        "basis": "《中华人民共和国政府采购法》第七十七条第一款", "decided_on": "2026-03-02", "announced_on": "2026-03-05",
        "authority": "平陵市财政局",
    }  # fmt: skip
    from gongxin.spine.ledger.acts import NewAct

    return append(
        [NewAct("record", "procurement-violation", making.key(number), AUTHORITY, payload, "甲", document=document)]
    )[0]


def objection(viewer: Viewer, record: int, number: int = 1, **said: Any) -> Done:
    """Open an objection; a refusal fails the test."""
    fields = {"ground": "facts", "text": TEXT, **said}
    done = engine.open_case(viewer, engine.Request("objection", making.key(number), fields, record=record))
    assert isinstance(done, Done), done
    return done


def did(outcome: Done | Refusal) -> Done:
    """Return what was done; a refusal fails the test."""
    assert isinstance(outcome, Done), outcome
    return outcome


def no(outcome: object) -> str:
    """Return the code of a refusal; anything else fails the test."""
    assert isinstance(outcome, Refusal), type(outcome)
    return outcome.code
