"""When the platform cannot answer (无法作答): said plainly, with a ticket, and never as "no record"."""

from __future__ import annotations

import logging
from secrets import token_hex
from typing import Any

logger = logging.getLogger("gongxin.check")


class Unanswerable(RuntimeError):
    """The platform cannot answer now (无法作答). Never to be read as "no record"; the ticket finds the reason in the log."""

    def __init__(self, fault: BaseException) -> None:
        self.ticket = "GZ-" + token_hex(5).upper()
        super().__init__(f"{self.ticket} {fault}")
        logger.error("%s a check could not be answered", self.ticket, exc_info=fault)

    AGAIN_AFTER = 30
    """Seconds after which to ask again: long enough for a restart, short enough for somebody at a counter."""

    @property
    def message(self) -> str:
        """Return what the one who asked is told."""
        return "本平台现在不能作答，没有给出任何结论。"

    @property
    def way_forward(self) -> str:
        """Return what the one who asked can do."""
        return f"请 {self.AGAIN_AFTER} 秒后重试；仍不行时请联系信用办，报编号 {self.ticket}。这不表示没有记录。"

    def as_dict(self) -> dict[str, Any]:
        """Return the error as machine channels give it (机器可读的无法作答)."""
        return {
            "code": "unavailable", "message": self.message, "way_forward": self.way_forward, "ticket": self.ticket,
            "retry_after": self.AGAIN_AFTER,
        }  # fmt: skip
