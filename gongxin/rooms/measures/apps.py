"""The measures room as an application of the framework (名单奖惩室)."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from django.apps import AppConfig

KINDS = ("commitments", "lists.listing", "lists.leaving", "lists.settling", "restricting", "joint")
"""Modules that bring a kind of case (案件种类模块)."""


class MeasuresConfig(AppConfig):
    """Measures (名单奖惩): lists with due process, checks and their outcomes."""

    name = "gongxin.rooms.measures"
    label = "measures"
    verbose_name = "名单奖惩"

    def ready(self) -> None:
        """Make the kinds of case and the gauge known (登记案件种类和指标): each registers itself when it is imported.

        And have whoever runs the worker look after watches, before what they bring about is carried out, and screen
        the lists that were handed in.
        """
        from gongxin.spine.outbox import dispatch

        for name in (*KINDS, "gauging"):
            importlib.import_module(f"gongxin.rooms.measures.{name}")
        dispatch.register("answers", _look_after)
        dispatch.register("screens", _screen)


def _look_after() -> Mapping[str, int]:
    from gongxin.rooms.measures import watching

    return watching.look_after()


def _screen() -> Mapping[str, int]:
    from gongxin.rooms.measures import handed_in

    return handed_in.run_waiting()
