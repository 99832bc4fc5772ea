"""Measures (名单奖惩): checks and their outcomes."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """Measures (名单奖惩): checks and their outcomes."""

    name = "gongxin.rooms.measures"
    label = "measures"
    verbose_name = "名单奖惩"
