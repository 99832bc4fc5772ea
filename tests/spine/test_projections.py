"""Projections are thrown away and made again to the same bytes, and answer every day as the ledger's fold does (投影)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, example, given, note, settings
from hypothesis import strategies as st

from gongxin.kernel.estimates import series_of
from gongxin.spine import clock, display, public, reporting, serials, shelf, tallies
from gongxin.spine.ledger.append import append, append_frame
from gongxin.spine.ledger.fsck import fsck
from gongxin.spine.projections import epoch, freshness, rebuilding, resident
from gongxin.spine.projections.lens import Contradiction
from gongxin.spine.projections.models import Epoch, Standing, Subject, SubjectName
from gongxin.spine.projections.search import search_names
from gongxin.spine.standing import all_lines, lines_of, present_lines_of
from tests.examples import how_many
from tests.spine.making import PROVIDER, NewAct, frame_of, judged, key, penalty, record, registration, uscc

pytestmark = pytest.mark.django_db
SINCE = date(2024, 1, 1)
days = st.sampled_from(["2026-05-06", "2025-06-02", "2025-06-01", "2023-01-31", "2026-06-01", "2026-06-05"])


def abnormal(number: int, decided: str, removed: str | None) -> dict[str, Any]:
    payload = {
        "subject_name": f"平陵市第{number}商贸有限公司",
        "uscc": uscc(number),
        "reason": "未按期公示年度报告",
        "decided_on": decided,
        "authority": "平陵市市场监督管理局",
        "removed_on": removed,
    }
    fields = {spec.id for spec in shelf.book().on(date(2026, 6, 1)).item("abnormal-operation").fields}
    return {name: value for name, value in payload.items() if value is not None and name in fields}


new_records = st.tuples(st.just("record"), st.integers(1, 3), days, st.sampled_from([None, "2026-06-03", "2026-05-31"]))
new_frames = st.tuples(st.just("frame"), st.integers(1, 3), days, st.sampled_from([None, "2026-06-03"]))
later_acts = st.tuples(
    st.sampled_from(["correction", "withdrawal", "repair", "removal", "performance", "determination"]),
    st.integers(1, 8), days, st.sampled_from([None, "2026-06-03"]),
)  # fmt: skip
identities = st.tuples(
    st.sampled_from(["same", "different", "register", "row", "joined", "parted"]), st.integers(1, 3), days, st.none()
)
histories = st.lists(st.one_of(new_records, new_frames, later_acts, identities), max_size=10)


def play(step: tuple[str, int, str, str | None]) -> None:
    """Do one step of a history; what cannot be done is left out."""
    kind, number, day, other = step
    if kind == "record":
        item = "abnormal-operation" if other else "penalty"
        payload = abnormal(number, day, other) if other else penalty(number, number, decided_on=day)
        append([NewAct("record", item, key(number), PROVIDER, payload, "甲")])
    elif kind == "frame":
        item = "abnormal-operation" if other else "penalty"
        rows = [abnormal(each, day, other) if other else penalty(each, each, decided_on=day) for each in (number, 3)]
        frame = frame_of(rows, [key(number), key(3)])
        append_frame(frame, item=item, provider=PROVIDER, batch=1, actor="甲")
    elif kind == "register":
        payload = registration(number, regno=f"1101080000000{number % 2:02d}", subject_name=f"新名第{number}公司")
        append([NewAct("record", "registration", key(number), PROVIDER, payload, "甲")])
    elif kind in {"same", "different"}:
        append([judged(key(number), key(number % 3 + 1), kind)])
    elif kind == "row":
        append([record(number, number, subject=f"row:{number:016x}", uscc=None, decided_on=day)])
    elif kind in {"joined", "parted"}:
        append([judged(key(number), f"row:{number:016x}", "same" if kind == "joined" else "different")])
    else:
        target = Standing.objects.filter(record=number).first()
        if target is not None:
            append([_later(kind, target, day, other)])


def _later(kind: str, target: Standing, day: str, other: str | None) -> NewAct:
    payload: dict[str, Any] = {"reason": "依法"}
    subject = target.subject
    if kind == "correction":
        subject = key(3)
        payload = penalty(3, 9, decided_on=day) if target.item == "penalty" else abnormal(3, day, other)
        if target.item == "registration":
            payload = registration(3, subject_name="更正后的公司")
    elif kind == "removal":
        payload |= {"removed_on": other or "2026-06-01"}
    elif kind == "determination":
        payload |= {"severity": "serious"}
    on = clock.today() if kind != "withdrawal" else clock.today() - timedelta(days=3)
    return NewAct(kind, target.item, subject, PROVIDER, payload, "乙", record=target.record, on=on)


def kept_in_memory(asked: Sequence[str]) -> list[Any]:
    """Return every answer that is kept and grown with the ledger: figures of these days, months and numbers of today."""
    penalties = shelf.book().on(clock.today()).item("penalty")
    return [
        *(tallies.present(date.fromisoformat(day)) for day in asked),
        reporting.monthly(SINCE, clock.today()),
        serials.series_of(PROVIDER, penalties, clock.today(), since=SINCE),
        reporting.naming(["中华人民共和国产品质量法"], SINCE, clock.today()),
    ]


@settings(
    max_examples=how_many(25),
    deadline=None,
    # Shrinking a history replays it hundreds of times; the failing steps are printed as they are.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(histories)
@example([("row", 1, "2026-05-06", None), ("joined", 1, "2026-05-06", None)])
def test_after_any_history_the_projections_are_those_of_the_ledger(history: list[Any]) -> None:
    asked = ("2026-05-31", "2026-06-01", "2026-06-03", "2026-06-04", "2026-05-05", "2027-05-07", "2024-01-01")
    with transaction.atomic():
        for step in history:
            with suppress(Contradiction):
                play(step)
            # Somebody looks after each step, so that what is kept in memory grows by steps of every kind.
            grown = kept_in_memory(asked[:3])
        for kept in (tallies, reporting, serials):
            kept.forget()
        assert not history or grown == kept_in_memory(asked[:3])
        before = rebuilding.digest()
        epoch.rebuild()
        assert rebuilding.digest() == before
        note(str(history))
        for as_of in map(date.fromisoformat, asked):
            folded = [line for line, _ in all_lines(as_of) if display.is_shown(line, as_of)]
            counted: dict[str, int] = {}
            for line in folded:
                counted[line.item] = counted.get(line.item, 0) + 1
            assert public.public_counts(as_of) == counted
            assert sorted(number for part in public.public_records(as_of) for number in part) == sorted(
                line.record for line in folded
            )
            page = public.public_page("penalty", as_of, 0, 100)
            assert [line.record for line in page.lines] == [
                line.record
                for line in sorted(folded, key=lambda line: (line.facts.decided_on, line.record), reverse=True)
                if line.item == "penalty"
            ]
            assert public.public_subject_count(as_of) == len({line.subject for line in folded})
            numbers: dict[str, set[str]] = {}
            for line in public.lines_of_records([line.record for line in folded if line.item == "penalty"], as_of):
                if line.document and line.decided is not None and line.decided >= SINCE:
                    numbers.setdefault(line.authority, set()).add(line.document)
            series = [each for name in sorted(numbers) for each in series_of(sorted(numbers[name]))]
            item = shelf.book().on(as_of).item("penalty")
            assert serials.series_of(PROVIDER, item, as_of, since=SINCE) == series
            shown = {found for number in (1, 2, 3) for found in public.public_lines(key(number), as_of) and [number]}
            hits = {display.shown_key(hit.key) for hit in search_names("商贸", 100, as_of=as_of)[0]}
            assert hits <= {key(number) for number in shown}
            used = resident.effective(pl.Series([key(1), key(2), key(3)]), as_of)
            expected = {
                (key(number), line.record)
                for number in (1, 2, 3)
                for line in present_lines_of(key(number), as_of=as_of)
                if line.usable
            }
            assert set(used.select("asked", "record").iter_rows()) == expected
        size = Epoch.objects.get(id=1).size
        for number in (1, 2, 3):
            assert lines_of(key(number), as_of=clock.today(), known_at=size) == lines_of(
                key(number), as_of=clock.today()
            )
            assert present_lines_of(key(number), as_of=clock.today()) == lines_of(key(number), as_of=clock.today())
        transaction.set_rollback(True)


def test_nothing_is_shown_on_the_day_after_its_term(on_day: Callable[[str], None]) -> None:
    """No job runs, no worker lives: the day alone ends every display."""
    append([record(1, 1)])
    (line,) = public.public_lines(key(1), clock.today())
    assert line.display_until is not None
    on_day(line.display_until.isoformat())
    last = clock.today()
    on_day((line.display_until + timedelta(days=1)).isoformat())
    after = clock.today()
    for day, shown in ((last, 1), (after, 0)):
        assert len(public.public_lines(key(1), day)) == shown
        assert public.public_counts(day).get("penalty", 0) == shown
        assert public.public_page("penalty", day).total == shown
        assert len(public.public_page("penalty", day).lines) == shown
        assert search_names("商贸", as_of=day)[1] == shown
        assert sum(frame.height for frame in public.public_frame(day)) == shown
        assert public.public_subject_count(day) == shown
        assert resident.effective(pl.Series([key(1)]), day).height == shown


def test_a_new_epoch_of_the_law_makes_the_projections_anew(on_day: Callable[[str], None]) -> None:
    on_day("2026-03-31")
    append([record(1, 1, decided_on="2026-03-02", penalty_kinds="警告")])
    earlier = Epoch.objects.get(id=1)
    assert earlier.last_day == date(2026, 3, 31)
    on_day("2026-04-01")
    assert not Epoch.objects.filter(first_day=date(2026, 4, 1)).exists()
    counts = public.public_counts(clock.today())
    later = Epoch.objects.get(id=1)
    assert later.first_day == date(2026, 4, 1)
    assert counts == {line.item: 1 for line, _ in all_lines(clock.today()) if display.is_shown(line, clock.today())}
    append([record(2, 2)])
    assert fsck().ok


def test_an_empty_store_answers_and_a_stale_one_is_refreshed() -> None:
    assert public.public_counts(clock.today()) == {}
    assert search_names("商贸") == ([], 0)
    append([record(1, 1)])
    Epoch.objects.all().delete()
    Standing.objects.all().delete()
    assert public.public_counts(clock.today()) == {"penalty": 1}


def test_no_name_of_a_person_is_kept_beside_the_sealed_number() -> None:
    person = "person:" + "ab" * 16
    append([record(1, 1, subject=person, subject_kind="person", uscc=None, subject_name="某人甲")])
    append([record(2, 2, subject="row:00000000000000aa", subject_kind=None, uscc=None, subject_name="某人乙")])
    assert not SubjectName.objects.exists()
    assert set(Subject.objects.values_list("key", "name")) == {(person, ""), ("row:00000000000000aa", "")}
    assert public.public_lines(person, clock.today()) == []
    assert public.public_counts(clock.today()) == {}
    assert search_names("某人") == ([], 0)


def test_the_register_names_a_subject_and_others_do_not_rename_it() -> None:
    append([record(1, 1, subject_name="平陵博飞科技有限公司")])
    append([record(1, 2, subject_name="平陵搏飞科技有限公司")])
    assert Subject.objects.get(key=key(1)).name == "平陵博飞科技有限公司"
    append([record(1, item="registration", subject_name="平陵博飞科技（集团）有限公司")])
    assert Subject.objects.get(key=key(1)).name == "平陵博飞科技（集团）有限公司"
    append([record(1, 3, subject_name="平陵博非科技有限公司")])
    assert Subject.objects.get(key=key(1)).name == "平陵博飞科技（集团）有限公司"
    assert SubjectName.objects.filter(subject=key(1)).count() == 4


def test_freshness_says_when_each_source_last_handed_in(on_day: Callable[[str], None]) -> None:
    append([record(1, 1)])
    on_day("2026-06-10")
    append([record(2, 2), NewAct("record", "penalty", key(3), "11PL0202", penalty(3, 3), "丁")])
    assert [(row[0], row[1], row[3], row[4]) for row in freshness.until(date(2026, 6, 10))] == [
        (PROVIDER, "penalty", date(2026, 6, 10), 2),
        ("11PL0202", "penalty", date(2026, 6, 10), 1),
    ]
    assert [(row[0], row[3], row[4]) for row in freshness.until(date(2026, 6, 9))] == [(PROVIDER, date(2026, 6, 1), 1)]
    assert {source.provider: source.up_to for source in public.sources(date(2026, 6, 10))} == {
        PROVIDER: date(2026, 6, 10),
        "11PL0202": date(2026, 6, 10),
    }


def test_the_public_sees_public_fields_with_their_clauses() -> None:
    append([record(1, 1, legal_rep="某甲", legal_rep_id="110101199003077758")])
    (line,) = public.public_lines(key(1), clock.today())
    item = shelf.book().on(clock.today()).item("penalty")
    assert set(line.fields) <= {spec.id for spec in item.public_fields()}
    assert not {spec.id for spec in item.fields if spec.sensitive} & set(line.fields)
    assert line.clauses and line.remedy and line.display_until and line.document == "平市监罚〔2026〕1号"
    assert (line.provider, line.subject, line.subject_name) == (PROVIDER, key(1), "平陵市第1商贸有限公司")


def test_the_resident_frame_follows_the_ledger() -> None:
    append([record(1, 1), record(2, 2)])
    keys = pl.Series([key(1), key(2), key(3)])
    assert resident.effective(keys, clock.today())["record"].sort().to_list() == [1, 2]
    append([record(3, 3), NewAct("withdrawal", "penalty", key(1), PROVIDER, {"reason": "撤销"}, "乙", record=1)])
    assert resident.effective(keys, clock.today())["record"].sort().to_list() == [2, 3]
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM projections_standing")
        assert cursor.fetchone()[0] == 3


def test_rows_of_the_registers_class_that_are_no_register_rename_nobody_and_are_drawn_anew() -> None:
    agency = {"subject_name": "别的名称", "uscc": uscc(1), "registration_no": "平代 1 号"}
    append([record(1, item="registration"), NewAct("record", "tender-agency", key(1), PROVIDER, agency, "甲@11PL0101")])
    before = list(Subject.objects.values_list("key", "name"))
    epoch.rebuild()
    assert list(Subject.objects.values_list("key", "name")) == before == [(key(1), "平陵市第1商贸有限公司")]
