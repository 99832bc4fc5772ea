"""The outbox as an application of the framework (发件箱)."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """发件箱."""

    name = "gongxin.spine.outbox"
    label = "outbox"
    verbose_name = "发件箱"
    default_auto_field = "django.db.models.BigAutoField"
