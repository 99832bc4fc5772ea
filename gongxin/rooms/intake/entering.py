"""Entering checked rows (归集入账): what the ledger already has, what is new, what corrects, what must wait.

Everything here happens inside the transaction of one chunk, under the ledger's own lock, so that two batches at once
cannot both take the same row for new.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from gongxin.kernel.issues import Issue
from gongxin.law.model import Item
from gongxin.rooms.intake import bodies
from gongxin.rooms.intake.cells import NOTICES_KEPT, ROW
from gongxin.rooms.intake.checking import GOOD, REFUSED, WAITING
from gongxin.rooms.intake.examining import DUPLICATE, Examined, told
from gongxin.rooms.intake.kept import issues_text, people_in, values_text
from gongxin.rooms.intake.models import Batch, HeldRow, Portion
from gongxin.rooms.intake.papers import paper_hashes, settled_papers
from gongxin.rooms.intake.words import found
from gongxin.spine import clock, secrets
from gongxin.spine.columnar import write_frame
from gongxin.spine.ledger import head
from gongxin.spine.ledger.acts import NewAct, person_key, sealed_payload, sensitive_fields
from gongxin.spine.ledger.append import append, append_frame, documents
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections.models import Mention, Standing

IDENTITY = ("code.none", "code.organ_for_company", "code.shared_in_file", "code.name_different")
"""Doubts about who is meant; such a row goes to the stewards as a mention. Other doubts stay with the batch."""


@dataclass
class Entered:
    """What became of a chunk (入账结果): outcome of each row, in the order of the file, and what was said."""

    outcomes: dict[int, str]
    issues: list[Issue]
    more: Counter[str] = field(default_factory=Counter)
    """Notices that were only counted."""
    corrections: int = 0
    late: int = 0
    seqs: dict[int, int] = field(default_factory=dict)
    mentions: dict[int, int] = field(default_factory=dict)


def enter(batch: Batch, examined: Examined, item: Item, *, apart: bool = False, by_hand: bool = False) -> Entered:
    """Enter the good rows of a chunk and lay aside the others; the caller holds the transaction.

    `apart` says that a person has held these rows to be records of their own, `by_hand` that a person hands in this
    very row: given back once, it goes to the stewards once more, while a file that repeats it is refused again.
    """
    head.lock()
    frame = _with_keys(examined.frame)
    outcomes = dict(zip(frame[ROW].to_list(), frame["__outcome"].to_list(), strict=True))
    entered = Entered(outcomes, list(examined.issues))
    good = frame.filter(pl.col("__outcome") == GOOD)
    if good.height:
        _enter_good(batch, examined, item, _made_apart(good) if apart else good, entered, apart=apart)
    if WAITING in outcomes.values():
        _lay_before_stewards(batch, examined, item, frame, entered, by_hand=by_hand)
    late = dict(zip(frame[ROW].to_list(), frame["__late"].to_list(), strict=True))
    entered.late = sum(1 for row, outcome in outcomes.items() if outcome == GOOD and late[row])
    entered.issues.sort(key=lambda each: each.row or 0)
    return entered


def _with_keys(frame: pl.DataFrame) -> pl.DataFrame:
    """Add subject keys and the keyed hashes by which the store knows documents and contents again."""
    person = frame["__person"]
    key = frame["__key"]
    if person.null_count() < frame.height:
        blinded = [None if number is None else person_key(number) for number in person.to_list()]
        key = key.fill_null(pl.Series(blinded, dtype=pl.String))
    hashes = [
        pl.Series(name, secrets.keyed_hash64_many(frame[column].cast(pl.Binary).to_list()), dtype=pl.Int64)
        for name, column in (("document", "__document"), ("content", "__content"))
    ]
    return frame.with_columns(key.alias("subject"), *hashes)


def _made_apart(good: pl.DataFrame) -> pl.DataFrame:
    """Give rows that a person held to be records of their own a document's key of their own."""
    texts = [
        f"{document}{bodies.APART}{content}" for document, content in good.select("__document", "__content").rows()
    ]
    hashes = secrets.keyed_hash64_many([text.encode() for text in texts])
    return good.with_columns(pl.Series("document", hashes, dtype=pl.Int64))


def _enter_good(
    batch: Batch, examined: Examined, item: Item, good: pl.DataFrame, entered: Entered, *, apart: bool
) -> None:
    on_record = documents(good["document"].to_list()).select(
        "document", pl.col("content").alias("recorded"), pl.col("record").alias("of_record")
    )
    good = good.join(on_record, on="document", how="left", maintain_order="left")
    repeated = good.filter(pl.col("recorded") == pl.col("content"))
    again = repeated[ROW].to_list()
    entered.outcomes.update(dict.fromkeys(again, DUPLICATE))
    _notice(batch, entered, "row.duplicate", again)
    corrected = good.filter((pl.col("recorded") != pl.col("content")) & pl.col("of_record").is_not_null())
    new = good.filter(pl.col("of_record").is_null())
    if item.polarity == "adverse" and new.height and not apart:
        new = _apart_from_namesakes(batch, item, new, entered)
    if new.height and not apart:
        new, superseding = _beside_settled(item, new, entered)
        corrected = pl.concat([corrected, superseding])
    if new.height:
        _append_new(batch, examined, item, new, entered)
    if corrected.height:
        _append_corrections(batch, examined, item, corrected, entered)


def _notice(batch: Batch, entered: Entered, code: str, rows: list[int]) -> None:
    """Give rows the same notice, as far as the file's allowance goes; the others are counted."""
    left = max(0, NOTICES_KEPT - batch.notice_counts.get(code, 0))
    entered.issues += [found(code, row=row, severity="notice") for row in rows[:left]]
    entered.more[code] += len(rows[left:])


def _append_new(batch: Batch, examined: Examined, item: Item, new: pl.DataFrame, entered: Entered) -> None:
    places = examined.frame.with_row_index("place").join(new.select(ROW), on=ROW, how="semi")["place"]
    payload = examined.payload[places.to_list()] if new.height < examined.frame.height else examined.payload
    ready = new.select(
        "subject", pl.col("__body").alias("body"), "document", "content", pl.col("__known").alias("known")
    ).hstack(payload)
    seqs = append_frame(ready, item=item.id, provider=batch.provider, batch=batch.pk, actor=batch.actor, on=batch.day)
    rows = new[ROW].to_list()
    entered.seqs.update(zip(rows, seqs, strict=True))
    _note_origin(batch, examined.sheet, seqs, rows)


def _append_corrections(
    batch: Batch, examined: Examined, item: Item, corrected: pl.DataFrame, entered: Entered
) -> None:
    """A later version of a document is an act of its own beside the first (更正): nothing is rewritten."""
    acts = [
        NewAct(
            "correction", item.id, row["subject"], batch.provider, json.loads(row["__body"]), batch.actor,
            batch=batch.pk, record=row["of_record"], on=batch.day, document=row["document"], content=row["content"],
        )
        for row in corrected.iter_rows(named=True)
    ]  # fmt: skip
    seqs = append(acts)
    rows = corrected[ROW].to_list()
    entered.seqs.update(zip(rows, seqs, strict=True))
    entered.corrections += len(rows)
    _notice(batch, entered, "row.corrects", rows)
    _note_origin(batch, examined.sheet, seqs, rows)


def _note_origin(batch: Batch, sheet: str, seqs: Iterable[int], rows: list[int]) -> None:
    first = next(iter(seqs))
    Portion.objects.create(batch=batch, sheet=sheet, first_seq=first, count=len(rows), rows=bodies.ranges(rows))


def _apart_from_namesakes(batch: Batch, item: Item, new: pl.DataFrame, entered: Entered) -> pl.DataFrame:
    """An adverse row without a number, beside another record of that subject and day from another file, waits."""
    numberless = (
        new
        if "document_no" not in new.columns
        else new.filter(~pl.col("document_no").str.contains(r"\S").fill_null(False))
    )
    if not numberless.height or item.dated_by not in numberless.columns:
        return new
    subjects = numberless["subject"].unique().to_list()
    twins: set[tuple[str, str]] = set()
    for start in range(0, len(subjects), 10_000):
        standing = list(
            Standing.objects.filter(subject__in=subjects[start : start + 10_000], item=item.id).values_list(
                "subject", "decided", "record"
            )
        )
        elsewhere = set(
            Entry.objects.filter(seq__in=[record for _, _, record in standing])
            .exclude(batch=batch.pk)
            .values_list("seq", flat=True)
        )
        twins |= {(subject, str(day)) for subject, day, record in standing if record in elsewhere}
    doubtful = [
        row
        for row, subject, day in numberless.select(ROW, "subject", item.dated_by).iter_rows()
        if (subject, day) in twins
    ]
    for row in doubtful:
        entered.outcomes[row] = WAITING
        entered.issues.append(found("row.same_key_differs", row=row, severity="wait"))
    return new.filter(~pl.col(ROW).is_in(doubtful)) if doubtful else new


def _beside_settled(item: Item, new: pl.DataFrame, entered: Entered) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part the rows whose document a person has settled before: of this subject a correction, of another a question."""
    supersede, contradict = settled_papers(new, item)
    for row in contradict:
        entered.outcomes[row] = WAITING
        entered.issues.append(found("row.settled_elsewhere", row=row, severity="wait"))
    superseding = new.filter(pl.col(ROW).is_in(list(supersede))).with_columns(
        pl.col(ROW).replace_strict(supersede, default=None, return_dtype=pl.Int64).alias("of_record")
    )
    return new.filter(~pl.col(ROW).is_in([*supersede, *contradict])), superseding


def _lay_before_stewards(
    batch: Batch, examined: Examined, item: Item, frame: pl.DataFrame, entered: Entered, *, by_hand: bool
) -> None:
    """Rows in doubt about who is meant become mentions, once each (待认主体)."""
    doubts: dict[int, str] = {}
    for issue in entered.issues:
        if issue.row is not None and issue.severity == "wait" and issue.code in IDENTITY:
            doubts.setdefault(issue.row, issue.code)
    waiting = frame.filter((pl.col("__outcome") == WAITING) & pl.col(ROW).is_in(list(doubts)))
    if not waiting.height:
        return
    before = {
        mention.content: mention
        for mention in Mention.objects.filter(content__in=waiting["content"].to_list(), item=item.id).order_by("id")
    }
    waiting = waiting.with_columns(paper_hashes(waiting, item))
    for row in waiting.iter_rows(named=True):
        number = row[ROW]
        earlier = before.get(row["content"])
        if earlier is not None and earlier.state == Mention.State.SETTLED and earlier.settled_seq is None:
            if not by_hand:
                entered.outcomes[number] = REFUSED
                entered.issues.append(found("row.given_back", row=number, reason=earlier.reason))
                continue
            earlier = None
        if earlier is not None and earlier.state == Mention.State.SETTLED:
            entered.outcomes[number] = DUPLICATE
            entered.issues.append(found("row.duplicate", row=number, severity="notice"))
            continue
        if earlier is not None:
            entered.mentions[number] = earlier.pk
            entered.issues.append(found("row.already_waiting", row=number, severity="notice"))
            continue
        reported = next((row[name] for name in ("uscc", "regno", "orgcode") if row.get(name)), "")
        mention = Mention.objects.create(
            batch=batch.pk, sheet=examined.sheet, row=number, subject_name=(row.get("subject_name") or "")[:300],
            reported_code=reported[:100], problem=doubts[number], item=item.id, provider=batch.provider,
            body=json.dumps(sealed_payload(json.loads(row["__body"]), item), ensure_ascii=False, sort_keys=True),
            document=row["document"], content=row["content"], paper=row["paper"], opened=clock.now(),
        )  # fmt: skip
        before[row["content"]] = mention
        entered.mentions[number] = mention.pk


def hold(batch: Batch, examined: Examined, item: Item, entered: Entered) -> None:
    """Write the rows that were not entered (未归集行): all issues of a row with it, sensitive values sealed."""
    said: dict[int, list[dict[str, object]]] = {}
    for issue in entered.issues:
        if issue.row is not None:
            said.setdefault(issue.row, []).append(told(examined.sheet, issue))
    held = {row for row, outcome in entered.outcomes.items() if outcome in (REFUSED, WAITING)}
    sensitive, people = sensitive_fields(item), people_in(examined.frame)
    rows = examined.reported.filter(pl.col(ROW).is_in(list(held))) if held else examined.reported.head(0)
    HeldRow.objects.bulk_create(
        [
            HeldRow(
                batch=batch, sheet=examined.sheet, row=row[ROW], outcome=entered.outcomes[row[ROW]],
                values=values_text(row, sensitive, of_person=row[ROW] in people),
                issues=issues_text(said.get(row[ROW], []), of_person=row[ROW] in people),
                mention=entered.mentions.get(row[ROW]),
            )
            for row in rows.iter_rows(named=True)
        ],
        batch_size=500,
    )  # fmt: skip
    duplicates = [row for row, outcome in entered.outcomes.items() if outcome == DUPLICATE]
    if duplicates:
        write_frame("intake_heldrow", _duplicates(batch, examined.sheet, duplicates))


def _duplicates(batch: Batch, sheet: str, rows: list[int]) -> pl.DataFrame:
    return pl.DataFrame({"row": rows}).with_columns(
        pl.lit(batch.pk).alias("batch_id"),
        pl.lit(sheet).alias("sheet"),
        pl.lit(HeldRow.Outcome.DUPLICATE.value).alias("outcome"),
        pl.lit(HeldRow.State.SETTLED.value).alias("state"),
        pl.lit("{}").alias("values"),
        pl.lit("[]").alias("issues"),
    )
