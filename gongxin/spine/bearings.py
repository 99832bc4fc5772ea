"""What records mean for restrictions (记录对限制的意义): kind, trigger, end and acts – and nothing of what they say.

A restriction ends with what it rests on, so whoever lists restrictions must know how their records stand on the day;
what the records say is read through the gate alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from gongxin.law import restrictions
from gongxin.law.restrictions import Bearing
from gongxin.spine import shelf
from gongxin.spine.ledger import payloads
from gongxin.spine.projections.standings import fold_in_force


def bearings_of(
    records: Iterable[int], matter: str, *, as_of: date, regions: tuple[str, ...] = ()
) -> dict[int, Bearing]:
    """Return what each of these records means in a matter on a day (记录与限制), by record number."""
    book = shelf.book()
    law = book.on(as_of)
    found = {}
    for history in payloads.histories(sorted(set(records))):
        line = fold_in_force(history.acts, book=book, as_of=as_of)
        if line is not None and matter in book.matters:
            found[line.record] = restrictions.bearing(law.matter(matter), line, law=law, regions=regions)
    return found
