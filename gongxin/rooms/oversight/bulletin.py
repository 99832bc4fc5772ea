"""The monthly bulletin of supervision (监督月报): a month's figures, questions, promises and tasks, as data and as a paper.

What it says can be counted again from the ledger: it names the day, the law book's edition and the ledger's root. It
ranks nobody; a question in it is a question, and says what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gongxin.law import tasks as law_of_tasks
from gongxin.rooms.oversight import monitoring, overview, replies
from gongxin.rooms.oversight.overview import Month, Overview
from gongxin.rooms.oversight.replies import Put
from gongxin.rooms.oversight.tasks import reading
from gongxin.spine import clock, shelf
from gongxin.spine.ledger import head


@dataclass(frozen=True)
class Bulletin:
    """A month's bulletin (月报): the overview it was made from, and what was asked of whom by then."""

    overview: Overview
    asked: tuple[Put, ...]
    made: datetime
    book: str
    root: str
    size: int


def make(month: Month, region: str = "") -> Bulletin:
    """Return the bulletin of a month within a division (编制月报); nothing is kept."""
    told, top = overview.read(month, region), head.read()
    own = tuple(each for each in replies.all_put(month.until) if told.holds(each.case.body))
    return Bulletin(told, own, clock.now(), shelf.book().version, top.root.hex(), top.size)


def as_dict(bulletin: Bulletin) -> dict[str, Any]:
    """Return a bulletin as machines read it (月报数据)."""
    told, month = bulletin.overview, bulletin.overview.month
    gauges = told.gauges()
    return {
        "month": str(month), "as_of": month.until, "running": month.running, "made_at": bulletin.made.isoformat(timespec="seconds"),
        "region": {"code": told.region, "name": str(told.name), "name_en": told.name.english},
        "figures": [overview.figure_dict(each, told.figure(each.id), told.figure(each.id, month.before)) for each in gauges],
        "regions": {each.id: [overview.place_dict(each, place) for place in told.places(each.id)] for each in gauges},
        "bodies": {each.id: [overview.body_dict(each, body) for body in told.bodies(each.id)] for each in gauges},
        "questions": told.questions, "asked": [replies.as_dict(each) for each in bulletin.asked],
        "promises": [
            {"month": f"{first:%Y-%m}", "fallen_overdue": fallen, "made_good": mended} for first, fallen, mended in told.kept_words()
        ],
        "tasks": reading.tally_dict(law_of_tasks.tally(each.standing for each in told.tasks)),
        "orphans": [
            {
                "kind": each.kind, "id": each.id, "name": each.name, "name_en": each.name_en, "since": each.since,
                "clauses": [str(ref) for ref in each.broken],
            }
            for each in told.orphans
        ],
        "coverage": [{"text": str(each), "text_en": each.english} for each in told.coverage()],
        "methods": [
            {"signal": each.id, "name": each.name, "name_en": each.name_en, "method": each.method, "method_en": each.method_en,
             "false_alarms": each.false_alarms, "months": each.months, "certainty": each.certainty}
            for each in monitoring.signals(month.until)
        ],
        "known": {"law_book": bulletin.book, "ledger_root": bulletin.root, "ledger_size": bulletin.size},
    }  # fmt: skip


def file_name(bulletin: Bulletin) -> str:
    """Return the name of its file without the ending (文件名)."""
    told = bulletin.overview
    return "-".join(part for part in ("bulletin", str(told.month), told.region) if part)
