"""Explaining (规则说明): to the one concerned, in the law's own steps – how an entry came to its grade and clocks,
what it does in which matter, and when and how it can be repaired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from gongxin.law.book import Edition
from gongxin.law.citing import Certainty, ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.matters import Effect, effect_of
from gongxin.law.model import Matter
from gongxin.law.repair import NOTHING, Known, eligibility
from gongxin.law.standing import Line
from gongxin.law.transition import governing_day

REPAIR = "repair"
PERFORMED = "performed"
ENDED = frozenset({"withdrawn", "repaired", "removed"})
OUTLOOK: Mapping[str, str] = MappingProxyType(
    {
        "open": "open", "later": "later", "barred": "later", "grade": "later", "ended": "ended", "never": "none",
        "none": "none",
    }
)  # fmt: skip
"""What the rule's answers are on the subject's page (预告状态); the words of the answer stand beside them."""


@dataclass(frozen=True, slots=True)
class Explained:
    """How an entry came to what it is (规则说明): the edition, the grade's reason, the clauses, how sure they are."""

    law_day: date
    law_clause: ClauseRef | None
    severity: str | None
    reason: str
    undecided: str | None
    clauses: tuple[ClauseRef, ...]
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whether and when an entry can be repaired (修复预告), told before anybody applies.

    `state`: open · later · ended · none; `missing`: duties (义务未履行完毕) · person (须先由单位认定程度).
    """

    state: str
    opens: date | None
    closes: date | None
    missing: tuple[str, ...]
    clauses: tuple[ClauseRef, ...]
    certainty: Certainty
    text: str = ""
    text_en: str = ""
    barred: bool = False
    """Whether a bar after false material decides the day (限制再次申请)."""


@clause("PIPL-2021", 48)
def explain(line: Line, *, law: Edition) -> Explained:
    """How the law came to this entry's grade and clocks (说明处理规则).

    Law:      个人信息保护法 48: whoever is concerned may ask for the rules by which their data are handled
    Facts:    one line as it stands
    Returns:  Explained, with the clauses in the order in which they were applied
    Refuses:  never
    """
    item = law.item(line.item)
    _, source = governing_day(getattr(line.facts, "decided_on", None), line.as_of, book=law.book)
    clauses = tuple(dict.fromkeys((*item.bases, *line.clocks.clauses)))
    return Explained(
        law_day=line.law_day,
        law_clause=source,
        severity=line.clocks.severity,
        reason=line.clocks.reason,
        undecided=line.clocks.undecided,
        clauses=clauses,
        certainty=line.clocks.certainty,
    )


@clause("NDRC-36", 2)
@clause("GBF-2025-22")
def repair_outlook(line: Line, *, law: Edition, known: Known = NOTHING) -> Outlook:
    """When an entry can be repaired and what is still missing (修复预告): what `repair.eligibility` says, in short.

    Law:      令36 2 and 国办发〔2025〕22号: duties performed and the shortest display term passed
    Facts:    one line as it stands; what is known beside it, such as a bar on applying
    Returns:  Outlook; the decision itself is the deciding body's alone
    Refuses:  never
    """
    told = eligibility(line, known, law=law, today=line.as_of)
    procedure = next((each for each in law.procedures() if each.id == REPAIR), None)
    named = (told.refused_by, procedure.clause if procedure is not None else None)
    bases = tuple(dict.fromkeys(ref for ref in named if ref is not None))
    missing = ["person"] if told.state == "grade" else []
    if told.state in {"open", "later"}:
        missing += ["duties" for each in told.missing if each.id == PERFORMED]
    # What the listing authority takes off is no repair: the item's own remedy says how.
    state = OUTLOOK[told.state] if told.route == REPAIR else "none"
    if line.state in ENDED:
        state = "none"
    return Outlook(
        state, told.from_day, told.until, tuple(missing), bases, told.certainty, told.text, told.text_en,
        barred=told.state == "barred",
    )  # fmt: skip


@clause("PIPL-2021", 44)
def effects_of(line: Line, *, law: Edition, kinds: Sequence[str]) -> list[tuple[Matter, Effect]]:
    """What an entry causes in each matter (在各事项中的效果): only where it causes anything, binding ones first.

    Law:      个人信息保护法 44: to know and to decide; the same words an officer reads
    Facts:    one line as it stands; the kinds of its subject
    Returns:  pairs of matter and effect
    Refuses:  never
    """
    found = [
        (matter, told)
        for matter in law.matters()
        if line.item in matter.sees and set(kinds) & set(matter.subject_kinds)
        for told in [effect_of(matter, line, law=law)]
        if told.kind != "none"
    ]
    return sorted(found, key=lambda pair: pair[1].kind != "must_act")
