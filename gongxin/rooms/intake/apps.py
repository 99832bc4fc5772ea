"""Intake (归集): batches, templates, checks."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Intake (归集): batches, templates, checks."""

    name = "gongxin.rooms.intake"
    label = "intake"
    verbose_name = "归集"
