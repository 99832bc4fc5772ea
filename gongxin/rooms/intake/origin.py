"""Where a value came from (来源追溯): batch, file, sheet, row and column of every entry."""

from __future__ import annotations

from dataclasses import dataclass

from gongxin.rooms.intake.bodies import row_in
from gongxin.rooms.intake.models import Portion


@dataclass(frozen=True)
class Origin:
    """The row of a file behind an entry (条目来源)."""

    batch: int
    file: str
    file_hash: str
    sheet: str
    row: int


def of_entry(seq: int) -> Origin | None:
    """Return the row an entry came from, or None when it came by no file (来源行)."""
    portion = _portion(seq)
    if portion is None:
        return None
    row = row_in(portion.rows, seq - portion.first_seq)
    return Origin(portion.batch_id, portion.batch.file_name, portion.batch.file_hash, portion.sheet, row)


def column_of(seq: int, field: str) -> tuple[str, str] | None:
    """Return letter and heading of the column behind a field of an entry (来源列)."""
    portion = _portion(seq)
    if portion is None:
        return None
    columns = portion.batch.columns.get(portion.sheet, {}).get("columns", {})
    return next(((letter, heading) for letter, (heading, name) in columns.items() if name == field), None)


def _portion(seq: int) -> Portion | None:
    last = Portion.objects.filter(first_seq__lte=seq).select_related("batch").order_by("-first_seq").first()
    return last if last is not None and seq < last.first_seq + last.count else None
