"""A small load generator (压测发生器): a bounded number of requests over kept connections, in a process of its own.

    python -m bench.load URL --clients 32 --requests 20000 --bodies FILE [--key KEY]

FILE holds one JSON body a line; they are sent in turn. Prints one JSON line: requests a second, latencies, statuses.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit


class Client(asyncio.Protocol):
    """One kept connection: sends the next request as soon as the last one is answered."""

    def __init__(self, run: Run, done: asyncio.Future[None]) -> None:
        self.run, self.done = run, done
        self.buffer = bytearray()
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.next()

    def next(self) -> None:
        request = self.run.take()
        if request is None:
            self.transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self.sent_at = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.buffer[:end]).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self.buffer) < end + 4 + length:
            return
        self.run.note(int(head[9:12]), time.perf_counter() - self.sent_at)
        del self.buffer[: end + 4 + length]
        self.next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.run.statuses["lost"] += 1
            self.done.set_result(None)


class Run:
    """What is sent and what came back."""

    def __init__(self, url: str, bodies: list[bytes], requests: int, key: str | None) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        authorisation = f"Authorization: Bearer {key}\r\n" if key else ""
        self.prepared = [
            (
                f"POST {parts.path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n{authorisation}"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            ).encode()
            + body
            for body in bodies
        ]
        self.left, self.turn = requests, 0
        self.latencies: list[float] = []
        self.statuses: Counter[int | str] = Counter()

    def take(self) -> bytes | None:
        if self.left <= 0:
            return None
        self.left -= 1
        self.turn += 1
        return self.prepared[self.turn % len(self.prepared)]

    def note(self, status: int, seconds: float) -> None:
        self.statuses[status] += 1
        self.latencies.append(seconds)

    async def go(self, clients: int) -> dict[str, object]:
        loop = asyncio.get_running_loop()
        finished = [loop.create_future() for _ in range(clients)]
        began = time.perf_counter()
        for future in finished:
            await loop.create_connection(lambda f=future: Client(self, f), self.host, self.port)  # type: ignore[misc]
        await asyncio.gather(*finished)
        seconds = time.perf_counter() - began
        ordered = sorted(self.latencies) or [0.0]
        return {
            "per_second": round(len(self.latencies) / seconds, 1),
            "p50_ms": round(ordered[len(ordered) // 2] * 1000, 2),
            "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 2),
            "requests": len(self.latencies),
            "statuses": {str(status): count for status, count in self.statuses.items()},
        }


def main() -> None:
    """Run once and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--bodies", type=Path, required=True)
    parser.add_argument("--key")
    given = parser.parse_args()
    bodies = given.bodies.read_bytes().splitlines()
    print(json.dumps(asyncio.run(Run(given.url, bodies, given.requests, given.key).go(given.clients))))


if __name__ == "__main__":
    main()
