"""Bodies as an application of the framework (机关单位)."""

from django.apps import AppConfig


class BodiesConfig(AppConfig):
    """机关单位."""

    name = "gongxin.spine.bodies"
    label = "bodies"
    verbose_name = "机关单位"
    default_auto_field = "django.db.models.BigAutoField"
