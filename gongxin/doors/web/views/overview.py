"""The overview of supervision (监督总览): figures, tile diagram and questions; from a figure to its bodies, from a body to its rows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongxin.doors.web import charts, presenting, tiles
from gongxin.doors.web.rights import account_of, needs, viewer
from gongxin.doors.web.views.tasks import row_of
from gongxin.kernel.issues import Refusal
from gongxin.kernel.sentences import in_english
from gongxin.kernel.terms import add_months
from gongxin.law import gauges as law_of
from gongxin.law import tasks as law_of_tasks
from gongxin.law.gauges import SHARE, Figure, Gauge, Row
from gongxin.rooms.oversight import bulletin as bulletins
from gongxin.rooms.oversight import bulletin_paper, monitoring
from gongxin.rooms.oversight import overview as room
from gongxin.rooms.oversight.overview import Month, Overview
from gongxin.spine import divisions, public
from gongxin.spine.access.gate import Viewer
from gongxin.spine.cases import finding
from gongxin.spine.clock import today

PAGE = 50
FORMS = frozenset({"pdf", "json"})
QUESTIONS, TASKS = 5, 5
"""How many of each the overview shows; the rest stand on their own pages."""
URGENT = frozenset({"overdue-promise", "overdue-payment", "complaint-overdue", "debtor-body"})


@needs("monitor")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What stands well and what does not (监督总览), in a month, by division; every figure leads to its rows."""
    told, refused = asked(request)
    gauge = told.find_gauge(request.GET.get("gauge", "")) or told.gauges()[0]
    places = told.places(gauge.id)
    context = {
        **_frame(told, gauge), "refused": refused, "menu": "web:overview",
        "heads": [_head(told, each) for each in told.gauges() if each.head],
        "others": [_head(told, each) for each in told.gauges() if not each.head],
        "tiles": tiles.diagram((_cell(told, gauge, each) for each in places), _key(gauge)),
        "places": [_place(told, gauge, each) for each in places],
        "questions": [_question(told, each) for each in _waiting(told.questions)[:QUESTIONS]], "asked": len(told.questions),
        "chart": charts.of_months(told.kept_words()), "tasks": [row_of(each, told.known) for each in told.tasks[:TASKS]],
        "coverage": [presenting.said(each) for each in told.coverage()],
        "unverified": any(each.certainty == "unverified" for each in told.gauges()),
    }  # fmt: skip
    return render(request, "web/oversight/overview.html", context)


@needs("monitor")
@require_safe
def gauge(request: HttpRequest, gauge: str) -> HttpResponse:
    """A figure body by body (指标明细到单位), in the order of divisions; the next step leads to the rows."""
    told, refused = asked(request)
    found = told.find_gauge(gauge)
    if found is None:
        raise Http404
    rows = [
        {
            "it": each, "value": _value(found, each.figure), "before": _value(found, each.before),
            "region": presenting.said(divisions.name_of(each.body.region)), "url": _address(told, found.id, each.body.code),
        }
        for each in told.bodies(found.id)
    ]  # fmt: skip
    page = presenting.Paging.of(request.GET.get("page"), PAGE, len(rows))
    context = {
        **_frame(told, found), "refused": refused, "menu": "web:overview", "page": page,
        "rows": rows[page.offset : page.offset + page.size], "head": _head(told, found),
    }  # fmt: skip
    return render(request, "web/oversight/gauge.html", context)


@needs("monitor")
@require_safe
def rows(request: HttpRequest, gauge: str, body: str) -> HttpResponse:
    """The rows behind a body's figure (指标明细), what is missed first; each leads to what it is about where one may read it."""
    told, refused = asked(request)
    found = told.find_gauge(gauge)
    known = told.known.bodies.get(body)
    own = [row for row in told.rows(gauge) if row.body == body]
    if found is None or known is None or not known.region.startswith(divisions.digits_of(told.region)):
        raise Http404
    page = presenting.Paging.of(request.GET.get("page"), PAGE, len(own))
    shown = own[page.offset : page.offset + page.size]
    context = {
        **_frame(told, found), "refused": refused, "menu": "web:overview", "page": page, "body": known,
        "value": _value(found, law_of.figure(own)), "count": len(own),
        "rows": _linked(shown, viewer(request)), "up": _address(told, found.id),
    }  # fmt: skip
    return render(request, "web/oversight/rows.html", context)


@needs("monitor")
@require_safe
def bulletin(request: HttpRequest) -> HttpResponse:
    """The bulletin of a month as a page (监督月报): what the paper and the data say, with every figure leading to its rows."""
    told, refused = asked(request)
    made = bulletins.make(told.month, told.region)
    heads = [each for each in told.gauges() if each.head]
    columns = {each.id: told.places(each.id) for each in heads}
    context = {
        **_frame(told, told.gauges()[0]), "refused": refused, "menu": "web:bulletin", "running": told.month.running,
        "figures": [_head(told, each) for each in told.gauges()], "columns": heads,
        "places": [
            (presenting.said(place.division.said), [(each, _value(each, columns[each.id][n].figure)) for each in heads], place)
            for n, place in enumerate(columns[heads[0].id])
        ],
        "questions": [_question(told, each) for each in told.questions], "chart": charts.of_months(told.kept_words()),
        "cases": [(each, told.known.bodies.get(each.case.body, each.case.body)) for each in made.asked],
        "tally": told.tasks and law_of_tasks.tally(each.standing for each in told.tasks), "made": made,
        "coverage": [presenting.said(each) for each in told.coverage()], "methods": monitoring.methods(told.month.until),
    }  # fmt: skip
    return render(request, "web/oversight/bulletin.html", context)


@needs("monitor")
@require_safe
def bulletin_file(request: HttpRequest, form: str) -> HttpResponse:
    """The bulletin of a month as a file (监督月报文件): PDF in the reader's language, or data."""
    told, refused = asked(request)
    if form not in FORMS or refused:
        raise Http404
    made = bulletins.make(told.month, told.region)
    if form == "pdf":
        response = HttpResponse(bulletin_paper.pdf(made, english=presenting.english()), content_type="application/pdf")
    else:
        text = json.dumps(bulletins.as_dict(made), ensure_ascii=False, indent=2, default=str)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{bulletins.file_name(made)}.{form}"'
    return response


def asked(request: HttpRequest) -> tuple[Overview, str]:
    """Return the overview that was asked for (所问月份和区划), within the reader's own division; and why it is another."""
    month = room.month_of(request.GET.get("month", ""))
    refused = presenting.in_words(month) if isinstance(month, Refusal) else ""
    known = month if isinstance(month, Month) else room.month_of()
    if isinstance(known, Refusal):
        raise Http404
    body = account_of(request).body
    own = body.region if body is not None else ""
    region = request.GET.get("region", "").strip()
    inside = region.isascii() and region.isdigit() and region.startswith(divisions.digits_of(own))
    return room.read(known, region if inside else own), refused


def _frame(told: Overview, gauge: Gauge) -> dict[str, Any]:
    this = today().replace(day=1)
    months = [f"{add_months(this, -back):%Y-%m}" for back in range(room.CHART_MONTHS + 1)]
    return {
        "told": told, "month": str(told.month), "months": months, "gauge": gauge, "gauges": told.gauges(),
        "region": told.region, "region_name": presenting.said(told.name), "until": told.month.until,
        "method": gauge.method_en if presenting.english() else gauge.method,
        "short": gauge.short_en if presenting.english() else gauge.short,
    }  # fmt: skip


def _head(told: Overview, gauge: Gauge) -> dict[str, Any]:
    now, before = told.figure(gauge.id), told.figure(gauge.id, told.month.before)
    return {
        "it": gauge, "value": _number(gauge, now), "unit": _unit(gauge, now), "said": _explained(told, gauge, now, before),
        "url": _address(told, gauge.id),
    }  # fmt: skip


def _explained(told: Overview, gauge: Gauge, now: Figure, before: Figure) -> str:
    """A sentence under a figure in plain words (一句解释)."""
    if gauge.kind != SHARE:
        new, gone = told.moved(gauge.id)
        return _("比上月新增 %(new)d，减少 %(gone)d") % {"new": new, "gone": gone}
    if not now.count:
        return _("本月没有")
    unit = presenting.said(gauge.unit_of(now.count - now.good))
    short = gauge.short_en if presenting.english() else gauge.short
    missed = _("%(short)s %(n)s %(unit)s") % {"short": short, "n": f"{now.count - now.good:,}", "unit": unit}
    change = _change(gauge, now, before)
    words = {"up": _("比上月高 %(n)s 个百分点"), "down": _("比上月低 %(n)s 个百分点"), "even": _("与上月持平"), "": ""}[
        change[0]
    ]
    return presenting.listed(part for part in (missed, words % {"n": change[1]} if "%" in words else words) if part)


def _change(gauge: Gauge, now: Figure, before: Figure) -> tuple[str, str]:
    one, other = law_of.value(gauge, now), law_of.value(gauge, before)
    if one is None or other is None:
        return "", ""
    far = round(one - other, 1) if gauge.kind == SHARE else one - other
    number = f"{abs(far):.1f}" if gauge.kind == SHARE else f"{abs(far):.0f}"
    return ("up" if far > 0 else "down" if far < 0 else "even"), number


def _place(told: Overview, gauge: Gauge, place: room.Place) -> dict[str, Any]:
    way, number = _change(gauge, place.figure, place.before)
    better = {"up": "good", "down": "bad"} if gauge.kind == SHARE else {"up": "bad", "down": "good"}
    words = {"up": _("升 %(n)s"), "down": _("降 %(n)s"), "even": _("持平"), "": "—"}[way]
    return {
        "it": place, "name": presenting.said(place.division.said), "value": _value(gauge, place.figure),
        "change": words % {"n": number} if "%" in words else words, "tone": better.get(way, ""),
        "url": _address(told, gauge.id, region=place.division.code),
    }  # fmt: skip


def _cell(told: Overview, gauge: Gauge, place: room.Place) -> tiles.Cell:
    unit = _unit(gauge, place.figure) if law_of.value(gauge, place.figure) is not None else ""
    return tiles.Cell(
        place.division, _number(gauge, place.figure), unit, law_of.shade(gauge, place.figure),
        _address(told, gauge.id, region=place.division.code),
    )  # fmt: skip


def _key(gauge: Gauge) -> list[tuple[str, str]]:
    """What the shades mean (图例), in the words of the bands."""
    if gauge.kind == SHARE:
        one, two, three = gauge.bands
        words = [
            _("%(n)d%% 及以上") % {"n": one},
            f"{two}%—{one}%",
            f"{three}%—{two}%",
            _("低于 %(n)d%%，先看这里") % {"n": three},
        ]
    else:
        units = [presenting.said(gauge.unit_of(band)) for band in gauge.bands]
        words = [
            _("至多 %(n)d %(unit)s") % {"n": band, "unit": unit} for band, unit in zip(gauge.bands, units, strict=True)
        ]
        words.append(_("多于 %(n)d %(unit)s，先看这里") % {"n": gauge.bands[-1], "unit": units[-1]})
    told: dict[str, str] = {}
    for text, shade in zip(words, law_of.SHADES, strict=True):
        # Two bands that end at the same number are one: the first shade holds there.
        told.setdefault(text, shade)
    return [(shade, text) for text, shade in told.items()] + [("none", _("没有数据"))] * (gauge.kind == SHARE)


def _number(gauge: Gauge, told: Figure) -> str:
    return law_of.written(gauge, told)


def _unit(gauge: Gauge, told: Figure) -> str:
    return "%" if gauge.kind == SHARE else f" {presenting.said(gauge.unit_of(law_of.value(gauge, told)))}"


def _value(gauge: Gauge, told: Figure) -> str:
    return _("没有数据") if law_of.value(gauge, told) is None else f"{_number(gauge, told)}{_unit(gauge, told)}"


def _address(told: Overview, gauge: str, body: str = "", *, region: str = "") -> str:
    place = reverse("web:overview-rows", args=[gauge, body]) if body else reverse("web:overview-gauge", args=[gauge])
    return f"{place}?month={told.month}&region={region or told.region}"


def _waiting(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The questions nobody has put yet, what is past its day before the rest (待提出的疑问)."""
    return sorted((each for each in found if not each["case"]), key=lambda each: each["signal"] not in URGENT)


def _question(told: Overview, each: dict[str, Any]) -> dict[str, Any]:
    english = presenting.english()
    return {
        "tone": "bad" if each["signal"] in URGENT else "warn", "name": each["name_en"] if english else each["name"],
        "words": each["text_en"] if english else each["text"], "body": presenting.own_name(told.known.bodies[each["body"]]), "month": each["month"],
        "url": f"{reverse('web:monitoring')}?signal={each['signal']}",
    }  # fmt: skip


def _linked(shown: Iterable[Row], who: Viewer) -> list[dict[str, Any]]:
    """Rows with where each can be read (明细及去处): a case by whoever has a side in it, the rest by everybody."""
    told = list(shown)
    named = [(row, *row.link.partition("#")[0].split(":", 1)) for row in told]
    cases = finding.numbers_of(who, [rest for _row, kind, rest in named if kind == "case"])
    records = [int(rest) for _row, kind, rest in named if kind == "record"]
    subjects = {line.record: line.subject for line in public.lines_of_records(records, today())} if records else {}
    found = []
    for row, kind, rest in named:
        url = ""
        if kind == "promise":
            url = reverse("web:promise", args=[int(rest)])
        elif kind == "integrity":
            url = reverse("web:integrity-body", args=[rest])
        elif kind == "case" and rest in cases:
            url = reverse("web:case", args=[rest])
        elif kind == "record" and subjects.get(int(rest), "").startswith("uscc:"):
            url = reverse("web:subject", args=[subjects[int(rest)].removeprefix("uscc:")])
        found.append({"it": row, "words": in_english(row.said) if presenting.english() else str(row.said), "url": url})
    return found
