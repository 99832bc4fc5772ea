"""The notice of repair (信用修复告知书): to print, for the one concerned and for the body that sends it with its decision."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.acting import Acting
from gongxin.doors.web.rights import needs, viewer
from gongxin.doors.web.views.mine import for_somebody, page, refused
from gongxin.kernel.issues import Refusal
from gongxin.rooms.remedy import repair_notice
from gongxin.rooms.remedy.repair_notice import Notice

NOT_THERE = "notice.record"
CONFLICT = 409


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
