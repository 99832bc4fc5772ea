"""Screening (批量核查): the same verdicts as single checks, one sealed batch, no line lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from gongxin.kernel.issues import Refusal
from gongxin.rooms.measures import check, queue
from gongxin.rooms.measures.faults import Unanswerable
from gongxin.rooms.measures.screen import Screened, Screening, screen
from gongxin.spine.access import looks
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Look, LookBatch
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from tests.rooms.measures import city

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., int]
CODES = [city.FIRM_CODE, city.OTHER_CODE, city.TRADER_CODE]


def run(viewer: Viewer, folder: Path, text: str | bytes, matter: str = "procurement", **rest: Any) -> tuple[Any, Any]:
    """Screen a text, return what is said and the rows written."""
    source, out = folder / "in.csv", folder / "out.csv"
    source.write_bytes(text if isinstance(text, bytes) else text.encode())
    said = screen(viewer, source, out, Screening(matter, **rest))
    return said, pl.read_csv(out, infer_schema=False).to_dicts() if isinstance(said, Screened) else []


def test_each_row_is_answered_and_all_are_one_look(officer: Viewer, enter: Enter, tmp_path: Path) -> None:
    ban = enter("procurement-violation", city.FIRM)
    penalty = enter("penalty", city.OTHER, uscc=city.OTHER_CODE)
    text = "序号,统一社会信用代码\n" + "".join(
        f"{n},{code}\n" for n, code in enumerate([*CODES, city.FIRM_CODE, "坏码"])
    )
    said, rows = run(officer, tmp_path, text)
    assert (said.rows, said.subjects, said.invalid, said.must_act, said.for_reference) == (5, 3, 1, 1, 1)
    assert [row["must_act"] for row in rows] == ["1", "0", "0", "1", None]
    assert rows[0]["must_act_records"] == str(ban)
    assert rows[1]["reference_records"] == str(penalty)
    assert rows[4]["problem"]
    assert {row["check"] for row in rows} == {said.check}
    assert [row["序号"] for row in rows] == ["0", "1", "2", "3", "4"]
    look = Look.objects.get()
    assert (look.number, look.must, look.reference) == (said.check, 1, 1)
    assert LookBatch.objects.get().count == 3
    assert "不等于信用良好" in said.note


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_any_writing_of_the_list_is_read(officer: Viewer, enter: Enter, tmp_path: Path, encoding: str) -> None:
    enter("penalty", city.FIRM)
    for mark in ",;\t":
        text = f"企业{mark}代码栏\n恒砾建筑{mark}{city.FIRM_CODE.lower()}\n".encode(encoding)
        said, rows = run(officer, tmp_path, text)
        assert said.invalid == 0
        assert rows[0]["for_reference"] == "1"


def test_a_workbook_is_read_and_nothing_is_told(officer: Viewer, enter: Enter, tmp_path: Path) -> None:
    enter("penalty", city.FIRM)
    book, file = Workbook(), io.BytesIO()
    for row in (["关于核查的清单"], ["企业", "统一社会信用代码"], ["恒砾建筑", city.FIRM_CODE]):
        book.worksheets[0].append(row)
    book.save(file)
    _, rows = run(officer, tmp_path, file.getvalue())
    assert [row["for_reference"] for row in rows] == ["1"]
    before = Look.objects.count()
    for nothing in (b"", b"\r\n\r\n", b"PK\x03\x04broken"):
        said, _ = run(officer, tmp_path, nothing)
        assert isinstance(said, list) and said[0].message, nothing
    assert Look.objects.count() == before


def test_a_verdict_is_asked_anew_when_something_happened_or_the_day_has_passed(
    officer: Viewer, enter: Enter, tmp_path: Path, on_day: Callable[[date], None]
) -> None:
    record = enter("procurement-violation", city.FIRM)
    text = f"code\n{city.FIRM_CODE}\n"
    assert run(officer, tmp_path, text)[0].must_act == 1
    answered: Any = check.check(officer, city.FIRM_CODE, "procurement")
    last = date.fromisoformat(answered["must_act"][0]["effect_until"])
    on_day(last)
    assert run(officer, tmp_path, text)[0].must_act == 1
    on_day(date.fromordinal(last.toordinal() + 1))
    assert run(officer, tmp_path, text)[0].must_act == 0
    on_day(last)
    append(
        [
            NewAct(
                "withdrawal", "procurement-violation", city.FIRM, city.BUREAU, {"reason": "撤销"}, "测试", record=record
            )
        ]
    )
    assert run(officer, tmp_path, text)[0].must_act == 0


def test_incomplete_entries_go_to_the_office(officer: Viewer, enter: Enter, tmp_path: Path) -> None:
    record = enter("procurement-violation", city.FIRM, authority="")
    said, _ = run(officer, tmp_path, f"code\n{city.FIRM_CODE}\n")
    assert (said.must_act, said.for_reference) == (0, 0)
    assert [each.record for each in queue.waiting()] == [record]


def test_no_file_without_the_log(
    officer: Viewer, enter: Enter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_draft: object) -> None:
        raise looks.LogUnavailable("disk full")

    monkeypatch.setattr(looks, "write", full)
    with pytest.raises(Unanswerable):
        run(officer, tmp_path, f"code\n{city.FIRM_CODE}\n")
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("matter", "rest"), [("recruitment", {}), ("marriage", {}), ("licensing", {}), ("procurement", {"as_of": date(2027, 1, 1)}),
                         ("procurement", {"column": "没有"})],
)  # fmt: skip
def test_what_may_not_be_asked_is_refused(
    officer: Viewer, enter: Enter, tmp_path: Path, matter: str, rest: dict[str, Any]
) -> None:
    said, _ = run(officer, tmp_path, f"code\n{city.FIRM_CODE}\n", matter, **rest)
    assert isinstance(said, Refusal | list)
    assert Look.objects.count() == 0


RECORD = st.one_of(
    st.tuples(
        st.just("penalty"),
        st.fixed_dictionaries(
            {
                "penalty_kinds": st.sampled_from(["警告", "罚款", "吊销许可证件", "责令停产停业", "行政拘留"]),
                "fine_wan": st.sampled_from(["", "3", "200", "900"]),
                "decided_on": st.dates(date(2022, 1, 1), date(2026, 11, 23)).map(date.isoformat),
            }
        ),
    ),
    st.tuples(
        st.just("procurement-violation"),
        st.fixed_dictionaries(
            {
                "penalty_content": st.sampled_from(
                    [
                        "一年内禁止参加政府采购活动",
                        "三年内禁止参加湖南省政府采购活动",
                        "二年内禁止参加政府采购活动",
                        "警告",
                    ]
                ),
                "decided_on": st.dates(date(2023, 1, 1), date(2026, 11, 23)).map(date.isoformat),
            }
        ),
    ),
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(RECORD, st.sampled_from(CODES)), max_size=4), st.sampled_from(["procurement", "tendering"]))
def test_screening_and_checking_agree(officer: Viewer, enter: Enter, tmp_path: Path, records: Any, matter: str) -> None:
    for (item, payload), code in records:
        enter(item, f"uscc:{code}", **{**payload, "uscc": code})
    _, rows = run(officer, tmp_path, "code\n" + "\n".join(CODES) + "\n", matter)
    for row in rows:
        single: Any = check.check(officer, row["subject"], matter)
        for kind, column in (("must_act", "must_act_records"), ("for_reference", "reference_records")):
            found = sorted(entry["record"] for entry in single[kind])
            assert found == [int(each) for each in (row[column] or "").split(";") if each]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(RECORD, st.sampled_from(["procurement", "tendering"]), st.integers(0, 900))
def test_without_a_new_act_an_effect_only_ends(
    officer: Viewer, enter: Enter, on_day: Callable[[date], None], record: Any, matter: str, later: int
) -> None:
    """What the kept verdicts rest on: until its last day a verdict stays, and after it nothing stricter comes."""
    on_day(date(2026, 11, 23))
    item, payload = record
    number = enter(item, city.TRADER, **{**payload, "uscc": city.TRADER_CODE})

    def verdict() -> tuple[str, str | None]:
        answered: Any = check.check(officer, city.TRADER_CODE, matter)
        for kind in ("must_act", "for_reference"):
            for entry in answered[kind]:
                if entry["record"] == number:
                    return kind, entry["effect_until"]
        return "none", None

    before, until = verdict()
    day = date.fromordinal(date(2026, 11, 23).toordinal() + later)
    on_day(day)
    after, _ = verdict()
    strictness = ["none", "for_reference", "must_act"]
    assert strictness.index(after) <= strictness.index(before)
    if until is not None and day <= date.fromisoformat(until):
        assert after == before
    on_day(date(2026, 11, 23))
