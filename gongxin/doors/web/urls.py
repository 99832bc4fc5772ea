"""Addresses of the portal and the workbench (网页路由)."""

from __future__ import annotations

from django.urls import path

from gongxin.doors.web import preferences
from gongxin.doors.web.views import home

app_name = "web"

urlpatterns = [
    path("", home.home, name="home"),
    path("language/<str:code>/", preferences.language, name="language"),
    path("elder/<str:state>/", preferences.elder, name="elder"),
]
