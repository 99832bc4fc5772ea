"""What may be entered (入账规则): shapes of acts, of subject keys and of payloads. Catalogue or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gongxin.law.book import Edition, LawSilent
from gongxin.law.model import Item
from gongxin.law.standing import CHANGEABLE
from gongxin.spine import secrets
from gongxin.spine.ledger.payloads import LINE_KINDS, OTHER_KINDS

IDENTITY = "identity"
"""The item under which judgements about identities are entered; they are about keys, not about conduct."""

BODY_KINDS = frozenset({"record", "correction"})
"""Acts that carry a payload in the item's own fields."""

REASONED = frozenset({"reason", "basis", "authority", "authority_code", "document_name", "document_no", "decided_on"})
ACT_FIELDS: Mapping[str, frozenset[str]] = {
    "withdrawal": REASONED,
    "determination": REASONED | {"severity", "publication", "ban_until", "ban_months", "ban_scope"},
    "performance": REASONED | {"performed_on"},
    "removal": REASONED | {"removed_on", "removal_reason"},
    "repair": REASONED | {"repaired_on"},
    "repair-undone": REASONED | {"case", "performance"},
    "objection": frozenset({"case", "answer_by"}),
    "objection-end": frozenset({"case", "outcome"}),
    "suspension": frozenset({"case", "ground", "reason", "basis"}),
    "release": frozenset({"case", "reason"}),
    "statement": frozenset({"case", "text"}),
    "judgement": frozenset({"left", "right", "judgement", "undoes", "reason"}),
    "progress": REASONED | {"node", "paid_wan", "done_on", "delivered_on", "accepted_on", "evidence"},
    "finding": REASONED | {"outcome", "performed_on", "evidence", "findings", "case"},
    "change": REASONED | {"ground", "procedure", "compensation", "effect", "evidence", *CHANGEABLE},
    "destruction": REASONED,
}
"""Fields of the other acts. What is not named here or in the catalogue has no way in."""

BINDING = frozenset({"record", "correction", "progress", "finding", "change", "statement", "destruction"})
"""Acts that may follow what binds the one who said it (承诺可有的行为): none of them takes it away. A correction is held by
the ledger to the very words that stand: it may say whose it is, never what was promised."""

PROMISES = frozenset({"progress", "finding", "change"})
"""Acts upon promises alone (承诺的进展、认定、变更)."""

KEY = re.compile(
    r"uscc:[0-9A-Z]{18}|regno:[0-9A-Z]{13,15}|orgcode:[0-9A-Z]{9}|person:[0-9a-f]{32,64}|row:-?[0-9a-f]{1,64}"
    r"|(?:taxno|institution|society):[0-9A-Za-z]{6,30}"
)
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class LedgerFault(ValueError):
    """An act that the ledger cannot take (不予入账): a fault of the caller, never a person's mistake."""


@dataclass(frozen=True)
class NewAct:
    """An act about to be entered (待入账行为)."""

    kind: str
    item: str
    subject: str
    provider: str
    payload: Mapping[str, Any]
    actor: str
    batch: int | None = None
    record: int | None = None
    on: date | None = None
    document: int | None = None
    content: int | None = None
    paper: int | None = None


def is_person(key: str) -> bool:
    """Tell whether a key is a natural person's (自然人主体键)."""
    return key.startswith("person:")


def person_key(identity_number: str) -> str:
    """Return the key of a natural person: the keyed blind index of the number, never the number."""
    return "person:" + secrets.blind(identity_number.strip().upper())


def check_act(act: NewAct, *, law: Edition, today: date) -> None:
    """Raise LedgerFault unless the act has the shape of its kind."""
    check_header(act.kind, act.provider, act.actor, act.on or today, today)
    if KEY.fullmatch(act.subject) is None:
        raise LedgerFault(f"{act.subject!r} is no subject key")
    if (act.record is None) != (act.kind in {"record", "judgement"}):
        raise LedgerFault(f"a {act.kind} {'belongs to' if act.record is None else 'makes'} a record of its own")
    if act.kind == "judgement":
        if act.item != IDENTITY:
            raise LedgerFault(f"a judgement is entered under {IDENTITY!r}, not {act.item!r}")
        allowed = ACT_FIELDS["judgement"]
        for side in ("left", "right"):
            if KEY.fullmatch(str(act.payload.get(side))) is None:
                raise LedgerFault(f"the judgement's {side} side is no subject key")
    else:
        item = get_item(act.item, law)
        allowed = item_fields(item) if act.kind in BODY_KINDS else ACT_FIELDS[act.kind]
        if (act.kind in PROMISES and not item.binding) or (item.binding and act.kind not in BINDING):
            raise LedgerFault(f"a {act.kind} is no act upon {act.item}")
    unknown = sorted(set(act.payload) - allowed)
    if unknown:
        raise LedgerFault(
            f"{act.item} has no field {', '.join(unknown)}; what the catalogue does not name has no way in"
        )


def check_header(kind: str, provider: str, actor: str, on: date, today: date) -> None:
    """Raise LedgerFault unless these belong into an entry's header."""
    if kind not in LINE_KINDS and kind not in OTHER_KINDS:
        raise LedgerFault(f"{kind!r} is no act")
    if on > today:
        raise LedgerFault(f"an act of {on} cannot be entered on {today}: what will happen has not happened yet")
    for what, text in (("provider", provider), ("actor", actor)):
        if CONTROL.search(text):
            raise LedgerFault(f"the {what} holds a control character")


def get_item(item_id: str, law: Edition) -> Item:
    """Return the item in force, or raise LedgerFault: catalogue or nothing."""
    try:
        return law.item(item_id)
    except LawSilent as silent:
        raise LedgerFault(f"{item_id!r} is no item of the catalogue in force on {law.day}") from silent


def item_fields(item: Item) -> frozenset[str]:
    """Return the fields in which the item may be reported."""
    return frozenset(spec.id for spec in item.fields)


def sealed_payload(payload: Mapping[str, Any], item: Item | None) -> dict[str, Any]:
    """Return the payload with the item's sensitive fields sealed (敏感字段密封)."""
    sensitive = sensitive_fields(item)
    return {
        key: secrets.seal(str(value)) if key in sensitive and value and not secrets.is_sealed(str(value)) else value
        for key, value in payload.items()
    }


def sensitive_fields(item: Item | None) -> frozenset[str]:
    """Return the fields that are never written in plain text."""
    return frozenset() if item is None else frozenset(spec.id for spec in item.fields if spec.sensitive)
