"""The notices door as an application of the framework (对外告知)."""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """对外告知."""

    name = "gongxin.doors.notices"
    label = "notices"
    verbose_name = "对外告知"

    def ready(self) -> None:
        """Offer what this door can carry to whoever runs the worker."""
        from gongxin.spine.outbox import dispatch

        dispatch.register("events", _events)
        dispatch.register("messages", _messages)


def _events() -> Mapping[str, int]:
    from gongxin.doors.notices import webhooks

    done = webhooks.deliver()
    return {"acknowledged": done.acknowledged, "sent": done.sent, "failed": done.failed}


def _messages() -> Mapping[str, int]:
    from gongxin.doors.notices import messages

    went, failed = messages.deliver()
    return {"sent": went, "failed": failed}
