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
from gongxin.kernel.issues import Refusal
from gongxin.law.restrictions import KIND
from gongxin.rooms.measures import accounting, restricting, restrictions
from gongxin.rooms.measures.models import Redress, Restriction
from gongxin.spine import shelf
from gongxin.spine.access import owning
from gongxin.spine.access.models import Body
from gongxin.spine.cases import deciding, finding
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
    rows = [_row(each) for each in restrictions.listing(viewer(request), today(), ended=True)]
    wrong = [
        {**each, "why": WRONGS[each["kind"]], "name": _measure_name(each["measure"])}
        for each in restrictions.damages(today(), body=account_of(request).body_id or "-")
    ]
    context = {
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
    return mine.page(request, who, "restrictions", {"rows": rows, "ways": ways, "tab": "restrictions"})


@needs("case")
@require_safe
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """The notice or the decision on paper (告知书、决定书): facts, clause, term, cure, the right to be heard, the remedies."""
    shown = finding.show(viewer(request), number)
    if isinstance(shown, Refusal) or shown.case.kind != KIND:
        return render(request, "404.html", status=404)
    law = shelf.book().on(shown.case.opened_on)
    intended = restricting.intended_of(shown.case)
    provision = law.book.provisions[intended.said("measure")]
    decided = finding.last_said(shown.case, "decide")
    lawful = restricting.examine(intended, begins=shown.case.opened_on, law=law)
    row = Restriction.objects.filter(pk=shown.case.number).first()
    until = row.until if row is not None else None if isinstance(lawful, Refusal) else lawful.term.until
    english = presenting.english()
    context = {
        "shown": shown, "provision": provision, "bases": presenting.clauses(provision.bases), "said": intended.fields,
        "name": presenting.own_name(provision) if not english else provision.name_en or provision.name,
        "cure": (provision.cure_en if english else "") or provision.cure, "until": until, "decided": decided,
        "hearing": shown.standing.find_clock("hear"), "ways": deciding.remedies(law),
        "body": presenting.own_name(Body.objects.filter(code=shown.case.body).first()),
    }  # fmt: skip
    return render(request, "web/measures/notice.html", context)


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
