"""Held rows put right in place (退回行改正): only the row in hand is checked again, and entered when it is good."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as replaced
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import F

from gongxin.law.model import Item
from gongxin.rooms.intake import anew, entering, gathering
from gongxin.rooms.intake.cells import ROW, Terms
from gongxin.rooms.intake.checking import GOOD, WAITING
from gongxin.rooms.intake.examining import DUPLICATE, Examined, Repeats, examine_rows, told
from gongxin.rooms.intake.kept import issues_text, people_in, values_text
from gongxin.rooms.intake.models import Batch, HeldRow
from gongxin.rooms.intake.reading import FLAW
from gongxin.rooms.intake.subjects import Seen
from gongxin.spine import clock, secrets
from gongxin.spine.ledger.acts import sensitive_fields

COUNTERS = {GOOD: "accepted", DUPLICATE: "duplicates", "refused": "refused", WAITING: "waiting"}


class NotHeld(ValueError):
    """The row no longer waits to be put right (该行不在待改正之列)."""


@dataclass(frozen=True)
class Fixed:
    """What became of a row after a correction (改正结果)."""

    outcome: str
    issues: list[dict[str, object]]
    seq: int | None = None


def values_of(row: HeldRow) -> dict[str, str]:
    """Return a held row's values as reported, sealed ones opened; only for showing it to those who handed it in."""
    values: dict[str, str] = json.loads(row.values)
    return {name: secrets.unseal(text) if secrets.is_sealed(text) else text for name, text in values.items()}


def fix_row(row_id: int, values: Mapping[str, str | None], *, actor: str) -> Fixed:
    """Put values of one row right, check this row alone again, and enter it when it is good (就地改正)."""
    with transaction.atomic():
        row = HeldRow.objects.select_for_update().select_related("batch").get(pk=row_id)
        batch = Batch.objects.select_for_update().get(pk=row.batch_id)
        if row.state != HeldRow.State.OPEN or row.mention is not None:
            raise NotHeld("该行已处理，或正在等待主体识别，不能在此改正")
        item = gathering.desk(batch.day).edition.item(batch.item)
        unknown = [name for name in values if item.find_field(name) is None]
        if unknown:
            raise NotHeld(f"事项没有字段 {'、'.join(unknown)}")
        merged: dict[str, str | None] = {**values_of(row), **values}
        examined = _examined(row, batch, item, merged)
        acting = _acting(batch, actor)
        entered = entering.enter(acting, examined, item, by_hand=True)
        return _store(row, item, merged, examined, entered)


def accept_apart(row_id: int, *, actor: str, reason: str) -> Fixed:
    """A person has said that a row in conflict is a record of its own (认定为另一条记录): enter it as it stands."""
    with transaction.atomic():
        row = HeldRow.objects.select_for_update().get(pk=row_id)
        batch = Batch.objects.select_for_update().get(pk=row.batch_id)
        if row.state != HeldRow.State.OPEN or row.outcome != HeldRow.Outcome.WAITING or row.mention is not None:
            raise NotHeld("该行不在等待人工确认之列")
        if not reason.strip():
            raise NotHeld("请写明认定为另一条记录的理由")
        item = gathering.desk(batch.day).edition.item(batch.item)
        merged: dict[str, str | None] = dict(values_of(row))
        examined = _examined(row, batch, item, merged)
        entered = entering.enter(_acting(batch, f"{actor}：{reason.strip()}"[:100]), examined, item, apart=True)
        return _store(row, item, merged, examined, entered)


def accept_correcting(row_id: int, *, actor: str, reason: str, record: int | None = None) -> Fixed:
    """A person has said whose a document really is (认定为更正主体): the record under the wrong subject is corrected.

    `record` names it where several other subjects stand under the same document number; raises NotHeld otherwise.
    The correction says this row's words about this row's subject; what was reported before stays readable.
    """
    with transaction.atomic():
        row = HeldRow.objects.select_for_update().get(pk=row_id)
        batch = Batch.objects.select_for_update().get(pk=row.batch_id)
        if row.state != HeldRow.State.OPEN or row.outcome != HeldRow.Outcome.WAITING or row.mention is not None:
            raise NotHeld("该行不在等待人工确认之列")
        if not reason.strip():
            raise NotHeld("请写明更正主体的理由")
        item = gathering.desk(batch.day).edition.item(batch.item)
        merged: dict[str, str | None] = dict(values_of(row))
        examined, acting = _examined(row, batch, item, merged), _acting(batch, f"{actor}：{reason.strip()}"[:100])
        others = entering.others_of(acting, examined, item)
        if not others:
            raise NotHeld("库中没有其他主体的记录用着这一文书号")
        if (record is None and len(others) > 1) or (record is not None and record not in others):
            raise NotHeld(f"请指明更正哪一条记录：{'、'.join(map(str, others))}")
        corrects = others[0] if record is None else record
        entered = entering.enter(acting, examined, item, corrects=corrects)
        return _store(row, item, merged, examined, entered)


def set_right_elsewhere(row_id: int, *, reason: str) -> None:
    """Close a held row that needs nothing more here (不再处理), such as one handed in again in another file."""
    with transaction.atomic():
        row = HeldRow.objects.select_for_update().get(pk=row_id)
        if row.state != HeldRow.State.OPEN:
            raise NotHeld("该行已处理")
        anew.close(row, reason)
        row.save(update_fields=["issues", "state"])


def _acting(batch: Batch, actor: str) -> Batch:
    """The batch as the act's frame, with the person who acts now; never saved."""
    acting = Batch.objects.get(pk=batch.pk)
    acting.actor, acting.day = actor[:100], clock.today()
    return acting


def _examined(row: HeldRow, batch: Batch, item: Item, values: Mapping[str, str | None]) -> Examined:
    desk = gathering.desk(batch.day)
    told_columns: dict[str, Any] = batch.columns.get(row.sheet, {})
    terms = Terms(
        desk.edition, desk.calendar, desk.day, told_columns.get("template"),
        {name: Decimal(unit) for name, unit in told_columns.get("units", {}).items()},
        {name: heading for heading, name in told_columns.get("columns", {}).values()},
        desk.divisions, desk.provinces, bodies=desk.bodies, provider=batch.provider, heirs=desk.heirs,
        known=desk.known,
    )  # fmt: skip
    frame = pl.DataFrame(
        {ROW: [row.row], FLAW: [None], **{name: [text or None] for name, text in values.items()}},
        schema={ROW: pl.Int64, FLAW: pl.String, **dict.fromkeys(values, pl.String)},
    )
    examined = examine_rows(
        frame, item, terms, seen=Seen(contested=gathering.contested_codes()), repeats=Repeats(), given=gathering.given_by(batch.provider),
        known_of=gathering.known_names,
    )  # fmt: skip
    return replaced(examined, sheet=row.sheet)


def _store(
    row: HeldRow, item: Item, values: Mapping[str, str | None], examined: Examined, entered: entering.Entered
) -> Fixed:
    outcome = entered.outcomes[row.row]
    issues = [told(row.sheet, each) for each in entered.issues]
    of_person = row.row in people_in(examined.frame)
    row.values = values_text(values, sensitive_fields(item), of_person=of_person)
    row.issues = issues_text(issues, of_person=of_person)
    row.mention = entered.mentions.get(row.row)
    row.seq = entered.seqs.get(row.row)
    if outcome != row.outcome:
        before, after = COUNTERS[row.outcome], COUNTERS[outcome]
        late = int(entered.late)
        Batch.objects.filter(pk=row.batch_id).update(
            **{before: F(before) - 1, after: F(after) + 1}, late=F("late") + late,
            corrections=F("corrections") + entered.corrections,
        )  # fmt: skip
    if outcome == GOOD:
        row.state = HeldRow.State.ENTERED
    else:
        row.outcome = outcome
        row.state = HeldRow.State.SETTLED if outcome == DUPLICATE else HeldRow.State.OPEN
    row.save()
    return Fixed(outcome, issues, row.seq)
