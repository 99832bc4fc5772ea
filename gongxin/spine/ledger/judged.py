"""What was judged (判断内容): the words of judgements about identities, which hold keys and reasons and no record's data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from gongxin.spine.ledger import payloads
from gongxin.spine.ledger.models import Entry


@dataclass(frozen=True)
class Judgement:
    """One judgement as entered (判断条目): the two sides, what was said, by whom, why, and what it takes back."""

    seq: int
    left: str
    right: str
    judgement: str
    reason: str
    undoes: int | None
    actor: str
    provider: str
    on: date
    at: datetime


def judgements(seqs: Iterable[int]) -> list[Judgement]:
    """Return these judgements, the latest first; numbers of other acts are passed over."""
    entries = {entry.seq: entry for entry in Entry.objects.filter(seq__in=list(seqs), kind="judgement")}
    said = payloads.bodies(entries)
    return [
        Judgement(
            seq=seq,
            left=str(said[seq]["left"]),
            right=str(said[seq]["right"]),
            judgement=str(said[seq].get("judgement") or ""),
            reason=str(said[seq].get("reason") or ""),
            undoes=None if said[seq].get("undoes") is None else int(said[seq]["undoes"]),
            actor=entry.actor,
            provider=entry.provider,
            on=entry.on,
            at=entry.at,
        )
        for seq, entry in sorted(entries.items(), reverse=True)
        if seq in said
    ]
