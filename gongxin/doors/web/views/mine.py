"""My credit (我的信用): what is held on oneself, how it came about, and who looked at it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.acting import Acting, acting, choices
from gongxin.doors.web.rights import account_of, needs
from gongxin.doors.web.tellings import (
    ACT_WORDS,
    LOOK_KINDS,
    clock_rows,
    entry_state,
    history,
    outlook_words,
    visible_to,
)
from gongxin.kernel.cells import plain_cell
from gongxin.kernel.issues import Refusal
from gongxin.law.consents import GROUND
from gongxin.rooms.disclosure import alerts, wholooked
from gongxin.rooms.disclosure import mine as own
from gongxin.rooms.disclosure.mine import Held
from gongxin.rooms.disclosure.profile import term_of
from gongxin.rooms.disclosure.wholooked import Looked, Seen
from gongxin.rooms.measures import outcomes
from gongxin.spine import shelf
from gongxin.spine.access import consents, owning, traces
from gongxin.spine.access.models import Body
from gongxin.spine.cases import finding
from gongxin.spine.clock import ZONE, today

PAGE = 30
INQUIRY = "/mine/cases/new/?kind=inquiry&look={number}"
"""Where an inquiry about a look is brought."""

View = Callable[..., HttpResponse]


def for_somebody(view: View) -> View:
    """Hand a view the subject for whom the request acts (办理身份); who is not verified yet is led to that first."""

    @needs("mine")
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        who = acting(request)
        if not who.subject:
            return redirect("web:mine-identity")
        return view(request, who, *args, **kwargs)

    return guarded


def page(request: HttpRequest, who: Acting, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Show a page of one's own pages with what all of them need (我的信用页面)."""
    common = {"who": who, "section": "mine", "others": choices(account_of(request)), "today": today()}
    return render(request, f"web/mine/{template}.html", common | context, status=status)


def refused(request: HttpRequest, who: Acting, refusal: Refusal, status: int = 403) -> HttpResponse:
    """Say why not, and the way forward (不能办理)."""
    return page(request, who, "refused", {"refusal": refusal}, status)


@for_somebody
@require_safe
def mine(request: HttpRequest, who: Acting) -> HttpResponse:
    """Everything held on oneself (信用概况), ended entries included."""
    told = own.mine(who.viewer, who.subject)
    if isinstance(told, Refusal):
        return refused(request, who, told)
    chosen = request.GET.get("show", "")
    now = [held for held in told.entries if not held.only_you]
    past = [held for held in told.entries if held.only_you]
    adverse = [held for held in now if held.adverse]
    shown = {"adverse": adverse, "past": past}.get(chosen, list(told.entries))
    paging = presenting.Paging.of(request.GET.get("page"), PAGE, len(shown))
    context = {
        "told": told,
        "rows": [_row(held) for held in shown[paging.offset : paging.offset + paging.size]],
        "page": paging,
        "counts": {"all": len(told.entries), "adverse": len(adverse), "past": len(past)},
        "public": sum(held.public for held in told.entries),
        "objected": sum(bool(held.line.holds) for held in told.entries),
        "shown": chosen,
        "repairable": [_row(held) for held in adverse if held.outlook.state == "open"],
        "rights": rights_of("mine"),
        "asked": sum(each.state == "requested" for each in consents.of_subject([who.subject], today())),
        "bar_opens": told.bar is not None and bool(finding.numbers_of(who.viewer, [told.bar.case])),
        "tab": "mine",
    }
    return page(request, who, "overview", context)


@for_somebody
@require_safe
def record(request: HttpRequest, who: Acting, record: int) -> HttpResponse:
    """One entry and the rules by which it came to what it is (规则说明)."""
    told = own.mine(who.viewer, who.subject)
    if isinstance(told, Refusal):
        return refused(request, who, told)
    held = told.find(record)
    if held is None:
        raise Http404
    context = {"row": _row(held), "told": told, "acts": history(held.acts), "book": shelf.book().version, "tab": "mine"}
    return page(request, who, "record", context)


@for_somebody
@require_safe
def copy(request: HttpRequest, who: Acting, form: str) -> HttpResponse:
    """Carry a copy away in machine form (复制)."""
    told = own.copy(who.viewer, who.subject, form)
    if isinstance(told, Refusal):
        return refused(request, who, told, 404 if told.code == "mine.form" else 403)
    return _file(told, f"gongxin-{today().isoformat()}.{form}", form)


@for_somebody
@require_safe
def looks(request: HttpRequest, who: Acting) -> HttpResponse:
    """Who looked at one's record (谁看过我): what waits for one's word first."""
    told = wholooked.who_looked(who.viewer, who.subject)
    if isinstance(told, Refusal):
        return refused(request, who, told)
    kind = request.GET.get("kind", "")
    shown = [each for each in told.seen if not kind or each.kind == kind]
    paging = presenting.Paging.of(request.GET.get("page"), PAGE, len(shown))
    active = [each for each in consents.of_subject([who.subject], today()) if each.standing.active]
    context = {
        "told": told,
        "rows": look_rows(shown[paging.offset : paging.offset + paging.size]),
        "page": paging,
        "kind": kind,
        "kinds": [(id, word) for id, (word, _tone, _sign) in LOOK_KINDS.items() if told.count(id)],
        "months": _bars(told),
        "granted": told.count("consent"),
        "by_duty": told.count("duty"),
        "consents": [(each, presenting.own_name(body_of(each.terms.body))) for each in active],
        "retain": shelf.book().on(today()).find_parameter("log.access.retain"),
        "rights": rights_of("looks"),
        "may_consent": owning.keys_of(who.viewer, owning.CONSENTS),
        "alerted": alerts.is_asked(account_of(request).pk, who.subject),
        "tab": "looks",
    }
    return page(request, who, "looks", context)


@for_somebody
@require_safe
def looks_copy(request: HttpRequest, who: Acting, form: str) -> HttpResponse:
    """Carry the record of looks away (下载查阅记录)."""
    if form not in own.COPY_FORMS:
        raise Http404
    told = wholooked.who_looked(who.viewer, who.subject)
    if isinstance(told, Refusal):
        return refused(request, who, told)
    rows = wholooked.rows(told)
    if form == "json":
        return _file(json.dumps(rows, ensure_ascii=False, indent=2).encode(), f"gongxin-looks.{form}", form)
    out = io.StringIO()
    writer = csv.writer(out)
    names = ("number", "at", "kind", "body_name", "post", "matter", "ground", "case_no", "consent", "via", "reply")
    writer.writerow(names)
    writer.writerows([[plain_cell(str(row[name] or "")) for name in names] for row in rows])
    return _file(("\ufeff" + out.getvalue()).encode(), f"gongxin-looks.{form}", form)


@for_somebody
@require_POST
def look_reply(request: HttpRequest, who: Acting, number: str) -> HttpResponse:
    """Say that a look was one's own matter, or ask why (本人答复): the question goes on as an inquiry."""
    verb = request.POST.get("verb", "")
    if who.subject not in owning.keys_of(who.viewer, owning.LOOKS):
        raise Http404
    if traces.reply(who.viewer, who.subject, number, verb) is None:
        raise Http404
    if verb == traces.CONTESTED:
        return redirect(INQUIRY.format(number=number))
    messages.add_message(
        request, messages.SUCCESS, _("已登记：%(number)s 是您办的事。") % {"number": number}, extra_tags="good"
    )
    return redirect(reverse("web:mine-looks"))


@for_somebody
@require_POST
def look_alert(request: HttpRequest, who: Acting) -> HttpResponse:
    """Be told when somebody looks, or no more (看过我提醒)."""
    if request.POST.get("verb") == "stop":
        alerts.stop(account_of(request).pk, who.subject)
        text = _("已关闭提醒。")
    else:
        made = alerts.ask(who.viewer, who.subject)
        if isinstance(made, Refusal):
            return refused(request, who, made)
        text = _("已开启提醒。有单位看过，会在“告知”里告诉您。")
    messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
    return redirect("web:mine-looks")


def look_rows(seen: list[Seen]) -> list[dict[str, Any]]:
    """The looks as a page shows them, with what the body said came of a check (查阅条目)."""
    stated = outcomes.latest(each.number for each in seen if each.kind in {"duty", "consent"})
    kinds = {kind.id: presenting.own_name(kind) for kind in outcomes.kinds(shelf.book().on(today()))}
    rows = []
    for each in seen:
        outcome = stated.get(each.number)
        word, tone, sign = LOOK_KINDS.get(each.kind, LOOK_KINDS["casework"])
        rows.append(
            {
                "it": each,
                "on": each.at.astimezone(ZONE).date(),
                "word": word,
                "tone": tone,
                "sign": sign,
                "clause": presenting.clause(each.matter.clause) if each.matter else None,
                "outcome": kinds.get(outcome.kind, "") if outcome else "",
                "act": ACT_WORDS.get(each.act, ""),
                "about": each.ground.split(" ")[2] if len(each.ground.split(" ")) > 2 and each.act else "",
                "basis": "" if each.matter or each.act or not each.by_others else each.ground.partition(" ")[2],
            }
        )
    return rows


def body_of(code: str) -> Any:
    """The body with a code (单位), or the code itself."""
    return Body.objects.filter(code=code).first() or code


def _row(held: Held) -> dict[str, Any]:
    return {
        "it": held,
        "name": presenting.own_name(held.item),
        "state": entry_state(held),
        "clocks": clock_rows(held),
        "term": _term(held) if held.public and held.adverse else None,
        "effects": [
            {"matter": presenting.own_name(matter), "effect": effect, "clause": effect.clause}
            for matter, effect in held.effects
            if matter.ground != GROUND
        ],
        "visible_to": visible_to(held),
        "outlook": outlook_words(held),
    }


def _term(held: Held) -> Any:
    """The term as a line, with the day on which repair opens for this subject (期限示意)."""
    opens = held.outlook.opens if held.outlook.barred else held.line.clocks.repair_from
    return term_of(replace(held.line.clocks, repair_from=opens), today())


def _bars(told: Looked) -> list[dict[str, Any]]:
    most = max((count for _month, count in told.months), default=0) or 1
    last = len(told.months) - 1
    return [
        {
            "month": month.month, "label": f"{month:%Y-%m}", "count": count, "x": 4 + 8 * place,
            "height": round(40 * count / most, 1), "y": round(44 - 40 * count / most, 1), "now": place == last,
        }
        for place, (month, count) in enumerate(told.months)
    ]  # fmt: skip


def rights_of(page: str) -> list[Any]:
    """The clauses that give the one concerned these rights (权利依据), as the law book lists them for a page."""
    law = shelf.book().on(today())
    rows = law.parameter("mine.rights").table()
    clauses = next((row["clauses"] for row in rows if row["page"] == page), ())
    return [presenting.clause(law.ref(*str(clause).split("/")[:2])) for clause in clauses]


def _file(content: bytes, name: str, form: str) -> HttpResponse:
    kinds = {"json": "application/json; charset=utf-8", "csv": "text/csv; charset=utf-8"}
    response = HttpResponse(content, content_type=kinds[form])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
