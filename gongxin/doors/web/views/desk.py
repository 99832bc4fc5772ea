"""The workbench's first page (工作台), by role: what waits, and where to begin."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongxin.doors.web import todo
from gongxin.doors.web.rights import MENU, WIDE_ROLES, account_of, has, needs
from gongxin.spine.outbox import rounds


@needs("desk")
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for this account, then what it may do (工作台首页)."""
    account = account_of(request)
    waiting = todo.waiting(account)
    doors = [
        {"label": entry.label, "href": reverse(entry.url), "icon": entry.icon}
        for group, entries in MENU
        for entry in entries
        if has(account, entry.right) and entry.right != "desk"
    ]
    late = rounds.late() if account.role in WIDE_ROLES else ()
    return render(request, "web/desk/home.html", {"waiting": waiting, "doors": doors, "late": late, "menu": "web:desk"})


@needs("desk")
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """My account (我的账号): body, post, role, second factor, password, sign out."""
    return render(request, "web/desk/account.html", {"said": _("我的账号")})


@needs("desk")
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Keep the session (续时): asked by the page when the reader says so."""
    return HttpResponse(status=204)
