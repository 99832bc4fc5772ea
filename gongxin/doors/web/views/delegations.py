"""Accounts and persons (身份与委托): who I am here, for whom I act, who acts for me; minors and the dead."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongxin.doors.web import acting as seats
from gongxin.doors.web import oidc, presenting
from gongxin.doors.web.acting import Acting, acting, name_of
from gongxin.doors.web.rights import account_of, needs
from gongxin.doors.web.tellings import DELEGATION_STATES
from gongxin.doors.web.views.mine import for_somebody, page, refused, rights_of
from gongxin.kernel.issues import Refusal
from gongxin.spine.access import delegations as given
from gongxin.spine.access import identities, owning
from gongxin.spine.access.delegations import Delegation
from gongxin.spine.access.looks import cleaned
from gongxin.spine.access.models import Account
from gongxin.spine.clock import today

logger = logging.getLogger("gongxin.web")


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
            _day(request.POST.get("until", "")),
        )  # fmt: skip
        if isinstance(made, Delegation):
            text = _("委托 %(number)s 已发出，受托人接受后生效。") % {"number": made.number}
            messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
            return redirect("web:mine-delegations")
        problem = made
    context = {
        "own": own,
        "given": [_row(each) for each in given.given_by(who.subject, today())] if own else [],
        "taken": [_row(each) for each in given.given_to(account.pk, today())],
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
@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: HttpRequest) -> HttpResponse:
    """Who this account is, and how to prove it (身份核验): at the counter or through the identity service."""
    account, who = account_of(request), acting(request)
    problem: Refusal | None = None
    if request.method == "POST" and settings.GONGXIN_DEMO and not account.body_id:
        # In the demonstration an invented number may be typed in; elsewhere the counter reads a document.
        problem = _bind(account, request.POST.get("number", ""), str(account))
        if problem is None:
            return redirect("web:mine")
    context = {
        "bound": bool(seats.own_subject(account)),
        "provider": _(identities.PROVIDERS[used]().name) if (used := identities.provider_of(account.pk)) else "",
        "organisation": account.body,
        "service": oidc.service(),
        "problem": problem,
        "taken": [_row(each) for each in given.given_to(account.pk, today())],
        "tab": "identity",
    }
    return page(request, who, "identity", context, 422 if problem is not None else 200)


@needs("mine")
@require_safe
def identity_service(request: HttpRequest) -> HttpResponse:
    """Send somebody to the identity service (去统一身份认证)."""
    about = oidc.service()
    if about is None or account_of(request).body_id:
        raise Http404
    try:
        return redirect(
            oidc.begin(about, request.session, request.build_absolute_uri(reverse("web:mine-identity-back")))
        )
    except oidc.OidcFault as fault:
        return _not_verified(request, fault)


@needs("mine")
@require_safe
def identity_back(request: HttpRequest) -> HttpResponse:
    """Take somebody back from the identity service (认证返回), and bind the account to the person it vouches for."""
    account, about = account_of(request), oidc.service()
    if about is None or account.body_id:
        raise Http404
    try:
        claims = oidc.finish(about, request.session, request.GET.dict())
    except oidc.OidcFault as fault:
        return _not_verified(request, fault)
    verified = identities.ClaimProvider(about.number_claim, about.issuer).verify(claims)
    if not isinstance(verified, Refusal):
        bound = identities.bind(account.pk, verified, actor=about.name)
        if not isinstance(bound, Refusal):
            messages.add_message(request, messages.SUCCESS, _("已核验为本人。"), extra_tags="good")
            return redirect("web:mine")
        verified = bound
    return refused(request, acting(request), verified, 422)


def _not_verified(request: HttpRequest, fault: Exception) -> HttpResponse:
    logger.warning("the identity service could not be relied on: %s", fault)
    no = Refusal("identity.service", _("统一身份认证没有完成。"), None, _("请稍后再试，或者带证件到窗口核验。"))
    return refused(request, acting(request), no, 502)


@needs("mine")
@require_safe
def family(request: HttpRequest) -> HttpResponse:
    """For a minor, for somebody who has died (未成年人与逝者): by a case, until a day."""
    return page(request, acting(request), "family", {"rights": rights_of("family"), "tab": "family"})


@needs("persons")
@require_http_methods(["GET", "HEAD", "POST"])
def persons(request: HttpRequest) -> HttpResponse:
    """At the counter: bind a citizen's account to the document one has seen (窗口核验身份)."""
    problem: Refusal | None = None
    if request.method == "POST":
        account = Account.objects.filter(
            username=cleaned(request.POST.get("username", ""), 150).strip(), is_active=True
        ).first()
        if account is None:
            problem = Refusal("identity.account", _("没有这个个人账号。"), None, _("请核对账号名。"))
        elif request.POST.get("verb") == "release":
            if identities.release(account.pk, actor=str(account_of(request))):
                messages.add_message(request, messages.SUCCESS, _("已解除核验。"), extra_tags="good")
                return redirect("web:persons")
            problem = Refusal("identity.none", _("这个账号没有核验过，没有可以解除的。"), None, _("请核对账号名。"))
        else:
            problem = _bind(account, request.POST.get("number", ""), str(account_of(request)))
        if problem is None:
            messages.add_message(request, messages.SUCCESS, _("已核验。证件号码没有保存。"), extra_tags="good")
            return redirect("web:persons")
    context = {"problem": problem, "said": request.POST, "menu": "web:persons"}
    return render(request, "web/consents/persons.html", context, status=422 if problem is not None else 200)


def _bind(account: Account, number: str, actor: str) -> Refusal | None:
    verified = identities.PROVIDERS["local"]().verify({"number": number})
    if isinstance(verified, Refusal):
        return verified
    bound = identities.bind(account.pk, verified, actor=actor)
    return bound if isinstance(bound, Refusal) else None


def _row(each: Delegation) -> dict[str, Any]:
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


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
