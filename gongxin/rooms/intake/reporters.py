"""Rows that not everybody may hand in (由谁报送): the law says of which items, and each distinct pair of bodies is asked once."""

from __future__ import annotations

import polars as pl

from gongxin.law.integrity import refused_report
from gongxin.law.model import Item
from gongxin.law.officials import refused_reporter
from gongxin.rooms.intake.cells import Findings, Terms, places
from gongxin.spine.bodies.superiors import standing_of

DECIDER, CONCERNED = "authority_code", "uscc"


def check_reporters(frame: pl.DataFrame, item: Item, terms: Terms, findings: Findings) -> None:
    """Tell of each row that this body may not hand in (报送单位校验); nothing where nobody has handed it in yet."""
    if not terms.provider or DECIDER not in frame.columns:
        return
    if item.by_superior and terms.known is not None:
        _check_superiors(frame, item, terms, findings)
    if not item.by_decider:
        return
    deciders = frame[DECIDER].str.strip_chars().str.to_uppercase()
    for decider in deciders.drop_nulls().unique().to_list():
        no = refused_reporter(item, decider, terms.provider, heir=terms.heirs.get(decider, ""))
        if no is None:
            continue
        for place in places((deciders == decider).fill_null(False)):
            findings.tell(place, no.code, DECIDER, decider, clause=no.clause, item=item.name)


def _check_superiors(frame: pl.DataFrame, item: Item, terms: Terms, findings: Findings) -> None:
    """Tell of each row about a body that whoever decided does not stand above (认定单位校验)."""
    known = terms.known
    # A row that leaves out who decided, or about whom, is one that nobody above decided: nothing is passed over.
    codes = frame.select(
        pl.col(name).fill_null("").str.strip_chars().str.to_uppercase() for name in (DECIDER, CONCERNED)
    )
    for decider, concerned in codes.unique().rows():
        # Whoever goes on for the body that decided hands in as it would.
        own = decider if terms.heirs.get(decider) == terms.provider else terms.provider
        reporter = standing_of(own, known)
        no = refused_report(standing_of(decider, known), standing_of(concerned, known), reporter)
        if no is None:
            continue
        for place in places((codes[DECIDER] == decider) & (codes[CONCERNED] == concerned)):
            findings.tell(place, no.code, DECIDER, decider, clause=no.clause, item=item.name)
