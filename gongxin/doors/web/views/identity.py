"""Accounts and persons (开户与身份): opening an account, proving who one is, binding an organisation; the counter's part."""

from __future__ import annotations

import logging
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongxin.doors.web import acting as seats
from gongxin.doors.web import oidc, opening, passwords, presenting
from gongxin.doors.web.acting import acting, name_of
from gongxin.doors.web.rights import account_of, needs, viewer
from gongxin.doors.web.tellings import CLAIM_STATES
from gongxin.doors.web.views.delegations import day_of, row_of
from gongxin.doors.web.views.mine import page, refused
from gongxin.kernel.issues import Refusal
from gongxin.spine.access import delegations as given
from gongxin.spine.access import identities, joining, renewing, representing
from gongxin.spine.access.looks import cleaned
from gongxin.spine.access.models import Account
from gongxin.spine.access.representing import Claim
from gongxin.spine.clock import today

logger = logging.getLogger("gongxin.web")

BACKEND = "django.contrib.auth.backends.ModelBackend"


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def open_account(request: HttpRequest) -> HttpResponse:
    """Open an account of one's own (开户): it sees nothing until somebody is known to be behind it."""
    if request.user.is_authenticated:
        return redirect("web:desk")
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        if not ratelimit.consume(request, action="signup"):
            problems = {"wish": [_("这个网络地址一小时内开户太多。请稍后再试，或者到窗口办理。")]}
        else:
            made = opening.open_account(request.POST)
            if isinstance(made, Account):
                login(request, made, backend=BACKEND)
                text = _("账号开好了。登录用的账号名是 %(name)s，请记下来。") % {"name": made.username}
                messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
                return redirect("web:mine-identity")
            problems = made
    context = {"problems": problems, "wish": request.POST.get("wish", ""), "email": request.POST.get("email", "")}
    response = render(request, "account/open.html", context, status=422 if problems else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


@sensitive_post_parameters("password", "again", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest) -> HttpResponse:
    """Set a new password with the link the counter has handed over (重设密码): once, by whoever knows name and code."""
    given = {name: (request.POST.get(name) or "").strip()[:150] for name in ("username", "code")}
    given["code"] = given["code"] or request.GET.get("c", "").strip()[:40]
    problems: dict[str, list[str]] = {}
    if request.method == "POST":
        if not ratelimit.consume(request, action="renew"):
            problems = {"code": [_("这个网络地址一小时内试得太多。请稍后再试，或者到窗口办理。")]}
        else:
            problems = _renewed(request, given)
            if not problems:
                messages.add_message(request, messages.SUCCESS, _("密码已重设，请用新密码登录。"), extra_tags="good")
                return redirect("account_login")
    response = render(
        request, "account/renew.html", {"problems": problems, "given": given}, status=422 if problems else 200
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _renewed(request: HttpRequest, given: dict[str, str]) -> dict[str, list[str]]:
    """Set the new password, or return what is wrong, field by field (重设)."""
    password = request.POST.get("password", "")
    account = renewing.find(given["username"], given["code"])
    problems: dict[str, list[str]] = {}
    if account is None:
        # One answer for a wrong name, a wrong code, a used and an old one: nobody learns who has an account.
        problems["code"] = [_("账号名和链接对不上，或者链接已用过、已过期。请核对，或者到窗口重新办理。")]
    if not password:
        problems["password"] = [_("请填写密码。")]
    elif wrong := passwords.problems(password, account):
        problems["password"] = wrong
    if password != request.POST.get("again", ""):
        problems["again"] = [_("两次填写的密码不一样。")]
    if not problems and renewing.use(given["username"], given["code"], password) is None:
        problems["code"] = [_("账号名和链接对不上，或者链接已用过、已过期。请核对，或者到窗口重新办理。")]
    return problems


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
    status = 200 if problem is None else 422
    return page(request, who, "identity", _identity(request, account) | {"problem": problem}, status)


def _identity(request: HttpRequest, account: Account) -> dict[str, Any]:
    """What the page of identity shows of an account (身份页内容)."""
    law_day = today()
    own = f"uscc:{account.body_id}" if account.body_id else ""
    represented = [each for each in seats.choices(account) if each.delegation is None]
    others = []
    for key in {own, *(each.subject for each in represented)} - {""}:
        mine = representing.accounts_of(key)
        others += [
            {"it": each, "name": name_of(key), "account": joining.masked_name(each.account)}
            for each in representing.of_organisation(key)
            if each.account != account.pk and mine.get(account.pk, 0) < mine.get(each.account, -1)
        ]
    return {
        "bound": bool(seats.own_subject(account)),
        "objected": identities.is_objected(account.pk),
        "provider": _(identities.PROVIDERS[used]().name) if (used := identities.provider_of(account.pk)) else "",
        "organisation": account.body,
        "service": oidc.service(),
        "renewed": renewing.history(account.pk),
        "taken": [row_of(each) for each in given.given_to(account.pk, law_day)],
        "claims": [_claim(each) for each in representing.of_account(account.pk)],
        "capacities": _capacities(),
        "scopes": given.scopes(law_day),
        "later": [
            {"it": act, "account": joining.masked_name(act.account), "provider": _(identities.PROVIDERS[act.provider]().name)}
            for act in identities.later_acts(account.pk)
        ],
        "others": seats.choices(account),
        "other_claims": others,
        "said": request.POST,
        "picked": set(request.POST.getlist("scope")),
        "tab": "identity",
    }  # fmt: skip


@needs("mine")
@require_POST
def object_to_account(request: HttpRequest, account: int) -> HttpResponse:
    """Say that another account verified as oneself is not one's own (不认可核验)."""
    problem = joining.object_to_person(account_of(request), account)
    if problem is not None:
        raise Http404
    text = _("已登记：那个账号不是您的。它现在什么也看不到，窗口会核对。")
    messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
    return redirect("web:mine-identity")


@needs("mine")
@require_POST
def claim_organisation(request: HttpRequest) -> HttpResponse:
    """Apply to act for an organisation (申请绑定单位): the counter sees the documents and decides."""
    account = account_of(request)
    made = representing.claim(
        seats.own_viewer(account), request.POST.get("code", ""), request.POST.get("capacity", ""),
        chosen=request.POST.getlist("scope"), until=day_of(request.POST.get("until", "")),
    )  # fmt: skip
    if isinstance(made, Refusal):
        return page(request, acting(request), "identity", _identity(request, account) | {"claim_problem": made}, 422)
    text = _("申请 %(number)s 已登记。请带材料到信用窗口，核对以后才能查看和办理。") % {"number": made.number}
    messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
    return redirect("web:mine-identity")


@needs("mine")
@require_POST
def claim_act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Take an application back, end what it gave, or object to another's (撤回、解除、不认可绑定)."""
    account = account_of(request)
    if verb == "leave":
        done = representing.leave(seats.own_viewer(account), number)
        text = _("已撤回或者解除：%(number)s。")
    elif verb == "object":
        done = joining.object_to_claim(seats.own_viewer(account), number)
        text = _("已登记：%(number)s 不是本单位的账号。它现在不能代表本单位，窗口会核对。")
    else:
        raise Http404
    if isinstance(done, Refusal):
        if done.code == "representing_unknown":
            raise Http404
        return refused(request, acting(request), done, 422)
    messages.add_message(request, messages.SUCCESS, text % {"number": number}, extra_tags="good")
    return redirect("web:mine-identity")


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
        bound = joining.bind(account.pk, verified, actor=about.name)
        if not isinstance(bound, Refusal):
            messages.add_message(request, messages.SUCCESS, _("已核验为本人。"), extra_tags="good")
            return redirect("web:mine")
        verified = bound
    return refused(request, acting(request), verified, 422)


def _not_verified(request: HttpRequest, fault: Exception) -> HttpResponse:
    logger.warning("the identity service could not be relied on: %s", fault)
    no = Refusal("identity.service", _("统一身份认证没有完成。"), None, _("请稍后再试，或者带证件到窗口核验。"))
    return refused(request, acting(request), no, 502)


@needs("persons")
@require_http_methods(["GET", "HEAD", "POST"])
def persons(request: HttpRequest) -> HttpResponse:
    """At the counter: bind a citizen's account to the document one has seen (窗口核验身份); a forgotten password."""
    problem: Refusal | None = None
    if request.method == "POST" and request.POST.get("verb") == "renew":
        return _issue_link(request)
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
            problem = _bind(account, request.POST.get("number", ""), str(account_of(request)), at_counter=True)
        if problem is None:
            messages.add_message(request, messages.SUCCESS, _("已核验。证件号码没有保存。"), extra_tags="good")
            return redirect("web:persons")
    context = {"problem": problem, "said": request.POST, "menu": "web:persons"}
    return render(request, "web/consents/persons.html", context, status=422 if problem is not None else 200)


def _issue_link(request: HttpRequest) -> HttpResponse:
    """Hand over a link for a forgotten password (签发重设链接): shown once, on the page that answers the form."""
    said = {name: request.POST.get(name, "") for name in ("username", "number", "seen")}
    made = renewing.issue(viewer(request), said["username"], said["number"], said["seen"])
    context: dict[str, Any] = {"menu": "web:persons"}
    if isinstance(made, Refusal):
        context |= {"no_link": made, "asked": {**said, "number": ""}}
        return render(request, "web/consents/persons.html", context, status=422)
    address = request.build_absolute_uri(reverse("web:renew"))
    context["link"] = {"it": made, "address": address, "whole": f"{address}?c={made.code}"}
    return render(request, "web/consents/persons.html", context)


@needs("persons")
@require_http_methods(["GET", "HEAD", "POST"])
def organisations(request: HttpRequest) -> HttpResponse:
    """At the counter: who applied to act for an organisation, to be confirmed or refused (窗口绑定单位)."""
    problem: Refusal | None = None
    number = cleaned(request.POST.get("number", ""), 40)
    if request.method == "POST":
        yes = request.POST.get("verb") == "confirm"
        done = joining.decide(viewer(request), number, yes=yes, said=request.POST.get("said", ""))
        if isinstance(done, Claim):
            text = _("已确认绑定：%(number)s。") if yes else _("已登记不予绑定：%(number)s。")
            messages.add_message(request, messages.SUCCESS, text % {"number": number}, extra_tags="good")
            return redirect("web:organisations")
        problem = done
    rows = [_claim(each) for each in representing.waiting()]
    for row in rows:
        holder = Account.objects.filter(pk=row["it"].account).first()
        row["account"] = holder.username if holder else ""
        row["verified"] = identities.person_of(row["it"].account) is not None
    paging = presenting.Paging.of(request.GET.get("page"), 20, len(rows))
    context = {
        "rows": rows[paging.offset : paging.offset + paging.size], "page": paging, "problem": problem,
        "number": number, "said": request.POST.get("said", ""), "menu": "web:organisations",
    }  # fmt: skip
    return render(request, "web/consents/organisations.html", context, status=422 if problem is not None else 200)


def _bind(account: Account, number: str, actor: str, *, at_counter: bool = False) -> Refusal | None:
    verified = identities.PROVIDERS["local"]().verify({"number": number})
    if isinstance(verified, Refusal):
        return verified
    bound = joining.bind(account.pk, verified, actor=actor, at_counter=at_counter)
    return bound if isinstance(bound, Refusal) else None


def _capacities() -> list[dict[str, Any]]:
    english = presenting.english()
    return [
        {
            "id": row["id"],
            "name": row["name_en"] if english else row["name"],
            "documents": row["documents_en"] if english else row["documents"],
        }
        for row in representing.capacities(today())
    ]


def _claim(each: Claim) -> dict[str, Any]:
    """An application as a page shows it (绑定申请条目)."""
    capacity = next((row for row in _capacities() if row["id"] == each.capacity), None)
    named = {row["id"]: row["name_en"] if presenting.english() else row["name"] for row in given.scopes(today())}
    tone, word = CLAIM_STATES[each.state]
    return {
        "it": each,
        "name": name_of(each.organisation),
        "capacity": capacity["name"] if capacity else each.capacity,
        "documents": capacity["documents"] if capacity else "",
        "scopes": [named.get(scope, scope) for scope in each.scopes],
        "reason": representing.words_of(each) if each.state == "refused" else "",
        "tone": tone,
        "word": word,
    }
