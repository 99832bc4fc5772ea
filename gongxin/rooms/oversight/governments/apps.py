"""Assessment of governments as an application of the framework (政务诚信评价)."""

from __future__ import annotations

from django.apps import AppConfig


class GovernmentsConfig(AppConfig):
    """Assessment of governments (政务诚信评价)."""

    name = "gongxin.rooms.oversight.governments"
    label = "governments"
    verbose_name = "政务诚信评价"
