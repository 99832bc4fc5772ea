"""Complaints as an application of the framework (政府失约投诉)."""

from __future__ import annotations

import importlib

from django.apps import AppConfig

KINDS = ("handling", "orders", "retaliation")
"""Modules that bring a kind of case (案件种类模块)."""


class ComplaintsConfig(AppConfig):
    """Complaints about broken promises of government (政府失约投诉)."""

    name = "gongxin.rooms.promises.complaints"
    label = "complaints"
    verbose_name = "政府失约投诉"

    def ready(self) -> None:
        """Make the kinds of case known (登记案件种类): each registers itself when it is imported."""
        for name in KINDS:
            importlib.import_module(f"gongxin.rooms.promises.complaints.{name}")
