"""Notices (告知): what one has been told, where else one wants to be told, and what was sent there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongxin.doors.web import presenting
from gongxin.doors.web.rights import account_of, needs, viewer
from gongxin.rooms.promises import handing_over, warning
from gongxin.rooms.remedy import notifying
from gongxin.spine import secrets
from gongxin.spine.access.models import Role
from gongxin.spine.cases import finding
from gongxin.spine.outbox import mailing
from gongxin.spine.outbox import notices as outbox
from gongxin.spine.outbox.models import Contact, Message

PAGE = 20
SENT_SHOWN = 10
"""Messages listed as sent; the notices themselves are all above them."""


@needs("desk")
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """What one has been told, the latest first; reading the page marks nothing, the button does (告知)."""
    problem = ""
    given = {"channel": request.POST.get("channel", ""), "address": request.POST.get("address", "").strip()}
    if request.method == "POST":
        problem = _done(request, given)
        if not problem:
            return redirect("web:notices")
    found = _found(request)
    account = account_of(request)
    page = presenting.Paging.of(request.GET.get("page"), PAGE, found.count())
    shown = list(found[page.offset : page.offset + PAGE])
    mine = finding.numbers_of(viewer(request), {one.case for one in shown if one.case})
    sent = Message.objects.filter(contact__account=account.pk).select_related("contact", "notice").order_by("-id")
    context = {
        "rows": [
            {
                "it": one, "words": words, "case": one.case if one.case in mine else "",
                "paper": words.get("record") if one.template == notifying.TEMPLATE else None,
                "leads": _leads(one.template, words),
            }
            for one in shown
            for words in [outbox.words_of(one)]
        ],
        "page": page, "menu": "web:notices", "problem": problem, "given": given,
        "unread": found.filter(read_at__isnull=True).exists(),
        "contacts": [{"it": each, "address": _masked(each)} for each in mailing.contacts(account.pk)],
        "sent": [{"it": each, "address": _masked(each.contact)} for each in sent[:SENT_SHOWN]],
    }  # fmt: skip
    return render(request, "web/cases/notices.html", context, status=422 if problem else 200)


def _done(request: HttpRequest, given: dict[str, str]) -> str:
    """Do what the form asks; returns what is wrong with it, or nothing (告知页办理)."""
    account = account_of(request)
    match request.POST.get("do", "read"):
        case "add":
            if not given["channel"]:
                return _("请选择电子邮件或者手机短信")
            try:
                mailing.add_contact(account.pk, given["channel"], given["address"])
            except ValueError:
                return _("地址写法不对：电子邮件写成 name@example.cn，手机号是 11 位数字")
            messages.add_message(request, messages.SUCCESS, _("已登记，以后有告知也会发到这里。"), extra_tags="good")
        case "remove":
            contact = request.POST.get("contact", "")
            if contact.isascii() and contact.isdigit():
                mailing.end_contact(account.pk, int(contact))
            messages.add_message(request, messages.SUCCESS, _("已停用，不再发到这个地址。"), extra_tags="good")
        case _other:
            outbox.mark_read(_found(request), request.POST.get("notice", ""))
    return ""


def _leads(template: str, words: Mapping[str, Any]) -> str:
    """Where a notice about a promise or a list handed over leads (告知去处), or nothing."""
    number, record = words.get("number"), words.get("record")
    if template == handing_over.TEMPLATE and number:
        return reverse("web:handover-paper", args=[number])
    return reverse("web:desk-promise", args=[record]) if template in warning.TEMPLATES.values() and record else ""


def _found(request: HttpRequest) -> Any:
    who = viewer(request)
    found = outbox.of("account", str(who.account_id)) | outbox.of("role", who.role)
    if who.role == Role.SUBJECT:
        for key in finding.own_keys(who):
            found = found | outbox.of("subject", key)
    elif who.body:
        found = found | outbox.of("body", who.body)
    return found


def _masked(contact: Contact) -> str:
    """An address as its own page shows it (遮盖的地址): enough to know which one it is."""
    plain = secrets.unseal(contact.address)
    name, at, host = plain.partition("@")
    return f"{name[:2]}***{at}{host}" if at else f"{plain[:3]}****{plain[-4:]}"
