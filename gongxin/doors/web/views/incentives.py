"""Incentives (守信激励): the library in public, an organisation's conveniences for anybody, a person's for itself alone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.acting import Acting
from gongxin.doors.web.views import mine
from gongxin.kernel.issues import Refusal
from gongxin.law.incentives import Entitlement, Incentive, Reason
from gongxin.rooms.measures import incentives as room
from gongxin.rooms.measures.incentives import Entitled


@require_safe
def incentives(request: HttpRequest) -> HttpResponse:
    """Every convenience with who gives it, on which conditions and clause; with a code, which of them it may have."""
    code = request.GET.get("code", "").strip()
    told, problem = None, ""
    if code:
        found = room.for_organisation(code)
        if isinstance(found, Entitled):
            told = found
        else:
            problem = presenting.no_in_words(found)
    # A number that is a person's is not repeated on a page that anybody may open.
    context = {
        "rows": [_incentive(each) for each in room.library()],
        "told": told,
        "each": [_entitlement(one) for one in told.each] if told else (),
        "code": code if told else "",
        "problem": problem,
        "section": "help",
    }
    return render(request, "web/incentives/library.html", context, status=422 if problem else 200)


@mine.for_somebody
@require_safe
def own(request: HttpRequest, who: Acting) -> HttpResponse:
    """To what one is entitled oneself, and why (我可享的便利)."""
    told = room.own(who.viewer, who.subject)
    if isinstance(told, Refusal):
        return mine.refused(request, who, told)
    return mine.page(
        request,
        who,
        "incentives",
        {"each": [_entitlement(one) for one in told.each], "told": told, "tab": "incentives"},
    )


def _incentive(each: Incentive) -> dict[str, Any]:
    return {"it": each, "conditions": [_condition(one) for one in each.qualifies]}


def _condition(condition: Any) -> str:
    [(name, amount)] = condition.items()
    if name == "any":
        return _(" 或者 ").join(_condition(each) for each in amount)
    return room.words(name, int(amount))


def _entitlement(one: Entitlement) -> dict[str, Any]:
    return {"it": one.incentive, "entitled": one.entitled, "reasons": [_reason(each) for each in one.reasons]}


def _reason(reason: Reason) -> dict[str, Any]:
    if reason.condition == "any":
        among = [_reason(each) for each in reason.among]
        return {"text": _(" 或者 ").join(each["text"] for each in among), "met": reason.met, "records": ()}
    return {"text": room.words(reason.condition, reason.amount), "met": reason.met, "records": reason.records}
