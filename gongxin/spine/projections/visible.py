"""What everybody may see on a day (公开可见), as one condition of SQL that counts, pages, lists and search all share."""

from __future__ import annotations

from datetime import date

PUBLIC = (
    "{s}.state = 'effective' AND {s}.audience = 'public' AND ({s}.settled_on IS NULL OR {s}.settled_on <= %s) AND {s}.display_from <= %s"
    " AND ({s}.display_until IS NULL OR {s}.display_until >= %s) AND {s}.subject NOT LIKE 'person:%%'"
    " AND ({s}.hidden_from IS NULL OR {s}.hidden_from > %s)"
    # A row without a usable code stands for nobody until a person joined it to somebody who has one.
    " AND ({s}.subject NOT LIKE 'row:%%' OR EXISTS (SELECT 1 FROM projections_link k WHERE k.judgement = 'same'"
    " AND ((k.key_a = {s}.subject AND k.key_b NOT LIKE 'row:%%')"
    " OR (k.key_b = {s}.subject AND k.key_a NOT LIKE 'row:%%'))))"
)


def condition(alias: str, as_of: date) -> tuple[str, list[date]]:
    """Return the condition on a row of standings, and its parameters."""
    return PUBLIC.format(s=alias), [as_of, as_of, as_of, as_of]
