"""What every page knows (公共上下文): the office, the environment, the reader's preferences, the reader's menu."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from gongxin.doors.web.office import environment_banner
from gongxin.doors.web.office import office as this_office
from gongxin.doors.web.preferences import ELDER_COOKIE, without_numbers


def office(request: HttpRequest) -> dict[str, Any]:
    """Names, banner and preferences for the templates (页面公共变量)."""
    english = (get_language() or "").startswith("en")
    house = this_office()
    return {
        "office": house,
        "office_name": house.name_en if english and house.name_en else house.name,
        "office_hours": house.hours_en if english and house.hours_en else house.hours,
        "office_address": house.address_en if english and house.address_en else house.address,
        "office_host": house.host_en if english and house.host_en else house.host,
        "english": english,
        "page_lang": "en" if english else "zh-Hans",
        "elder": request.COOKIES.get(ELDER_COOKIE) == "1",
        "banner": environment_banner(),
        "demo": settings.GONGXIN_DEMO,
        "here": without_numbers(request.get_full_path()),
        "session_seconds": settings.SESSION_COOKIE_AGE,
    }
