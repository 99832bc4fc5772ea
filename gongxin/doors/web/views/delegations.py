"""Delegations (委托): for whom I act, who acts for me; minors and the dead."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongxin.doors.web import acting as seats
from gongxin.doors.web import presenting
from gongxin.doors.web.acting import Acting, acting, name_of
from gongxin.doors.web.rights import account_of, needs
from gongxin.doors.web.tellings import DELEGATION_STATES
from gongxin.doors.web.views.mine import for_somebody, page, refused, rights_of
from gongxin.kernel.issues import Refusal
from gongxin.spine.access import delegations as given
from gongxin.spine.access import owning
from gongxin.spine.access.delegations import Delegation
from gongxin.spine.access.models import Account
from gongxin.spine.clock import today


@for_somebody
@require_http_methods(["GET", "HEAD", "POST"])
def delegations(request: HttpRequest, who: Acting) -> HttpResponse:
    """Let another account act for oneself, and see for whom one acts (委托)."""
    account = account_of(request)
    own = owning.is_own_account(account.pk, who.subject)
    problem: Refusal | None = None
    if request.method == "POST":
        if not own:
            raise Http404
        made = given.invite(
            who.viewer, who.subject, request.POST.get("username", ""), request.POST.getlist("scope"),
            day_of(request.POST.get("until", "")),
        )  # fmt: skip
        if isinstance(made, Delegation):
            text = _("委托 %(number)s 已发出，受托人接受后生效。") % {"number": made.number}
            messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
            return redirect("web:mine-delegations")
        problem = made
    context = {
        "own": own,
        "given": [row_of(each) for each in given.given_by(who.subject, today())] if own else [],
        "taken": [row_of(each) for each in given.given_to(account.pk, today())],
        "scopes": given.scopes(today()),
        "problem": problem,
        "said": request.POST,
        "picked": set(request.POST.getlist("scope")),
        "tab": "delegations",
    }
    return page(request, who, "delegations", context, 422 if problem is not None else 200)


@needs("mine")
@require_POST
def delegation_act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Accept, decline or end a delegation (接受、谢绝、撤销委托)."""
    account = account_of(request)
    found = given.find(number)
    if found is None or verb not in {"accept", "decline", "revoke", "end"}:
        raise Http404
    who = acting(request)
    if verb in {"accept", "decline"}:
        done = given.accept(who.viewer, number, yes=verb == "accept")
    elif verb == "end":
        done = given.revoke(who.viewer, number, principal=False)
    elif owning.is_own_account(account.pk, found.principal):
        done = given.revoke(who.viewer, number, principal=True)
    else:
        raise Http404
    if isinstance(done, Refusal):
        if done.code == "delegation_unknown":
            raise Http404
        return refused(request, who, done, 422)
    word = str(DELEGATION_STATES[done.state][1])
    text = _("委托 %(number)s：%(state)s。") % {"number": number, "state": word}
    messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
    return redirect("web:mine-delegations" if who.subject else "web:mine-identity")


@needs("mine")
@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Choose for whom to act (切换办理身份)."""
    if not seats.choose(request, request.POST.get("number", "")):
        raise Http404
    return redirect("web:mine")


@needs("mine")
@require_safe
def family(request: HttpRequest) -> HttpResponse:
    """For a minor, for somebody who has died (未成年人与逝者): by a case, until a day."""
    return page(request, acting(request), "family", {"rights": rights_of("family"), "tab": "family"})


def row_of(each: Delegation) -> dict[str, Any]:
    """A delegation as a page shows it (委托条目)."""
    names = {row["id"]: presenting.own_name(_Named(row)) for row in given.scopes(today())}
    delegate = Account.objects.filter(pk=each.account).first()
    tone, word = DELEGATION_STATES[each.state]
    return {
        "it": each,
        "principal": name_of(each.principal),
        "delegate": delegate.username if delegate else "",
        "scopes": [names.get(scope, scope) for scope in each.scopes],
        "tone": tone,
        "word": word,
    }


class _Named:
    def __init__(self, row: dict[str, Any]) -> None:
        self.name, self.name_en = row.get("name", ""), row.get("name_en", "")


def day_of(text: str) -> date:
    """A day from a form (日期), or the earliest there is, which no term allows, for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
