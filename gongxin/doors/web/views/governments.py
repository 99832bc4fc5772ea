"""Assessment of governments (政务诚信评价): results in public down to the row; own scores, sets and ratings at the desk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.rights import needs, viewer
from gongxin.kernel.issues import Refusal
from gongxin.law import casework
from gongxin.law.bodyassessments import Compared, Fact, Figure, Result
from gongxin.rooms.oversight import assessment_objections
from gongxin.rooms.oversight.governments import comparing, datasets, ratings, selfscores
from gongxin.rooms.oversight.governments.comparing import Assessed
from gongxin.rooms.promises.complaints import publishing
from gongxin.spine import shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Body, BodyKind
from gongxin.spine.bodies.register import Register, register
from gongxin.spine.cases import engine
from gongxin.spine.clock import today

ROWS_SHOWN = 100
OUTCOMES: Mapping[str, Promise] = {
    "kept": _("已兑现"), "partly": _("部分"), "late": _("迟延"), "broken": _("未兑现"), "in-time": _("按期"),
    "overdue": _("逾期未完成"), "mended": _("属实，已履行"), "mending": _("属实，整改中"), "refused": _("属实，拒不整改"),
    "untrue": _("不属实"), "outside": _("不属于政府承诺"), "content": _("满意"), "fair": _("基本满意"),
    "discontent": _("不满意"), "record": _("在公示"), "entry": _("在公示"),
}  # fmt: skip
WHY: Mapping[str, Promise] = {
    "sample": _("数据不足，不排名次"), "overlap": _("区间重叠，不排名次"), "alone": _("没有可比的单位"),
}  # fmt: skip


@require_safe
def region(request: HttpRequest, system: str) -> HttpResponse:
    """How the bodies of a division fare (评价结果): intervals, ranks where certain, in the order of their codes."""
    asked = _asked(request, system)
    if isinstance(asked, Refusal):
        return _refused(request, system, asked)
    context = {
        "it": asked, "section": "promises", "groups": [_group(asked, each) for each in asked.groups],
        "place": _place(asked.region, asked.known), "regions": _regions(asked), "query": _query(asked),
        "ratings": [_published(asked, each) for each in _ratings(asked)],
    }  # fmt: skip
    return render(request, "web/governments/region.html", context)


@require_safe
def unit(request: HttpRequest, system: str, unit: str) -> HttpResponse:
    """How one unit fares (一个单位的评价), every figure down to its rows; its own scores and third parties beside them."""
    asked = _asked(request, system)
    if isinstance(asked, Refusal):
        return _refused(request, system, asked)
    found = asked.find(unit)
    if found is None:
        raise Http404
    group, result = found
    own = selfscores.own_of(unit, asked.system, asked.as_of)
    public = publishing.cases()
    context = {
        "it": asked, "section": "promises", "unit": _unit(asked, group, result), "own": own, "query": _query(asked),
        "figures": [_figure(asked, each, own, public) for each in result.figures], "place": _place(asked.region, asked.known),
        "ratings": [(each, line) for each in _ratings(asked) if (line := each.of(unit)) is not None],
        "texts": sorted({(each.on, each.text) for each in own.scores.values()}, reverse=True),
    }  # fmt: skip
    return render(request, "web/governments/unit.html", context)


@require_safe
def data(request: HttpRequest, system: str) -> HttpResponse:
    """The same as data (评价数据)."""
    asked = _asked(request, system)
    if isinstance(asked, Refusal):
        raise Http404
    told = {**comparing.as_dict(asked), "ratings": [ratings.as_dict(each) for each in _ratings(asked)]}
    return HttpResponse(
        json.dumps(told, ensure_ascii=False, default=str), content_type="application/json; charset=utf-8"
    )


@needs("assess")
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """A body scores itself and contests (自评、异议); the office freezes sets and enters ratings from paper (冻结、代录)."""
    who, deed = viewer(request), request.POST.get("do", "")
    sent = {name: str(value).strip() for name, value in request.POST.items()}
    problem = ""
    if request.method == "POST":
        deeds = {"own": _score, "contest": _contest, "freeze": _freeze, "rate": _rate}
        done = deeds[deed](who, sent) if deed in deeds else None
        if isinstance(done, str):
            messages.add_message(request, messages.SUCCESS, done, extra_tags="good")
            return redirect("web:desk-governments")
        problem = presenting.in_words(done) if isinstance(done, Refusal) else now("没有这一项")
    systems = comparing.systems()
    body = Body.objects.filter(code=who.body).first()
    rules = casework.rules_of(assessment_objections.KIND, law=shelf.book().on(today()))
    context = {
        "menu": "web:desk-governments", "sent": sent, "deed": deed, "problem": problem, "body": body,
        "office": who.role in datasets.MAY_FREEZE, "raters": Body.objects.filter(kind=BodyKind.AGENCY).order_by("name"), "grounds": rules.grounds,
        "region": sent.get("region") or comparing.own_region(register()), "as_of": sent.get("as_of") or today().isoformat(),
        "systems": [_desk_system(each, who, body, sent) for each in systems],
    }  # fmt: skip
    return render(request, "web/governments/desk.html", context, status=422 if problem else 200)


@needs("assess")
@require_safe
def dataset(request: HttpRequest, number: str) -> HttpResponse:
    """The very bytes of a set (数据集文件), while it is open."""
    found = datasets.fetch(viewer(request), number)
    if isinstance(found, Refusal):
        raise Http404
    response = HttpResponse(found[1], content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found[0].number}.json"'
    return response


@require_safe
def published(request: HttpRequest, number: str) -> HttpResponse:
    """The very bytes of a set that was rated from, for whoever wants to check the digest (公开的数据集)."""
    found = datasets.fetch_published(number)
    if isinstance(found, Refusal):
        raise Http404
    response = HttpResponse(found[1], content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{found[0].number}.json"'
    return response


def _asked(request: HttpRequest, system: str) -> Assessed | Refusal:
    wanted = request.GET.get("region", "").strip() or comparing.own_region(register())
    return comparing.assess(system, wanted[:12], _day(request.GET.get("as_of", "")))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _refused(request: HttpRequest, system: str, no: Refusal) -> HttpResponse:
    """A division without bodies, a day that has not come: said on the page, with the way on (没有结果)."""
    if comparing.find_system(system) is None:
        raise Http404
    context = {"section": "promises", "problem": presenting.in_words(no), "system": system}
    return render(request, "web/governments/none.html", context, status=422)


def _query(it: Assessed) -> str:
    return f"region={it.region}&as_of={it.as_of.isoformat()}"


def _regions(it: Assessed) -> list[tuple[str, str]]:
    """The divisions that can be chosen (可选区划): those of registered bodies, down to the county."""
    codes = {each.region[:6] for each in it.known.bodies.values() if each.region}
    codes |= {code[:4] + "00" for code in codes} | {code[:2] + "0000" for code in codes}
    named = ((code, _place(code, it.known)) for code in sorted(codes))
    return [(code, name) for code, name in named if name != code or code == it.region]


def _ratings(it: Assessed) -> tuple[ratings.Published, ...]:
    return ratings.published(it.system.id, it.region, it.as_of)


def _group(it: Assessed, compared: Compared) -> dict[str, Any]:
    units = [_unit(it, compared, each) for each in compared.results]
    names = {each["code"]: each["name"] for each in units}
    ranked = [each for each in compared.results if each.rank is not None]
    moved = [
        {
            "indicator": each.indicator,
            "up": [names[code] for code in each.up],
            "down": [names[code] for code in each.down],
        }
        for each in compared.moved
        if each.up or each.down
    ]
    return {
        "it": compared.group, "peers": compared.group.peers, "units": units, "ready": compared.ranked, "ranked": len(ranked),
        "hold": sum(bool(each.holds) for each in ranked), "moved": moved,
        "level": {2: now("省级"), 4: now("市级"), 6: now("县级")}.get(compared.group.digits, now("乡级")),
    }  # fmt: skip


def _place(region: str, known: Register) -> str:
    """The name of a division in the reader's language (区划名称)."""
    english = comparing.division_name_en(region, known) if presenting.english() else ""
    return english or comparing.division_name(region, known)


def _name(it: Assessed, compared: Compared, unit: str) -> str:
    english = it.name_en(compared.group, unit) if presenting.english() else ""
    return english or it.name(compared.group, unit)


def _unit(it: Assessed, compared: Compared, result: Result) -> dict[str, Any]:
    return {
        "it": result, "code": result.unit, "name": _name(it, compared, result.unit), "why": WHY.get(result.why, ""),
        "peers": compared.group.peers, "of": compared.ranked, "start": round(result.low, 1), "width": max(round(result.high - result.low, 1), 1),
    }  # fmt: skip


def _figure(it: Assessed, figure: Figure, own: selfscores.Own, public: set[str]) -> dict[str, Any]:
    score = own.scores.get(figure.indicator.id)
    rows = [_row(it, each, public) for each in reversed(figure.facts[-ROWS_SHOWN:])]
    return {
        "it": figure, "own": score.points if score is not None else None, "rows": rows, "more": len(figure.facts) - len(rows),
        "share": figure.indicator.measure == "share",
    }  # fmt: skip


def _row(it: Assessed, fact: Fact, public: set[str]) -> dict[str, Any]:
    """One row with where it can be read (一行依据): a promise, a record, a published complaint; of others the number alone."""
    kind, _mark, number = fact.ref.partition(":")
    bare = number.partition("#")[0]
    url = ""
    if kind == "promise":
        url = reverse("web:promise", args=[int(bare)])
    elif kind == "record":
        url = reverse("web:integrity-body", args=[fact.body])
    elif kind == "case" and bare in public:
        url = reverse("web:complaint", args=[bare])
    title = fact.title_en if presenting.english() and fact.title_en else fact.title
    return {
        "it": fact, "number": number if kind != "report" else "", "url": url, "title": title, "outcome": OUTCOMES.get(fact.outcome, fact.outcome),
        "body": it.known.name(fact.body, it.as_of),
    }  # fmt: skip


def _published(it: Assessed, each: ratings.Published) -> dict[str, Any]:
    names = {result.unit: _name(it, group, result.unit) for group in it.groups for result in group.results}
    return {"it": each, "lines": [(names.get(line["unit"], line["unit"]), line) for line in each.rating.lines]}


def _desk_system(system: Any, who: Viewer, body: Body | None, sent: Mapping[str, str]) -> dict[str, Any]:
    own = selfscores.own_of(who.body, system, today()) if who.body else None
    typed = sent if sent.get("system") == system.id else {}
    return {
        "it": system, "may": selfscores.may_score(who, system), "own": own, "address": f"{system.id}@{system.version}@{today().isoformat()}",
        "query": f"region={body.region[:6]}" if body is not None else "",
        "fields": [(each, typed.get(f"points-{each.id}", ""), own.scores.get(each.id) if own else None) for each in system.indicators],
        "sets": [{"it": each, "name": rater, "open": each.open_until >= today()} for each, rater in _sets(system.id, who)],
    }  # fmt: skip


def _sets(system: str, who: Viewer) -> list[tuple[Any, str]]:
    found = datasets.listed(system, rater="" if who.role in datasets.MAY_FREEZE else who.body)
    names = {
        body.code: presenting.own_name(body) for body in Body.objects.filter(code__in={each.rater for each in found})
    }
    return [(each, names.get(each.rater, each.rater)) for each in found]


def _score(who: Viewer, sent: Mapping[str, str]) -> str | Refusal:
    points = {
        name.removeprefix("points-"): value for name, value in sent.items() if name.startswith("points-") and value
    }
    done = selfscores.enter(who, sent.get("system", ""), points, sent.get("text", ""))
    return done if isinstance(done, Refusal) else now("自评已经公布在评价结果旁边。")


def _contest(who: Viewer, sent: Mapping[str, str]) -> str | Refusal:
    said = {"ground": sent.get("ground", ""), "text": sent.get("text", "")}
    request = engine.Request(assessment_objections.KIND, "", said, about=sent.get("about", ""))
    done = engine.open_case(who, request)
    return (
        done if isinstance(done, Refusal) else now("评价异议已提交，案号 %(number)s。") % {"number": done.case.number}
    )


def _freeze(who: Viewer, sent: Mapping[str, str]) -> str | Refusal:
    made = datasets.freeze(
        who, sent.get("system", ""), sent.get("region", ""), sent.get("rater", ""), _day(sent.get("as_of", ""))
    )
    return (
        made
        if isinstance(made, Refusal)
        else now("数据集 %(number)s 已冻结，SHA-256 %(digest)s。") % {"number": made.number, "digest": made.digest}
    )


def _rate(who: Viewer, sent: Mapping[str, str]) -> str | Refusal:
    given = ratings.read({**sent, "results": ratings.read_lines(sent.get("results", ""))})
    done = given if isinstance(given, Refusal) else ratings.hand_in(who, sent.get("number", ""), given)
    return done if isinstance(done, Refusal) else now("评级已经公布，附评级方法。")
