"""A department hands the wrong row in once more after it was corrected or withdrawn (更正后原样重报): nothing comes back."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gongxin.rooms.intake import batches
from gongxin.rooms.measures import check
from gongxin.spine import clock, public, shelf
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Body
from gongxin.spine.cases import engine
from gongxin.spine.ledger.models import Entry
from gongxin.spine.outbox import notices
from gongxin.spine.outbox.models import Notice
from tests.rooms.intake.making import code, penalty
from tests.rooms.remedy.city import DECIDER, did

BUREAU = "11130100000000001A"


@pytest.fixture
def report(db: Any, on_day: Callable[[str], None], tmp_path: Path) -> Callable[..., Any]:
    on_day("2026-06-01")
    Body.objects.create(code=BUREAU, name="石家庄市市场监督管理局", region="130100")
    number = iter(range(1, 100))

    def taken(*rows: dict[str, str]) -> Any:
        path = tmp_path / f"file{next(number)}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        batch = batches.receive(path, file_name=path.name, provider=BUREAU, via="test", actor="王敏")
        batch = batches.run(batch.pk)
        batch.refresh_from_db()
        return batch

    return taken


@pytest.mark.parametrize("way", ["correction", "withdrawal"])
def test_the_same_wrong_row_again_changes_nothing(report: Callable[..., Any], way: str) -> None:
    row = penalty(1, 处罚类别="没收违法所得、没收非法财物", 处罚内容="没收违法所得壹仟元")
    assert report(row).accepted == 1
    record = Entry.objects.get(kind="record").seq
    account = Account.objects.create(username="steward", body_id=BUREAU, role="steward")
    steward = Viewer(account.pk, "许知远", BUREAU, "steward", "web")
    fields = {"ground": "changed", "reason": "复议变更", "decided_on": "2026-05-29", "remedy_kind": way}
    opened = did(engine.open_case(steward, engine.Request("correction", f"uscc:{code(1)}", fields, record=record)))
    said = {"reason": "复议变更", "decided_by": DECIDER}
    if way == "correction":
        said["correction"] = "处罚内容：没收违法所得贰仟元"
    did(engine.act(steward, opened.case.number, "carry-out", said))

    def shown() -> list[str]:
        return [line.fields["penalty_content"] for line in public.lines_of_records([record], clock.today())]

    expected = ["没收违法所得贰仟元"] if way == "correction" else []
    assert shown() == expected
    again = report(row)
    assert shown() == expected, "what was put right is not put wrong again"
    assert (again.received, again.accepted, again.duplicates) == (1, 0, 1)
    assert Entry.objects.filter(kind="record").count() == 1


def test_whoever_used_a_row_is_told_when_a_file_corrects_it(
    report: Callable[..., Any], on_day: Callable[[str], None]
) -> None:
    """更正由报送文件而来：变动以前使用过的单位在同一事务里得知，后来的和没有事项依据的不告知；当事人得知告知了几个。"""
    row = penalty(1, 处罚内容="没收违法所得壹仟元", 处罚类别="没收违法所得、没收非法财物")
    assert report(row).accepted == 1
    record = Entry.objects.get(kind="record").seq
    Body.objects.create(code="CENTRE", name="平陵市公共资源交易中心", kind="trading-centre", region="130100")
    officer = Viewer(None, "窗口", "CENTRE", "officer", "api")
    assert "penalty" in shelf.book().on(clock.today()).matter("procurement").sees
    asked = check.check(officer, code(1), "procurement", None, "标段一")
    assert isinstance(asked, dict), asked
    report({**row, "处罚内容": "没收违法所得贰仟元"})
    assert Entry.objects.filter(kind="correction", record=record).count() == 1
    (told,) = Notice.objects.filter(template="case.record-wrong")
    words = notices.words_of(told)
    assert (told.to_kind, told.to, told.case) == ("body", "CENTRE", "")
    assert (words["looks"], words["outcome"], words["record"]) == ([asked["check"]], "correction", record)
    counted = Notice.objects.get(template="case.users-told")
    assert counted.to == f"uscc:{code(1)}" and notices.words_of(counted)["bodies"] == 1
