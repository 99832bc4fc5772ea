"""Rows that not everybody may hand in (由谁报送): the law says of which items, and each distinct pair of bodies is asked once."""

from __future__ import annotations

import polars as pl

from gongxin.law.integrity import refused_report
from gongxin.law.model import Item
from gongxin.law.officials import refused_reporter
from gongxin.law.reporters import Reporter
from gongxin.law.reporters import refused_reporter as refused_for_another
from gongxin.rooms.intake.cells import Findings, Terms, places
from gongxin.spine.bodies.superiors import PRIVATE, standing_of

DECIDER, DECIDER_NAME, CONCERNED = "authority_code", "authority", "uscc"


def check_reporters(frame: pl.DataFrame, item: Item, terms: Terms, findings: Findings) -> None:
    """Tell of each row that this body may not hand in (报送单位校验); nothing where nobody has handed it in yet."""
    if not terms.provider:
        return
    if not (item.by_superior or item.by_decider) and terms.known is not None:
        _check_deciders(frame, item, terms, findings)
    if DECIDER not in frame.columns:
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


def _check_deciders(frame: pl.DataFrame, item: Item, terms: Terms, findings: Findings) -> None:
    """Tell of each row that names another registered body as the one that decided, by its code or by its name (决定机关校验)."""
    known = terms.known
    stands = standing_of(terms.provider, known)
    if known is None or stands is None or item.find_field(DECIDER_NAME) is None:
        return
    reporter = Reporter(stands, terms.bodies.get(terms.provider) not in PRIVATE)
    if reporter.public and item.polarity != "adverse":
        return
    columns = [
        (pl.col(name) if name in frame.columns else pl.lit(None, dtype=pl.String)).fill_null("").alias(name)
        for name in (DECIDER, DECIDER_NAME)
    ]
    said = frame.select(columns)
    for code, name in said.unique().rows():
        for decider in sorted(known.meant(code, name)) or [""]:
            heir = terms.heirs.get(decider, "")
            no = refused_for_another(item, standing_of(decider, known), reporter, heir=heir)
            if no is not None:
                for place in places((said[DECIDER] == code) & (said[DECIDER_NAME] == name)):
                    findings.tell(
                        place,
                        no.code,
                        DECIDER_NAME,
                        name,
                        clause=no.clause,
                        item=item.name,
                        decider=known.name(decider),
                    )
                break
