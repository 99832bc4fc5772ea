"""Tickets (嵌入票): a body's own system lets one of its officers put one question within a few minutes, once.

A ticket is sealed under the platform's key, so that nobody can read or change it on its way through a browser; it holds
no right of its own: the key it was made with must still be good when it is used.
"""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from secrets import token_urlsafe
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from gongxin.spine import clock, secrets
from gongxin.spine.access.models import ApiKey, EmbedOrigin, SeenNonce
from gongxin.spine.secrets import SealFault

GOOD_FOR = 300
"""Seconds a ticket may be used; a technical choice, told in the interface's manual."""

SCOPE = "checks:write"


@dataclass(frozen=True)
class Question:
    """What may be asked on a ticket (票上的问题): by which key and officer, about whom, in which matter and case."""

    key: int
    matter: str
    code: str
    case_no: str = ""
    officer: str = ""
    language: str = "zh"
    until: int = 0
    nonce: str = ""


class TicketFault(Exception):
    """A ticket that cannot be used (票不能用): why, and in whose frames it may be said."""

    def __init__(self, reason: str, body: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        """`unreadable`, `late`, `used` or `key`."""
        self.body = body


def issue(question: Question) -> str:
    """Return a ticket for a question (出票), good from now on for GOOD_FOR seconds."""
    said = asdict(question) | {"until": int(time.time()) + GOOD_FOR, "nonce": token_urlsafe(16)}
    return urlsafe_b64encode(secrets.seal(json.dumps(said, ensure_ascii=False)).encode()).decode().rstrip("=")


def read(ticket: str) -> tuple[Question, ApiKey]:
    """Return what a ticket asks and the key it was made with (验票); raises TicketFault."""
    try:
        sealed = urlsafe_b64decode(ticket.encode("ascii") + b"=" * (-len(ticket) % 4)).decode("ascii")
        question = Question(**json.loads(secrets.unseal(sealed)))
    except (ValueError, TypeError, SealFault) as fault:
        raise TicketFault("unreadable") from fault
    key = ApiKey.objects.select_related("body").filter(pk=question.key, revoked=None).first()
    if key is None or SCOPE not in key.scopes or (key.expires is not None and key.expires < clock.today()):
        raise TicketFault("key")
    if question.until < time.time():
        raise TicketFault("late", key.body_id)
    if SeenNonce.objects.filter(key=key, nonce=question.nonce).exists():
        raise TicketFault("used", key.body_id)
    return question, key


def spend(question: Question, key: ApiKey) -> None:
    """Use a ticket up (销票), in the transaction of the look; raises TicketFault for the second who comes with it."""
    try:
        with transaction.atomic():
            SeenNonce.objects.create(key=key, nonce=question.nonce, at=clock.now())
    except IntegrityError as again:
        raise TicketFault("used", key.body_id) from again


def origins_of(body: str) -> list[str]:
    """Return in which origins a body's page may be framed (登记的来源)."""
    return list(EmbedOrigin.objects.filter(body_id=body, ended=None).order_by("id").values_list("origin", flat=True))


def origin(written: str) -> str:
    """Return an origin as browsers write it (来源写法); raises ValueError for an address with a path, or none at all."""
    parts = urlsplit(written.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"} or parts.query:
        raise ValueError(written)
    if any(each in parts.netloc for each in "*; ,'@"):
        raise ValueError(written)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def known(origins: Iterable[str]) -> list[str]:
    """Return origins as a policy names them; none of them where there are none (嵌入许可)."""
    return list(origins) or ["'none'"]
