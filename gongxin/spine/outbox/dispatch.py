"""Dispatch (发送调度): whoever can carry something out of the house registers here; a worker lets all of them carry.

The command line runs the worker and the notices door carries; neither door knows the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

Carrier = Callable[[], Mapping[str, int]]
"""Carries what is due and says how much of what: an outcome and its number."""

CARRIERS: dict[str, Carrier] = {}


def register(name: str, carrier: Carrier) -> None:
    """Make a carrier known (登记发送渠道)."""
    CARRIERS[name] = carrier


def carry() -> dict[str, Mapping[str, int]]:
    """Let every carrier carry what is due (发送到期内容) and return what each did."""
    return {name: carrier() for name, carrier in sorted(CARRIERS.items())}
