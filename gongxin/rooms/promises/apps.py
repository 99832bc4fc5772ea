"""Where Django finds this room (应用声明)."""

from django.apps import AppConfig


class PromisesConfig(AppConfig):
    """承诺履约."""

    name = "gongxin.rooms.promises"
    label = "promises"
    verbose_name = "承诺履约"
