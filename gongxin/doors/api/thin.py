"""The short way of a check (核查快路): from the socket to the answer without Django's request path.

Only the plain case goes this way: a check as of today, without Idempotency-Key. Everything else is handed on, body and
all, to the long way. The answer is composed by the same function from the same standing, so the bytes are the same; and
it never leaves before its entry in the access log is durable.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pydantic
from django.db import connections
from pydantic_core import from_json

from gongxin.doors.api import english, errors
from gongxin.doors.api.errors import Problem
from gongxin.doors.api.keys import Caller, admit, keyring
from gongxin.doors.api.requests import CheckIn
from gongxin.rooms.measures.faults import Unanswerable
from gongxin.rooms.measures.quick import Desk, NotHere

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

LONGEST = 16 * 1024
"""Bytes of the longest body a check can need."""

LONG_WAY = frozenset({b"idempotency-key", b"signature-input", b"signature", b"client-cert"})
"""Headers whose meaning the long way knows: repeats, signatures, certificates."""

_JSON = (b"content-type", errors.CONTENT_TYPE.encode())


class Thin:
    """The ASGI application for POST /api/v1/checks."""

    def __init__(self, otherwise: Application, desk: Desk | None = None) -> None:
        self._otherwise = otherwise
        self._desk = desk if desk is not None else Desk()
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="key")

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        authorization: bytes | None = None
        accepted: bytes = b""
        for name, value in scope["headers"]:
            if name == b"authorization":
                authorization = value
            elif name == b"accept-language":
                accepted = value
            elif name in LONG_WAY:
                await self._otherwise(scope, receive, send)
                return
        try:
            body = await _body(receive)
            if body is None:
                return
            try:
                answer = await self._answer(authorization, body)
            except NotHere:
                await self._otherwise(scope, _replayed(body, receive), send)
                return
            await _send(send, 200, answer, ())
        except Problem as problem:
            await _refuse(send, problem, accepted)
        except Exception as fault:
            problem = errors.unanswerable(Unanswerable(fault))
            await _refuse(send, problem, accepted)

    async def _answer(self, authorization: bytes | None, body: bytes) -> bytes:
        caller = keyring.recall(authorization)
        if caller is False:
            loop = asyncio.get_running_loop()
            caller = await loop.run_in_executor(self._pool, _identify, authorization)
        if not isinstance(caller, Caller):
            raise errors.unauthorised()
        if caller.certificate:
            # It came without the certificate it is bound to; the long way says so.
            raise NotHere
        admit(caller, "checks:write")
        question = read_question(body)
        if question.consent is not None:
            # A consent is held while it is used; that is the long way's business.
            raise NotHere
        answered = await self._desk.check(
            caller.viewer(), question.code, question.matter, question.as_of, question.case_no
        )
        if isinstance(answered, bytes):
            return answered
        raise errors.of_no(answered)

    def stop(self) -> None:
        """Finish the groups under way."""
        self._desk.stop()
        self._pool.shutdown(wait=True)


def _identify(authorization: bytes | None) -> Caller | None:
    try:
        return keyring.identify(authorization)
    finally:
        connections.close_all()


def read_question(body: bytes) -> CheckIn:
    """Read the body of a check; raises the problem that says what is wrong with it."""
    try:
        return CheckIn.model_validate(from_json(body))
    except pydantic.ValidationError as error:
        raise errors.from_validation([dict(each) for each in error.errors(include_url=False)]) from None
    except ValueError:
        raise errors.unreadable() from None


async def _body(receive: Receive) -> bytes | None:
    """Return the body, or None when the caller has left."""
    pieces = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        pieces += message.get("body", b"")
        if len(pieces) > LONGEST:
            raise errors.too_large(LONGEST)
        if not message.get("more_body", False):
            return pieces


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a receive that tells the body once more."""
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _refuse(send: Send, problem: Problem, accepted: bytes) -> None:
    """Send a problem in the language the caller asked for, with the headers the long way gives it."""
    in_english = english.wanted(accepted.decode("latin-1"))
    language = (("Content-Language", "en" if in_english else "zh-Hans"), ("Vary", "Accept-Language"))
    await _send(send, problem.status, problem.body(in_english=in_english), (*problem.headers, *language))


async def _send(send: Send, status: int, body: bytes, headers: tuple[tuple[str, str], ...]) -> None:
    told = [_JSON, (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    told += [(name.lower().encode(), value.encode()) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
