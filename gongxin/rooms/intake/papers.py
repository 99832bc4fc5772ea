"""Papers of rows a person has settled (已认定行的文书): the same number of the same authority, handed in once more.

A row without a usable code is settled by a person. When its department later sends the document with its code, that is
the same document and not a second one; and where the person had said somebody else, it must not pass unnoticed.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from gongxin.law.model import Item
from gongxin.rooms.intake.bodies import APART, BRACKETS
from gongxin.rooms.intake.cells import ROW
from gongxin.spine import secrets
from gongxin.spine.columnar import read_by_keys
from gongxin.spine.ledger.append import papers
from gongxin.spine.ledger.models import Entry
from gongxin.spine.projections import links
from gongxin.spine.projections.models import Mention


def paper_hashes(frame: pl.DataFrame, item: Item) -> pl.Series:
    """Return keyed hashes of item, authority and document number (文书键，不含主体); null without a number."""
    if "document_no" not in frame.columns:
        return pl.Series("paper", [None] * frame.height, dtype=pl.Int64)
    authority = next((name for name in ("authority_code", "authority") if name in frame.columns), None)
    said = frame.select(
        pl.concat_str(
            pl.lit(item.id),
            pl.lit("") if authority is None else pl.col(authority).str.replace_all(BRACKETS, "").fill_null(""),
            pl.col("document_no").str.replace_all(BRACKETS, ""),
            separator=APART,
        ).alias("paper"),
        # 无, / and the like are written where there is no number.
        pl.col("document_no").str.contains(r"\d").fill_null(False).alias("numbered"),
    )
    where = said["numbered"].arg_true()
    texts = said["paper"].gather(where)
    hashes = pl.Series("paper", secrets.keyed_hash64_many(texts.cast(pl.Binary).to_list()), dtype=pl.Int64)
    if len(where) == frame.height:
        return hashes
    return pl.Series("paper", [None], dtype=pl.Int64).new_from_index(0, frame.height).scatter(where, hashes)


def settled_papers(new: pl.DataFrame, item: Item) -> tuple[dict[int, int], list[int]]:
    """Return, of rows about to be entered, which supersede a settled row's record, and which contradict its subject.

    The first is row → record: a person has said that the record is this very subject's. The second are rows whose
    document a person has given to somebody else, or to nobody: whether it is a second party of one document or the
    right subject at last, a person says.
    """
    settled = Mention.objects.filter(item=item.id, paper__isnull=False, settled_seq__isnull=False)
    if not settled.exists():
        return {}, []
    rows = new.select(ROW, "subject", "paper").drop_nulls("paper")
    supersede: dict[int, int] = {}
    contradict: list[int] = []
    papers = rows["paper"].to_list()
    met: dict[int, list[int]] = {}
    for start in range(0, len(papers), 500):
        some = settled.filter(paper__in=papers[start : start + 500]).order_by("id")
        for paper, record in some.values_list("paper", "settled_seq"):
            met.setdefault(paper, []).append(record)
    for number, subject, paper in rows.filter(pl.col("paper").is_in(list(met))).iter_rows():
        of_it = [record for record in met[paper] if subject in _subjects_of(record)]
        if of_it:
            supersede[number] = of_it[-1]
        else:
            contradict.append(number)
    return supersede, contradict


@dataclass(frozen=True)
class Elsewhere:
    """Rows whose paper is on record under another subject (同文书号的其他主体)."""

    moved: dict[int, int]
    """Row → record that was first reported of somebody else and is this very subject's by now."""
    of_others: pl.DataFrame
    """Row, record, and `other`: the subject whose record that is."""


def elsewhere(rows: pl.DataFrame, batch: int) -> Elsewhere:
    """Ask of rows with `subject` and `paper` which other records bear the same paper (文书号查重); not of their batch.

    A withdrawn record asks nothing any more, nor does one whose payload is destroyed. The row's own subject under the
    same number is no question either: an item may enter several records by one document.
    """
    asked = rows.select(ROW, "subject", "paper").drop_nulls()
    met = asked.join(papers(asked["paper"], besides=batch), on="paper", how="inner", maintain_order="left")
    if met.is_empty():
        return Elsewhere({}, met.with_columns(pl.lit("").alias("other")))
    standing = read_by_keys(
        "SELECT s.record, s.subject, e.subject FROM projections_standing s JOIN ledger_entry e ON e.seq = s.record"
        " WHERE s.record IN {keys} AND s.state <> 'withdrawn'",
        met["record"],
        {"record": pl.Int64, "other": pl.String, "reported": pl.String},
    )
    met = met.join(standing, on="record", how="inner", maintain_order="left")
    met = met.filter(pl.col("reported") != pl.col("subject"))
    same = _clusters(met["other"])
    moved: dict[int, int] = {}
    others = []
    for row, subject, record, other in met.select(ROW, "subject", "record", "other").iter_rows():
        if subject == other or subject in same.get(other, ()):
            moved[row] = record
        else:
            others.append((row, record, other))
    found = pl.DataFrame(others, schema={ROW: pl.Int64, "record": pl.Int64, "other": pl.String}, orient="row")
    return Elsewhere(moved, found.filter(~pl.col(ROW).is_in(list(moved))))


def _clusters(keys: pl.Series) -> dict[str, set[str]]:
    """Return all keys of those subjects that have more than one (同一主体的其他主体键); most have not."""
    linked: set[str] = set()
    for own in ("key_a", "key_b"):
        sql = f"SELECT {own} FROM projections_link WHERE judgement = 'same' AND {own} IN {{keys}}"
        linked |= set(read_by_keys(sql, keys, {own: pl.String})[own])
    return {key: links.resolve_keys(key) for key in linked}


def told_key(key: str) -> str:
    """Return a subject's key as an issue may name it (主体称呼): an organisation's code, never a person's key."""
    kind, _, code = key.partition(":")
    return code if kind in {"uscc", "regno", "orgcode"} else "自然人" if kind == "person" else "无代码主体"


def _subjects_of(record: int) -> set[str]:
    """Return whose a record is by what was reported and by what persons have judged (记录所属主体)."""
    said = set(Entry.objects.filter(record=record, kind__in=("record", "correction")).values_list("subject", flat=True))
    return {key for subject in said for key in links.resolve_keys(subject)}
