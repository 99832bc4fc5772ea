"""Promises of government in public (政府承诺公开): the list, one promise, what one follows, the feed, the yearly publication."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_POST, require_safe

from gongxin.doors.web import presenting, promising
from gongxin.doors.web.rights import account_of, needs
from gongxin.kernel.cells import plain_cell
from gongxin.kernel.masking import mask_field
from gongxin.law import promisekinds
from gongxin.rooms.promises import following, listing, telling, yearly
from gongxin.rooms.promises.complaints import publishing
from gongxin.spine import duties, shelf
from gongxin.spine.bodies import register as bodies
from gongxin.spine.clock import today
from gongxin.spine.duties import Duty

PAGE = 20
FEED = 50
LONGEST = 2**63
FIRST_YEAR = 2020


@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """What bodies of government promised and how it stands (政府承诺): narrowed, overdue first."""
    day, known = today(), bodies.register()
    asked = _asked(request)
    everything = duties.shown(day, known)
    found = listing.public(asked, day, known)
    page = presenting.Paging.of(request.GET.get("page"), PAGE, len(found))
    law = shelf.book().on(day)
    bearers = sorted({each.bearer for each in everything}, key=lambda code: known.name(code, day))
    context = {
        "section": "promises", "as_of": day, "asked": asked, "page": page, "figures": listing.figures(everything),
        "rows": [promising.row(each, known) for each in found[page.offset : page.last]],
        "kinds": [each for each in promisekinds.kinds(law) if law.item(each.item).public_for],
        "states": promising.STATES, "bodies": [(code, known.name(code, day)) for code in bearers],
        "regions": sorted({(place, bodies.place_name(place)) for place in _places(everything, known) if place}),
        "narrowed": request.GET.urlencode(), "commitments": promising.commitments(day), "year": day.year - 1,
    }  # fmt: skip
    return render(request, "web/promises/list.html", context)


@require_safe
def promise(request: HttpRequest, record: int) -> HttpResponse:
    """One promise (一项承诺): how it stands, what is owed by when, what was decided and on what it rests."""
    duty, known = _duty(record), bodies.register()
    account = request.user.pk if request.user.is_authenticated else None
    context = {
        "section": "promises", "as_of": today(), "it": promising.row(duty, known), "duty": duty,
        "parts": [promising.part(each, duty) for each in duty.standing.parts],
        "decided": promising.decided(duty), "rate": duty.standing.rate, "kind": duty.standing.kind,
        "services": promising.services(duty), "follows": following.follows(account, record=record),
        "complaints": publishing.listed(promise=record), "daily": promising.percent(duty.standing.rate),
    }  # fmt: skip
    return render(request, "web/promises/one.html", context)


@require_safe
def promise_data(request: HttpRequest, record: int) -> HttpResponse:
    """The same as data (承诺数据)."""
    return _json(telling.whole(_duty(record), bodies.register()))


@needs("desk")
@require_POST
def follow(request: HttpRequest, record: int) -> HttpResponse:
    """Follow a promise, or follow it no more (关注、取消关注): told in one's own notices."""
    duty, account = _duty(record), account_of(request)
    leaving = request.POST.get("follow") == "no"
    (following.leave if leaving else following.follow)(account.pk, record=duty.record)
    return redirect("web:following") if request.POST.get("back") else redirect("web:promise", duty.record)


@needs("desk")
@require_safe
def followed(request: HttpRequest) -> HttpResponse:
    """What one follows (我的关注): promises with how they stand today, and bodies."""
    known, day = bodies.register(), today()
    mine = following.followed(account_of(request).pk)
    shown = {each.record: each for each in duties.shown(day, known)}
    context = {
        "menu": "web:following",
        "rows": [promising.row(shown[each.record], known) for each in mine if each.record in shown],
        "bodies": [(each.body, known.name(each.body, day)) for each in mine if each.body],
        "gone": [str(each.record) for each in mine if each.record and each.record not in shown],
    }  # fmt: skip
    return render(request, "web/promises/following.html", context)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """What happened to promises lately, as a feed (承诺订阅): of all, of one body, or of one promise; without an account."""
    known, day = bodies.register(), today()
    record = _number(request.GET.get("record", ""))
    found = [each for each in listing.public(_asked(request), day, known) if not record or each.record == record]
    told = Atom1Feed(
        title=promising.feed_title(), link=request.build_absolute_uri(reverse("web:promises")), description="",
        language=presenting.language(), feed_url=request.build_absolute_uri(),
    )  # fmt: skip
    moved = [(moment, each) for each in found for moment in promising.moments(each)]
    for moment, duty in sorted(moved, key=lambda pair: (pair[0].on, pair[1].record), reverse=True)[:FEED]:
        link = request.build_absolute_uri(reverse("web:promise", args=[duty.record]))
        told.add_item(
            title=f"{duty.of('promise_title')}：{moment.text}", link=link, description=mask_field("", moment.more),
            unique_id=f"{link}#{moment.id}", updateddate=promising.noon(moment.on), author_name=known.name(duty.bearer, day),
        )  # fmt: skip
    return HttpResponse(told.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@require_safe
def download(request: HttpRequest, kind: str) -> HttpResponse:
    """Every promise on display that fits, to take away (承诺开放数据)."""
    known, day = bodies.register(), today()
    rows = [telling.row(each, known) for each in listing.public(_asked(request), day, known)]
    if kind == "json":
        return _json({"as_of": day, "promises": rows})
    if kind != "csv":
        raise Http404
    return _csv(f"promises-{day}.csv", telling.CSV_FIELDS, rows)


@require_safe
def payments(request: HttpRequest, year: int) -> HttpResponse:
    """What bodies owed small businesses past its last day when a year ended (年度公布)."""
    told = yearly.publication(_year(year))
    context = {
        "section": "promises", "told": told, "total": yearly.as_dict(told), "clause": promising.clause(yearly.RULE),
        "years": range(max(FIRST_YEAR, today().year - 3), today().year + 1),
    }  # fmt: skip
    return render(request, "web/promises/payments.html", context)


@require_safe
def payments_file(request: HttpRequest, year: int) -> HttpResponse:
    """The yearly publication as a table (年度公布数据)."""
    told = yearly.as_dict(yearly.publication(_year(year)))
    rows = [{"year": year, "counted_on": told["counted_on"], **each} for each in told["bodies"]]
    fields = ("year", "counted_on", "code", "name", "contracts", "amount_yuan", "interest_yuan", "records")
    return _csv(f"payments-{year}.csv", fields, rows)


def _asked(request: HttpRequest) -> listing.Narrowed:
    given = {name: request.GET.get(name, "").strip()[:80] for name in ("body", "kind", "state", "region", "words")}
    return listing.Narrowed(**given)


def _duty(record: int) -> Duty:
    duty = duties.find(record, today()) if record < LONGEST else None
    if duty is None:
        raise Http404
    return duty


def _year(year: int) -> int:
    if not FIRST_YEAR <= year <= today().year:
        raise Http404
    return year


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(LONGEST)) else 0


def _places(found: Any, known: bodies.Register) -> set[str]:
    return {known.bodies[each.bearer].region for each in found if each.bearer in known.bodies}


def _json(told: Any) -> HttpResponse:
    text = json.dumps(told, ensure_ascii=False, default=str)
    return HttpResponse(text, content_type="application/json; charset=utf-8")


def _csv(name: str, fields: tuple[str, ...], rows: list[dict[str, Any]]) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(fields)
    for row in rows:
        writer.writerow([_cell(row.get(field)) for field in fields])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _cell(value: Any) -> str:
    """A value as a table holds it: a body by its name; nothing that a spreadsheet would take for a formula."""
    if isinstance(value, dict):
        value = value["name"]
    if isinstance(value, list):
        value = " ".join(map(str, value))
    return plain_cell("" if value is None else str(value))
