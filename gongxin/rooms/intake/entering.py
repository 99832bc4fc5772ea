"""Entering checked rows (归集入账): what the ledger already has, what is new, what corrects, what must wait.

Everything here happens inside the transaction of one chunk, under the ledger's own lock, so that two batches at once
cannot both take the same row for new.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl
from django.utils.translation import gettext as _

from gongxin.kernel.issues import Issue
from gongxin.law.model import Item
from gongxin.rooms.intake import bodies
from gongxin.rooms.intake.cells import NOTICES_KEPT, ROW
from gongxin.rooms.intake.checking import GOOD, REFUSED, WAITING
from gongxin.rooms.intake.examining import DUPLICATE, Examined, told
from gongxin.rooms.intake.kept import issues_text, people_in, values_text
from gongxin.rooms.intake.models import Batch, HeldRow, Portion
from gongxin.rooms.intake.papers import elsewhere, paper_hashes, settled_papers, told_key
from gongxin.rooms.intake.words import found
from gongxin.spine import clock, records, secrets
from gongxin.spine.bodies.register import borne_by, register
from gongxin.spine.columnar import write_frame
from gongxin.spine.ledger import head
from gongxin.spine.ledger.acts import NewAct, person_key, sealed_payload, sensitive_fields
from gongxin.spine.ledger.append import ASKED_AHEAD, append, append_frame, ask_ahead, documents, prepare
from gongxin.spine.ledger.models import Entry
from gongxin.spine.outbox import notices
from gongxin.spine.projections.models import Mention, Standing

IDENTITY = ("code.none", "code.organ_for_company", "code.shared_in_file", "code.name_different")
"""Doubts about who is meant; such a row goes to the stewards as a mention. Other doubts stay with the batch."""

HANDED_IN = "record.handed-in"
"""The notice to whoever a confined record is about (报送告知本人)."""


@dataclass(frozen=True)
class Word:
    """What a person has said of a row that waited (人工认定): a record of its own, or the correction of this record."""

    apart: bool = False
    corrects: int | None = None


@dataclass
class Entered:
    """What became of a chunk (入账结果): outcome of each row, in the order of the file, and what was said."""

    outcomes: dict[int, str]
    issues: list[Issue]
    word: Word = Word()
    more: Counter[str] = field(default_factory=Counter)
    """Notices that were only counted."""
    corrections: int = 0
    late: int = 0
    seqs: dict[int, int] = field(default_factory=dict)
    mentions: dict[int, int] = field(default_factory=dict)


def enter(
    batch: Batch, examined: Examined, item: Item, *, apart: bool = False, corrects: int | None = None,
    by_hand: bool = False,
) -> Entered:  # fmt: skip
    """Enter the good rows of a chunk and lay aside the others; the caller holds the transaction.

    `apart` says that a person has held these rows to be records of their own, `corrects` that a person has held this
    one row to be what that record should have said, `by_hand` that a person hands in this very row: given back once,
    it goes to the stewards once more, while a file that repeats it is refused again.
    """
    head.lock()
    frame = examined.frame if "digest" in examined.frame.columns else with_keys(examined, item)
    outcomes = dict(zip(frame[ROW].to_list(), frame["__outcome"].to_list(), strict=True))
    entered = Entered(outcomes, list(examined.issues), Word(apart, corrects))
    good = frame.filter(pl.col("__outcome") == GOOD)
    if good.height:
        _enter_good(batch, examined, item, good, entered)
    if WAITING in outcomes.values():
        _lay_before_stewards(batch, examined, item, frame, entered, by_hand=by_hand)
    in_order = pl.Series(list(outcomes.values()), dtype=pl.String)
    entered.late = int((frame["__late"] & (in_order == GOOD)).sum())
    entered.issues.sort(key=lambda each: each.row or 0)
    return entered


def others_of(batch: Batch, examined: Examined, item: Item) -> list[int]:
    """Return the records of other subjects that bear the document number of these rows (同文书号的其他记录)."""
    return sorted(set(elsewhere(with_keys(examined, item), batch.pk).of_others["record"]))


def with_keys(examined: Examined, item: Item) -> pl.DataFrame:
    """Return the rows with all that entering needs and no store knows (备账): keys, keyed hashes, sealed bodies, digests.

    By the hashes the store knows documents and contents again. The examining thread does this ahead.
    """
    frame = examined.frame
    person = frame["__person"]
    key = frame["__key"]
    if person.null_count() < frame.height:
        where = person.is_not_null().arg_true()
        blinded = pl.Series([person_key(number) for number in person.gather(where).to_list()], dtype=pl.String)
        key = key.fill_null(person.clone().scatter(where, blinded))
    hashes = [
        pl.Series(name, secrets.keyed_hash64_many(frame[column].cast(pl.Binary).to_list()), dtype=pl.Int64)
        for name, column in (("document", "__document"), ("content", "__content"))
    ]
    sealed = prepare(examined.payload.with_columns(frame["__body"].alias("body")), item)
    return frame.with_columns(
        key.alias("subject"), *hashes, paper_hashes(frame, item), sealed["body"], sealed["salt"], sealed["digest"],
        _asked_ahead(examined, item),
    )  # fmt: skip


def _asked_ahead(examined: Examined, item: Item) -> pl.Series:
    """Ask the law ahead for the days of the rows that will be entered; of the others it is not asked."""
    good = examined.frame["__outcome"] == GOOD
    asked = ask_ahead(examined.payload.with_columns(examined.frame["__body"].alias("body")).filter(good), item)
    if len(asked) == len(good):
        return asked
    # The place of each good row among the good ones; the others have none.
    return asked.gather(pl.select(pl.when(good).then(good.cum_sum().cast(pl.Int64) - 1)).to_series())


def _made_apart(good: pl.DataFrame) -> pl.DataFrame:
    """Give rows that a person held to be records of their own a document's key of their own, where theirs is taken.

    A second party of one document has a key of its own already; kept, it lets the row be known again when it is re-sent.
    """
    taken = documents(good["document"].to_list())["document"]
    if taken.is_empty():
        return good
    texts = [
        f"{document}{bodies.APART}{content}" for document, content in good.select("__document", "__content").rows()
    ]
    hashes = secrets.keyed_hash64_many([text.encode() for text in texts])
    own = pl.Series("own", hashes, dtype=pl.Int64)
    return good.with_columns(
        pl.when(pl.col("document").is_in(taken.implode())).then(own).otherwise(pl.col("document")).alias("document")
    )


def _enter_good(batch: Batch, examined: Examined, item: Item, good: pl.DataFrame, entered: Entered) -> None:
    word = entered.word
    good = _made_apart(good) if word.apart else good
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
    if word.corrects is not None:
        new, superseding = new.head(0), new.with_columns(pl.lit(word.corrects, dtype=pl.Int64).alias("of_record"))
        corrected = pl.concat([corrected, superseding])
    if item.polarity == "adverse" and new.height and not word.apart:
        new = _apart_from_namesakes(batch, item, new, entered)
    if new.height and not word.apart:
        for beside in (_beside_settled, _beside_papers):
            new, superseding = beside(batch, item, new, entered)
            corrected = pl.concat([corrected, superseding])
    if new.height:
        _append_new(batch, examined, item, new, entered)
    if corrected.height and item.binding:
        corrected = _refuse_changes(corrected, entered)
    if corrected.height and not (item.by_decider or item.by_superior):
        # Of those items the law has said already who may hand them in; of all others nobody corrects what is another's.
        corrected = _refuse_of_another(batch, corrected, entered)
    if corrected.height:
        _append_corrections(batch, examined, item, corrected, entered)


def _notice(batch: Batch, entered: Entered, code: str, rows: list[int]) -> None:
    """Give rows the same notice, as far as the file's allowance goes; the others are counted."""
    left = max(0, NOTICES_KEPT - batch.notice_counts.get(code, 0))
    entered.issues += [found(code, row=row, severity="notice") for row in rows[:left]]
    entered.more[code] += len(rows[left:])


def _append_new(batch: Batch, examined: Examined, item: Item, new: pl.DataFrame, entered: Entered) -> None:
    payload = examined.payload
    if new.height < examined.frame.height:
        payload = payload.filter(examined.frame[ROW].is_in(new[ROW].implode()))
    ready = new.select(
        "subject",
        "body",
        "salt",
        "digest",
        "document",
        "content",
        "paper",
        ASKED_AHEAD,
        pl.col("__known").alias("known"),
    ).hstack(payload)
    seqs = append_frame(ready, item=item.id, provider=batch.provider, batch=batch.pk, actor=batch.actor, on=batch.day)
    rows = new[ROW].to_list()
    entered.seqs.update(zip(rows, seqs, strict=True))
    _note_origin(batch, examined.sheet, seqs, rows)
    if item.confined:
        _tell_subjects(item, new["subject"].to_list(), seqs)


def _tell_subjects(item: Item, keys: list[str], seqs: list[int]) -> None:
    """Tell whoever a confined record is about that it was handed in (告知本人): it stands on no page where one would meet it."""
    text = _("关于您的“%(item)s”已由作出决定的单位报送；内容、期限和谁查过在“我的信用”里，有误可以提出异议") % {
        "item": item.name
    }
    for key, seq in zip(keys, seqs, strict=True):
        notices.tell("subject", key, HANDED_IN, words={"record": seq, "text": text, "clause": str(item.bases[0])})


def _refuse_changes(corrected: pl.DataFrame, entered: Entered) -> pl.DataFrame:
    """What somebody is bound by is not changed by being reported anew (承诺不得以重报变更): such rows are refused."""
    for row, record in corrected.select(ROW, "of_record").iter_rows():
        entered.outcomes[row] = REFUSED
        entered.issues.append(found("promise.reported_anew", row=row, clause="OBE-2019/31", record=record))
    return corrected.head(0)


def _refuse_of_another(batch: Batch, corrected: pl.DataFrame, entered: Entered) -> pl.DataFrame:
    """What another body handed in is corrected by it alone, by whoever goes on for it, or decided it (他单位记录不得以重报更正)."""
    reported = dict(
        Entry.objects.filter(seq__in=set(corrected["of_record"])).exclude(provider__in=borne_by(batch.provider))
        .values_list("seq", "provider")
    )  # fmt: skip
    known = register() if reported else None
    for record, (code, name) in records.deciders(reported).items():
        if known is not None and batch.provider in known.meant(code, name):
            del reported[record]
    for row, record in corrected.select(ROW, "of_record").iter_rows():
        if record in reported and known is not None:
            entered.outcomes[row] = REFUSED
            entered.issues.append(
                found("row.of_another", row=row, record=record, reporter=known.name(reported[record]))
            )
    return corrected.filter(~pl.col("of_record").is_in(list(reported)))


def _append_corrections(
    batch: Batch, examined: Examined, item: Item, corrected: pl.DataFrame, entered: Entered
) -> None:
    """A later version of a document is an act of its own beside the first (更正): nothing is rewritten."""
    acts = [
        NewAct(
            "correction", item.id, row["subject"], batch.provider, json.loads(row["__body"]), batch.actor,
            batch=batch.pk, record=row["of_record"], on=batch.day, document=row["document"], content=row["content"],
            paper=row["paper"],
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


def _beside_settled(batch: Batch, item: Item, new: pl.DataFrame, entered: Entered) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part the rows whose document a person has settled before: of this subject a correction, of another a question."""
    del batch
    supersede, contradict = settled_papers(new, item)
    for row in contradict:
        entered.outcomes[row] = WAITING
        entered.issues.append(found("row.settled_elsewhere", row=row, severity="wait"))
    return _parted(new, supersede, contradict)


def _beside_papers(batch: Batch, item: Item, new: pl.DataFrame, entered: Entered) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part the rows whose document is on record under another subject: moved to this one a correction, else a question.

    Several parties of one document in one batch are what the department says they are, and pass.
    """
    del item
    met = elsewhere(new, batch.pk)
    contradict: dict[int, tuple[str, int]] = {}
    for row, subject, record in met.of_others.select(ROW, "other", "record").iter_rows():
        contradict.setdefault(row, (subject, record))
    for row, (subject, record) in contradict.items():
        entered.outcomes[row] = WAITING
        entered.issues.append(
            found("row.paper_elsewhere", row=row, severity="wait", other=told_key(subject), record=record)
        )
    return _parted(new, met.moved, list(contradict))


def _parted(
    new: pl.DataFrame, supersede: Mapping[int, int], contradict: list[int]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    if not supersede and not contradict:
        return new, new.head(0)
    superseding = new.filter(pl.col(ROW).is_in(list(supersede))).with_columns(
        pl.col(ROW).replace_strict(dict(supersede), default=None, return_dtype=pl.Int64).alias("of_record")
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
    fresh: dict[int, Mention] = {}
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
            fresh[number] = earlier
            entered.issues.append(found("row.already_waiting", row=number, severity="notice"))
            continue
        reported = next((row[name] for name in ("uscc", "regno", "orgcode") if row.get(name)), "")
        mention = Mention(
            batch=batch.pk, sheet=examined.sheet, row=number, subject_name=(row.get("subject_name") or "")[:300],
            reported_code=reported[:100], problem=doubts[number], item=item.id, provider=batch.provider,
            body=json.dumps(sealed_payload(json.loads(row["__body"]), item), ensure_ascii=False, sort_keys=True),
            document=row["document"], content=row["content"], paper=row["paper"], opened=clock.now(),
        )  # fmt: skip
        before[row["content"]] = fresh[number] = mention
    Mention.objects.bulk_create({id(each): each for each in fresh.values() if each.pk is None}.values(), batch_size=500)
    entered.mentions.update((number, mention.pk) for number, mention in fresh.items())


def hold(batch: Batch, examined: Examined, item: Item, entered: Entered) -> None:
    """Write the rows that were not entered (未归集行): all issues of a row with it, sensitive values sealed."""
    said: dict[int, list[dict[str, object]]] = {}
    for issue in entered.issues:
        if issue.row is not None:
            said.setdefault(issue.row, []).append(told(examined.sheet, issue))
    held = {row for row, outcome in entered.outcomes.items() if outcome in (REFUSED, WAITING)}
    sensitive, people = sensitive_fields(item), people_in(examined.frame)
    rows = examined.reported.filter(pl.col(ROW).is_in(list(held))) if held else examined.reported.head(0)
    kept = [
        (
            row[ROW], entered.outcomes[row[ROW]], values_text(row, sensitive, of_person=row[ROW] in people),
            issues_text(said.get(row[ROW], []), of_person=row[ROW] in people), entered.mentions.get(row[ROW]),
        )
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    if kept:
        write_frame("intake_heldrow", _held(batch, examined.sheet, kept))
    duplicates = [row for row, outcome in entered.outcomes.items() if outcome == DUPLICATE]
    if duplicates:
        write_frame("intake_heldrow", _duplicates(batch, examined.sheet, duplicates))


def _held(batch: Batch, sheet: str, kept: list[tuple[int, str, str, str, int | None]]) -> pl.DataFrame:
    columns = {"row": pl.Int64, "outcome": pl.String, "values": pl.String, "issues": pl.String, "mention": pl.Int64}
    return pl.DataFrame(kept, schema=columns, orient="row").with_columns(
        pl.lit(batch.pk, dtype=pl.Int64).alias("batch_id"),
        pl.lit(sheet).alias("sheet"),
        pl.lit(HeldRow.State.OPEN.value).alias("state"),
    )


def _duplicates(batch: Batch, sheet: str, rows: list[int]) -> pl.DataFrame:
    return pl.DataFrame({"row": rows}).with_columns(
        pl.lit(batch.pk).alias("batch_id"),
        pl.lit(sheet).alias("sheet"),
        pl.lit(HeldRow.Outcome.DUPLICATE.value).alias("outcome"),
        pl.lit(HeldRow.State.SETTLED.value).alias("state"),
        pl.lit("{}").alias("values"),
        pl.lit("[]").alias("issues"),
    )
