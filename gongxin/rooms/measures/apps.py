"""The measures room as an application of the framework (名单奖惩室)."""

import importlib

from django.apps import AppConfig

KINDS = ("lists.listing", "lists.leaving")
"""Modules that bring a kind of case (案件种类模块)."""


class MeasuresConfig(AppConfig):
    """Measures (名单奖惩): lists with due process, checks and their outcomes."""

    name = "gongxin.rooms.measures"
    label = "measures"
    verbose_name = "名单奖惩"

    def ready(self) -> None:
        """Make the kinds of case known (登记案件种类): each registers itself when it is imported."""
        for name in KINDS:
            importlib.import_module(f"gongxin.rooms.measures.{name}")
