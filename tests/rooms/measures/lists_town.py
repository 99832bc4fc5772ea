"""A labour bureau, a court and those whom they may list (名单测试素材)."""

from __future__ import annotations

from typing import Any

from gongxin.kernel.identifiers.citizen import check_character
from gongxin.kernel.issues import Refusal
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Body
from gongxin.spine.cases.engine import Done
from tests.spine import making

LABOUR, COURT, OFFICE = "11PL0201", "11PL0202", "OFFICE"
BODIES = [
    {"code": LABOUR, "name": "平陵市人力资源和社会保障局", "kind": "organ", "region": "131500"},
    {"code": COURT, "name": "平陵市人民法院", "kind": "court", "region": "131500"},
    {"code": OFFICE, "name": "平陵市信用办", "kind": "office", "region": "131500"},
]
DECIDER = "柳成蹊（法规科科长）"
PROPOSED = {
    "subject_name": "平陵市第1商贸有限公司", "facts": "拖欠农民工工资，责令限期支付逾期未支付",
    "basis": "拖欠农民工工资失信联合惩戒对象名单管理暂行办法第五条", "evidence": "责令改正指令书及送达回证",
}  # fmt: skip
NOTICED = {"facts": PROPOSED["facts"], "basis": PROPOSED["basis"], "decided_by": DECIDER}
DECIDED = {
    "findings": "1. 经查，工资至今没有付清\n2. 不存在计算错误", "document_no": "平人社列〔2026〕1号",
    "exit_conditions": "改正满六个月并作出守信承诺，可以申请提前移出", "decided_by": DECIDER,
}  # fmt: skip
DEFENCE = {"text": "1. 工资已经付清\n2. 数额算错了"}


def people() -> dict[str, Viewer]:
    """Return the people: the subject, a stranger, the stewards of bureau and court, the office."""
    for body in BODIES:
        Body.objects.create(**body)
    for number in (1, 2):
        Body.objects.create(code=making.uscc(number), name=f"平陵市第{number}商贸有限公司", kind="company")
    posts = {
        "subject": (making.uscc(1), "subject"), "stranger": (making.uscc(2), "subject"), "labour": (LABOUR, "steward"),
        "court": (COURT, "steward"), "office": (OFFICE, "operator"),
    }  # fmt: skip
    found = {}
    for name, (body, role) in posts.items():
        account = Account.objects.create(username=name, first_name=name, body_id=body, role=role)
        found[name] = Viewer(account.pk, name, body, role, "web")
    return found


def served(on: str, proof: str = "送达回证 1 号") -> dict[str, str]:
    return {"method": "personal", "served_on": on, "proof": proof}


def citizen(day: str) -> str:
    """Return an invented identity number of somebody born on a day; its sequence is given to nobody."""
    stem = f"130102{day}000"
    return stem + check_character(stem)


def did(outcome: Done | Refusal) -> Done:
    """Return what was done; a refusal fails the test."""
    assert isinstance(outcome, Done), outcome
    return outcome


def no(outcome: Any) -> str:
    """Return the code of a refusal; anything else fails the test."""
    assert isinstance(outcome, Refusal), outcome
    return outcome.code
