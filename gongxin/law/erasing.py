"""Erasing (删除): when a payload may be destroyed on a person's request, and when the law keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongxin.law.citing import ClauseRef
from gongxin.law.clauses import clause
from gongxin.law.clocks import Clocks

UNLAWFUL = "unlawful"
KEPT = "kept"
DUE = "due"
WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Erasable:
    """Whether an entry's words may be erased (可否删除), why, on which clause, and until when they are kept if not."""

    may: bool
    why: str
    """due 保存期已满 · wrong 已撤回且违法处理 · kept 法定保存期未满"""
    clause: ClauseRef
    until: date | None = None


@clause("PIPL-2021", 47)
@clause("CREDIT-631", 16)
def erasable(state: str, clocks: Clocks, ground: str, *, as_of: date) -> Erasable:
    """Whether an entry may be erased on request on a day (可否删除).

    Law:      个人信息保护法 47: erased when the purpose is achieved, the retention period has ended, consent is withdrawn
              or processing was unlawful; while a period laid down by law has not ended, it is kept and no more than kept
    Facts:    the entry's state and clocks; the ground of the request
    Returns:  Erasable; `until` is the last day of lawful retention where there is one
    Refuses:  never
    """
    if clocks.destroy_at is not None and as_of >= clocks.destroy_at:
        return Erasable(True, DUE, ClauseRef("PIPL-2021", "47", 1))
    if ground == UNLAWFUL and state == "withdrawn":
        # What the body itself has withdrawn as wrong has no lawful period of its own to wait for.
        return Erasable(True, WRONG, ClauseRef("PIPL-2021", "47", 1))
    return Erasable(False, KEPT, ClauseRef("PIPL-2021", "47", 2), clocks.retain_until)
