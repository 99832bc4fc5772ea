"""The front page (首页)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from gongxin.doors.web import promising, showing
from gongxin.spine import public
from gongxin.spine.clock import today

KINDS = (
    {"id": "", "name": gettext_lazy("全部")},
    {"id": "enterprise", "name": gettext_lazy("企业")},
    {"id": "household", "name": gettext_lazy("个体工商户")},
    {"id": "society", "name": gettext_lazy("社会组织")},
    {"id": "institution", "name": gettext_lazy("事业单位")},
    {"id": "organ", "name": gettext_lazy("政府机构")},
)
SHOWN = 6


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One query box, six things to do, government's promises, and how the platform itself is doing (首页)."""
    day = today()
    sources = sorted(public.sources(day), key=lambda source: source.updated, reverse=True)
    promised = promising.in_short(day)
    told = showing.figures(day)
    figures = (
        (_("在公示的信用信息"), told.on_display, _("条")),
        (_("有公示信息的单位"), told.subjects, _("家")),
        (_("昨日到期停止公示"), told.stopped_yesterday, _("条")),
        (_("本月撤下"), told.left_this_month, _("条")),
        (_("报送单位"), told.sources, _("家")),
    )
    return render(
        request,
        "web/home.html",
        {
            "section": "home",
            "as_of": day,
            "kinds": KINDS,
            "figures": [{"name": name, "value": f"{value:,}", "unit": unit} for name, value, unit in figures],
            "promises": promised[:SHOWN],
            "promises_total": len(promised),
            "sources": sources[: SHOWN + 1],
            "lists": showing.lists(day)[:SHOWN],
        },
    )
