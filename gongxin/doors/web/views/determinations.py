"""Undecided gradings (待定级别): what the law book leaves to a person, decided with a reason, previewed before."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.rights import needs, viewer
from gongxin.kernel import dates
from gongxin.kernel.issues import Refusal
from gongxin.law.bans import carries_ban
from gongxin.rooms.resolve import determinations as room
from gongxin.spine import shelf
from gongxin.spine.access.models import Body
from gongxin.spine.clock import today


@needs("determine")
@require_safe
def determinations(request: HttpRequest) -> HttpResponse:
    """Entries that wait for a person (待定列表), oldest first."""
    number = presenting.Paging.of(request.GET.get("page"), room.PAGE, 10**9).number
    desk = room.undecided(viewer(request), number, request.GET.get("item", ""))
    if isinstance(desk, Refusal):
        return render(request, "web/desk/refused.html", {"refusal": desk}, status=403)
    items = {item.id: presenting.own_name(item) for item in shelf.book().on(today()).items()}
    bodies = dict(Body.objects.filter(code__in=[line.provider for line in desk.lines]).values_list("code", "name"))
    return render(
        request,
        "web/desk/determinations.html",
        {
            "desk": desk,
            "items": items,
            "bodies": bodies,
            "chosen": request.GET.get("item", ""),
            "page": presenting.Paging(desk.page, room.PAGE, desk.total),
            "menu": "web:determinations",
        },
    )


@needs("determine")
@require_http_methods(["GET", "HEAD", "POST"])
def determination(request: HttpRequest, record: int) -> HttpResponse:
    """One entry: why the law leaves it open, the choices, and what would follow (一条待定记录)."""
    asked = room.question(viewer(request), record)
    if isinstance(asked, Refusal):
        return render(request, "web/desk/refused.html", {"refusal": asked}, status=404)
    names = ("severity", "no_ban", "ban_until", "ban_months", "basis", "document_no", "reason")
    given = {name: request.POST.get(name, "").strip() for name in names}
    problems: dict[str, str] = {}
    preview = None
    if request.method == "POST":
        answer = _answer(given, problems)
        if not problems:
            if "preview" in request.POST:
                preview = room.preview(asked, answer, given["reason"])
            else:
                done = room.determine(viewer(request), record, answer, given["reason"])
                if not isinstance(done, Refusal):
                    text = _("已认定并入账，序号 %(seq)d。") % {"seq": done.seq}
                    messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
                    return redirect("web:determinations")
                problems["reason"] = presenting.in_words(done)
    item = shelf.book().on(today()).find_item(asked.line.item)
    fields = []
    for name, value in asked.line.payload.items():
        spec = item.find_field(name) if item else None
        if value and spec is not None and not spec.sensitive:
            fields.append((presenting.own_name(spec), presenting.value_text(spec, value)))
    context = {
        "asked": asked,
        "item": item,
        "fields": fields,
        "asks_ban": item is not None and carries_ban(item),
        "severities": [(key, label) for key, (_tone, label) in presenting.SEVERITIES.items()],
        "given": given,
        "problems": problems,
        "preview": preview,
        "menu": "web:determinations",
    }
    return render(request, "web/desk/determination.html", context, status=422 if problems else 200)


def _answer(given: dict[str, str], problems: dict[str, Any]) -> room.Answer:
    until: date | None = None
    if given["ban_until"]:
        until = dates.read_date(given["ban_until"]).value
        if until is None:
            problems["ban_until"] = _("看不懂这个日期，请写成 2026-11-22")
    months = None
    if given["ban_months"]:
        if given["ban_months"].isascii() and given["ban_months"].isdigit():
            months = int(given["ban_months"])
        else:
            problems["ban_months"] = _("请填整数")
    no_ban = given["no_ban"] == "1"
    if no_ban and (given["ban_until"] or given["ban_months"]):
        problems["no_ban"] = _("既选了没有禁止，又填了禁止期限，请只留一样")
    severity = given["severity"] if given["severity"] in presenting.SEVERITIES else None
    return room.Answer(severity, until, months, given["basis"], given["document_no"], no_ban=no_ban)
