"""The bridge (网页与接口的桥): what Django sees and says, unchanged, whatever the size."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gongxin.site.bridge import Bridge


def call(
    application: Bridge, body: bytes = b"", pieces: int = 1, **scope: Any
) -> tuple[int, dict[str, str], list[bytes]]:
    """Send one request through a bridge and gather what comes back."""
    whole = {
        "type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": [], "scheme": "http",
        "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 5), "http_version": "1.1", **scope,
    }  # fmt: skip
    size = -(-len(body) // pieces) or 1
    parts = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
    inbox = [
        {"type": "http.request", "body": part, "more_body": number < len(parts) - 1}
        for number, part in enumerate(parts)
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return inbox.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(application(whole, receive, send))
    head = sent[0]
    return (
        head["status"],
        {name.decode(): value.decode() for name, value in head["headers"]},
        [message["body"] for message in sent[1:]],
    )


class Echo:
    """A WSGI application that says back what it got, and remembers how it was treated."""

    def __init__(self) -> None:
        self.closed_in: str | None = None
        self.seen: dict[str, Any] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.seen = dict(environ)
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response("207 Multi-Status", [("X-Method", environ["REQUEST_METHOD"]), ("Content-Type", "a/b")])
        return _Closing(self, [body[: len(body) // 2], b"", body[len(body) // 2 :]])


class _Closing(list[bytes]):
    def __init__(self, echo: Echo, pieces: list[bytes]) -> None:
        super().__init__(pieces)
        self._echo = echo

    def close(self) -> None:
        self._echo.closed_in = threading.current_thread().name


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300_000), st.integers(1, 7))
def test_any_body_arrives_whole_and_comes_back_whole(body: bytes, pieces: int) -> None:
    echo = Echo()
    status, headers, answered = call(Bridge(echo, threads=1), body, pieces, method="PUT")
    assert status == 207
    assert headers == {"x-method": "PUT", "content-type": "a/b"}
    assert b"".join(answered) == body
    assert echo.closed_in is not None
    assert echo.closed_in.startswith("page")


def test_headers_addresses_and_cookies_reach_django_in_its_own_form() -> None:
    echo = Echo()
    call(
        Bridge(echo, threads=1),
        path="/主体/91",
        query_string="q=平陵".encode(),
        headers=[
            (b"host", b"gx"),
            (b"cookie", b"a=1"),
            (b"cookie", b"b=2"),
            (b"content-type", b"x/y"),
            (b"x_forged", b"1"),
        ],
    )
    assert echo.seen["PATH_INFO"].encode("latin-1").decode() == "/主体/91"
    assert echo.seen["HTTP_COOKIE"] == "a=1; b=2"
    assert echo.seen["CONTENT_TYPE"] == "x/y"
    assert echo.seen["HTTP_HOST"] == "gx"
    assert "HTTP_X_FORGED" not in echo.seen


def test_a_long_answer_leaves_in_pieces() -> None:
    def long(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return (b"x" * 1_000_000 for _ in range(11))

    _, _, answered = call(Bridge(long, threads=1))
    assert len(answered) > 2
    assert sum(map(len, answered)) == 11_000_000


def test_who_leaves_before_the_end_is_not_answered() -> None:
    asked: list[int] = []

    def never(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked.append(1)
        return []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        raise AssertionError(message)

    asyncio.run(Bridge(never)({"type": "http"}, receive, send))
    assert asked == []
