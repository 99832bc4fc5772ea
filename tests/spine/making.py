"""Invented subjects and acts for the spine's tests (测试素材): no code or name here belongs to anybody."""

from __future__ import annotations

from typing import Any

import polars as pl

from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.canonical import body_text

PROVIDER = "11PL0101"
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]


def uscc(number: int) -> str:
    """Return a valid unified code of an invented company."""
    return _checked(f"91110108MA{number:07d}"[:17])


def organ(number: int) -> str:
    """Return a valid unified code of an invented organ of state."""
    return _checked(f"11131502PL{number:07d}"[:17])


def _checked(first: str) -> str:
    total = sum(ALPHABET.index(character) * weight for character, weight in zip(first, WEIGHTS, strict=True))
    return first + ALPHABET[(31 - total % 31) % 31]


def key(number: int) -> str:
    """Return the subject key of an invented company."""
    return f"uscc:{uscc(number)}"


def penalty(number: int = 1, document: int = 1, **changed: Any) -> dict[str, Any]:
    """Return the payload of an invented penalty: a confiscation, which the law book grades by itself."""
    payload = {
        "subject_name": f"平陵市第{number}商贸有限公司",
        "subject_kind": "organisation",
        "uscc": uscc(number),
        "document_no": f"平市监罚〔2026〕{document}号",
        "violation": "销售不符合标准的产品",
        "facts": "经查，当事人销售的产品不符合标准。",
        "basis": "《中华人民共和国产品质量法》第四十九条",
        "penalty_kinds": "没收违法所得、没收非法财物",
        "penalty_content": "没收违法所得壹仟元",
        "confiscated_wan": "0.1",
        "decided_on": "2026-05-06",
        "authority": "平陵市市场监督管理局",
    }
    return {name: value for name, value in {**payload, **changed}.items() if value is not None}


def registration(number: int = 1, **changed: Any) -> dict[str, Any]:
    """Return the payload of an invented row of the register of subjects."""
    payload = {
        "subject_name": f"平陵市第{number}商贸有限公司",
        "uscc": uscc(number),
        "org_type": "有限责任公司",
        "established_on": "2015-03-02",
    }
    return {name: value for name, value in {**payload, **changed}.items() if value is not None}


def record(number: int = 1, document: int = 1, *, item: str = "penalty", subject: str = "", **changed: Any) -> NewAct:
    """Return a record act about an invented company."""
    payload = registration(number, **changed) if item == "registration" else penalty(number, document, **changed)
    return NewAct("record", item, subject or key(number), PROVIDER, payload, "甲@11PL0101", document=document)


def upon(number: int, kind: str, item: str = "penalty", subject: int = 1, **payload: Any) -> NewAct:
    """Return a later act upon a record."""
    return NewAct(kind, item, key(subject), PROVIDER, payload, "乙@11PL0101", record=number)


def judged(left: str, right: str, judgement: str = "same", undoes: int | None = None) -> NewAct:
    """Return a judgement about two keys, or the undoing of one."""
    payload: dict[str, Any] = {"left": left, "right": right, "judgement": judgement, "reason": "核对登记"}
    if undoes is not None:
        payload["undoes"] = undoes
    return NewAct("judgement", "identity", left, PROVIDER, payload, "丙@11PL0101")


def frame_of(payloads: list[dict[str, Any]], subjects: list[str]) -> pl.DataFrame:
    """Return the frame in which intake would hand these rows to the ledger."""
    return pl.DataFrame(
        {
            "subject": subjects,
            "body": [body_text(payload) for payload in payloads],
            "document": list(range(1, len(payloads) + 1)),
            "content": [position * 7 for position in range(len(payloads))],
        },
        schema_overrides={"document": pl.Int64, "content": pl.Int64},
    )
