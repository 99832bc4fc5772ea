"""What records mean for a matter, kept beside the store (事项效果的常驻结果), so that a million codes are screened by joins.

A verdict is asked of the law once for each record, by columns. It holds from the day it was asked until the last day of the effect:
without a new act an effect only ends, it never grows stricter (a property holds this for the rules). A record that was
acted on since is asked about anew. The file says of record numbers what they mean; it holds no name and no content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from gongxin.law.book import Edition
from gongxin.law.effects import Asked
from gongxin.law.model import Matter
from gongxin.rooms.measures import answer, queue
from gongxin.rooms.measures.answer import Incompleteness
from gongxin.spine import home
from gongxin.spine.access import swift, weighing
from gongxin.spine.access.gate import Admission
from gongxin.spine.ledger import head
from gongxin.spine.ledger.models import Checkpoint, Entry

SCHEMA = {"record": pl.Int64, "kind": pl.String, "until": pl.Date, "asked_on": pl.Date}
ROOT = 16
"""Digits of the ledger's root in a file's name."""

_read: dict[Path, tuple[str, pl.DataFrame]] = {}
"""What this process has read or written last of each question: the file's name, and what stands in it."""

MOST_READ = 8
"""Questions a process remembers; when there are more, it begins anew."""

MANY_ACTS = 50_000
"""With more acts than this since the file was written, it is begun anew."""


@dataclass(frozen=True)
class Question:
    """For whom verdicts are asked (所问)."""

    matter: Matter
    admission: Admission
    regions: tuple[str, ...]
    as_of: date
    law: Edition


def of(standings: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Return the standings with what each means: column `kind`, must_act or for_reference; those without effect left out."""
    plain = _plain_items(question.matter)
    certain = standings.filter(pl.col("item").is_in(sorted(plain))).with_columns(pl.lit("for_reference").alias("kind"))
    doubtful = standings.filter(~pl.col("item").is_in(sorted(plain)))
    if doubtful.is_empty():
        return certain
    known = _known(doubtful, question)
    judged = doubtful.join(known.select("record", "kind"), on="record", how="inner").filter(pl.col("kind") != "none")
    return pl.concat([certain, judged.select(certain.columns)])


def _plain_items(matter: Matter) -> frozenset[str]:
    """Return the items whose first line in the matter is unconditional and for reference: no fact can change that."""
    first = {}
    for trigger in matter.triggers:
        first.setdefault(trigger.item, trigger)
    return frozenset(item for item, trigger in first.items() if trigger.kind == "for_reference" and not trigger.when)


def _known(standings: pl.DataFrame, question: Question) -> pl.DataFrame:
    kept = _kept(question)
    day = pl.lit(question.as_of)
    holds = (pl.col("asked_on") <= day) & (pl.col("until").is_null() | (day <= pl.col("until")))
    valid = kept.filter(holds)
    # One record may have been asked about under two keys of its subject.
    unknown = standings.join(valid, on="record", how="anti").unique("record").sort("record")
    if unknown.is_empty():
        return valid
    fresh = _ask(unknown, question)
    whole = pl.concat([kept.join(fresh, on="record", how="anti"), fresh])
    _keep(whole, question)
    return pl.concat([valid, fresh])


def _ask(standings: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Ask the law about each of these records: by columns, and one by one where anything was said of it since."""
    asked = Asked(question.matter, question.as_of, question.regions)
    weighed, left = weighing.weigh(standings, asked, question.admission, question.law)
    lacking = (pl.col("kind") == "must_act") & ~_complete(weighed, question)
    left += weighed.filter(lacking)["record"].to_list()
    answered = weighed.filter(~lacking).select(
        "record",
        "kind",
        # What has no effect is asked about anew tomorrow: an entry may come into use.
        pl.when(pl.col("kind") == "none").then(pl.lit(question.as_of)).otherwise("until").alias("until"),
        pl.lit(question.as_of).alias("asked_on"),
    )
    return pl.concat([answered, _ask_each(sorted(left), question)])


def _complete(weighed: pl.DataFrame, question: Question) -> pl.Expr:
    """Whether an entry has what an adverse effect needs; those that seem to lack it are looked at one by one."""
    told = {name: pl.col(name).fill_null("") != "" for name in weighing.TOLD}
    authority = told["authority"] | told["source"]
    unnumbered = [item for item in weighed["item"].unique() if not question.law.item(item).required_document]
    notice = pl.col("item").is_in(unnumbered) & authority & (told["announced_on"] | told["decided_on"])
    document = told["document_no"] | told["document_name"] | notice
    return authority & document & pl.col("cited") & pl.col("until").is_not_null()


def _ask_each(records: Sequence[int], question: Question) -> pl.DataFrame:
    """Ask the law about each of these records by itself, and lay what is incomplete before the office.

    An open case may take hold of a record on a day to come without another act, so such verdicts hold for the day alone.
    """
    rows: dict[int, tuple[int, str, date | None, date]] = {
        record: (record, "none", question.as_of, question.as_of) for record in records
    }
    incomplete: list[Incompleteness] = []
    for line in swift.visible_records(records, question.admission, question.as_of, question.law):
        verdict = answer.judge(question.matter, line, law=question.law, regions=question.regions)
        if verdict.incomplete is not None:
            incomplete.append(verdict.incomplete)
        elif verdict.entry is not None:
            rows[line.record] = (line.record, verdict.kind, question.as_of, question.as_of)
    queue.lay(incomplete, question.matter.id)
    return pl.DataFrame(list(rows.values()), schema=SCHEMA, orient="row")


def _kept(question: Question) -> pl.DataFrame:
    """Return what the file holds, without the records acted on since."""
    place = _place(question)
    empty = pl.DataFrame(schema=SCHEMA)
    found = sorted(place.parent.glob(f"{place.name}-*-*.arrow"))
    if not found:
        return empty
    size, root = found[-1].stem.split("-")[-2:]
    checkpoint = Checkpoint.objects.filter(size=int(size)).values_list("root", flat=True).first()
    if checkpoint is None or bytes(checkpoint).hex()[:ROOT] != root:
        # The file is of another ledger: the store was put back from a copy, or made anew.
        return empty
    later = Entry.objects.filter(seq__gt=int(size)).exclude(kind="record").values_list("record", flat=True)
    touched = set(later[: MANY_ACTS + 1])
    if len(touched) > MANY_ACTS:
        return empty
    name, frame = _read.get(place, ("", empty))
    if name != found[-1].name:
        frame = pl.read_ipc(found[-1], memory_map=False)
        _remember(place, found[-1].name, frame)
    return frame.filter(~pl.col("record").is_in(sorted(touched))) if touched else frame


def _keep(whole: pl.DataFrame, question: Question) -> None:
    place = _place(question)
    now = head.read()
    new = place.with_name(f"{place.name}-{now.size:019d}-{now.root.hex()[:ROOT]}.arrow")
    draft = new.with_suffix(".draft")
    whole.write_ipc(draft, compression="lz4")
    draft.replace(new)
    _remember(place, new.name, whole)
    for older in place.parent.glob(f"{place.name}-*-*.arrow"):
        if older != new:
            older.unlink(missing_ok=True)


def _remember(place: Path, name: str, frame: pl.DataFrame) -> None:
    if len(_read) >= MOST_READ:
        _read.clear()
    _read[place] = (name, frame)


def _place(question: Question) -> Path:
    folder = home.home() / "verdicts"
    folder.mkdir(mode=0o700, exist_ok=True)
    # What may be seen decides whether an entry is complete, so it belongs to the file's name as the law book does.
    told = repr((question.law.book.version, question.law.day, question.regions, question.admission)).encode()
    return folder / f"{question.matter.id}-{hashlib.sha256(told).hexdigest()[:16]}"
