"""Expiry, repair, withdrawal (公示期满、修复、撤回): on the last day everywhere, on the day after nowhere."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from gongxin.rooms.disclosure.export import export
from gongxin.rooms.disclosure.profile import profile
from gongxin.rooms.disclosure.search import search
from gongxin.spine import public
from gongxin.spine.ledger.append import append
from tests.rooms.disclosure.world import ACME, DINER, PERSON, act, code, enter_penalty, enter_person

pytestmark = pytest.mark.django_db

DECIDED = date(2026, 6, 14)
NAME = "燕北精密机械有限公司"


def places(record: int, uscc: str, name: str, day: date, folder: Path) -> set[str]:
    """Return in which public places a record is met on a day: search by name and code, page, list, counts, export."""
    found = set()
    if any(hit.code == uscc for hit in search(name[2:6], 1, day).hits):
        found.add("search by name")
    if any(hit.code == uscc for hit in search(uscc, 1, day).hits):
        found.add("search by code")
    if any(hit.code == uscc for hit in search(uscc[:8], 1, day).hits):
        found.add("search by part of the code")
    page = profile(uscc, day)
    if page is not None and any(event.record == record for event in page.timeline):
        found.add("page")
    if any(line.record == record for line in public.public_page("penalty", day).lines):
        found.add("list")
    if public.public_counts(day).get("penalty"):
        found.add("counts")
    written = export(folder / day.isoformat(), day)
    manifest = json.loads(written.manifest.read_text(encoding="utf-8"))
    if any(file["rows"] for file in manifest["files"] if file["item"] == "penalty"):
        found.add("manifest")
    for path in sorted(written.directory.glob("penalty.*")):
        compressed = path.suffix == ".parquet"
        text = str(pl.read_parquet(path).rows()) if compressed else path.read_text(encoding="utf-8")
        if name in text:
            found.add(path.suffix)
    return found


EVERYWHERE = {
    "search by name",
    "search by code",
    "search by part of the code",
    "page",
    "list",
    "counts",
    "manifest",
    ".csv",
    ".jsonl",
    ".parquet",
}


def test_on_the_last_day_everywhere_and_on_the_day_after_nowhere(on_day, tmp_path):
    on_day("2026-06-20")
    record = enter_penalty(NAME, ACME, DECIDED)
    page = profile(ACME, date(2026, 6, 20))
    last = page.timeline[0].term.ends
    on_day(last)
    assert places(record, ACME, NAME, last, tmp_path) == EVERYWHERE
    after = last + timedelta(days=1)
    on_day(after)
    assert places(record, ACME, NAME, after, tmp_path) == set()
    assert profile(ACME, after) is None
    # Whoever asks about the last day later on gets the answer of that day.
    assert places(record, ACME, NAME, last, tmp_path) == EVERYWHERE


@pytest.mark.parametrize(
    ("kind", "payload"),
    [("withdrawal", {"reason": "作出机关撤销"}), ("repair", {"reason": "已履行", "repaired_on": "2026-10-01"})],
)
def test_what_was_ended_by_an_act_is_gone_from_that_day(kind, payload, on_day, tmp_path):
    on_day("2026-06-20")
    record = enter_penalty(NAME, ACME, DECIDED)
    on_day("2026-10-01")
    append([act(kind, "penalty", f"uscc:{ACME}", payload, record=record)])
    assert places(record, ACME, NAME, date(2026, 10, 1), tmp_path) == set()
    assert places(record, ACME, NAME, date(2026, 9, 30), tmp_path) == EVERYWHERE


def test_natural_persons_are_nowhere(on_day, tmp_path):
    on_day("2026-06-20")
    enter_person("钱某某")
    today = date(2026, 6, 20)
    assert search("钱某", 1, today).total == 0
    refused = search(PERSON, 1, today)
    assert refused.total == 0
    assert refused.notice.code == "search.person"
    assert PERSON not in refused.text
    written = export(tmp_path / "open", today)
    assert written.rows == 0
    for path in written.directory.iterdir():
        assert "钱某某".encode() not in path.read_bytes()
    assert public.public_counts(today) == {}


def test_a_person_named_inside_a_public_text_is_masked(on_day, tmp_path):
    on_day("2026-06-20")
    facts = f"法定代表人李雷（身份证号{PERSON}）承认，电话13812345678"
    enter_penalty(NAME, ACME, DECIDED, facts=facts, violation=f"与李雷（身份证号{PERSON}）串通")
    today = date(2026, 6, 20)
    written = export(tmp_path / "open", today)
    for path in written.directory.iterdir():
        data = path.read_bytes()
        assert PERSON.encode() not in data
        assert b"13812345678" not in data
    assert "李*" in (written.directory / "penalty.jsonl").read_text(encoding="utf-8")
    assert PERSON not in str(profile(ACME, today))


def test_no_mark_that_nobody_sees_is_public(on_day, tmp_path):
    """A name that only looks like another's, and one that turns what stands around it."""
    on_day("2026-06-20")
    marked = f"{NAME[:3]}\u200b{NAME[3:]}"
    enter_penalty(marked, ACME, DECIDED, facts="\u202e查明：\u2066逾期")
    today = date(2026, 6, 20)
    [line] = public.public_lines(f"uscc:{ACME}", today)
    assert line.subject_name == NAME and line.fields["facts"] == "查明：逾期"
    for path in export(tmp_path / "open", today).directory.glob("penalty.*"):
        assert "\u202e".encode() not in path.read_bytes() and "\u200b".encode() not in path.read_bytes()


def test_an_export_repeats_to_the_byte_and_leaves_no_stale_file(on_day, tmp_path):
    on_day("2026-06-20")
    for number in range(7):
        enter_penalty(f"平陵{number}号商贸有限公司", code("91", number), DECIDED)
    today = date(2026, 6, 20)
    one, two = export(tmp_path / "one", today), export(tmp_path / "two", today)
    assert one.rows == 7
    assert [path.read_bytes() for path in sorted(one.directory.iterdir())] == [
        path.read_bytes() for path in sorted(two.directory.iterdir())
    ]
    export(tmp_path / "one", today)
    assert {path.name for path in (tmp_path / "one").iterdir()} == {path.name for path in two.directory.iterdir()}
    assert not list(tmp_path.glob(".export-*"))


def test_one_subject_among_others(on_day):
    on_day("2026-06-20")
    enter_penalty(NAME, ACME, DECIDED)
    enter_penalty("平陵市小王饭店", DINER, DECIDED)
    today = date(2026, 6, 20)
    assert [hit.name for hit in search("平陵", 1, today).hits] == ["平陵市小王饭店"]
    assert search("饭店", 1, today, kind="household").total == 1
    assert search("饭店", 1, today, kind="enterprise").total == 0
    assert search("燕", 1, today).notice.code == "search.short"
    assert NAME in search("燕北精蜜机械有限公司", 1, today).suggestions
    wrong_end = ACME[:-1] + ("A" if ACME[-1] != "A" else "B")
    assert search(wrong_end, 1, today).suggestions == (ACME,), "the organisation's own code is still right"
    for written in (f"「{NAME}」", NAME.replace("有限公司", "有限责任公司"), f"(平陵){NAME[2:]}", f"{NAME}（集团）"):
        assert NAME in search(written, 1, today).suggestions, written
    assert search("无此公司名", 1, today).notice.code == "search.nothing"
