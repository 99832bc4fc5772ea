"""Portal and workbench (网页)."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Portal and workbench (网页)."""

    name = "gongxin.doors.web"
    label = "web"
    verbose_name = "网页"
