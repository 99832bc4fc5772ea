"""Touched subjects (有变动的主体): about whom something was entered since a certain number, for whoever kept an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gongxin.spine.ledger.models import Entry


@dataclass(frozen=True)
class Touched:
    """Subject key → the last entry about it; and the last judgement, which may concern anybody (变动)."""

    last: Mapping[str, int] = field(default_factory=dict)
    judged: int = 0

    def has(self, subject: str, size: int) -> bool:
        """Tell whether anything that may concern a subject was entered after the ledger had this size."""
        return self.judged > size or self.last.get(subject, 0) > size


NOTHING = Touched()


def subjects_since(size: int) -> Touched:
    """Return about whom something was entered after the first `size` entries, under every key it was entered with."""
    last: dict[str, int] = {}
    judged = 0
    records: dict[int, int] = {}
    later = Entry.objects.filter(seq__gt=size).order_by("seq").values_list("seq", "kind", "subject", "record")
    for seq, kind, subject, record in later.iterator(chunk_size=5000):
        last[subject] = seq
        if record <= size:
            records[record] = seq
        # Identities are joined and parted by judgements, and an older code may belong to anybody by one: whose answer
        # that turns is not asked one by one.
        if kind == "judgement" or not subject.startswith(("uscc:", "person:")):
            judged = seq
    for start in range(0, len(records), 500):
        numbers = list(records)[start : start + 500]
        for record, subject in Entry.objects.filter(seq__in=numbers).values_list("seq", "subject"):
            last[subject] = max(last.get(subject, 0), records[record])
    return Touched(last, judged)
