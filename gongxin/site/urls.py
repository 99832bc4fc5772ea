"""Addresses (路由): the portal, the workbench, the machine interface, sign-in and staff settings."""

from django.contrib import admin
from django.urls import include, path

from gongxin.doors.api.urls import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("accounts/", include("gongxin.doors.web.accounts")),
    path("settings/", admin.site.urls),
    path("", include("gongxin.doors.web.urls")),
]

handler500 = "gongxin.doors.web.views.faults.fault"
