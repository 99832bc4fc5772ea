"""Granted is gone, ended is gone (准予即终止、期满即停止): every door and every reader lets the entry go – but its subject's own.

In the instant the act has returned; or on the day after the last of its term, without any act or job.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse

from gongxin.doors.api import keys
from gongxin.doors.api.rates import Rates
from gongxin.doors.api.thin import Thin
from gongxin.rooms.disclosure.export import export
from gongxin.rooms.disclosure.figures import figures
from gongxin.rooms.disclosure.reports import issuing
from gongxin.rooms.disclosure.reports.issuing import Asker, Made, Wish
from gongxin.rooms.disclosure.search import search
from gongxin.rooms.measures.screen import Screened, Screening, screen
from gongxin.spine import clock
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import ApiKey
from gongxin.spine.cases.models import Case
from tests.doors.api.test_thin import call, otherwise
from tests.doors.web import town as place
from tests.doors.web.conftest import Town

pytestmark = pytest.mark.django_db(transaction=True)
OFFICER = Viewer(None, "何敏之", place.CENTRE, "officer", "web")
DOCUMENT = "117 号"
DECIDER = "郑文澜（法规科科长）"


@pytest.fixture
def thin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Thin]:
    """The short way of a check, with counters of its own."""
    counters = Rates(tmp_path / "rates")
    monkeypatch.setattr(keys, "_rates", [counters])
    keys.keyring.forget()
    application = Thin(otherwise)
    yield application
    application.stop()
    counters.close()


class Readers:
    """Every reader of the platform, asked about one penalty of one company (全部读者)."""

    def __init__(self, record: int, folder: Path, thin: Thin, officer: Client) -> None:
        self.record, self.folder, self.thin, self.officer, self.n = record, folder, thin, officer, 0
        secret, prefix, digest = ApiKey.new_secret()
        ApiKey.objects.create(
            body_id=place.CENTRE,
            label="业务系统",
            prefix=prefix,
            digest=digest,
            scopes=["checks:write"],
            rate_per_minute=600,
        )
        self.key = ("Authorization", f"Bearer {secret}")

    def seen(self) -> dict[str, bool]:
        """Return which of them have it."""
        self.n += 1
        public, firm, day = Client(), place.FIRM, clock.today()
        pages = {
            "page": f"/subjects/{firm}/",
            "page as data": f"/subjects/{firm}/data.json",
            "list": "/lists/penalty/",
        }
        found = {name: DOCUMENT in public.get(address).content.decode() for name, address in pages.items()}
        answered = public.get(f"/api/v1/subjects/{firm}").json()
        found["interface"] = self.record in {line["record"] for line in answered["lines"]}
        found["download"] = DOCUMENT in b"".join(public.get("/open-data/penalty.csv")).decode()  # type: ignore[arg-type]
        check = self.officer.post(reverse("web:check"), {"matter": "procurement", "code": firm, "case_no": "标段一"})
        found["check"] = DOCUMENT in check.content.decode()
        _status, told, _headers = call(self.thin, {"code": firm, "matter": "procurement"}, self.key)
        entries: list[dict[str, Any]] = [*told["must_act"], *told["for_reference"]]
        found["short way"] = self.record in {entry["record"] for entry in entries}
        found["report"] = DOCUMENT in self.report()
        found["export"] = DOCUMENT in self.exported()
        found["screen"] = str(self.record) in self.screened()
        counts = {item: count for hit in search(firm, 1, day).hits for item, _name, count in hit.on_display}
        found["search"] = counts.get("penalty", 0) > 0
        return found

    def counted(self) -> int:
        """Return how many entries stand on display by the figures on the front page."""
        return figures(clock.today()).on_display

    def report(self) -> str:
        made = issuing.make(Asker(OFFICER), Wish(place.FIRM))
        assert isinstance(made, Made), made
        return json.dumps(made.content.as_dict(), ensure_ascii=False)

    def exported(self) -> str:
        written = export(self.folder / f"out{self.n}", clock.today())
        return (written.directory / "penalty.jsonl").read_text(encoding="utf-8")

    def screened(self) -> str:
        source, out = self.folder / f"in{self.n}.csv", self.folder / f"screened{self.n}.csv"
        source.write_text(f"统一社会信用代码\n{place.FIRM}\n", encoding="utf-8")
        assert isinstance(screen(OFFICER, source, out, Screening("procurement")), Screened)
        rows = pl.read_csv(out, infer_schema=False).to_dicts()
        return ";".join(f"{row['must_act_records']};{row['reference_records']}" for row in rows)


EVERY_READER = {
    "page", "page as data", "list", "interface", "download", "check", "short way", "report", "export", "screen", "search",
}  # fmt: skip


def test_the_day_after_its_term_no_reader_has_it(
    town: Town, signed_in: Callable[[str], Client], tmp_path: Path, thin: Thin, on_day: Callable[[Any], None]
) -> None:
    """One process lives through midnight: whatever it has kept of the last day must not speak on the next."""
    readers = Readers(town.records["penalty"], tmp_path, thin, signed_in("officer"))
    last = date(2027, 6, 14)
    on_day(last)
    assert {name for name, there in readers.seen().items() if there} == EVERY_READER
    counted = readers.counted()
    on_day(last + timedelta(days=1))
    assert not any(readers.seen().values()), "nobody had to do anything"
    assert readers.counted() == counted - 1
    for path in (
        "search?text=精密&",
        f"subjects/{place.FIRM}?",
        "open-data?",
        f"incentives/subjects/{place.FIRM}?",
        "areas/procurement?",
        "promises/1?",
    ):
        answered = Client().get(f"/api/v1/{path}as_of={last}")
        assert (answered.status_code, answered.json()["error"]["code"]) == (422, "display.today"), path


def test_granted_is_gone_from_every_door_in_the_same_instant(
    town: Town, signed_in: Callable[[str], Client], tmp_path: Path, thin: Thin
) -> None:
    record = town.records["penalty"]
    subject, steward = signed_in("subject"), signed_in("steward")
    readers = Readers(record, tmp_path, thin, signed_in("officer"))
    before, counted = readers.seen(), readers.counted()
    assert {name for name, there in before.items() if there} == EVERY_READER
    said = {
        "kind": "repair", "subject": f"uscc:{place.FIRM}", "record": record, "ground": "performed", "commitment": "yes",
        "performed_on": "2026-07-02", "proof": "缴款书 2026-88 号",
    }  # fmt: skip
    assert subject.post(reverse("web:new-case"), said).status_code == 200
    number = Case.objects.get(kind="repair").number
    steward.post(reverse("web:case-act", args=[number, "accept"]), {})
    assert readers.seen() == before, "an application changes nothing"
    granted = {"reason": "罚没款已缴清，已整改", "decided_by": DECIDER}
    assert steward.post(reverse("web:case-act", args=[number, "grant-repair"]), granted).status_code == 302
    assert not any(readers.seen().values()), "every reader has let it go"
    assert readers.counted() == counted - 1
    assert place.FIRM not in Client().get(reverse("web:commitments")).content.decode()
    own = subject.get(reverse("web:mine-record", args=[record])).content.decode()
    assert "仅您可见" in own and "117" in own, "its subject alone still sees it, and that it does"
    assert subject.get(reverse("web:mine-repair-notice", args=[record])).status_code == 409
