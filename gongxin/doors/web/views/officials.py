"""Records on public officials (公职人员履职记录), for the body that decided: its list, one record, entering a lifting."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.casefields import Field
from gongxin.doors.web.rights import needs, viewer
from gongxin.kernel.issues import Refusal
from gongxin.law.officials import kinds
from gongxin.rooms.oversight import officials as room
from gongxin.spine import shelf
from gongxin.spine.clock import today

MENU = "web:officials"
STATES: dict[str, tuple[str, Promise | str]] = {
    "effective": ("run", _("期间内")), "held": ("warn", _("暂停使用")), "suspended": ("warn", _("暂停使用")),
    "undecided": ("warn", _("待认定")), "future": ("run", _("未到起始日")), "expired": ("off", _("期满")),
    "removed": ("good", _("已解除")), "withdrawn": ("off", _("已撤回")), "repaired": ("good", _("已修复")),
}  # fmt: skip
"""How a record stands, as tone and word (记录状态): nothing of it is ever on display, so no word speaks of display."""
FIELDS = (
    Field("removed_on", _("解除日期"), _("当日起不再使用；例如：2026-11-22，不能晚于今天"), "day", required=True),
    Field("document_no", _("解除决定文号"), _("例如：平监解〔2026〕2 号"), required=True),
    Field("removal_reason", _("解除理由"), _("写明期满、有悔改表现等；不写证件号码"), "long", required=True),
    Field("decided_by", _("作出决定的人"), _("写姓名和职务；机器不能作出决定"), required=True),
)


@needs("officials")
@require_safe
def officials(request: HttpRequest) -> HttpResponse:
    """What this body handed in, the next to end first, and for how long each kind may be used (本单位报送的记录)."""
    found = room.filed(viewer(request))
    if isinstance(found, Refusal):
        return render(request, "web/desk/refused.html", {"refusal": found, "menu": MENU}, status=403)
    known = kinds(shelf.book().on(today()))
    names = {each.id: each for each in known}
    rows = [
        {"it": each, "kind": names.get(each.kind), "tone": STATES[each.state][0], "state": STATES[each.state][1]}
        for each in found
    ]
    return render(request, "web/oversight/officials.html", {"rows": rows, "kinds": known, "menu": MENU})


@needs("officials")
@require_http_methods(["GET", "HEAD", "POST"])
def official(request: HttpRequest, record: int) -> HttpResponse:
    """One record, opened under a look its subject reads; with the form to enter its lifting (查看、登记解除)."""
    found = room.opened(viewer(request), record) if record < 2**63 else None
    if found is None or isinstance(found, Refusal):
        raise Http404
    given, problem = {field.id: request.POST.get(field.id, "").strip() for field in FIELDS}, ""
    if request.method == "POST":
        done = room.lift(viewer(request), record, given)
        if not isinstance(done, Refusal):
            return redirect("web:official", record=record)
        problem = presenting.in_words(done)
    tone, word = STATES[found.line.state]
    context = {
        "menu": MENU, "told": found, "line": found.line, "tone": tone, "state": word, "problem": problem,
        "fields": [replace(field, value=given[field.id]) for field in FIELDS] if found.liftable else [],
    }  # fmt: skip
    return render(request, "web/oversight/official.html", context, status=422 if problem else 200)
