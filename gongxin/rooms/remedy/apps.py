"""The remedy room as an application of the framework (权益保护室)."""

import importlib
from collections.abc import Sequence

from django.apps import AppConfig

from gongxin.law.standing import Act

KINDS = ("objections", "corrections", "inquiries", "requests", "reviews", "bars", "repairs", "undoings")
"""Modules that bring a kind of case (案件种类模块)."""


class RemedyConfig(AppConfig):
    """权益保护."""

    name = "gongxin.rooms.remedy"
    label = "remedy"
    verbose_name = "权益保护"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the kinds of case known (登记案件种类), and tell whoever used a record that comes to be corrected otherwise."""
        from gongxin.spine.outbox import events

        events.listen("users", _users)
        for name in KINDS:
            importlib.import_module(f"gongxin.rooms.remedy.{name}")


def _users(acts: Sequence[Act]) -> None:
    from gongxin.rooms.remedy import changing

    changing.tell_users(acts)
