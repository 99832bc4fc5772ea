"""Where Django finds this room (应用声明)."""

from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "gongxin.rooms.oversight"
    label = "oversight"
    verbose_name = "督导"
