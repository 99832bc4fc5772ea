"""Who looked (查阅留痕): the auditor's log of every look, and each subject's own 谁看过我."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.rights import needs
from gongxin.spine import shelf
from gongxin.spine.access.models import Body, Look
from gongxin.spine.clock import today

PAGE = 30
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
    return "、".join(names.get(item, item) for item in seen)
