"""Access (查阅关口): who may look, and the log of every look."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    """Access (查阅关口): who may look, and the log of every look."""

    name = "gongxin.spine.access"
    label = "access"
    verbose_name = _("单位、账号、密钥")
