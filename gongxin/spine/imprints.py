"""Imprints (印记): one digest of what a report would say of a subject on a day, and no word of what that is.

A report keeps the imprint of the day it was issued on. Whether its content has changed since is found by taking the
imprint again: it reads the standing like every other reader, and lets nothing out but a digest and a day, so nobody has
looked at anybody. Dates of asking take no part in it; entries, their acts, their terms and what holds them do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from gongxin.law.standing import Line
from gongxin.spine import display, public, shelf
from gongxin.spine.public import PublicLine
from gongxin.spine.standing import lines_of, present_lines_of

DAYS = ("display_from", "display_until", "repair_from", "share_until")


@dataclass(frozen=True, slots=True)
class View:
    """What of a subject's standing a report is about (报告范围)."""

    public: bool
    """Whether only what everybody may read is in it (公开版)."""
    items: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    words: tuple[str, ...] | None = None
    """Words of which the authority's name must hold one; None for every authority (领域)."""
    without: tuple[str, ...] = ()
    """Words of which the authority's name must hold none, unless it holds one of `words` (领域以外)."""
    usable_only: bool = False
    """Whether only what may be used is in it, as an officer in a matter sees it (只列可用)."""
    timeless: tuple[str, ...] = ()
    """Items to which the period does not apply: who the subject is (不受期间限制的事项)."""

    def holds(self, line: Line) -> bool:
        """Tell whether a line belongs into the report on its day (是否列入)."""
        return self._counts(line) and self.covers(
            line.item, line.facts.decided_on, str(line.payload.get("authority") or "")
        )

    def covers(self, item: str, decided: date | None, authority: str) -> bool:
        """Tell whether an entry is within items, period and sectors (是否在范围内); says nothing about its standing."""
        if item not in self.items:
            return False
        if item in self.timeless:
            return True
        if self.since is not None and (decided is None or decided < self.since):
            return False
        if self.until is not None and (decided is None or decided > self.until):
            return False
        if self.words is None or any(word in authority for word in self.words):
            return True
        return bool(self.without) and not any(word in authority for word in self.without)

    def _counts(self, line: Line) -> bool:
        if self.public:
            return display.is_shown(line, line.as_of)
        return line.usable or (line.visible and not self.usable_only)


@dataclass(frozen=True, slots=True)
class Imprint:
    """An imprint (印记) and the last day on which it holds unless something is entered."""

    digest: str
    steady_until: date


def imprint(subject_key: str, view: View, *, as_of: date) -> Imprint:
    """Return the imprint of a subject's standing on a day, in a view (取印记)."""
    return _taken(present_lines_of(subject_key, as_of=as_of), view, as_of)


def public_lines(subject_key: str, view: View, *, as_of: date) -> tuple[list[PublicLine], Imprint]:
    """Return what the public reads of a subject, and the imprint of it in a view, out of one reading (公开记录及印记)."""
    lines = present_lines_of(subject_key, as_of=as_of)
    return public.shown_of(subject_key, lines, as_of), _taken(lines, view, as_of)


def held(subject_key: str, view: View, record: int, *, as_of: date, known_at: int) -> Line | None:
    """Return the line a report in this view held of a record, by the ledger's first `known_at` entries (报告所载), or None.

    For whoever has the report already: nothing is told that does not stand in it.
    """
    lines = lines_of(subject_key, as_of=as_of, known_at=known_at)
    return next((line for line in lines if line.record == record and view.holds(line)), None)


def _taken(lines: list[Line], view: View, as_of: date) -> Imprint:
    kept = sorted((_said(line) for line in lines if view.holds(line)), key=lambda said: int(str(said[0])))
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return Imprint(sha256(text.encode()).hexdigest(), _steady_until(lines, as_of))


def _said(line: Line) -> list[object]:
    clocks = line.clocks
    return [
        line.record,
        line.acts[-1].seq,
        line.subject,
        line.state,
        clocks.severity,
        *(None if (day := getattr(clocks, name)) is None else day.isoformat() for name in DAYS),
        sorted(hold.id for hold in line.holds),
        len(line.statements),
    ]


def _steady_until(lines: Iterable[Line], as_of: date) -> date:
    """Return the last day before any line, or the law, may say something else by the mere passing of time."""
    turns = [boundary for boundary in shelf.book().boundaries() if boundary > as_of]
    for line in lines:
        starts = [line.clocks.display_from, line.held_from, line.hidden_from, line.facts.removed_on]
        ends = [line.clocks.display_until, line.clocks.share_until, line.clocks.retain_until]
        turns += [day for day in starts if day is not None and day > as_of]
        turns += [day + timedelta(days=1) for day in ends if day is not None and day >= as_of]
        turns += [act.on for act in line.acts if act.on > as_of]
    return min(turns, default=date.max) - timedelta(days=1) if turns else date.max
