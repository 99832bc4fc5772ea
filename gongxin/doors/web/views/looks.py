"""Who looked (查阅留痕): the auditor's log of every look, and the looks whose notice is delayed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.rights import account_of, needs, refuse, viewer
from gongxin.doors.web.views.delegations import day_of
from gongxin.kernel.issues import Refusal
from gongxin.spine import shelf
from gongxin.spine.access import withheld
from gongxin.spine.access.models import Body, Look, Role
from gongxin.spine.clock import today

PAGE = 30
FIELD_OF = {"withheld.ground": "ground", "withheld.person": "ordered_by", "withheld.release": "release"}
"""Refusal → the field of the form it is about; the others are about the look."""

PURPOSES = {
    "own": gettext_lazy("本主体自己查看"),
    "casework": gettext_lazy("办理案件"),
    "supervision": gettext_lazy("监督检查"),
    "submission": gettext_lazy("处理本单位报送的数据"),
}


@needs("looks")
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """Every look (查阅留痕), newest first; the auditor's own reading of the log is in it too."""
    asked = {name: request.GET.get(name, "").strip() for name in ("number", "body", "subject", "matter")}
    found = Look.objects.order_by("-id")
    if asked["number"]:
        found = found.filter(number=asked["number"])
    if asked["body"]:
        found = found.filter(body__in=_bodies_named(asked["body"]))
    if asked["subject"]:
        found = found.filter(subject="uscc:" + asked["subject"].upper())
    if asked["matter"]:
        found = found.filter(matter=asked["matter"])
    page = presenting.Paging.of(request.GET.get("page"), PAGE, found.count())
    context = {
        "rows": _rows(list(found[page.offset : page.offset + page.size])),
        "asked": asked,
        "page": page,
        "matters": shelf.book().on(today()).matters(),
        "menu": "web:looks",
    }
    return render(request, "web/desk/looks.html", context)


@needs("withhold")
@require_http_methods(["GET", "HEAD", "POST"])
def withholding(request: HttpRequest) -> HttpResponse:
    """Delay the notice of a look of one's own body, by a named person's order, until a day (推迟告知); the auditor reads."""
    who, reads = viewer(request), account_of(request).role == Role.AUDITOR
    given = {name: request.POST.get(name, "").strip() for name in ("look", "ground", "release", "ordered_by")}
    given["look"] = given["look"] or request.GET.get("look", "").strip()
    problem: Refusal | None = None
    if request.method == "POST":
        if reads:
            return refuse(request, "withhold")
        made = withheld.withhold(who, given["look"], given["ground"], day_of(given["release"]), given["ordered_by"])
        if not isinstance(made, Refusal):
            text = _("查阅 %(look)s 到 %(day)s 自行告知本人。") % {"look": made.look, "day": made.release}
            messages.add_message(request, messages.SUCCESS, text, extra_tags="good")
            return redirect("web:withheld")
        problem = made
    found = withheld.orders(None if reads else who.body)
    page = presenting.Paging.of(request.GET.get("page"), PAGE, found.count())
    law, now = shelf.book().on(today()), today()
    grounds = [
        {"id": row["id"], "name": row["name_en"] if presenting.english() else row["name"], "months": row["months"]}
        for row in withheld.grounds(now)
    ]
    names = {row["id"]: row["name"] for row in grounds}
    bodies = Body.objects.in_bulk([each.body for each in found[page.offset : page.offset + page.size]])
    value = law.parameter(withheld.PARAMETER)
    context = {
        "rows": [
            {"it": each, "ground": names.get(each.ground, each.ground), "body": presenting.own_name(bodies.get(each.body)),
             "released": withheld.is_released(each.release, now)}
            for each in found[page.offset : page.offset + page.size]
        ],
        "own": [] if reads else Look.objects.filter(body=who.body).exclude(ground__startswith="own").order_by("-id")[:PAGE],
        "page": page, "reads": reads, "given": given, "problem": problem, "grounds": grounds, "today": now,
        "field": FIELD_OF.get(problem.code, "look") if problem is not None else "",
        "source": presenting.clause(value.source), "unverified": value.certainty == "unverified", "menu": "web:withheld",
    }  # fmt: skip
    return render(request, "web/desk/withheld.html", context, status=422 if problem is not None else 200)


def _bodies_named(text: str) -> list[str]:
    named = Body.objects.filter(name__contains=text).values_list("code", flat=True)
    return [*named[:200], text]


def _rows(chosen: list[Look]) -> list[dict[str, Any]]:
    law = shelf.book().on(today())
    matters = {matter.id: matter for matter in law.matters()}
    bodies = {
        body.code: presenting.own_name(body) for body in Body.objects.filter(code__in={one.body for one in chosen})
    }
    rows = []
    for look in chosen:
        matter = matters.get(look.matter)
        purpose = look.ground.split(" ", 1)[0]
        what = presenting.own_name(matter) if matter is not None else str(PURPOSES.get(purpose, look.ground))
        rows.append(
            {
                "look": look,
                "body": bodies.get(look.body, look.body),
                "matter": what,
                "clause": presenting.clause(matter.clause) if matter is not None else None,
                "ground": look.ground if matter is None and purpose not in PURPOSES else "",
                "subject": subject_text(look.subject),
                "items": _items(look.fields),
            }
        )
    return rows


def subject_text(key: str) -> str:
    """How the log names a subject (留痕中的主体): an organisation by its code, a person not at all."""
    kind, _sep, rest = key.partition(":")
    if kind == "person":
        return _("自然人（编号不显示）")
    if kind == "batch":
        return _("批量")
    if kind in {"uscc", "regno", "orgcode"}:
        return rest
    if kind == "mention":
        return _("待认数据第 %(id)s 行") % {"id": rest}
    return key


def _items(fields: str) -> str:
    if fields == "*":
        return _("全部")
    names = {item.id: presenting.own_name(item) for item in shelf.book().on(today()).items()}
    seen = [part.partition(":")[0] for part in fields.split(";") if part]
    return presenting.listed(names.get(item, item) for item in seen)
