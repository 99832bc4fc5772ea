"""Sending events to subscribers (事件送达): one after another for each, signed, until each is acknowledged.

A subscriber that is down, slow or wrong holds up nobody but itself. It answers with the number and digest of the very
event; anything else is no acknowledgement, and stays to be seen.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_RDWR, socket
from threading import Event, Timer
from urllib.parse import urlsplit

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
    """Send what is due (送达到期事件), at most so many to each; a subscriber that fails is left alone until its next time.

    Each subscriber has a line of its own, sent in order: one that cannot be sent keeps back the later ones of that
    line, and however long it has grown, nobody else's.
    """
    done = Sent()
    for subscriber in subscribers.reached():
        for delivery in subscribers.line_of(subscriber, limit):
            if not going():
                return done
            if delivery.next_try > clock.now():
                if delivery.state == Delivery.State.SENT:
                    # Taken, and only the acknowledgement is awaited: what came after it need not wait.
                    continue
                break
            outcome = send(delivery)
            if outcome == "acknowledged":
                done.acknowledged += 1
            elif outcome == "sent":
                done.sent += 1
            else:
                done.failed += 1
                done.behind.add(subscriber.body)
                break
    return done


def send(delivery: Delivery) -> str:
    """Send one event and take what comes back (送达一个事件); the outcome is written down whatever it is."""
    event, to = delivery.event, delivery.subscriber.endpoint
    body = json.dumps(
        {"id": event.pk, "digest": event.digest, "signature": event.signature, "key": event.key, "body": event.body},
        ensure_ascii=False,
    ).encode()
    try:
        status, reason, raw = _post(to, body)
    except TimeoutError:
        outcome, detail = "timeout", ""
    except (OSError, HTTPException, ValueError) as error:
        outcome, detail = "unreachable", str(error)
    else:
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return _answered(delivery, status, raw)
        # A subscriber that sends us elsewhere is not followed: the address was agreed, the new one was not.
        outcome, detail = f"http-{status}", reason
    subscribers.note(delivery, outcome, detail)
    return outcome


def _post(to: str, body: bytes) -> tuple[int, str, bytes]:
    """Post once and return status, reason and answer; TimeoutError when all of it together took longer than TIMEOUT.

    The socket's own timeout begins anew with each byte, so that one that trickles would hold the worker for hours; a
    timer of ours cuts the whole exchange off.
    """
    parts = urlsplit(to)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    late = Event()
    reached: list[socket] = []

    def cut() -> None:
        late.set()
        for each in reached:
            with suppress(OSError):
                each.shutdown(SHUT_RDWR)

    timer = Timer(TIMEOUT, cut)
    timer.daemon = True
    timer.start()
    try:
        connection.connect()
        # The connection lets go of its socket as soon as the answer's head is there; the timer must still reach it.
        reached.append(connection.sock)
        connection.request(
            "POST", parts._replace(scheme="", netloc="", fragment="").geturl() or "/", body, headers(to, body)
        )
        response = connection.getresponse()
        raw = response.read(ANSWER_LIMIT)
        if late.is_set():
            raise TimeoutError
        return response.status, response.reason, raw
    except (OSError, HTTPException) as error:
        if late.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
        connection.close()


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


def _answered(delivery: Delivery, status: int, raw: bytes) -> str:
    answer = hashlib.sha256(raw).hexdigest()
    try:
        said = json.loads(raw) if raw.strip() else None
    except ValueError:
        said = None
    if not isinstance(said, dict) or "event" not in said:
        # Taken, and not yet worked in: the acknowledgement comes later, through the interface.
        subscribers.note(delivery, "sent", f"HTTP {status}", answer)
        return "sent"
    if said.get("event") != delivery.event_id:
        subscribers.note(delivery, "wrong-acknowledgement", "确认的是另一个事件", answer)
        return "wrong-acknowledgement"
    try:
        subscribers.acknowledge(delivery.subscriber, delivery.event_id, str(said.get("digest") or ""))
    except WrongAcknowledgement:
        return "wrong-acknowledgement"
    return "acknowledged"
