"""Where Django finds this room (应用声明)."""

import importlib

from django.apps import AppConfig


class OversightConfig(AppConfig):
    """督导."""

    name = "gongxin.rooms.oversight"
    label = "oversight"
    verbose_name = "督导"

    def ready(self) -> None:
        """Make the room's kinds of case and gauges known (登记案件种类和指标)."""
        kinds = (
            "assessment_objections",
            "integrity",
            "monitoring",
            "tasks.giving",
            "tasks.appraising",
            "tasks.inspecting",
            "debt",
            "readings",
        )
        for name in kinds:
            importlib.import_module(f"gongxin.rooms.oversight.{name}")
