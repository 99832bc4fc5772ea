"""The day's round (每日维护): what `gongxin work` does once a day, when each was last done, and what has not run today.

Nothing anybody may rely on waits for it – an entry ends by its day alone – but reminders, questions and destruction do.
So that a worker that stands still is seen, each deed leaves the day on which it was done, or the fault that stopped it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gongxin.spine import clock
from gongxin.spine.outbox.models import Round

WATCH = "watch"
DEEDS: dict[str, Promise | str] = {
    "epoch": _("当天的效力"), "repeats": _("接口的重复请求"), "handed-in": _("过期的批量名单"), "datasets": _("过期的评价数据集"),
    "remind": _("案件时限提醒"), "chase": _("核查结果催办"), "verify": _("到期信用承诺提醒"), "keep": _("到期销毁"),
    "identity": _("投诉人身份销毁"), WATCH: _("机关事业单位与失信被执行人比对"), "warn": _("政府承诺到期提醒"),
}  # fmt: skip
"""What is done each day, by its id (每日事项), in the order in which it is done."""


@dataclass(frozen=True)
class Deed:
    """One deed of the day (一项每日维护): the day on which it was last done whole, and what stopped it since."""

    id: str
    name: Promise | str
    done_on: date | None
    fault: str
    late: bool
    """Whether it has not been done today (今天还没有运行)."""


def mark(deed: str) -> None:
    """Enter that a deed was done today (登记已运行)."""
    Round.objects.update_or_create(deed=deed, defaults={"done_on": clock.today(), "at": clock.now(), "fault": ""})


def stopped(deed: str, fault: str) -> None:
    """Enter what stopped a deed (登记中断); the day on which it was last done stays."""
    Round.objects.update_or_create(deed=deed, defaults={"at": clock.now(), "fault": fault[:300]})


def deeds(today: date | None = None) -> tuple[Deed, ...]:
    """Return every deed as it stands on a day (每日维护情况)."""
    day = today or clock.today()
    known = {row.deed: row for row in Round.objects.all()}
    found = []
    for deed, name in DEEDS.items():
        row = known.get(deed)
        done = row.done_on if row is not None else None
        found.append(Deed(deed, name, done, row.fault if row is not None else "", done is None or done < day))
    return tuple(found)


def of(deed: str) -> Deed:
    """Return one deed as it stands today (一项情况)."""
    return next(each for each in deeds() if each.id == deed)


def late() -> tuple[Deed, ...]:
    """Return what has not been done today (今天还没有运行的)."""
    return tuple(each for each in deeds() if each.late)


def as_dict(deed: Deed) -> dict[str, Any]:
    """Return it as the terminal reads it (输出)."""
    return {
        "id": deed.id,
        "name": str(deed.name),
        "done_on": deed.done_on,
        "late": deed.late,
        "fault": deed.fault or None,
    }
