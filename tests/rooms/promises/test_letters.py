"""Earlier messages: whole, once each, and the platform's figures of reply time equal those counted outside it."""

from __future__ import annotations

import csv
import gzip
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from gongxin.kernel.issues import Refusal
from gongxin.rooms.promises.complaints import figures, letters
from gongxin.rooms.promises.complaints.models import Letter
from tests.conftest import SHARED_DATA

REAL = SHARED_DATA / "complaints" / "messages_with_replies.csv.gz"
HEAD = "留言编号,留言主题,留言时间,留言详情,答复意见,答复时间\n"


def test_rows_are_taken_once_or_held_with_their_reason_in_whatever_form_a_day_is_written(
    db: Any, tmp_path: Path
) -> None:
    path = tmp_path / "letters.csv"
    path.write_text(
        HEAD
        + "1,补贴,2026/1/5 9:05:07,没有到,已拨付,2026-01-20\n"
        + "2,路灯,2026年2月28日,不亮,,\n"
        + "3,路灯,昨天,不亮,,\n"
        + "4,路灯,2026-03-05 10:00,不亮,好的,2026-03-01\n"
        + "2,路灯,2026年2月28日,再来一次,,\n",
        encoding="utf-8-sig",
    )
    taken = letters.take_file(path, "市长信箱")
    assert not isinstance(taken, Refusal)
    assert (taken.rows, taken.taken, taken.known) == (5, 2, 1)
    assert [(each.row, each.number) for each in taken.held] == [(4, "3"), (5, "4")]
    (told,) = figures.replies()
    assert (told.count, told.answered, told.median_days, told.longest_days) == (2, 1, 15.0, 15)
    again = letters.take_file(path, "市长信箱")
    assert not isinstance(again, Refusal)
    assert (again.taken, again.known) == (0, 3)
    assert "没有到" not in "".join(Letter.objects.values_list("words", flat=True)), "nobody masked it: it lies sealed"
    path.write_text("编号,内容\n1,2\n", encoding="utf-8")
    assert isinstance(letters.take_file(path, "市长信箱"), Refusal)


@pytest.mark.skipif(not REAL.exists(), reason="the real messages are not on this machine (shared/data/complaints)")
def test_the_figures_of_real_messages_are_those_counted_outside(db: Any) -> None:
    taken = letters.take_file(REAL, "网络问政平台")
    assert not isinstance(taken, Refusal)
    assert (taken.rows, taken.taken, taken.held) == (1978, 1978, ())
    with gzip.open(REAL, "rt", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))

    def day(text: str) -> Any:
        return datetime.strptime(text.split(maxsplit=1)[0], "%Y/%m/%d").date()

    days = [(day(row["答复时间"]) - day(row["留言时间"])).days for row in rows]
    (told,) = figures.replies()
    assert (told.count, told.answered) == (1978, 1978)
    assert (told.median_days, told.longest_days) == (median(days), max(days))
    assert told.mean_days == pytest.approx(sum(days) / len(days))
    assert (told.first, told.last) == (
        min(day(row["留言时间"]) for row in rows),
        max(day(row["留言时间"]) for row in rows),
    )
