"""Rows that only the body which decided may hand in (由作出决定的单位报送): the law says of which items, each distinct decider is asked once."""

from __future__ import annotations

import polars as pl

from gongxin.law.model import Item
from gongxin.law.officials import refused_reporter
from gongxin.rooms.intake.cells import Findings, Terms, places

DECIDER = "authority_code"


def check_reporters(frame: pl.DataFrame, item: Item, terms: Terms, findings: Findings) -> None:
    """Tell of each row that somebody else decided (报送单位校验); nothing where nobody has handed it in yet."""
    if not item.by_decider or not terms.provider or DECIDER not in frame.columns:
        return
    deciders = frame[DECIDER].str.strip_chars().str.to_uppercase()
    for decider in deciders.drop_nulls().unique().to_list():
        no = refused_reporter(item, decider, terms.provider, heir=terms.heirs.get(decider, ""))
        if no is None:
            continue
        for place in places((deciders == decider).fill_null(False)):
            findings.tell(place, no.code, DECIDER, decider, clause=no.clause, item=item.name)
