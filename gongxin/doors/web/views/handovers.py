"""Handing over (履约移交): the list of what a body owes, and the same list as a signed document that is signed for."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from gongxin.doors.web import presenting, promising
from gongxin.doors.web.rights import needs, viewer
from gongxin.kernel.issues import Refusal
from gongxin.rooms.promises import handing_over, handover
from gongxin.spine.bodies.register import register

CAPACITIES = {"from": _("移交人"), "to": _("接任人"), "witness": _("监交人")}


@needs("promises")
@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Make today's list a signed document (出具移交清单文书)."""
    paper = handing_over.issue(viewer(request), request.POST.get("body", "").strip()[:32])
    if isinstance(paper, Refusal):
        return render(request, "web/desk/refused.html", {"refusal": paper, "menu": "web:desk-handover"}, status=422)
    return redirect("web:handover-paper", number=paper.row.number)


@needs("promises")
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """One signed list to read, print and sign for (移交清单文书)."""
    who, problem = viewer(request), ""
    found = handing_over.read(who, number)
    if isinstance(found, Refusal):
        raise Http404
    given = {name: request.POST.get(name, "").strip() for name in ("capacity", "name")}
    if request.method == "POST":
        done = handing_over.sign(who, number, given["capacity"], given["name"])
        if not isinstance(done, Refusal):
            return redirect("web:handover-paper", number=number)
        problem = presenting.in_words(done)
    signed = {each.capacity: each for each in found.signatures}
    context = {
        "menu": "web:desk-handover", "paper": found, "row": found.row, "told": found.content, "problem": problem, "given": given,
        "name": register().name(found.row.body, found.row.as_of), "clause": promising.clause(handover.RULE),
        "rows": [{**each, "word": promising.STATES.get(each["state"], each["state_name"])} for each in found.content["promises"]],
        "signed": [(CAPACITIES[each.capacity], each) for each in found.signatures],
        "open": [(each, word) for each, word in CAPACITIES.items() if each not in signed],
    }  # fmt: skip
    return render(request, "web/promises/handover_paper.html", context, status=422 if problem else 200)
