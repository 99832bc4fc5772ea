"""Key areas of government integrity (政务诚信重点领域): each area and each body in it for everybody; what is missing, on the desk."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongxin.doors.web import presenting, promising
from gongxin.doors.web.rights import needs, viewer
from gongxin.kernel.issues import Refusal
from gongxin.kernel.masking import mask_field
from gongxin.law import complaints, indicators
from gongxin.law.areas import COMPENSATION, GAP, MET, TOLD, Answer, Area
from gongxin.rooms.oversight.debtbook import authorities, publishing
from gongxin.rooms.promises import areas, listing
from gongxin.rooms.promises.areas import Looked, OfBody, Results
from gongxin.spine import shelf
from gongxin.spine.bodies import register as bodies
from gongxin.spine.bodies import superiors
from gongxin.spine.bodies.register import Register
from gongxin.spine.clock import today

PAGE = 30
DEBT = "debt"
TONES = {MET: "good", GAP: "warn", TOLD: "off"}


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The key areas (重点领域一览): what each asks, and how its promises stand."""
    day, known = today(), bodies.register()
    rows = [
        {"it": area, "figures": listing.figures(found), "bodies": len({each.bearer for each in found})}
        for area in areas.known(day)
        for found in [areas.of_area(area, day, known)]
    ]
    return render(request, "web/areas/list.html", {"section": "promises", "rows": rows, "as_of": day})


@require_safe
def area(request: HttpRequest, area: str) -> HttpResponse:
    """One area (一个重点领域): what is looked at, the bodies in it, complaints, what is known of agencies and bidders."""
    found, day, known = _area(area), today(), bodies.register()
    region = request.GET.get("region", "").strip()[:12]
    duties = areas.of_area(found, day, known, region)
    codes = areas.bodies_of(found, duties, known, region)
    page = presenting.Paging.of(request.GET.get("page"), PAGE, len(codes))
    places = {
        known.bodies[code].region
        for code in areas.bodies_of(found, areas.of_area(found, day, known), known)
        if code in known.bodies
    }
    law = shelf.book().on(day)
    context = {
        "section": "promises", "as_of": day, "it": found, "figures": listing.figures(duties), "page": page, "region": region,
        "parts": [
            {"it": each, "name": known.name(each.code, day), "complaints": _results(each.complaints)}
            for each in areas.parts(found, duties, codes[page.offset : page.last], day)
        ],
        "total": _results(areas.complaints_of(found, duties, codes)), "bodies": len(codes),
        "registers": [(law.item(item), count) for item, count in areas.registers(found, day)],
        "systems": [indicators.system_of(each, law=law) for each in found.systems],
        "regions": sorted((place, bodies.place_name(place) or place) for place in places if place),
        "stocks": publishing.published() if found.id == DEBT else (), "narrowed": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "web/areas/one.html", context)


@require_safe
def area_data(request: HttpRequest, area: str) -> HttpResponse:
    """The same as data (领域数据): every body of the area."""
    found, day, known = _area(area), today(), bodies.register()
    told = areas.told(found, day, known, request.GET.get("region", "").strip()[:12])
    text = json.dumps(told, ensure_ascii=False, default=str)
    return HttpResponse(text, content_type="application/json; charset=utf-8")


@require_safe
def body(request: HttpRequest, area: str, code: str) -> HttpResponse:
    """A body in an area (单位在本领域): its promises with what they say and lack, what it opened, complaints."""
    found, day, known = _area(area), today(), bodies.register()
    it = known.bodies.get(code)
    if it is None or it.kind in superiors.PRIVATE:
        raise Http404
    context = {"section": "promises", **_whole(areas.of_body(found, code, day, known), known)}
    return render(request, "web/areas/body.html", context)


@needs("promises")
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What a body's promises lack in each area (本单位各领域要补的内容), what is not public included."""
    who, known, day = viewer(request), bodies.register(), today()
    code = promising.asked_body(request, who, known)
    found = areas.inside(who, code, day, known)
    if isinstance(found, Refusal):
        return render(request, "web/desk/refused.html", {"refusal": found, "menu": "web:desk-areas"}, status=403)
    kind = known.bodies[code].kind if code in known.bodies else ""
    told = [_whole(each, known) for each in found.values() if each.promises or kind in each.area.holders]
    context = {
        "menu": "web:desk-areas", "code": code, "name": known.name(code), "told": told, "as_of": day,
        "finance": authorities.regions_of(who.body), "choices": promising.choices(who, known), "missing": sum(each["gaps"] for each in told),
    }  # fmt: skip
    return render(request, "web/areas/desk.html", context)


def _whole(told: OfBody, known: Register) -> dict[str, Any]:
    return {
        "it": told.area, "code": told.code, "name": known.name(told.code, told.as_of), "as_of": told.as_of, "figures": told.figures,
        "gaps": told.gaps, "rows": [_looked(each, known) for each in told.promises], "answers": [_answer(each) for each in told.answers],
        "lines": [promising.line(each) for each in told.records], "honours": [promising.line(each) for each in told.honours],
        "complaints": _results(told.complaints),
        "broken": [promising.line(each) for each in told.broken], "stages": any(each.duty.of("milestones") for each in told.promises),
    }  # fmt: skip


def _looked(each: Looked, known: Register) -> dict[str, Any]:
    item = shelf.book().on(today()).item(each.duty.standing.line.item)
    shown = []
    for field, text in each.shown:
        spec = item.find_field(field)
        label = presenting.own_name(spec) if spec is not None else _("补偿情况") if field == COMPENSATION else field
        shown.append((label, mask_field(field, presenting.value_text(spec, text))))
    return {"it": promising.row(each.duty, known), "shown": shown, "answers": [_answer(one) for one in each.answers]}


def _answer(answer: Answer) -> dict[str, Any]:
    word = {
        MET: _("已有"), GAP: _("还没有"), TOLD: _("仅列出"),
    }.get(answer.state, _("未到"))  # fmt: skip
    return {
        "it": answer,
        "tone": TONES.get(answer.state, "run"),
        "word": word,
        "missing": [presenting.said(each) for each in answer.missing],
    }


def _results(told: Results) -> dict[str, Any]:
    law = shelf.book().on(today())
    named = []
    for outcome, count in told.outcomes.items():
        choice = complaints.find_choice(complaints.OUTCOMES, outcome, law)
        named.append((presenting.own_name(choice) if choice is not None else outcome, count))
    return {"count": told.count, "answered": told.answered, "outcomes": named}


def _area(area: str) -> Area:
    found = areas.find(area, today())
    if found is None:
        raise Http404
    return found
