"""A department hands the wrong row in once more after it was corrected or withdrawn (更正后原样重报): nothing comes back."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gongxin.rooms.intake import batches
from gongxin.spine import clock, public
from gongxin.spine.access.gate import Viewer
from gongxin.spine.access.models import Account, Body
from gongxin.spine.cases import engine
from gongxin.spine.ledger.models import Entry
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
