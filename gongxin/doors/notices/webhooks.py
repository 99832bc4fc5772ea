"""Sending events to subscribers (事件送达): one after another for each, signed, until each is acknowledged.

A subscriber that is down, slow or wrong holds up nobody but itself. It answers with the number and digest of the very
event; anything else is no acknowledgement, and stays to be seen.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from gongxin.spine import clock, secrets
from gongxin.spine.outbox import subscribers
from gongxin.spine.outbox.models import Delivery
from gongxin.spine.outbox.subscribers import WrongAcknowledgement

TIMEOUT = 10.0
"""Seconds to wait for a subscriber; a matter of traffic."""
ANSWER_LIMIT = 4096
COMPONENTS = '("@method" "@target-uri" "content-digest" "content-type")'


@dataclass
class Sent:
    """What one round of sending brought (一轮送达的结果)."""

    acknowledged: int = 0
    sent: int = 0
    failed: int = 0
    behind: set[str] = field(default_factory=set)
    """Bodies with something still to be sent after a failure."""


def deliver(*, limit: int = 1000, going: Callable[[], bool] = lambda: True) -> Sent:
    """Send what is due (送达到期事件), at most so many; a subscriber that fails is left alone until its next time.

    Events of one subscriber are sent in their order: one that cannot be sent keeps the later ones back.
    """
    done = Sent()
    for delivery in subscribers.waiting(clock.now())[:limit]:
        if delivery.subscriber.body in done.behind or not going():
            continue
        if _earlier_waits(delivery):
            continue
        outcome = send(delivery)
        if outcome == "acknowledged":
            done.acknowledged += 1
        elif outcome == "sent":
            done.sent += 1
        else:
            done.failed += 1
            done.behind.add(delivery.subscriber.body)
    return done


def send(delivery: Delivery) -> str:
    """Send one event and take what comes back (送达一个事件); the outcome is written down whatever it is."""
    event, to = delivery.event, delivery.subscriber.endpoint
    body = json.dumps(
        {"id": event.pk, "digest": event.digest, "signature": event.signature, "key": event.key, "body": event.body},
        ensure_ascii=False,
    ).encode()
    try:
        request = Request(to, data=body, headers=headers(to, body), method="POST")
        with _opener.open(request, timeout=TIMEOUT) as response:
            return _answered(delivery, response)
    except HTTPError as error:
        outcome, detail = f"http-{error.code}", str(error.reason)
        error.close()
    except TimeoutError:
        outcome, detail = "timeout", ""
    except URLError as error:
        outcome, detail = (
            ("timeout", "") if isinstance(error.reason, TimeoutError) else ("unreachable", str(error.reason))
        )
    except (OSError, HTTPException, ValueError) as error:
        outcome, detail = "unreachable", str(error)
    subscribers.note(delivery, outcome, detail)
    return outcome


def headers(to: str, body: bytes) -> dict[str, str]:
    """Return the headers of a signed request (签名请求头), after RFC 9421 with RFC 9530's digest of the content."""
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    kind = "application/json"
    created = int(clock.now().timestamp())
    parameters = f'{COMPONENTS};created={created};keyid="{secrets.signing_key_id()}";alg="ed25519"'
    base = (
        f'"@method": POST\n"@target-uri": {to}\n"content-digest": {digest}\n"content-type": {kind}\n'
        f'"@signature-params": {parameters}'
    )
    signature = base64.b64encode(secrets.sign(base.encode())).decode()
    return {
        "Content-Type": kind, "Content-Digest": digest, "Signature-Input": f"gx={parameters}",
        "Signature": f"gx=:{signature}:", "User-Agent": "gongxin",
    }  # fmt: skip


class _NoRedirect(HTTPRedirectHandler):
    """A subscriber that sends us elsewhere is not followed: the address was agreed, the new one was not."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = build_opener(_NoRedirect())


def _answered(delivery: Delivery, response: HTTPResponse) -> str:
    raw = response.read(ANSWER_LIMIT)
    answer = hashlib.sha256(raw).hexdigest()
    try:
        said = json.loads(raw) if raw.strip() else None
    except ValueError:
        said = None
    if not isinstance(said, dict) or "event" not in said:
        # Taken, and not yet worked in: the acknowledgement comes later, through the interface.
        subscribers.note(delivery, "sent", f"HTTP {response.status}", answer)
        return "sent"
    if said.get("event") != delivery.event_id:
        subscribers.note(delivery, "wrong-acknowledgement", "确认的是另一个事件", answer)
        return "wrong-acknowledgement"
    try:
        subscribers.acknowledge(delivery.subscriber, delivery.event_id, str(said.get("digest") or ""))
    except WrongAcknowledgement:
        return "wrong-acknowledgement"
    return "acknowledged"


def _earlier_waits(delivery: Delivery) -> bool:
    """Tell whether an earlier event of the same subscriber still waits for its next time."""
    return (
        delivery.subscriber.deliveries.filter(event_id__lt=delivery.event_id, state=Delivery.State.PENDING)
        .filter(next_try__gt=clock.now())
        .exists()
    )
