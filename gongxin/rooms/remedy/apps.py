"""The remedy room as an application of the framework (权益保护室)."""

from django.apps import AppConfig


class RemedyConfig(AppConfig):
    """权益保护."""

    name = "gongxin.rooms.remedy"
    label = "remedy"
    verbose_name = "权益保护"
    default_auto_field = "django.db.models.BigAutoField"
