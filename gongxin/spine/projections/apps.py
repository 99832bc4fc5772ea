"""Projections (投影): what can be thrown away and rebuilt to the same bytes."""

from django.apps import AppConfig


class ProjectionsConfig(AppConfig):
    """Projections (投影): what can be thrown away and rebuilt to the same bytes."""

    name = "gongxin.spine.projections"
    label = "projections"
    verbose_name = "投影"
