"""Intake (归集): batches, templates, checks."""

from importlib import import_module

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Intake (归集): batches, templates, checks."""

    name = "gongxin.rooms.intake"
    label = "intake"
    verbose_name = "归集"

    def ready(self) -> None:
        """Follow what the stewards decide about waiting rows (跟随认定结果), and make the room's gauges known (登记指标)."""
        import_module("gongxin.rooms.intake.gauging")
        from django.db.models.signals import post_save

        from gongxin.rooms.intake.settling import follow
        from gongxin.spine.projections.models import Mention

        post_save.connect(follow, sender=Mention, dispatch_uid="intake.settling")
