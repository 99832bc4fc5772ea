"""Undoing a repair (撤销信用修复): a repair granted on false material, as far as the law carries it and no further.

The book says whether it may be done at all; an office whose legal office says no turns it off in a book of its own. What
comes back is what is left of the original term; what has passed by then does not come back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.standing import Act, Line, fold

KIND = "repair-undone"
ALLOWED = "repair.undoing"
WORDS = "repair.undoing.text"


@dataclass(frozen=True, slots=True)
class Undoable:
    """Whether a repair can be undone on a day (可否撤销): `left_until` is the last day of what would be left of the term."""

    may: bool
    state: str
    """`open`; `law`: the book does not carry it; `none`: nothing is repaired; `over`: the original term has ended."""
    left_until: date | None
    clause: ClauseRef | None
    certainty: Certainty


@clause("NDRC-36")
@clause("ALL-2019", 69)
def undoable(line: Line, *, law: Edition, today: date) -> Undoable:
    """Whether the repair of an entry can be undone, and until when the entry would stand again (可否撤销信用修复).

    Law:      the book's `repair.undoing`; 行政许可法 69 by analogy: what was got by deceit is revoked
    Facts:    the line as it stands on `today`; the edition of `today`
    Returns:  Undoable; whether to do it is the deciding body's alone, after notice and hearing
    Refuses:  never
    """
    rule = law.find_parameter(ALLOWED)
    if rule is None or rule.value is not True:
        return Undoable(False, "law", None, rule.source if rule else None, rule.certainty if rule else "unverified")
    if line.state != "repaired":
        return Undoable(False, "none", None, rule.source, rule.certainty)
    act = Act(line.acts[-1].seq + 1, KIND, line.record, line.item, line.subject, today)
    then = fold([*line.acts, act], book=law.book, as_of=today)
    if then is None or not then.clocks.used_on(today):
        return Undoable(False, "over", None, rule.source, rule.certainty)
    told = then.clocks
    until = told.display_until if told.audience == "public" else told.share_until
    return Undoable(True, "open", until, rule.source, rule.certainty)


def words(line: Line, *, law: Edition) -> tuple[str, str, Certainty] | None:
    """What officer and subject alike are told of an entry whose repair was undone (撤销修复的说明); None of all others."""
    rule = law.find_parameter(WORDS) if line.undone_on is not None else None
    row = next(iter(rule.table()), None) if rule is not None else None
    if rule is None or row is None:
        return None
    return str(row["text"]), str(row["text_en"]), rule.certainty
