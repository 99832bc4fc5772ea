"""The clock (时钟): the one place that asks what day it is, so that time can be frozen in a demonstration and in tests."""

from __future__ import annotations

import os
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

ZONE = ZoneInfo("Asia/Shanghai")
"""A legal day (日) begins and ends at midnight in Beijing, whatever the server's own zone."""


def today() -> date:
    """Return the present legal day (当日); GONGXIN_TODAY replaces it in a demonstration and in tests alone."""
    frozen = _frozen()
    return frozen if frozen is not None else datetime.now(ZONE).date()


def now() -> datetime:
    """Return the present moment (当前时刻), aware; on a frozen day it is that day at the present time of day."""
    moment = datetime.now(ZONE)
    frozen = _frozen()
    return moment if frozen is None else datetime.combine(frozen, moment.timetz())


def _frozen() -> date | None:
    if not (getattr(settings, "GONGXIN_DEMO", False) or getattr(settings, "TESTING", False)):
        return None
    given = getattr(settings, "GONGXIN_TODAY", None) or os.environ.get("GONGXIN_TODAY")
    if not given:
        return None
    return given if isinstance(given, date) else date.fromisoformat(given)
