"""The way to the platform (传输): one connection kept, tried again with the same Idempotency-Key, and told plainly."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from gongxin.client import errors
from gongxin.client.signing import Signer

LONGEST_PAUSE = 30.0
"""Seconds this client waits at most before it tries again, whatever it is asked to."""

AGAIN = frozenset({429, 502, 503, 504})


@dataclass(frozen=True)
class Way:
    """How to reach the platform and who one is (连接方式)."""

    address: str
    key: str | None = None
    signer: Signer | None = None
    certificate: tuple[str, str] | None = None
    """Files of the client certificate and its key, for mutual TLS."""
    authority: str | None = None
    """A file of certificates to trust instead of the machine's."""
    timeout: float = 10.0
    tries: int = 4
    language: str = "zh"
    pause: Callable[[float], None] = field(default=time.sleep, repr=False)


@dataclass(frozen=True)
class Reply:
    """A good answer (答复): status, headers, content."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        """Return the content read as JSON; raises Unreachable where it is none, since then no platform answered."""
        try:
            return json.loads(self.content)
        except ValueError as junk:
            raise errors.Unreachable("答复不是 JSON") from junk


class Transport:
    """Sends requests (发送请求). Not to be shared by threads; make one for each."""

    def __init__(self, way: Way) -> None:
        parts = urlsplit(way.address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"the platform's address must begin with http:// or https://, not {way.address!r}")
        self._way = way
        self._host, self._port, self._secure = parts.hostname, parts.port, parts.scheme == "https"
        self._base = f"{parts.scheme}://{parts.netloc}"
        self._prefix = parts.path.rstrip("/")
        self._context = _context(way) if self._secure else None
        self._kept: HTTPConnection | None = None

    def close(self) -> None:
        """Give the connection back."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        repeat_key: str | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Send one request, again where that may help, and return the answer; raises one of `errors`.

        What writes is tried again only under its `repeat_key`: the platform then does it once.
        """
        target = self._prefix + "/api/v1" + quote(path)
        if query:
            target += "?" + urlencode({name: value for name, value in query.items() if value is not None})
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Accept-Language": self._way.language, "User-Agent": "gongxin-client"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        if repeat_key is not None:
            headers["Idempotency-Key"] = repeat_key
        repeatable = method == "GET" or repeat_key is not None
        pause = 0.25
        for remaining in range(self._way.tries - 1, -1, -1):
            wrong: errors.GongxinError
            try:
                reply = self._once(method, target, dict(headers), content)
            except (OSError, HTTPException) as fault:
                self.close()
                wrong = errors.Unreachable(str(fault) or type(fault).__name__)
                wrong.__cause__ = fault
            else:
                if 200 <= reply.status < 300:
                    return reply
                wrong = _wrong(reply)
            undecided = wrong.code == "repeat.undecided"
            again = isinstance(wrong, errors.Unreachable) or wrong.status in AGAIN or undecided
            if not (again and repeatable and remaining):
                raise wrong
            self._way.pause(min(wrong.retry_after or pause, LONGEST_PAUSE))
            pause *= 2
        raise AssertionError("tries must be at least one")

    def _once(self, method: str, target: str, headers: dict[str, str], content: bytes | None) -> Reply:
        if self._way.signer is not None:
            self._way.signer.sign(method, self._base + target, headers, content)
        elif self._way.key is not None:
            headers["Authorization"] = f"Bearer {self._way.key}"
        connection = self._connection()
        connection.request(method, target, content, headers)
        answer = connection.getresponse()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())

    def _connection(self) -> HTTPConnection:
        if self._kept is None:
            if self._secure:
                self._kept = HTTPSConnection(self._host, self._port, timeout=self._way.timeout, context=self._context)
            else:
                self._kept = HTTPConnection(self._host, self._port, timeout=self._way.timeout)
        return self._kept


def _context(way: Way) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=way.authority)
    if way.certificate is not None:
        context.load_cert_chain(*way.certificate)
    return context


def _wrong(reply: Reply) -> errors.GongxinError:
    """Return the error of an answer that is none (错误答复); one that is not the platform's own is told by its status."""
    after = reply.headers.get("retry-after", "")
    retry_after = float(after) if after.isascii() and after.isdigit() else None
    try:
        said = json.loads(reply.content)["error"]
        if not isinstance(said, dict):
            raise TypeError
    except (ValueError, TypeError, KeyError):
        said = {"code": f"http-{reply.status}", "message": f"HTTP {reply.status}"}
    return errors.of(reply.status, said, retry_after)
