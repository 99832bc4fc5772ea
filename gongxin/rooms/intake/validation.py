"""`validate` (预检): the same findings as a real intake, without any store, on a department's own machine."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gongxin.rooms.intake import words
from gongxin.rooms.intake.checking import GOOD, REFUSED, WAITING
from gongxin.rooms.intake.examining import DUPLICATE, Desk, Tally, examine, in_order, survey, told
from gongxin.rooms.intake.kept import people_in, without_person


def validate(
    path: Path, desk: Desk, item: str | None = None, *, confirmed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Check a file (预检) and return what `gongxin intake` would report, without batch and register."""
    began = time.perf_counter()
    found = survey(path, desk, item, confirmed)
    tally = Tally()
    held: list[dict[str, object]] = []
    for sheet, issue in found.issues:
        tally.keep_notice(sheet, issue)
    asking = any(table.must_confirm for table in found.tables)
    if asking:
        tally.counts[WAITING] = sum(table.sheet.frame.height for table in found.tables)
    for examined in () if asking else examine(found, desk):
        outcomes = dict(zip(examined.frame["__row"].to_list(), examined.frame["__outcome"].to_list(), strict=True))
        tally.counts.update(outcomes.values())
        good = examined.frame["__outcome"] == GOOD
        tally.late += int((examined.frame["__late"] & good).sum())
        tally.set_aside.update(aside.reason for aside in examined.set_aside)
        people = people_in(examined.frame)
        for issue in examined.issues:
            if issue.row is not None and outcomes[issue.row] in (REFUSED, WAITING):
                held.append(told(examined.sheet, issue))
            else:
                tally.keep_notice(examined.sheet, without_person(issue) if issue.row in people else issue)
        tally.notice_counts.update(examined.more)
    if not tally.counts.total():
        tally.keep_notice("", words.found("sheet.no_rows", severity="notice"))
    return {
        "batch": None,
        "item": None if found.item is None else found.item.id,
        **_counts(tally.counts),
        "late": tally.late,
        "seconds": round(time.perf_counter() - began, 3),
        "issues": in_order([*tally.notices, *held]),
        "state": "confirm" if asking else "done",
        "file": path.name,
        "set_aside": dict(tally.set_aside),
        "more_notices": tally.more_notices(),
        "message": "",
    }


def unread(path: Path, item: str | None, message: str) -> dict[str, Any]:
    """Return the same document for a file that cannot be read (无法读取的文件): nothing received, and the reason."""
    return {
        "batch": None,
        "item": item,
        **_counts(Counter()),
        "late": 0,
        "seconds": 0.0,
        "issues": [],
        "state": "failed",
        "file": path.name,
        "set_aside": {},
        "more_notices": {},
        "message": message,
    }


def _counts(counts: Counter[str]) -> dict[str, int]:
    return {
        "received": sum(counts.values()),
        "accepted": counts[GOOD],
        "duplicates": counts[DUPLICATE],
        "refused": counts[REFUSED],
        "waiting": counts[WAITING],
    }
