"""The client (客户端): each call is one act of a body's own system."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from types import TracebackType
from typing import Any

from gongxin.client.answers import Answer, Event, Screening, Watch
from gongxin.client.errors import GongxinError, Unavailable
from gongxin.client.transport import Transport, Way

Day = date | str


class Client:
    """Asks one platform in the name of one body (一个单位的客户端). Every call raises a GongxinError or gives its answer.

    `Client(address, key=…)` with a secret, `signer=Signer(prefix, file)` with signed requests, `certificate=(file, key)`
    with mutual TLS; further `authority`, `timeout`, `tries` and `language` (see Way). A client belongs to one thread.
    """

    def __init__(self, address: str, **way: Any) -> None:
        self._way = Way(address, **way)
        self._transport = Transport(self._way)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        self._transport.close()

    def matters(self) -> list[dict[str, Any]]:
        """Return the matters one can ask in (办理事项), each with its clause."""
        found: list[dict[str, Any]] = self._transport.send("GET", "/law/matters").json()["matters"]
        return found

    def check(
        self,
        code: str,
        matter: str,
        *,
        case_no: str | None = None,
        as_of: Day | None = None,
        consent: str | None = None,
        repeat_key: str | None = None,
    ) -> Answer:
        """Check a subject in a matter (核查). The same case asked twice is one check: see `repeated` and `changed_since`.

        The request is sent again under one Idempotency-Key where the connection breaks; give `repeat_key` to go on with
        it after a restart of your own program. Raises Unavailable when there is no answer, which is not “no record”.
        """
        asked = {"code": code, "matter": matter, "case_no": case_no, "as_of": _day(as_of), "consent": consent}
        body = {name: value for name, value in asked.items() if value is not None}
        return Answer.of(self._post("/checks", body, repeat_key))

    def outcome(
        self,
        number: str,
        kind: str,
        *,
        reason: str | None = None,
        document_no: str | None = None,
        decided_on: Day | None = None,
        records: Sequence[int] | None = None,
    ) -> dict[str, Any]:
        """Register what the body decided after a check (登记处理结果)."""
        stated = {
            "kind": kind, "reason": reason, "document_no": document_no, "decided_on": _day(decided_on),
            "records": list(records) if records is not None else None,
        }  # fmt: skip
        body = {name: value for name, value in stated.items() if value is not None}
        done: dict[str, Any] = self._post(f"/checks/{number}/outcome", body, None)
        return done

    def watch(self, number: str, until: Day) -> Watch:
        """Be told once when the answer to this check changes, until a day (关注)."""
        return Watch.of(self._post(f"/checks/{number}/watch", {"until": _day(until)}, None))

    def watched(self, number: str) -> Watch:
        """Return how the watch over a check stands (关注情况)."""
        return Watch.of(self._transport.send("GET", f"/checks/{number}/watch").json())

    def stop_watching(self, number: str) -> Watch:
        """Stop watching (停止关注); stopping twice does no harm."""
        return Watch.of(self._transport.send("DELETE", f"/checks/{number}/watch", repeat_key=_fresh()).json())

    def events(self, after: int = 0, limit: int = 100) -> list[Event]:
        """Fetch change events (取变更事件), for bodies that are not sent them."""
        told = self._transport.send("GET", "/events", query={"after": after, "limit": limit}).json()
        return [Event.of(each) for each in told]

    def acknowledge(self, event: Event) -> None:
        """Acknowledge an event that was worked in (确认事件); raises ValueError for one whose words and digest differ."""
        if not event.whole():
            raise ValueError(f"event {event.id} is not as it was signed")
        self._post(f"/events/{event.id}/acknowledgement", {"digest": event.digest}, None)

    def screen(
        self, codes: Iterable[str], matter: str, *, case_no: str | None = None, repeat_key: str | None = None
    ) -> Screening:
        """Hand in up to 100,000 codes (批量核查); returns at once, see `screened` and `screen_rows`."""
        body = {"codes": list(codes), "matter": matter} | ({"case_no": case_no} if case_no else {})
        return Screening.of(self._post("/screens", body, repeat_key))

    def screened(self, screening: str) -> Screening:
        """Return how far a list is (批量核查进度)."""
        return Screening.of(self._transport.send("GET", f"/screens/{screening}").json())

    def screen_rows(
        self, screening: str, *, progress: Callable[[Screening], None] | None = None, patience: int = 600
    ) -> list[dict[str, str]]:
        """Wait for a list, telling `progress` how far it is, and return its rows (等待并取回结果).

        Raises Unavailable when it is not done after `patience` looks a second apart, or could not be screened.
        """
        for _look in range(patience):
            now = self.screened(screening)
            if progress is not None:
                progress(now)
            if now.state == "failed":
                raise Unavailable(503, now.raw.get("error") or {"code": "screen.failed", "message": "批量核查没有办成"})
            if now.state == "done":
                told = self._transport.send("GET", f"/screens/{screening}/answer.csv").content.decode("utf-8-sig")
                return list(csv.DictReader(io.StringIO(told)))
            self._way.pause(1.0)
        raise Unavailable(
            503, {"code": "screen.waiting", "message": "批量核查还没有办完", "way_forward": "请稍后再取。"}
        )

    def _post(self, path: str, body: Any, repeat_key: str | None) -> Any:
        return self._transport.send("POST", path, body, repeat_key=repeat_key or _fresh()).json()


def _fresh() -> str:
    return uuid.uuid4().hex


def _day(day: Day | None) -> str | None:
    return day.isoformat() if isinstance(day, date) else day


__all__ = ["Client", "GongxinError"]
