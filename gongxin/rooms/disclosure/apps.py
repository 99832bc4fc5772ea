"""Disclosure (公示查询): publication, search, profiles, open data."""

from collections.abc import Mapping, Sequence

from django.apps import AppConfig

from gongxin.law.standing import Act


class DisclosureConfig(AppConfig):
    """Disclosure (公示查询): publication, search, profiles, open data."""

    name = "gongxin.rooms.disclosure"
    label = "disclosure"
    verbose_name = "公示查询"

    def ready(self) -> None:
        """Offer to tell whoever asked that somebody looked, and the bodies whose reports an act overtakes."""
        from gongxin.spine.outbox import dispatch, events

        dispatch.register("looks", _looks)
        events.listen("reports", _readers)


def _readers(acts: Sequence[Act]) -> None:
    from gongxin.rooms.disclosure.reports import readers

    readers.tell(acts)


def _looks() -> Mapping[str, int]:
    from gongxin.rooms.disclosure import alerts

    return alerts.carry()
