"""Cases as an application of the framework (案件)."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """案件."""

    name = "gongxin.spine.cases"
    label = "cases"
    verbose_name = "案件"
    default_auto_field = "django.db.models.BigAutoField"
