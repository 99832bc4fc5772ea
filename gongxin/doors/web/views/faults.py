"""When a page cannot be made (页面故障): a store that is down is said so, with a ticket, and never looks like “no record”."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

from gongxin.rooms.measures.check import FAULTS
from gongxin.rooms.measures.faults import Unanswerable


def fault(request: HttpRequest) -> HttpResponse:
    """Answer for whatever broke (故障页): reads nothing, not even who asked, since that may be what cannot be read."""
    reason = sys.exc_info()[1]
    if not isinstance(reason, FAULTS):
        return server_error(request)
    told = Unanswerable(reason)
    page = render_to_string("503.html", {"ticket": told.ticket, "after": told.AGAIN_AFTER})
    response = HttpResponse(page, status=503)
    response["Retry-After"] = str(told.AGAIN_AFTER)
    response["Cache-Control"] = "no-store"
    return response
