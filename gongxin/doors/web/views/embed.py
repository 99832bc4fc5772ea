"""The check inside an old system's page (嵌入核查): a ticket stands for signing in, and frames are let in by origin.

No cookie is read: a frame of another site gets none. Nothing is looked at before the officer presses the button, and
the ticket is used up in the transaction of that look.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from gongxin.doors.web.views import checks
from gongxin.kernel.identifiers import normalise_code
from gongxin.kernel.issues import Refusal
from gongxin.rooms.measures import check as checking
from gongxin.spine.access import tickets
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import ApiKey
from gongxin.spine.access.tickets import Question, TicketFault
from gongxin.spine.clock import now

LANGUAGES = {"zh": "zh-hans", "en": "en"}


@csrf_exempt
@xframe_options_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Show the question a ticket holds, and its answer once the button is pressed (嵌入核查页)."""
    typed = request.POST if request.method == "POST" else request.GET
    if request.method != "POST" and not typed.get("ticket"):
        return redirect("web:help-embed")
    try:
        question, key = tickets.read(typed.get("ticket", ""))
    except TicketFault as fault:
        return _refused(request, fault)
    with translation.override(LANGUAGES.get(question.language, "zh-hans")):
        try:
            if request.method == "POST" and request.POST.get("do") == "ask":
                return _asked(request, question, key)
        except TicketFault as fault:
            return _refused(request, fault)
        context = {
            "question": question,
            "ticket": typed.get("ticket", ""),
            "matter": checks.find_matter(question.matter),
        }
        return _page(request, key.body_id, context | {"shown_code": shown_code(question.code)})


def _asked(request: HttpRequest, question: Question, key: ApiKey) -> HttpResponse:
    viewer = Viewer(None, f"密钥 {key.label}（{question.officer}）", key.body_id, "officer", "embed")
    matter = checks.find_matter(question.matter)
    context: dict[str, Any] = {
        "question": question, "matter": matter, "at": now(), "shown_code": shown_code(question.code),
    }  # fmt: skip
    try:
        # A platform that cannot answer gives the ticket back with everything else.
        with transaction.atomic():
            tickets.spend(question, key)
            answer = checking.check(viewer, question.code, question.matter, case_no=question.case_no or None)
    except checking.Unanswerable as fault:
        told = context | {"fault": fault, "ticket": request.POST.get("ticket", "")}
        response = _page(request, key.body_id, told, 503)
        response["Retry-After"] = str(fault.AGAIN_AFTER)
        return response
    if isinstance(answer, Refusal):
        said = [part for part in (answer.message, answer.way_forward) if part]
        return _page(request, key.body_id, context | {"said": said}, 403)
    if isinstance(answer, list):
        return _page(request, key.body_id, context | {"said": [issue.message for issue in answer]}, 422)
    assert matter is not None
    return _page(request, key.body_id, context | checks.told(matter, answer) | {"number": answer["check"]})


def shown_code(code: str) -> str:
    """Return a code as it may stand on a page (代码的显示): what may be somebody's identity number is masked."""
    plain = normalise_code(code)
    return checking.masked(plain) if checking.looks_like_person(plain) else code


def _refused(request: HttpRequest, fault: TicketFault) -> HttpResponse:
    words = {
        "late": _("这张票已经过期。"),
        "used": _("这张票已经用过一次。"),
        "key": _("出票的密钥已经停用。"),
        "unreadable": _("没有票，或者票读不懂。"),
    }
    said = [words[fault.reason], _("请回到原来的系统，重新打开核查。这不表示没有记录。")]
    return _page(request, fault.body, {"said": said}, 403)


def _page(request: HttpRequest, body: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "web/embed/check.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    # The policy of every other page lets nobody frame it; this one names the body's own origins and nobody else's.
    response._csp_replace = {"frame-ancestors": tickets.known(tickets.origins_of(body) if body else ())}  # type: ignore[attr-defined]
    return response
