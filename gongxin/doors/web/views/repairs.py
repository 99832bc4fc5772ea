"""The notice of repair (信用修复告知书): to print, for the one concerned and for the body that sends it with its decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.acting import Acting
from gongxin.doors.web.rights import needs, viewer
from gongxin.doors.web.views.filing import sequence_of
from gongxin.doors.web.views.mine import for_somebody, page, refused
from gongxin.kernel.issues import Refusal
from gongxin.law.facts import day_of
from gongxin.law.serving import PORTAL, methods_of
from gongxin.rooms.remedy import notifying, repair_notice
from gongxin.rooms.remedy.repair_notice import Notice
from gongxin.spine import shelf
from gongxin.spine.clock import today
from gongxin.spine.outbox.service import Way

NOT_THERE = "notice.record"
CONFLICT = 409
PAGE = 20


@for_somebody
@require_safe
def own_notice(request: HttpRequest, who: Acting, record: int) -> HttpResponse:
    """The notice of one of one's own entries (我的信用修复告知书)."""
    made = repair_notice.notice(who.viewer, record)
    if isinstance(made, Refusal):
        if made.code == NOT_THERE:
            raise Http404
        return refused(request, who, made, CONFLICT)
    return page(request, who, "repair_notice", _context(made) | {"tab": "mine", "row": made})


@needs("submit")
@require_safe
def desk_notice(request: HttpRequest, record: int) -> HttpResponse:
    """The notice of an entry one's own body has reported (两书同达)."""
    made = repair_notice.notice(viewer(request), record)
    if isinstance(made, Refusal):
        status = 404 if made.code == NOT_THERE else CONFLICT
        return render(request, "web/desk/refused.html", {"refusal": made}, status=status)
    return render(request, "web/repairs/desk.html", _context(made) | {"menu": "web:intake"})


@needs("submit")
@require_http_methods(["GET", "HEAD", "POST"])
def unserved(request: HttpRequest) -> HttpResponse:
    """The notices of one's own body's records that were not served yet, and the entry of their service (待送达告知书)."""
    given = {name: request.POST.get(name, "").strip() for name in ("record", "method", "served_on", "proof")}
    problem = ""
    if request.method == "POST":
        who = viewer(request)
        way = Way(given["method"], day_of(given["served_on"]), given["proof"], f"{who.name}@{who.body}")
        done = notifying.serve(who, sequence_of(given["record"]), way)
        if not isinstance(done, Refusal):
            text = _("已登记送达：记录 %(record)s，%(day)s。") % {"record": given["record"], "day": done}
            messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
            return redirect("web:repair-notices")
        problem = presenting.in_words(done)
    found = notifying.waiting(viewer(request))
    paging = presenting.Paging.of(request.GET.get("page"), PAGE, found.count())
    law = shelf.book().on(today())
    rows = [
        {"it": each, "item": law.find_item(each.item), "open": str(each.record) == given["record"]}
        for each in found[paging.offset : paging.offset + PAGE]
    ]
    context = {
        "rows": rows, "page": paging, "problem": problem, "given": given, "menu": "web:repair-notices",
        "ways": [each for each in methods_of(law).values() if each.id != PORTAL],
    }  # fmt: skip
    return render(request, "web/repairs/unserved.html", context, status=422 if problem else 200)


def _context(made: Notice) -> dict[str, Any]:
    told = made.told
    signs = {True: ("good", _("已具备")), False: ("warn", _("尚缺")), None: ("off", _("由认定单位审核"))}
    severity = presenting.SEVERITIES.get(made.line.clocks.severity or "")
    return {
        "made": made,
        "told": told,
        "severity": severity[1] if severity else "",
        "public": made.line.clocks.audience == "public",
        "conditions": [(each, *signs[each.met]) for each in told.conditions],
        "documents": [
            (each, *(("good", _("已经掌握，不用再交")) if each.held else ("run", _("请提交"))))
            for each in told.documents
        ],
    }
