"""No gate, no data (查阅关口): every look is refused or durable in the log before anything is returned."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from django.db import DatabaseError, connection, transaction

from gongxin.kernel.issues import Refusal
from gongxin.law.standing import Line
from gongxin.spine import clock, secrets, shelf
from gongxin.spine.access import looks
from gongxin.spine.access.gate import (
    CASEWORK,
    OWN,
    SUBMISSION,
    SUPERVISION,
    Ground,
    Reading,
    Sealed,
    Viewer,
    Weighed,
    note,
    read,
    read_many,
    sealed_batch,
)
from gongxin.spine.access.models import Body, Look, LookBatch, LookSeal
from gongxin.spine.access.traces import traces_of
from gongxin.spine.append_only import AppendOnlyFault
from gongxin.spine.ledger.acts import NewAct
from gongxin.spine.ledger.append import append
from tests.spine.making import PROVIDER, key, penalty, record, upon, uscc

pytestmark = pytest.mark.django_db
OFFICER = Viewer(7, "采购办某甲", "11PL0303", "officer", "web")
PROCUREMENT = Ground(matter="procurement", case_no="平采〔2026〕1号")


@pytest.fixture(autouse=True)
def bodies() -> None:
    Body.objects.create(code="11PL0303", name="平陵市公共资源交易中心", kind="trading-centre")
    Body.objects.create(code=PROVIDER, name="平陵市市场监督管理局", kind="organ")


def reading(viewer: Viewer, ground: Ground, subject: str = key(1), **more: Any) -> Reading:
    found = read(viewer, ground, subject, as_of=clock.today(), **more)
    assert isinstance(found, Reading), found
    return found


def refusal(viewer: Viewer, ground: Ground, subject: str = key(1), **more: Any) -> Refusal:
    refused = read(viewer, ground, subject, as_of=clock.today(), **more)
    assert isinstance(refused, Refusal)
    assert not Look.objects.exists()
    return refused


def test_a_look_has_its_number_before_the_lines_are_returned() -> None:
    append([record(1, 1)])
    seen = reading(OFFICER, PROCUREMENT)
    look = Look.objects.get(number=seen.number)
    assert seen.number == "HC-2026-0601-A1"
    assert [line.record for line in seen.lines] == [1]
    assert (look.viewer, look.account, look.body, look.role, look.via) == (
        "采购办某甲",
        7,
        "11PL0303",
        "officer",
        "web",
    )
    assert (look.matter, look.case_no, look.subject) == ("procurement", "平采〔2026〕1号", key(1))
    assert look.ground == str(shelf.book().on(clock.today()).matter("procurement").clause)
    assert LookSeal.objects.filter(segment="A", n=1).exists()
    assert reading(OFFICER, PROCUREMENT).number == "HC-2026-0601-A2"


def test_the_log_holds_what_the_answer_said() -> None:
    append([record(1, 1)])
    asked: list[list[Line]] = []

    def weigh(lines: list[Line]) -> Weighed:
        asked.append(lines)
        assert not Look.objects.exists()
        return Weighed(1, 2, "ab" * 32)

    look = Look.objects.get(number=reading(OFFICER, PROCUREMENT, weigh=weigh).number)
    assert (look.must, look.reference, look.answer_digest) == (1, 2, "ab" * 32)
    assert len(asked) == 1


def test_when_the_log_cannot_be_written_nothing_is_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    append([record(1, 1)])

    def broken(*_: object) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(looks, "seal", broken)
    with pytest.raises(DatabaseError), transaction.atomic():
        read(OFFICER, PROCUREMENT, key(1), as_of=clock.today())
    assert not Look.objects.exists()


@pytest.mark.parametrize(
    ("viewer", "ground"),
    [
        (OFFICER, Ground()),
        (OFFICER, Ground(matter="astrology")),
        (OFFICER, Ground(purpose="curiosity")),
        (OFFICER, Ground(purpose=CASEWORK, clause="x", case_no="1")),
        (Viewer(8, "乙", "11PL0303", "steward", "web"), PROCUREMENT),
        (Viewer(8, "乙", "11PL0303", "administrator", "web"), PROCUREMENT),
        (Viewer(8, "乙", "unknown", "officer", "web"), PROCUREMENT),
        (Viewer(8, "乙", "", "operator", "web"), Ground(purpose=CASEWORK)),
        (Viewer(8, "乙", "", "operator", "web"), Ground(purpose=CASEWORK, clause="某法第一条")),
        (Viewer(8, "乙", uscc(2), "subject", "web"), Ground(purpose=OWN)),
        (Viewer(8, "乙", "", "subject", "web"), Ground(purpose=OWN)),
        (Viewer(8, "乙", "", "auditor", "web"), Ground(purpose=SUPERVISION)),
    ],
)
def test_who_has_no_ground_gets_no_data(viewer: Viewer, ground: Ground) -> None:
    append([record(1, 1)])
    refused = refusal(viewer, ground)
    assert refused.message and refused.way_forward


def test_a_matter_that_does_not_ask_about_people_does_not_see_them() -> None:
    assert refusal(OFFICER, PROCUREMENT, "person:" + "ab" * 16).code == "access.person"


def test_a_matter_sees_its_items_and_fields_alone() -> None:
    append([record(1, 1, legal_rep_id="110101199003077758", remark="内部备注")])
    sees = shelf.book().on(clock.today()).matter("procurement").sees
    (line,) = reading(OFFICER, PROCUREMENT).lines
    assert set(line.payload) <= set(sees["penalty"])
    assert all(set(act.payload) <= set(sees["penalty"]) for act in line.acts)
    assert "110101199003077758" not in repr(line)
    (line,) = reading(OFFICER, PROCUREMENT, fields=["authority"]).lines
    assert set(line.payload) == {"authority"}
    assert reading(OFFICER, PROCUREMENT, items=["honour"]).lines == []


def test_what_has_no_effect_is_not_handed_to_an_officer() -> None:
    append([record(1, 1), record(1, 2), record(1, 3, penalty_kinds="其他")])
    append([upon(2, "withdrawal", reason="撤销")])
    assert [line.record for line in reading(OFFICER, PROCUREMENT).lines] == [1]
    owner = Viewer(9, "丙", uscc(1), "subject", "web")
    assert {line.record: line.state for line in reading(owner, Ground(purpose=OWN)).lines} == {
        1: "effective",
        2: "withdrawn",
        3: "undecided",
    }


def test_a_department_sees_what_it_submitted_itself() -> None:
    other = NewAct("record", "penalty", key(1), "11PL0202", penalty(1, 2), "丁")
    append([record(1, 1), other])
    steward = Viewer(3, "戊", PROVIDER, "steward", "web")
    operator = Viewer(4, "己", "", "operator", "web")
    assert [line.record for line in reading(steward, Ground(purpose=SUBMISSION)).lines] == [1]
    assert [line.record for line in reading(operator, Ground(purpose=SUBMISSION)).lines] == [1, 2]
    case = Ground(purpose=CASEWORK, clause="行政处罚法 第四十八条", case_no="平信〔2026〕2号")
    assert [line.record for line in reading(operator, case).lines] == [1, 2]


def test_a_sealed_value_is_opened_for_nobody_by_default() -> None:
    number = "110101199003077758"
    append([record(1, 1, legal_rep_id=number)])
    for viewer, ground in (
        (Viewer(9, "丙", uscc(1), "subject", "web"), Ground(purpose=OWN)),
        (Viewer(4, "己", "", "operator", "web"), Ground(purpose=SUBMISSION)),
    ):
        said = repr(reading(viewer, ground).lines)
        assert number not in said and secrets.SEAL_MARK not in said


def test_a_batch_is_one_look_in_which_each_subject_finds_itself() -> None:
    append([record(1, 1), record(2, 2), record(3, 3)])
    keys = pl.Series([key(1), key(2), key(9)])
    sealed = read_many(
        OFFICER, PROCUREMENT, keys, as_of=clock.today(), weigh=lambda found: Weighed(0, found.height, "")
    )
    assert isinstance(sealed, Sealed)
    assert sorted(sealed.standings["record"].to_list()) == [1, 2]
    assert Look.objects.get().reference == 2
    assert LookBatch.objects.get(number=sealed.number).count == 3
    for number, traces in ((1, 1), (9, 1), (3, 0)):
        found, total = traces_of(key(number))
        assert total == traces
        assert all(trace.batch and trace.look.number == sealed.number for trace in found)
    reading(OFFICER, PROCUREMENT, key(1))
    assert traces_of(key(1))[1] == 2


def test_a_batch_needs_a_ground_as_well() -> None:
    keys = pl.Series([key(1)])
    assert isinstance(read_many(OFFICER, Ground(), keys, as_of=clock.today()), Refusal)
    operator = Viewer(4, "己", "", "operator", "web")
    assert isinstance(read_many(operator, Ground(purpose=SUBMISSION), keys, as_of=clock.today()), Refusal)
    assert isinstance(sealed_batch(OFFICER, Ground(), keys, as_of=clock.today()), Refusal)
    with_person = pl.Series([key(1), "person:" + "ab" * 16])
    assert isinstance(read_many(OFFICER, PROCUREMENT, with_person, as_of=clock.today()), Refusal)
    assert not Look.objects.exists()


def test_a_page_of_own_submissions_leaves_its_note() -> None:
    steward = Viewer(3, "戊", PROVIDER, "steward", "web")
    receipt = note(steward, Ground(purpose=SUBMISSION), "page:submissions", 12, as_of=clock.today())
    assert not isinstance(receipt, Refusal)
    assert Look.objects.get(number=receipt.number).reference == 12
    assert isinstance(note(OFFICER, Ground(purpose=SUBMISSION), "page:submissions", 1, as_of=clock.today()), Refusal)


def test_what_a_viewer_writes_cannot_break_the_log() -> None:
    append([record(1, 1)])
    ground = Ground(matter="procurement", case_no="一\x1f二\n三" + "长" * 300)
    look = Look.objects.get(number=reading(OFFICER, ground).number)
    assert look.case_no.startswith("一 二 三长")
    assert len(look.case_no) == 100


def test_the_log_is_append_only() -> None:
    append([record(1, 1)])
    look = Look.objects.get(number=reading(OFFICER, PROCUREMENT).number)
    for refused in (look.save, look.delete, Look.objects.all().delete):
        with pytest.raises(AppendOnlyFault):
            refused()
    for statement in (
        "UPDATE access_look SET viewer = 'x'",
        "DELETE FROM access_look",
        "UPDATE access_lookseal SET n = 5",
        "DELETE FROM access_lookseal",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
