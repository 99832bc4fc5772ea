"""One check for a case (一案一查): what is asked again in the same case is looked at again, and is still the same check.

Each look leaves its trace, the second as the first. But a case has one check, with one number and one outcome to
register, until what the answer tells of the subject has changed; then the new check names the one before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from gongxin.rooms.measures.answer import Answer, as_bytes
from gongxin.rooms.measures.models import CaseCheck, CaseRepeat

TOLD = (
    "record", "item", "title", "document", "decided", "severity", "clause", "effect_until", "statements", "fields",
)  # fmt: skip
"""What of an entry makes it another one; words that a new edition only writes differently do not."""

WATCHING, NOTICING = "watch", "notice"
"""How looks were made that are no check of their own (途径): by a watch, and for the facts of a notice (关注、制作告知书)."""
UNASKED = (WATCHING, NOTICING)


@dataclass(frozen=True)
class Asked:
    """Which question of which case (案内的一问)."""

    body: str
    matter: str
    case_no: str
    subject: str


@dataclass(frozen=True)
class Placed:
    """Where a look stands in its case (本次查阅在案中的位置)."""

    number: str
    """The number of the check it belongs to."""
    first_asked: datetime
    repeated: bool
    before: str = ""
    """The check of this case whose answer was another one, or nothing."""

    def told(self, look: str) -> dict[str, Any]:
        """Return what the answer says of it beside its content; nothing where the case is asked for the first time."""
        if self.repeated:
            return {"repeated": {"look": look, "first_asked": self.first_asked.isoformat(timespec="seconds")}}
        return {"changed_since": self.before} if self.before else {}


def standing_of(answered: Answer) -> str:
    """Return the digest of what an answer tells of its subject (情况摘要), whatever the day and the words."""
    told = [
        [verdict.kind, [verdict.entry[name] for name in TOLD], [mark["id"] for mark in verdict.entry["marks"]]]
        for verdict in (*answered.must_act, *answered.for_reference)
        if verdict.entry is not None
    ]
    return hashlib.sha256(as_bytes(told)).hexdigest()


def place(asked: Asked, look: str, standing: str, at: datetime) -> Placed:
    """Say to which check of its case a look belongs (归入案内核查), and keep that.

    Inside the transaction of the look: writers of looks take turns, so that one case never gets two first checks.
    """
    before = CaseCheck.objects.filter(**vars(asked)).order_by("-id").first()
    if before is not None and before.standing == standing:
        CaseRepeat.objects.create(look=look, number=before.number)
        return Placed(before.number, before.at, repeated=True)
    CaseCheck.objects.create(number=look, standing=standing, at=at, **vars(asked))
    return Placed(look, at, repeated=False, before=before.number if before is not None else "")


def check_of(number: str) -> str:
    """Return the check a look belongs to (所属核查): itself, or the one it repeats."""
    return CaseRepeat.objects.filter(look=number).values_list("number", flat=True).first() or number


def repeats() -> QuerySet[CaseRepeat, str]:
    """Return the numbers of all looks that only repeat a check (重查), for a query to leave out."""
    return CaseRepeat.objects.values_list("look", flat=True)


def repeats_among(looks: Iterable[str]) -> frozenset[str]:
    """Return which of these looks only repeat a check (重查的编号)."""
    return frozenset(CaseRepeat.objects.filter(look__in=list(looks)).values_list("look", flat=True))
