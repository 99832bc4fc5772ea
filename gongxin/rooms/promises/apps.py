"""Where Django finds this room (应用声明)."""

from __future__ import annotations

import importlib

from django.apps import AppConfig


class PromisesConfig(AppConfig):
    """承诺履约."""

    name = "gongxin.rooms.promises"
    label = "promises"
    verbose_name = "承诺履约"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the room's kinds of case known (登记案件种类)."""
        importlib.import_module("gongxin.rooms.promises.findings")
