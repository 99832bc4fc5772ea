"""Disclosure (公示查询): publication, search, profiles, open data."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """Disclosure (公示查询): publication, search, profiles, open data."""

    name = "gongxin.rooms.disclosure"
    label = "disclosure"
    verbose_name = "公示查询"
