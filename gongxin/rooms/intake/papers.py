"""Papers of rows a person has settled (已认定行的文书): the same number of the same authority, handed in once more.

A row without a usable code is settled by a person. When its department later sends the document with its code, that is
the same document and not a second one; and where the person had said somebody else, it must not pass unnoticed.
"""

from __future__ import annotations

import polars as pl

from gongxin.law.model import Item
from gongxin.rooms.intake.bodies import APART, BRACKETS
from gongxin.rooms.intake.cells import ROW
from gongxin.spine import secrets
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
        pl.col("document_no").str.contains(r"\S").fill_null(False).alias("numbered"),
    )
    texts = said.filter("numbered")["paper"]
    hashed = iter(secrets.keyed_hash64_many(texts.cast(pl.Binary).to_list()))
    return pl.Series("paper", [next(hashed) if numbered else None for numbered in said["numbered"]], dtype=pl.Int64)


def settled_papers(new: pl.DataFrame, item: Item) -> tuple[dict[int, int], list[int]]:
    """Return, of rows about to be entered, which supersede a settled row's record, and which contradict its subject.

    The first is row → record: a person has said that the record is this very subject's. The second are rows whose
    document a person has given to somebody else, or to nobody: whether it is a second party of one document or the
    right subject at last, a person says.
    """
    settled = Mention.objects.filter(item=item.id, paper__isnull=False, settled_seq__isnull=False)
    if not settled.exists():
        return {}, []
    rows = new.select(ROW, "subject", paper_hashes(new, item)).drop_nulls("paper")
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


def _subjects_of(record: int) -> set[str]:
    """Return whose a record is by what was reported and by what persons have judged (记录所属主体)."""
    said = set(Entry.objects.filter(record=record, kind__in=("record", "correction")).values_list("subject", flat=True))
    return {key for subject in said for key in links.resolve_keys(subject)}
