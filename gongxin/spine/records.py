"""Whose a record is (记录归属): under which subject and item it stands, who provided and who decided it; nothing else it says.

For those who must know whom a record concerns before they may open it: whoever brings a case about it, and the body
that has to answer. What it says is read through the gate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from gongxin.spine.ledger import payloads
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections.models import Standing

SAID = frozenset({"record", "correction", "determination"})
"""Acts that say what a record is (说明记录内容的行为)."""
MOVING = frozenset({"record", "correction"})
"""Acts that say whose a record is (说明记录归属的行为)."""
PIECE = 500
"""Subjects asked for in one statement."""


@dataclass(frozen=True)
class Place:
    """Where a record stands (记录位置)."""

    record: int
    subject: str
    item: str
    provider: str


def find_place(record: int | None) -> Place | None:
    """Return where a record stands, or None where there is none with this number (any more)."""
    if record is None or record <= 0 or record >= 1 << 63:
        return None
    row = Standing.objects.filter(record=record).values_list("record", "subject", "item", "provider").first()
    return None if row is None else Place(*row)


@dataclass(frozen=True)
class Reported:
    """A record as something said what it is (报送或者认定过的记录): its place and how it stands, nothing of its content."""

    place: Place
    state: str
    severity: str | None
    audience: str
    decided: date | None
    until: date | None
    """The last day on which anybody sees or uses it."""
    title: str = ""
    """What stands in the item's title field; told to the body alone that handed it in (标题字段)."""

    def state_on(self, day: date) -> str:
        """Return how it stands on a day by its days (当日状态): what ran out needs no job."""
        if self.state == "effective" and self.until is not None and self.until < day:
            return "expired"
        return "future" if self.state == "effective" and self.decided is not None and day < self.decided else self.state


def reported_after(seq: int, limit: int) -> tuple[list[Reported], int]:
    """Return the records that entries after a number reported, corrected or graded (新报送的记录), and the last number read."""
    rows = list(Entry.objects.filter(seq__gt=seq).order_by("seq").values_list("seq", "kind", "record")[:limit])
    told = sorted({record for _seq, kind, record in rows if kind in SAID})
    found = [_reported(each) for each in Standing.objects.filter(record__in=told).order_by("record")]
    return found, rows[-1][0] if rows else seq


def reported_by(providers: Iterable[str], item: str, limit: int) -> list[Reported]:
    """Return what bodies handed in of one item and did not withdraw (单位报送的记录), the latest first, with its title."""
    rows = Standing.objects.filter(item=item, provider__in=sorted(providers)).exclude(state="withdrawn")
    return [replace(_reported(each), title=each.title) for each in rows.order_by("-decided", "-record")[:limit]]


def deciders(records: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return code and name of the authority each record was first reported with (作出决定的机关), empty where it names none."""
    told = ((each.record, each.acts[0].payload) for each in payloads.histories(records))
    return {record: (said.get("authority_code") or "", said.get("authority") or "") for record, said in told}


def naming(keys: Iterable[str], items: Iterable[str]) -> list[int]:
    """Return the records of these items that stand, or ever stood, under one of these subject keys (曾在其名下的记录)."""
    wanted, found = sorted(set(keys)), set[int]()
    of_items = Entry.objects.filter(item__in=sorted(set(items)), kind__in=sorted(MOVING))
    for start in range(0, len(wanted), PIECE):
        found.update(of_items.filter(subject__in=wanted[start : start + PIECE]).values_list("record", flat=True))
    return sorted(found)


def places_of(keys: Iterable[str], *, items: Iterable[str] | None = None) -> list[Place]:
    """Return where the records of these subject keys stand (主体名下的记录位置), in their order."""
    rows = Standing.objects.filter(subject__in=sorted(set(keys)))
    if items is not None:
        rows = rows.filter(item__in=sorted(set(items)))
    return [Place(*row) for row in rows.order_by("record").values_list("record", "subject", "item", "provider")]


def numbers_of(keys: Iterable[str], *, withdrawn: bool = True) -> list[int]:
    """Return the numbers of the records of these subject keys (名下记录号); without those withdrawn, where asked so."""
    rows = Standing.objects.filter(subject__in=sorted(set(keys)))
    if not withdrawn:
        rows = rows.exclude(state="withdrawn")
    return list(rows.order_by("record").values_list("record", flat=True))


def _reported(row: Standing) -> Reported:
    return Reported(
        Place(row.record, row.subject, row.item, row.provider), row.state, row.severity, row.audience, row.decided,
        row.share_until if row.audience != "public" else row.display_until,
    )  # fmt: skip
