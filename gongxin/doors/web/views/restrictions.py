"""Restrictions on pages (限制措施): the officer's and the subject's read the same; the notice on paper; the counts for everybody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.acting import Acting
from gongxin.doors.web.rights import account_of, needs, viewer
from gongxin.doors.web.views import mine
from gongxin.rooms.measures import accounting, restrictions
from gongxin.rooms.measures.models import Redress
from gongxin.spine import shelf
from gongxin.spine.access import owning
from gongxin.spine.cases import deciding
from gongxin.spine.clock import today

TONES = {"running": "bad", "paused": "warn", "ended": "off", "future": "off"}
WRONGS = {
    "annulled": gettext_lazy("采取有误，已撤销"),
    "withdrawal": gettext_lazy("所据记录已撤回"),
    "correction": gettext_lazy("所据记录已更正"),
}


@needs("check")
@require_http_methods(["GET", "HEAD", "POST"])
def of_body(request: HttpRequest) -> HttpResponse:
    """What one's own body restricts, what was wrong, and how it was made good (本单位的限制措施)."""
    problem = ""
    if request.method == "POST":
        cause = request.POST.get("cause", "")
        done = restrictions.redress(
            viewer(request), request.POST.get("number", "").replace("\0", ""),
            int(cause) if cause.isascii() and cause.isdigit() and len(cause) < 18 else 0,
            request.POST.get("text", "").replace("\0", ""), request.POST.get("decided_by", "").replace("\0", ""),
        )  # fmt: skip
        if isinstance(done, Redress):
            messages.add_message(request, messages.SUCCESS, _("已登记怎样补救。"), extra_tags="good")
            return redirect("web:restrictions")
        problem = " ".join(part for part in (done.message, done.way_forward) if part)
    told = restrictions.listing(viewer(request), today(), ended=True)
    closing = restrictions.to_close(each for each in told if each["body"] == account_of(request).body_id)
    rows = [{**_row(each), "to_close": each["number"] in closing} for each in told]
    wrong = [
        {**each, "why": WRONGS[each["kind"]], "name": _measure_name(each["measure"])}
        for each in restrictions.damages(today(), body=account_of(request).body_id or "-")
    ]
    context = {
        "coming": restrictions.under_way(viewer(request)),
        "running": [row for row in rows if row["state"] != "ended"], "ended": [row for row in rows if row["state"] == "ended"],
        "wrong": wrong, "problem": problem, "given": request.POST if problem else {}, "menu": "web:restrictions",
    }  # fmt: skip
    return render(request, "web/measures/restrictions.html", context, status=422 if problem else 200)


@mine.for_somebody
@require_safe
def own(request: HttpRequest, who: Acting) -> HttpResponse:
    """What restricts oneself (对我的限制措施): clause, until when, how it ends – in the officer's own words."""
    rows = [_row(each) for each in restrictions.of_subject(owning.keys_of(who.viewer), today())]
    ways = deciding.remedies(shelf.book().on(today()))
    coming = restrictions.under_way(who.viewer)
    told = {"rows": rows, "coming": coming, "ways": ways, "tab": "restrictions"}
    return mine.page(request, who, "restrictions", told)


@require_safe
def counted(request: HttpRequest) -> HttpResponse:
    """What became of checks this year (处理结果统计): counts alone, no subject."""
    day = today()
    told = accounting.statistics(day.replace(month=1, day=1), day)
    return render(request, "web/measures/statistics.html", {"told": told, "section": "help"})


def _measure_name(provision: str) -> str:
    found = shelf.book().provisions.get(provision)
    return presenting.own_name(found) if found is not None else provision


def _row(told: dict[str, Any]) -> dict[str, Any]:
    english = presenting.english()
    provision = shelf.book().provisions.get(told["measure"])
    matter = shelf.book().matters.get(told["matter"])
    return {
        **told,
        "name": (told["measure_name_en"] if english else "") or told["measure_name"],
        "ends": (told["cure_en"] if english else "") or told["cure"],
        "word": told["said_en"] if english else told["said"],
        "tone": TONES[told["state"]],
        "bases": presenting.clauses(provision.bases) if provision else [],
        "matter_name": presenting.own_name(matter),
        "code": told["subject"].removeprefix("uscc:") if told["subject"].startswith("uscc:") else "",
    }
