"""Returned rows that come again (退回行重报): whoever mended them and handed them in need not close the first ones by hand.

The workbook of returned rows names each row by batch and number. Whatever becomes of the row that comes again – entered,
known already, returned once more – it is the one to look after from then on, and the first waits for nobody. Who mends
their own table and sends all of it again names none: there the document, its authority and the name tell, once it is entered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import polars as pl

from gongxin.kernel.names import comparison_form
from gongxin.law.model import Item
from gongxin.rooms.intake import gathering
from gongxin.rooms.intake.cells import ANEW, ROW
from gongxin.rooms.intake.checking import GOOD
from gongxin.rooms.intake.examining import Examined
from gongxin.rooms.intake.kept import issues_text
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.rooms.intake.papers import paper_hashes
from gongxin.spine import secrets

_NUMBER = re.compile(r"\s*(\d{1,18})-(\d{1,18})\s*")
_AT_ONCE = 500
_LOOKED_AT = 5000
"""So many open rows of a provider are held against what it sends, the latest first."""
_PAPER = ("document_no", "authority_code", "authority", "subject_name")
Papers = Mapping[tuple[int, str], list[int]]


def number_of(row: HeldRow) -> str:
    """Return by which number a returned row is known again (退回行号): its batch, and itself."""
    return f"{row.batch_id}-{row.pk}"


def close(row: HeldRow, reason: str) -> None:
    """Let a held row wait for nobody any more, and say why (不再处理); the caller saves it."""
    note = {"row": row.row, "column": None, "code": "row.closed", "value": None, "message": reason,
            "suggestion": None, "clause": None, "severity": "notice", "sheet": row.sheet}  # fmt: skip
    row.issues = issues_text([*gathering.read_issues(row), note], of_person=secrets.is_sealed(row.issues))
    row.state = HeldRow.State.SETTLED


class FirstOnes:
    """The rows of a provider that were returned before and wait still (此前退回的行), as one batch of it meets them."""

    def __init__(self, batch: Batch, item: Item) -> None:
        self._batch, self._item = batch, item
        self._papers: Papers | None = None

    def close_again(self, examined: Examined, outcomes: Mapping[int, str]) -> None:
        """Close those that these rows put right (退回行重报), in the transaction of the rows.

        Only this provider's own, of the same item and an earlier batch; one that waits for a judgement on who is meant
        stays with its question.
        """
        met, said = self._by_paper(examined, outcomes), _by_number(examined)
        numbers = sorted({*met, *(number for _batch, number in said)})
        for start in range(0, len(numbers), _AT_ONCE):
            first = []
            for row in self._open().select_for_update().filter(pk__in=numbers[start : start + _AT_ONCE]):
                again = said.get((row.batch_id, row.pk), met.get(row.pk))
                if again is not None:
                    close(row, f"已在批次 {self._batch.pk} 第 {again} 行重新报送")
                    first.append(row)
            HeldRow.objects.bulk_update(first, ["issues", "state"])

    def _open(self):  # type: ignore[no-untyped-def] - a query set, whose type Django does not tell
        return HeldRow.objects.filter(
            state=HeldRow.State.OPEN, mention=None, batch__provider=self._batch.provider,
            batch__item=self._item.id, batch__lt=self._batch.pk,
        )  # fmt: skip

    def _by_paper(self, examined: Examined, outcomes: Mapping[int, str]) -> dict[int, int]:
        """Return, of rows that were entered, which earlier ones told the same document of the same name."""
        frame = examined.frame
        if "paper" not in frame.columns or "subject_name" not in frame.columns:
            return {}
        if self._papers is None:
            self._papers = self._read([name for name in _PAPER if name in frame.columns])
        if not self._papers:
            return {}
        papers = {paper for paper, _name in self._papers}
        met = frame.filter(pl.col("paper").is_in(list(papers))).select(ROW, "paper", "subject_name")
        return {
            number: row
            for row, paper, name in met.iter_rows()
            if outcomes.get(row) == GOOD
            for number in self._papers.get((paper, comparison_form(name)), ())
        }

    def _read(self, columns: list[str]) -> Papers:
        refused = self._open().filter(outcome=HeldRow.Outcome.REFUSED).order_by("-id")[:_LOOKED_AT]
        # Rows about persons are kept sealed and are not opened for this.
        told = [
            (pk, json.loads(text))
            for pk, text, said in refused.values_list("pk", "values", "issues")
            if not secrets.is_sealed(said)
        ]
        found: dict[tuple[int, str], list[int]] = {}
        if told:
            rows = {name: [values.get(name) for _pk, values in told] for name in columns}
            papers = paper_hashes(pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String)), self._item)
            for (pk, values), paper in zip(told, papers.to_list(), strict=True):
                if paper is not None and values.get("subject_name"):
                    found.setdefault((paper, comparison_form(values["subject_name"])), []).append(pk)
        return found


def _by_number(examined: Examined) -> dict[tuple[int, int], int]:
    """Return which batch and row these say they are (退回行号)."""
    if ANEW not in examined.reported.columns:
        return {}
    named: dict[tuple[int, int], int] = {}
    for row, text in examined.reported.select(ROW, ANEW).drop_nulls().iter_rows():
        if (said := _NUMBER.fullmatch(text)) is not None:
            named[int(said[1]), int(said[2])] = row
    return named
