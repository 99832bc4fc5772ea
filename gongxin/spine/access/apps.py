"""Access (查阅关口): who may look, and the log of every look."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Access (查阅关口): who may look, and the log of every look."""

    name = "gongxin.spine.access"
    label = "access"
    verbose_name = "查阅关口"
