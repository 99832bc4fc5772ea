"""Rows of lists of serious dishonesty (名单条目校验): a decision made elsewhere enters with its proof of service, or it waits.

What the law forbids is refused – a minor, a kind of subject the list does not have; what a person must look at waits with
its reason. The day of the act is the day of the decision: whoever came of age since may not be listed by an older one.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from gongxin.kernel.identifiers.citizen import birth_of
from gongxin.law.book import Edition
from gongxin.law.facts import day_of
from gongxin.law.lists import (
    KNOWN,
    OPEN,
    Candidate,
    Stated,
    carries_list,
    may_be_listed,
    refused_minor,
    term_of,
)
from gongxin.law.model import Item
from gongxin.rooms.intake.cells import Findings, Terms, places, present

NAMED = ("list", "subject_kind", "authority", "decided_on", "served_on", "effective_on", "ends_on", "announced_on")
REFUSED = frozenset({"list.subject"})
"""What a person cannot put right by looking again; everything else that stands against a row waits."""


def check_listings(frame: pl.DataFrame, item: Item, terms: Terms, findings: Findings) -> None:
    """Tell of each row of a list what keeps it out or what it waits for (名单条目校验)."""
    if not carries_list(item):
        return
    _check_service(frame, findings)
    _check_minors(frame, item, terms, findings)
    rows = frame.select(pl.col(name) if name in frame.columns else pl.lit(None).alias(name) for name in NAMED)
    told: dict[tuple[str | None, ...], tuple[str, str, str | None] | None] = {}
    for place, row in enumerate(rows.iter_rows()):
        if row[0] is None:
            continue
        if row not in told:
            told[row] = _against(dict(zip(NAMED, row, strict=True)), terms.law)
        against = told[row]
        if against is not None:
            code, reason, clause = against
            severity = "error" if code in REFUSED else "wait"
            findings.tell(place, code, "list", row[0], severity=severity, reason=reason, clause=clause)


def _against(row: dict[str, str | None], law: Edition) -> tuple[str, str, str | None] | None:
    """What the law has against one distinct row: code, reason, clause; None where there is nothing."""
    # A body that reports a local list reports its own; where it holds is looked at when it is shown.
    no = may_be_listed(
        row["list"] or "", Candidate(row["subject_kind"] or "unknown", None, row["authority"] or ""), law=law
    )
    if no is not None and no.code != "list.elsewhere":
        return no.code, no.message, no.clause
    served, start = day_of(row["served_on"]), day_of(row["effective_on"])
    if served is None or start is None or start < served:
        # Said by itself: without service the row waits, before service it is refused.
        return None
    stated = Stated(row["list"] or "", start, served, day_of(row["ends_on"]), day_of(row["announced_on"]))
    term = term_of(stated, law=law)
    return None if term.state in (KNOWN, OPEN) else ("list.term", term.state, None)


def _check_service(frame: pl.DataFrame, findings: Findings) -> None:
    """Without the day and the proof of service a decision has no effect, and its row waits for them."""
    for name, code in (("served_on", "list.unserved"), ("proof_of_service", "list.unproved")):
        told = present(frame[name]) if name in frame.columns else pl.Series([False]).new_from_index(0, frame.height)
        for place in places(~told):
            findings.tell(place, code, name, severity="wait")


def _check_minors(frame: pl.DataFrame, item: Item, terms: Terms, findings: Findings) -> None:
    for place in places(frame["__person"].is_not_null()):
        decided = day_of(frame["decided_on"][place]) if "decided_on" in frame.columns else None
        born: date | None = birth_of(frame["__person"][place])
        # A slip in the column of the document's kind must not make a child of somebody: only a sound number is read.
        no = refused_minor(born, decided or terms.today, law=terms.law) if born is not None else None
        if no is not None:
            findings.tell(place, no.code, "person_id", severity="error", clause=no.clause)
