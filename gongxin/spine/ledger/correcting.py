"""Correcting (更正): a record's present words with some of them changed, as a correction about to be entered."""

from __future__ import annotations

from collections.abc import Mapping

from gongxin.spine.ledger import payloads
from gongxin.spine.ledger.acts import BODY_KINDS, LedgerFault, NewAct
from gongxin.spine.ledger.models import Entry, Payload


def corrected(record: int, changes: Mapping[str, str], *, actor: str, provider: str) -> NewAct:
    """Return the correction that changes these fields of a record and leaves all others, sealed ones sealed.

    The key of the row as it was reported is kept: when the department hands the same wrong row in again, it is known
    for a repetition and does not undo the correction. Raises LedgerFault where there is no such record any more.
    """
    said = Entry.objects.filter(record=record, kind__in=BODY_KINDS).order_by("-seq").first()
    payload = None if said is None else payloads.bodies([said.seq]).get(said.seq)
    if said is None or payload is None:
        raise LedgerFault(f"there is no record {record} to correct")
    kept = Payload.objects.filter(seq=said.seq).values("document", "content", "paper").get()
    words = {name: value for name, value in {**payload, **changes}.items() if value not in (None, "")}
    return NewAct(
        "correction", said.item, said.subject, provider, words, actor, record=record, document=kept["document"],
        content=kept["content"], paper=kept["paper"],
    )  # fmt: skip
