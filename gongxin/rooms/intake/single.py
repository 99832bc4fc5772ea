"""One row handed in by a form (单条报送): checked first, then taken in like any file, so that nothing goes round the intake.

What is wrong is told at once and leaves nothing behind; what is right becomes a file of one row with its batch, hash and
origin, as if a department had sent it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from gongxin.kernel.issues import Issue
from gongxin.law.model import Item
from gongxin.rooms.intake import batches, gathering
from gongxin.rooms.intake.cells import ROW, Terms
from gongxin.rooms.intake.checking import GOOD
from gongxin.rooms.intake.examining import Repeats, examine_rows
from gongxin.rooms.intake.models import Batch, Portion
from gongxin.rooms.intake.reading import FLAW
from gongxin.rooms.intake.subjects import Seen
from gongxin.rooms.intake.words import found
from gongxin.spine import clock

FIRST = 1
"""The row's number in its file (行号)."""


@dataclass(frozen=True)
class Sender:
    """Who hands in (报送人): the body, by which way, and the account's words."""

    provider: str
    via: str
    actor: str


@dataclass(frozen=True)
class HandedIn:
    """What became of a row (报送结果): its record, or what is wrong; the batch where there is one."""

    record: int | None
    issues: tuple[Issue, ...] = ()
    batch: Batch | None = None


def hand_in(item_id: str, values: Mapping[str, str], sender: Sender) -> HandedIn:
    """Check one row and take it in (单条报送): nothing is kept of a row that does not pass."""
    day = clock.today()
    item = gathering.desk(day).edition.item(item_id)
    given = {name: text.strip() for name, text in values.items() if text.strip()}
    strange = [name for name in given if item.find_field(name) is None]
    issues = tuple(found("field.removed", row=FIRST, column=name, item=item.name) for name in strange)
    issues = issues or _issues(item, given, sender)
    if issues:
        return HandedIn(None, issues)
    file = io.BytesIO(_as_file(item, given))
    batch = batches.receive(
        file, file_name=f"{item.name}.jsonl", provider=sender.provider, via=sender.via, actor=sender.actor, item=item.id,
    )  # fmt: skip
    try:
        batch = batches.run(batch.pk)
    except batches.NotNow:
        # A worker was quicker: the row is being taken in, and its page tells what becomes of it.
        return HandedIn(None, (), batch)
    first = Portion.objects.filter(batch=batch).first()
    return HandedIn(first.first_seq if first is not None else None, (), batch)


def _issues(item: Item, given: Mapping[str, str], sender: Sender) -> tuple[Issue, ...]:
    desk = gathering.desk(clock.today())
    terms = Terms(
        desk.edition,
        desk.calendar,
        desk.day,
        divisions=desk.divisions,
        provinces=desk.provinces,
        bodies=desk.bodies,
        provider=sender.provider,
        heirs=desk.heirs,
        known=desk.known,
    )
    wanted = {spec.id: given.get(spec.id) for spec in item.fields}
    frame = pl.DataFrame(
        {ROW: [FIRST], FLAW: [None], **{name: [text] for name, text in wanted.items()}},
        schema={ROW: pl.Int64, FLAW: pl.String, **dict.fromkeys(wanted, pl.String)},
    )
    examined = examine_rows(
        frame, item, terms, seen=Seen(contested=gathering.contested_codes()), repeats=Repeats(),
        given=gathering.given_by(sender.provider), known_of=gathering.known_names,
    )  # fmt: skip
    if examined.frame["__outcome"][0] == GOOD:
        return ()
    return tuple(each for each in examined.issues if each.severity != "notice")


def _as_file(item: Item, given: Mapping[str, str]) -> bytes:
    """The row as a department's own system would send it: one JSON object with the catalogue's own names."""
    row = {item.get_field(name).name: text for name, text in given.items()}
    return (json.dumps(row, ensure_ascii=False) + "\n").encode()
