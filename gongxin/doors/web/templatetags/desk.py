"""The workbench's menu (工作台菜单): drawn from the table of rights, with what waits for this account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import reverse

from gongxin.doors.web import todo
from gongxin.doors.web.rights import MENU, has

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_menu(context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the groups of the menu this account may see; a line without its right is not there at all."""
    request = context["request"]
    account = request.user
    waiting = todo.counts(account)
    groups = []
    for label, entries in MENU:
        shown = []
        for entry in entries:
            if not has(account, entry.right):
                continue
            href = reverse(entry.url)
            shown.append(
                {
                    "label": entry.label,
                    "href": href,
                    "icon": entry.icon,
                    "count": waiting.get(entry.count, 0),
                    "current": request.path == href or context.get("menu") == entry.url,
                }
            )
        if shown:
            groups.append({"label": label, "entries": shown})
    return {"groups": groups, "todo": sum(waiting.values())}
