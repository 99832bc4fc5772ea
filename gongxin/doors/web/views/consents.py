"""Consents (授权): what others ask of me, what I gave, how I take it back; and the officer's side of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.acting import Acting
from gongxin.doors.web.rights import needs, viewer
from gongxin.doors.web.tellings import CONSENT_STATES
from gongxin.doors.web.views.mine import body_of, for_somebody, page, refused, rights_of
from gongxin.kernel.issues import Issue, Refusal
from gongxin.law.consents import GROUND, Terms
from gongxin.law.model import Matter
from gongxin.rooms.measures import check
from gongxin.spine import shelf
from gongxin.spine.access import consents as given
from gongxin.spine.access.consents import Consent
from gongxin.spine.access.looks import cleaned
from gongxin.spine.access.models import Body
from gongxin.spine.clock import today

MOST_LISTED = 200


@for_somebody
@require_safe
def consents(request: HttpRequest, who: Acting) -> HttpResponse:
    """What is asked of me and what I gave (我的授权): requests first, what is in force next, the rest below."""
    rows = [consent_row(each) for each in given.of_subject([who.subject], today())]
    context = {
        "asked": [row for row in rows if row["it"].state == "requested"],
        "active": [row for row in rows if row["it"].state == "active"],
        "past": [row for row in rows if row["it"].state not in {"requested", "active"}][:MOST_LISTED],
        "rights": rights_of("consents"),
        "tab": "consents",
    }
    return page(request, who, "consents", context)


@for_somebody
@require_safe
def consent(request: HttpRequest, who: Acting, number: str) -> HttpResponse:
    """One consent with all its acts: the receipt (授权回执)."""
    found = given.find(number)
    if found is None or found.terms.subject != who.subject:
        raise Http404
    verbs = {
        "request": _("对方请求"),
        "grant": _("您同意"),
        "refuse": _("您不同意"),
        "use": _("对方使用"),
        "revoke": _("您撤回"),
    }
    acts = [(verbs[verb], at, look) for verb, at, look in given.history(found.number)]
    return page(request, who, "consent", {"row": consent_row(found), "acts": acts, "tab": "consents"})


@for_somebody
@require_POST
def answer(request: HttpRequest, who: Acting, number: str) -> HttpResponse:
    """Agree or not (同意或者不同意): two equal buttons, and nothing is chosen beforehand."""
    verb = request.POST.get("verb")
    if verb not in {"grant", "refuse"}:
        raise Http404
    # Nothing is ticked beforehand, so that agreeing without a tick agrees to nothing and is told so.
    fields = _fields(request) if verb == "grant" else None
    done = given.answer(who.viewer, number, yes=verb == "grant", fields=fields)
    if isinstance(done, Refusal):
        return refused(request, who, done, 404 if done.code == "consent_unknown" else 422)
    word = (
        _("已同意，授权编号 %(number)s。随时可以撤回。") if verb == "grant" else _("已登记不同意，对方看不到您的信息。")
    )
    messages.add_message(request, messages.SUCCESS, word % {"number": done.number}, extra_tags="good")
    return redirect("web:mine-consents")


@for_somebody
@require_POST
def revoke(request: HttpRequest, who: Acting, number: str) -> HttpResponse:
    """Take a consent back (撤回授权): at once."""
    done = given.revoke(who.viewer, number)
    if isinstance(done, Refusal):
        return refused(request, who, done, 404 if done.code == "consent_unknown" else 422)
    text = _("已撤回 %(number)s。从现在起对方不能再查。") % {"number": done.number}
    messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
    return redirect("web:mine-consents")


@for_somebody
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, who: Acting) -> HttpResponse:
    """Give a consent that nobody has asked for yet (主动授权)."""
    kind = "person" if who.is_person else "organisation"
    matters = [each for each in _matters() if kind in each.subject_kinds]
    matter = next((each for each in matters if each.id == request.POST.get("matter", request.GET.get("matter"))), None)
    problem: Refusal | None = None
    if request.method == "POST" and matter is not None:
        made = given.grant(
            who.viewer, _terms(request, matter, who.subject, cleaned(request.POST.get("body", ""), 32).strip())
        )
        if isinstance(made, Consent):
            text = _("已给出授权 %(number)s。随时可以撤回。") % {"number": made.number}
            messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
            return redirect("web:mine-consent", number=made.number)
        problem = made
    bodies = Body.objects.filter(kind__in=matter.body_kinds).order_by("name")[:MOST_LISTED] if matter else []
    context = {
        "matters": matters, "matter": matter, "fields": _field_rows(matter, matter.sees) if matter else [],
        "bodies": bodies, "problem": problem, "given": request.POST, "picked": set(request.POST.getlist("field")),
        "most": _most(), "tab": "consents",
    }  # fmt: skip
    return page(request, who, "consent_new", context, 422 if problem is not None else 200)


@needs("consents")
@require_http_methods(["GET", "HEAD", "POST"])
def requests(request: HttpRequest) -> HttpResponse:
    """Ask somebody for a consent, and see how earlier requests stand (请求授权)."""
    who = viewer(request)
    kind = Body.objects.filter(code=who.body).values_list("kind", flat=True).first()
    matters = [each for each in _matters() if kind in each.body_kinds]
    matter = next((each for each in matters if each.id == request.POST.get("matter", request.GET.get("matter"))), None)
    problem: Refusal | Issue | None = None
    if request.method == "POST" and matter is not None:
        named = check.identify(request.POST.get("code", "").strip(), matter, today())
        if isinstance(named, list):
            problem = named[0]
        else:
            made = given.request(who, _terms(request, matter, named.key, who.body))
            if isinstance(made, Consent):
                # The same words whether or not anybody with this code has an account here.
                text = _("请求 %(number)s 已发出。本人登录后可以同意或者不同意。") % {"number": made.number}
                messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
                return redirect("web:consents")
            problem = made
    rows = [consent_row(each) for each in given.of_body(who.body, today())[:MOST_LISTED]]
    context = {
        "matters": matters, "matter": matter, "fields": _field_rows(matter, matter.sees) if matter else [],
        "problem": problem, "given": request.POST, "picked": set(request.POST.getlist("field")), "rows": rows,
        "most": _most(), "menu": "web:consents",
    }  # fmt: skip
    return render(request, "web/consents/requests.html", context, status=422 if problem is not None else 200)


def consent_row(each: Consent) -> dict[str, Any]:
    """A consent as pages show it (一份授权): who, for what, which fields, how often, until when."""
    law = shelf.book().on(today())
    matter = law.book.matters.get(each.terms.matter)
    tone, word = CONSENT_STATES[each.state]
    return {
        "it": each,
        "body": presenting.own_name(body_of(each.terms.body)),
        "matter": presenting.own_name(matter) if matter else each.terms.matter,
        "clause": presenting.clause(matter.clause) if matter else None,
        "note": matter.note if matter else "",
        "fields": _field_rows(matter, each.terms.fields) if matter else [],
        "tone": tone,
        "word": word,
    }


def _field_rows(matter: Matter, sees: Mapping[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    law = shelf.book().on(today())
    rows = []
    for item_id in matter.sees:
        item = law.find_item(item_id)
        names = [(f"{item_id}:{name}", item.find_field(name) if item else None) for name in sees.get(item_id, ())]
        if item is not None and names:
            told = [{"id": id, "name": presenting.own_name(spec)} for id, spec in names if spec is not None]
            rows.append({"item": presenting.own_name(item), "fields": told})
    return rows


def _matters() -> list[Matter]:
    return [each for each in shelf.book().on(today()).matters() if each.ground == GROUND]


def _fields(request: HttpRequest) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for each in request.POST.getlist("field"):
        item, _sep, name = each.partition(":")
        fields.setdefault(item, []).append(name)
    return fields


def _terms(request: HttpRequest, matter: Matter, subject: str, body: str) -> Terms:
    uses, until = request.POST.get("uses", ""), request.POST.get("until", "")
    try:
        last = date.fromisoformat(until)
    except ValueError:
        last = date.min
    return Terms(
        subject=subject,
        body=body,
        matter=matter.id,
        purpose=request.POST.get("purpose", "").strip()[:200],
        fields={item: tuple(names) for item, names in _fields(request).items()},
        uses=int(uses) if uses.isascii() and uses.isdigit() and len(uses) < 6 else 0,
        until=last,
    )


def _most() -> int:
    return shelf.book().on(today()).parameter("consent.uses.max").number()
