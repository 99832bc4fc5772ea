"""Holds (标注与暂停): what an open case does to an entry while it is open – a mark, out of use, out of sight.

The rows stand in the law book under `standing.holds`: each says in which words every reader is told, whether the entry
may still be used and shown meanwhile, and by which clause. An entry under several holds is held by the strictest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.reading import Reader

PARAMETER = "standing.holds"
OBJECTED = "objected"
"""An objection is being looked into; the row every objection brings (异议处理中)."""
UPHELD = "upheld"
"""The body has found the entry wrong; out of sight and use until it is corrected (已认定有误)."""
SILENCE = "silence"
"""The term for an answer has passed without one; the row that takes hold by itself (逾期未答复)."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One way in which an open case holds an entry (一种标注或暂停), with the words every reader is shown."""

    id: str
    name: str
    name_en: str
    text: str
    text_en: str
    used: bool
    """Whether the entry may still be used (可否使用)."""
    binding: bool
    """Whether an officer may still have to act on it; where not, it is for reference (可否作为必须处理的依据)."""
    shown: bool
    """Whether the entry is still on display (是否继续公示)."""
    source: ClauseRef | None
    certainty: Certainty


@clause("GBF-2020-49")
@clause("CC-2020", 1029)
def holds_of(law: Edition) -> Mapping[str, Hold]:
    """Return the kinds of hold of an edition by id (标注与暂停种类).

    Law:      国办发〔2020〕49号 on rights and objections; 民法典 1029 on correcting what is said of somebody's credit
    Facts:    none
    Returns:  mapping from id to Hold, in the order of the book
    Refuses:  LawSilent when the book has no such table
    """
    return law.remember(PARAMETER, lambda: _read(law))


def _read(law: Edition) -> Mapping[str, Hold]:
    value = law.parameter(PARAMETER)
    found: dict[str, Hold] = {}
    for row in value.table():
        reader = Reader(row, f"parameters.{PARAMETER}", law.book.instruments)
        hold = Hold(
            id=reader.text("id", None),
            name=reader.text("name", None),
            name_en=reader.text("name_en", None),
            text=reader.text("text", None),
            text_en=reader.text("text_en", None),
            used=reader.flag("used"),
            binding=reader.flag("used") and reader.flag("binding"),
            shown=reader.flag("shown"),
            source=reader.find_ref("source") or value.source,
            certainty=reader.certainty(value.certainty),
        )
        found[hold.id] = hold
    return found
