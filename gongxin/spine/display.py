"""What is on display (是否公示): what the fold says of a line on a day, for everybody who pages, counts or hands out."""

from __future__ import annotations

from datetime import date

from gongxin.law.standing import Line
from gongxin.spine.ledger import payloads
from gongxin.spine.ledger.acts import is_person
from gongxin.spine.projections import links
from gongxin.spine.projections.models import Standing
from gongxin.spine.standing import fold_lines

ROW = "row:"
LEGACY = ("regno:", "orgcode:", "taxno:", "institution:", "society:")


def is_shown(line: Line, as_of: date) -> bool:
    """Tell whether the public may see a line on this day (当日是否公示)."""
    if not line.visible or line.as_of != as_of or is_person(line.subject):
        return False
    return not line.subject.startswith(ROW) or shown_key(line.subject) != line.subject


def shown_key(key: str) -> str:
    """Return the key under which the public meets a subject (公开主体键): its unified code's, where it has one.

    A row without a usable code stands for nobody until a person joined it to somebody who has one.
    """
    if not key.startswith((ROW, *LEGACY)):
        return key
    named = sorted(other for other in links.resolve_keys(key) if not other.startswith(ROW))
    return next((other for other in named if other.startswith("uscc:")), named[0] if named else key)


def unsettled(as_of: date) -> list[Line]:
    """Return the lines on display of records to which something has happened only after this day: these are folded.

    For today there are hardly any: what will happen is not entered, save a removal with a later day.
    """
    records = list(Standing.objects.filter(settled_on__gt=as_of).order_by("record").values_list("record", flat=True))
    lines = fold_lines(payloads.histories(records), None, as_of)
    return [line for line in lines if is_shown(line, as_of)]
