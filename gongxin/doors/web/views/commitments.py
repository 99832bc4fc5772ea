"""Commitments (信用承诺): in public by whom and since when, nothing of the entry; for a body those it has to verify now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.rights import needs, viewer
from gongxin.rooms.measures import verifying
from gongxin.rooms.remedy import repairs
from gongxin.spine import shelf
from gongxin.spine.clock import today
from gongxin.spine.projections.models import Subject

PAGE = 20
WORDS = "repair.commitment.text"


@require_safe
def commitments(request: HttpRequest) -> HttpResponse:
    """The commitments that stand in public today (信用承诺公示)."""
    day = today()
    law = shelf.book().on(day)
    found = repairs.commitments(law)
    page = presenting.Paging.of(request.GET.get("page"), PAGE, len(found))
    shown = found[page.offset : page.offset + page.size]
    keys = [f"uscc:{each['code']}" for each in shown]
    names = dict(Subject.objects.filter(key__in=keys).values_list("key", "name"))
    words = law.find_parameter(WORDS)
    context = {
        "section": "lists",
        "as_of": day,
        "page": page,
        "rows": [each | {"name": names.get(f"uscc:{each['code']}") or each["code"]} for each in shown],
        "text": words.text() if words is not None else "",
        "source": words.source if words is not None else None,
        "waiting": words is not None and words.certainty == "unverified",
    }
    return render(request, "web/repairs/commitments.html", context)


@needs("correct")
@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """The commitments this body took that have fallen due and nobody verified (待核查的承诺), the longest due first."""
    found = verifying.waiting(viewer(request))
    page = presenting.Paging.of(request.GET.get("page"), PAGE, len(found))
    rows = [verifying.as_dict(each) | {"due": each.due_on} for each in found[page.offset : page.offset + page.size]]
    return render(request, "web/desk/commitments_due.html", {"rows": rows, "page": page, "menu": "web:commitments-due"})
