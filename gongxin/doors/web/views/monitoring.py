"""Monitoring (监测预警): the questions the reports raise, for the supervisor; each can be put to the body with a clock."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.rights import needs, viewer
from gongxin.kernel.issues import Refusal
from gongxin.rooms.oversight import monitoring as room
from gongxin.spine import divisions, shelf
from gongxin.spine.bodies.register import register
from gongxin.spine.cases import engine
from gongxin.spine.cases.engine import Request
from gongxin.spine.clock import today

PAGE = 30


@needs("monitor")
@require_safe
def monitoring(request: HttpRequest) -> HttpResponse:
    """What is to be asked (监测疑问): what was seen, what was usual, how often chance alone would raise it."""
    law, known = shelf.book().on(today()), register()
    leading = {each.id: each.rows for each in room.signals(today())}
    found = room.told(today())
    chosen, region = request.GET.get("signal", ""), request.GET.get("region", "").strip()
    within = divisions.digits_of(region)
    shown = [each for each in found if chosen in {"", each["signal"]} and each["region"].startswith(within)]
    page = presenting.Paging.of(request.GET.get("page"), PAGE, len(shown))
    rows = [
        each
        | {
            "words": each["text_en"] if presenting.english() else each["text"],
            "item_it": law.find_item(each["item"]),
            "name_it": presenting.own_name(known.bodies[each["body"]])
            if each["body"] in known.bodies
            else each["body_name"],
            "gauge": leading.get(each["signal"], ""),
        }
        for each in shown[page.offset : page.offset + page.size]
    ]
    context = {
        "rows": rows, "page": page, "signals": room.signals(today()), "chosen": chosen, "region": region,
        "region_name": presenting.said(divisions.name_of(region)) if region else "", "menu": "web:monitoring",
        "methods": room.methods(today()),
        "unverified": any(each.certainty == "unverified" for each in room.signals(today())),
    }  # fmt: skip
    return render(request, "web/oversight/monitoring.html", context)


@needs("monitor")
@require_POST
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """Put a question to the body (提出疑问): a case with its clock, not a finding against anybody."""
    alarm = next((each for each in room.told(today()) if each["key"] == key), None)
    if alarm is None:
        raise Http404
    said = {"ground": alarm["signal"], "text": alarm["text"]}
    done = engine.open_case(viewer(request), Request(room.KIND, f"uscc:{alarm['body']}", said, about=key))
    if isinstance(done, Refusal):
        messages.add_message(request, messages.ERROR, presenting.in_words(done), extra_tags="bad")
    else:
        text = _("已向单位提出，案号 %(number)s。") % {"number": done.case.number}
        messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
    return redirect("web:monitoring")


@needs("monitor")
@require_http_methods(["GET", "HEAD", "POST"])
def hidden(request: HttpRequest) -> HttpResponse:
    """Another source against what came in (漏报推算): numbers typed or pasted, nothing of them is kept; an interval, no finding."""
    law, sent = shelf.book().on(today()), {name: str(value).strip() for name, value in request.POST.items()}
    problem, found = "", None
    if request.method == "POST":
        told = _compared(sent)
        problem, found = (presenting.in_words(told), None) if isinstance(told, Refusal) else ("", told)
    known = register()
    context = {
        "menu": "web:monitoring", "sent": sent, "problem": problem, "found": found,
        "item": law.find_item(found.item) if found is not None else None,
        "body": known.bodies[found.provider] if found is not None else None,
        "items": [each for each in law.items() if any(field.id == "document_no" for field in each.fields)],
        "since": sent.get("since") or f"{today().year}-01-01", "until": sent.get("until") or today().isoformat(),
    }  # fmt: skip
    return render(request, "web/oversight/hidden.html", context, status=422 if problem else 200)


def _compared(sent: dict[str, str]) -> room.Hidden | Refusal:
    days = [_day(sent.get(name, "")) for name in ("since", "until")]
    if days[0] is None or days[1] is None or days[0] > days[1]:
        return Refusal("monitor.days", _("起止日期不对"), None, _("请写成 2026-11-22，先起后止"))
    return room.hidden(
        sent.get("body", ""), sent.get("item", ""), sent.get("numbers", "").splitlines(), since=days[0], until=days[1]
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
