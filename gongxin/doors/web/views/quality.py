"""Quality of reporting (报送质量): timeliness and refusals, for supervision, for the office, and each body its own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongxin.doors.web import presenting
from gongxin.doors.web.rights import account_of, needs
from gongxin.rooms.intake import quality as room
from gongxin.spine import shelf
from gongxin.spine.access.models import Body
from gongxin.spine.clock import today

OWN_ONLY = frozenset({"steward"})
WHOLE = "0000"


@needs("quality")
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """How each body reports (报送质量), this year or since the beginning; no ranking, only what happened."""
    day = today()
    item = request.GET.get("item", "")
    span = request.GET.get("span", "")
    since = day.replace(month=1, day=1) if span == "year" else day.replace(day=1) if span == "month" else None
    found = room.by_provider(day, since=since, item=item or None)
    scope = _scope(request)
    shown = [row for row in found if scope is None or row.provider in scope]
    totals = _totals(shown)
    context = {
        "rows": [_row(row) for row in sorted(shown, key=lambda row: row.name)],
        "totals": totals,
        "items": [(one.id, presenting.own_name(one)) for one in shelf.book().on(day).items()],
        "item": item,
        "span": span,
        "as_of": day,
        "menu": "web:quality",
    }
    return render(request, "web/desk/quality.html", context)


def _scope(request: HttpRequest) -> set[str] | None:
    """Which bodies this account may see here (范围): a steward its own, a supervisor those of its region, the office all."""
    account = account_of(request)
    if account.role in OWN_ONLY:
        return {account.body_id or ""}
    body = account.body
    region = body.region if body is not None else ""
    prefix = region.rstrip("0") if region and not region.endswith(WHOLE) else region[:2]
    if account.role == "operator" or not prefix:
        return None
    return set(Body.objects.filter(region__startswith=prefix).values_list("code", flat=True)) | {account.body_id or ""}


def _row(row: room.ProviderQuality) -> dict[str, Any]:
    return {
        "it": row,
        "timely": _percent(row.timely_rate),
        "refused": _percent(row.refusal_rate),
        "entered": _percent(row.entry_rate),
    }


def _percent(rate: float | None) -> str:
    return _("未到统计期") if rate is None else f"{rate * 100:.1f}%"


def _totals(rows: list[room.ProviderQuality]) -> list[dict[str, str]]:
    """The figures above the table (指标条): name, number, and a sentence in plain words."""
    received = sum(row.received for row in rows)
    accepted = sum(row.accepted for row in rows)
    late = sum(row.late for row in rows)
    refused = sum(row.refused for row in rows)
    waiting = sum(row.waiting for row in rows)
    return [
        {
            "name": _("按期报送率"),
            "value": f"{(1 - late / accepted) * 100:.1f}" if accepted else "—",
            "unit": "%" if accepted else "",
            "said": _("迟报 %(late)s 行") % {"late": f"{late:,}"},
        },
        {
            "name": _("退回率"),
            "value": f"{refused / received * 100:.1f}" if received else "—",
            "unit": "%" if received else "",
            "said": _("退回 %(refused)s 行，改好可以再报") % {"refused": f"{refused:,}"},
        },
        {
            "name": _("收到"),
            "value": f"{received:,}",
            "unit": _("行"),
            "said": _("入库 %(accepted)s 行") % {"accepted": f"{accepted:,}"},
        },
        {"name": _("待人判断"), "value": f"{waiting:,}", "unit": _("行"), "said": _("认定之前不影响任何单位")},
        {"name": _("报送单位"), "value": f"{len(rows):,}", "unit": _("家"), "said": _("只列报送过的单位")},
    ]
