"""Moving a record (改归主体): the same words under another key, as a correction; what was reported stays readable."""

from __future__ import annotations

from dataclasses import dataclass

from gongxin.spine.ledger import payloads
from gongxin.spine.ledger.acts import BODY_KINDS, LedgerFault, NewAct
from gongxin.spine.ledger.append import append
from gongxin.spine.ledger.models import Entry, Payload


@dataclass(frozen=True)
class Moved:
    """What was moved (改归结果): the correction's number, and the record's present words with what was sealed left sealed."""

    seq: int
    body: str
    document: int | None
    content: int | None
    name: str
    code: str


def move(record: int, subject: str, *, actor: str, provider: str) -> Moved:
    """Enter a correction that says the record's present words about another key; its words do not change."""
    said = Entry.objects.filter(record=record, kind__in=BODY_KINDS).order_by("-seq").first()
    if said is None:
        raise LedgerFault(f"there is no record {record}")
    payload = payloads.bodies([said.seq]).get(said.seq)
    kept = Payload.objects.filter(seq=said.seq).values_list("body", "document", "content", "paper").first()
    if payload is None or kept is None or kept[0] is None:
        raise LedgerFault(f"the words of record {record} are destroyed")
    body, document, content, paper = kept
    act = NewAct(
        "correction", said.item, subject, provider, payload, actor,
        record=record, document=document, content=content, paper=paper,
    )  # fmt: skip
    return Moved(
        seq=append([act])[0],
        body=body,
        document=document,
        content=content,
        name=str(payload.get("subject_name") or ""),
        code=str(payload.get("uscc") or payload.get("regno") or payload.get("orgcode") or ""),
    )
