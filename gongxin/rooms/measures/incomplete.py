"""What cannot be used as it stands (要素不全): adverse entries on the office's queue, and who must complete what.

An entry without source, document, clause, end date or remedy acts on nobody. It stands here until its provider has
corrected it, a person has determined its end, or the law book names the clause; then it is looked at again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Refusal
from gongxin.law import matters
from gongxin.law.book import LawSilent
from gongxin.law.standing import Line
from gongxin.rooms.measures import queue
from gongxin.rooms.measures.answer import NEEDED, entry_of
from gongxin.rooms.measures.models import Incomplete
from gongxin.spine import clock, shelf
from gongxin.spine.access.gate import SUBMISSION, Ground, Viewer, note, read, sealed_batch
from gongxin.spine.access.models import Role
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections.models import Standing

PAGE = 20

PROVIDER = "provider"
DETERMINATION = "determination"
BOOK = "book"

COMPLETED_BY = {
    "authority": PROVIDER,
    "document": PROVIDER,
    "effect_until": DETERMINATION,
    "clause": BOOK,
    "remedy": BOOK,
}
"""Who completes what is missing: the provider by a correction, a person by a determination, the office in its law book."""


@dataclass(frozen=True)
class Lacking:
    """One entry that cannot be used (一条要素不全的记录): what it lacks, who completes it, whether it changed since."""

    record: int
    item: str
    title: str
    provider: str
    subject: str
    matter: str
    missing: tuple[str, ...]
    found_at: datetime
    decided: date | None
    changed: bool
    in_effect: bool

    @property
    def by(self) -> tuple[str, ...]:
        """Return who must act, each once (由谁补): `provider`, `determination`, `book`."""
        return tuple(dict.fromkeys(COMPLETED_BY[name] for name in self.missing))


@dataclass(frozen=True)
class Desk:
    """A page of the queue (待补列表)."""

    lines: tuple[Lacking, ...]
    total: int
    page: int


@dataclass(frozen=True)
class Rechecked:
    """What looking again has shown (复核结果): what is still missing; nothing when the entry left the queue."""

    record: int
    missing: tuple[str, ...]
    look: str


def waiting_count(viewer: Viewer) -> int:
    """Return how many entries wait for this viewer (待补条数), for the menu; without the right it is none."""
    visible = _visible(viewer)
    return 0 if isinstance(visible, Refusal) else visible.count()


def desk(viewer: Viewer, page: int = 1, size: int = PAGE) -> Desk | Refusal:
    """Return the entries that cannot be used (待补列表), the longest waiting first; the look is written before."""
    visible = _visible(viewer)
    if isinstance(visible, Refusal):
        return visible
    total = visible.count()
    page = min(max(page, 1), max(1, -(-total // size)))
    found = list(visible.order_by("found_at", "record")[(page - 1) * size : page * size])
    standings = {row.record: row for row in Standing.objects.filter(record__in=[one.record for one in found])}
    refused = _trace(viewer, [standings[one.record].subject for one in found if one.record in standings])
    if refused is not None:
        return refused
    acts = Entry.objects.filter(record__in=list(standings)).values("record").annotate(latest=Max("at"))
    acted = {row["record"]: row["latest"] for row in acts}
    lines = [_line(one, standings.get(one.record), acted) for one in found]
    return Desk(tuple(lines), total, page)


def recheck(viewer: Viewer, record: int) -> Rechecked | Refusal:
    """Look at an entry again (复核): it leaves the queue when nothing is missing any more, or it is no longer in effect."""
    visible = _visible(viewer)
    if isinstance(visible, Refusal):
        return visible
    waiting = visible.filter(record=record).first()
    standing = Standing.objects.filter(record=record).first()
    if waiting is None or standing is None:
        return Refusal("incomplete.none", _("没有这条待补记录"), None, _("请刷新待补列表"))
    day = clock.today()
    ground = Ground(purpose=SUBMISSION, case_no=f"incomplete-{record}")
    reading = read(viewer, ground, standing.subject, as_of=day, items=[standing.item])
    if isinstance(reading, Refusal):
        return reading
    line = next((each for each in reading.lines if each.record == record), None)
    missing = _missing(waiting.matter, line, day)
    if not missing:
        queue.settle(record, f"{viewer.name}@{viewer.body} {reading.number}")
    elif tuple(waiting.missing) != missing:
        Incomplete.objects.filter(record=record).update(missing=list(missing))
    return Rechecked(record, missing, reading.number)


def _missing(matter_id: str, line: Line | None, day: date) -> tuple[str, ...]:
    """Return what the line still lacks for an adverse effect; nothing for a line that has no effect at all."""
    if line is None or line.state != "effective":
        return ()
    law = shelf.book().on(day)
    try:
        matter = law.matter(matter_id)
    except LawSilent:
        return ()
    effect = matters.effect_of(matter, line, law=law)
    if effect.kind == "none":
        return ()
    entry = entry_of(line, effect, law.item(line.item), seen=matter.sees[line.item])
    return tuple(name for name in NEEDED if not entry[name])


def _visible(viewer: Viewer) -> QuerySet[Incomplete] | Refusal:
    waiting = Incomplete.objects.filter(settled_at=None)
    if viewer.role == Role.OPERATOR.value:
        return waiting
    if viewer.role == Role.STEWARD.value and viewer.body:
        return waiting.filter(record__in=Standing.objects.filter(provider=viewer.body).values("record"))
    return Refusal("incomplete.role", _("您的岗位不能处理待补记录"), None, _("请由提供单位或信用主管单位办理"))


def _trace(viewer: Viewer, subjects: Sequence[str]) -> Refusal | None:
    """Write the look before the list is shown: an office's is sealed with each subject in it, a steward's is one note."""
    if not subjects:
        return None
    ground = Ground(purpose=SUBMISSION, case_no="incomplete")
    if viewer.role == Role.OPERATOR.value:
        keys = pl.Series(list(subjects), dtype=pl.String)
        written = sealed_batch(viewer, ground, keys, as_of=clock.today())
    else:
        written = note(viewer, ground, "incomplete", len(subjects), as_of=clock.today())
    return written if isinstance(written, Refusal) else None


def _line(waiting: Incomplete, standing: Standing | None, acted: dict[int, datetime]) -> Lacking:
    return Lacking(
        record=waiting.record,
        item=waiting.item,
        title=standing.title if standing else "",
        provider=standing.provider if standing else "",
        subject=standing.subject if standing else "",
        matter=waiting.matter,
        missing=tuple(name for name in waiting.missing if name in COMPLETED_BY),
        found_at=waiting.found_at,
        decided=standing.decided if standing else None,
        changed=waiting.record in acted and acted[waiting.record] > waiting.found_at,
        in_effect=bool(standing and standing.state == "effective"),
    )
