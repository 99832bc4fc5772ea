"""A small invented world (测试小城): three organisations, one person, and entries that end in every way there is."""

from __future__ import annotations

from datetime import date
from typing import Any

from gongxin.kernel.identifiers.uscc import check_character
from gongxin.spine.ledger.acts import NewAct, person_key
from gongxin.spine.ledger.append import append

BUREAU = "11130100000000001A"


def code(letters: str, number: int) -> str:
    """Return a valid invented code in the division of Shijiazhuang."""
    body = f"{letters}130102MA{number:06d}"
    body += _orgcode_check(body[8:16])
    return body + check_character(body)


def _orgcode_check(eight: str) -> str:
    values = [int(each) if each.isdigit() else ord(each) - 55 for each in eight]
    rest = 11 - sum(value * weight for value, weight in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


ACME = code("91", 101)
DINER = code("92", 202)
QUIET = code("91", 303)
PERSON = "130102199003070019"


def act(kind: str, item: str, subject: str, payload: dict[str, Any], **more: Any) -> NewAct:
    return NewAct(kind, item, subject, more.pop("provider", BUREAU), payload, "王工@市局", **more)


def penalty(name: str, uscc: str, decided: date, **more: Any) -> dict[str, Any]:
    return {
        "subject_name": name,
        "subject_kind": "organisation",
        "uscc": uscc,
        "legal_rep": "赵敏",
        "document_no": "平环罚〔2026〕1号",
        "violation": "超过大气污染物排放标准排放",
        "facts": "经监测超标",
        "basis": "《中华人民共和国大气污染防治法》第九十九条",
        "penalty_kinds": "confiscate-income",
        "penalty_content": "没收违法所得12万元",
        "confiscated_wan": "12",
        "decided_on": decided.isoformat(),
        "authority": "平陵市生态环境局",
        "authority_code": BUREAU,
        "source": "平陵市生态环境局",
        "source_code": BUREAU,
        **more,
    }


def enter_penalty(name: str, uscc: str, decided: date, *, subject: str = "", **more: Any) -> int:
    payload = penalty(name, uscc, decided, **more)
    return append([act("record", "penalty", subject or f"uscc:{uscc}", payload)])[0]


def enter_person(name: str = "钱某某", decided: date = date(2026, 6, 1)) -> int:
    payload = penalty(name, "", decided, subject_kind="person", person_id=PERSON)
    payload = {key: value for key, value in payload.items() if key not in {"uscc", "legal_rep"}}
    return append([act("record", "penalty", person_key(PERSON), payload)])[0]
