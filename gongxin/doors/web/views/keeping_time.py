"""Keeping time in public (办理时效与送达公开): how each body keeps its clocks, who has not acknowledged what ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.rights import needs
from gongxin.law import casework
from gongxin.spine import shelf
from gongxin.spine.access.models import Body
from gongxin.spine.cases import statistics
from gongxin.spine.cases.models import CaseAct
from gongxin.spine.cases.statistics import Timeliness
from gongxin.spine.clock import today
from gongxin.spine.outbox import subscribers
from gongxin.spine.outbox.models import Delivery

FRESH_SECONDS = 600
SIDES: dict[str, Promise | str] = {"office": gettext_lazy("信用主管单位"), "applicant": gettext_lazy("申请人")}
RESULTS: dict[str, Promise | str] = {
    "": gettext_lazy("还没有送过"),
    "sent": gettext_lazy("已送到，对方没有确认"),
    "acknowledged": gettext_lazy("已确认"),
    "wrong-acknowledgement": gettext_lazy("确认的内容与事件不符"),
    "unreachable": gettext_lazy("连不上"),
    "timeout": gettext_lazy("对方没有及时回应"),
}


@dataclass(frozen=True)
class Kept:
    """One clock as the public reads it (一项时限的公开统计)."""

    name: str
    told: Timeliness

    @property
    def on_time(self) -> int | None:
        """Percent of the ended ones that ended in time; None where none has ended (按期率)."""
        return None if not self.told.done else round(100 * (self.told.done - self.told.late) / self.told.done)


@require_safe
def clocks(request: HttpRequest) -> HttpResponse:
    """How every clock is kept, all together and by body (办理时效公开): counts and days, nobody named."""
    day = today()
    since = _year_before(day)
    whole, parts = _counted(since, day)
    bodies = {each.code: each for each in Body.objects.filter(code__in={each.body for each in parts})}
    known = {
        entry.id: casework.rules_of(entry.id, law=shelf.book().on(day)) for entry in shelf.book().on(day).casework()
    }
    kinds: dict[str, dict[str, Any]] = {}
    for each in whole:
        name = presenting.own_name(known[each.kind]) if each.kind in known else each.kind_name
        kind = kinds.setdefault(each.kind, {"id": each.kind, "name": name, "clocks": []})
        rows = [
            Kept(_body_name(part, bodies), part) for part in parts if (part.kind, part.clock) == (each.kind, each.clock)
        ]
        kind["clocks"].append({"it": Kept(_clock_name(each), each), "rows": rows})
    ended, late = sum(each.done for each in whole), sum(each.late for each in whole)
    context = {
        "kinds": list(kinds.values()), "since": since, "until": day, "section": "help", "count": sum(each.count for each in whole),
        "ended": ended, "in_time": ended - late, "overdue": sum(each.overdue for each in whole),
        "waits": any(each.certainty == "unverified" for each in whole),
    }  # fmt: skip
    return render(request, "web/oversight/clocks.html", context)


@require_safe
def unacknowledged(request: HttpRequest) -> HttpResponse:
    """Which holders of copies have not said that they let go of what ended (未确认的使用单位): counts and days."""
    return render(request, "web/oversight/subscribers.html", {"rows": _owing(), "section": "help", "today": today()})


@needs("subscribers")
@require_http_methods(["GET", "HEAD", "POST"])
def holders(request: HttpRequest) -> HttpResponse:
    """The subscribers with what each owes, and the button that sends again at once (订阅方)."""
    if request.method == "POST":
        try:
            count = subscribers.retry(request.POST.get("body", ""))
        except subscribers.NoSubscriber:
            count = 0
        text = _("已排队重送 %(n)d 件，由后台随即送出。") % {"n": count} if count else _("没有要重送的。")
        messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
        return redirect("web:subscribers")
    return render(request, "web/desk/subscribers.html", {"rows": _owing(), "menu": "web:subscribers"})


def result_word(last: str) -> str:
    """Return what came of the last try, in words (上次结果); one that has none is shown as it is."""
    head, _sep, status = last.partition("-")
    if head == "http" and status.isdigit():
        return _("对方没有收，答复是 HTTP %(status)s") % {"status": status}
    return str(RESULTS.get(last, last))


def _owing() -> list[dict[str, Any]]:
    found = []
    for each in subscribers.owing():
        done = Delivery.objects.filter(subscriber=each.subscriber, state=Delivery.State.ACKNOWLEDGED).count()
        found.append({"it": each, "days": each.days(today()), "acknowledged": done, "last": result_word(each.last)})
    return found


def _counted(since: date, until: date) -> tuple[Sequence[Timeliness], Sequence[Timeliness]]:
    """Count the clocks, or take what was counted since the last act on any case (统计缓存)."""
    key = f"clocks:{until}:{CaseAct.objects.aggregate(last=Max('pk'))['last']}"
    found: tuple[Sequence[Timeliness], Sequence[Timeliness]] | None = cache.get(key)
    if found is None:
        found = statistics.timeliness(since, until, together=True), statistics.timeliness(since, until)
        cache.set(key, found, FRESH_SECONDS)
    return found


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _clock_name(told: Timeliness) -> str:
    return told.clock_name_en if presenting.english() and told.clock_name_en else told.clock_name


def _body_name(told: Timeliness, bodies: dict[str, Body]) -> str:
    if told.body in SIDES:
        return str(SIDES[told.body])
    return presenting.own_name(bodies[told.body]) if told.body in bodies else told.body_name
