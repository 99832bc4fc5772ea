"""Commitments in public (公开的信用承诺): by whom and since when, while an application is open; nothing of the entry."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongxin.doors.web import presenting
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
