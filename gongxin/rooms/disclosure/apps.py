"""Disclosure (公示查询): publication, search, profiles, open data."""

from collections.abc import Mapping

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    """Disclosure (公示查询): publication, search, profiles, open data."""

    name = "gongxin.rooms.disclosure"
    label = "disclosure"
    verbose_name = "公示查询"

    def ready(self) -> None:
        """Offer to tell whoever asked that somebody looked."""
        from gongxin.spine.outbox import dispatch

        dispatch.register("looks", _looks)


def _looks() -> Mapping[str, int]:
    from gongxin.rooms.disclosure import alerts

    return alerts.carry()
