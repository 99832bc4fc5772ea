"""Clause marks (条文标记): a rule says on which clause it stands, and the index finds it by that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from gongxin.law.citing import ClauseRef

Rule = TypeVar("Rule", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark on one rule (标记): the clause, and where the rule stands."""

    ref: ClauseRef
    rule: str
    module: str
    summary: str


_MARKS: list[Mark] = []


def clause(instrument: str, article: object = None, paragraph: int | None = None) -> Callable[[Rule], Rule]:
    """Mark a rule with the clause it applies (标注条文). The rule itself stays as it is."""
    ref = ClauseRef(instrument, None if article is None else str(article), paragraph)

    def mark(rule: Rule) -> Rule:
        summary = (rule.__doc__ or "").strip().splitlines()
        _MARKS.append(Mark(ref, rule.__qualname__, rule.__module__, summary[0] if summary else ""))
        return rule

    return mark


def cited() -> tuple[Mark, ...]:
    """Every mark of every rule module that has been imported (全部标记); `law.index` imports them all."""
    # In the order of their names: in which order modules were imported is no business of the index.
    return tuple(sorted(_MARKS, key=lambda mark: (mark.module, mark.rule)))
