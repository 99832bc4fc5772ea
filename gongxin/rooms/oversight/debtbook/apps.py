"""The published debt as an application of the framework (政府债务公布)."""

from __future__ import annotations

from django.apps import AppConfig


class DebtBookConfig(AppConfig):
    """Published stocks of government debt (政府债务公布)."""

    name = "gongxin.rooms.oversight.debtbook"
    label = "debtbook"
    verbose_name = "政府债务公布"
