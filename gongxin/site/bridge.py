"""Django behind ASGI (网页与接口的桥): each request runs whole, in one thread, on Django's synchronous interface.

Django's own ASGI handler changes threads several times within a request and was measured five times slower for
synchronous views. Here the body is gathered first, one thread of a small pool runs the WSGI application from first
middleware to last, and the answer goes back in one piece or, when it is a file or a stream, piece by piece.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

logger = logging.getLogger("gongxin.site")

KEPT_IN_MEMORY = 1024 * 1024
"""A larger body is spooled to a file, so that an upload of a department's year does not lie in memory."""

STREAMED_FROM = 4 * 1024 * 1024
"""Above this many bytes an answer leaves in pieces as it is made."""


class Disconnected(Exception):
    """The caller left before the body was complete (对方已断开)."""


class Bridge:
    """An ASGI application that runs a WSGI application on threads of its own."""

    def __init__(self, wsgi: Callable[..., Iterable[bytes]], threads: int = 8) -> None:
        self._wsgi = wsgi
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="page")

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        try:
            body = await _gather(receive)
        except Disconnected:
            return
        loop = asyncio.get_running_loop()
        with body:
            environ = _environ(scope, body)
            await loop.run_in_executor(self._pool, self._run, environ, loop, send)

    def _run(self, environ: dict[str, Any], loop: asyncio.AbstractEventLoop, send: Send) -> None:
        """Run one request; every message is sent before the next piece is made, which holds memory down."""
        head: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Callable[[bytes], None]:
            head["status"] = int(status.split(" ", 1)[0])
            head["headers"] = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]
            return _no_write

        def tell(message: Message) -> None:
            asyncio.run_coroutine_threadsafe(_as_coroutine(send(message)), loop).result()

        pieces = self._wsgi(environ, start)
        try:
            begun = False
            held: list[bytes] = []
            size = 0
            for piece in pieces:
                if not piece:
                    continue
                held.append(piece)
                size += len(piece)
                if size >= STREAMED_FROM:
                    if not begun:
                        tell({"type": "http.response.start", **head})
                        begun = True
                    tell({"type": "http.response.body", "body": b"".join(held), "more_body": True})
                    held, size = [], 0
            if not begun:
                tell({"type": "http.response.start", **head})
            tell({"type": "http.response.body", "body": b"".join(held)})
        finally:
            # Closing in the same thread lets Django give this thread's database connection back.
            close = getattr(pieces, "close", None)
            if close is not None:
                close()

    def stop(self) -> None:
        """Let the requests under way finish."""
        self._pool.shutdown(wait=True)


async def _as_coroutine(awaitable: Awaitable[None]) -> None:
    await awaitable


def _no_write(_piece: bytes) -> None:
    raise RuntimeError("write() of the first WSGI is not offered; Django does not use it")


async def _gather(receive: Receive) -> Any:
    body = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)  # noqa: SIM115 - closed by the caller
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            body.close()
            raise Disconnected
        body.write(message.get("body", b""))
        if not message.get("more_body", False):
            body.seek(0)
            return body


def _environ(scope: MutableMapping[str, Any], body: Any) -> dict[str, Any]:
    """Return the WSGI environment of an ASGI request (PEP 3333)."""
    body.seek(0, io.SEEK_END)
    length = body.tell()
    body.seek(0)
    server = scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": quote(scope.get("root_path", "")).encode().decode("latin-1"),
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1] or 80),
        "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope.get("headers", ()):
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if name == "content-type":
            key = "CONTENT_TYPE"
        elif name == "content-length":
            continue
        else:
            key = "HTTP_" + name.upper().replace("-", "_")
            if "_" in name:
                # A header with an underscore could pose as the one with a hyphen that a front server sets.
                continue
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    environ["CONTENT_LENGTH"] = str(length)
    return environ
