"""Returned rows that come again (退回行重报): whoever mended them in a workbook need not close the first ones by hand.

The workbook of returned rows names each row by batch and number. Whatever becomes of the row that comes again – entered,
known already, returned once more – it is the one to look after from then on, and the first waits for nobody.
"""

from __future__ import annotations

import re

from gongxin.rooms.intake import gathering
from gongxin.rooms.intake.cells import ANEW, ROW
from gongxin.rooms.intake.examining import Examined
from gongxin.rooms.intake.kept import issues_text
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.spine import secrets

_NUMBER = re.compile(r"\s*(\d{1,18})-(\d{1,18})\s*")
_AT_ONCE = 500


def number_of(row: HeldRow) -> str:
    """Return by which number a returned row is known again (退回行号): its batch, and itself."""
    return f"{row.batch_id}-{row.pk}"


def close(row: HeldRow, reason: str) -> None:
    """Let a held row wait for nobody any more, and say why (不再处理); the caller saves it."""
    note = {"row": row.row, "column": None, "code": "row.closed", "value": None, "message": reason,
            "suggestion": None, "clause": None, "severity": "notice", "sheet": row.sheet}  # fmt: skip
    row.issues = issues_text([*gathering.read_issues(row), note], of_person=secrets.is_sealed(row.issues))
    row.state = HeldRow.State.SETTLED


def close_first_ones(batch: Batch, examined: Examined) -> None:
    """Close the rows that these put right (退回行重报), only this provider's own of the same item, in its transaction.

    A row that waits for a judgement on who is meant stays with its question.
    """
    if ANEW not in examined.reported.columns:
        return
    named: dict[tuple[int, int], int] = {}
    for row, text in examined.reported.select(ROW, ANEW).drop_nulls().iter_rows():
        if (said := _NUMBER.fullmatch(text)) is not None:
            named[int(said[1]), int(said[2])] = row
    numbers = [number for _, number in named]
    for start in range(0, len(numbers), _AT_ONCE):
        mine = HeldRow.objects.select_for_update().filter(
            pk__in=numbers[start : start + _AT_ONCE], state=HeldRow.State.OPEN, mention=None,
            batch__provider=batch.provider, batch__item=batch.item, batch__lt=batch.pk,
        )  # fmt: skip
        first = [row for row in mine if (row.batch_id, row.pk) in named]
        for row in first:
            close(row, f"已在批次 {batch.pk} 第 {named[row.batch_id, row.pk]} 行重新报送")
        HeldRow.objects.bulk_update(first, ["issues", "state"])
