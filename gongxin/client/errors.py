"""What goes wrong (错误), one class for each thing a caller does about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class GongxinError(Exception):
    """Something was not done (没有办成): code, sentence and way forward as the platform said them."""

    def __init__(self, status: int, said: Mapping[str, Any], retry_after: float | None = None) -> None:
        self.status = status
        self.code = str(said.get("code") or "")
        self.message = str(said.get("message") or "")
        self.way_forward = str(said.get("way_forward") or "")
        self.clause: str | None = said.get("clause")
        self.issues: Sequence[Mapping[str, Any]] = said.get("issues") or ()
        self.ticket: str | None = said.get("ticket")
        self.retry_after = retry_after
        """Seconds after which to ask again, where the platform said so."""
        super().__init__(" ".join(part for part in (self.code, self.message, self.way_forward) if part))


class NotAuthorised(GongxinError):
    """The key, signature or certificate is not good, or not for this (未获准)."""


class Refused(GongxinError):
    """The law said no (依法拒绝): `clause` says which."""


class BadData(GongxinError):
    """The request holds something to be corrected (数据有误): `issues` names all of it."""


class NotFound(GongxinError):
    """Nothing stands there that this caller may know of (没有找到)."""


class TooMany(GongxinError):
    """More requests than the key allows (超过频率)."""


class Unavailable(GongxinError):
    """The platform cannot answer now (不能作答). Never to be read as “no record”; `ticket` is what to tell the office."""


class Unreachable(Unavailable):
    """The platform was not reached, or what came back was no answer of it (连接不上). Nothing was concluded either."""

    def __init__(self, reason: str) -> None:
        super().__init__(0, {
            "code": "unreachable", "message": f"没有连上平台，没有得到任何结论：{reason}",
            "way_forward": "请稍后用同一办件编号重试。这不表示没有记录。",
        })  # fmt: skip


class Fault(GongxinError):
    """Something broke at the platform (平台故障)."""


def of(status: int, said: Mapping[str, Any], retry_after: float | None) -> GongxinError:
    """Return the error of a response (按状态区分错误)."""
    kinds = {401: NotAuthorised, 403: Refused, 404: NotFound, 422: BadData, 400: BadData, 429: TooMany}
    if status == 403 and said.get("code") == "key.scope":
        return NotAuthorised(status, said, retry_after)
    if status in {502, 503, 504}:
        return Unavailable(status, said, retry_after)
    return kinds.get(status, Fault if status >= 500 else GongxinError)(status, said, retry_after)
