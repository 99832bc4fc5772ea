"""Portal and workbench (网页)."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class WebConfig(AppConfig):
    """Portal and workbench (网页)."""

    name = "gongxin.doors.web"
    label = "web"
    verbose_name = "网页"


class StaffSettingsConfig(admin_apps.AdminConfig):
    """The staff settings (人员设置), with our own tables alone."""

    default = False
    default_site = "gongxin.doors.web.staffsite.StaffSettings"
