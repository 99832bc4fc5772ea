"""Government debt (地方政府债务): what the finance authority published, for everybody; publishing it, on that authority's desk."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gongxin.doors.web import presenting, promising
from gongxin.doors.web.rights import needs, viewer
from gongxin.kernel.dates import read_date
from gongxin.kernel.issues import Refusal
from gongxin.law import debt as rules
from gongxin.law.debt import Stock
from gongxin.rooms.oversight import debt
from gongxin.rooms.oversight.debtbook import authorities, publishing
from gongxin.rooms.oversight.debtbook.publishing import Published
from gongxin.rooms.oversight.tasks import giving
from gongxin.spine import shelf
from gongxin.spine.bodies import register as bodies
from gongxin.spine.cases import finding
from gongxin.spine.clock import today


@require_safe
def debts(request: HttpRequest) -> HttpResponse:
    """The stocks that are published (已公布的政府债务): by division, with the document of the finance authority."""
    known = bodies.register()
    rows = [_row(each, known) for each in publishing.published()]
    context = {"section": "promises", "rows": rows, "clause": promising.clause(debt.BASIS), "as_of": today()}
    return render(request, "web/areas/debts.html", context)


@require_safe
def one(request: HttpRequest, region: str) -> HttpResponse:
    """A published stock (一个区划的债务余额): each debtor with what falls due in which year; where there is none, the list."""
    found = _published(request, region)
    if found is None:
        return redirect("web:debts")
    told, stocks = found
    known = bodies.register()
    others = [_row(each, known) for each in publishing.published(region) if each.stock_day != told.stock_day]
    context = {
        "section": "promises", "it": _row(told, known), "stocks": [_stock(each) for each in stocks], "others": others,
        "clause": promising.clause(debt.BASIS), "untold": sum(each.untold for each in stocks),
    }  # fmt: skip
    return render(request, "web/areas/debt.html", context)


@require_safe
def data(request: HttpRequest, region: str) -> HttpResponse:
    """The same as data (债务公布数据)."""
    found = _published(request, region)
    text = json.dumps(publishing.as_dict(*found) if found else {"published": None}, ensure_ascii=False, default=str)
    return HttpResponse(text, content_type="application/json; charset=utf-8")


@needs("promises")
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Publish or take back (公布、撤下): by the finance authority's own people, who first see what they would publish."""
    who, known = viewer(request), bodies.register()
    regions = authorities.regions_of(who.body)
    asked = str(request.POST.get("region") or request.GET.get("region") or "").strip()
    region = asked if asked in regions else next(iter(regions), "")
    sent = {
        name: str(request.POST.get(name, "")).strip() for name in ("stock_day", "document_no", "confirmed_by", "reason")
    }
    problem = ""
    if request.method == "POST":
        taking = request.POST.get("act") == "withdraw"
        paper = sent["reason"] if taking else sent["document_no"]
        act = publishing.withdraw if taking else publishing.publish
        done = act(who, region, _day(sent["stock_day"]), paper, sent["confirmed_by"])
        if not isinstance(done, Refusal):
            text = _("已撤下，公开页不再显示。") if taking else _("已公布，公开页今天起显示。")
            messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
            return redirect("web:desk-debt")
        problem = presenting.in_words(done)
    looked = debt.look(who, region) if region else None
    seen = looked if isinstance(looked, debt.Told) else None
    names = authorities.names()
    context = {
        "menu": "web:desk-areas", "regions": [(code, names.get(code, code)) for code in regions], "region": region, "told": seen,
        "stocks": [_stock(each) for each in seen.stocks] if seen is not None else [],
        "balance": promising.money(publishing.yuan(seen.balance)) if seen is not None else "",
        "published": [_row(each, known) for each in publishing.published(region)] if region else [],
        "given": sent, "asked": request.POST.get("act", ""), "problem": problem, "clause": promising.clause(debt.BASIS),
        **_limits(),
    }  # fmt: skip
    return render(request, "web/areas/debt_desk.html", context, status=422 if problem else 200)


@needs("debt")
@require_http_methods(["GET", "HEAD", "POST"])
def inside(request: HttpRequest) -> HttpResponse:
    """Debt within the house (政府债务内部查看): the stock of a division, its ratio, what the book says of both, and a warning to a body.

    Nothing is looked at, and nothing logged, before a division is chosen.
    """
    who, known = viewer(request), bodies.register()
    sent = request.POST if request.method == "POST" else request.GET
    given = {name: str(sent.get(name, "")).strip() for name in ("region", "as_of", "resources", "body", "text")}
    whole = debt.fen(given["resources"]) if given["resources"] else None
    problems = {}
    if given["resources"] and not whole:
        problems["resources"] = _("综合财力不对：请写亿元数，例如 5200.5")
    if given["as_of"] and _day(given["as_of"]) is None:
        problems["as_of"] = _("余额日不对：请写成 2018-12-28")
    told = None
    if given["region"] and not problems:
        looked = debt.look(who, given["region"][:12], stock_day=_day(given["as_of"]), resources=whole)
        if isinstance(looked, Refusal):
            problems["region"] = presenting.in_words(looked)
        else:
            told = looked
    if request.method == "POST" and told is not None:
        done = debt.ask(who, told, given["body"], given["text"])
        if not isinstance(done, Refusal):
            messages.add_message(request, messages.SUCCESS, _("已提出疑问，单位限期说明。"), extra_tags="good")
            return redirect("web:case", number=done.case.number)
        problems["body" if done.code.startswith("task.") else "text"] = presenting.in_words(done)
    below = giving.below(who, told.region, known) if told is not None else ()
    context = {
        "menu": "web:desk-debt-inside", "regions": debt.regions(), "given": given, "problems": problems, "told": told,
        "stocks": [_stock(each) for each in told.stocks] if told is not None else [],
        "balance": promising.money(publishing.yuan(told.balance)) if told is not None else "",
        "ratio": debt.ratio(told) if told is not None else None, "band": debt.band(told) if told is not None else None,
        "bodies": [known.bodies[code] for code in below], "cases": finding.listing(who, kind=rules.KIND, closed=False),
        "clause": promising.clause(debt.BASIS), **_limits(),
    }  # fmt: skip
    return render(request, "web/areas/debt_inside.html", context, status=422 if problems else 200)


def _limits() -> dict[str, Any]:
    """What the book says of ratios, levels of response and reorganisation (色带、响应等级、重整界限), with how sure it is."""
    law = shelf.book().on(today())
    names = (("bands", rules.BANDS), ("levels", rules.LEVELS), ("limits", rules.RESTRUCTURING))
    return {name: rules.rows(parameter, law) for name, parameter in names}


def _published(request: HttpRequest, region: str) -> tuple[Published, tuple[Stock, ...]] | None:
    return publishing.find(region[:12], _day(request.GET.get("day", "")))


def _row(each: Published, known: bodies.Register) -> dict[str, Any]:
    return {"it": each, "authority": known.name(each.body), "balance": promising.money(publishing.yuan(each.balance))}


def _stock(each: Stock) -> dict[str, Any]:
    return {
        "it": each, "balance": promising.money(publishing.yuan(each.balance)),
        "years": [(year, promising.money(publishing.yuan(amount))) for year, amount in each.by_year.items()],
    }  # fmt: skip


def _day(text: str) -> date | None:
    """A day as it was typed, or none; the law then takes the latest stock."""
    return read_date(text).value if text.strip() else None
